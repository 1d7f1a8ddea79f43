"""One piece of a level: cover, cuts, the cheapest tables for what stays open, and publishing again."""

from __future__ import annotations

import numpy as np

from sozialraum.protection.tables.cheapest import closed
from sozialraum.protection.tables.cleanup import cleaned
from sozialraum.protection.tables.cover import Cover
from sozialraum.protection.tables.cuts import cuts
from sozialraum.protection.tables.groups import Bools, Groups
from sozialraum.protection.tables.moves import Moves

NODES = 200
ROUNDS = 1


def chosen(groups: Groups, rounds: int = ROUNDS, nodes: int = NODES) -> Bools:
    """The groups of the piece to hide."""
    model, moves = Cover(groups), Moves(groups)
    hidden = model.solve(None, nodes)
    wanted = groups.needs > 0
    for turn in range(rounds + 1):
        moves.allow(hidden)
        moves.tables = moves.tables[:0]
        open_ = wanted & ~moves.prove(wanted)
        if not open_.any():
            break
        rows = list(cuts(moves, hidden, open_)) if turn < rounds else []
        mended, tables = closed(groups, hidden, open_)
        if not rows:
            hidden = mended
            moves.tables = np.vstack([moves.tables, *tables])
            break
        model.add(rows)
        hidden = model.solve(mended, nodes)
    return cleaned(moves, hidden)
