"""The cheapest further cells to hide so that a sensitive cell can move as it must: a min-cost alternative table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.audit import FAR, UP, Ints, Proof
from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.solver import Bounds, Program, equal

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any


NODES = 20
GAP = 0.05
WIDE = 8  # whole-number moves are looked for up to this many times the largest need


class Region:
    """Cells that may move, as one linear program: what each move adds to the hidden cells is its cost."""

    def __init__(self, relations: csr_matrix, system: System, task: Task, cells: Ints):
        self.task, self.cells = task, cells
        matrix = relations[:, cells]
        self.matrix = matrix[np.diff(matrix.indptr) > 0]
        values = system.values[cells].astype(float)
        self.upper = np.concatenate([np.full(len(cells), FAR), values])
        self.programs: dict[bool, Program] = {}

    def mend(self, cell: int, direction: int, proof: Proof, hidden: NDArray[np.bool_]) -> bool:
        """Hide what the move of the cell needs; False when it cannot move within these cells.

        Where the cheapest move comes out in fractions, the cheapest in whole numbers is looked for.
        """
        place = int(np.searchsorted(self.cells, cell))
        for whole in (False, True):
            change = self._change(place, direction, hidden, whole=whole)
            if change is None:
                return False
            exact = np.rint(change).astype(np.int64)
            if np.abs(change - exact).max() < 1e-6 and not (self.matrix @ exact).any():
                hidden[self.cells[exact != 0]] = True
                proof.take(self.cells, exact, self.task)
                return True
        return False

    def _program(self, *, whole: bool) -> Program:
        from scipy.sparse import hstack

        if whole not in self.programs:
            both = hstack([self.matrix, -self.matrix]).tocsr()
            far = WIDE * max(self.task.up.max(), self.task.down.max()) if whole else FAR
            columns = Bounds(np.zeros(len(self.upper)), np.minimum(self.upper, far))
            cost = np.zeros(len(self.upper))
            self.programs[whole] = Program(both, equal(both.shape[0]), columns, cost, whole=whole, nodes=NODES, gap=GAP)
        return self.programs[whole]

    def _change(
        self, place: int, direction: int, hidden: NDArray[np.bool_], *, whole: bool
    ) -> NDArray[np.float64] | None:
        size, program = len(self.cells), self._program(whole=whole)
        cost = np.where(hidden[self.cells], 1e-4, self.task.cost[self.cells])
        program.price(np.concatenate([cost, cost]))
        need = (self.task.up if direction == UP else self.task.down)[self.cells[place]]
        ends = np.array([place, place + size])
        amounts = np.array([need, 0.0] if direction == UP else [0.0, need])
        program.bound(ends, amounts, amounts)
        solution = program.solve()
        program.bound(ends, np.zeros(2), self.upper[ends])
        return None if solution is None else solution[:size] - solution[size:]


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
