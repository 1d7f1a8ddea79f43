"""Who works, is registered unemployed or receives benefits at the end of a year.

A household needs support when its luck, its make-up and the burden of its quarter together pass a threshold, so the
same households tend to need it for years, single parents more often, and neighbours resemble one another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sozialraum.examples.musterkreis.landscape import Floats, Ints
from sozialraum.examples.musterkreis.people import EU, FEMALE, NON_EU, Bools, Households, People
from sozialraum.examples.musterkreis.quarters import Quarters

THRESHOLD = 1.62
YEAR_SHIFT = {2020: 0.06, 2021: 0.05, 2022: 0.04, 2023: 0.05, 2024: 0.04}
"""How much harder the year was for all."""


@dataclass(frozen=True)
class Status:
    """Per person: what it receives and does on 31 December. Households with SGB II are whole benefit units here."""

    sgb2: Bools
    employable: Bools
    unemployed: Bools
    long_term: Bools
    employed: Bools
    sgb12_chapter: Ints
    in_institution: Bools
    asylum: Bools
    housing_benefit: Bools


def status(people: People, profile: Quarters, year: int, rng: np.random.Generator) -> Status:
    """The state of all residents at the end of the year."""
    homes = Households.of(people)
    need = _need(people, homes, profile, year) + rng.normal(0, 0.22, len(homes.size))
    eldest_age = people.age[homes.eldest]
    household_sgb2 = (need > THRESHOLD) & (eldest_age < 65)
    chances = rng.random((5, len(people)))
    refugees = (people.nationality == NON_EU) & (people.since >= year - 1) & (chances[0] < 0.09)
    sgb2 = household_sgb2[homes.place] & ~refugees & ~people.second_home
    employable = (people.age >= 15) & (people.age < 65)
    unemployed = employable & (chances[1] < _unemployment(people, profile, sgb2, year)) & ~people.second_home
    long_term = unemployed & (chances[2] < np.where(sgb2, 0.47, 0.09) * (0.6 + people.age / 100))
    chapter = _basic_income(people, need[homes.place], sgb2, chances[3])
    border = (need > THRESHOLD - 0.42) & (need <= THRESHOLD)
    served = rng.random(len(need)) < (0.36 if year < 2020 else 0.44 if year < 2023 else 0.72)
    return Status(
        sgb2=sgb2,
        employable=employable,
        unemployed=unemployed,
        long_term=long_term,
        employed=employable & ~unemployed & (chances[4] < _employment(people, sgb2)),
        sgb12_chapter=chapter,
        in_institution=(chapter > 0) & (people.age > 78) & (chances[2] < 0.4),
        asylum=refugees & ~people.second_home,
        housing_benefit=(border & served)[homes.place] & (chapter == 0) & ~people.second_home,
    )


def _need(people: People, homes: Households, profile: Quarters, year: int) -> Floats:
    """Per household, in standard deviations."""
    head = homes.eldest
    lone = (homes.adults == 1) & (homes.children > 0)
    foreign = 0.25 * (people.nationality[head] == EU) + 0.75 * (people.nationality[head] == NON_EU)
    recent = 0.9 * ((people.nationality[head] == NON_EU) & (people.since[head] >= year - 2))
    quarter = 0.62 * profile.burden_in(year)[people.block[head]]
    make_up = 0.95 * lone + 0.22 * np.maximum(homes.children - 2, 0) - 0.45 * ((homes.adults > 1) & ~lone)
    young = 0.15 * (people.age[head] < 28)
    return np.asarray(people.luck[head] + quarter + make_up + foreign + recent + young + YEAR_SHIFT.get(year, 0.0))


def _unemployment(people: People, profile: Quarters, sgb2: Bools, year: int) -> Floats:
    """Chance to be registered unemployed, under either law."""
    by_age = np.interp(people.age, [15, 18, 24, 35, 55, 64], [0.03, 0.35, 0.75, 1.0, 0.95, 0.75])
    quarter = np.clip(1 + 0.35 * profile.burden_in(year)[people.block], 0.4, 2.0)
    year_factor = 1 + 3 * YEAR_SHIFT.get(year, 0.0)
    return np.asarray(by_age * np.where(sgb2, 0.46, 0.019 * quarter * year_factor))


def _employment(people: People, sgb2: Bools) -> Floats:
    """Chance to be in employment subject to social insurance, for those not registered unemployed."""
    by_age = np.interp(people.age, [15, 17, 20, 25, 54, 59, 64], [0.02, 0.25, 0.62, 0.76, 0.76, 0.70, 0.42])
    group = np.where(people.sex == FEMALE, 0.93, 1.0) * np.where(people.nationality == NON_EU, 0.82, 1.0)
    return np.asarray(by_age * group * np.where(sgb2, 0.3, 1.0))


def _basic_income(people: People, need: Floats, sgb2: Bools, chance: Floats) -> Ints:
    """SGB XII chapter (3 or 4) of each person, 0 for none: mostly from 65 on, few with reduced earning capacity."""
    old = (people.age >= 65) & (need > THRESHOLD + 0.2)
    reduced = (people.age >= 18) & (people.age < 65) & ~sgb2 & (need > 1.2) & (chance < 0.055)
    third = (people.age < 65) & ~sgb2 & (need > 1.5) & (chance > 0.98)
    free = ~people.second_home
    return np.select([free & (old | reduced), free & third], [4, 3], 0)
