"""One piece of a level: cover, cuts, the cheapest tables for what stays open, and publishing again."""

from __future__ import annotations

import numpy as np

from sozialraum.protection.tables.suppression.blocking import near_cuts
from sozialraum.protection.tables.suppression.cheapest import closed
from sozialraum.protection.tables.suppression.cleanup import cleaned
from sozialraum.protection.tables.suppression.cover import Cover
from sozialraum.protection.tables.suppression.cuts import cuts
from sozialraum.protection.tables.suppression.effort import Effort
from sozialraum.protection.tables.suppression.groups import Bools, Groups
from sozialraum.protection.tables.suppression.moves import Moves, reached

LARGE = 2500  # groups of a piece from which the joint audit and its repair do the rest
LOOSE = 0.02  # gap of the model of a large piece
ROUNDS = 2  # of cuts in a large piece
HARD = 2  # of cuts in a piece whose cover model is dived into: the choice of the repair is hardly nearer after more
OPEN = 150  # moves of a piece for which no cuts are sought: each asks for its own, and the choice hardly comes nearer
MANY = 300  # groups of a piece that is not left to the last publishing again, over all levels


def chosen(groups: Groups, *, work: Effort, spare: bool) -> Bools:
    """The groups of the piece to hide; `spare`: publish again what no move needs (large pieces always)."""
    model = Cover(groups, work.idle)
    if groups.size > LARGE:
        return _cut_large(groups, model, work)
    hidden = model.solve(None, work.nodes, work.gap, near=work.near)
    best = np.ones(groups.size, dtype=bool)
    rounds = min(work.rounds, HARD) if model.dived else work.rounds
    for turn in range(rounds + 1):
        open_ = _open(groups, hidden)
        many = open_.sum() > OPEN
        rows = list(cuts(Moves(groups), hidden, open_)) if turn < rounds and open_.any() and not many else []
        hidden = closed(groups, hidden, open_) if open_.any() else hidden
        best = min(best, hidden, key=groups.price)
        if turn == rounds or many or not (rows or model.fresh.any()):
            break
        model.add(rows)
        hidden = model.solve(hidden, work.nodes, work.rough, near=work.near and bool(rows) and turn + 1 < rounds)
    return published_again(groups, best) if spare or groups.size > MANY else best


def _cut_large(groups: Groups, model: Cover, work: Effort) -> Bools:
    """Rounds of cuts alone."""
    hidden = model.solve(None, work.nodes, LOOSE, near=True)
    for _ in range(ROUNDS):
        rows = list(near_cuts(groups, hidden, _open(groups, hidden)))
        if not rows:
            break
        model.add(rows)
        hidden = model.solve(None, work.nodes, LOOSE, near=True)
    return hidden


def published_again(groups: Groups, hidden: Bools) -> Bools:
    """What has to stay hidden of the groups of the piece."""
    cells = np.flatnonzero(hidden)
    few, merge = groups.part(cells, whole=False).tied()
    keep = cleaned(few)
    found = groups.fixed.copy()
    found[cells[keep[merge.group] & (merge.sign != 0)]] = True
    return found


def _open(groups: Groups, hidden: Bools) -> Bools:
    """Needed moves (2 x groups) that these hidden groups do not allow, asked of the few groups that they are together."""
    cells = np.flatnonzero(hidden)
    few, merge = groups.part(cells, whole=False).tied()
    moves = Moves(few)
    moves.allow(np.ones(few.size, dtype=bool))
    moves.prove(few.needs > 0)
    tables = np.zeros((len(moves.tables), groups.size))
    tables[:, cells] = moves.tables[:, merge.group] * merge.sign
    return ~reached(groups.needs, tables)
