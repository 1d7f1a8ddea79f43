"""What an attacker can still find out: for every sensitive cell another possible table, or the proof that none exists.

The attacker knows every relation, every published cell and that no count is negative. One linear program over all
hidden cells moves many sensitive cells at once; what its solution reaches is proved by a table of whole numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.solver import Bounds, Program, equal

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = NDArray[np.int64]
UP, DOWN = 0, 1
FAR = 1e7
BATCH = 500


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


class Attack:
    """The attacker's linear program over the hidden cells `cells`, with one part per connected piece."""

    def __init__(self, relations: csr_matrix, system: System, task: Task, hidden: NDArray[np.bool_]):
        self.task = task
        self.cells = np.flatnonzero(hidden)
        matrix = relations[:, self.cells]
        self.matrix = matrix[np.diff(matrix.indptr) > 0]
        self.values = system.values[self.cells]
        self.parts = together(self.matrix)

    def prove(self, proof: Proof, *, singly: bool = True) -> None:
        """Prove as many moves as possible; what stays open after single programs is impossible, or only in fractions.

        Without `singly` the rounds over all pieces at once are all that is tried.
        """
        settle(proof, self.task)
        for batch in self._batches():
            for direction in (UP, DOWN):
                stuck = batch._together(proof, direction)
                for part in stuck if singly else ():
                    batch._alone(proof, direction, part)

    def _batches(self) -> Iterator[Attack]:
        """The pieces, small ones together: programs of a size that is solved fast."""
        order = np.argsort(self.parts, kind="stable")
        sizes = np.bincount(self.parts)
        number = (np.cumsum(sizes) - sizes) // BATCH
        for batch in np.unique(number).tolist():
            inside = np.sort(order[number[self.parts[order]] == batch])
            one = copy(self)
            one.cells, one.values = self.cells[inside], self.values[inside]
            one.parts = np.unique(self.parts[inside], return_inverse=True)[1]
            matrix = self.matrix[:, inside]
            one.matrix = matrix[np.diff(matrix.indptr) > 0]
            yield one

    def open(self, proof: Proof, direction: int) -> Ints:
        """Positions among the hidden cells of sensitive ones that are not proved in that direction."""
        return np.flatnonzero(self.task.sensitive[self.cells] & ~proof.reached[direction, self.cells])

    def _needs(self, direction: int) -> Ints:
        return (self.task.up if direction == UP else self.task.down)[self.cells]

    def _together(self, proof: Proof, direction: int) -> list[int]:
        """Rounds over all pieces at once; what comes back are the pieces in which a round settled nothing."""
        needs = self._needs(direction)
        open_ = self.open(proof, direction)
        stuck: set[int] = set()
        program: Program | None = None
        while len(open_):
            cost, upper = np.zeros(len(self.cells)), np.full(len(self.cells), FAR)
            sign = -1.0 if direction == UP else 1.0
            cost[open_] = sign * (1 + _scatter(open_))
            if direction == UP:
                upper[open_] = needs[open_]
            if program is None:
                program = self._program(cost, upper)
            else:
                program.price(cost)
                every = np.arange(len(self.cells))
                program.bound(every, -self.values.astype(float), upper)
            before = set(self.parts[open_].tolist()) - stuck
            self._read(program.solve(), proof)
            rest = self.open(proof, direction)
            settled = set(self.parts[np.setdiff1d(open_, rest)].tolist())
            stuck |= before - settled
            open_ = rest[~np.isin(self.parts[rest], list(stuck))]
        return sorted(stuck)

    def _program(self, cost: NDArray[np.float64], upper: NDArray[np.float64]) -> Program:
        columns = Bounds(-self.values.astype(float), upper)
        return Program(self.matrix, equal(self.matrix.shape[0]), columns, cost)

    def _read(self, solution: NDArray[np.float64] | None, proof: Proof) -> None:
        """Keep the parts of a solution that are whole numbers and hold exactly."""
        if solution is None:
            return
        moved = np.flatnonzero(np.abs(solution) > 1e-9)
        change = np.rint(solution[moved]).astype(np.int64)
        matrix = self.matrix[:, moved]
        odd = np.abs(solution[moved] - change) > 1e-6
        odd[np.unique(matrix[np.flatnonzero(matrix @ change)].indices)] = True
        parts = together(matrix)
        change[np.isin(parts, parts[odd])] = 0
        proof.take(self.cells[moved], change, self.task)

    def _alone(self, proof: Proof, direction: int, part: int) -> None:
        """Single programs in one piece, first over the reals, then over whole numbers."""
        inside = np.flatnonzero(self.parts == part)
        piece = _Piece(self, inside)
        for target in self.open(proof, direction).tolist():
            if self.parts[target] != part or proof.reached[direction, self.cells[target]]:
                continue
            need = int(self._needs(direction)[target])
            change = piece.move(int(np.searchsorted(inside, target)), need if direction == UP else -need)
            if change is not None:
                proof.take(self.cells[inside], change, self.task)


def together(matrix: csr_matrix) -> Ints:
    """Number of the connected piece of each column: columns that share a row hang together."""
    from scipy.sparse.csgraph import connected_components

    linked = abs(matrix)
    return connected_components(linked.T @ linked, directed=False)[1].astype(np.int64)  # type: ignore[no-any-return]


class _Piece:
    """One connected piece: can a cell move by this much?"""

    def __init__(self, attack: Attack, inside: Ints):
        matrix = attack.matrix[:, inside]
        self.matrix = matrix[np.diff(matrix.indptr) > 0]
        self.values = attack.values[inside].astype(float)
        self.programs: dict[bool, Program] = {}

    def move(self, target: int, amount: int) -> Ints | None:
        """A whole-number change with that move, None when there is none (or none was found)."""
        for whole in (False, True):
            solution = self._solved(target, amount, whole=whole)
            if solution is None:
                return None
            change = np.rint(solution).astype(np.int64)
            if np.abs(solution - change).max() < 1e-6 and not (self.matrix @ change).any():
                return change if (change + self.values >= 0).all() else None
        return None

    def _solved(self, target: int, amount: int, *, whole: bool) -> NDArray[np.float64] | None:
        if whole not in self.programs:
            columns = Bounds(-self.values, np.full(len(self.values), FAR))
            cost = np.zeros(len(self.values))
            rows = equal(self.matrix.shape[0])
            self.programs[whole] = Program(self.matrix, rows, columns, cost, whole=whole, nodes=500)
        program, place = self.programs[whole], np.array([target])
        program.bound(place, np.array([amount], dtype=float), np.array([amount], dtype=float))
        solution = program.solve()
        program.bound(place, -self.values[place], np.array([FAR]))
        return solution


def _scatter(cells: Ints) -> NDArray[np.float64]:
    """Small distinct weights, the same on every machine, so that ties between cells break the same way."""
    return (cells * 7919 % 1009) / 1009


def settle(proof: Proof, task: Task) -> None:
    """A cell that needs no move is proved as it is (a hidden 0 need not go down)."""
    proof.reached[DOWN] |= task.sensitive & (task.down == 0)
    proof.reached[UP] |= task.sensitive & (task.up == 0)


def open_cells(proof: Proof, task: Task) -> Iterator[tuple[int, int]]:
    """Cells and directions that are not proved."""
    for direction in (UP, DOWN):
        for cell in np.flatnonzero(task.sensitive & ~proof.reached[direction]).tolist():
            yield cell, direction
