"""People inside: whoever is counted in a hidden number knows that, and knows all of it where nobody else is counted there.

Every group of people that some number may hold is such a person: nobody can say from counts alone who is the one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sozialraum.protection.linked.block import Cells, Ints, Marks, Values
from sozialraum.protection.linked.columns import Columns
from sozialraum.protection.linked.parts import Part
from sozialraum.protection.linked.zones import Between
from sozialraum.protection.tables import Dimension, Insider


@dataclass(frozen=True)
class Inside:
    """Kinds of people: `times`, kinds x columns, how often each column counts one of the kind; `within`, columns x
    columns: whether the first counts nobody whom the second does not count. `told`: numbers that the house counted."""

    times: Ints
    within: Marks
    told: Marks


def kinds(columns: Columns, told: Marks) -> Inside:
    """The kinds that the conditions tell apart: by what they are counted in, and by which rests they belong to."""
    counted = _counted(columns)
    same, other = _rests(columns, counted)
    for base, part, rest in same:
        counted[:, rest] = np.maximum(counted[:, base] - counted[:, part], 0)
    within = _within(columns, counted, [*same, *other])
    found = [_in_bases(counted, other, within), *_outside_of_parts(columns, counted, other)]
    return Inside(np.unique(np.concatenate(found), axis=0), within, told)


def _counted(columns: Columns) -> Ints:
    """Atoms x columns: how often a column counts somebody of the atom; balances tell nobody's own part."""
    size = sum(len(cut.atoms) for cut in columns.cuts)
    found = np.zeros((size, len(columns.columns)), dtype=np.int64)
    first, cut_out = 0, set()
    for cut in columns.cuts:
        found[first : first + len(cut.atoms), cut.places] = cut.matrix.T
        first += len(cut.atoms)
        cut_out |= set(cut.places)
    for (factor, head), *parts in columns.equations:
        if columns.columns[head].kind in ("count", "group") and head not in cut_out:
            sums = sum(-times * found[:, place] for times, place in parts)
            found[:, head] = np.asarray(sums) // factor
    found[:, columns.balances] = 0
    return np.maximum(found, 0)


Pair = tuple[int, int, int]
"""Columns of base, part and rest."""


def _rests(columns: Columns, counted: Ints) -> tuple[list[Pair], list[Pair]]:
    """The rests of parts in the same facts as their base, and of parts in other facts."""
    rests = [one for one in columns.equations if columns.columns[one[-1][1]].kind == "rest"]
    every = [(base, part, rest) for (_, base), (_, part), (_, rest) in rests]
    same = [bool((counted[:, base] & counted[:, part]).any()) for base, part, _ in every]
    return [one for one, is_ in zip(every, same, strict=True) if is_], [
        one for one, is_ in zip(every, same, strict=True) if not is_
    ]


def _outside_of_parts(columns: Columns, counted: Ints, pairs: Sequence[Pair]) -> Iterator[Ints]:
    """People of bases who are in none of the parts that are counted by the same facts."""
    facts = _facts(columns, counted)
    by_facts: dict[int, list[Pair]] = defaultdict(list)
    for one in pairs:
        by_facts[int(facts[one[1]])].append(one)
    for some in by_facts.values():
        rows = counted[(counted[:, [base for base, _, _ in some]] > 0).any(axis=1)].copy()
        for base, _, rest in some:
            rows[:, rest] = rows[:, base]
        yield rows


def _facts(columns: Columns, counted: Ints) -> Ints:
    """A number for the facts that each column counts; facts that one count adds up have the same."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    names = np.array([facts for cut in columns.cuts for facts, _ in cut.names])
    held = np.stack([(counted[names == one] > 0).any(axis=0) for one in np.unique(names)]).astype(np.int64)
    labels = connected_components(csr_matrix(held @ held.T), directed=False)[1]
    return np.asarray(labels[held.argmax(axis=0)])


def _in_bases(counted: Ints, pairs: Sequence[Pair], within: Marks) -> Ints:
    """People of parts are in the bases as well, and in all that hold these."""
    found = counted.copy()
    for base, part, _ in pairs:
        here = np.ix_(counted[:, part] > 0, np.flatnonzero(within[base]))
        found[here] = np.maximum(found[here], 1)
    return found


def _within(columns: Columns, counted: Ints, pairs: Sequence[Pair]) -> Marks:
    held = (counted > 0).astype(np.float32)
    found: Marks = np.logical_and(held.T @ (1 - held) == 0, np.asarray(held.any(axis=0))[:, np.newaxis])
    for base, part, rest in pairs:
        found[[part, rest], base] = True
    np.fill_diagonal(found, True)
    for _ in range(2):
        found = np.asarray(found.astype(np.float32) @ found.astype(np.float32) > 0)
    found[:, columns.balances] = found[columns.balances] = False
    return np.asarray(found)


def in_the_house(found: Cells, columns: Columns, between: Sequence[Between]) -> Marks:
    """Numbers that the house counted, now or before, with the groups, rests, years and ground that they leave over."""
    here = (found.wanted | found.known | found.kept) & found.counted
    for one in between:
        here[one.parts] |= here[[*one.larger, *one.smaller]].all(axis=0) & found.counted[one.parts]
    for equation in columns.ties:
        places = [place for _, place in equation]
        alone = (~here[:, places]).sum(axis=1, keepdims=True) == 1
        here[:, places] |= alone & found.counted[:, places]
    return here


def people_inside(part: Part, found: Cells, areas: Dimension, kinds_: Inside) -> list[Insider]:
    """Everybody who may be counted in a number of the part that may be hidden, one for each own knowledge."""
    asked = _Asked(part, found, areas, kinds_)
    times = np.unique(kinds_.times[:, part.columns], axis=0)
    times = times[times.any(axis=1)]
    every: dict[tuple[bytes, bytes], Insider] = {}
    for piece in range(areas.members.shape[1]):
        for one in asked.insiders(piece, times):
            every.setdefault((one.around.tobytes(), one.own.tobytes()), one)
    return list(every.values())


class _Asked:
    """Numbers of a part that may be hidden, and which of them hold the same people."""

    def __init__(self, part: Part, found: Cells, areas: Dimension, kinds_: Inside):
        self.size, self.areas = len(part.columns), areas
        self.values = np.where(kinds_.told, found.values, np.nan)[:, part.columns]
        task = part.task
        self.movable = (task.free | task.kept | task.sensitive).reshape(self.values.shape)
        small = np.where(task.sensitive.reshape(self.values.shape), self.values, np.nan)
        self.same = _same_people(small, areas, kinds_.within[np.ix_(part.columns, part.columns)])

    def insiders(self, piece: int, times: Ints) -> Iterator[Insider]:
        """People of one piece, of every kind that the numbers there allow."""
        nodes = np.flatnonzero(self.areas.members[:, piece])
        line, column = np.nonzero(self.movable[nodes] & ~np.isnan(self.values[nodes]))
        values, cells = self.values[nodes[line], column], nodes[line] * self.size + column
        own = np.unique(times[self._possible(piece, nodes, times)][:, column], axis=0)
        for one in own[own.any(axis=1)]:
            at = np.flatnonzero(one)
            yield _insider(cells[at], one[at], values[at].astype(np.int64))

    def _possible(self, piece: int, nodes: Ints, times: Ints) -> Marks:
        """Kinds of whom somebody can be in the piece: every number holds them, and no other has all whom it holds."""
        least = np.where(np.isnan(self.values[nodes]), np.inf, self.values[nodes]).min(axis=0)
        can = ~((times > 0) & (least < times)).any(axis=1)
        inner, outer = self.same
        here = self.areas.members[outer[:, 0], piece]
        inside = self.areas.members[inner[here][:, 0], piece]
        in_outer, in_inner = times[:, outer[here][:, 1]] > 0, (times[:, inner[here][:, 1]] > 0) & inside
        return np.asarray(can & ~(in_outer & ~in_inner).any(axis=1))


def _same_people(values: Values, areas: Dimension, within: Marks) -> tuple[Ints, Ints]:
    """Pairs of small numbers (node, column), one within the other and as large: both hold the same people."""
    held = areas.members.astype(np.float32)
    inner, outer = np.nonzero(held @ (1 - held).T == 0)
    found = []
    for one, other in np.argwhere(within).tolist():
        with np.errstate(invalid="ignore"):
            same = (values[inner, one] == values[outer, other]) & (values[inner, one] > 0)
        same &= (inner != outer) | (one != other)
        found += [(inner[at], one, outer[at], other) for at in np.flatnonzero(same).tolist()]
    pairs = np.array(found, dtype=np.int64).reshape(-1, 4)
    return pairs[:, :2], pairs[:, 2:]


def _insider(cells: Ints, own: Ints, values: Ints) -> Insider:
    order = np.argsort(cells)
    cells, own, rest = cells[order], own[order], (values - own)[order]
    return Insider(cells, own, cells[rest == 0], cells[rest > 0], rest[rest > 0])


def about_themselves(part: Part, areas: Dimension, kinds_: Inside, people: Sequence[Insider]) -> Mapping[int, set[int]]:
    """Sensitive cells within a number that an insider fills alone: whoever is in them is that insider."""
    size = len(part.columns)
    within = kinds_.within[np.ix_(part.columns, part.columns)]
    cells = np.flatnonzero(part.task.sensitive)
    nodes, columns = np.divmod(cells, size)
    found: dict[int, set[int]] = defaultdict(set)
    lies: dict[int, Ints] = {}
    for number, one in enumerate(people):
        for cell in one.known.tolist():
            if cell not in lies:
                node, column = divmod(cell, size)
                inside = within[columns, column] & ~(areas.members[nodes] & ~areas.members[node]).any(axis=1)
                lies[cell] = cells[inside]
            for each in lies[cell].tolist():
                found[each].add(number)
    return found
