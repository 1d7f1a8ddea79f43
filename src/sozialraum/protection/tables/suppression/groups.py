"""Cells of one level that may be hidden, merged where they can only move together, and split into separate pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.connected import together
from sozialraum.protection.tables.merging import Merged, merged
from sozialraum.protection.tables.primary import Task

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
UP, DOWN = 0, 1
FAR = 1 << 40


@dataclass(frozen=True, slots=True)
class Groups:
    """Merged cells: relations, cost of hiding, fixed (hidden in any case), and per direction limits and needs of moves.

    `cost` counts what is not hidden yet; `limits` and `needs`: 2 x groups, up and down.
    """

    matrix: csr_matrix
    cost: Floats
    fixed: Bools
    limits: Ints
    needs: Ints

    @property
    def size(self) -> int:
        """Number of groups."""
        return len(self.cost)

    def price(self, hidden: Bools) -> float:
        """What it costs to hide these groups."""
        return float(self.cost[hidden].sum())

    def part(self, inside: Ints, *, whole: bool = True) -> Groups:
        """These groups alone, with the relations that hold no others; without `whole` the others stay as they are."""
        matrix = self.matrix[:, inside]
        kept = np.diff(matrix.indptr) > 0
        if whole:
            kept &= np.diff(matrix.indptr) == np.diff(self.matrix.indptr)
        fixed, limits, needs = self.fixed[inside], self.limits[:, inside], self.needs[:, inside]
        return Groups(matrix[kept], self.cost[inside], fixed, limits, needs)

    def tied(self) -> tuple[Groups, Merged]:
        """Groups that can only move together as one, with the tighter of their limits and the larger of their needs."""
        merge = merged(self.matrix.copy())
        sign, group = merge.sign, merge.group
        limits = np.full((2, merge.size), FAR, dtype=np.int64)
        needs = np.zeros((2, merge.size), dtype=np.int64)
        for side, turned in ((UP, False), (UP, True), (DOWN, False), (DOWN, True)):
            here, own = sign < 0 if turned else sign > 0, 1 - side if turned else side
            np.minimum.at(limits[side], group[here], self.limits[own, here])
            np.maximum.at(needs[side], group[here], self.needs[own, here])
        cost = np.bincount(group, weights=self.cost, minlength=merge.size).astype(np.float64)
        fixed = np.zeros(merge.size, dtype=bool)
        fixed[group[self.fixed & (sign != 0)]] = True
        return Groups(merge.matrix, cost, fixed, limits, np.minimum(needs, limits)), merge

    def pieces(self) -> Iterator[Ints]:
        """Groups that hang together through groups that may still be hidden; fixed ones may stand in several."""
        linked = self.matrix[:, np.flatnonzero(~self.fixed)]
        linked = linked[:, np.diff(linked.tocsc().indptr) > 0]
        parts = together(linked)
        loose = np.flatnonzero(np.diff(linked.indptr) > 0)
        of_row = parts[linked.indices[linked.indptr[loose]]]
        order = np.argsort(of_row, kind="stable")
        for rows in np.split(loose[order], np.cumsum(np.bincount(of_row, minlength=parts.max(initial=-1) + 1))[:-1]):
            yield np.unique(self.matrix[rows].indices).astype(np.int64)


def held(relations: csr_matrix, cells: Ints) -> csr_matrix:
    """The relations over these cells, without those that hold none of them."""
    matrix = relations[:, cells]
    return matrix[np.diff(matrix.indptr) > 0]


def grouped(relations: csr_matrix, reach: Ints, task: Task, cells: Ints, hidden: Bools) -> tuple[Groups, Merged]:
    """The groups of these cells; what is `hidden` already or sensitive is fixed and costs nothing.

    A cell that is kept back anyway costs nothing either, but nobody has to be hidden for its sake.
    `reach`: 2 x all cells, how far each can move up and down at most.
    """
    needs = np.stack([task.up, task.down])[:, cells]
    fixed = (hidden & ~task.kept | task.sensitive)[cells]
    cost = np.where(fixed, 0.0, task.cost[cells])
    return Groups(held(relations, cells), cost, fixed, reach[:, cells], needs).tied()
