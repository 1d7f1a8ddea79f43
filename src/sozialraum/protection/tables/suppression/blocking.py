"""Cuts in large pieces: first which relations hold a group back, then what a combination of just these asks for.

In a piece of thousands of groups the attacker's program takes seconds for every cut. A group is nearly always held back
by a few relations around it: they are found among hidden groups alone, in wider and wider surroundings.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sozialraum.protection.tables.suppression.cuts import SMALL, Cut, cuts
from sozialraum.protection.tables.suppression.groups import Bools, Groups, Ints
from sozialraum.protection.tables.suppression.moves import Moves

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

STEPS = 2  # from relation to relation, before the attacker's program is solved over those reached


def near_cuts(groups: Groups, hidden: Bools, open_: Bools) -> Iterator[Cut]:
    """Rows that this choice of hidden groups violates, one per open move."""
    cells = np.flatnonzero(hidden)
    few = Groups(groups.matrix[:, cells], groups.cost[cells], *_columns(groups, cells))
    filled = (few.matrix != 0).astype(np.int32)
    back = filled.T.tocsr()
    for direction, group in np.argwhere(open_).tolist():
        place = int(np.searchsorted(cells, group))
        rows = next(
            filter(len, (_blocking(few, near, direction, place) for near in _around(filled, back, place))), None
        )
        if rows is not None:
            inside, part = _over(groups, rows)
            asked = np.zeros((2, part.size), dtype=bool)
            asked[direction, inside == group] = True
            for named, weights, least in cuts(Moves(part), hidden[inside], asked):
                yield inside[named], weights, least


def _around(filled: csr_matrix, back: csr_matrix, group: int) -> Iterator[Ints]:
    """The relations in wider and wider surroundings of the group, until these hold everything it hangs together with."""
    near = np.arange(filled.shape[1]) == group
    size = 0
    while True:
        for _ in range(STEPS):
            rows = filled @ near.astype(np.int32) > 0
            near = back @ rows.astype(np.int32) > 0
        if rows.sum() == size:
            return
        size = int(rows.sum())
        yield np.flatnonzero(rows)


def _blocking(few: Groups, near: Ints, direction: int, group: int) -> Ints:
    """Those of the near relations that together hold the hidden group back; none where it can move."""
    inside, part = _over(few, near)
    place = int(np.searchsorted(inside, group))
    moves = Moves(part)
    moves.allow(np.ones(part.size, dtype=bool))
    if abs(moves.extreme(direction, place)[place]) >= part.needs[direction, place] - SMALL:
        return np.empty(0, dtype=np.int64)
    return near[np.abs(moves.program.duals()) > SMALL]


def _over(groups: Groups, rows: Ints) -> tuple[Ints, Groups]:
    """These relations and the groups in them."""
    matrix = groups.matrix[rows]
    inside = np.unique(matrix.indices).astype(np.int64)
    return inside, Groups(matrix[:, inside], groups.cost[inside], *_columns(groups, inside))


def _columns(groups: Groups, inside: Ints) -> tuple[Bools, Ints, Ints]:
    return groups.fixed[inside], groups.limits[:, inside], groups.needs[:, inside]
