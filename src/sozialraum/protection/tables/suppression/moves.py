"""How far the hidden groups of a piece can move: the attacker's linear program, kept between questions."""

from __future__ import annotations

import numpy as np

from sozialraum.protection.tables.solver import Bounds, Program, equal
from sozialraum.protection.tables.suppression.groups import DOWN, FAR, UP, Bools, Floats, Groups, Ints

CLOSE = 1e-6
SLOW = 0.1  # a round over all groups that settles less than this share is the last


class Moves:
    """Moves of the groups of one piece, published groups held still; tables found on the way are kept."""

    def __init__(self, groups: Groups):
        self.groups = groups
        self.high, down = room(groups)
        self.low = -down
        self.filled = (groups.matrix != 0).astype(np.int64)
        self.turned = groups.matrix.T.tocsr()
        self.every = np.arange(groups.size)
        self.tables = np.empty((0, groups.size))
        still = np.zeros(groups.size)
        self.program = Program(groups.matrix, equal(groups.matrix.shape[0]), Bounds(still, still), still)

    def allow(self, hidden: Bools, slack: float = 0.0) -> None:
        """Hidden groups move within their limits, published ones by `slack` at most."""
        self.low_now = np.where(hidden, self.low, np.maximum(self.low, -slack))
        self.high_now = np.where(hidden, self.high, np.minimum(self.high, slack))
        self.program.bound(self.every, self.low_now, self.high_now)

    def prove(self, wanted: Bools, *, to_the_end: bool = True) -> Bools:
        """Which of the wanted moves (2 x groups) are possible; call `allow` first.

        Not `to_the_end`: the first impossible one ends the search.
        """
        done = np.zeros_like(wanted)
        for direction in (UP, DOWN):
            self._rounds(direction, wanted, done)
            for group in np.flatnonzero(wanted[direction] & ~done[direction]).tolist():
                if not done[direction, group]:
                    self._keep(self.extreme(direction, group), wanted, done)
                    if not done[direction, group] and not to_the_end:
                        return done
        return done

    def _rounds(self, direction: int, wanted: Bools, done: Bools) -> None:
        while True:
            left = np.flatnonzero(wanted[direction] & ~done[direction])
            if len(left) < 2:
                return
            self._keep(self._solved(direction, left), wanted, done)
            if (wanted[direction] & ~done[direction]).sum() > (1 - SLOW) * len(left):
                return

    def extreme(self, direction: int, group: int) -> Floats:
        """The table in which the group moves as far as it needs, or as it can."""
        return self._solved(direction, np.array([group]))

    def _solved(self, direction: int, groups: Ints) -> Floats:
        cost = np.zeros(self.groups.size)
        cost[groups] = (-1.0 if direction == UP else 1.0) * (1 + groups * 7919 % 1009 / 1009)
        self.program.price(cost)
        needs = self.groups.needs[direction, groups].astype(float)
        low, high = self.low_now[groups], self.high_now[groups]
        if direction == UP:
            self.program.bound(groups, low, np.minimum(high, needs))
        else:
            self.program.bound(groups, np.maximum(low, -needs), high)
        solution = self.program.solve()
        self.program.bound(groups, low, high)
        return np.zeros(self.groups.size) if solution is None else solution

    def _keep(self, table: Floats, wanted: Bools, done: Bools) -> None:
        new = reached(self.groups.needs, table[None]) & wanted & ~done
        if new.any():
            done |= new
            self.tables = np.vstack([self.tables, table])

    def balance(self) -> Floats:
        """The combination of relations behind the last solution: one weight per group."""
        return np.asarray(self.turned @ self.program.duals(), dtype=float)


def room(groups: Groups) -> Floats:
    """How far each group can move up and down (2 x groups), infinite where nothing stops it."""
    return np.where(groups.limits >= FAR, np.inf, groups.limits).astype(float)


def reached(needs: Ints, tables: Floats) -> Bools:
    """Which needs (2 x groups) one of the tables meets."""
    if not len(tables):
        tables = np.zeros((1, needs.shape[1]))
    found: Bools = np.stack([tables.max(axis=0) >= needs[UP] - CLOSE, -tables.min(axis=0) >= needs[DOWN] - CLOSE])
    return found
