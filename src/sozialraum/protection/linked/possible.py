"""One possible table of what nobody counted: whole numbers that add up to all known counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables import Bounds, Program, together

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NODES = 1000


def possible(matrix: csr_matrix, sides: Floats) -> Ints:
    """Whole numbers x >= 0 with matrix x = sides, as far as the sides do not contradict each other.

    Where they do, as few persons as can be are added or left out.
    """
    found = _solved(matrix, sides, whole=False)
    odd = np.abs(found - np.rint(found)) > 1e-6
    if odd.any():
        parts = together(matrix)
        inside = np.isin(parts, parts[odd])
        rows = np.flatnonzero(np.diff(matrix[:, np.flatnonzero(inside)].indptr) > 0)
        found[inside] = _solved(matrix[rows][:, np.flatnonzero(inside)], sides[rows], whole=True)
    return np.rint(found).astype(np.int64)


def _solved(matrix: csr_matrix, sides: Floats, *, whole: bool) -> Floats:
    from scipy.sparse import eye, hstack

    rows, size = matrix.shape
    slack = eye(rows, format="csr")
    program = Program(
        hstack([matrix, slack, -slack]).tocsr(),
        Bounds(sides, sides),
        Bounds(np.zeros(size + 2 * rows), np.full(size + 2 * rows, np.inf)),
        np.concatenate([np.zeros(size), np.ones(2 * rows)]),
        whole=whole,
        nodes=NODES,
    )
    solution = program.solve()
    return np.zeros(size) if solution is None else solution[:size]
