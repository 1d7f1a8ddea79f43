"""What mean ages and the classes of an index tell an attacker beside counts; nothing of the gate is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor
from typing import Any, NamedTuple

import numpy as np

from tests.attack.attacker import SURE, Attacker, Place, Secret, Sum, Unknown

OLDEST = 116
AGED = ("mean_age", "denominator")
BORDERS = {"low": (-np.inf, -1.0), "middle": (-1.0, 1.0), "high": (1.0, 1.5), "highest": (1.5, np.inf)}
"""Classes of the standardised sum of standardised shares."""
CLOSE = 1e-9


class Ages(NamedTuple):
    """The ages of everybody in an area, added up."""

    place: Place
    years: float


def _years(attacker: Attacker, place: Place) -> Sum:
    """The ages of an area: what the people of every group in each piece have together."""
    people = attacker.people(attacker.ground[place[:3]], place.period, AGED)
    return Counter({(piece, "ages", period, group): 1 for piece, _, period, group in people})


def told_ages(attacker: Attacker, told: Iterable[Ages]) -> list[tuple[Sum, float]]:
    """Equations: ages that were published, and that everybody is as old as the own group says."""
    told = list(told)
    found: list[tuple[Sum, float]] = [(_years(attacker, one.place), one.years) for one in told]
    everywhere = sorted(frozenset().union(*attacker.ground.values()))
    for period in sorted({one.place.period for one in told}):
        for one in attacker.people(everywhere, period, AGED):
            low, high = attacker.age_of(one)
            years, (piece, _, _, group) = (one[0], "ages", *one[2:]), one
            above, below = ((piece, f"ages {side}", period, group) for side in ("above", "below"))
            found.append((Counter({years: 1.0, one: -(low + 0.5), above: -1}), 0.0))  # type: ignore[dict-item]
            found.append((Counter({years: -1.0, one: min(high, OLDEST) - 0.5, below: -1}), 0.0))  # type: ignore[dict-item]
    return found


def narrowed_ages(attacker: Attacker, of_few: Iterable[Ages], share: float = 0.1) -> list[tuple[Ages, float, float]]:
    """Those ages of one or two people that are known closer than by that share of them."""
    found = []
    for one in of_few:
        low, high = attacker.bounds(_years(attacker, one.place))
        if low > one.years * (1 - share) + SURE or high < one.years * (1 + share) - SURE:
            found.append((one, low, high))
    return found


@dataclass(frozen=True)
class Edition:
    """The classes of all areas of a level, by area: the class, "" where that was hidden, None for an area without numbers."""

    level: str
    period: str
    classes: Mapping[str, str | None]


def editions(rows: Iterable[Mapping[str, Any]]) -> Iterator[Edition]:
    """Every edition in published rows."""
    found: dict[tuple[str, str], dict[str, str | None]] = {}
    for row in rows:
        if row["indicator"] == "lage.status":
            hidden = row["flag"] == "suppressed" or row.get("excluded") is None
            found.setdefault((row["level"], row["period"]), {})[row["area"]] = row["class"] or ("" if hidden else None)
    for (level, period), classes in found.items():
        yield Edition(level, period, classes)


@dataclass
class Reader:
    """Whoever fills in the hidden counts behind an index in every possible way, and keeps those that give its classes.

    `most`: ways that are tried; where there are more, nothing is said.
    """

    attacker: Attacker
    edition: Edition
    shares: Sequence[str]
    most: int = 300
    watched: list[Unknown] = field(init=False)

    def __post_init__(self) -> None:
        self.areas = sorted(self.edition.classes)
        counts = [
            (area, (one, role)) for one in self.shares for role in ("numerator", "denominator") for area in self.areas
        ]
        self.watched, more = [], []
        for number, (area, what) in enumerate(counts):
            place = Place(self.edition.level, "1", area, self.edition.period)
            one: Unknown = (number, "watched", place.period, 0)
            more.append((self.attacker.people(self.attacker.ground[place[:3]], place.period, what), one))
            self.watched.append(one)
        told = [*self.attacker.more, *((Counter({**people, one: -1}), 0.0) for people, one in more)]
        self.attacker = replace(self.attacker, more=told)

    def narrowed(self, secrets: Iterable[Secret], minimum: int = 3) -> list[tuple[Secret, float, float]]:
        """Secrets of which more is known than may be by the classes; none where there are too many ways."""
        secrets = list(secrets)
        ends = dict.fromkeys(secrets, (np.inf, -np.inf))
        try:
            for _ in self._worlds():
                for one, (low, high) in ends.items():
                    if low > SURE or high < minimum * one.times - SURE:
                        least, most = self.attacker.bounds(self.attacker.asked(one))
                        ends[one] = min(low, least), max(high, most)
        except _TooManyError:
            return []
        assert all(low < np.inf for low, _ in ends.values()), "the published classes have no solution"
        return [
            (one, low, high) for one, (low, high) in ends.items() if low > SURE or high < minimum * one.times - SURE
        ]

    def _worlds(self) -> Iterator[None]:
        """Every way that gives the classes; the watched counts are fixed while it is looked at."""
        self._left = self.most
        yield from self._filled(0, [])

    def _filled(self, at: int, numbers: list[float]) -> Iterator[None]:
        if at == len(self.watched):
            self._left -= 1
            if self._left < 0:
                raise _TooManyError
            if self._fits(np.array(numbers).reshape(len(self.shares), 2, -1)):
                yield
            return
        one = self.watched[at]
        low, high = self.attacker.bounds(Counter({one: 1}))
        if high - low > self.most:
            raise _TooManyError
        for number in range(ceil(low - SURE), floor(high + SURE) + 1):
            self.attacker.fix(one, number)
            yield from self._filled(at + 1, [*numbers, number])
        self.attacker.fix(one, None)

    def _fits(self, numbers: np.ndarray[Any, Any]) -> bool:
        """Whether these counts (shares x numerator and denominator x areas) give the published classes."""
        inside = (numbers[:, 1] > 0).all(axis=0)
        told = [self.edition.classes[area] for area in self.areas]
        if any((one is None) == there for one, there in zip(told, inside, strict=True) if one != ""):
            return False
        rates = numbers[:, 0, inside] / numbers[:, 1, inside]
        with np.errstate(invalid="ignore", divide="ignore"):
            z = (rates - rates.mean(axis=1, keepdims=True)) / rates.std(axis=1, keepdims=True)
            whole = z.sum(axis=0)
            whole = (whole - whole.mean()) / whole.std()
        given = [one for one, there in zip(told, inside, strict=True) if there]
        ends = ((BORDERS[one] if one else (-np.inf, np.inf), score) for one, score in zip(given, whole, strict=True))
        return all(low - CLOSE < score < high + CLOSE for (low, high), score in ends)


class _TooManyError(Exception):
    """There are more ways than are tried."""
