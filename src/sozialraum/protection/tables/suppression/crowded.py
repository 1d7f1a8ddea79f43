"""Crowded systems, where nearly everything is hidden: whole kinds of cells are hidden until alternatives are easily found.

There a few published cells between thousands of hidden ones tie these so closely that hardly an alternative table in whole
numbers is found, and the cheapest one for each move by itself takes hours. A kind of cells is what stands on the same level
in every dimension.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.audit import Groups, Proof
from sozialraum.protection.tables.inner import Inner
from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task

Bools = NDArray[np.bool_]
SMALL = 300  # groups up to which a system is never crowded
LOOSE = 0.5  # of the hidden cells are groups by themselves where it is
FEW = 100  # open moves that are left to the repair
SHARES = (0.6, 0.4, 0.2)  # hidden cells of a kind from which all of it is hidden, step by step


def crowded(hidden: Groups) -> bool:
    """Whether the hidden cells, as the groups that they are, are many and hardly tied in pairs."""
    return bool(hidden.matrix.shape[1] > max(SMALL, LOOSE * len(hidden.group)))


def widened(system: System, task: Task, hidden: Bools, proof: Proof) -> Bools:
    """The hidden cells with the kinds that most of them belong to, as many as leave few moves open."""
    inner, kinds = Inner(system, task, hidden), _kinds(system)
    inner.prove(proof)
    for share in SHARES:
        if (task.sensitive & ~proof.reached).sum() <= FEW:
            break
        mostly = np.bincount(kinds, weights=hidden) >= share * np.bincount(kinds)
        hidden = hidden | task.free & mostly[kinds]
        inner = Inner(system, task, hidden)
        inner.prove(proof)
    if (task.sensitive & ~proof.reached).sum() <= FEW:
        inner.prove_each(proof)
    return hidden


def _kinds(system: System) -> NDArray[np.int64]:
    """The number of each cell's kind."""
    depths = [one.depth[system.places(axis)] for axis, one in enumerate(system.dimensions)]
    return np.unique(np.stack(depths), axis=1, return_inverse=True)[1].reshape(-1).astype(np.int64)
