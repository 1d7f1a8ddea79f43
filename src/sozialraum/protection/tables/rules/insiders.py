"""People inside the table: whoever is the only case of a hidden cell knows it and reckons with it.

For every such insider and every other sensitive cell there must be another possible table in which the insider's own
cells stay as they are. Most certificates leave most insiders alone; only pairs that no certificate proves are repaired.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.audit import DOWN, FAR, UP, Attack, Ints, Proof, hidden_groups
from sozialraum.protection.tables.inner import Inner
from sozialraum.protection.tables.model import System, holding
from sozialraum.protection.tables.primary import Behind, Demand, Task
from sozialraum.protection.tables.repair import Region, beside
from sozialraum.protection.tables.rules.magnitudes import given_by
from sozialraum.protection.tables.solver import Bounds
from sozialraum.protection.tables.suppression.crowded import crowded

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

GROUPS = 16
FEW = 4  # moves open against one insider that are proved one by one
INSIDE = 2  # beside UP and DOWN: the rest of a cell down, for an insider in it
SHUNNED = 0.02  # cost of moving a cell that another insider of the same open pair knows


@dataclass(frozen=True, slots=True)
class Insider:
    """One person, household or contributor: the cells that hold it with its part of each.

    `known`: those of them that hold nothing else; `shared`: inner cells that hold others too, which can go down by `rest`.
    """

    around: Ints
    own: Ints
    known: Ints
    shared: Ints
    rest: Ints


def insiders(system: System, task: Task, own: csr_matrix) -> list[Insider]:
    """Everybody who is alone in a sensitive cell. `own`: inner cells x people, what each contributes."""
    holds = holding(system)
    inner = np.diff(holds.indptr) == 1
    parts = (holds @ own).tocsc()
    parts.sort_indices()
    found: dict[tuple[bytes, bytes], Insider] = {}
    for one in range(parts.shape[1]):
        here = slice(parts.indptr[one], parts.indptr[one + 1])
        around, part = parts.indices[here].astype(np.int64), parts.data[here].astype(np.int64)
        rest = system.values[around] - part
        known, shared = around[rest == 0], inner[around] & (rest > 0)
        if task.sensitive[known].any():
            one_of = Insider(around, part, known, around[shared], rest[shared])
            found.setdefault((around.tobytes(), part.tobytes()), one_of)
    return list(found.values())


def contributions(system: System, demand: Demand, behind: Behind) -> csr_matrix:
    """Inner cells x people: each person who is the only case of an inner cell, each unit that is the only one there.

    For amounts: each contributor.
    """
    from scipy.sparse import coo_matrix

    counts = behind.counts
    if demand.magnitude:
        return given_by(system, behind.rows, behind.columns[demand.magnitude.contributor], counts)
    shape = tuple(len(one.leaves) for one in system.dimensions)
    line = np.ravel_multi_index(tuple(behind.rows), shape)
    inner = np.bincount(line, weights=counts, minlength=int(np.prod(shape))).astype(np.int64)
    alone = np.flatnonzero(inner == 1)
    found, people = [(alone, np.arange(len(alone)), inner[alone])], len(alone)
    for unit in demand.units:
        column = np.array(behind.columns[unit.column], dtype=str if unit.keys else np.int64)
        own = np.arange(len(column)) if unit.keys else np.flatnonzero(column == 1)
        number = np.unique(column, return_inverse=True)[1] if unit.keys else np.arange(len(own))
        found.append((line[own], people + number, counts[own]))
        people += int(number.max(initial=-1)) + 1
    rows, columns, parts = (np.concatenate(one) for one in zip(*found, strict=True))
    return coo_matrix((parts, (rows, columns)), shape=(len(inner), people)).tocsr()


NONE: Ints = np.empty(0, dtype=np.int64)


@dataclass
class Pairs:
    """Which insiders can still narrow which move: cell and direction, and for insiders inside a cell the rest of it."""

    task: Task
    people: Sequence[Insider]
    open: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    inside: dict[int, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.knowing: dict[int, set[int]] = {}
        self.parts: dict[int, dict[int, int]] = {}
        self.asked: dict[tuple[int, int], NDArray[np.bool_]] = {}
        self.shared: dict[int, dict[int, int]] = {}
        for number, one in enumerate(self.people):
            for cell in one.known.tolist():
                self.knowing.setdefault(cell, set()).add(number)
            for cell, part in zip(one.around.tolist(), one.own.tolist(), strict=True):
                self.parts.setdefault(cell, {})[number] = part
            for cell, rest in zip(one.shared.tolist(), one.rest.tolist(), strict=True):
                self.shared.setdefault(cell, {})[number] = rest

    def begin(self, values: Ints, nothing_left: Mapping[int, set[int]]) -> None:
        """Everything that is to be proved; `nothing_left`: cells of 0 in which an insider leaves room for nobody."""
        everybody = set(range(len(self.people)))
        for cell in np.flatnonzero(self.task.sensitive).tolist():
            others = everybody - self.knowing.get(cell, set()) - nothing_left.get(cell, set())
            within = set(self.parts.get(cell, ())) - self.knowing.get(cell, set())
            if self.task.up[cell] > 0:
                self.open[cell, UP] = set(others)
            if self.task.down[cell] > 0:
                self.open[cell, DOWN] = others - within
                self.inside[cell] = {one for one in within if self.rest(one, cell, values) > 0}
        self.asked = {pair: self._with_readers(self.left(*pair)) for pair in self.cells()}

    def _with_readers(self, people: set[int]) -> NDArray[np.bool_]:
        """These people, and at last the readers who are not inside."""
        found = np.zeros(len(self.people) + 1, dtype=bool)
        found[[*people, -1]] = True
        return found

    def rest(self, insider: int, cell: int, values: Ints) -> int:
        """How far the cell must be able to go down for an insider in it: to the own count, or as far as for all."""
        return int(min(self.task.down[cell], values[cell] - self.parts[cell][insider]))

    def take(self, cells: Ints, change: Ints, values: Ints) -> None:
        """What a witness proves: it counts for every insider whose own part of the table it leaves alone."""
        moved = self._noticed(cells, change)
        for cell, by in zip(cells.tolist(), change.tolist(), strict=True):
            if not self.task.sensitive[cell]:
                continue
            if by >= self.task.up[cell]:
                self._keep((cell, UP), moved)
            if -by >= self.task.down[cell]:
                self._keep((cell, DOWN), moved)
            if by < 0 and self.inside.get(cell):
                left = {one for one in self.inside[cell] if one in moved or -by < self.rest(one, cell, values)}
                self.inside[cell] = left

    def proved(self, cells: Ints, change: Ints, values: Ints) -> dict[tuple[int, int], NDArray[np.bool_]]:
        """Per cell and direction that a witness proves: against whom it was asked."""
        still = ~self._with_readers(self._noticed(cells, change))
        still[-1] = True
        found: dict[tuple[int, int], NDArray[np.bool_]] = {}
        for cell, by in zip(cells.tolist(), change.tolist(), strict=True):
            for direction, far in ((UP, by >= self.task.up[cell]), (DOWN, -by >= self.task.down[cell])):
                if far and (cell, direction) in self.asked:
                    found[cell, direction] = still & self.asked[cell, direction]
            within = [one for one in self.parts.get(cell, ()) if by < 0 and -by >= self.rest(one, cell, values)]
            if within and (cell, INSIDE) in self.asked:
                far_enough = self._with_readers(set(within))
                far_enough[-1] = False
                found[cell, INSIDE] = still & self.asked[cell, INSIDE] & far_enough
        return found

    def most_open(self) -> list[int]:
        """The insiders, those first against whom most moves are open."""
        open_ = np.array([one for people in self.open.values() for one in people], dtype=np.int64)
        times = np.bincount(open_, minlength=len(self.people))
        return [int(one) for one in np.argsort(-times, kind="stable")]

    def still_open(self, insider: int) -> Proof:
        """A proof of all moves but those that are open against this insider."""
        found = np.ones((2, len(self.task.sensitive)), dtype=bool)
        for (cell, direction), people in self.open.items():
            found[direction, cell] = insider not in people
        return Proof(found)

    def _noticed(self, cells: Ints, change: Ints) -> set[int]:
        """Insiders whose own part of the table is not left alone."""
        found = {one for cell in cells.tolist() for one in self.knowing.get(cell, ())}
        for cell, by in zip(cells.tolist(), change.tolist(), strict=True):
            found |= {one for one, rest in self.shared.get(cell, {}).items() if -by > rest}
        return found

    def _keep(self, pair: tuple[int, int], moved: set[int]) -> None:
        if pair in self.open:
            self.open[pair] &= moved

    def cells(self) -> list[tuple[int, int]]:
        """Every cell and direction that asks for something, the inside of a cell under its own sign."""
        return [*self.open, *((cell, INSIDE) for cell in self.inside)]

    def left(self, cell: int, direction: int) -> set[int]:
        """The insiders against whom this move is not proved."""
        return self.inside[cell] if direction == INSIDE else self.open[cell, direction]

    def amount(self, cell: int, direction: int, insider: int, values: Ints) -> int:
        """The move that is needed, negative downwards."""
        if direction == INSIDE:
            return -self.rest(insider, cell, values)
        return int(self.task.up[cell]) if direction == UP else -int(self.task.down[cell])


def safe_from_insiders(
    system: System,
    task: Task,
    hidden: NDArray[np.bool_],
    proof: Proof,
    people: Sequence[Insider],
    own: Mapping[int, set[int]] | None = None,
) -> tuple[NDArray[np.bool_], Proof, list[int]]:
    """Hidden cells and witnesses that also hold against every insider, and the cells of which nothing proves it.

    `own`: insiders who fill a cell or all that is around it (by cell): they learn nothing there.
    """
    pairs = Pairs(task, people)
    pairs.begin(system.values, _nothing_left(system, task, people) if own is None else own)
    ways = _Ways(system, task, pairs, hidden)
    ways.take(proof.witnesses)
    _fixed_together(system, task, people, ways)
    left = ways.settle_all()
    return ways.hidden, Proof(proof.reached, _telling(pairs, ways.witnesses, system.values)), left


def _telling(pairs: Pairs, witnesses: Sequence[tuple[Ints, Ints]], values: Ints) -> list[tuple[Ints, Ints]]:
    """The witnesses without those that prove nothing which no other one proves; few are faster to check."""
    proved = [pairs.proved(cells, change, values) for cells, change in witnesses]
    times: dict[tuple[int, int], Ints] = {}
    for one in proved:
        for key, people in one.items():
            times[key] = times.get(key, 0) + people.astype(np.int64)
    kept = []
    for number in sorted(range(len(proved)), key=lambda at: (sum(map(np.count_nonzero, proved[at].values())), at)):
        if all((times[key][people] > 1).all() for key, people in proved[number].items()):
            for key, people in proved[number].items():
                times[key] = times[key] - people
        else:
            kept.append(number)
    return [witnesses[number] for number in sorted(kept)]


def _fixed_together(system: System, task: Task, people: Sequence[Insider], ways: _Ways) -> None:
    """Joint audits with one insider in so many fixed at a time: they prove most pairs at little cost.

    In crowded systems, where a move by itself takes long, further ones fix each insider against whom much is open.
    """
    hidden = ways.hidden.copy()
    dense = crowded(hidden_groups(system, hidden))
    for first in range(min(GROUPS, len(people))):
        within = _without(hidden, *(one.known for one in people[first::GROUPS]))
        proof = Proof(np.zeros((2, len(hidden)), dtype=bool))
        if dense:
            Inner(system, task, within).prove(proof)
        else:
            Attack(system.relations, system, task, within).prove(proof, singly=False)
        ways.take(proof.witnesses)
    for number in ways.pairs.most_open() if dense else ():
        proof = ways.pairs.still_open(number)
        if (task.sensitive & ~proof.reached).sum() > FEW:
            Inner(system, task, _without(hidden, people[number].known)).prove(proof)
            ways.take(proof.witnesses)


def _without(hidden: NDArray[np.bool_], *cells: Ints) -> NDArray[np.bool_]:
    """The hidden cells without these."""
    found = hidden.copy()
    found[np.concatenate(cells)] = False
    return found


def _nothing_left(system: System, task: Task, people: Sequence[Insider]) -> dict[int, set[int]]:
    """Sensitive zeros within a cell that an insider fills alone: that nobody else is there, the insider knows anyway."""
    zeros = np.flatnonzero(task.sensitive & (system.values == 0))
    found: dict[int, set[int]] = {}
    if not len(zeros):
        return found
    holds = holding(system)
    sizes = np.diff(holds.indptr)
    for number, one in enumerate(people):
        shared = (holds[zeros] @ holds[one.known].T).toarray()
        for cell in zeros[(shared == sizes[zeros][:, None]).any(axis=1)].tolist():
            found.setdefault(cell, set()).add(number)
    return found


class _Ways:
    """Looks for witnesses that leave insiders alone, among hidden cells, then all: beside the cell, or anywhere."""

    def __init__(self, system: System, task: Task, pairs: Pairs, hidden: NDArray[np.bool_]):
        self.system, self.task, self.pairs, self.hidden = system, task, pairs, hidden.copy()
        free = task.free | task.kept
        self.widening = ((hidden.copy(), True), (hidden.copy(), False), (free, True), (free, False))
        self.regions: dict[tuple[int, bytes], _Still] = {}
        self.witnesses: list[tuple[Ints, Ints]] = []

    def take(self, witnesses: Sequence[tuple[Ints, Ints]]) -> None:
        """Count these witnesses; their cells are hidden."""
        for cells, change in witnesses:
            self.hidden[cells] = True
            self.pairs.take(cells, change, self.system.values)
            self.witnesses.append((cells, change))

    def settle_all(self) -> list[int]:
        """Prove what is left against everybody, hiding more where it must be; cells of which that fails."""
        return [cell for cell, direction in self.pairs.cells() if not self._settled(cell, direction)]

    def _settled(self, cell: int, direction: int) -> bool:
        while left := len(self.pairs.left(cell, direction)):
            self._settle(cell, direction)
            if len(self.pairs.left(cell, direction)) == left:
                return False
        return True

    def _settle(self, cell: int, direction: int) -> None:
        """Prove the move with the cells of one insider fixed, and those of the others left alone where that is free."""
        people = self.pairs.left(cell, direction)
        insider = min(people)
        amount = self.pairs.amount(cell, direction, insider, self.system.values)
        shunned = np.unique(np.concatenate([self.pairs.people[one].known for one in people]))
        for region in self._regions(cell):
            change = region.way(cell, amount, self.pairs.people[insider], shunned, self.hidden)
            if change is not None:
                self.take([(region.cells[change != 0], change[change != 0])])
                return

    def _regions(self, cell: int) -> Iterator[_Still]:
        for number, (allowed, near) in enumerate(self.widening):
            nodes = beside(self.system, cell) if near else NONE
            key = number, nodes.tobytes()
            if key not in self.regions:
                inside = allowed & np.isin(self.system.places(0), nodes) if near else allowed
                cells = np.flatnonzero(inside)
                self.regions[key] = _Still(self.system.relations, self.system, self.task, cells)
            yield self.regions[key]


class _Still(Region):
    """The cheapest move of one cell while an insider's own part of the table stays."""

    def way(self, cell: int, amount: int, insider: Insider, shunned: Ints, hidden: NDArray[np.bool_]) -> Ints | None:
        """The change of every cell of the region, whole numbers; None when there is none."""
        cost = np.where(hidden[self.cells], 0.0, self.task.cost[self.cells])
        cost[np.isin(self.cells, shunned)] += SHUNNED
        lower, upper = np.full(len(self.cells), -FAR), np.full(len(self.cells), FAR)
        lower[np.isin(self.cells, insider.known)] = upper[np.isin(self.cells, insider.known)] = 0
        shared = np.isin(insider.shared, self.cells)
        lower[np.searchsorted(self.cells, insider.shared[shared])] = -insider.rest[shared]
        return self.move(cell, amount, cost, Bounds(lower, upper))
