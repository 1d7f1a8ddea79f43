"""Amounts in other populations: whether one is possible beside every told amount, and what that leaves open of the others.

A population that no amounts fit proves nothing. Who contributes to an amount of ages is counted in the population, and is
as old as the group says; of other amounts only that none is below 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import inf

import numpy as np
import numpy.typing as npt

from sozialraum.errors import Fault
from sozialraum.protection.proved.amounts.told import Amount, AmountKey, KnownAmounts
from sozialraum.protection.proved.amounts.trees import Tree
from sozialraum.protection.proved.counting import is_group
from sozialraum.protection.proved.known import Known
from sozialraum.protection.proved.populations import Populations

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Area = tuple[str, str, str]
"""Level, vintage, key."""
OLDEST = 116
"""Nobody is so old."""


@dataclass(frozen=True, slots=True)
class OpenAmount:
    """An amount that could be told too closely; `beside`: a told one that would leave it open if it were hidden, too."""

    amount: Amount
    place: Area
    period: str
    beside: Area | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a person of each cell contributes: endless above where nobody knows."""

    low: Floats
    high: Floats

    @property
    def most(self) -> float:
        """The most that anybody contributes."""
        return float(self.high.max(initial=0.0))


@dataclass
class _Sums:
    """One amount of one period: areas that lie within one another, what people of each cell contribute (None: nobody
    knows), and what has to stay open: area -> how far the amount must be able to go down and up.

    `crossing`: told areas that cross others, so that nobody can say here what follows from them.
    """

    amount: Amount
    period: str
    tree: Tree
    keys: dict[frozenset[int], list[AmountKey]]
    bounds: Bounds | None
    low: Floats
    high: Floats
    needs: dict[int, float]
    values: dict[int, float]
    crossing: Sequence[frozenset[int]] = ()
    reached: dict[int, tuple[float, float]] = field(default_factory=dict)
    counted: dict[int, tuple[float, float]] = field(default_factory=dict)
    blocked: frozenset[int] = frozenset()

    def start(self) -> None:
        """What the first population leaves open."""
        every = {self.tree.bundle(piece) for piece in range(len(self.low))} - {-1}
        self.blocked = self._misfits(every, self.low, self.high)

    def misfits(self, change: Ints) -> Iterator[OpenAmount]:
        """The told areas whose amount is impossible in a population with these changes (piece, cell, number).

        Where there are none, what it leaves open of the others is noted.
        """
        for ground in self.crossing:
            yield from self._named(ground, None)
        for node in self.blocked or self._impossible(change):
            yield from self.named(node)

    def _impossible(self, change: Ints) -> frozenset[int]:
        if self.bounds is None or self.crossing:
            return frozenset()
        low, high = self.low.copy(), self.high.copy()
        moved = change[self.bounds.high[change[:, 1]] > 0]
        np.add.at(low, moved[:, 0], moved[:, 2] * self.bounds.low[moved[:, 1]])
        np.add.at(high, moved[:, 0], moved[:, 2] * self.bounds.high[moved[:, 1]])
        touched = {self.tree.bundle(piece) for piece in set(moved[:, 0].tolist())} - {-1}
        return self._misfits(touched, low, high)

    def _misfits(self, bundles: set[int], low: Floats, high: Floats) -> frozenset[int]:
        found = {one: self.tree.ranges(one, low, high) for one in sorted(bundles)}
        impossible = frozenset(one for one, ranges in found.items() if ranges is None)
        for ranges in found.values() if not impossible else ():
            for node, ends in (ranges or {}).items():
                if node in self.needs:
                    held = sorted(self.tree.nodes[node].pieces)
                    _widen(self.reached, node, *ends)
                    _widen(self.counted, node, float(low[held].sum()), float(high[held].sum()))
        return impossible

    def open(self) -> Iterator[OpenAmount]:
        """Areas whose amount could be told too closely; all of them where the first population fits none.

        What the counts alone say of an amount, no amount has told.
        """
        for ground in self.crossing if self.needs else ():
            yield from self._named(ground, None)
        for node, need in self.needs.items() if not self.crossing else ():
            least, most = self.reached.get(node, (inf, -inf))
            low, high = self.counted.get(node, (0.0, inf))
            far = least <= max(self.values[node] - need, low) and most >= min(self.values[node] + need, high)
            if self.blocked or self.tree.nodes[node].told is not None or not far:
                yield from self.named(node, need)

    def named(self, node: int, need: float = 0.0) -> Iterator[OpenAmount]:
        """An area by its names, with one beside it from which as much could be taken."""
        yield from self._named(self.tree.nodes[node].pieces, self._beside(node, need))

    def _named(self, ground: frozenset[int], beside: Area | None) -> Iterator[OpenAmount]:
        for key in self.keys[ground]:
            yield OpenAmount(self.amount, key[:3], self.period, beside)

    def _beside(self, node: int, need: float) -> Area | None:
        """The smallest told area in the same larger one that is large enough, or the largest of them."""
        parent = self.tree.nodes[node].parent
        parts = [] if parent < 0 else [self.tree.nodes[one] for one in self.tree.nodes[parent].parts if one != node]
        told = sorted((one.told, sorted(one.pieces), one.pieces) for one in parts if one.told is not None)
        enough = [one for one in told if one[0] >= need] or told[-1:]
        return self.keys[enough[0][2]][0][:3] if enough else None


def _widen(ends: dict[int, tuple[float, float]], node: int, least: float, most: float) -> None:
    """Let these numbers be possible as well."""
    before = ends.get(node, (inf, -inf))
    ends[node] = min(least, before[0]), max(most, before[1])


@dataclass
class Sums:
    """All amounts of a block of periods, as populations are taken into account."""

    sums: list[_Sums]

    def __len__(self) -> int:
        return sum(len(one.needs) for one in self.sums)

    def misfits(self, change: Ints) -> list[OpenAmount]:
        """Told amounts that are impossible in a population with these changes; none where all fit."""
        return [each for one in self.sums for each in one.misfits(change)]

    def open(self) -> list[OpenAmount]:
        """What is not proved."""
        return [each for one in self.sums for each in one.open()]

    def faults(self) -> Iterator[Fault]:
        """The same in words, and amounts of the same people that could be taken from each other."""
        told = {one.amount for one in self.sums if any(node.told is not None for node in one.tree.nodes)}
        if any(one.facts & other.facts for one, other in combinations(sorted(told, key=repr), 2)):
            yield Fault("amounts_twice", "two amounts of the same people are told, and nobody judged their difference.")
        for one in self.open():
            what = "nothing proves that nobody can tell this amount closely: {place}."
            yield Fault("amount", what, values={"place": ", ".join([*one.place, one.period])})


def sums_of(about: Populations, told: KnownAmounts, outside: Known, share: float) -> Sums:
    """The amounts of a block; `share`: by which part of itself the amount of a few has to stay unknown."""
    periods = set(about.block.periods)
    by_amount: dict[tuple[Amount, str], list[AmountKey]] = {}
    for key in told.inside:
        if key[4] in periods and key[:3] in about.rows:
            by_amount.setdefault((key[3], key[4]), []).append(key)
    found = [one for which in by_amount.items() for one in _sums(about, told, outside, share, *which)]
    for one in found:
        one.start()
    return Sums(found)


def _sums(
    about: Populations,
    told: KnownAmounts,
    outside: Known,
    share: float,
    which: tuple[Amount, str],
    keys: Sequence[AmountKey],
) -> Iterator[_Sums]:
    """The areas of an amount; those that must stay open and cross each other are judged one by one."""
    amount, period = which
    by_ground = _by_ground(about, keys)
    sums = {ground: _told(told, mine) for ground, mine in by_ground.items()}
    bounds = _bounds(about, amount, period)
    needs = {
        ground: max(_need(told, outside, about, key, bounds, share) for key in mine)
        for ground, mine in by_ground.items()
    }
    pieces = len(about.block.pieces)
    low, high = np.zeros(pieces), np.full(pieces, inf)
    if bounds is not None:
        low, high = (np.asarray(about.people @ one, dtype=np.float64) for one in (bounds.low, bounds.high))
    for group, crossing in _groups(sums, needs, by_ground):
        tree = Tree.of({ground: sums[ground] for ground in group})
        asked = {node: one.pieces for node, one in enumerate(tree.nodes) if needs[one.pieces] > 0}
        values = {node: _value(told, by_ground[ground]) for node, ground in asked.items()}
        mine = {node: needs[ground] for node, ground in asked.items()}
        yield _Sums(amount, period, tree, by_ground, bounds, low, high, mine, values, crossing)


def _value(told: KnownAmounts, keys: Sequence[AmountKey]) -> float:
    """The amount of a piece of ground; areas of changed boundaries that share it have parts of it."""
    parts = keys if len({key[:2] for key in keys}) < len(keys) else keys[:1]
    return sum(told.inside[key] for key in parts)


Crossing = Sequence[frozenset[int]]


def _groups(
    sums: Mapping[frozenset[int], float | None],
    needs: Mapping[frozenset[int], float],
    keys: Mapping[frozenset[int], Sequence[AmountKey]],
) -> Iterator[tuple[list[frozenset[int]], Crossing]]:
    """Areas that lie within one another: the told ones, and with them those that must stay open; and told ones that cross
    others. What is neither told nor has to stay open ties nothing together."""
    zonings = Counter(key[:2] for ground, mine in keys.items() for key in mine if sums[ground] is not None)
    told = [ground for ground, number in sums.items() if number is not None]
    told.sort(key=lambda one: (-zonings[keys[one][0][:2]], keys[one][0][:2], len(one), sorted(one)))
    nested, crossing = _nested(told)
    left = [ground for ground, need in needs.items() if need > 0 and sums[ground] is None]
    across = [one for one in nested if any(_cross(one, other) for other in left)]
    nested = [one for one in nested if one not in set(across)]
    while left or nested:
        group, later = _nested([*nested, *left])
        yield group, [*crossing, *across]
        left, nested = later, nested if later else []


def _nested(grounds: Sequence[frozenset[int]]) -> tuple[list[frozenset[int]], list[frozenset[int]]]:
    """The areas that lie within one another or apart, the first ones first, and those that cross one of them."""
    found: list[frozenset[int]] = []
    crossing: list[frozenset[int]] = []
    at: dict[int, list[frozenset[int]]] = {}
    for one in grounds:
        if any(_cross(one, other) for piece in one for other in at.get(piece, ())):
            crossing.append(one)
            continue
        found.append(one)
        for piece in one:
            at.setdefault(piece, []).append(one)
    return found, crossing


def _cross(one: frozenset[int], other: frozenset[int]) -> bool:
    return not (one <= other or other <= one or one.isdisjoint(other))


def _by_ground(about: Populations, keys: Sequence[AmountKey]) -> dict[frozenset[int], list[AmountKey]]:
    """The amounts by the pieces that they add up; areas of changed boundaries that share a piece are one sum."""
    found: dict[frozenset[int], list[AmountKey]] = {}
    zones = about.zones
    for key in keys:
        row = about.rows[key[:3]]
        held = frozenset(zones.indices[zones.indptr[row] : zones.indptr[row + 1]].tolist())
        for piece, inside in about.block.sums.items():
            if held & set(inside):
                held = frozenset([*inside, piece])
        found.setdefault(held, []).append(key)
    return found


def _told(told: KnownAmounts, keys: Sequence[AmountKey]) -> float | None:
    if not any(key in told.outside for key in keys):
        return None
    one_zoning = [key for key in keys if key[:2] == keys[0][:2]]
    return sum(told.inside[key] for key in one_zoning)


def _bounds(about: Populations, amount: Amount, period: str) -> Bounds | None:
    """What people of each cell contribute; None where they are not counted, or the amount is not of ages."""
    column = about.columns.get((amount.contributors, period))
    if column is None or not amount.ages or not is_group(amount.contributors):
        return None
    times = about.counts[:, [column]].toarray().ravel() / int(about.scale[column])
    ages = [one.where.get("age") for one in about.block.cells]
    low = np.array([one[0] + 0.5 if isinstance(one, tuple) else 0.5 for one in ages])
    high = np.array([min(one[1], OLDEST) - 0.5 if isinstance(one, tuple) else OLDEST - 0.5 for one in ages])
    return Bounds(times * low, times * np.maximum(low, high))


def _need(
    told: KnownAmounts, outside: Known, about: Populations, key: AmountKey, bounds: Bounds | None, share: float
) -> float:
    """How far the amount has to stay open; 0 where it gives nobody away.

    Few contribute: by the share of all of it. Of ages, also where two of the oldest could be nearly all of it.
    """
    value, most = told.inside[key], inf if bounds is None else bounds.most
    column = about.columns.get((key[3].contributors, key[4]))
    people = told.least[key]
    if column is not None:
        inside = float(about.told.inside[about.rows[key[:3]], column])
        people = inside if inside == inside else people
    minimum = outside.minimum.get(key[3].contributors, outside.least)
    few = 0 < people < minimum
    dominated = (
        bounds is not None and people > 0 and value - 2 * most < share * most and not _enough(people, bounds, share)
    )
    return share * min(value, most) if few or dominated else 0.0


def _enough(people: float, bounds: Bounds, share: float) -> bool:
    """Whether all others together contribute enough, however young they are."""
    least = bounds.low[bounds.high > 0].min(initial=inf)
    return (people - 2) * float(least) >= share * bounds.most
