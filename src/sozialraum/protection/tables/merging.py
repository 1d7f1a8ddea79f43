"""Hidden cells that can only move together: a relation with two of them ties them, a relation with one stops it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.connected import connected

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Merged:
    """`group` and `sign` of every column (sign 0: cannot move); `matrix`: relations of the groups, each once."""

    group: Ints
    sign: Ints
    matrix: csr_matrix

    @property
    def size(self) -> int:
        """Number of groups."""
        return int(self.matrix.shape[1])

    def over(self, relations: csr_matrix) -> csr_matrix:
        """These relations of the columns, as relations of the groups, each once."""
        return once(_applied(relations, self.group, self.sign, self.size))


def merged(matrix: csr_matrix) -> Merged:
    """Merge the columns of matrix x = 0 until no relation ties two groups as they are; empty rows must be left out."""
    size = matrix.shape[1]
    group, sign = np.arange(size), np.ones(size, dtype=np.int64)
    reduced = matrix
    while True:
        reduced.eliminate_zeros()
        counts = np.diff(reduced.indptr)
        stopped = np.unique(reduced.indices[np.repeat(counts == 1, counts)])
        pairs = _ties(reduced, np.flatnonzero(counts == 2))
        if not len(stopped) and not len(pairs):
            return Merged(group, sign, once(reduced))
        joined, factor, number = _joined(reduced, pairs, size)
        factor[stopped] = 0
        sign, group = sign * factor[group], joined[group]
        reduced, size = _applied(reduced, joined, factor, number), number


def _ties(matrix: csr_matrix, pairs: Ints) -> Ints:
    """Those of these rows of two groups in which both move by the same amount (not one twice as far as the other)."""
    starts = matrix.indptr[pairs]
    alike: NDArray[np.bool_] = np.abs(matrix.data[starts]) == np.abs(matrix.data[starts + 1])
    return pairs[alike]


def _joined(matrix: csr_matrix, pairs: Ints, size: int) -> tuple[Ints, Ints, int]:
    """New number and sign of every group after joining the two groups of each of these rows.

    Every group stands twice in the graph, as it is and turned round; a row ties the four ends of its two groups. A
    group that is tied to itself turned round cannot move.
    """
    starts = matrix.indptr[pairs]
    one, other = matrix.indices[starts].astype(np.int64), matrix.indices[starts + 1].astype(np.int64)
    turned = np.where(matrix.data[starts] * matrix.data[starts + 1] < 0, 0, size)
    ends = np.concatenate([one, one + size]), np.concatenate([other + turned, other + (size - turned)])
    label = connected(*ends, 2 * size)
    upright, upside = label[:size], label[size:]
    lowest, joined = np.unique(np.minimum(upright, upside), return_inverse=True)
    sign = np.where(upright == upside, 0, np.where(upright < upside, 1, -1))
    return joined.astype(np.int64), sign.astype(np.int64), len(lowest)


def _applied(matrix: csr_matrix, joined: Ints, factor: Ints, number: int) -> csr_matrix:
    from scipy.sparse import csr_matrix as csr

    places, amounts = joined[matrix.indices].astype(matrix.indices.dtype), matrix.data * factor[matrix.indices]
    found = csr((amounts, places, matrix.indptr.copy()), shape=(matrix.shape[0], number))
    found.sum_duplicates()
    found.eliminate_zeros()
    return found[np.diff(found.indptr) > 0]


def once(matrix: csr_matrix) -> csr_matrix:
    """Every relation once, whatever its sign."""
    rows = distinct(matrix)
    return matrix if len(rows) == matrix.shape[0] else matrix[rows]


def distinct(matrix: csr_matrix) -> Ints:
    """The first of all rows that are equal but for their sign; empty rows are left out."""
    matrix.eliminate_zeros()
    matrix.sort_indices()
    counts = np.diff(matrix.indptr)
    rows = np.flatnonzero(counts)
    if not len(rows):
        return rows
    starts = matrix.indptr[rows]
    data = matrix.data * np.repeat(np.sign(matrix.data[starts]), counts[rows])
    marks = np.add.reduceat(data.astype(np.int64) * _marked(matrix.indices), starts)
    order = rows[np.argsort(marks, kind="stable")]
    found = np.ones(len(counts), dtype=bool)
    found[order[1:][_equal(matrix, data, order[:-1], order[1:])]] = False
    return np.flatnonzero(found & (counts > 0))


def _marked(numbers: Ints) -> Ints:
    """A number for each of these that looks drawn by chance: sums of them are hardly ever equal where the numbers are not."""
    mixed = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
    return (mixed ^ (mixed >> np.uint64(29))).view(np.int64)


def _equal(matrix: csr_matrix, data: Ints, some: Ints, others: Ints) -> NDArray[np.bool_]:
    """Whether these rows are the same as the others, pair by pair, with `data` for their entries."""
    counts = np.diff(matrix.indptr)
    alike: NDArray[np.bool_] = counts[some] == counts[others]
    pairs = np.flatnonzero(alike)
    times = counts[some[pairs]]
    first = np.cumsum(times) - times
    steps = np.arange(times.sum()) - np.repeat(first, times)
    one, other = (np.repeat(matrix.indptr[rows[pairs]], times) + steps for rows in (some, others))
    apart = (matrix.indices[one] != matrix.indices[other]) | (data[one] != data[other])
    alike[pairs[np.repeat(np.arange(len(pairs)), times)[apart]]] = False
    return alike
