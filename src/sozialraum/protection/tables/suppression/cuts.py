"""Sparse cuts (Fischetti, Salazar 2001): why a group cannot move as it must, as a row that asks for more hidden groups."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sozialraum.protection.tables.suppression.groups import DOWN, UP, Bools, Floats, Groups, Ints
from sozialraum.protection.tables.suppression.moves import Moves

SLACK = 0.01  # what a published group may move in the attacker's program, so that its duals name few groups
SMALL = 1e-7

Cut = tuple[Ints, Floats, float]  # groups, their weights, the least that must be hidden of these


def cuts(moves: Moves, hidden: Bools, open_: Bools) -> Iterator[Cut]:
    """Rows that this choice of hidden groups violates, one per open move."""
    moves.allow(hidden, SLACK)
    for direction in (UP, DOWN):
        for group in np.flatnonzero(open_[direction]).tolist():
            moves.extreme(direction, group)
            found = _cut(moves.groups, moves.balance(), direction, group)
            if found is None:
                continue
            named, weights, least = found
            if weights @ hidden[named] < least - SMALL <= weights.sum():
                yield found


def _cut(groups: Groups, balance: Floats, direction: int, group: int) -> Cut | None:
    """The group moves by what the others in a combination of relations move: they must be able to move enough."""
    if abs(balance[group]) < SMALL:
        return None
    share = balance / (-balance[group] if direction == UP else balance[group])
    share[np.abs(share) < SMALL] = 0
    share[group] = 0
    capacity = np.abs(share) * np.where(share > 0, groups.limits[UP], groups.limits[DOWN])
    left = groups.needs[direction, group] - capacity[groups.fixed].sum()
    if left <= SMALL:
        return None
    weights = np.where(groups.fixed, 0.0, np.minimum(capacity, left))
    named = np.flatnonzero(weights)
    return named, weights[named], float(left)
