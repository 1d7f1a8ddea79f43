"""The elementary counts that definitions ask for, without how they are found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sozialraum.indicators.schema import Condition, Indicator, Limits, Operand, Part, operands_of
from sozialraum.sources import vocabulary

_YEAR = re.compile(r"(\d{4})(?:/(\d{2,4}))?(.*)")
COVERS = {"nationality": {"foreign": frozenset(("eu", "non_eu"))}}
"""Codes that stand for several others where a delivery does not tell them apart."""


@dataclass(frozen=True, slots=True)
class Count:
    """A sum of one measure of one fact table over the rows that fulfil every condition."""

    facts: str
    measure: str
    where: tuple[tuple[str, Condition], ...] = ()
    times: str = ""

    @property
    def dimensions(self) -> frozenset[str]:
        """The dimensions that must be filled to answer it."""
        named = frozenset(name for name, _ in self.where)
        return named | {"age"} if self.times == "age" else named


def count_of(operand: Operand) -> Count:
    """The count behind one operand."""
    return Count(operand.facts, operand.sum, tuple(sorted(operand.where.items())), operand.times)


def years_of(operand: Operand, period: str) -> list[tuple[str, float]]:
    """Periods that an operand adds up, each with its weight."""
    pool = [earlier(period, back) for back in range(operand.pool)]
    share = 1 / operand.pool if operand.pooled == "mean" else 1.0
    if not operand.average:
        return [(one, share) for one in pool]
    return [(one, share / 2) for day in pool for one in (day, earlier(day, 1))]


def earlier(period: str, years: int) -> str:
    """The label of the same period that many years before: 2024-Q3 -> 2021-Q3, 2024/25 -> 2021/22."""
    match = _YEAR.fullmatch(period)
    if match is None or not years:
        return period
    year = f"{int(match[1]) - years:04d}"
    if match[2] is None:
        return year + match[3]
    following = str(int(year) + 1)[-len(match[2]) :]
    return f"{year}/{following}{match[3]}"


def narrowed(indicator: Indicator, part: Part) -> Indicator:
    """The indicator with the part's conditions added to each operand whose facts know the dimension."""

    def narrow(operand: Operand) -> Operand:
        known = vocabulary()[operand.facts].dimensions
        extra = {name: value for name, value in part.where.items() if name in known}
        return operand.model_copy(update={"where": {**operand.where, **extra}})

    both = {side: tuple(narrow(one) for one in getattr(indicator, side)) for side in ("numerator", "denominator")}
    return indicator.model_copy(update=both)


def needed(indicator: Indicator, known: dict[str, Indicator], period: str) -> Iterator[tuple[Count, str]]:
    """Every count and period that one figure needs, parts included."""
    if indicator.of:
        for one in (period, earlier(period, indicator.years)):
            yield from needed(known[indicator.of], known, one)
    for part in indicator.parts:
        yield from needed(narrowed(known[part.indicator], part), known, period)
    for operand in operands_of(indicator):
        for one, _ in years_of(operand, period):
            yield count_of(operand), one


Group = tuple[int | None, int | None]
OLDEST = 100
"""A class that ends here or later is open."""


def certain_age(limits: Limits, group: Group) -> bool | None:
    """Whether an age group fulfils the condition: True, False, or None where it straddles a limit."""
    first, end = group
    if first is None:
        return None
    low, high = limits.from_ or 0, limits.below
    if (end is not None and end <= low) or (high is not None and first >= high):
        return False
    inside = first >= low and (high is None or (end is not None and end <= high))
    return True if inside else None


def straddles(count: Count, groups: Iterable[Group]) -> bool:
    """Whether an age group lies on both sides of a limit."""
    limits = [value for name, value in count.where if name == "age" and isinstance(value, Limits)]
    return any(certain_age(one, group) is None for one in limits for group in groups)


def covers(count: Count, groups: Iterable[Group], beside: Iterable[Group]) -> bool:
    """Whether rows with these age groups can hold everybody who is asked for.

    A register can: it has single years. Classes must reach over the whole age that is asked for; asked for all ages, no class
    of other deliveries (`beside`) may lie outside them, for then they are a part only.
    """
    classes = sorted(_years(groups))
    if any(end - first == 1 for first, end in classes):
        return True
    limits = [value for name, value in count.where if name == "age" and isinstance(value, Limits)]
    if not limits:
        return all(_reach(classes, first, end) for first, end in _years(beside))
    return all(_reach(classes, one.from_ or 0, min(one.below or OLDEST, OLDEST)) for one in limits)


def _years(groups: Iterable[Group]) -> Iterator[tuple[int, int]]:
    """First age and the one behind the last; persons of unknown age belong to no class."""
    for first, end in groups:
        if first is not None:
            yield min(first, OLDEST - 1), OLDEST if end is None else min(end, OLDEST)


def _reach(classes: Iterable[tuple[int, int]], first: int, end: int) -> bool:
    """Whether the classes, in order, leave no age from `first` to below `end` out."""
    for low, high in classes:
        if low > first:
            return False
        first = max(first, high)
        if first >= end:
            return True
    return False
