"""One year in the life of the invented residents: deaths, births, leaving home, couples, separations, moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sozialraum.examples.musterkreis.landscape import Floats, Ints
from sozialraum.examples.musterkreis.people import (
    DIVERSE,
    EU,
    FEMALE,
    GERMAN,
    MALE,
    NON_EU,
    Bools,
    Households,
    People,
    new_households,
)
from sozialraum.examples.musterkreis.quarters import Quarters

TOTAL_FERTILITY = 1.5
GROWTH = {2016: 0.004, 2018: 0.002, 2020: -0.002, 2022: 0.006, 2023: 0.004}
"""Households gained by moves over the county border beyond replacement, as a share of all, per year."""


@dataclass(frozen=True)
class Moves:
    """Moves of a year, one entry a person: age, block left and block reached; -1 is outside the county."""

    age: Ints
    origin: Ints
    target: Ints


@dataclass(frozen=True)
class Events:
    """What happened in a year: births by block, deaths with age and sex, moves."""

    birth_block: Ints
    death_block: Ints
    death_age: Ints
    death_sex: Ints
    moves: Moves


def one_year(people: People, profile: Quarters, year: int, rng: np.random.Generator) -> tuple[People, Events]:
    """The residents one year later, and what happened in between."""
    people = people.only(slice_all(people))
    people.age = people.age + 1
    dying = rng.random(len(people)) < _death_chance(people)
    gone = people.only(dying)
    people = people.only(~dying)
    born = _births(people, year, rng)
    people = people.with_more(born)
    before = people.block.copy()
    people, left_home = _leave_home(people, profile, year, rng)
    _find_partners(people, year, rng)
    _separate(people, profile, year, rng)
    _move_inside(people, profile, year, rng)
    stayed, moves_out = _leave_county(people, left_home, before, rng)
    arrived = _arrive(people, len(moves_out.age), profile, year, rng)
    moved = (people.block != before) & stayed
    inside = Moves(people.age[moved], before[moved], people.block[moved])
    moves_in = Moves(arrived.age, np.full(len(arrived), -1), arrived.block)
    events = Events(born.block, gone.block, gone.age, gone.sex, _joined(inside, moves_out, moves_in))
    return _numbered(people.only(stayed).with_more(arrived)), events


def slice_all(people: People) -> Ints:
    """Places of all persons, to copy them."""
    return np.arange(len(people))


def _joined(*parts: Moves) -> Moves:
    return Moves(*(np.concatenate([getattr(one, name) for one in parts]) for name in ("age", "origin", "target")))


def _numbered(people: People) -> People:
    """New persons (number 0) get the next running numbers."""
    new = people.number == 0
    people.number[new] = people.number.max() + 1 + np.arange(int(new.sum()))
    return people


def _death_chance(people: People) -> Floats:
    return np.asarray(0.000018 * np.exp(0.101 * people.age) * np.where(people.sex == MALE, 1.22, 0.80))


def _births(people: People, year: int, rng: np.random.Generator) -> People:
    """New persons in the households of their mothers."""
    homes = Households.of(people)
    partner = homes.adults[homes.place] >= 2
    bell = np.exp(-(((people.age - 31) / 5.5) ** 2) / 2) / (5.5 * np.sqrt(2 * np.pi))
    fertility = TOTAL_FERTILITY * bell * np.where(partner, 1.25, 0.5) * np.where(people.nationality == NON_EU, 1.2, 1)
    mothers = np.flatnonzero((people.sex == FEMALE) & ~people.child & (rng.random(len(people)) < fertility))
    born = people.only(mothers)
    born.number, born.age = np.zeros_like(born.number), np.zeros_like(born.age)
    born.sex = (rng.random(len(born)) < 0.513).astype(np.int64)
    born.nationality = np.where(rng.random(len(born)) < 0.4, GERMAN, born.nationality)
    born.child, born.since = np.ones(len(born), dtype=bool), np.full(len(born), year)
    born.luck = rng.normal(0, 1, len(born))
    return born


def _chosen_blocks(count: int, profile: Quarters, year: int, rng: np.random.Generator, pull: float = 0.0) -> Ints:
    """Blocks to move to; `pull` > 0 leads to burdened quarters, where rents are low."""
    weight = profile.weight * np.exp(pull * profile.burden_in(year))
    return np.asarray(rng.choice(len(weight), count, p=weight / weight.sum()))


def _own_household(people: People, who: Ints) -> None:
    people.household[who] = people.household.max() + 1 + np.arange(len(who))
    people.child[who] = False


def _settle(people: People, who: Ints, block: Ints, year: int) -> None:
    people.block[who], people.since[who] = block, year


def _leave_home(people: People, profile: Quarters, year: int, rng: np.random.Generator) -> tuple[People, Bools]:
    """Grown children found their own household; the returned mask marks those who look outside the county."""
    chance = np.where(people.age < 18, 0, np.where(people.age < 25, 0.17, 0.3)) * people.child
    who = np.flatnonzero(rng.random(len(people)) < chance)
    _own_household(people, who)
    away = np.zeros(len(people), dtype=bool)
    away[who] = rng.random(len(who)) < 0.4
    inside = who[~away[who]]
    _settle(people, inside, _chosen_blocks(len(inside), profile, year, rng, 0.15), year)
    return people, away


def _find_partners(people: People, year: int, rng: np.random.Generator) -> None:
    """Men without a partner move in with women of similar age."""
    homes = Households.of(people)
    free = (homes.adults[homes.place] == 1) & ~people.child & (people.age >= 20) & (people.age < 70)
    ready = free & (rng.random(len(people)) < np.where(people.age < 45, 0.24, 0.06)) & (people.sex != DIVERSE)
    women, men = (np.flatnonzero(ready & (people.sex == sex)) for sex in (FEMALE, MALE))
    men = men[homes.size[homes.place[men]] == 1]
    count = min(len(women), len(men))
    women, men = rng.permutation(women)[:count], rng.permutation(men)[:count]
    women, men = women[np.argsort(people.age[women], kind="stable")], men[np.argsort(people.age[men], kind="stable")]
    _settle(people, men, people.block[women], year)
    people.household[men] = people.household[women]


def _separate(people: People, profile: Quarters, year: int, rng: np.random.Generator) -> None:
    """In some couples one person, mostly the man, moves to a flat nearby or elsewhere in the county."""
    homes = Households.of(people)
    couples = (homes.adults >= 2) & (people.age[homes.eldest] < 66) & (rng.random(len(homes.size)) < 0.017)
    leaving = couples[homes.place] & ~people.child & (people.sex == MALE)
    _, first = np.unique(homes.place[leaving], return_index=True)
    who = np.flatnonzero(leaving)[first]
    who = who[homes.size[homes.place[who]] > 1]
    _own_household(people, who)
    _settle(people, who, _chosen_blocks(len(who), profile, year, rng, 0.3), year)


def _move_chance(age: Ints) -> Floats:
    return np.asarray(np.select([age < 30, age < 45, age < 65], [0.17, 0.09, 0.032], 0.016))


def _move_inside(people: People, profile: Quarters, year: int, rng: np.random.Generator) -> None:
    """Whole households move; those with bad luck tend to burdened quarters, the others away from them."""
    homes = Households.of(people)
    head = homes.eldest
    going = rng.random(len(head)) < _move_chance(people.age[head])
    poorer = people.luck[head] + 0.5 * people.migration[head] > 0.7
    target = np.where(
        poorer,
        _chosen_blocks(len(head), profile, year, rng, 0.55),
        _chosen_blocks(len(head), profile, year, rng, -0.2),
    )
    who = np.flatnonzero(going[homes.place])
    _settle(people, who, target[homes.place[who]], year)


def _leave_county(people: People, away: Bools, before: Ints, rng: np.random.Generator) -> tuple[Bools, Moves]:
    """Mask of those who stay, and the moves of the others out of the county."""
    homes = Households.of(people)
    chance = 0.55 * _move_chance(people.age[homes.eldest]) * (1 + 0.7 * (people.nationality[homes.eldest] > GERMAN))
    going = (rng.random(len(chance)) < chance)[homes.place] | away
    return ~going, Moves(people.age[going], before[going], np.full(int(going.sum()), -1))


def _arrive(people: People, leaving: int, profile: Quarters, year: int, rng: np.random.Generator) -> People:
    """Households from outside: as many persons as died or left less births, and the year's growth."""
    count = int(leaving / 1.66 + len(people) / 2.1 * (0.0022 + GROWTH.get(year, 0.0)))
    block = _chosen_blocks(count, profile, year, rng, 0.3)
    arrived = new_households(rng, block, people.household.max() + 1 + np.arange(count), profile, year, young=0.75)
    from_abroad = rng.random(count) < (0.26 if year in (2016, 2022, 2023) else 0.11)
    foreign = from_abroad[arrived.household - people.household.max() - 1]
    arrived.nationality[foreign] = rng.choice([EU, NON_EU], count, p=[0.4, 0.6])[
        arrived.household[foreign] - people.household.max() - 1
    ]
    arrived.migration[foreign] = True
    return arrived
