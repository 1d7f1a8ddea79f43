"""Rounds inner cells the other way one after another until sums lie next to their true counts (tabu search, Glover 1989).

Needs no program and knows no tree: it serves where areas overlap, and betters what the way down the areas has left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = NDArray[np.int64]

FAR = 50  # what one step beyond the neighbouring multiples costs; within them at most 1
RESTS = (10, 17)  # a cell that was turned rests for 10 to 26 turns
IDLE = 4_000  # turns without a better table
TURNS = 60_000


def flipped(sums: csr_matrix, remainders: Ints, base: int, up: Ints) -> Ints:
    """The best table found from `up` on: 1 for each cell that is rounded up, 0 for the others.

    `sums`: published sums x cells; `remainders`: of each cell, 1 to base - 1. Counted in turns, never in seconds.
    """
    table = _Table(sums, remainders, base, up)
    best, found, since = table.cost, table.up.copy(), 0
    free = np.zeros(len(up), dtype=np.int64)  # the turn from which each cell may be turned again
    for turn in range(TURNS):
        change = table.change()
        barred = (free > turn) & (table.cost + change >= best)
        cell = int(np.argmin(np.where(barred, np.iinfo(np.int64).max, change)))
        table.turn(cell, int(change[cell]))
        free[cell] = turn + RESTS[0] + (cell * 2_654_435_761 + turn) % RESTS[1]
        since += 1
        if table.cost < best:
            best, found, since = table.cost, table.up.copy(), 0
        if since > IDLE:
            break
    return found


class _Table:
    """Which cells are rounded up, what that costs, and what it would cost more to turn each of them."""

    def __init__(self, sums: csr_matrix, remainders: Ints, base: int, up: Ints):
        self.sums, self.of_cell = sums, sums.T.tocsr()
        self.base, self.up = base, up.astype(np.int64)
        self.wanted = sums @ remainders
        self.low = self.wanted // base
        self.high = self.low + (self.wanted % base > 0)
        self.now = sums @ self.up
        every = np.arange(len(self.wanted))
        self.cost = int(self._costs(every, self.now).sum())
        self.steps = np.stack(self._steps(every))
        self.gains = np.stack([self.of_cell @ self.steps[0], self.of_cell @ self.steps[1]])

    def _costs(self, sums: Ints, now: Ints) -> Ints:
        """In units of one: distance from the true sum, and much more for steps beyond its neighbours."""
        beyond = np.maximum(np.maximum(self.low[sums] - now, now - self.high[sums]), 0)
        costs: Ints = np.abs(self.base * now - self.wanted[sums]) + FAR * self.base * beyond
        return costs

    def _steps(self, sums: Ints) -> tuple[Ints, Ints]:
        """What one more and one less rounded up costs in each of these sums."""
        now = self.now[sums]
        here = self._costs(sums, now)
        return self._costs(sums, now + 1) - here, self._costs(sums, now - 1) - here

    def change(self) -> Ints:
        """What turning each cell would add to the cost."""
        change: Ints = np.where(self.up == 0, self.gains[0], self.gains[1])
        return change

    def turn(self, cell: int, change: int) -> None:
        """Round this cell the other way; `change` is what that adds to the cost."""
        sums = self.of_cell.indices[self.of_cell.indptr[cell] : self.of_cell.indptr[cell + 1]]
        way = 1 - 2 * int(self.up[cell])
        self.up[cell] += way
        self.now[sums] += way
        self.cost += change
        steps = np.stack(self._steps(sums))
        more = steps - self.steps[:, sums]
        self.steps[:, sums] = steps
        moved = np.flatnonzero(more.any(axis=0))
        starts, ends = self.sums.indptr[sums[moved]], self.sums.indptr[sums[moved] + 1]
        cells = np.concatenate([self.sums.indices[a:b] for a, b in zip(starts, ends, strict=True)] or [starts])
        for side in (0, 1):
            weights = np.repeat(more[side, moved], ends - starts)
            self.gains[side] += np.bincount(cells, weights=weights, minlength=len(self.up)).astype(np.int64)
