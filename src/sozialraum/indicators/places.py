"""Counts of the delivered areas carried to the areas asked for: same key, sum of the parts, or converted by weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sozialraum.errors import SozialraumError
from sozialraum.indicators.compile import ESTIMATED, MISSING, NOT_APPLICABLE, OK

Values = NDArray[np.float64]
States = NDArray[np.int8]
WHOLE = 1 - 1e-9  # an area with this weight went over undivided


class Layer(Protocol):
    """The areas of one level and vintage."""

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys, sorted."""

    @property
    def area_m2(self) -> Any:
        """Size of each area."""


class Places(Protocol):
    """What counting needs to know of the areas; `areas.Areas` is one."""

    @property
    def levels(self) -> tuple[str, ...]:
        """Names of the levels, finest first."""

    def vintage_of(self, period_label: str, /) -> str:
        """The vintage valid at the end of a period."""

    def layer(self, level: str, vintage: str, /) -> Layer:
        """The areas of a level."""

    def parents(self, level: str, coarser: str, vintage: str, /) -> Mapping[str, str]:
        """Key of the coarser area that each area lies in."""

    def crosswalk(self, from_vintage: str, to_vintage: str, level: str, /) -> Any:
        """Weights from old to new areas in `.table` (from, to, weight)."""


@dataclass(frozen=True)
class Route:
    """How areas as delivered become areas as asked: pairs of places with their weight.

    `size` areas start, `end` areas result. `converted` marks results that were calculated with weights between 0 and 1,
    `reached` those that get anything at all.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    weight: Values
    size: int
    ends: int

    @cached_property
    def converted(self) -> NDArray[np.bool_]:
        """Results that rest on a part of an area, not on whole areas."""
        parts = self.end[self.weight < WHOLE]
        return np.bincount(parts, minlength=self.ends) > 0

    @cached_property
    def reached(self) -> NDArray[np.bool_]:
        """Results that get something from somewhere."""
        return np.bincount(self.end, minlength=self.ends) > 0

    def carry(self, values: Values, states: States) -> tuple[Values, States]:
        """Sums and worst states of the areas asked for; a sum with a gap is a gap."""
        amounts = np.where(states >= NOT_APPLICABLE, 0.0, values)
        sums = np.bincount(self.end, amounts[self.start] * self.weight, minlength=self.ends)
        worst = np.full(self.ends, OK, np.int8)
        np.maximum.at(worst, self.end, states[self.start])
        worst = np.maximum(worst, np.where(self.converted, ESTIMATED, OK).astype(np.int8))
        worst = np.where(self.reached, worst, np.int8(MISSING))
        return np.where(worst >= NOT_APPLICABLE, np.nan, sums), worst


class Map:
    """Routes from any delivered level and vintage to one level."""

    def __init__(self, areas: Places, level: str):
        self._areas, self.level = areas, level
        self._routes: dict[tuple[str, str, str], Route | None] = {}
        self._keys: dict[tuple[str, str], tuple[str, ...]] = {}

    def keys(self, level: str, vintage: str) -> tuple[str, ...]:
        """Keys of the areas of a level and vintage, sorted."""
        if (level, vintage) not in self._keys:
            self._keys[level, vintage] = tuple(self._areas.layer(level, vintage).keys)
        return self._keys[level, vintage]

    def hectares(self, vintage: str) -> Values:
        """Size of the areas asked for."""
        return np.asarray(self._areas.layer(self.level, vintage).area_m2, np.float64) / 1e4

    def rank(self, level: str) -> int:
        """Place of a level, finest first; behind all others when the areas do not know it."""
        levels = list(self._areas.levels)
        return levels.index(level) if level in levels else len(levels)

    def route(self, level: str, vintage: str, wanted: str) -> Route | None:
        """The way from a delivered level and vintage to the level asked for in the wanted vintage, None without one."""
        key = (level, vintage, wanted)
        if key not in self._routes:
            self._routes[key] = self._find(*key)
        return self._routes[key]

    def _find(self, level: str, vintage: str, wanted: str) -> Route | None:
        if self.rank(level) > self.rank(self.level):
            return None
        if vintage == wanted:
            return self._up(level, wanted)
        try:
            found = self._areas.crosswalk(vintage, wanted, level).table
        except (SozialraumError, KeyError, LookupError):
            return None
        across = _pairs(found, self.keys(level, vintage), self.keys(level, wanted))
        return _joined(across, self._up(level, wanted))

    def _up(self, level: str, vintage: str) -> Route:
        keys, ends = self.keys(level, vintage), self.keys(self.level, vintage)
        if level == self.level:
            same = np.arange(len(keys))
            return Route(same, same, np.ones(len(keys)), len(keys), len(keys))
        parents = self._areas.parents(level, self.level, vintage)
        there = set(ends)
        known = [key for key in keys if parents.get(key) in there]
        start, end = position(known, keys), position([parents[key] for key in known], ends)
        return Route(start, end, np.ones(len(known)), len(keys), len(ends))


def position(keys: Sequence[str] | pa.Array, among: Sequence[str]) -> NDArray[np.int64]:
    """Place of each key in a list, -1 where it is not in it."""
    wanted = keys if isinstance(keys, pa.Array) else pa.array(keys, pa.string())
    found = pc.index_in(wanted, value_set=pa.array(among, pa.string())).fill_null(-1)
    return np.asarray(found.to_numpy(zero_copy_only=False), np.int64)


def _pairs(table: pa.Table, keys: Sequence[str], ends: Sequence[str]) -> Route:
    start, end = (position(table[name].combine_chunks(), among) for name, among in (("from", keys), ("to", ends)))
    weight = table["weight"].to_numpy().astype(np.float64)
    keep = (start >= 0) & (end >= 0) & (weight > 0)
    return Route(start[keep], end[keep], weight[keep], len(keys), len(ends))


def _joined(across: Route, up: Route) -> Route:
    """Two steps as one: converted at the delivered level, then added up."""
    above = np.full(up.size, -1, np.int64)
    above[up.start] = up.end
    end = above[across.end]
    pairs, place = np.unique(across.start[end >= 0] * up.ends + end[end >= 0], return_inverse=True)
    weight = np.bincount(place, across.weight[end >= 0], minlength=len(pairs)).astype(np.float64)
    weight = np.where(np.abs(weight - 1) < 1e-9, 1.0, weight)  # all parts lie in one area: it went over whole
    return Route(pairs // up.ends, pairs % up.ends, weight, across.size, up.ends)
