"""The cheapest further cells to hide so that a sensitive cell can move as it must: a min-cost alternative table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.audit import UP, Groups, Ints, Proof, groups, open_cells, scatter
from sozialraum.protection.tables.diving import odd, whole
from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.solver import Bounds, Floats, Program, equal

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any


FREE = 1e-4  # what a move of a hidden cell costs, so that moves stay short
TRIES = 3  # cheapest tables under slightly other costs, until one rounds to whole numbers
SMALL = 300  # groups up to which whole numbers are searched for when none does
NODES = 20
GAP = 0.05

DEARER = 1.0  # what rounding may add to the price of a table before others are tried
TINY = 1e-6

WIDE = 8  # such moves are looked for up to this many times the largest need
KEPT = 8  # regions kept at a time


class Region:
    """Cells that may move, as one linear program: what each move adds to the hidden cells is its cost."""

    def __init__(self, relations: csr_matrix, system: System, task: Task, cells: Ints):
        self.task, self.cells = task, cells
        self.groups: Groups = groups(relations[:, cells], system.values[cells])
        self.size = self.groups.matrix.shape[1]
        self.programs: dict[bool, Program] = {}

    def mend(self, cell: int, direction: int, proof: Proof, hidden: NDArray[np.bool_]) -> bool:
        """Hide what the move of the cell needs; False when it cannot move within these cells."""
        amount = int(self.task.up[cell] if direction == UP else -self.task.down[cell])
        cost = np.where(hidden[self.cells], 0.0, self.task.cost[self.cells])
        change = self.move(cell, amount, cost)
        if change is None:
            return False
        hidden[self.cells[change != 0]] = True
        proof.take(self.cells, change, self.task)
        return True

    def move(self, cell: int, amount: int, cost: Floats, still: Bounds | None = None) -> Ints | None:
        """A cheap change of every cell, in whole numbers, in which the cell moves so; None when none was found.

        `cost`: of moving each cell by one; `still`: bounds of the change of each cell beside those of its count. Where
        the cheapest change comes out in fractions, it is rounded, and tried with slightly other costs where that fails or
        moves dearer cells; in small regions the cheapest in whole numbers is looked for at last.
        """
        place = int(np.searchsorted(self.cells, cell))
        if place == len(self.cells) or self.cells[place] != cell:
            return None
        group, sign = int(self.groups.group[place]), int(self.groups.sign[place])
        columns = self._columns(group, sign * amount, still)
        if not sign or columns is None:
            return None
        prices: Floats = np.zeros(self.size)
        np.add.at(prices, self.groups.group, (cost + FREE) * np.abs(self.groups.sign))
        best, least = None, np.inf
        for moves, straight in self._moves(prices, columns):
            if odd(moves).any():
                continue
            price = self._price(moves, cost)
            if price < least:
                best, least = self.groups.change(np.rint(moves).astype(np.int64)), price
            if price <= (1 + DEARER) * self._price(straight, cost) + TINY:
                break
        return best

    def _price(self, moves: Floats, cost: Floats) -> float:
        """What the cells cost that these moves of the groups change."""
        moved = np.abs(moves) > TINY
        return float(cost[moved[self.groups.group] & (self.groups.sign != 0)].sum())

    def _columns(self, group: int, amount: int, still: Bounds | None) -> Bounds | None:
        """Bounds of the ways up of all groups, then of the ways down; None when the group cannot move so."""
        limits = self.groups.limits
        if still is not None:
            more = self.groups.within(still.lower, still.upper)
            limits = Bounds(np.maximum(limits.lower, more.lower), np.minimum(limits.upper, more.upper))
        if not limits.lower[group] <= amount <= limits.upper[group]:
            return None
        upper = np.concatenate([limits.upper, -limits.lower]).clip(min=0)
        lower = np.zeros(2 * self.size)
        ends = np.array([group, group + self.size])
        lower[ends] = upper[ends] = [max(amount, 0), max(-amount, 0)]
        return Bounds(lower, upper)

    def _moves(self, prices: Floats, columns: Bounds) -> Iterator[tuple[Floats, Floats]]:
        """Changes of the groups, the cheapest first: rounded, and as they were before."""
        for turn in range(TRIES):
            varied = prices * (1 + 0.2 * scatter(np.arange(self.size), turn)) if turn else prices
            found = self._solved(varied, columns, exact=False)
            if found is None:
                return
            yield found
        if self.size <= SMALL:
            far = WIDE * max(self.task.up.max(), self.task.down.max())
            found = self._solved(prices, Bounds(columns.lower, np.minimum(columns.upper, far)), exact=True)
            if found is not None:
                yield found

    def _solved(self, prices: Floats, columns: Bounds, *, exact: bool) -> tuple[Floats, Floats] | None:
        program = self._program(columns, exact=exact)
        program.price(np.tile(prices, 2))
        program.bound(np.arange(2 * self.size), columns.lower, columns.upper)
        straight = program.solve()
        if straight is None:
            return None
        solution = straight if exact else whole(program, straight, columns)
        ways = ((one[: self.size] - one[self.size :]) for one in (solution, straight))
        return next(ways), next(ways)

    def _program(self, columns: Bounds, *, exact: bool) -> Program:
        from scipy.sparse import hstack

        if exact not in self.programs:
            both = hstack([self.groups.matrix, -self.groups.matrix]).tocsr()
            rows, cost = equal(both.shape[0]), np.zeros(2 * self.size)
            self.programs[exact] = Program(both, rows, columns, cost, whole=exact, nodes=NODES, gap=GAP)
        return self.programs[exact]


class Regions:
    """Regions of one system; the last few are kept, as neighbouring cells ask for the same."""

    def __init__(self, relations: csr_matrix, system: System, task: Task):
        self.relations, self.system, self.task = relations, system, task
        self._made: dict[bytes, Region] = {}

    def at(self, cells: NDArray[np.bool_]) -> Region:
        """The region in which these cells move."""
        key = np.packbits(cells).tobytes()
        region = self._made.pop(key, None)
        if region is None:
            region = Region(self.relations, self.system, self.task, np.flatnonzero(cells))
        self._made[key] = region
        if len(self._made) > KEPT:
            del self._made[next(iter(self._made))]
        return region


def in_order(proof: Proof, task: Task) -> list[tuple[int, int]]:
    """Open cells and directions, cell by cell, so that neighbours follow one another."""
    return sorted(open_cells(proof, task))


def mended(
    system: System, task: Task, hidden: NDArray[np.bool_], proof: Proof, left: Sequence[tuple[int, int]]
) -> None:
    """Hide what these cells need to move in these directions, each in the narrowest choice of cells that lets it."""
    regions = Regions(system.relations, system, task)
    for cell, direction in left:
        for cells in ways(system, task, hidden, cell):
            if proof.reached[direction, cell] or regions.at(cells).mend(cell, direction, proof, hidden):
                break


def ways(system: System, task: Task, hidden: NDArray[np.bool_], cell: int) -> Iterator[NDArray[np.bool_]]:
    """Cells that may be hidden so that this one can move, in wider and wider choices.

    Beside it and below; with its parents, and through what is hidden anywhere (a block that moves against this one in
    one geography must be met by others in the second); at last everywhere.
    """
    places = system.places(0)
    around = np.isin(places, beside(system, cell))
    yield (task.free | task.kept) & around
    yield hidden | task.free & (around | np.isin(places, near(system, cell)))
    yield task.free | hidden


def near(system: System, cell: int) -> Ints:
    """The nodes of the first dimension that stand in a relation with the cell's node, itself among them."""
    first = system.dimensions[0]
    node = int(np.unravel_index(cell, system.shape)[0])
    found = {node}
    for parent, children in first.relations:
        if node in children:
            found |= {parent, *children}
    return np.array(sorted(found), dtype=np.int64)


def beside(system: System, cell: int) -> Ints:
    """The nodes of the first dimension that share a parent with the cell's node, and all below them."""
    first = system.dimensions[0]
    node = int(np.unravel_index(cell, system.shape)[0])
    found = {node}
    for _, children in first.relations:
        if node in children:
            found |= set(children)
    leaves = first.members[sorted(found)].any(axis=0)
    below = ~(first.members & ~leaves).any(axis=1) & (first.depth >= first.depth[node])
    return np.flatnonzero(below)
