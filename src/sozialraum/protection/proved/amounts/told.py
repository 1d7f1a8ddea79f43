"""Amounts that a release declares (ages, rooms, square metres), and what is known of them outside and inside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sozialraum.figures import PLACE, Description, Figures
from sozialraum.protection.proved.counting import Sum, declared_sum
from sozialraum.protection.proved.earlier import Earlier
from sozialraum.protection.proved.known import ROLES, behind, is_number, rows_of

AGE = "age"


@dataclass(frozen=True, slots=True)
class Amount:
    """What is added up, written out; `facts` and measure of it; the `contributors` as a count; `ages`: of them."""

    parts: str
    facts: frozenset[str]
    contributors: Sum
    ages: bool


AmountKey = tuple[str, str, str, Amount, str]
"""Level, vintage, area, amount, period."""


def declared_amounts(description: Description) -> dict[str, Amount]:
    """The amounts that an indicator shows, by role: none where the supplier protected them."""
    if description.protected_at_source:
        return {}
    return {role: _amount(declared) for role, declared in description.amounts.items()}


def _amount(declared: Mapping[str, Any]) -> Amount:
    parts = declared["parts"]
    facts = frozenset(f"{one['facts']}/{one.get('times') or one.get('sum', '')}" for one in parts)
    ages = all(one.get("times") == AGE for one in parts)
    return Amount(json.dumps(parts, sort_keys=True), facts, declared_sum(declared["contributors"]), ages)


@dataclass
class KnownAmounts:
    """Per amount: `inside`, as the house knows it; `outside`: those that are told, `earlier` those told before this release;
    `shown`: those of this release, by indicator; `least`: the smallest count beside it, where it is above 0."""

    inside: dict[AmountKey, float] = field(default_factory=dict)
    outside: set[AmountKey] = field(default_factory=set)
    earlier: set[AmountKey] = field(default_factory=set)
    shown: dict[Amount, list[str]] = field(default_factory=dict)
    least: dict[AmountKey, float] = field(default_factory=dict)

    @property
    def amounts(self) -> list[Amount]:
        """Every amount that has a number somewhere."""
        return list(dict.fromkeys(key[3] for key in self.inside))


def known_amounts(released: Figures, secrets: Figures, earlier: Sequence[Earlier]) -> KnownAmounts:
    """Everything together; the newest number of an amount is the one that holds, that of today's facts before all."""
    found = KnownAmounts()
    told: dict[AmountKey, float] = {}
    for past in earlier:
        declared = _declared(past.figures)
        for one in (past.secrets, past.figures, past.today):
            if one is not None:
                _take(found, one, declared)
        numbers = {key: number for key, number, _ in _numbers(past.figures, declared)}
        told |= {key: numbers[key] for key in _told(past.figures, declared) if key in numbers}
    declared = _declared(released)
    for one in (secrets, released):
        _take(found, one, declared)
    found.earlier = {key for key, number in told.items() if found.inside[key] == number}
    found.outside = found.earlier | set(_told(released, declared))
    for name, amounts in declared.items():
        for amount in amounts.values():
            found.shown.setdefault(amount, []).append(name)
    return found


Declared = Mapping[str, Mapping[str, Amount]]


def _declared(figures: Figures) -> dict[str, dict[str, Amount]]:
    found = {one.id: declared_amounts(one) for one in figures.descriptions}
    return {name: amounts for name, amounts in found.items() if amounts}


def _take(found: KnownAmounts, figures: Figures, declared: Declared) -> None:
    for key, number, least in _numbers(figures, declared):
        found.inside[key] = number
        found.least[key] = min(least, found.least.get(key, least))


def _numbers(figures: Figures, declared: Declared) -> Iterator[tuple[AmountKey, float, float]]:
    """Every amount that has a number in these figures, with the other number of its row, where that is a count."""
    for level, vintage, area, period, indicator, *numbers in rows_of(figures, (*PLACE, *ROLES)):
        amounts = declared.get(indicator, {})
        beside = [one for role, one in zip(ROLES, numbers, strict=True) if role not in amounts and one]
        for role, number in zip(ROLES, numbers, strict=True):
            if role in amounts and number is not None:
                yield (level, vintage, area, amounts[role], period), number, min(beside, default=float("inf"))


def _told(figures: Figures, declared: Declared) -> Iterator[AmountKey]:
    """Every amount that a number in these figures tells: itself, the mean of it, or what is computed from it."""
    more = [one.name for one in figures.table.schema if is_number(one) and one.name not in ROLES]
    parts = {one.id: behind(one, figures.descriptions, declared) for one in figures.descriptions}
    for level, vintage, area, period, indicator, *numbers in rows_of(figures, (*PLACE, *ROLES, *more)):
        shows = dict(zip((*ROLES, *more), (number is not None for number in numbers), strict=True))
        computed = any(shows[name] for name in more)
        for role, amount in declared.get(indicator, {}).items():
            if shows[role] or computed:
                yield level, vintage, area, amount, period
        for part in parts[indicator] - {indicator} if computed else ():
            for amount in declared[part].values():
                yield level, vintage, area, amount, period
