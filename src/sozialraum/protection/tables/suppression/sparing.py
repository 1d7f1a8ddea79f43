"""Publishes again what no proof needs, in large connected pieces: each move proved by the cheapest table there.

In pieces of thousands of groups one dense table proves much, and publishing one cell would break it. Short tables, each
through what the ones before hide already, leave whole parts of the piece unused.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.audit import UP, Proof, hidden_groups, open_cells, settle
from sozialraum.protection.tables.connected import together
from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.repair import Regions, beside
from sozialraum.protection.tables.suppression.cleanup import LARGE


def spared(system: System, task: Task, hidden: NDArray[np.bool_], proof: Proof) -> tuple[NDArray[np.bool_], Proof]:
    """The hidden cells without those of large pieces that nothing needs, and short tables that prove the rest of these.

    `proof`: of all of them.
    """
    within = _large(system, hidden)
    used = task.kept | hidden & (task.sensitive | ~within)
    short = Proof(np.zeros_like(proof.reached))
    settle(short, task)
    regions = Regions(system.relations, system, task)
    for cell, direction in sorted(open_cells(short, task), reverse=True):
        if within[cell] and not short.reached[direction, cell]:
            around = np.isin(system.places(0), beside(system, cell))
            ways = (within & around, within)
            if not any(regions.at(cells).mend(cell, direction, short, used) for cells in ways):
                _take_over(proof, short, cell, direction, used, task)
    return used, short


def _large(system: System, hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The hidden cells that stand in large pieces."""
    cells = np.flatnonzero(hidden)
    tied = hidden_groups(system, hidden)
    parts = together(tied.matrix)
    large = np.bincount(parts)[parts] > LARGE
    found = np.zeros(len(hidden), dtype=bool)
    found[cells[large[tied.group] & (tied.sign != 0)]] = True
    return found


def _take_over(proof: Proof, short: Proof, cell: int, direction: int, used: NDArray[np.bool_], task: Task) -> None:
    """Keep the table that proved the move before."""
    need = task.up[cell] if direction == UP else task.down[cell]
    for cells, change in proof.witnesses:
        moved = change[cells == cell] if direction == UP else -change[cells == cell]
        if len(moved) and moved[0] >= need:
            used[cells] = True
            short.take(cells, change, task)
            return
