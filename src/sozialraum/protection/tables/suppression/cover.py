"""The cover model of one piece: which cells to hide so that every relation leaves its hidden cells room to move.

It asks for what is necessary, not for all that is sufficient; the audit finds what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.connected import together
from sozialraum.protection.tables.solver import IDLE
from sozialraum.protection.tables.suppression.choices import Rows
from sozialraum.protection.tables.suppression.groups import Bools, Floats, Groups, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Shorts = NDArray[np.int32]
PAIRS = 250_000  # of entries of one relation that are looked at in one step, so that large towns need little memory


class Cover:
    """The 0/1 model of one piece; cuts may be added, and it starts again from a given choice."""

    def __init__(self, groups: Groups, idle: int = IDLE):
        self.groups, self.idle = groups, idle
        self.matrix, self.sides = _constraints(groups)
        self.chosen = groups.fixed.copy()
        self.fresh = np.ones(len(self.sides), dtype=bool)
        self.dived = False

    def add(self, rows: Sequence[tuple[Ints, Floats, float]]) -> None:
        """More rows: groups, their weights, and the least sum."""
        if not rows:
            return
        from scipy.sparse import csr_matrix as csr
        from scipy.sparse import vstack

        named, weights, least = zip(*rows, strict=True)
        ends = np.cumsum([0, *map(len, named)])
        more = csr((np.concatenate(weights), np.concatenate(named), ends), shape=(len(rows), self.groups.size))
        self.matrix = vstack([self.matrix, more]).tocsr()
        self.sides = np.concatenate([self.sides, least])
        self.fresh = np.concatenate([self.fresh, np.ones(len(rows), dtype=bool)])

    def solve(self, start: Bools | None, nodes: int, gap: float, *, near: bool = False) -> Bools:
        """The cheapest choice under all rows, or one `near` it; parts solved before without new rows keep theirs."""
        parts = together(self.matrix)
        row_parts = parts[self.matrix.indices[self.matrix.indptr[:-1]]]
        for part in np.unique(row_parts[self.fresh]).tolist():
            rows = np.flatnonzero(row_parts == part)
            columns = np.flatnonzero(parts == part)
            self.fresh[rows] = False
            if (self.sides[rows] > 0).any():
                model = Rows(self.matrix[rows][:, columns], self.sides[rows], self.groups.cost[columns])
                if near:
                    found, exact = model.near(nodes, gap)
                    self.fresh[rows] = not exact
                else:
                    found = model.cheapest(None if start is None else start[columns], nodes, gap, self.idle)
                    self.dived |= model.dived
                self.chosen[columns] = found | self.groups.fixed[columns]
        return self.chosen.copy()


def _pairs(matrix: csr_matrix) -> tuple[Shorts, Shorts]:
    """Every ordered pair of entries of one row, by their positions."""
    counts = np.diff(matrix.indptr)
    times = np.repeat(counts, counts).astype(np.int32)
    first = np.repeat(np.arange(matrix.nnz, dtype=np.int32), times)
    starts = np.repeat(matrix.indptr[:-1], counts) - np.cumsum(times, dtype=np.int64) + times
    second = np.repeat(starts.astype(np.int32), times) + np.arange(len(first), dtype=np.int32)
    other = first != second
    return first[other], second[other]


def _constraints(groups: Groups) -> tuple[csr_matrix, Floats]:
    """Rows over the groups with their right sides: the sum of what the others can absorb reaches the need."""
    from scipy.sparse import vstack

    steps = zip(*map(_of_relations, _steps(groups)), strict=True)
    matrices, sides = zip(*(one for kind in steps for one in kind), strict=True)
    return vstack(matrices).tocsr(), np.concatenate(sides)


def _steps(groups: Groups) -> Iterator[Groups]:
    """The groups with some of their relations, so many in one step as hold a manageable number of pairs."""
    step = np.cumsum(np.diff(groups.matrix.indptr).astype(np.int64) ** 2) // PAIRS
    ends = [0, *(np.flatnonzero(np.diff(step)) + 1).tolist(), len(step)]
    for start, end in pairwise(ends):
        yield replace(groups, matrix=groups.matrix[start:end])


def _of_relations(groups: Groups) -> list[tuple[csr_matrix, Floats]]:
    """Constraints of the relations: partners, then what absorbs a move up, then what absorbs one down."""
    matrix = groups.matrix
    first, second = _pairs(matrix)
    one, other = matrix.indices[first], matrix.indices[second]
    needy: NDArray[np.bool_] = np.maximum(groups.needs[0], groups.needs[1]) > 0
    found = [_partners(groups, first, other, ~needy[one])]
    turn = (matrix.data[first] * matrix.data[second]) > 0  # both on one side: the other moves against the first
    ratio = np.abs(matrix.data)
    for direction in (0, 1):
        side = np.where(turn, 1 - direction, direction).astype(np.int8)
        # halves count whole: nothing safe is ruled out
        capacity = -(-groups.limits[side, other] * ratio[second] // ratio[first])
        found.append(_absorbing(groups, first, other, capacity, groups.needs[direction]))
    return found


def _partners(groups: Groups, first: Shorts, other: Ints, wanted: NDArray[np.bool_]) -> tuple[csr_matrix, Floats]:
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


def _absorbing(groups: Groups, first: Shorts, other: Ints, capacity: Ints, needs: Ints) -> tuple[csr_matrix, Floats]:
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
