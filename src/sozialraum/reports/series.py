"""Areas and figures as arrays: one row per period, one column per area, and what can be said of them without the tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from sozialraum.figures import Description

Floats = npt.NDArray[np.float64]
States = npt.NDArray[np.str_]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
Objects = npt.NDArray[np.object_]

MOST_HIDDEN = 0.1
"""Above this share of hidden values there is no median and no place among areas."""


@dataclass(frozen=True)
class Layer:
    """The areas of one level at one boundary vintage, sorted by key."""

    level: str
    vintage: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    labels: tuple[str, ...]
    residents: Floats
    parents: tuple[dict[str, str], ...]
    geometry: tuple[bytes | None, ...]

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def place(self) -> dict[str, int]:
        """Row of each key."""
        return {key: row for row, key in enumerate(self.keys)}


@dataclass(frozen=True)
class Series:
    """One indicator on one level: arrays with one row per period and one column per area of the layer.

    `state` is "ok", "hidden", "unknown", "not_applicable", "other_boundaries" or "absent" (no row at all).
    `vintages` names the boundary vintage each period was measured on.
    """

    description: Description
    layer: Layer
    periods: tuple[str, ...]
    vintages: tuple[str, ...]
    value: Floats
    lower: Floats
    upper: Floats
    state: States
    estimated: npt.NDArray[np.bool_]
    everywhere: tuple[Floats, ...] = ()  # per period the values of all areas of the boundaries of that time
    hidden: tuple[int, ...] = ()  # per period the number of hidden values
    since: str = ""  # the period to compare with, where the report has one
    extra: dict[str, npt.NDArray[np.object_]] = field(default_factory=dict)

    def at(self, period: int, area: int) -> dict[str, Any]:
        """One figure as `change` and the writers of cells want it."""
        return {
            "value": float(self.value[period, area]),
            "lower": float(self.lower[period, area]),
            "upper": float(self.upper[period, area]),
            "state": str(self.state[period, area]),
            "estimated": bool(self.estimated[period, area]),
        }

    @cached_property
    def median(self) -> Floats:
        """Median of the areas per period; NaN where no area has a value."""
        return self.quantile(0.5)

    @cached_property
    def middle_half(self) -> tuple[Floats, Floats]:
        """First and third quartile of the areas per period."""
        return self.quantile(0.25), self.quantile(0.75)

    def quantile(self, share: float) -> Floats:
        """That quantile of all areas with a value, per period, on the boundaries of the time."""
        pairs = zip(self.everywhere, self.thin, strict=True)
        return np.array([np.quantile(one, share) if len(one) and not thin else np.nan for one, thin in pairs])

    @cached_property
    def thin(self) -> tuple[bool, ...]:
        """Per period, whether so many values are hidden that median and place among areas would be misleading.

        Hidden counts are small ones, so the values that are left stand too high.
        """
        pairs = zip(self.everywhere, self.hidden, strict=True)
        return tuple(hidden > MOST_HIDDEN * (len(one) + hidden) for one, hidden in pairs)

    @cached_property
    def shares_beside(self) -> tuple[Floats, Floats]:
        """At the last period, for each area the shares of the other areas with a lower and with a higher value."""
        last = self.value[-1]
        known = np.sort(last[~np.isnan(last)])
        others = max(len(known) - 1, 1)
        lower = np.searchsorted(known, last, "left") / others
        higher = (len(known) - np.searchsorted(known, last, "right")) / others
        gone = np.isnan(last) | self.thin[-1]
        return np.where(gone, np.nan, lower), np.where(gone, np.nan, higher)

    def breaks_between(self, earlier: int, later: int) -> bool:
        """Whether a change of definition lies between two periods, so that they are not one series."""
        return any(self.periods[earlier] < one.period <= self.periods[later] for one in self.description.breaks)

    @cached_property
    def earlier(self) -> int | None:
        """The earlier period to compare with: the report's, else the last one that is comparable at all.

        Comparable means: the same definition, and some area with equal boundaries and a value at both dates.
        """
        last = len(self.periods) - 1
        wished = [at for at in range(last) if self.periods[at] == self.since]
        return next((at for at in (*wished, *range(last - 1, -1, -1)) if self._comparable(at)), None)

    def _comparable(self, period: int) -> bool:
        both = ~np.isnan(self.value[period]) & ~np.isnan(self.value[-1])
        return bool(both.any()) and not self.breaks_between(period, -1)

    @cached_property
    def steps(self) -> tuple[Floats, Floats, Floats]:
        """Change since `earlier` per area with the bounds of its 95 % interval (NaN where unknown)."""
        if self.earlier is None:
            gone = np.full(len(self.layer), np.nan)
            return gone, gone, gone
        return self.moved(self.earlier, -1)

    def moved(self, old: int, new: int) -> tuple[Floats, Floats, Floats]:
        """Change per area between two periods with the bounds of its 95 % interval (NaN where unknown)."""
        value = self.value[new] - self.value[old]
        below = np.hypot(self.value[new] - self.lower[new], self.upper[old] - self.value[old])
        above = np.hypot(self.upper[new] - self.value[new], self.value[old] - self.lower[old])
        return value, value - below, value + above


def counts_people(one: Description) -> bool:
    """Whether the figure is a number of people or cases (or that per hectare): a full count without random range."""
    return one.kind in ("total", "density") or one.unit == "persons"


def is_change(one: Description) -> bool:
    """Whether the figure is itself a change between two dates."""
    return one.kind == "change" or (one.kind == "delivered" and one.unit == "percentage_points")


def is_level(one: Description) -> bool:
    """Whether the figure says how high something is, so that its change and its place among areas make sense."""
    return not counts_people(one) and not is_change(one)
