"""The cheapest further groups to hide so that a group can move as it must: a min-cost alternative table."""

from __future__ import annotations

import numpy as np

from sozialraum.protection.tables.solver import Bounds, Program, equal
from sozialraum.protection.tables.suppression.groups import UP, Bools, Groups
from sozialraum.protection.tables.suppression.moves import CLOSE, reached, room

FREE = 1e-4


def closed(groups: Groups, hidden: Bools, open_: Bools) -> Bools:
    """Hidden groups with what each open move (2 x groups) needs beyond them."""
    from scipy.sparse import hstack

    both = hstack([groups.matrix, -groups.matrix]).tocsr()
    upper = room(groups).ravel()
    bounds = Bounds(np.zeros(2 * groups.size), upper)
    program = Program(both, equal(both.shape[0]), bounds, np.zeros(2 * groups.size), presolve=False)
    hidden, open_ = hidden.copy(), open_.copy()
    for direction, group in np.argwhere(open_).tolist():
        if not open_[direction, group]:
            continue
        program.price(np.tile(np.where(hidden, FREE, groups.cost), 2))
        ends = np.array([group, group + groups.size])
        need = float(groups.needs[direction, group])
        amounts = np.array([need, 0.0] if direction == UP else [0.0, need])
        program.bound(ends, amounts, amounts)
        solution = program.solve()
        program.bound(ends, np.zeros(2), upper[ends])
        if solution is None:
            continue
        table = solution[: groups.size] - solution[groups.size :]
        hidden |= np.abs(table) > CLOSE
        open_ &= ~reached(groups.needs, table[None])
    return hidden
