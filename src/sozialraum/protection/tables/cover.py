"""The cover model of one piece: which cells to hide so that every relation leaves its hidden cells room to move.

It asks for what is necessary, not for all that is sufficient; the audit finds what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.merging import merged
from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.solver import Bounds, Program

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NODES = 200
FAR = 1 << 40


@dataclass(frozen=True, slots=True)
class Groups:
    """Merged cells of a level: relations, cost (of those not hidden yet), fixed, limits and needs up and down."""

    matrix: csr_matrix
    cost: Floats
    fixed: NDArray[np.bool_]
    limits: Ints
    needs: Ints


def cover(
    relations: csr_matrix, system: System, task: Task, hidden: NDArray[np.bool_], level: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """The cells of `level` to hide, given what is hidden above, under `relations`; `hidden` is left as it is."""
    cells = np.flatnonzero(hidden | level)
    touched = np.diff(relations[:, np.flatnonzero(level)].indptr) > 0
    matrix = relations[touched][:, cells]
    merge = merged(matrix.copy())
    groups = _groups(system, task, cells, merge.group, merge.sign, merge.matrix, hidden)
    chosen = _chosen(groups)
    found = hidden | task.sensitive & level
    found[cells[chosen[merge.group] & (merge.sign != 0)]] = True
    return found


def _groups(
    system: System, task: Task, cells: Ints, group: Ints, sign: Ints, matrix: csr_matrix, hidden: NDArray[np.bool_]
) -> Groups:
    size = matrix.shape[1]
    values, live = system.values[cells], sign != 0
    limits = np.full((2, size), FAR, dtype=np.int64)  # how far the group moves up and down
    np.minimum.at(limits[0], group[live & (sign < 0)], values[live & (sign < 0)])
    np.minimum.at(limits[1], group[live & (sign > 0)], values[live & (sign > 0)])
    needs = np.zeros((2, size), dtype=np.int64)
    for direction, need in ((1, task.up), (-1, task.down)):
        for side, turned in ((0, direction), (1, -direction)):
            here = live & (sign == turned)
            np.maximum.at(needs[side], group[here], need[cells[here]])
    cost = np.zeros(size)
    shown = ~hidden[cells] & ~task.sensitive[cells]
    np.add.at(cost, group[shown], task.cost[cells[shown]])
    fixed = np.zeros(size, dtype=bool)
    fixed[group[live & (hidden[cells] | task.sensitive[cells])]] = True
    return Groups(matrix, cost, fixed, limits, np.minimum(needs, limits))


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


def _chosen(groups: Groups) -> NDArray[np.bool_]:
    from scipy.sparse.csgraph import connected_components

    chosen = groups.fixed.copy()
    matrix, sides = _constraints(groups)
    used = np.unique(matrix.indices)
    _, parts = connected_components(abs(matrix).T @ abs(matrix), directed=False)
    row_parts = parts[matrix.indices[matrix.indptr[:-1]]]
    for part in np.unique(parts[used]).tolist():
        rows = np.flatnonzero(row_parts == part)
        if (sides[rows] > 0).any():
            columns = np.flatnonzero(parts == part)
            chosen[columns] |= _solved(matrix[rows][:, columns], sides[rows], groups.cost[columns])
    return chosen


def _solved(matrix: csr_matrix, sides: Floats, cost: Floats) -> NDArray[np.bool_]:
    size = len(cost)
    rows = Bounds(sides, np.full(len(sides), np.inf))
    program = Program(matrix, rows, Bounds(np.zeros(size), np.ones(size)), cost, whole=True, nodes=NODES)
    solution = program.solve()
    return np.ones(size, dtype=bool) if solution is None else solution > 0.5
