"""One possible population behind all counts of a block: whole people of every atom, piece by piece.

Whoever knows all counts cannot exclude it. It stands in for what nobody counted, and every certificate starts from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sozialraum.protection.linked.block import Cells, Ints, Marks, Values, fill_last, leaves
from sozialraum.protection.linked.columns import Columns
from sozialraum.protection.linked.possible import possible
from sozialraum.protection.linked.remembered import Remembered
from sozialraum.protection.tables import Dimension

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any


@dataclass(frozen=True)
class Facts:
    """Cuts that hang together through sums over years: their atoms, and per count the atoms that it adds up.

    `places`: columns of counts and groups; `matrix`: what makes them of `atoms` (columns of atoms). `sums`: of sums over
    years, the row in `places` and the rows of what they add up.
    """

    atoms: Ints
    places: Ints
    matrix: csr_matrix
    sums: Sequence[tuple[int, Ints]] = ()


@dataclass(frozen=True)
class Population:
    """The cells with the number of every atom, and of every count that follows from the atoms."""

    cells: Cells
    facts: Sequence[Facts]
    at: Ints
    owner: Mapping[int, int] = field(default_factory=dict)

    def revealed(self, found: Cells, columns: Columns, areas: Dimension, moving: Marks, loose: Marks) -> Cells:
        """The cells with atoms for what nobody counted, in every piece with a moving cell.

        `loose`: columns whose cells may move.
        """
        values = found.values.copy()
        for one in self.facts:
            chosen = np.asarray(moving[np.ix_(self.at, one.places)].any(axis=1))
            pieces = _with_neighbours(chosen, found.values[:, one.places], areas, self.at, loose[one.places])
            if not pieces.any():
                continue
            fill = _told_by(pieces, found.values[:, one.places], areas, self.at)
            values[:, one.places] = np.where(fill, self.cells.values[:, one.places], values[:, one.places])
            at = np.ix_(~areas.members[:, ~pieces].any(axis=1) & areas.members.any(axis=1), one.atoms)
            values[at] = self.cells.values[at]
        fill_last(values, columns, found.apart)
        return replace(found, values=values)


def populated(found: Cells, columns: Columns, areas: Dimension, remembered: Remembered) -> Population:
    """A population that gives every number of the cells, as far as they do not contradict each other."""
    values, at = found.values.copy(), leaves(areas)
    facts = [_facts(columns, cuts) for cuts in _tied(columns)]
    for one in facts:
        people = _people(found, one, areas, at, remembered)
        whole = areas.members.astype(np.float64) @ people
        values[:, one.atoms] = whole
        made = whole @ one.matrix.toarray().T
        values[:, one.places] = np.where(np.isnan(values[:, one.places]), made, values[:, one.places])
    fill_last(values, columns, found.apart)
    owner = {int(place): number for number, one in enumerate(facts) for place in one.places}
    return Population(replace(found, values=values), facts, at, owner)


def _with_neighbours(chosen: Marks, values: Values, areas: Dimension, at: Ints, loose: Marks) -> Marks:
    """The chosen pieces, and those whose unknown numbers stand in one known sum with something that moves in them."""
    members = areas.members.astype(np.int64)
    unknown, found = np.isnan(values[at]), chosen
    while True:
        near = np.asarray(areas.members[:, found].any(axis=1))[:, np.newaxis]
        sums = near & ~np.isnan(values) & (members @ (unknown & (loose | found[:, None])) > 0)
        more = found | (unknown & (members.T @ sums > 0)).any(axis=1)
        if (more == found).all():
            return np.asarray(found)
        found = more


def _told_by(pieces: Marks, values: Values, areas: Dimension, at: Ints) -> Marks:
    """Unknown numbers of areas with one of these pieces, where every other piece in the area has a number."""
    left = areas.members.astype(np.int64) @ (np.isnan(values[at]) & ~pieces[:, None]) > 0
    near = np.asarray(areas.members[:, pieces].any(axis=1))[:, np.newaxis]
    return np.asarray(near & np.isnan(values) & ~left)


def _tied(columns: Columns) -> list[list[int]]:
    """Numbers of the cuts, together where a sum over years ties them."""
    owner = {place: number for number, cut in enumerate(columns.cuts) for place in cut.places}
    group = list(range(len(columns.cuts)))
    for equation in columns.equations:
        tied = sorted({group[owner[place]] for _, place in equation[1:] if place in owner})
        if columns.columns[equation[0][1]].kind == "count" and len(tied) > 1:
            group = [tied[0] if one in tied else one for one in group]
    return [[number for number, one in enumerate(group) if one == which] for which in sorted(set(group))]


def _facts(columns: Columns, cuts: Sequence[int]) -> Facts:
    from scipy.sparse import coo_matrix

    atoms = [cell for number in cuts for cell in columns.cuts[number].atoms]
    made = columns.made_of(cuts)
    entries = [(row, atom, factor) for row, parts in enumerate(made.values()) for atom, factor in parts]
    rows, at, data = np.array(entries, dtype=np.int64).reshape(-1, 3).T
    matrix = coo_matrix((data, (rows, at)), shape=(len(made), len(atoms))).tocsr()
    number = {place: row for row, place in enumerate(made)}
    sums = [
        (number[equation[0][1]], np.array([number[place] for _, place in equation[1:]]))
        for equation in columns.equations
        if columns.columns[equation[0][1]].kind == "count" and all(place in number for _, place in equation)
    ]
    return Facts(np.array(atoms, dtype=np.int64), np.array(list(made), dtype=np.int64), matrix, sums)


def _people(found: Cells, one: Facts, areas: Dimension, at: Ints, remembered: Remembered) -> Values:
    """Whole people per piece and atom that add up to all numbers of pieces, and of areas of which a piece has none, or
    none that adds up; to all numbers of all areas where today's do not follow from these. A number that was asked for and
    is not met contradicts others: asking for more does not help."""
    numbers, members = found.values[:, one.places], areas.members.astype(np.float64)
    told = ~np.isnan(numbers)
    coarse = told & ~(numbers == members @ numbers[at])
    people = _adding_up(found, one, areas, at, coarse, remembered)
    missed = told & ~coarse & (members @ people @ one.matrix.toarray().T != numbers)
    missed[at] = False
    return _adding_up(found, one, areas, at, told, remembered) if missed.any() else people


def _adding_up(found: Cells, one: Facts, areas: Dimension, at: Ints, coarse: Marks, remembered: Remembered) -> Values:
    """People that add up to the numbers of pieces, and to those numbers of areas."""
    from scipy.sparse import csr_matrix as csr
    from scipy.sparse import eye, kron, vstack

    numbers = found.values[:, one.places]
    inner = _telling(numbers[at], one)
    told = ~np.isnan(inner)
    coarse[at] = False
    nodes = np.flatnonzero(coarse.any(axis=1))
    rows = [kron(eye(len(at), format="csr"), one.matrix).tocsr()[np.flatnonzero(told.ravel())]]
    if len(nodes):
        above = kron(csr(areas.members[nodes].astype(np.int64)), one.matrix).tocsr()
        rows.append(above[np.flatnonzero(coarse[nodes].ravel())])
    sides = np.concatenate([numbers[at][told], numbers[nodes][coarse[nodes]]])
    people = possible(vstack(rows).tocsr(), sides, remembered)
    return people.reshape(len(at), len(one.atoms)).astype(np.float64)


def _telling(inner: Values, one: Facts) -> Values:
    """The numbers of the pieces without sums over years that all known years say already."""
    found = inner.copy()
    for row, parts in one.sums:
        found[~np.isnan(inner[:, parts]).any(axis=1), row] = np.nan
    return found
