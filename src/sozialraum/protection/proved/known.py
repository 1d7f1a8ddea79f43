"""What is known outside and inside of every count: shown now or before, and as it was before hiding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from sozialraum.figures import PLACE, Description, Figures
from sozialraum.protection.proved.counting import Sum, declared_counts
from sozialraum.protection.proved.earlier import Earlier

Key = tuple[str, str, str, Sum, str]
"""Level, vintage, area, count, period."""
ROLES = ("numerator", "denominator")
DOUBT = "class_probability"
CLOSE = 1e-6
"""Shares of counts that differ by less than this are the same number."""


@dataclass
class Known:
    """Per count: `inside`, the number as the house knows it; `outside`, those that are told (`shown`: by this release
    only); `kept`: hidden before; `own`: part of this release; `doubled`: with two different numbers in it. `corrected`: told
    before with another number than the facts give today; `contradicted`: released now with another number than they give.

    `least`: the rule's minimum; `minimum`: the least number of a count; `shares`: part, base and minimum of shares, in
    this release or before.
    """

    inside: dict[Key, float] = field(default_factory=dict)
    outside: set[Key] = field(default_factory=set)
    doubled: set[Key] = field(default_factory=set)
    corrected: set[Key] = field(default_factory=set)
    contradicted: set[Key] = field(default_factory=set)
    kept: set[Key] = field(default_factory=set)
    own: set[Key] = field(default_factory=set)
    shown: set[Key] = field(default_factory=set)
    least: int = 3
    minimum: dict[Sum, int] = field(default_factory=dict)
    shares: dict[tuple[Sum, Sum], int] = field(default_factory=dict)


def known(released: Figures, secrets: Figures, earlier: Sequence[Earlier], least: int) -> Known:
    """Everything together, with the numbers of today: an earlier one holds unless the house counts another one today."""
    found = Known(least=least)
    told = _remembered(found, earlier)
    counts = _counts(released.descriptions)
    pairs = [*_numbers(secrets, counts), *_numbers(released, counts)]
    now = dict(pairs)
    found.doubled = {key for key, number in pairs if abs(number - now[key]) > CLOSE}
    found.contradicted = {key for key, number in now.items() if abs(found.inside.get(key, number) - number) > CLOSE}
    found.inside |= now
    found.own = set(now)
    before_now = {key for key, number in told if found.inside[key] == number}
    found.corrected = {key for key, _ in told} - before_now
    found.shown = set(_told(released)) - before_now
    found.outside = before_now | found.shown
    found.kept -= found.outside
    _rules(found, [one for figures in (*(past.figures for past in earlier), released) for one in figures.descriptions])
    return found


def _remembered(found: Known, earlier: Sequence[Earlier]) -> list[tuple[Key, float]]:
    """Note the numbers of earlier releases, today's where the house counts others now; what they told, number by number."""
    told: list[tuple[Key, float]] = []
    counts = [_counts(past.figures.descriptions) for past in earlier]
    for past, mine in zip(earlier, counts, strict=True):
        if past.secrets is not None:
            found.inside |= dict(_numbers(past.secrets, mine))
    for past, mine in zip(earlier, counts, strict=True):
        numbers = dict(_numbers(past.figures, mine))
        found.inside |= numbers
        told += [(key, numbers[key]) for key in _told(past.figures) if key in numbers]
        found.kept |= set(_hidden(past.figures))
    for past, mine in zip(earlier, counts, strict=True):
        if past.today is not None:
            found.inside |= dict(_numbers(past.today, mine))
    return told


def _rules(found: Known, described: Iterable[Description]) -> None:
    least = found.least
    for one in described:
        counts = declared_counts(one)
        minimum = max(least, one.minimum)
        for count in counts.values():
            found.minimum[count] = max(found.minimum.get(count, least), minimum)
        if one.part_of_denominator and len(set(counts.values())) == len(ROLES):
            pair = counts["numerator"], counts["denominator"]
            found.shares[pair] = max(found.shares.get(pair, least), minimum)


def _counts(descriptions: Iterable[Description]) -> dict[str, dict[str, Sum]]:
    found = {one.id: declared_counts(one) for one in descriptions}
    return {name: counts for name, counts in found.items() if counts}


def rows_of(figures: Figures, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """These columns, row by row."""
    return zip(*(figures.table[name].to_pylist() for name in names), strict=True)


def _numbers(figures: Figures, counts: Mapping[str, Mapping[str, Sum]]) -> Iterator[tuple[Key, float]]:
    """Every count that has a number in these figures."""
    for level, vintage, area, period, indicator, *numbers in rows_of(figures, (*PLACE, *ROLES)):
        for role, number in zip(ROLES, numbers, strict=True):
            count = counts.get(indicator, {}).get(role)
            if count is not None and number is not None:
                yield (level, vintage, area, count, period), number


def _told(figures: Figures) -> Iterator[Key]:
    """Every count that a number in these figures tells: itself, a rate of it, or what is computed from it.

    A score or rank tells of every area that it is compared with, and so does all that compares areas; how sure a class is
    tells of its own area.
    """
    counts = _counts(figures.descriptions)
    more = [one.name for one in figures.table.schema if is_number(one) and one.name not in ROLES]
    parts = {one.id: behind(one, figures.descriptions, counts) for one in figures.descriptions}
    whole = {one.id for one in figures.descriptions if one.kind == "index"}
    compared = {one.id for one in figures.descriptions if one.compares}
    places = _places(figures, counts)
    for level, vintage, area, period, indicator, *numbers in rows_of(figures, (*PLACE, *ROLES, *more)):
        shows = [number is not None for number in numbers]
        if indicator in counts:
            for role, mine in zip(ROLES, shows, strict=False):
                if role in counts[indicator] and (mine or any(shows[len(ROLES) :])):
                    yield level, vintage, area, counts[indicator][role], period
        elif any(shows):
            scores = {name for name, shown in zip(more, shows[len(ROLES) :], strict=True) if shown} - {DOUBT}
            scored = bool(scores) and indicator in whole
            if indicator in compared:
                compared.remove(indicator)  # one number of it tells of all areas already
                for part in parts[indicator]:
                    yield from places.get((part,), ())
            for part in parts[indicator]:
                yield from places.get((level, vintage, part) if scored else (level, vintage, part, area), ())


def is_number(column: pa.Field) -> bool:
    """Whether a column of figures holds numbers."""
    return bool(pa.types.is_floating(column.type) or pa.types.is_integer(column.type))


def behind(
    one: Description,
    every: Sequence[Description],
    counts: Mapping[str, Mapping[str, object]],
    seen: frozenset[str] = frozenset(),
) -> set[str]:
    """Indicators among these `counts` from which this one is computed, through others as well."""
    parts = {other.id: other for other in every}
    found = {part for part in one.parts if part in counts}
    for part in set(one.parts) - found - seen:
        if part in parts:
            found |= behind(parts[part], every, counts, seen | {one.id})
    return found


def _places(figures: Figures, counts: Mapping[str, Mapping[str, Sum]]) -> dict[tuple[str, ...], list[Key]]:
    """The counts of an indicator on a level, and in an area."""
    found: dict[tuple[str, ...], list[Key]] = {}
    for level, vintage, area, period, indicator in rows_of(figures, PLACE):
        for count in counts.get(indicator, {}).values():
            key = (level, vintage, area, count, period)
            found.setdefault((indicator,), []).append(key)
            found.setdefault((level, vintage, indicator), []).append(key)
            found.setdefault((level, vintage, indicator, area), []).append(key)
    return found


def _hidden(figures: Figures) -> Iterator[Key]:
    """Every count that these figures hide."""
    counts = _counts(figures.descriptions)
    for level, vintage, area, period, indicator, flag, *numbers in rows_of(figures, (*PLACE, "flag", *ROLES)):
        for role, number in zip(ROLES, numbers, strict=True) if flag == "suppressed" else ():
            if number is None and role in counts.get(indicator, {}):
                yield level, vintage, area, counts[indicator][role], period
