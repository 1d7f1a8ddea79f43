"""A cheap choice of groups under the rows of a cover model: one part of it at a time.

Most parts are nearly solved at the root of HiGHS. Where the relaxed model comes out in fractions nearly everywhere, as with
five and more dimensions, its nodes cost thousands of steps each and its choice is still far from the cheapest. There dives
find choices: the largest fractions are rounded up, the others follow. What all of them agree in stays, the rest is solved
(Rothberg 2007). Limits count nodes and dives, never seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.solver import IDLE, Bounds, Floats, Program
from sozialraum.protection.tables.suppression.groups import Bools, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

CLOSE = 1e-6
MANY = 150  # fractions in the relaxed model from which it is dived into
SHARES = (0.05, 0.1, 0.15, 0.2)  # of the fractions that a dive rounds up in one step
AGAIN = (0.1,)  # where a choice is known already


class Rows:
    """Rows of a cover model, matrix @ choice >= sides, with what each group costs; every choice of all groups keeps them."""

    def __init__(self, matrix: csr_matrix, sides: Floats, cost: Floats):
        self.matrix, self.sides, self.cost = matrix, sides, cost
        self.size, self.dived = len(cost), False

    def cheapest(self, start: Bools | None, nodes: int, gap: float, idle: int = IDLE) -> Bools:
        """The cheapest choice, or the best within these nodes or dives; `idle` as a program takes it."""
        if self.size > MANY:
            program, relaxed = self._relaxed()
            if relaxed is not None and np.count_nonzero(_loose(relaxed)) > MANY:
                self.dived = True
                return self._best_dive(program, relaxed, start, nodes, gap)
        return self._solved(start, nodes, gap, idle)

    def near(self, nodes: int, gap: float) -> tuple[Bools, bool]:
        """A choice near the cheapest: first in fractions, then in whole numbers where these are left (Berthold 2014).

        Also whether it is the cheapest. Rounding up keeps every row, so that there always is one.
        """
        _, relaxed = self._relaxed()
        if relaxed is None:
            return np.ones(self.size, dtype=bool), False
        loose = _loose(relaxed)
        return self._crossed(relaxed > CLOSE, np.flatnonzero(loose), nodes, gap), not loose.any()

    def _relaxed(self) -> tuple[Program, Floats | None]:
        program = self._program(whole=False)
        return program, program.solve()

    def _program(self, **more: Any) -> Program:
        rows = Bounds(self.sides, np.full(len(self.sides), np.inf))
        return Program(self.matrix, rows, Bounds(np.zeros(self.size), np.ones(self.size)), self.cost, **more)

    def _solved(self, start: Bools | None, nodes: int, gap: float, idle: int = IDLE) -> Bools:
        program = self._program(whole=True, nodes=nodes, gap=gap, idle=idle)
        if start is not None:
            program.start(start.astype(float))
        solution = program.solve()
        return np.ones(self.size, dtype=bool) if solution is None else solution > 0.5

    def _crossed(self, chosen: Bools, loose: Ints, nodes: int, gap: float) -> Bools:
        """The choice with the cheapest of the loose groups that the others leave to be chosen."""
        if not len(loose):
            return chosen
        rest, part = chosen.copy(), self.matrix[:, loose]
        rest[loose] = False
        left = self.sides - self.matrix @ rest.astype(float)
        open_ = np.flatnonzero(left > part.minimum(0).sum(axis=1).A1 + CLOSE)
        rest[loose] = Rows(part[open_], left[open_], self.cost[loose])._solved(chosen[loose], nodes, gap)
        return rest

    def _best_dive(self, program: Program, relaxed: Floats, start: Bools | None, nodes: int, gap: float) -> Bools:
        known = start is not None and self._kept(start)
        found = [self._spared(one) for one in self._dives(program, relaxed, AGAIN if known else SHARES)]
        found += [start] if start is not None and known else []
        best = min(found, key=lambda one: float(self.cost[one].sum()))
        apart = np.flatnonzero(np.any([one != best for one in found], axis=0))
        return self._crossed(best, apart, nodes, gap)

    def _kept(self, choice: Bools) -> bool:
        return bool((self.matrix @ choice.astype(float) >= self.sides - CLOSE).all())

    def _dives(self, program: Program, relaxed: Floats, shares: tuple[float, ...]) -> Iterator[Bools]:
        every, most = np.arange(self.size), np.ones(self.size)
        for share in shares:
            lower, solution = np.zeros(self.size), relaxed
            while (loose := np.flatnonzero(_loose(solution))).size:
                up = loose[np.argsort(-solution[loose], kind="stable")[: max(1, int(len(loose) * share))]]
                lower[up] = 1
                lower[solution > 1 - CLOSE] = 1
                program.bound(every, lower, most)
                found = program.solve()
                solution = np.ones(self.size) if found is None else found
            yield solution > 0.5

    def _spared(self, choice: Bools) -> Bools:
        """The choice without groups that no row needs, the dearest first."""
        choice, columns = choice.copy(), self.matrix.tocsc()
        spare = self.matrix @ choice.astype(float) - self.sides
        chosen = np.flatnonzero(choice & (self.cost > 0))
        for group in chosen[np.argsort(-self.cost[chosen], kind="stable")].tolist():
            here = slice(columns.indptr[group], columns.indptr[group + 1])
            rows, amounts = columns.indices[here], columns.data[here]
            if (spare[rows] - amounts >= -CLOSE).all():
                spare[rows] -= amounts
                choice[group] = False
        return choice


def _loose(solution: Floats) -> NDArray[np.bool_]:
    return np.asarray((solution > CLOSE) & (solution <= 1 - CLOSE))
