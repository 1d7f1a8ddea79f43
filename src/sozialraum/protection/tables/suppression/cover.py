"""The cover model of one piece: which cells to hide so that every relation leaves its hidden cells room to move.

It asks for what is necessary, not for all that is sufficient; the audit finds what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.connected import together
from sozialraum.protection.tables.solver import Bounds, Program
from sozialraum.protection.tables.suppression.groups import Bools, Floats, Groups, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any


class Cover:
    """The 0/1 model of one piece; cuts may be added, and it starts again from a given choice."""

    def __init__(self, groups: Groups):
        self.groups = groups
        self.matrix, self.sides = _constraints(groups)
        self.chosen = groups.fixed.copy()
        self.fresh = np.ones(len(self.sides), dtype=bool)

    def add(self, rows: Sequence[tuple[Ints, Floats, float]]) -> None:
        """More rows: groups, their weights, and the least sum."""
        from scipy.sparse import csr_matrix as csr
        from scipy.sparse import vstack

        named, weights, least = zip(*rows, strict=True)
        ends = np.cumsum([0, *map(len, named)])
        more = csr((np.concatenate(weights), np.concatenate(named), ends), shape=(len(rows), self.groups.size))
        self.matrix = vstack([self.matrix, more]).tocsr()
        self.sides = np.concatenate([self.sides, least])
        self.fresh = np.concatenate([self.fresh, np.ones(len(rows), dtype=bool)])

    def solve(self, start: Bools | None, nodes: int, gap: float) -> Bools:
        """The cheapest choice under all rows; parts without new rows keep theirs."""
        parts = together(self.matrix)
        row_parts = parts[self.matrix.indices[self.matrix.indptr[:-1]]]
        for part in np.unique(row_parts[self.fresh]).tolist():
            rows = np.flatnonzero(row_parts == part)
            columns = np.flatnonzero(parts == part)
            if (self.sides[rows] > 0).any():
                first = None if start is None else start[columns]
                cost = self.groups.cost[columns]
                found = _solved(self.matrix[rows][:, columns], self.sides[rows], cost, first, nodes, gap)
                self.chosen[columns] = found | self.groups.fixed[columns]
        self.fresh[:] = False
        return self.chosen.copy()

    def bound(self, nodes: int = 1) -> float:
        """What every choice under these rows costs at least."""
        size = self.groups.size
        if not (self.sides > 0).any():
            return 0.0
        rows = Bounds(self.sides, np.full(len(self.sides), np.inf))
        columns = Bounds(self.groups.fixed.astype(float), np.ones(size))
        program = Program(self.matrix, rows, columns, self.groups.cost, whole=True, nodes=nodes)
        program.solve()
        return max(program.bound_value, 0.0)


def _pairs(matrix: csr_matrix) -> tuple[Ints, Ints, Ints]:
    """Every ordered pair of entries of one row: row, position of the first and of the second entry."""
    counts = np.diff(matrix.indptr)
    rows = np.repeat(np.arange(len(counts)), counts)
    times = counts[rows]
    first = np.repeat(np.arange(matrix.nnz), times)
    starts = np.repeat(matrix.indptr[rows], times)
    within = np.arange(len(first)) - np.repeat(np.cumsum(times) - times, times)
    second = starts + within
    other = first != second
    return rows[first[other]], first[other], second[other]


def _constraints(groups: Groups) -> tuple[csr_matrix, Floats]:
    """Rows over the groups with their right sides: the sum of what the others can absorb reaches the need."""
    from scipy.sparse import vstack

    matrix = groups.matrix
    _, first, second = _pairs(matrix)
    one, other = matrix.indices[first], matrix.indices[second]
    needy: NDArray[np.bool_] = np.maximum(groups.needs[0], groups.needs[1]) > 0
    found = [_partners(groups, first, other, ~needy[one])]
    turn = (matrix.data[first] * matrix.data[second]) > 0  # both on one side: the other moves against the first
    ratio = np.abs(matrix.data[second]), np.abs(matrix.data[first])
    for direction in (0, 1):
        side: Ints = np.where(turn, 1 - direction, direction).astype(np.int64)
        capacity = groups.limits[side, other] * ratio[0] // ratio[1]
        found.append(_absorbing(groups, first, other, capacity, groups.needs[direction]))
    matrices, sides = zip(*found, strict=True)
    return vstack(matrices).tocsr(), np.concatenate(sides)


def _partners(groups: Groups, first: Ints, other: Ints, wanted: NDArray[np.bool_]) -> tuple[csr_matrix, Floats]:
    """A hidden group without a need has another hidden one in each relation: y_j <= sum of the others."""
    from scipy.sparse import coo_matrix

    entries = groups.matrix.indices
    helped = np.zeros(len(entries), dtype=bool)
    helped[first[groups.fixed[other]]] = True
    use = wanted & ~helped[first]
    lines, rows = np.unique(first[use], return_inverse=True)
    own = entries[lines]
    loose = ~groups.fixed[own]
    cells = np.concatenate([other[use], own[loose]])
    rows = np.concatenate([rows, np.flatnonzero(loose)])
    data = np.concatenate([np.ones(int(use.sum())), -np.ones(int(loose.sum()))])
    shape = (len(lines), len(groups.cost))
    return coo_matrix((data, (rows, cells)), shape=shape).tocsr(), np.where(loose, 0.0, 1.0)


def _absorbing(groups: Groups, first: Ints, other: Ints, capacity: Ints, needs: Ints) -> tuple[csr_matrix, Floats]:
    from scipy.sparse import coo_matrix

    need = needs[groups.matrix.indices]
    entries = len(need)
    part = np.minimum(capacity, need[first])
    given = np.bincount(first, weights=part * groups.fixed[other], minlength=entries)
    left = need - given
    use = (left[first] > 0) & ~groups.fixed[other] & (part > 0)
    amounts = np.minimum(part[use], left[first[use]])
    lines, rows = np.unique(first[use], return_inverse=True)
    most = np.bincount(rows, weights=amounts, minlength=len(lines))
    matrix = coo_matrix((amounts, (rows, other[use])), shape=(len(lines), len(groups.cost))).tocsr()
    return matrix, np.minimum(left[lines], most)


def _solved(matrix: csr_matrix, sides: Floats, cost: Floats, start: Bools | None, nodes: int, gap: float) -> Bools:
    size = len(cost)
    rows = Bounds(sides, np.full(len(sides), np.inf))
    program = Program(matrix, rows, Bounds(np.zeros(size), np.ones(size)), cost, whole=True, nodes=nodes, gap=gap)
    if start is not None:
        program.start(start.astype(float))
    solution = program.solve()
    return np.ones(size, dtype=bool) if solution is None else solution > 0.5
