"""What a draft hides and what that costs, for the person who decides: with the numbers as they were, so for staff only."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow.compute as pc

from sozialraum.figures import Description, Figures, Release
from sozialraum.protection import Rule
from sozialraum.protection.noise import Shape, perturbation_table

SHOWN, FEW, REST, SOURCE, OTHERS, DERIVED = "shown", "few", "rest", "source", "others", "derived"
REASONS = (FEW, REST, SOURCE, OTHERS, DERIVED)
"""Why a value is hidden: a count behind it is small; so is the rest of its base; the supplier hid it; to protect others; it
was computed from hidden ones."""
KEY = ("indicator", "period", "level", "vintage", "area")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Choice:
    """Which part of a draft is looked at: one indicator and date on its finest level."""

    indicator: str
    period: str
    level: str
    vintage: str


@dataclass(frozen=True)
class Judged:
    """One value: its row as it was, whether it stays visible or why not, and the base (denominator) that outsiders see."""

    row: Row
    reason: str
    base: float | None

    @property
    def area(self) -> str:
        """Key of the area."""
        return str(self.row["area"])


@dataclass(frozen=True)
class Member:
    """An area of a worked region: its count inside, what is decided, and the least and most that outsiders can infer."""

    one: Judged
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Region:
    """A region in which something is hidden: its published sum, if it is, and its areas."""

    area: str
    total: float | None
    open_sum: float | None
    """What is left for the hidden areas together when everything visible is subtracted; None where the sum is hidden."""
    members: tuple[Member, ...]


class Costs:
    """A draft with its hidden rows: what is hidden where, why, and what stays visible."""

    def __init__(self, release: Release, secrets: Figures):
        self.release, self._secrets = release, secrets
        rule = release.record["rule"]
        self._rule = Rule(**{name: rule[name] for name in Rule.model_fields if name in rule})

    @cached_property
    def rows(self) -> list[Judged]:
        """Every value of the draft as it was, judged."""
        before = {tuple(row[name] for name in KEY): row for row in self._secrets.table.to_pylist()}
        described = {one.id: one for one in self.release.descriptions}
        kept = self.release.table.select([*KEY, "numerator", "denominator", "value", "flag"])
        found = []
        for row in kept.to_pylist():
            was = before.get(tuple(row[name] for name in KEY), row)
            reason = _reason(was, row["flag"], described[row["indicator"]], self._rule)
            found.append(Judged(was, reason, row["denominator"]))
        return found

    @cached_property
    def choices(self) -> list[Choice]:
        """What can be looked at: every indicator and date on its finest level, the most hidden values first.

        Those of which nothing stays visible come last: there is nothing to weigh.
        """
        order = {level: at for at, level in enumerate(self.release.record["levels"])}
        found: dict[tuple[str, str], Choice] = {}
        for one in self.rows:
            row = one.row
            if row["level"] in order:
                new = Choice(row["indicator"], row["period"], row["level"], row["vintage"])
                old = found.setdefault((new.indicator, new.period), new)
                if order[new.level] < order[old.level]:
                    found[new.indicator, new.period] = new
        hidden = Counter(_slot(one.row) for one in self.rows if one.reason != SHOWN)
        seen = {_slot(one.row) for one in self.rows if one.reason == SHOWN}

        def place(one: Choice) -> tuple[bool, int, str, str]:
            slot = one.indicator, one.period, one.level
            return slot not in seen, -hidden[slot], one.indicator, one.period

        return sorted(found.values(), key=place)

    def of(self, choice: Choice) -> list[Judged]:
        """The values of one choice, in the order of the areas."""
        wanted = (choice.indicator, choice.period, choice.level, choice.vintage)
        return [one for one in self.rows if tuple(one.row[name] for name in KEY[:4]) == wanted]

    def description(self, indicator: str) -> Description:
        """What is known about an indicator."""
        return self.release.figures.description(indicator)

    def regions(self, choice: Choice) -> list[Region]:
        """Areas above in which values are hidden, those with the most to see first: published sum, several hidden areas."""
        parents = self._parents(choice)
        above = self._above(choice)
        grouped: dict[str, list[Judged]] = {}
        for one in self.of(choice):
            if one.area in parents:
                grouped.setdefault(parents[one.area], []).append(one)
        touched = {area: ones for area, ones in grouped.items() if any(one.reason != SHOWN for one in ones)}
        found = [_region(area, above.get(area), ones) for area, ones in touched.items()]
        return sorted(found, key=lambda one: (one.open_sum is None, -_kinds(one), len(one.members), one.area))

    def _parents(self, choice: Choice) -> dict[str, str]:
        """Area -> the area of the next level above that the draft holds."""
        coarser = self._next_level(choice)
        areas = self.release.areas
        here = pc.and_(pc.equal(areas["level"], choice.level), pc.equal(areas["vintage"], choice.vintage))
        table = areas.filter(here)
        pairs = zip(table["area"].to_pylist(), map(json.loads, table["parents"].to_pylist()), strict=True)
        return {area: parents[coarser] for area, parents in pairs if coarser in parents}

    def _next_level(self, choice: Choice) -> str:
        levels = list(self.release.record["levels"])
        present = {
            level for *slot, level in {_slot(one.row) for one in self.rows} if slot == [choice.indicator, choice.period]
        }
        return next((one for one in levels[levels.index(choice.level) + 1 :] if one in present), "")

    def _above(self, choice: Choice) -> dict[str, Judged]:
        wanted = (choice.indicator, choice.period, self._next_level(choice), choice.vintage)
        return {one.area: one for one in self.rows if tuple(one.row[name] for name in KEY[:4]) == wanted}


def _slot(row: Row) -> tuple[str, str, str]:
    return row["indicator"], row["period"], row["level"]


def counted(values: Sequence[Judged]) -> dict[str, int]:
    """How many values stay visible, and how many are hidden for which reason."""
    found = Counter(one.reason for one in values)
    return {reason: found[reason] for reason in (SHOWN, *REASONS)}


def visible_share(values: Sequence[Judged]) -> float | None:
    """Share (percent) of the counted cases that stands in visible values; None where nothing is counted."""
    cases = [(one.row["numerator"], one.reason == SHOWN) for one in values if one.row["numerator"] is not None]
    total = sum(number for number, _ in cases)
    return 100.0 * sum(number for number, shown in cases if shown) / total if total else None


def rounding_price(values: Sequence[Judged], base: int) -> dict[str, float]:
    """What rounding every count to `base` would cost: the largest step, and how many rates would move by a tenth or more."""
    moved = 0
    for one in values:
        number = one.row["numerator"]
        if number:
            moved += abs(base * round(number / base) - number) >= 0.1 * number
    return {"step": base // 2, "moved": moved}


def noise_price(values: Sequence[Judged], shape: Shape) -> dict[str, float]:
    """What noise of that shape on every count would cost: the largest step, and how many rates are expected to move by a
    tenth or more."""
    table, moved = perturbation_table(shape), 0.0
    for one in values:
        number = one.row["numerator"]
        if number:
            changes, chances = table.row(int(abs(number)))
            moved += float(chances[np.abs(changes) >= 0.1 * abs(number)].sum())
    return {"step": shape.largest, "moved": moved}


def _reason(before: Row, flag: str, described: Description, rule: Rule) -> str:
    if flag == "suppressed_at_source":
        return SOURCE
    if flag != "suppressed":
        return SHOWN
    least = max(rule.minimum, described.minimum)
    number, base = before["numerator"], before["denominator"]
    looked_at = [one for one in (number, base) if one is not None]
    if any(0 < one < least for one in looked_at):
        return FEW
    if rule.rest and described.part_of_denominator and len(looked_at) == 2 and 0 < base - number < least:
        return REST
    return DERIVED if described.parts and not described.conditions else OTHERS


def _region(area: str, above: Judged | None, ones: Sequence[Judged]) -> Region:
    """What the region's own sum gives away: nothing but that the hidden counts add up to what is left."""
    total = above.row["numerator"] if above is not None and above.reason == SHOWN else None
    seen = [one.row["numerator"] for one in ones if one.reason == SHOWN]
    left = total - sum(seen) if total is not None and None not in seen else None
    return Region(area, total, left, tuple(Member(one, *_bounds(one, left)) for one in ones))


def _bounds(one: Judged, left: float | None) -> tuple[float | None, float | None]:
    """What everybody can compute: no count is below zero, above what is left, or above its base."""
    if one.reason == SHOWN:
        return one.row["numerator"], one.row["numerator"]
    most = [limit for limit in (left, one.base) if limit is not None]
    return (0.0, min(most)) if most else (None, None)


def _kinds(region: Region) -> int:
    return len({member.one.reason for member in region.members})
