"""Areas of all levels and boundaries as one dimension: each area is the set of smallest common pieces in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from sozialraum.protection.counts import Zoning
from sozialraum.protection.tables import Dimension, depths

Piece = Mapping[Zoning, str]
"""A part of the ground that no border cuts: the area in which it lies, per level and boundaries."""
Pieces = Callable[[Sequence[Zoning]], Sequence[Piece]]
"""The pieces into which these levels and boundaries cut the ground."""
Held = frozenset[int]


def geography(pieces: Sequence[Piece], zonings: Sequence[Zoning]) -> tuple[Dimension, dict[tuple[Zoning, str], int]]:
    """The dimension over the pieces, and the node of every area."""
    layers = {zoning: _areas(pieces, zoning) for zoning in zonings}
    smallest = {str(number): frozenset([number]) for number in range(len(pieces))}
    every = [*(held for layer in layers.values() for held in layer.values()), *smallest.values()]
    nodes = {held: place for place, held in enumerate(dict.fromkeys(every))}
    members = np.zeros((len(nodes), len(pieces)), dtype=bool)
    for held, place in nodes.items():
        members[place, list(held)] = True
    relations = tuple(dict.fromkeys(_relations([*layers.values(), smallest], nodes)))
    names = {held: name for layer in reversed([*layers.values(), smallest]) for name, held in layer.items()}
    found = Dimension(
        "area",
        tuple(names[held] for held in nodes),
        np.arange(len(nodes)),
        tuple(smallest),
        members,
        relations,
        depths(len(nodes), relations),
        int(members.sum(axis=1).argmax()),
    )
    return found, {(zoning, area): nodes[held] for zoning, layer in layers.items() for area, held in layer.items()}


def _areas(pieces: Sequence[Piece], zoning: Zoning) -> dict[str, Held]:
    found: dict[str, set[int]] = {}
    for number, piece in enumerate(pieces):
        if zoning in piece:
            found.setdefault(piece[zoning], set()).add(number)
    return {area: frozenset(held) for area, held in found.items()}


def _relations(
    layers: Sequence[Mapping[str, Held]], nodes: Mapping[Held, int]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each area as the sum of areas of every other layer that divides it, unless that follows from coarser parts."""
    first = [{piece: held for held in layer.values() for piece in held} for layer in layers]
    for layer in layers:
        for area in layer.values():
            divisions = {parts for found in first if (parts := _division(area, found)) is not None}
            for parts in sorted(divisions, key=lambda one: (len(one), sorted(map(sorted, one)))):
                if not any(_finer(parts, other) for other in divisions if other != parts):
                    yield nodes[area], tuple(sorted(nodes[one] for one in parts))


def _division(area: Held, first: Mapping[int, Held]) -> frozenset[Held] | None:
    """The areas of a layer that make up this one; None when they do not, or are the area itself."""
    if not all(piece in first for piece in area):
        return None
    parts = frozenset(first[piece] for piece in area)
    return parts if len(parts) > 1 and all(one <= area for one in parts) else None


def _finer(parts: frozenset[Held], other: frozenset[Held]) -> bool:
    """Whether every one of these lies in one of the others."""
    return all(any(one <= whole for whole in other) for one in parts)
