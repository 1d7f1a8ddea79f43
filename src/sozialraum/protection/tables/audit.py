"""What an attacker can still find out: for every sensitive cell another possible table, or the proof that none exists.

The attacker knows every relation, every published cell and that no count is negative. Hidden cells that can only move
together are one group. One linear program moves many groups at once, about half of them up and half down, so that
what one gains another gives; what its solution reaches is proved by a table of whole numbers. Next round the other
way round.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.connected import together
from sozialraum.protection.tables.diving import odd, whole
from sozialraum.protection.tables.implied import enough
from sozialraum.protection.tables.merging import merged
from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.solver import Bounds, Floats, Program, equal

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = NDArray[np.int64]
UP, DOWN = 0, 1
FAR = np.inf
BATCH = 500  # groups in one program, unless one piece alone holds more
TURNS = 24  # rounds over a program
IDLE = 6  # rounds that prove next to nothing before the moves are tried one by one
TRIES = 4  # vertices tried for one move before a search over whole numbers
SMALL = 300  # groups up to which that search is made; in larger pieces the move stays open and more is hidden
NODES = 500
GAIN = 50  # what a wanted move is worth beside the short moves that it needs


@dataclass
class Proof:
    """Witnesses (cells and whole-number changes) and, per cell, whether the moves up and down are proved."""

    reached: NDArray[np.bool_]
    witnesses: list[tuple[Ints, Ints]] = field(default_factory=list)

    def take(self, cells: Ints, change: Ints, task: Task) -> bool:
        """Note a witness that is already known to keep every relation; False when it proves nothing new."""
        moved = np.stack([change >= task.up[cells], -change >= task.down[cells]]) & task.sensitive[cells]
        new = moved & ~self.reached[:, cells]
        if not new.any():
            return False
        self.reached[:, cells] |= moved
        kept = change != 0
        if kept.any():
            self.witnesses.append((cells[kept], change[kept]))
        return True


@dataclass(frozen=True, slots=True)
class Groups:
    """Hidden cells that can only move together: `group` and `sign` of every cell (0: cannot move), and how far each
    group moves down and up when no count turns negative."""

    matrix: csr_matrix
    group: Ints
    sign: Ints
    limits: Bounds

    def change(self, moves: Ints) -> Ints:
        """The change of every cell when the groups move so."""
        return self.sign * moves[self.group]

    def within(self, lower: Floats, upper: Floats) -> Bounds:
        """How far each group moves when every cell keeps within these bounds of its change."""
        size = self.matrix.shape[1]
        least, most = np.full(size, -FAR), np.full(size, FAR)
        for here, low, high in ((self.sign > 0, lower, upper), (self.sign < 0, -upper, -lower)):
            np.maximum.at(least, self.group[here], low[here])
            np.minimum.at(most, self.group[here], high[here])
        return Bounds(least, most)


def groups(matrix: csr_matrix, values: Ints) -> Groups:
    """The groups of cells with these relations and values."""
    merge = merged(matrix[np.diff(matrix.indptr) > 0])
    free = Groups(merge.over(matrix[enough(matrix)]), merge.group, merge.sign, Bounds(np.empty(0), np.empty(0)))
    return replace(free, limits=free.within(-values.astype(float), np.full(len(values), FAR)))


def hidden_groups(system: System, hidden: NDArray[np.bool_]) -> Groups:
    """The groups of the hidden cells under all relations."""
    cells = np.flatnonzero(hidden)
    return groups(system.relations[:, cells], system.values[cells])


class Attack:
    """The attacker's linear program over the hidden cells `cells`, with one part per connected piece."""

    def __init__(self, relations: csr_matrix, system: System, task: Task, hidden: NDArray[np.bool_]):
        self.task = task
        self.cells = np.flatnonzero(hidden)
        self.groups = groups(relations[:, self.cells], system.values[self.cells])

    def prove(self, proof: Proof, *, singly: bool = True) -> None:
        """Prove as many moves as possible; what stays open is impossible, or was found in fractions only.

        Without `singly` rounds over many moves at once are all that is tried in large pieces.
        """
        settle(proof, self.task)
        for batch in self._batches():
            self._rounds(batch, proof)
            if singly or len(batch.inside) <= BATCH:
                self._singles(batch, proof)

    def try_each(self, proof: Proof, moves: Collection[tuple[int, int]]) -> None:
        """Each of these cells and directions by itself, if it is still open; given up when several in a row fail."""
        for batch in self._batches():
            failed = 0
            for cell, direction, place, amount in self._still_open(batch, proof):
                if (cell, direction) in moves and not proof.reached[direction, cell]:
                    self._note(batch, next(batch.single(place, amount), None), proof)
                    failed = 0 if proof.reached[direction, cell] else failed + 1
                if failed == IDLE:
                    break

    def _batches(self) -> Iterator[_Batch]:
        """The connected pieces, small ones together: programs of a size that is solved fast."""
        matrix = self.groups.matrix
        parts = together(matrix)
        order = np.argsort(parts, kind="stable")
        sizes = np.bincount(parts)
        number = (np.cumsum(sizes) - sizes) // BATCH
        for batch in np.unique(number).tolist():
            inside = np.sort(order[number[parts[order]] == batch])
            yield _Batch(self.groups, inside)

    def _needs(self, batch: _Batch, proof: Proof) -> Ints:
        """The largest move up and down that is still open in each group of the batch (0: none)."""
        needs = np.zeros((2, self.groups.matrix.shape[1]), dtype=np.int64)
        sign, group = self.groups.sign, self.groups.group
        for direction, need in ((UP, self.task.up), (DOWN, self.task.down)):
            open_ = self.task.sensitive[self.cells] & ~proof.reached[direction, self.cells]
            for side in (1, -1):
                here = open_ & (sign == side)
                way = direction if side > 0 else 1 - direction
                np.maximum.at(needs[way], group[here], need[self.cells[here]])
        return needs[:, batch.inside]

    def _rounds(self, batch: _Batch, proof: Proof) -> None:
        """Rounds over many moves at once; after one that proves next to nothing half as many are tried together."""
        idle, share = 0, 1.0
        needs = batch.possible(self._needs(batch, proof))
        for turn in range(TURNS):
            if not needs.any() or idle == IDLE:
                return
            self._note(batch, batch.mixed(needs, turn, share), proof)
            left = batch.possible(self._needs(batch, proof))
            before, after = np.count_nonzero(needs), np.count_nonzero(left)
            idle = 0 if after < before * (1 - 0.05 * share) else idle + 1
            share = share / 2 if idle else min(1.0, 2 * share)
            needs = left

    def _singles(self, batch: _Batch, proof: Proof) -> None:
        """Each move that is still open by itself; where the largest of a group is impossible, a smaller one."""
        for cell, direction, place, amount in self._still_open(batch, proof):
            if not proof.reached[direction, cell]:
                for moves in batch.single(place, amount):
                    self._note(batch, moves, proof)
                    if proof.reached[direction, cell]:
                        break

    def _still_open(self, batch: _Batch, proof: Proof) -> Iterator[tuple[int, int, int, int]]:
        """Cell, direction, the place of its group in the batch and the amount by which the group has to move."""
        group, sign = self.groups.group, self.groups.sign
        for direction, need in ((UP, self.task.up), (DOWN, -self.task.down)):
            open_ = self.task.sensitive[self.cells] & ~proof.reached[direction, self.cells] & (sign != 0)
            here = np.flatnonzero(open_ & np.isin(group, batch.inside))
            for at in here[np.argsort(-np.abs(need[self.cells[here]]), kind="stable")].tolist():
                cell = int(self.cells[at])
                yield cell, direction, int(np.searchsorted(batch.inside, group[at])), int(sign[at] * need[cell])

    def _note(self, batch: _Batch, solution: Floats | None, proof: Proof) -> None:
        """Keep the parts of a solution that are whole numbers and hold exactly."""
        if solution is None:
            return
        moves = np.zeros(self.groups.matrix.shape[1], dtype=np.int64)
        moves[batch.inside] = whole_parts(batch.matrix, solution)
        change = self.groups.change(moves)
        moved = np.flatnonzero(change)
        proof.take(self.cells[moved], change[moved], self.task)


class _Batch:
    """Some connected pieces as linear programs that are solved again and again: one dense, one with short solutions."""

    def __init__(self, all_: Groups, inside: Ints):
        matrix = all_.matrix[:, inside]
        self.inside = inside
        self.matrix = matrix[np.diff(matrix.indptr) > 0]
        self.limits = Bounds(all_.limits.lower[inside], all_.limits.upper[inside])
        self.every = np.arange(len(inside))
        self._dense: Program | None = None
        self._short: Program | None = None

    def possible(self, needs: Ints) -> Ints:
        """The needs without those that the group's own limits rule out."""
        room = np.stack([self.limits.upper, -self.limits.lower])
        return np.where(needs <= room, needs, 0)

    def mixed(self, needs: Ints, turn: int, share: float) -> Floats | None:
        """One solution that moves a share of the groups, each the way that its turn says or the only one it needs.

        With a share of less than all of them other groups move as little as they must.
        """
        way = np.where(scatter(self.every, 3 * turn) < 0.5, UP, DOWN)
        way = np.where(needs[way, self.every] > 0, way, 1 - way)
        need = needs[way, self.every].astype(float)
        wanted = np.flatnonzero((need > 0) & (scatter(self.every, 3 * turn + 1) < share))
        gain = (1 + scatter(wanted, 3 * turn + 2)) / need[wanted]
        if share == 1:
            return self._moved(wanted, np.where(way == UP, need, -need)[wanted], gain)
        ends = wanted + len(need) * (way[wanted] == DOWN)
        cost, lower, upper = self._both_ways(turn)
        cost[ends] -= GAIN * gain
        upper[ends] = np.minimum(upper[ends], need[wanted])
        return self._solved_short(cost, Bounds(lower, upper))

    def _moved(self, wanted: Ints, amounts: Floats, gain: Floats) -> Floats | None:
        """The dense program: what these groups gain by moving so, whatever the others do."""
        cost, lower, upper = np.zeros(len(self.every)), self.limits.lower.copy(), self.limits.upper.copy()
        cost[wanted] = -np.sign(amounts) * gain
        down, up = wanted[amounts < 0], wanted[amounts > 0]
        lower[down] = np.maximum(lower[down], amounts[amounts < 0])
        upper[up] = np.minimum(upper[up], amounts[amounts > 0])
        columns = Bounds(lower, upper)
        if self._dense is None:
            self._dense = Program(self.matrix, equal(self.matrix.shape[0]), columns, cost)
        return _rounded(self._dense, cost, columns)

    def single(self, place: int, amount: int) -> Iterator[Floats]:
        """Short solutions in which that group moves so, in small batches at last from a search over whole numbers."""
        if not self.limits.lower[place] <= amount <= self.limits.upper[place]:
            return
        ends = np.array([place, place + len(self.every)])
        for turn in range(TRIES):
            cost, lower, upper = self._both_ways(turn)
            lower[ends] = upper[ends] = [max(amount, 0), max(-amount, 0)]
            solution = self._solved_short(cost, Bounds(lower, upper))
            if solution is None:
                return
            yield solution
        if len(self.every) <= SMALL:
            yield from self._searched(place, amount)

    def _searched(self, place: int, amount: int) -> Iterator[Floats]:
        far = TRIES * abs(amount)
        lower, upper = np.maximum(self.limits.lower, -far), np.minimum(self.limits.upper, far)
        lower[place] = upper[place] = amount
        rows, cost = equal(self.matrix.shape[0]), np.zeros(len(self.every))
        found = Program(self.matrix, rows, Bounds(lower, upper), cost, whole=True, nodes=NODES).solve()
        if found is not None:
            yield found

    def _both_ways(self, turn: int) -> tuple[Floats, Floats, Floats]:
        """Costs and bounds of the ways up of all groups, then of the ways down; each turn costs slightly others."""
        cost = np.tile(1 + 0.2 * scatter(self.every, turn), 2)
        upper = np.concatenate([self.limits.upper, -self.limits.lower]).clip(min=0)
        return cost, np.zeros(len(upper)), upper

    def _solved_short(self, cost: Floats, columns: Bounds) -> Floats | None:
        from scipy.sparse import hstack

        if self._short is None:
            both = hstack([self.matrix, -self.matrix]).tocsr()
            self._short = Program(both, equal(both.shape[0]), columns, cost)
        found = _rounded(self._short, cost, columns)
        return None if found is None else found[: len(self.every)] - found[len(self.every) :]


def _rounded(program: Program, cost: Floats, columns: Bounds) -> Floats | None:
    """The solution under these costs and bounds, in whole numbers as far as rounding leads."""
    program.price(cost)
    program.bound(np.arange(len(cost)), columns.lower, columns.upper)
    solution = program.solve()
    return None if solution is None else whole(program, solution, columns)


def whole_parts(matrix: csr_matrix, solution: Floats) -> Ints:
    """The solution where its connected parts are whole numbers that hold exactly, 0 elsewhere."""
    moved = np.flatnonzero(np.abs(solution) > 1e-9)
    moves = np.zeros(len(solution), dtype=np.int64)
    moves[moved] = np.rint(solution[moved])
    bad = odd(solution)
    bad[np.unique(matrix[np.flatnonzero(matrix @ moves)].indices)] = True
    if bad.any():
        parts = together(matrix[:, moved])
        moves[moved[np.isin(parts, parts[bad[moved]])]] = 0
    return moves


def scatter(numbers: Ints, turn: int) -> Floats:
    """Weights in [0, 1) that look drawn by chance, the same on every machine: another set each turn."""
    mixed = (numbers + 1 + turn * 1_000_003) * 2_654_435_761 % 2**32
    mixed = (mixed ^ (mixed >> 16)) * 2_246_822_519 % 2**32
    return (mixed ^ (mixed >> 13)) / 2**32


def settle(proof: Proof, task: Task) -> None:
    """A cell that needs no move is proved as it is (a hidden 0 need not go down)."""
    proof.reached[DOWN] |= task.sensitive & (task.down == 0)
    proof.reached[UP] |= task.sensitive & (task.up == 0)


def open_cells(proof: Proof, task: Task) -> Iterator[tuple[int, int]]:
    """Cells and directions that are not proved."""
    for direction in (UP, DOWN):
        for cell in np.flatnonzero(task.sensitive & ~proof.reached[direction]).tolist():
            yield cell, direction
