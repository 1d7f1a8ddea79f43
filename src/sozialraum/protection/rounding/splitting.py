"""One step of the way down: how many of an area's roundings up each of its parts gets, group by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.solver import Bounds, Program

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NODES = 4  # of the 0/1 search per step; a limit in nodes gives the same answer on every machine
GAP = 1e-3
FAR = 50.0  # what a step beyond the neighbouring multiples costs; within them at most 1


@dataclass(frozen=True, slots=True)
class Split:
    """One area and its parts.

    `remainders`, `most`: parts x groups, sum of the remainders and number of inner cells that may be rounded up.
    `total`: per group how many are rounded up in the whole area; None at the top, where this is open.
    `sums`: sparse, published sums x (parts x groups), every sum that should stay between its neighbouring multiples.
    """

    remainders: Ints
    most: Ints
    total: Ints | None
    sums: csr_matrix
    base: int


def split(given: Split) -> Ints:
    """Inner cells to round up, parts x groups: as few sums as possible beyond their neighbours, then the nearest ones."""
    used = np.flatnonzero(given.most.ravel())
    result = np.zeros(given.most.size, dtype=np.int64)
    if len(used):
        result[used] = _solved(given, used)
    return result.reshape(given.most.shape)


def _solved(given: Split, used: Ints) -> Ints:
    sums, low, share = _goals(given, used)
    size = len(share)
    matrix, sides = _rows(given, used, sums, low)
    upper = np.concatenate([given.most.ravel()[used], share > 0, np.full(2 * size, np.inf)]).astype(np.float64)
    cost = np.concatenate([np.zeros(len(used)), 1 - 2 * share, np.full(2 * size, FAR)])
    columns = Bounds(np.zeros(len(upper)), upper)
    program = Program(matrix, Bounds(sides, sides), columns, cost, whole=True, nodes=NODES, gap=GAP)
    program.relax(len(used))
    begun = _begun(given, used, sums, low, share)
    program.start(begun)
    found = program.solve()
    return np.rint((begun if found is None else found)[: len(used)]).astype(np.int64)


def _goals(given: Split, used: Ints) -> tuple[csr_matrix, Ints, Floats]:
    """The sums over what may be rounded, their lower neighbours in multiples, how far up from these they lie (0 to 1)."""
    wanted = given.sums @ given.remainders.ravel()
    sums = given.sums[:, used]
    kept = np.flatnonzero(np.diff(sums.indptr))
    return sums[kept], wanted[kept] // given.base, (wanted[kept] % given.base) / given.base


def _rows(given: Split, used: Ints, sums: csr_matrix, low: Ints) -> tuple[csr_matrix, Floats]:
    """Sum = lower neighbour + (between the neighbours) - (below them) + (above them); per group the total."""
    from scipy.sparse import csr_matrix, hstack, identity, vstack

    same = identity(len(low), format="csr")
    matrix = hstack([sums, -same, same, -same], format="csr")
    if given.total is None:
        return matrix, low.astype(np.float64)
    groups = used % len(given.total)
    each = csr_matrix((np.ones(len(used)), (groups, np.arange(len(used)))), shape=(len(given.total), len(used)))
    empty = csr_matrix((len(given.total), 3 * len(low)))
    matrix = vstack([matrix, hstack([each, empty])], format="csr")
    return matrix, np.concatenate([low, given.total]).astype(np.float64)


def _begun(given: Split, used: Ints, sums: csr_matrix, low: Ints, share: Floats) -> Floats:
    """A solution to begin with: the largest remainders of each group are rounded up."""
    up = _largest(given).ravel()[used]
    over = sums @ up - low
    between = np.clip(over, 0, share > 0)
    return np.concatenate([up, between, np.maximum(-over, 0), np.maximum(over - between, 0)]).astype(np.float64)


def _largest(given: Split) -> Ints:
    exact = given.remainders / given.base
    up = np.minimum(exact.astype(np.int64), given.most)
    if given.total is None:
        return up
    for group, total in enumerate(given.total.tolist()):
        column = up[:, group]
        while (missing := total - column.sum()) != 0:
            room = np.flatnonzero(column < given.most[:, group] if missing > 0 else column > 0)
            sign = 1 if missing > 0 else -1
            order = np.argsort(-sign * (exact[room, group] - column[room]), kind="stable")
            column[room[order[: abs(missing)]]] += sign
    return up
