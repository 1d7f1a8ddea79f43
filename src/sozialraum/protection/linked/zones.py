"""Areas of all levels and boundaries as one dimension: each area is the set of smallest common pieces in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sozialraum.protection.counts import Zoning
from sozialraum.protection.screening import left_between
from sozialraum.protection.tables import Dimension, depths

Piece = Mapping[Zoning, str]
"""A part of the ground that no border cuts: the area in which it lies, per level and boundaries."""
Pieces = Callable[[Sequence[Zoning]], Sequence[Piece]]
"""The pieces into which these levels and boundaries cut the ground."""
Held = frozenset[int]


@dataclass(frozen=True, slots=True)
class Between:
    """Nodes of a ground that no area is, but the difference of two sums: `larger` areas less `smaller` ones."""

    parts: int
    larger: tuple[int, ...]
    smaller: tuple[int, ...]


Nodes = dict[tuple[Zoning, str], int]


def geography(
    pieces: Sequence[Piece], zonings: Sequence[Zoning], sums: Collection[int] = ()
) -> tuple[Dimension, Nodes, list[Between]]:
    """The dimension over the pieces, the node of every area, and the ground between areas of two levels or boundaries.

    `sums`: pieces that stand for others; no ground lies there.
    """
    layers = {zoning: _areas(pieces, zoning) for zoning in zonings}
    smallest = {str(number): frozenset([number]) for number in range(len(pieces))}
    every_ring = left_between({" ".join(zoning): layer for zoning, layer in layers.items()})
    left = [one for one in every_ring if one.parts.isdisjoint(sums)]
    rings = [(f"{_joined(one.larger_areas)} - {_joined(one.smaller_areas)}", one.parts) for one in left]
    every = [*(held for layer in layers.values() for held in layer.values()), *smallest.values()]
    every += [parts for _, parts in rings]
    by_name = {" ".join(zoning): layer for zoning, layer in layers.items()}
    wholes = [frozenset().union(*(by_name[one.larger][area] for area in one.larger_areas)) for one in left]
    every += wholes
    nodes = {held: place for place, held in enumerate(dict.fromkeys(every))}
    members = np.zeros((len(nodes), len(pieces)), dtype=bool)
    for held, place in nodes.items():
        members[place, list(held)] = True
    between = [
        Between(nodes[one.parts], *(_nodes(by_name[name], areas, nodes) for name, areas in
                ((one.larger, one.larger_areas), (one.smaller, one.smaller_areas))))
        for one in left
    ]  # fmt: skip
    totals = [
        (nodes[whole], parts)
        for whole, one in zip(wholes, between, strict=True)
        for parts in (one.larger, tuple(sorted((one.parts, *one.smaller))))
        if parts != (nodes[whole],)
    ]
    relations = tuple(dict.fromkeys([*_relations([*layers.values(), smallest], nodes), *totals]))
    unions = [(_joined(one.larger_areas), whole) for one, whole in zip(left, wholes, strict=True)]
    named = [*(one for layer in layers.values() for one in layer.items()), *rings, *unions, *smallest.items()]
    names = {held: name for name, held in reversed(named)}
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
    of_area = {(zoning, area): nodes[held] for zoning, layer in layers.items() for area, held in layer.items()}
    return found, of_area, between


def _nodes(layer: Mapping[str, Held], areas: Sequence[str], nodes: Mapping[Held, int]) -> tuple[int, ...]:
    return tuple(sorted(nodes[layer[area]] for area in areas))


def _joined(areas: Sequence[str]) -> str:
    return " + ".join(areas)


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
