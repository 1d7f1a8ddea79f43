"""One block of periods as a system for the search: cells of every area and column, and all equations that hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sozialraum.protection.counts import Zoning
from sozialraum.protection.ledger import Shown
from sozialraum.protection.linked.columns import Columns
from sozialraum.protection.linked.zones import Between
from sozialraum.protection.tables import Dimension, System, Task, plain

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Values = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
WHOLE = 1e-6
FAR = 1_000_000
"""How far a balance may fall; it has no least number."""


@dataclass
class Cells:
    """Per area (row) and column: the number times its scale (NaN: nobody counted it), and the ledger's marks.

    `counted`: numbers that follow from counts, not from a guess; `fragile`: sums over areas of changed boundaries of
    which one is too small; `apart`: sums over years of which a part was moved to such a sum: no equation holds there.
    """

    values: Values
    wanted: Marks
    known: Marks
    kept: Marks
    counted: Marks
    fragile: Marks
    apart: Marks


def cells(columns: Columns, shown: Mapping[Zoning, Shown], nodes: Mapping[tuple[Zoning, str], int], rows: int) -> Cells:
    """The cells of all counts of the columns, as the ledger shows them."""
    size = len(columns.columns)
    found = Cells(np.full((rows, size), np.nan), *(np.zeros((rows, size), dtype=bool) for _ in range(6)))
    for zoning, one in shown.items():
        numbers = {count: number for number, count in enumerate(one.counts)}
        chosen = [
            (place, numbers[count], label) for (count, label), place in columns.places.items() if count in numbers
        ]
        for place, number, label in chosen:
            at = [(nodes[zoning, area], row) for (area, when), row in one.places.items() if when == label]
            if at:
                _fill(found, place, columns.columns[place].scale, one, number, *map(np.array, zip(*at, strict=True)))
    return found


def _fill(found: Cells, place: int, scale: int, one: Shown, number: int, nodes: Ints, rows: Ints) -> None:
    values = one.values[rows, number] * scale
    there = ~np.isnan(values)
    found.values[nodes[there], place] = values[there]
    for mine, given in ((found.wanted, one.wanted), (found.known, one.known), (found.kept, one.kept)):
        mine[nodes, place] |= given[rows, number]


def settle(found: Cells, columns: Columns, areas: Dimension, between: Sequence[Between]) -> None:
    """Whole numbers as whole numbers, and what follows from others by one equation; any other number is unknown."""
    whole = (np.abs(found.values - np.rint(found.values)) < WHOLE) & ~found.apart
    found.values = np.where(whole, np.rint(found.values), np.nan)
    fill_last(found.values, columns, found.apart)
    fill_between(found.values, columns, between)
    found.counted = ~np.isnan(found.values)
    _add_up_areas(found, areas)
    _mark_known_rests(found, columns)


def fill_between(values: Values, columns: Columns, between: Sequence[Between]) -> None:
    """The numbers of the ground between areas, from the first two sums that are known."""
    for one in between:
        rest = values[list(one.larger)].sum(axis=0) - values[list(one.smaller)].sum(axis=0)
        rest = np.where((rest < 0) & ~columns.balances, np.nan, rest)
        values[one.parts] = np.where(np.isnan(values[one.parts]), rest, values[one.parts])


def _add_up_areas(found: Cells, areas: Dimension) -> None:
    """Sums over areas that nobody counted stand between those that were, so that these stay tied to each other."""
    for parent, children in sorted(areas.relations, key=lambda one: int(areas.members[one[0]].sum())):
        unknown = np.isnan(found.values[parent]) & ~found.apart[parent]
        if unknown.any():
            found.values[parent, unknown] = found.values[np.ix_(children, unknown)].sum(axis=0)


def _mark_known_rests(found: Cells, columns: Columns) -> None:
    """What nobody publishes is told where earlier releases tell all counts that leave it over: a rest, group or year."""
    unpublished = columns.derived | ~found.wanted & ~found.kept
    for equation in columns.ties:
        places = [place for _, place in equation]
        alone = (~found.known[:, places]).sum(axis=1, keepdims=True) == 1
        found.known[:, places] |= unpublished[:, places] & alone


def leaves(areas: Dimension) -> Ints:
    """The node of every piece."""
    single = np.flatnonzero(areas.members.sum(axis=1) == 1)
    found = np.empty(areas.members.shape[1], dtype=np.int64)
    found[areas.members[single].argmax(axis=1)] = single
    return found


def fill_last(values: Values, columns: Columns, apart: Marks) -> None:
    """The one unknown number of each equation whose others are known; a part larger than its base leaves no rest."""
    balances = columns.balances
    for equation in columns.ties:
        unknown = np.isnan(values[:, [place for _, place in equation]]).sum(axis=1) == 1
        for factor, place in equation:
            rows = np.flatnonzero(np.isnan(values[:, place]) & unknown & ~apart[:, place])
            rest = sum(other * values[rows, at] for other, at in equation if at != place)
            found = -rest / factor
            values[rows, place] = found if balances[place] else np.where(found < 0, np.nan, found)


def system(found: Cells, columns: Columns, areas: Dimension) -> System:
    """The system of all equations that the numbers fulfil."""
    rows = _Rows(len(areas.members), len(columns.columns))
    for equation in columns.ties:
        rows.add_columns(found.values, equation, range(len(areas.members)))
    pieces = leaves(areas).tolist()
    for cut in columns.cuts:
        for row, place in enumerate(cut.places):
            parts = [(-int(cut.matrix[row, at]), cut.atoms[at]) for at in np.flatnonzero(cut.matrix[row])]
            rows.add_columns(found.values, [(1, place), *parts], pieces)
    for parent, children in areas.relations:
        rows.add_areas(found.values, parent, children)
    room = np.where(np.isnan(found.values), 0, np.where(columns.balances, FAR, found.values)).astype(np.int64)
    names = [f"{one.kind} {one.label} {place}" for place, one in enumerate(columns.columns)]
    return System((areas, plain("count", names)), room.ravel(), rows.matrix(), found.wanted.ravel().astype(np.int64))


class _Rows:
    """Equations over the cells, collected; those that the numbers do not fulfil are left out."""

    def __init__(self, areas: int, columns: int):
        self.areas, self.columns, self.count = areas, columns, 0
        self.parts: list[Ints] = []

    def add_columns(self, values: Values, equation: Sequence[tuple[int, int]], nodes: Sequence[int]) -> None:
        """The same sum of columns in each of these areas."""
        factors, places = (np.array(side, dtype=np.int64) for side in zip(*equation, strict=True))
        at = np.asarray(nodes, dtype=np.int64)
        with np.errstate(invalid="ignore"):
            fulfilled = at[np.abs(values[np.ix_(at, places)] @ factors) < WHOLE]
        self._take(fulfilled[:, None] * self.columns + places[None, :], factors)

    def add_areas(self, values: Values, parent: int, children: Sequence[int]) -> None:
        """Each column of an area as the sum of those of its parts."""
        left = values[parent] - values[list(children)].sum(axis=0)
        with np.errstate(invalid="ignore"):
            fulfilled = np.flatnonzero(np.abs(left) < WHOLE)
        factors = np.array([1, *(-1 for _ in children)])
        self._take(np.array([parent, *children])[None, :] * self.columns + fulfilled[:, None], factors)

    def _take(self, cells_: Ints, factors: Ints) -> None:
        lines = np.broadcast_to(self.count + np.arange(len(cells_))[:, None], cells_.shape)
        data = np.broadcast_to(factors[None, :], cells_.shape)
        self.parts.append(np.stack([lines.ravel(), cells_.ravel(), data.ravel()]))
        self.count += len(cells_)

    def matrix(self) -> csr_matrix:
        """A of A x = 0."""
        from scipy.sparse import coo_matrix

        rows, at, data = np.concatenate(self.parts, axis=1)
        return coo_matrix((data, (rows, at)), shape=(self.count, self.areas * self.columns)).tocsr()


def demand(found: Cells, columns: Columns, tops: Ints) -> Task:
    """What is sensitive, what may be hidden and at which price; `tops` are areas that stay published.

    Sensitive is every small number that follows from the counts, also one that is nowhere published by itself.

    Of a count that an earlier release hides and nobody here knows any more, the least is assumed: that it was small.
    """
    scale = np.array([one.scale for one in columns.columns])
    minimum = np.array([0 if one.minimum is None else one.minimum * one.scale for one in columns.columns])
    values = np.nan_to_num(found.values)
    secret = found.counted & ~found.known
    forgotten = found.kept & ~found.counted & ~found.known & (minimum > 0) & ~np.isnan(found.values)
    sensitive = secret & (values > 0) & ((values < minimum) | found.fragile) | forgotten
    free = found.wanted & ~found.known & ((values > 0) | columns.balances)
    free[tops] = False
    whole = np.rint(values).astype(np.int64)
    up = np.where(sensitive, np.maximum(minimum - whole, 0), 0)
    down = np.where(sensitive, np.where(found.fragile, np.minimum(whole, minimum), whole), 0)
    kept = (~found.wanted & ~found.known) | found.kept
    cost = np.where(found.wanted & ~kept, np.abs(values) / scale + 0.5, 0.0)
    return Task(sensitive.ravel(), free.ravel(), cost.ravel(), up.ravel(), down.ravel(), kept.ravel())
