"""One dimension of a table: its codes of all levels, which inner codes each holds, and which sums are published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import InputError
from sozialraum.protection.tables.codes import TOTAL, Column, by_dimension, hierarchy_faults


@dataclass(frozen=True, slots=True)
class Dimension:
    """Codes and nodes of one dimension.

    Codes that hold the same inner codes share a node, so that they are published or hidden together.
    `members`: bool, nodes x inner codes. `relations`: (parent, children) of nodes; the children are disjoint and sum
    to the parent. `depth`: the longest way of each node from the top (0).
    """

    name: str
    codes: tuple[str, ...]
    nodes: NDArray[np.int64]
    leaves: tuple[str, ...]
    members: NDArray[np.bool_]
    relations: tuple[tuple[int, tuple[int, ...]], ...]
    depth: NDArray[np.int64]
    top: int

    def code(self, node: int) -> str:
        """The first code of the node; of a node that no code shows, the whole and the part that it is the rest of."""
        for code, held in zip(self.codes, self.nodes.tolist(), strict=True):
            if held == node:
                return code
        parent, (part, *_) = next(one for one in self.relations if node in one[1])
        return f"{self.code(parent)} - {self.code(part)}"


def dimensions(hierarchies: Sequence[Sequence[Column]]) -> tuple[list[Dimension], list[NDArray[np.int64]]]:
    """Every dimension of a table and the inner code of every row in it; chains with one first column are one dimension.

    `hierarchies`: chains of columns, finest first.
    Raises: InputError with every fault of every dimension: empty codes, sums, a code with two parents or two meanings.
    """
    if faults := hierarchy_faults(hierarchies):
        raise InputError(faults)
    found = [_dimension(chains) for chains in by_dimension(hierarchies)]
    return [one for one, _ in found], [rows for _, rows in found]


def _dimension(hierarchies: Sequence[Sequence[Column]]) -> tuple[Dimension, NDArray[np.int64]]:
    """The dimension over one finest column with one or more hierarchies, and the inner code of every row."""
    finest = hierarchies[0][0]
    leaves = tuple(dict.fromkeys(finest.cells))
    number = {code: place for place, code in enumerate(leaves)}
    rows = np.array([number[code] for code in finest.cells], dtype=np.int64)
    levels = {one.name: _holdings(one, rows) for chain in hierarchies for one in chain}
    return _built(finest.name, leaves, hierarchies, levels), rows


def _holdings(column: Column, rows: NDArray[np.int64]) -> dict[str, frozenset[int]]:
    """The inner codes of each code of a column."""
    pairs = dict.fromkeys(zip(column.cells, rows.tolist(), strict=True))
    held: dict[str, list[int]] = {}
    for code, leaf in pairs:
        held.setdefault(code, []).append(leaf)
    return {code: frozenset(leaves) for code, leaves in held.items()}


def _built(
    name: str,
    leaves: tuple[str, ...],
    hierarchies: Sequence[Sequence[Column]],
    levels: Mapping[str, Mapping[str, frozenset[int]]],
) -> Dimension:
    everything = frozenset(range(len(leaves)))
    meaning: dict[str, frozenset[int]] = {TOTAL: everything}
    for chain in hierarchies:
        for one in reversed(chain[1:]):
            meaning.update(levels[one.name])
    meaning.update(levels[hierarchies[0][0].name])
    nodes = {held: place for place, held in enumerate(dict.fromkeys(meaning.values()))}
    members = np.zeros((len(nodes), len(leaves)), dtype=bool)
    for held, place in nodes.items():
        members[place, list(held)] = True
    relations = tuple(dict.fromkeys(_relations(hierarchies, levels, nodes, everything)))
    return Dimension(
        name,
        tuple(meaning),
        np.array([nodes[held] for held in meaning.values()], dtype=np.int64),
        leaves,
        members,
        relations,
        depths(len(nodes), relations),
        nodes[everything],
    )


def _relations(
    hierarchies: Sequence[Sequence[Column]],
    levels: Mapping[str, Mapping[str, frozenset[int]]],
    nodes: Mapping[frozenset[int], int],
    everything: frozenset[int],
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Parent and children of each step of each hierarchy; a single child is the parent itself and says nothing."""
    for chain in hierarchies:
        steps = [[everything], *(list(levels[one.name].values()) for one in reversed(chain))]
        for coarse, fine in pairwise(steps):
            first = {leaf: held for held in coarse for leaf in held}
            children: dict[frozenset[int], list[int]] = {}
            for held in fine:
                children.setdefault(first[next(iter(held))], []).append(nodes[held])
            for parent in coarse:
                if len(children[parent]) > 1:
                    yield nodes[parent], tuple(children[parent])


def plain(name: str, codes: Sequence[str]) -> Dimension:
    """A dimension without levels or sums: its codes stand side by side."""
    size, names = len(codes), tuple(codes)
    return Dimension(
        name, names, np.arange(size), names, np.eye(size, dtype=bool), (), np.zeros(size, dtype=np.int64), 0
    )


def depths(count: int, relations: Sequence[tuple[int, tuple[int, ...]]]) -> NDArray[np.int64]:
    """The longest way of each of `count` nodes from the top (0)."""
    depth = np.zeros(count, dtype=np.int64)
    changed = True
    while changed:
        changed = False
        for parent, children in relations:
            for child in children:
                if depth[child] <= depth[parent]:
                    depth[child] = depth[parent] + 1
                    changed = True
    return depth
