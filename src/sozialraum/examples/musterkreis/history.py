"""Ten years of the invented county: residents, events and status for every reference date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sozialraum.examples.musterkreis.benefits import Status, status
from sozialraum.examples.musterkreis.events import Events, one_year
from sozialraum.examples.musterkreis.geography import Geography, geography
from sozialraum.examples.musterkreis.people import People, first_people
from sozialraum.examples.musterkreis.quarters import FIRST_YEAR, YEARS, Quarters, quarters

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Year:
    """The register of 31 December of one year; `events` of the first year is that of the second."""

    year: int
    people: People
    status: Status
    events: Events


@dataclass(frozen=True)
class County:
    """Everything that is invented: land, quarters and the years in order."""

    seed: int
    land: Geography
    profile: Quarters
    years: tuple[Year, ...]

    def chance(self, name: str) -> np.random.Generator:
        """A generator of its own for each delivery, so that a new delivery leaves the others as they are."""
        return np.random.default_rng([self.seed, *name.encode()])

    def year(self, number: int) -> Year:
        """The register of one year."""
        return self.years[number - FIRST_YEAR]


def invent(seed: int, progress: Progress | None = None) -> County:
    """The county for this seed; the same seed gives the same county."""
    rng = np.random.default_rng(seed)
    land = geography(rng)
    profile = quarters(land, rng)
    people = first_people(profile, rng)
    _, earlier = one_year(people, profile, FIRST_YEAR, rng)
    years = [Year(FIRST_YEAR, people, status(people, profile, FIRST_YEAR, rng), earlier)]
    for number in YEARS[1:]:
        people, events = one_year(people, profile, number, rng)
        years.append(Year(number, people, status(people, profile, number, rng), events))
        if progress:
            progress(f"Musterkreis {number}")
    return County(seed, land, profile, tuple(years))
