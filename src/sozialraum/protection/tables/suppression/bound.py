"""What protection costs at least, whatever is chosen: cover models of pairs of levels, each piece alone.

Every safe choice satisfies the cover model, and leaving relations out only makes it cheaper. The pieces share no cell,
so their bounds add up.
"""

from __future__ import annotations

import numpy as np

from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.suppression.cover import Cover
from sozialraum.protection.tables.suppression.groups import FAR, grouped
from sozialraum.protection.tables.suppression.search import among, levels


def lower_bound(system: System, task: Task) -> float:
    """Proved lower bound of the cost of all hidden cells (Fischetti, Salazar 2001: necessary conditions only)."""
    depth = levels(system)
    reach = np.stack([np.full(len(depth), FAR), system.values])
    found = float(task.cost[task.sensitive & ~task.kept].sum())
    for deep in range(int(depth.max()), -1, -2):
        here = (depth == deep) | (depth == deep - 1)
        cells = np.flatnonzero(here & (task.free | task.kept))
        groups, _ = grouped(among(system, here), reach, task, cells, task.kept)
        for inside in groups.pieces():
            found += Cover(groups.part(inside)).bound()
    return found
