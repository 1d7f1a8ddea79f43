"""The audit of crowded tables: the attacker's program over those hidden cells alone that are no sums of others.

Where nearly everything is hidden, the program over all hidden cells has thousands of columns, and rounding its solutions
to whole numbers fails. Every hidden sum is what its parts are, and never negative when these are not: it needs no column
and no bounds of its own. What stays are the inner cells, and one relation per published sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.audit import DOWN, UP, Ints, Proof, scatter, settle, whole_parts
from sozialraum.protection.tables.diving import whole
from sozialraum.protection.tables.implied import as_sums
from sozialraum.protection.tables.merging import once
from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.solver import Bounds, Floats, Program, equal

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

IDLE = 3  # tables in a row that prove nothing


class Inner:
    """The hidden cells as sums of inner ones, and the program in which these move."""

    def __init__(self, system: System, task: Task, hidden: NDArray[np.bool_]):
        self.task, self.cells = task, np.flatnonzero(hidden)
        relations = system.relations[:, self.cells]
        sums, inner = as_sums(relations)
        self.sums, self.rows = sums, once(_filled(relations @ sums))
        self.of_inner = np.full(len(self.cells), -1)
        self.of_inner[inner] = np.arange(len(inner))
        lower = -system.values[self.cells[inner]].astype(float)
        self.limits = Bounds(lower, np.full(len(inner), np.inf))
        self.every = np.arange(len(inner))
        self.program = Program(self.rows, equal(self.rows.shape[0]), self.limits, np.zeros(len(inner)))

    def prove(self, proof: Proof) -> None:
        """Prove many moves by each table, until several in a row prove nothing."""
        settle(proof, self.task)
        idle = turn = 0
        while idle < IDLE and (open_ := self._open(proof)).any():
            self._note(self._mixed(open_, turn), proof)
            idle = idle + 1 if (self._open(proof) == open_).all() else 0
            turn += 1

    def prove_each(self, proof: Proof) -> None:
        """Each open move by itself, with as little else as it needs."""
        for direction, place in np.argwhere(self._open(proof)).tolist():
            if not proof.reached[direction, self.cells[place]]:
                self._note(self._short(direction, place), proof)

    def _short(self, direction: int, place: int) -> Floats | None:
        """The shortest move of inner cells in which this cell moves as far as it must."""
        from scipy.sparse import hstack, vstack

        need = float(self.task.up[self.cells[place]] if direction == UP else -self.task.down[self.cells[place]])
        sides = Bounds(*[np.append(np.zeros(self.rows.shape[0]), need)] * 2)
        rows = vstack([self.rows, self.sums[place]])
        size = len(self.every)
        columns = Bounds(np.zeros(2 * size), np.concatenate([self.limits.upper, -self.limits.lower]))
        program = Program(hstack([rows, -rows]).tocsr(), sides, columns, np.tile(1 + 0.2 * scatter(self.every, 0), 2))
        solution = program.solve()
        if solution is None:
            return None
        solution = whole(program, solution, columns)
        return solution[:size] - solution[size:]

    def _open(self, proof: Proof) -> NDArray[np.bool_]:
        return self.task.sensitive[self.cells] & ~proof.reached[:, self.cells]

    def _mixed(self, open_: NDArray[np.bool_], turn: int) -> Floats | None:
        """One solution that moves all open cells, each the way that its turn says or the only one that is open."""
        way = np.where(scatter(self.cells, 2 * turn) < 0.5, UP, DOWN)
        way = np.where(open_[way, np.arange(len(way))], way, 1 - way)
        wanted = np.flatnonzero(open_.any(axis=0))
        need = np.where(way == UP, self.task.up[self.cells], -self.task.down[self.cells])[wanted].astype(float)
        gain = np.zeros(len(way))
        gain[wanted] = (1 + scatter(self.cells[wanted], 2 * turn + 1)) / need
        cost, columns = -(self.sums.T @ gain), self._no_further(wanted, need)
        self.program.price(cost)
        self.program.bound(self.every, columns.lower, columns.upper)
        solution = self.program.solve()
        return None if solution is None else whole(self.program, solution, columns)

    def _no_further(self, wanted: Ints, need: Floats) -> Bounds:
        """The limits of the inner cells, those that are wanted no further than they need."""
        place = self.of_inner[wanted]
        lower, upper = self.limits.lower.copy(), self.limits.upper.copy()
        up, down = (place >= 0) & (need > 0), (place >= 0) & (need < 0)
        upper[place[up]] = need[up]
        lower[place[down]] = np.maximum(lower[place[down]], need[down])
        return Bounds(lower, upper)

    def _note(self, solution: Floats | None, proof: Proof) -> None:
        if solution is not None:
            change = self.sums @ whole_parts(self.rows, solution)
            moved = np.flatnonzero(change)
            proof.take(self.cells[moved], change[moved], self.task)


def _filled(matrix: csr_matrix) -> csr_matrix:
    """Without zeros and empty rows, the columns of each row in order."""
    matrix = matrix.tocsr()
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return matrix[np.diff(matrix.indptr) > 0]
