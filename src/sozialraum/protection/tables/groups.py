"""Cells of one level that may be hidden, merged where they can only move together, and split into separate pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.merging import Merged
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

    def part(self, inside: Ints) -> Groups:
        """These groups alone, with the relations that hold no others."""
        matrix = self.matrix[:, inside]
        whole = np.diff(matrix.indptr) == np.diff(self.matrix.indptr)
        matrix = matrix[whole & (np.diff(matrix.indptr) > 0)]
        return Groups(matrix, self.cost[inside], self.fixed[inside], self.limits[:, inside], self.needs[:, inside])

    def pieces(self) -> Iterator[Ints]:
        """Groups that hang together through groups that may still be hidden; fixed ones may stand in several."""
        from scipy.sparse.csgraph import connected_components

        linked = abs(self.matrix[:, np.flatnonzero(~self.fixed)])
        linked = linked[:, np.diff(linked.tocsc().indptr) > 0]
        count, parts = connected_components(linked.T @ linked, directed=False)
        loose = np.flatnonzero(np.diff(linked.indptr) > 0)
        of_row = parts[linked.indices[linked.indptr[loose]]]
        order = np.argsort(of_row, kind="stable")
        for rows in np.split(loose[order], np.cumsum(np.bincount(of_row, minlength=count))[:-1]):
            yield np.unique(self.matrix[rows].indices).astype(np.int64)


def held(relations: csr_matrix, cells: Ints) -> csr_matrix:
    """The relations over these cells, without those that hold none of them."""
    matrix = relations[:, cells]
    return matrix[np.diff(matrix.indptr) > 0]


def grouped(reach: Ints, task: Task, cells: Ints, merge: Merged, hidden: Bools) -> Groups:
    """The groups of these cells; what is `hidden` already or sensitive is fixed and costs nothing."""
    matrix, group, sign = merge.matrix, merge.group, merge.sign
    size = matrix.shape[1]
    live = sign != 0
    limits = np.full((2, size), FAR, dtype=np.int64)
    for direction in (UP, DOWN):
        for side, here in ((direction, live & (sign > 0)), (1 - direction, live & (sign < 0))):
            np.minimum.at(limits[side], group[here], reach[direction, cells[here]])
    needs = np.zeros((2, size), dtype=np.int64)
    for direction, need in ((1, task.up), (-1, task.down)):
        for side, turned in ((UP, direction), (DOWN, -direction)):
            here = live & (sign == turned)
            np.maximum.at(needs[side], group[here], need[cells[here]])
    cost = np.zeros(size)
    shown = ~hidden[cells] & ~task.sensitive[cells]
    np.add.at(cost, group[shown], task.cost[cells[shown]])
    fixed = np.zeros(size, dtype=bool)
    fixed[group[live & (hidden[cells] | task.sensitive[cells])]] = True
    return Groups(matrix, cost, fixed, limits, np.minimum(needs, limits))
