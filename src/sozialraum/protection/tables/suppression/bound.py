"""What protection costs at least, whatever is chosen: the cover model of all cells at once, in fractions.

Every safe choice, without the cells in it that cannot move, satisfies the cover model; any weights of its rows, none
negative, then prove a bound by themselves (weak duality), however near to the best ones they are. A first-order method
finds them: it needs little more memory than the model, and a fraction of the simplex method's time in large towns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.suppression.cover import Cover
from sozialraum.protection.tables.suppression.groups import FAR, Floats, grouped

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

TURNS, LOOK = 512, 64
"""Steps towards the best weights, and after how many the bound is looked at."""
ENOUGH = 1e-6  # of the bound: what it must have changed by since the last look for another one
NEARER, LONG = 0.2, 0.36  # it starts again from where it is when steps have become so small, or after this part of all
ROUNDED = 1e-12  # of everything added up: what adding may have rounded up
Halves = NDArray[np.float32]


def lower_bound(system: System, task: Task) -> float:
    """Proved lower bound of the cost of all hidden cells (Fischetti, Salazar 2001: necessary conditions only)."""
    sure = float(task.cost[task.sensitive & ~task.kept].sum())
    cells = np.flatnonzero(task.free | task.kept)
    reach = np.stack([np.full(len(system.values), FAR), system.values])
    groups, _ = grouped(system.relations, reach, task, cells, task.kept)
    return sure + least(Cover(groups))


def least(model: Cover) -> float:
    """What every choice under the rows of the model costs at least, also one in fractions."""
    last = found = _proved(model, np.zeros(len(model.sides)))
    asked = (model.sides > 0).any() and model.groups.cost.any()
    for weights in _Weights(model).nearer() if asked else ():
        before, last = last, _proved(model, weights)
        found = max(found, last)
        if abs(last - before) < ENOUGH * found:
            break
    return found


def _proved(model: Cover, weights: Floats) -> float:
    """What these weights of the rows prove: weights @ sides, and for each group what is left of its cost, where that is
    negative or the group is fixed."""
    left = model.groups.cost - model.matrix.T @ weights
    weighed = float((weights * model.sides).sum())
    found = weighed + float(np.where(model.groups.fixed, left, np.minimum(left, 0.0)).sum())
    return found - ROUNDED * (weighed + float(np.abs(left).sum()))


class _Weights:
    """The model with rows and columns scaled to one size, and a pair of a choice and weights that moves to the best one."""

    def __init__(self, model: Cover):
        from scipy.sparse import csr_matrix as csr

        matrix = model.matrix
        rows, starts = np.diff(matrix.indptr), matrix.indptr[:-1]
        amounts = np.abs(matrix.data).astype(np.float32)
        tallest = np.maximum.reduceat(amounts, starts)
        amounts /= np.repeat(tallest, rows)
        self.scale = 1 / (tallest * np.sqrt(np.add.reduceat(amounts, starts)))
        columns = np.bincount(matrix.indices, amounts, minlength=matrix.shape[1])
        width = (1 / np.sqrt(np.maximum(columns, 1e-9))).astype(np.float32)
        data = matrix.data * np.repeat(self.scale, rows) * width[matrix.indices]
        self.matrix = csr((data.astype(np.float32), matrix.indices, matrix.indptr), shape=matrix.shape)
        self.turned = self.matrix.T.tocsr()  # once: every step multiplies with both
        self.sides = (model.sides * self.scale).astype(np.float32)
        self.cost = (model.groups.cost * width).astype(np.float32)
        self.upper = 1 / width
        self.lower = np.where(model.groups.fixed, self.upper, np.float32(0))
        self.balance = 0.1 * _length(self.cost) / _length(self.sides)

    def nearer(self) -> Iterator[Floats]:
        """Weights of the rows, nearer and nearer to the best: reflected Halpern steps of the primal-dual hybrid gradient
        method with restarts (Applegate and others 2021; Lu, Yang 2024)."""
        choice, weights = self.lower, np.zeros_like(self.sides)
        anchor, far, since = (choice, weights), 0.0, 0
        for turn in range(1, TURNS + 1):
            moved = self._step(choice, weights)
            since += 1
            if turn % LOOK == 0:
                yield (moved[1] * self.scale).astype(np.float64)
                away = self._distance(moved, (choice, weights))
                far = far or away
                if away < NEARER * far or since > LONG * turn:
                    self._rebalance(moved, anchor)
                    (choice, weights), anchor, far, since = moved, moved, 0.0, 0
                    continue
            part = np.float32(since / (since + 1))
            choice = _reflected(anchor[0], moved[0], choice, part)
            weights = _reflected(anchor[1], moved[1], weights, part)

    def _step(self, choice: Halves, weights: Halves) -> tuple[Halves, Halves]:
        """choice - (cost - turned @ weights) / balance, and weights + balance * (sides - matrix @ (2 * moved - choice)), kept
        within their bounds."""
        moved = self.turned @ weights
        np.subtract(self.cost, moved, out=moved)
        moved *= np.float32(1 / self.balance)
        np.subtract(choice, moved, out=moved)
        np.clip(moved, self.lower, self.upper, out=moved)
        ahead = 2 * moved
        ahead -= choice
        more = self.matrix @ ahead
        np.subtract(self.sides, more, out=more)
        more *= np.float32(self.balance)
        more += weights
        return moved, np.maximum(more, 0, out=more)

    def _distance(self, one: tuple[Halves, Halves], other: tuple[Halves, Halves]) -> float:
        choice, weights = (_length(here - there) for here, there in zip(one, other, strict=True))
        return float(np.sqrt(self.balance * choice**2 + weights**2 / self.balance))

    def _rebalance(self, one: tuple[Halves, Halves], other: tuple[Halves, Halves]) -> None:
        """Choice and weights should move equally far."""
        choice, weights = (_length(here - there) for here, there in zip(one, other, strict=True))
        if choice > 0 and weights > 0:
            self.balance = float(np.sqrt(self.balance * weights / choice))


def _reflected(anchor: Halves, moved: Halves, last: Halves, part: np.float32) -> Halves:
    """anchor + part * (2 * moved - last - anchor). New arrays for each sign would take as long as the sums themselves."""
    found = 2 * moved
    found -= last
    found -= anchor
    found *= part
    found += anchor
    return found


def _length(vector: Halves) -> float:
    """The norm, without the threads that numpy begins for products: they would wait beside the search and slow it."""
    return float(np.sqrt((vector * vector).sum(dtype=np.float64)))
