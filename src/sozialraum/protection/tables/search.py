"""Secondary suppression from the top of the first dimension downwards: cover, audit, repair, publish again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.audit import Attack, Proof, open_cells
from sozialraum.protection.tables.cover import cover
from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.repair import Region, near

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any


def search(system: System, task: Task) -> tuple[NDArray[np.bool_], Proof]:
    """Cells to hide, and the proof; what `open_cells` still finds in it could not be protected."""
    depth = system.dimensions[0].depth[system.places(0)]
    hidden = np.zeros(len(system.values), dtype=bool)
    proof = Proof(np.zeros((2, len(hidden)), dtype=bool))
    dear = _dear(system, task)
    for level in range(int(depth.max()) + 1):
        here = (depth == level) & task.free
        if here.any():
            relations = _decided(system, depth <= level)
            hidden = cover(relations, system, task, hidden, here & ~dear)
            hidden, proof = _repaired(relations, system, task, hidden, here)
    return _closed(system, task, hidden, proof)  # at the last level all relations counted, so its proof holds


def _decided(system: System, known: NDArray[np.bool_]) -> csr_matrix:
    """The relations among these cells only."""
    inside = np.diff(system.relations[:, np.flatnonzero(known)].indptr)
    return system.relations[inside == np.diff(system.relations.indptr)]


def _dear(system: System, task: Task) -> NDArray[np.bool_]:
    """Sums over the two parts of the most uneven two-way dimension: hiding the larger part is cheaper.

    Not so where a part may not be hidden or the sum is sensitive itself.
    """
    found = np.zeros(len(system.values), dtype=bool)
    axis = _two_way(system)
    if axis is None:
        return found
    one = system.dimensions[axis]
    parent, children = one.relations[0]
    lines = np.moveaxis(np.arange(found.size).reshape(system.shape), axis, 0).reshape(len(one.members), -1)
    both = task.free[lines[list(children)]].all(axis=0)
    found[lines[parent][both & ~task.sensitive[lines[parent]]]] = True
    return found


def _two_way(system: System) -> int | None:
    """The dimension after the first with two inner codes whose parts differ most."""
    shares: dict[int, float] = {}
    cube = system.values.reshape(system.shape)
    tops = [one.top for one in system.dimensions]
    for axis, one in enumerate(system.dimensions[1:], 1):
        if len(one.leaves) == 2 and len(one.relations) == 1:
            parts = [cube[(*tops[:axis], child, *tops[axis + 1 :])] for child in one.relations[0][1]]
            shares[axis] = float(min(parts))
    return min(shares, key=lambda axis: shares[axis]) if shares else None


def _repaired(
    relations: csr_matrix, system: System, task: Task, hidden: NDArray[np.bool_], here: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], Proof]:
    """Audit the levels so far; hide more for what stays open, in the neighbourhood of each cell."""
    hidden = hidden.copy()
    proof = Proof(np.zeros((2, len(hidden)), dtype=bool))
    Attack(relations, system, task, hidden).prove(proof, singly=False)
    regions: dict[bytes, Region] = {}
    places = system.places(0)
    for cell, direction in open_cells(proof, task):
        if not hidden[cell] or proof.reached[direction, cell]:
            continue
        nodes = near(system, cell)
        key = nodes.tobytes()
        if key not in regions:
            cells = np.flatnonzero(hidden & ~here | here & np.isin(places, nodes))
            regions[key] = Region(relations, system, task, cells)
        regions[key].mend(cell, direction, proof, hidden)
    return hidden, proof


def _closed(system: System, task: Task, hidden: NDArray[np.bool_], proof: Proof) -> tuple[NDArray[np.bool_], Proof]:
    """Audit what is still open on the whole system; where the audit finds no way, hide more anywhere."""
    if not any(open_cells(proof, task)):
        return hidden, proof
    Attack(system.relations, system, task, hidden).prove(proof)
    region = Region(system.relations, system, task, np.flatnonzero(task.free))
    for cell, direction in open_cells(proof, task):
        if not proof.reached[direction, cell]:
            region.mend(cell, direction, proof, hidden)
    return hidden, proof
