"""Secondary suppression from the top of the largest dimension downwards, level by level, then all levels jointly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.audit import Attack, Ints, Proof, open_cells
from sozialraum.protection.tables.cleanup import needed
from sozialraum.protection.tables.groups import FAR, grouped, held
from sozialraum.protection.tables.merging import merged
from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.pieces import chosen
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.ranges import ranges
from sozialraum.protection.tables.repair import Region, beside

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Bools = NDArray[np.bool_]


def search(system: System, task: Task) -> tuple[Bools, Proof]:
    """Cells to hide, and the proof; what `open_cells` still finds in it could not be protected."""
    hidden = task.kept.copy()
    first = int(np.argmax(system.shape))
    depth = system.dimensions[first].depth[system.places(first)]
    dear = _dear(system, task)
    for level in range(int(depth.max()) + 1):
        here = (depth == level) & task.free
        if here.any():
            reach = ranges(_among(system, depth < level), system.values, hidden)
            hidden = _level(_among(system, depth <= level), reach, system, task, hidden, here & ~dear)
    hidden, proof = _closed(system, task, hidden)
    less = needed(system, task, hidden)
    return (hidden, proof) if any(open_cells(proof, task)) or (less == hidden).all() else _closed(system, task, less)


def _among(system: System, known: Bools) -> csr_matrix:
    """The relations that hold known cells only."""
    inside = np.diff(system.relations[:, np.flatnonzero(known)].indptr)
    return system.relations[inside == np.diff(system.relations.indptr)]


def _level(relations: csr_matrix, reach: Ints, system: System, task: Task, hidden: Bools, here: Bools) -> Bools:
    """The hidden cells with those of one level, under the relations known so far; each piece of it alone."""
    reach[:, here] = np.stack([np.full(int(here.sum()), FAR), system.values[here]])
    inside = np.zeros(len(hidden), dtype=bool)
    inside[relations.indices] = True
    cells = np.flatnonzero(inside & (hidden | here))
    merge = merged(held(relations, cells))
    groups = grouped(reach, task, cells, merge, hidden)
    found = groups.fixed.copy()
    for inside in groups.pieces():
        found[inside] |= chosen(groups.part(inside))
    hidden = hidden | task.sensitive & here
    hidden[cells[found[merge.group] & (merge.sign != 0)]] = True
    return hidden


def _dear(system: System, task: Task) -> Bools:
    """Sums over the two parts of the most uneven two-way dimension: hiding the larger part is cheaper.

    Not so where the sum must be hidden anyway, and where its partners may be needed: in the relations around it.
    """
    found = np.zeros(len(system.values), dtype=bool)
    axis = _two_way(system)
    if axis is None:
        return found
    one = system.dimensions[axis]
    parent, children = one.relations[0]
    lines = np.moveaxis(np.arange(found.size).reshape(system.shape), axis, 0).reshape(len(one.members), -1)
    sums, parts = lines[parent], lines[list(children)]
    needed = task.sensitive[sums] | (task.sensitive[parts].any(axis=0) & ~task.free[parts].all(axis=0))
    found[sums] = True
    return found & ~_around(system, sums[needed], found)


def _around(system: System, cells: Ints, within: Bools) -> Bools:
    """These cells, those that share a relation with one, and those that close a way between such."""
    among = np.flatnonzero(within)
    matrix = abs(system.relations[:, among])
    near = np.isin(among, cells)
    for least in (1, *([2] * (len(system.shape) - 2))):
        near |= matrix.T @ (matrix @ near.astype(np.int64) > 0).astype(np.int64) >= least
    found = np.zeros(len(within), dtype=bool)
    found[among[near]] = True
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


def _closed(system: System, task: Task, hidden: Bools) -> tuple[Bools, Proof]:
    """Audit everything jointly; what stays open is proved singly, or by hiding more beside the cell or anywhere."""
    proof = Proof(np.zeros((2, len(hidden)), dtype=bool))
    hidden = hidden.copy()
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


def _region(regions: dict[bytes, Region], system: System, task: Task, cells: Bools, nodes: Ints | None) -> Region:
    """The region of these cells at these nodes of the first dimension (None: at all), made once."""
    key = b"" if nodes is None else nodes.tobytes()
    if key not in regions:
        inside = cells if nodes is None else cells & np.isin(system.places(0), nodes)
        regions[key] = Region(system.relations, system, task, np.flatnonzero(inside))
    return regions[key]
