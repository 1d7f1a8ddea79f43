"""What protection costs at least, whatever is chosen: the cover model of all cells at once, in fractions.

Every safe choice, without the cells in it that cannot move, satisfies the cover model; the weights that a solver gives to
its rows then prove a bound by themselves (weak duality), however near to its optimum the solver came.
"""

from __future__ import annotations

import numpy as np

from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.suppression.cover import Cover
from sozialraum.protection.tables.suppression.groups import FAR, grouped


def lower_bound(system: System, task: Task) -> float:
    """Proved lower bound of the cost of all hidden cells (Fischetti, Salazar 2001: necessary conditions only)."""
    sure = float(task.cost[task.sensitive & ~task.kept].sum())
    cells = np.flatnonzero(task.free | task.kept)
    reach = np.stack([np.full(len(system.values), FAR), system.values])
    groups, _ = grouped(system.relations, reach, task, cells, task.kept)
    return sure + Cover(groups).bound()
