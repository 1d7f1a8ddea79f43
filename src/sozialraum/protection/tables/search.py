"""Secondary suppression from the top of the first dimension downwards: cover, audit, repair, publish again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.audit import UP, Attack, Ints, Proof, open_cells, settle
from sozialraum.protection.tables.cover import cover
from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.repair import Region, beside, near

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any


def search(system: System, task: Task) -> tuple[NDArray[np.bool_], Proof]:
    """Cells to hide, and the proof; what `open_cells` still finds in it could not be protected."""
    depth = system.dimensions[0].depth[system.places(0)]
    hidden = task.kept.copy()
    proof = Proof(np.zeros((2, len(hidden)), dtype=bool))
    dear = _dear(system, task)
    for level in range(int(depth.max()) + 1):
        here = (depth == level) & task.free
        if here.any():
            relations = _decided(system, depth <= level, here)
            hidden = cover(relations, system, task, hidden, here & ~dear)
            hidden, proof = _repaired(relations, system, task, hidden, here)
    hidden, proof = _closed(system, task, hidden, proof)
    if any(open_cells(proof, task)):
        return hidden, proof
    return _spared(system, task, hidden, proof)


def _decided(system: System, known: NDArray[np.bool_], here: NDArray[np.bool_]) -> csr_matrix:
    """The relations among known cells that concern those here: cells above move as these need, for now."""
    inside = np.diff(system.relations[:, np.flatnonzero(known)].indptr)
    touched = np.diff(system.relations[:, np.flatnonzero(here)].indptr) > 0
    return system.relations[(inside == np.diff(system.relations.indptr)) & touched]


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
    """Audit one level below what is hidden above it; hide more for what stays open, beside each cell."""
    hidden = hidden.copy()
    proof = Proof(np.zeros((2, len(hidden)), dtype=bool))
    touched = np.zeros(len(hidden), dtype=bool)
    touched[np.unique(relations.indices)] = True
    Attack(relations, system, task, hidden & touched).prove(proof, singly=False)
    regions: dict[bytes, Region] = {}
    places = system.places(0)
    for cell, direction in open_cells(proof, task):
        if not here[cell] or proof.reached[direction, cell]:
            continue
        nodes = near(system, cell)
        key = nodes.tobytes()
        if key not in regions:
            cells = np.flatnonzero((hidden | here) & touched & np.isin(places, nodes))
            regions[key] = Region(relations, system, task, cells)
        regions[key].mend(cell, direction, proof, hidden)
    return hidden, proof


def _closed(system: System, task: Task, hidden: NDArray[np.bool_], level: Proof) -> tuple[NDArray[np.bool_], Proof]:
    """Audit everything jointly; what stays open is proved singly, or by hiding more beside the cell or anywhere.

    Of what was proved for the last level alone, that counts which holds under all relations.
    """
    proof = Proof(np.zeros((2, len(hidden)), dtype=bool))
    for cells, change in level.witnesses:
        if not (system.relations[:, cells] @ change).any():
            proof.take(cells, change, task)
    Attack(system.relations, system, task, hidden).prove(proof, singly=False)
    first = hidden.copy()
    within: dict[bytes, Region] = {}
    regions: dict[bytes, Region] = {}
    for cell, direction in list(open_cells(proof, task)):
        ways = ((within, first, None), (regions, task.free, beside(system, cell)), (regions, task.free, None))
        for store, allowed, nodes in ways:
            if proof.reached[direction, cell]:
                break
            _region(store, system, task, allowed, nodes).mend(cell, direction, proof, hidden)
    return hidden, proof


def _region(
    regions: dict[bytes, Region], system: System, task: Task, cells: NDArray[np.bool_], nodes: Ints | None
) -> Region:
    """The region of these cells at these nodes of the first dimension (None: at all), made once."""
    key = b"" if nodes is None else nodes.tobytes()
    if key not in regions:
        inside = cells if nodes is None else cells & np.isin(system.places(0), nodes)
        regions[key] = Region(system.relations, system, task, np.flatnonzero(inside))
    return regions[key]


def _spared(system: System, task: Task, hidden: NDArray[np.bool_], proof: Proof) -> tuple[NDArray[np.bool_], Proof]:
    """Prove again, each move by the cheapest table within the hidden cells; what none of these needs is published."""
    used = task.sensitive | task.kept
    spared = Proof(np.zeros_like(proof.reached))
    settle(spared, task)
    regions: dict[bytes, Region] = {}
    for cell, direction in sorted(open_cells(spared, task), reverse=True):
        for nodes in (beside(system, cell), None):
            if spared.reached[direction, cell]:
                break
            _region(regions, system, task, hidden, nodes).mend(cell, direction, spared, used)
        else:
            _take_over(proof, spared, cell, direction, used, task)
    return used, spared


def _take_over(proof: Proof, spared: Proof, cell: int, direction: int, used: NDArray[np.bool_], task: Task) -> None:
    """Keep the witness that proved the move before."""
    if spared.reached[direction, cell]:
        return
    need = task.up[cell] if direction == UP else -task.down[cell]
    for cells, change in proof.witnesses:
        moved = change[cells == cell]
        if len(moved) and (moved[0] >= need if direction == UP else moved[0] <= need):
            used[cells] = True
            spared.take(cells, change, task)
            return
