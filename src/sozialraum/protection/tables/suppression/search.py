"""Secondary suppression from the top of the largest dimension downwards, level by level, then all levels jointly."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.audit import Attack, Ints, Proof, hidden_groups, open_cells
from sozialraum.protection.tables.model import System
from sozialraum.protection.tables.primary import Task
from sozialraum.protection.tables.repair import in_order, mended
from sozialraum.protection.tables.suppression.cleanup import needed
from sozialraum.protection.tables.suppression.crowded import crowded, widened
from sozialraum.protection.tables.suppression.effort import Effort
from sozialraum.protection.tables.suppression.groups import FAR, Groups, grouped
from sozialraum.protection.tables.suppression.parallel import side_by_side
from sozialraum.protection.tables.suppression.pieces import chosen
from sozialraum.protection.tables.suppression.ranges import ranges
from sozialraum.protection.tables.suppression.sparing import spared

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Bools = NDArray[np.bool_]
FEW = 4
SOME = 20  # open moves that are closed before the next audit,
PARTS = 8  # or this part of them where there are more;
MANY = 40  # of these are tried by themselves first
HASTY = 0.1  # what repair may add to the cost before large pieces are searched for what nothing needs


def search(system: System, task: Task, work: Effort) -> tuple[Bools, Proof]:
    """Cells to hide, and the proof; what `open_cells` still finds in it could not be protected."""
    hidden = np.zeros(len(system.values), dtype=bool)
    depth = levels(system) if work.levels else np.zeros(len(hidden), dtype=np.int64)
    dear = _dear(system, task) if work.levels else np.zeros(len(hidden), dtype=bool)
    last = int(depth.max())
    for level in range(last + 1):
        here = (depth == level) & task.free | (depth <= level) & task.kept & ~hidden
        if (here & (depth == level)).any():
            reach = ranges(among(system, depth < level), system.values, hidden)
            choose = partial(chosen, work=work, spare=level < last)
            hidden = _level(among(system, depth <= level), reach, system, task, hidden, here & ~dear, choose)
    hidden |= task.kept
    before = task.cost[hidden].sum()
    hidden, proof = _closed(system, task, hidden, _nothing(system))
    if any(open_cells(proof, task)):
        return hidden, proof
    less, short = needed(system, task, hidden), _nothing(system)
    if task.cost[hidden].sum() > (1 + HASTY) * before and not crowded(hidden_groups(system, hidden)):
        less, short = spared(system, task, less, proof)
    return (hidden, proof) if (less == hidden).all() else _closed(system, task, less, short)


def completed(system: System, task: Task, hidden: Bools) -> tuple[Bools, Proof]:
    """What has to be hidden besides `hidden`, and the proof of all; what `open_cells` finds could not be protected."""
    return _closed(system, task, hidden | task.kept | task.sensitive, _nothing(system))


def _nothing(system: System) -> Proof:
    return Proof(np.zeros((2, len(system.values)), dtype=bool))


def levels(system: System) -> Ints:
    """The level of every cell in the dimension with levels and most nodes, 0 at its top."""
    first = max(range(len(system.shape)), key=lambda axis: (system.dimensions[axis].depth.any(), system.shape[axis]))
    return system.dimensions[first].depth[system.places(first)]


def among(system: System, known: Bools) -> csr_matrix:
    """The relations that hold known cells only."""
    inside = np.diff(system.relations[:, np.flatnonzero(known)].indptr)
    return system.relations[inside == np.diff(system.relations.indptr)]


def _level(
    relations: csr_matrix,
    reach: Ints,
    system: System,
    task: Task,
    hidden: Bools,
    here: Bools,
    choose: Callable[[Groups], Bools],
) -> Bools:
    """The hidden cells with those of one level, under the relations known so far; each piece of it alone."""
    reach[:, here] = np.stack([np.full(int(here.sum()), FAR), system.values[here]])
    inside = np.zeros(len(hidden), dtype=bool)
    inside[relations.indices] = True
    cells = np.flatnonzero(inside & (hidden | here))
    groups, merge = grouped(relations, reach, task, cells, hidden)
    found = groups.fixed.copy()
    pieces = [inside for inside in groups.pieces() if groups.needs[:, inside].any() or groups.fixed[inside].any()]
    pieces.sort(key=len, reverse=True)  # the longest work begins first
    for inside, hide in zip(pieces, side_by_side(choose, map(groups.part, pieces)), strict=True):
        found[inside] |= hide
    hidden = hidden | task.sensitive & here
    hidden[cells[found[merge.group] & (merge.sign != 0)]] = True
    return hidden


def _dear(system: System, task: Task) -> Bools:
    """Sums over the parts of the most uneven dimension of few parts: hiding a larger part is cheaper.

    Not so where the sum must be hidden anyway, and where its partners may be needed: in the relations around it.
    """
    found = np.zeros(len(system.values), dtype=bool)
    axis = _few_parts(system)
    if axis is None:
        return found
    one = system.dimensions[axis]
    parent, children = one.relations[0]
    lines = np.moveaxis(np.arange(found.size).reshape(system.shape), axis, 0).reshape(len(one.members), -1)
    sums, parts = lines[parent], lines[list(children)]
    needed = task.sensitive[sums] | (task.sensitive[parts].any(axis=0) & (task.free[parts].sum(axis=0) < 2))
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


def _few_parts(system: System) -> int | None:
    """The dimension after the first, of one level and few inner codes, that has the smallest part."""
    shares: dict[int, float] = {}
    cube = system.values.reshape(system.shape)
    tops = [one.top for one in system.dimensions]
    for axis, one in enumerate(system.dimensions[1:], 1):
        if len(one.leaves) <= FEW and len(one.relations) == 1:
            parts = [cube[(*tops[:axis], child, *tops[axis + 1 :])] for child in one.relations[0][1]]
            shares[axis] = float(min(parts))
    return min(shares, key=lambda axis: shares[axis]) if shares else None


def _closed(system: System, task: Task, hidden: Bools, proof: Proof) -> tuple[Bools, Proof]:
    """Audit everything jointly and hide more for some of what stays open, until nothing is left.

    A few cells more let many others move, which the next audit finds; what helps no further is tried one by one.
    """
    attack, hidden, last = Attack(system.relations, system, task, hidden), hidden.copy(), False
    if crowded(attack.groups):
        hidden = widened(system, task, hidden, proof)
        attack = Attack(system.relations, system, task, hidden)
    while True:
        attack.prove(proof, singly=last)
        left = in_order(proof, task)
        some = left if last else left[:: max(1, min(len(left) // SOME, PARTS))]
        if not some:
            return hidden, proof
        before = proof.reached.sum()
        attack.try_each(proof, set(some[:: 1 + len(some) // MANY]))
        mended(system, task, hidden, proof, [move for move in some if not proof.reached[move[::-1]]])
        if last:
            return hidden, proof
        last = proof.reached.sum() == before
        attack = Attack(system.relations, system, task, hidden)
