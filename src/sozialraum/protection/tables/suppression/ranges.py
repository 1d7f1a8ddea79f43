"""How far each hidden cell can move at most: interval arithmetic over the relations, no program solved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sozialraum.protection.tables.suppression.groups import DOWN, FAR, UP, Bools, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

TURNS = 8


def ranges(relations: csr_matrix, values: Ints, hidden: Bools) -> Ints:
    """Upper bounds (2 x cells) of the moves up and down of hidden cells under these relations."""
    cells = np.flatnonzero(hidden)
    matrix = relations[:, cells].tocoo()
    rows, places, upright = matrix.row, matrix.col, matrix.data > 0
    limits = np.stack([np.full(len(cells), FAR), values[cells]])
    for _ in range(TURNS):
        most = np.where(upright, limits[UP, places], limits[DOWN, places])  # what the entry adds to its row at most
        least = np.where(upright, limits[DOWN, places], limits[UP, places])
        before = limits.copy()
        for own, others in ((most, least), (least, most)):
            total = np.zeros(relations.shape[0], dtype=np.int64)
            np.add.at(total, rows, others)
            left = np.minimum(total[rows] - others, FAR)
            side = upright if own is most else ~upright
            np.minimum.at(limits[UP], places[side], left[side])
            np.minimum.at(limits[DOWN], places[~side], left[~side])
        if (limits == before).all():
            break
    found = np.zeros((2, len(values)), dtype=np.int64)
    found[:, cells] = limits
    return found
