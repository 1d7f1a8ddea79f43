"""Differences between areas of different geographies that would tell of a few people: a quick look before the gate.

The sum of areas that cover an area (or lie within it) less its own sum is the sum of what lies between. Where few live
there, both sums together tell of them, however large each is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

Held = frozenset[int]
"""Numbers of finest areas."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two sums that tell of fewer people than the minimum: areas of `larger` less areas of `smaller` (none: the area alone).

    `parts` are the finest areas between them.
    """

    larger: str
    larger_areas: tuple[str, ...]
    smaller: str
    smaller_areas: tuple[str, ...]
    parts: Held


def differences(people: Sequence[int], zonings: Mapping[str, Mapping[str, Held]], minimum: int = 3) -> list[Difference]:
    """Every difference found with 1 to `minimum` - 1 people in it, one for each group of finest areas.

    `people`: of each finest area; `zonings`: per geography, earlier release or drawing the areas with their finest areas.
    Looked at are single areas, areas against the areas around and within them, and those again, as far as that leads.
    """
    found: dict[Held, Difference] = {}
    small = _Small(people, minimum)
    for name, areas in zonings.items():
        for area, held in areas.items():
            if small(held):
                found.setdefault(held, Difference(name, (area,), "", (), held))
    for difference in _between(zonings):
        if small(difference.parts):
            found.setdefault(difference.parts, difference)
    return list(found.values())


def left_between(zonings: Mapping[str, Mapping[str, Held]]) -> list[Difference]:
    """Every difference whose finest areas are no areas of any of these geographies.

    The others are judged with the areas that they are made of. Several can be about the same finest areas: what is counted
    may be known of the areas of one of them only.
    """
    layers = [{one: held for held in areas.values() for one in held} for areas in zonings.values()]
    found = []
    for difference in dict.fromkeys(_between(zonings)):
        parts = difference.parts
        whole = (all(one in layer and layer[one] <= parts for one in parts) for layer in layers)
        if not any(whole):
            found.append(difference)
    return found


def _between(zonings: Mapping[str, Mapping[str, Held]]) -> Iterator[Difference]:
    for one, other in permutations(_disjoint(zonings), 2):
        for area, held in one.areas.items():
            yield from _around(one, other, area, held)
            yield from _within(one, other, area, held)


@dataclass(frozen=True)
class _Small:
    people: Sequence[int]
    minimum: int

    def __call__(self, parts: Held) -> bool:
        return 0 < sum(self.people[one] for one in parts) < self.minimum


@dataclass(frozen=True)
class _Zoning:
    """Areas that do not overlap, and the area of each finest one."""

    name: str
    areas: Mapping[str, Held]
    of: Mapping[int, str]

    def cover(self, held: Held) -> dict[str, Held] | None:
        """The areas that together hold all of these; None where one lies in none."""
        if not held <= self.of.keys():
            return None
        return {name: self.areas[name] for name in sorted({self.of[one] for one in held})}


def _disjoint(zonings: Mapping[str, Mapping[str, Held]]) -> Iterator[_Zoning]:
    """The geographies; of one whose areas overlap, each area alone."""
    for name, areas in zonings.items():
        of = {one: area for area, held in areas.items() for one in held}
        whole = len(of) == sum(map(len, areas.values()))
        for part in [areas] if whole else [{area: held} for area, held in areas.items()]:
            yield _Zoning(name, part, {one: area for area, held in part.items() for one in held})


def _around(one: _Zoning, other: _Zoning, area: str, held: Held) -> Iterator[Difference]:
    """The areas of the other that cover it, then those of the first that cover them, and so on until nothing is between."""
    inner, names = one, [area]
    while True:
        outer = other if inner is one else one
        cover = outer.cover(held)
        if cover is None:
            return
        whole = frozenset().union(*cover.values())
        if whole == held:
            return
        yield Difference(outer.name, tuple(cover), inner.name, tuple(names), whole - held)
        inner, names, held = outer, list(cover), whole


def _within(one: _Zoning, other: _Zoning, area: str, held: Held) -> Iterator[Difference]:
    """The area less all areas of the other that lie in it."""
    inside = {name: parts for name, parts in other.areas.items() if parts <= held}
    rest = held.difference(*inside.values())
    if inside and rest:
        yield Difference(one.name, (area,), other.name, tuple(sorted(inside)), rest)
