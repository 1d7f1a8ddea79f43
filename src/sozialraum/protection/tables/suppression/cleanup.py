"""Publishes hidden groups again, dearest first, where every needed move stays possible without them."""

from __future__ import annotations

import numpy as np

from sozialraum.protection.tables.connected import together
from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.suppression.groups import Bools, Groups, grouped
from sozialraum.protection.tables.suppression.moves import CLOSE, Moves, reached
from sozialraum.protection.tables.suppression.parallel import side_by_side
from sozialraum.protection.tables.suppression.ranges import ranges

LARGE = 300  # groups from which trying each alone takes too long; the pieces of the levels were tried before


def needed(system: System, task: Task, hidden: Bools) -> Bools:
    """The hidden cells that must stay so, over the joint system.

    Merged, thousands of hidden cells are a few hundred groups in separate pieces.
    """
    cells = np.flatnonzero(hidden)
    reach = ranges(system.relations, system.values, hidden)
    groups, merge = grouped(system.relations, reach, task, cells, task.kept)
    parts = together(groups.matrix)
    asked = np.zeros(parts.max(initial=-1) + 1, dtype=bool)
    asked[parts[groups.needs.any(axis=0)]] = True
    tried = np.zeros_like(asked)
    tried[parts[_loose(groups)]] = True
    keep = groups.fixed | asked[parts]
    order = np.argsort(parts, kind="stable")
    pieces = np.split(order, np.cumsum(np.bincount(parts))[:-1])
    pieces = sorted((pieces[one] for one in np.flatnonzero(asked & tried)), key=len, reverse=True)
    for inside, kept in zip(pieces, side_by_side(cleaned, map(groups.part, pieces)), strict=True):
        keep[inside] = kept
    found = task.kept | hidden & task.sensitive
    found[cells[keep[merge.group] & (merge.sign != 0)]] = True
    return found


def cleaned(groups: Groups) -> Bools:
    """What has to stay hidden of these groups, all of them hidden; large pieces are left as they are."""
    if not groups.needs.any():
        return groups.fixed
    if groups.size > LARGE:
        return np.ones(groups.size, dtype=bool)
    moves = Moves(groups)
    hidden = np.ones(groups.size, dtype=bool)
    moves.allow(hidden)
    wanted = moves.prove(groups.needs > 0)
    trial = np.flatnonzero(_loose(groups))
    for group in trial[np.argsort(-groups.cost[trial], kind="stable")].tolist():
        if hidden[group]:
            less = _without(moves, hidden, group)
            stopped = (wanted.any(axis=0) & ~less).any()
            if not stopped and _possible(moves, less, wanted):
                hidden = less | groups.fixed
    return hidden


def _loose(groups: Groups) -> Bools:
    """Groups that might be published again, and are worth it."""
    return np.asarray(~groups.fixed & (groups.cost > 0))


def _possible(moves: Moves, hidden: Bools, wanted: Bools) -> bool:
    """Whether the hidden groups allow all wanted moves, by tables at hand or new ones."""
    within = (np.abs(moves.tables[:, ~hidden]) < CLOSE).all(axis=1)
    missing = wanted & ~reached(moves.groups.needs, moves.tables[within])
    if not missing.any():
        return True
    moves.allow(hidden)
    return bool((moves.prove(missing, to_the_end=False) == missing).all())


def _without(moves: Moves, hidden: Bools, group: int) -> Bools:
    """What can still move of the hidden groups when this one is published: no relation holds one of them alone."""
    less = hidden.copy()
    less[group] = False
    matrix = moves.filled
    while True:
        alone = matrix @ less.astype(np.int64) == 1
        stuck = less & (matrix.T @ alone.astype(np.int64) > 0)
        if not stuck.any():
            return less
        less[stuck] = False
