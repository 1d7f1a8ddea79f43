"""Roundings that keep every sum: inner cells are rounded, all else is added up from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError
from sozialraum.protection.rounding.flipping import flipped
from sozialraum.protection.rounding.splitting import Ints, Split, split
from sozialraum.protection.tables.codes import Column
from sozialraum.protection.tables.dimension import Dimension, dimensions
from sozialraum.protection.tables.model import held_by, lines, summed

Step = tuple[int | None, list[int], list[int]]

AT_ONCE = 200  # so many inner cells to round are settled in one step


@dataclass(frozen=True, slots=True)
class RoundedTable:
    """`codes`: per dimension the code of every line; `counts`: rounded, for publishing; `changes`: rounded minus true.

    `beyond`: by how many multiples the farthest line lies beyond the two multiples next to its true count.
    """

    codes: dict[str, list[str]]
    counts: NDArray[np.int64]
    changes: NDArray[np.int64]
    beyond: int = 0


def small_counts(hierarchies: Sequence[Sequence[Column]], counts: Ints, base: int = 3) -> RoundedTable:
    """Every published count is 0 or at least `base`; only inner cells that small counts are made of are changed.

    Each of them becomes 0 or `base`, so that the sums change little; all sums are added up from the inner cells.
    Raises: CallError; InputError with every fault of the hierarchies. Source: Langsrud and Heldal (2018).
    """
    _check(base)
    found, rows = dimensions(hierarchies)
    inner = _inner(found, rows, counts)
    cells = summed(found, inner)
    open_ = _held(found, (cells > 0) & (cells < base)) & (inner > 0)
    up = _rounded_up(found, np.where(open_, inner, 0), base)
    return _table(found, inner, np.where(open_, 0, inner) + base * up, base)


def controlled(hierarchies: Sequence[Sequence[Column]], counts: Ints, base: int = 3) -> RoundedTable:
    """Every count a multiple of `base` next to the true one (multiples stay), every sum exact, as near as possible.

    In two dimensions with levels in at most one there is always such a table; otherwise sums may lie some multiples
    beyond, as few and as little as found. Inner cells always lie next to their true count.
    Raises: CallError; InputError with every fault of the hierarchies. Source: Cox and Ernst (1982).
    """
    _check(base)
    found, rows = dimensions(hierarchies)
    inner = _inner(found, rows, counts)
    up = _rounded_up(found, inner % base, base)
    return _table(found, inner, inner - inner % base + base * up, base)


def _check(base: int) -> None:
    if not 2 <= base <= 1000:
        raise CallError("The base must be a whole number from 2 to 1000; {given} is given.", given=base)


def _inner(found: Sequence[Dimension], rows: Sequence[Ints], counts: Ints) -> Ints:
    inner = np.zeros(tuple(len(one.leaves) for one in found), dtype=np.int64)
    np.add.at(inner, tuple(rows), counts)
    return inner


def _held(found: Sequence[Dimension], cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Inner cells that some of these cells hold."""
    held = cells.reshape([len(one.members) for one in found]).astype(np.int64)
    for axis, one in enumerate(found):
        held = np.moveaxis(np.tensordot(one.members.T.astype(np.int64), held, axes=(1, axis)), 0, axis)
    return held > 0


def _table(found: Sequence[Dimension], before: Ints, after: Ints, base: int) -> RoundedTable:
    codes, shown = lines(found)
    truth, cells = summed(found, before), summed(found, after)
    low = truth - truth % base
    high = low + base * (truth % base > 0)
    beyond = np.maximum(cells - high, low - cells).max(initial=0)
    return RoundedTable(codes, cells[shown], (cells - truth)[shown], int(-(-max(beyond, 0) // base)))


def _rounded_up(found: Sequence[Dimension], remainders: Ints, base: int) -> Ints:
    """1 for each inner cell that is rounded up, 0 for the others.

    Two dimensions without overlap are one step: with levels in one of them their program is a flow in a network, which
    always has an answer. Otherwise down the longest dimension from its top, if it is a tree: how many are rounded up in
    each area is settled for all groups at once, and then split over the area's parts. What that leaves beyond the
    neighbouring multiples is turned cell by cell; where areas overlap that begins from every cell at its nearest.
    """
    axis = max(range(len(found)), key=lambda at: (_is_tree(found[at]), len(found[at].leaves)))
    network = len(found) < 3 and all(map(_is_tree, found))
    if (remainders > 0).sum() <= AT_ONCE or network:
        return _down_one(found, axis, remainders, base, whole=True)
    tree = _is_tree(found[axis]) and len(found[axis].leaves) == max(len(one.leaves) for one in found)
    begun = _down_one(found, axis, remainders, base, whole=False) if tree else (2 * remainders >= base).astype(np.int64)
    return _turned(found, remainders, base, begun)


def _down_one(found: Sequence[Dimension], axis: int, remainders: Ints, base: int, *, whole: bool) -> Ints:
    """Down this dimension step by step, or as a whole."""
    longest, others = found[axis], [one for at, one in enumerate(found) if at != axis]
    inner = np.moveaxis(remainders, axis, 0)
    flat = inner.reshape(len(longest.leaves), -1)
    up = _downwards(longest, _steps(longest, whole), _sums(others), flat, base)
    return np.moveaxis(up.reshape(inner.shape), 0, axis)


def _turned(found: Sequence[Dimension], remainders: Ints, base: int, up: Ints) -> Ints:
    flat, used = up.ravel().copy(), np.flatnonzero(remainders)
    flat[used] = flipped(held_by(found)[:, used], remainders.ravel()[used], base, flat[used])
    return flat.reshape(up.shape)


def _is_tree(one: Dimension) -> bool:
    """Whether no code lies in two codes of the level above."""
    children = [child for _, below in one.relations for child in below]
    return len(set(children)) == len(children)


def _sums(others: Sequence[Dimension]) -> NDArray[np.int64]:
    """Published sums x inner cells over all dimensions but one."""
    sums = np.ones((1, 1), dtype=np.int64)
    for one in others:
        sums = np.kron(sums, one.members.astype(np.int64))
    return sums


def _downwards(longest: Dimension, steps: Iterator[Step], sums: Ints, remainders: Ints, base: int) -> Ints:
    from scipy.sparse import csr_matrix, kron

    groups = csr_matrix(sums)
    rest, most = (longest.members @ part for part in (remainders, (remainders > 0).astype(np.int64)))
    first_leaf = longest.members.argmax(axis=1)
    settled: dict[int, Ints] = {}
    for parent, parts, nodes in steps:
        holds = longest.members[np.ix_(nodes, first_leaf[parts])]
        table = kron(csr_matrix(holds.astype(np.int64)), groups, format="csr")
        total = None if parent is None else settled[parent]
        settled.update(zip(parts, split(Split(rest[parts], most[parts], total, table, base)), strict=True))
    ends = _ends(longest)
    return np.array([settled[end] for end in ends[np.argsort(first_leaf[ends])].tolist()])


def _ends(one: Dimension) -> Ints:
    """The nodes that hold a single inner code."""
    return np.flatnonzero(one.members.sum(axis=1) == 1)


def _steps(one: Dimension, whole: bool) -> Iterator[Step]:
    """Area (None: nothing is settled yet), its parts, and the nodes whose sums count.

    The first step settles the parts of the whole together with their sum; or everything in one step.
    """
    below = sorted(one.relations, key=lambda pair: int(one.depth[pair[0]]))
    if whole or not below:
        yield None, _ends(one).tolist(), list(range(len(one.members)))
        return
    for parent, children in below:
        first = parent == one.top
        yield None if first else parent, list(children), [*([parent] if first else []), *children]
