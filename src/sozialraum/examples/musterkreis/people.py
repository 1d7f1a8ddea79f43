"""The invented residents: who lives in which household and block at the start.

A person is one place in parallel arrays. Nobody here exists; only counts come near to those of a real county.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from sozialraum.examples.musterkreis.landscape import Floats, Ints
from sozialraum.examples.musterkreis.quarters import FIRST_YEAR, Quarters

FEMALE, MALE, DIVERSE = 0, 1, 2
GERMAN, EU, NON_EU = 0, 1, 2
HOUSEHOLDS_AT_START = 23_500
Bools = NDArray[np.bool_]


@dataclass
class People:
    """Parallel arrays, one entry a person, in the order of their numbers."""

    number: Ints
    age: Ints
    sex: Ints
    nationality: Ints
    migration: Bools
    second_home: Bools
    household: Ints
    child: Bools
    block: Ints
    since: Ints
    luck: Floats

    def __len__(self) -> int:
        return len(self.number)

    def only(self, chosen: Bools | Ints) -> People:
        """The chosen persons."""
        return People(**{one.name: getattr(self, one.name)[chosen] for one in fields(self)})

    def with_more(self, more: People) -> People:
        """These persons and, behind them, the others."""
        both = ((one.name, (getattr(self, one.name), getattr(more, one.name))) for one in fields(self))
        return People(**{name: np.concatenate(pair) for name, pair in both})


@dataclass(frozen=True)
class Households:
    """Parallel arrays, one entry a household, and for each person the place of its household in them."""

    place: Ints
    first_person: Ints
    size: Ints
    adults: Ints
    children: Ints
    eldest: Ints

    @classmethod
    def of(cls, people: People) -> Households:
        """The households of these persons; `children` counts persons under 18, `eldest` is an index of a person."""
        _, first, place = np.unique(people.household, return_index=True, return_inverse=True)
        count = len(first)
        size = np.bincount(place, minlength=count)
        children = np.bincount(place, weights=people.age < 18, minlength=count).astype(np.int64)
        order = np.lexsort((-people.number, people.age, place))
        eldest = order[np.cumsum(size) - 1]
        return cls(place, first, size, size - children, children, eldest)


def first_people(profile: Quarters, rng: np.random.Generator) -> People:
    """The residents on 31 December of the first year."""
    block = rng.choice(len(profile.weight), HOUSEHOLDS_AT_START, p=profile.weight)
    people = new_households(rng, block, np.arange(HOUSEHOLDS_AT_START), profile, FIRST_YEAR)
    people.since = FIRST_YEAR - np.minimum(rng.geometric(0.085, len(people)) - 1, people.age)
    household_since = people.since[Households.of(people).eldest][Households.of(people).place]
    people.since = np.maximum(household_since, FIRST_YEAR - people.age)
    people.number = 1 + np.arange(len(people))
    return people


def new_households(
    rng: np.random.Generator, block: Ints, numbers: Ints, profile: Quarters, year: int, young: float = 0.0
) -> People:
    """Whole households in these blocks; `young` (0..1) is the share of movers in their twenties and thirties."""
    count = len(block)
    central = profile.centrality[block]
    draw, family_age = rng.random(count), rng.normal(40, 8, count).clip(20, 62)
    single_share = 0.24 + 0.26 * central + 0.12 * young
    family_share = 0.30 - 0.10 * central
    kind = np.select([draw < single_share, draw < single_share + family_share], [0, 2], 1)
    alone = rng.random(count) < 0.19 + 0.07 * np.clip(profile.burden[block], 0, 2)
    elder = _elder_age(rng, count, young)
    head_age = np.where(kind == 2, family_age, elder).astype(np.int64)
    partners = np.where(kind == 1, 1, np.where((kind == 2) & ~alone, 1, 0))
    children = np.where(kind == 2, 1 + rng.poisson(0.72 + 0.12 * np.clip(profile.burden[block], 0, 2), count), 0)
    return _persons(rng, block, numbers, head_age, partners, np.minimum(children, 6), profile, year)


def _elder_age(rng: np.random.Generator, count: int, young: float) -> Floats:
    """Age of the first person where no children live: two waves, with the baby boomers of 1955 to 1969."""
    kinds = rng.choice(4, count, p=[0.17, 0.15, 0.34, 0.34])
    ages = np.array([27.0, 42.0, 56.0, 75.0])[kinds] + rng.normal(0, 1, count) * np.array([5.0, 8.0, 6.5, 7.5])[kinds]
    movers = rng.random(count) < young
    return np.asarray(np.where(movers, rng.normal(28, 6, count), ages).clip(18, 99))


def _persons(
    rng: np.random.Generator,
    block: Ints,
    numbers: Ints,
    head_age: Ints,
    partners: Ints,
    children: Ints,
    profile: Quarters,
    year: int,
) -> People:
    """Heads, partners and children of the households, one behind the other."""
    origin, traits = _origins(rng, profile.burden[block] + profile.centrality[block])
    coupled, parents = np.flatnonzero(partners), np.repeat(np.arange(len(block)), children)
    person = np.concatenate([np.arange(len(block)), coupled, parents])
    child = np.arange(len(person)) >= len(block) + len(coupled)
    german = (child & (rng.random(len(person)) < 0.4)) | (rng.random(len(person)) < 0.06)
    return People(
        number=np.zeros(len(person), dtype=np.int64),
        age=_ages(rng, head_age, coupled, parents),
        sex=_sexes(rng, _head_sexes(rng, head_age, partners, children), coupled, len(parents)),
        nationality=np.where(german, GERMAN, origin[person]),
        migration=traits[person] | (origin[person] > GERMAN),
        second_home=(rng.random(len(block)) < 0.025)[person],
        household=numbers[person],
        child=child,
        block=block[person],
        since=np.full(len(person), year),
        luck=rng.normal(0, 1, len(person)),
    )


def _ages(rng: np.random.Generator, head_age: Ints, coupled: Ints, parents: Ints) -> Ints:
    """Ages of heads, partners and children; no parent is younger than 19 at the birth of a child."""
    partner_age = (head_age[coupled] + rng.normal(0, 3.5, len(coupled))).clip(18, 100).astype(np.int64)
    oldest_child = np.minimum(np.clip(head_age[parents] - 19, 0, 21), 21 - 3 * (head_age[parents] < 35))
    child_age = (rng.random(len(parents)) * oldest_child).astype(np.int64)
    return np.concatenate([head_age, partner_age, child_age])


def _head_sexes(rng: np.random.Generator, head_age: Ints, partners: Ints, children: Ints) -> Ints:
    """Most single parents and most of the old who live alone are women."""
    alone = partners == 0
    men = np.select([alone & (children > 0), alone & (head_age > 70), alone], [0.12, 0.19, 0.47], 0.5)
    return np.where(rng.random(len(head_age)) < men, MALE, FEMALE)


def _sexes(rng: np.random.Generator, heads: Ints, coupled: Ints, children: int) -> Ints:
    """Sexes of heads, partners and children; a few persons are registered as diverse."""
    young = (rng.random(children) < 0.513).astype(np.int64)
    sexes = np.concatenate([heads, 1 - heads[coupled], young])
    return np.where(rng.random(len(sexes)) < 0.0004, DIVERSE, sexes)


def _origins(rng: np.random.Generator, pull: Floats) -> tuple[Ints, Bools]:
    """Nationality group of households, and whether Germans among them have register traits of migration."""
    share = 0.03 + 0.17 / (1 + np.exp(-1.5 * (pull - 0.7)))
    draw = rng.random(len(pull))
    origin = np.select([draw < 0.55 * share, draw < share], [NON_EU, EU], GERMAN)
    return origin, (origin == GERMAN) & (rng.random(len(pull)) < 0.05 + 0.9 * share)
