"""Random sequences of releases of an invented town: several geographies, drawn areas, corrections, sums over years.

Counts of other populations, withdrawals, mean ages and classes of an index come in where a story draws them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Literal

import numpy as np
import pyarrow as pa

from sozialraum.errors import UnsafeReleaseError
from sozialraum.figures import CORE, Figures
from sozialraum.protection import Earlier, Evidence, Former, Protected, Rule, Zoning, protect, verify
from tests.attack.attacker import Attacker, Place, Secret, secrets_in
from tests.attack.telling import AGED as AGED_COUNT
from tests.attack.telling import Ages, Reader, editions, narrowed_ages, told_ages
from tests.attack.town import (
    AGED,
    AGES_OF_ALL,
    BLOCKS,
    CLOSED,
    DECLARED,
    INDEX,
    MINIMUM,
    OF_OTHERS,
    OF_THE_TOWN,
    SHARES,
    YEARS,
    Areas,
    Town,
    Truth,
    between,
    corrected,
    counted,
    figures_of,
    fitting,
    geographies,
    recounted,
    thinned,
    town,
    truth_of,
    with_index,
    with_others,
)

Draw = Literal["others", "withdrawals", "ages", "index"]
Forgotten = Literal["corrections", "withdrawn"]


@dataclass
class Story:
    """A town and what became of every release in turn.

    `draws`: what may happen besides (counts of other populations, releases that are withdrawn, mean ages, classes of an
    index); `forgets`: what a weakened gate does not reckon with.
    """

    seed: int
    insiders: Literal["outside", "safe"] = "outside"
    draws: Collection[Draw] = ()
    forgets: Forgotten | None = None
    classes: Literal["proved", "show"] = "proved"
    people: Town = field(init=False)
    areas: Areas = field(init=False)
    went_out: list[tuple[Protected, Town]] = field(default_factory=list)
    withdrawn: set[int] = field(default_factory=set)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(self.seed)
        self.people = town(self.chance)
        self.areas = geographies(self.chance)
        if "ages" in self.draws:
            self.people = thinned(self.people, self.chance)
        if self.draws:
            self.people = fitting(with_others(self.people, self.chance), self.seed)

    @property
    def names(self) -> list[str]:
        """The indicators of which some are drawn."""
        more = (*(OF_OTHERS if "others" in self.draws else ()), *(AGED if "ages" in self.draws else ()))
        return [*OF_THE_TOWN, *more, *more]

    def pieces(self, zonings: Sequence[Zoning]) -> list[dict[Zoning, str]]:
        """The blocks, with the area of each level that holds them."""
        return [
            {z: area for z in zonings for area, held in self.areas[z[0]].items() if block in held} for block in BLOCKS
        ]

    def tell(self) -> None:
        """Two to four releases."""
        for step in range(int(self.chance.integers(2, 5))):
            if step and self.chance.random() < 0.3:
                self.people = corrected(self.people, self.chance)
                self.people = fitting(self.people, self.seed) if self.draws else self.people
            if "withdrawals" in self.draws and self.went_out and self.chance.random() < 0.6:
                self.withdrawn.add(int(self.chance.integers(len(self.went_out))))
            figures = self._figures()
            if figures.table.num_rows:
                self.said.append(self.release(figures))

    def _figures(self) -> Figures:
        names = sorted({*self.chance.choice(self.names, int(self.chance.integers(2, 6)), replace=False).tolist()})
        levels = [one for one in self.areas if self.chance.random() < 0.45] or ["city"]
        years = [year for year in YEARS if self.chance.random() < 0.7] or [YEARS[-1]]
        if "index" in self.draws and self.chance.random() < 0.7:
            names, levels = sorted({*names, *INDEX}), [*{*levels, "planning_area", "block"}]
            return with_index(figures_of(self.people, {level: self.areas[level] for level in levels}, names, years))
        return figures_of(self.people, {level: self.areas[level] for level in levels}, names, years)

    def release(self, figures: Figures) -> str:
        """Through the gate after all earlier ones."""
        before = self.remembered(self.people)
        rule = Rule(top="may-hide", insiders=self.insiders, classes=self.classes)
        try:
            former = self.former(figures)
            made = protect(figures, rule, before, self.pieces, former=former)
        except UnsafeReleaseError as error:
            known = any(self._known(people, figures) for people in (self.people, *self._former()))
            return f"refused {'rightly' if known else 'WRONGLY'}: {error}"
        given = made.figures, made.secrets, before, self.pieces, 3, True, made.certificate, self.insiders == "safe"
        faults = verify(Evidence(*given, classes=self.classes == "proved", former=former)).faults
        if faults:
            return f"FAULTS: {faults[0].say()}"
        self.went_out.append((made, self.people))
        return f"{made.audit['hidden']} of {figures.table.num_rows} hidden"

    def remembered(self, people: Town) -> list[Earlier]:
        """What went out, with the numbers that these facts give where they are others."""
        return [
            Earlier(
                one.figures,
                one.secrets,
                None if then is people else recounted(one.figures, self.areas, people),
            )
            for at, (one, then) in enumerate(self.went_out)
            if not (self.forgets == "withdrawn" and at in self.withdrawn)
        ]

    def former(self, figures: Figures) -> list[Former]:
        """States of the facts that were corrected since, with the release and all before it by those facts."""
        states = [] if self.forgets == "corrections" else self._former()
        return [Former(recounted(figures, self.areas, one), self.remembered(one)) for one in states]

    def _former(self) -> list[Town]:
        return list({id(people): people for _, people in self.went_out if people is not self.people}.values())

    def attacker(self, people: Town) -> Attacker:
        """Somebody who holds everything that went out, as far as it is true of this state of the facts."""
        ground = {(level, "1", area): held for level, areas in self.areas.items() for area, held in areas.items()}
        found = Attacker(DECLARED, ground, CLOSED)
        for one, _ in self.went_out:
            found.hear(one.figures.table.to_pylist())
        found.known = {key: number for key, number in found.known.items() if self._true(people, key) == number}
        found.more = told_ages(found, self._ages(people))
        return found

    def _ages(self, people: Town) -> Iterator[Ages]:
        """The published ages, as far as they are true of these people."""
        rows = (row for one, _ in self.went_out for row in one.figures.table.to_pylist() if row["indicator"] in AGED)
        for row in (row for row in rows if row["numerator"] is not None):
            place = Place(row["level"], row["vintage"], row["area"], row["period"])
            if row["numerator"] == self._sum_of_ages(people, place):
                yield Ages(place, row["numerator"])

    def _sum_of_ages(self, people: Town, place: Place) -> float | None:
        return counted(people, AGES_OF_ALL, self.areas[place.level][place.area], int(place.period))

    def _true(self, people: Town, key: tuple[Place, tuple[str, str]]) -> float | None:
        place, (name, role) = key
        return counted(people, DECLARED[name][role], self.areas[place.level][place.area], int(place.period))

    def _known(self, people: Town, figures: Figures) -> bool:
        """Whether what went out narrows something that these figures would make a secret of that state of the facts."""
        told = replace(self.attacker(people), parts=SHARES)
        truth = self._every_year(people, told.known | truth_of(recounted(figures, self.areas, people)))
        every = truth | self._between(told, people, truth)
        if self._narrowed(told, every):
            return True
        return self.insiders == "safe" and any(self._by_people_inside(told, people, every, also_of_many=True))

    def _every_year(self, people: Town, truth: Truth) -> Truth:
        """The same counts in all years: sums over years tell of each."""
        found = dict(truth)
        for (place, what), year in product(truth, YEARS):
            key = place._replace(period=str(year)), what
            number = self._true(people, key)
            found |= {} if number is None else {key: number}
        return found

    def _between(self, told: Attacker, people: Town, known: Truth) -> Truth:
        """Every count of the ground between areas of two levels."""
        ground, truth = dict(told.ground), dict[tuple[Place, tuple[str, str]], float]()
        asked = {(place.period, what) for place, what in known}
        for name, held in between(self.areas):
            ground["between", "1", name] = held
            for period, what in asked:
                number = counted(people, DECLARED[what[0]][what[1]], held, int(period))
                truth |= {} if number is None else {(Place("between", "1", name, period), what): number}
        told.ground = ground
        return truth

    def secrets(self, attacker: Attacker, truth: Truth) -> list[Secret]:
        """What must stay secret among these numbers."""
        return secrets_in(attacker, truth, SHARES)

    def _narrowed(self, attacker: Attacker, truth: Truth) -> list[tuple[Secret, float, float]]:
        """Those of which more is known than may be, also by a minimum of their own."""
        found = attacker.narrowed(self.secrets(attacker, truth))
        for name, minimum in MINIMUM.items():
            mine = {key: number for key, number in truth.items() if key[1][0] == name}
            found += attacker.narrowed(secrets_in(attacker, mine, SHARES, minimum), minimum)
        return found

    def narrowed_ages(self) -> list[tuple[Ages, float, float]]:
        """Ages of one or two people of today, or of a state of the facts before, that are known too closely."""
        found = []
        for people in {id(one): one for one in (self.people, *self._former())}.values():
            told = [one for one, then in self.went_out if then is people or people is self.people]
            few = {place for (place, what), n in self._counts(told, people).items() if what == AGED_COUNT and 0 < n < 3}
            ages = (Ages(place, self._sum_of_ages(people, place) or 0.0) for place in sorted(few))
            found += narrowed_ages(self.attacker(people), ages)
        return found

    def narrowed_by_classes(self) -> list[tuple[Secret, float, float]]:
        """What follows from the classes of an index beside all counts, of today."""
        if any(people is not self.people for _, people in self.went_out):
            return []
        attacker, truth = self.attacker(self.people), self._truth(self.people)
        secrets = self.secrets(attacker, truth)
        rows = [row for one, _ in self.went_out for row in one.figures.table.to_pylist()]
        found = []
        for edition in editions(rows):
            mine = [one for one in secrets if one.place.period == edition.period]
            found += Reader(attacker, edition, INDEX).narrowed(mine)
        return found

    def narrowed_inside(self, also_of_many: bool = False) -> list[tuple[Secret, float, float]]:
        """What people of today who fill some count alone can narrow of others; everybody, `also_of_many` in a count."""
        attacker, truth = self.attacker(self.people), self._truth(self.people)
        return [*self._by_people_inside(attacker, self.people, truth, also_of_many)]

    def _by_people_inside(
        self, attacker: Attacker, people: Town, truth: Truth, also_of_many: bool
    ) -> Iterator[tuple[Secret, float, float]]:
        secrets = self.secrets(attacker, truth)
        for own in attacker.groups_of(key for key, number in people.items() if number):
            one = attacker.inside(own, truth)
            if also_of_many or len(one.known) > len(attacker.known):
                yield from one.narrowed(secret for secret in secrets if not one.about_that_person(secret))

    def _truth(self, people: Town) -> Truth:
        """Every count that went out or was hidden, as these facts give it."""
        return self._counts([one for one, _ in self.went_out], people)

    def _counts(self, told: Sequence[Protected], people: Town) -> Truth:
        keys = [key for one in told for key in (*truth_of(one.figures), *truth_of(one.secrets))]
        return {key: number for key in keys if (number := self._true(people, key)) is not None}

    def narrowed(self, now: bool = True) -> list[tuple[Secret, float, float]]:
        """Secrets of the latest state of the facts (or of each earlier one) of which more is known than may be."""
        states = {id(people): people for _, people in self.went_out if (people is self.people) == now}
        found = []
        for people in states.values():
            attacker = self.attacker(people)
            told = [one for one, mine in self.went_out if mine is people or now]
            found += self._narrowed(attacker, self._counts(told, people))
        return found


def weakened(story: Story, ages: bool = False) -> Story:
    """The same story, but everything that was hidden without being small went out after all; or the ages of all areas."""
    weak = replace(story)
    weak.people, weak.areas = story.people, story.areas
    weak.went_out = [(replace(one, figures=_shown_again(one, ages)), people) for one, people in story.went_out]
    return weak


def _shown_again(one: Protected, ages: bool) -> Figures:
    keys = ("level", "area", "period", "indicator")
    secret = {tuple(row[key] for key in keys): row for row in one.secrets.table.to_pylist()}
    rows = one.figures.table.to_pylist()
    for row in rows:
        before = secret.get(tuple(row[key] for key in keys))
        for role in ("numerator", "denominator"):
            number = None if before is None else before[role]
            years = row["indicator"] in AGED and role == "numerator"
            if row[role] is None and number is not None and (years if ages else not years and number >= 3):
                row[role] = number
    return replace(one.figures, table=pa.Table.from_pylist(rows, schema=CORE))
