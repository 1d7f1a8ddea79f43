"""Which cells are sums of others, and which relations are enough: all others follow from them.

In a table of many levels most sums are written down several times, along every dimension and every geography: up to half of
the relations say nothing new, and a linear program takes several times as long with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.merging import distinct

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = NDArray[np.int64]


def enough(relations: csr_matrix) -> Ints:
    """Rows from which all others follow: one for each column that is a sum of others, and of the rest what these leave open.

    With these sums put in, a row that follows is empty, and two that say the same are equal.
    """
    sums, _, making = _as_sums(relations)
    others = np.setdiff1d(np.arange(relations.shape[0]), making)
    return np.sort(np.concatenate([making, others[distinct(relations[others] @ sums)]]))


def as_sums(relations: csr_matrix) -> tuple[csr_matrix, Ints]:
    """Every column as a sum of inner ones (columns x inner ones), and which columns these are.

    A sum stands with 1 in a row in which all others stand with -1: that row says what it is. Columns that would be sums of
    one another are inner.
    """
    return _as_sums(relations)[:2]


def _as_sums(relations: csr_matrix) -> tuple[csr_matrix, Ints, Ints]:
    """As above, and the rows that say it."""
    from scipy.sparse import csr_matrix as csr
    from scipy.sparse import dia_matrix

    size = relations.shape[1]
    row = _making(relations)
    known = row < 0
    parts = _parts(relations, row)
    order = []
    while (ready := ~known & (parts @ ~known == 0)).any():
        order.append(ready)
        known |= ready
    inner = np.flatnonzero((row < 0) | ~known)
    sums = csr((np.ones(len(inner), dtype=np.int64), (inner, np.arange(len(inner)))), shape=(size, len(inner)))
    for ready in order:
        sums = sums + dia_matrix((ready.astype(np.int64)[None], [0]), shape=(size, size)) @ (parts @ sums)
    return sums.tocsr(), inner, row[(row >= 0) & known]


def _making(relations: csr_matrix) -> Ints:
    """The first row that makes each column a sum of others, -1 where there is none."""
    rows = np.repeat(np.arange(relations.shape[0]), np.diff(relations.indptr))
    others = np.bincount(rows[relations.data == -1], minlength=relations.shape[0])
    sums = (relations.data == 1) & (others[rows] == np.diff(relations.indptr)[rows] - 1)
    found = np.full(relations.shape[1], -1)
    found[relations.indices[sums][::-1]] = rows[sums][::-1]
    return found


def _parts(relations: csr_matrix, row: Ints) -> csr_matrix:
    """Columns x columns: 1 for each part of a sum in the row that makes it."""
    from scipy.sparse import csr_matrix as csr

    sums = np.flatnonzero(row >= 0)
    shape = (len(row), relations.shape[0])
    pick = csr((np.ones(len(sums), dtype=np.int64), (sums, row[sums])), shape=shape)
    found = pick @ relations
    found.data = (found.data < 0).astype(np.int64)
    found.eliminate_zeros()
    return found
