"""Random sequences of releases of an invented town: several geographies, drawn areas, corrections, sums over years.

The town: eight blocks in four planning areas in two districts; school districts cut across them, and so do areas that
somebody drew. Residents by age and nationality, recipients among them, households, moves. Everything from a seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations, product
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from sozialraum.errors import UnsafeReleaseError
from sozialraum.figures import CORE, Description, Figures
from sozialraum.protection import Earlier, Evidence, Former, Protected, Rule, Zoning, protect, verify
from tests.attack.attacker import Attacker, Place, Secret, secrets_in

BLOCKS = range(8)
YEARS = (2022, 2023)
AGES = ((0, 6), (6, 18), (18, 65), (65, 1000))
NATIONS = ("german", "foreign")
Key = tuple[str, int, tuple[int, int], str, int]
"""Facts, block, age, code, year."""
Town = dict[Key, int]
Areas = dict[str, dict[str, frozenset[int]]]
Truth = dict[tuple[Place, tuple[str, str]], float]


def _part(facts: str, below: int = 1000, start: int = 0, **more: Any) -> dict[str, Any]:
    where: dict[str, Any] = {} if (start, below) == (0, 1000) else {"age": {"from": start, "below": below}}
    for name in ("nationality", "direction"):
        where |= {name: more.pop(name)} if name in more else {}
    return {"facts": facts, "sum": "households" if facts == "households" else "persons", "where": where, **more}


PEOPLE, POOR = "population", "sgb2_persons"
DECLARED: dict[str, dict[str, list[dict[str, Any]]]] = {
    "residents": {"numerator": [_part(PEOPLE)]},
    "young": {"numerator": [_part(PEOPLE, 18)], "denominator": [_part(PEOPLE)]},
    "foreign": {"numerator": [_part(PEOPLE, nationality="foreign")], "denominator": [_part(PEOPLE)]},
    "foreign_young": {"numerator": [_part(PEOPLE, 18, nationality="foreign")], "denominator": [_part(PEOPLE, 18)]},
    "old": {"numerator": [_part(PEOPLE, 1000, 65)]},
    "poor": {"numerator": [_part(POOR, 65)], "denominator": [_part(PEOPLE, 65)]},
    "poor_young": {"numerator": [_part(POOR, 18)], "denominator": [_part(PEOPLE, 18)]},
    "poor_young_2y": {"numerator": [_part(POOR, 18, pool=2)]},
    "households": {"numerator": [_part("households")]},
    "arrivals": {"numerator": [_part("moves", direction="in")]},
    "moves": {"numerator": [_part("moves")]},
    "balance": {"numerator": [_part("moves", direction="in"), _part("moves", direction="out", subtract=True)],
                "denominator": [_part(PEOPLE)]},
}  # fmt: skip
SHARES = ("young", "foreign", "foreign_young", "poor", "poor_young")
CLOSED = {"direction": ("in", "out"), "nationality": ("german", "foreign")}


def town(chance: np.random.Generator) -> Town:
    """Many cells hold few or nobody; recipients are some of the residents."""
    found: Town = {}
    for block, year in product(BLOCKS, YEARS):
        for age, nation in product(AGES, NATIONS):
            people = int(chance.poisson(6) * (chance.random() > 0.25))
            found[PEOPLE, block, age, nation, year] = people
        for age in AGES[:3]:
            base = sum(found[PEOPLE, block, age, nation, year] for nation in NATIONS)
            found[POOR, block, age, "", year] = int(chance.binomial(base, 0.2))
        for way in ("in", "out"):
            found["moves", block, (0, 1000), way, year] = int(chance.poisson(2))
        found["households", block, (0, 1000), "", year] = int(chance.poisson(4))
    return found


def corrected(people: Town, chance: np.random.Generator) -> Town:
    """Some of the residents and moves were counted wrongly."""
    found = dict(people)
    keys = [key for key in people if key[0] in (PEOPLE, "moves")]
    for at in chance.choice(len(keys), 4, replace=False).tolist():
        found[keys[at]] = max(0, found[keys[at]] + int(chance.integers(-2, 4)))
        if keys[at][0] == PEOPLE:
            _, block, age, _, year = keys[at]
            poor = (POOR, block, age, "", year)
            base = sum(found[PEOPLE, block, age, nation, year] for nation in NATIONS)
            found |= {poor: min(found[poor], base)} if poor in found else {}
    return found


def counted(people: Town, parts: Sequence[Mapping[str, Any]], blocks: frozenset[int], year: int) -> float | None:
    """What an indicator counts in some blocks; None where a year is missing."""
    total = 0.0
    for part in parts:
        for when in range(year - part.get("pool", 1) + 1, year + 1):
            if when not in YEARS:
                return None
            total += sum(
                -n if part.get("subtract") else n
                for (facts, block, age, code, y), n in people.items()
                if facts == part["facts"] and block in blocks and y == when and _held(part["where"], age, code)
            )
    return total


def _held(where: Mapping[str, Any], age: tuple[int, int], code: str) -> bool:
    ages = where.get("age", {"from": 0, "below": 1000})
    codes = {where[name] for name in ("nationality", "direction") if name in where}
    return bool(ages["from"] <= age[0] and age[1] <= ages["below"] and codes <= {code})


def geographies(chance: np.random.Generator) -> Areas:
    """Areas of every level, and two drawings: some areas that touch each other, the rest of the town left white."""
    fixed = {
        "planning_area": {f"a{at}": frozenset((2 * at, 2 * at + 1)) for at in range(4)},
        "district": {"x": frozenset(range(4)), "y": frozenset(range(4, 8))},
        "school": {"p": frozenset((0, 1, 4, 6)), "q": frozenset((2, 3, 5, 7))},
        "city": {"z": frozenset(BLOCKS)},
        "block": {f"b{at}": frozenset((at,)) for at in BLOCKS},
    }
    for number in (1, 2):
        shuffled = chance.permutation(8).tolist()
        first, second = int(chance.integers(1, 4)), int(chance.integers(4, 8))
        drawn = {"u": frozenset(shuffled[:first]), "v": frozenset(shuffled[first:second])}
        fixed[f"drawn{number}"] = drawn
    return fixed


@dataclass
class Story:
    """A town and what became of every release in turn; a gate that `forgets` does not reckon with facts before corrections."""

    seed: int
    insiders: Literal["outside", "safe"] = "outside"
    forgets: bool = False
    people: Town = field(init=False)
    areas: Areas = field(init=False)
    went_out: list[tuple[Protected, Town]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng(self.seed)
        self.people = town(self.chance)
        self.areas = geographies(self.chance)

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
            figures = self._figures()
            if figures.table.num_rows:
                self.said.append(self.release(figures))

    def _figures(self) -> Figures:
        names = sorted(self.chance.choice(list(DECLARED), int(self.chance.integers(2, 6)), replace=False).tolist())
        levels = [one for one in self.areas if self.chance.random() < 0.45] or ["city"]
        years = [year for year in YEARS if self.chance.random() < 0.7] or [YEARS[-1]]
        return figures_of(self.people, {level: self.areas[level] for level in levels}, names, years)

    def release(self, figures: Figures) -> str:
        """Through the gate after all earlier ones."""
        before = self.remembered(self.people)
        rule = Rule(top="may-hide", insiders=self.insiders)
        try:
            former = self.former(figures)
            made = protect(figures, rule, before, self.pieces, former=former)
        except UnsafeReleaseError as error:
            known = any(self._known(people, figures) for people in (self.people, *self._former()))
            return f"refused {'rightly' if known else 'WRONGLY'}: {error}"
        given = made.figures, made.secrets, before, self.pieces, 3, True, made.certificate, self.insiders == "safe"
        faults = verify(Evidence(*given, former=former)).faults
        if faults:
            return f"FAULTS: {faults[0].say()}"
        self.went_out.append((made, self.people))
        return f"{made.audit['hidden']} of {figures.table.num_rows} hidden"

    def remembered(self, people: Town) -> list[Earlier]:
        """What went out, with the numbers that these facts give where they are others."""
        return [
            Earlier(one.figures, one.secrets, None if then is people else recounted(one.figures, self.areas, people))
            for one, then in self.went_out
        ]

    def former(self, figures: Figures) -> list[Former]:
        """States of the facts that were corrected since, with the release and all before it by those facts."""
        states = [] if self.forgets else self._former()
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
        return found

    def _true(self, people: Town, key: tuple[Place, tuple[str, str]]) -> float | None:
        place, (name, role) = key
        return counted(people, DECLARED[name][role], self.areas[place.level][place.area], int(place.period))

    def _known(self, people: Town, figures: Figures) -> bool:
        """Whether what went out narrows something that these figures would make a secret of that state of the facts."""
        told = replace(self.attacker(people), parts=SHARES)
        truth = told.known | truth_of(recounted(figures, self.areas, people))
        return bool(told.narrowed(self.secrets(told, truth | self._between(told, people, truth))))

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

    def narrowed_inside(self) -> list[tuple[Secret, float, float]]:
        """What people of today who fill some count alone can narrow of others."""
        attacker, truth = self.attacker(self.people), self._truth(self.people)
        secrets, found = self.secrets(attacker, truth), []
        for own in attacker.groups_of(key for key, number in self.people.items() if number):
            one = attacker.inside(own, truth)
            if len(one.known) > len(attacker.known):
                found += one.narrowed(secret for secret in secrets if not one.about_that_person(secret))
        return found

    def _truth(self, people: Town) -> Truth:
        """Every count that went out or was hidden, as these facts give it."""
        keys = [key for one, _ in self.went_out for key in (*truth_of(one.figures), *truth_of(one.secrets))]
        return {key: number for key in keys if (number := self._true(people, key)) is not None}

    def narrowed(self, now: bool = True) -> list[tuple[Secret, float, float]]:
        """Secrets of the latest state of the facts (or of each earlier one) of which more is known than may be."""
        states = {id(people): people for _, people in self.went_out if (people is self.people) == now}
        found = []
        for people in states.values():
            attacker = self.attacker(people)
            asked: Truth = {}
            for one, mine in self.went_out:
                if mine is people or now:
                    keys = [*truth_of(one.figures), *truth_of(one.secrets)]
                    asked |= {key: n for key in keys if (n := self._true(people, key)) is not None}
            found += attacker.narrowed(self.secrets(attacker, asked))
        return found


def between(areas: Areas) -> Iterator[tuple[str, frozenset[int]]]:
    """The areas of a level around one of another level, or around all of them, without these."""
    for (outer, around), (inner, within) in permutations(areas.items(), 2):
        for name, held in {**within, "all": frozenset().union(*within.values())}.items():
            whole = frozenset().union(*(one for one in around.values() if one & held))
            if held < whole:
                yield f"{outer} around {inner} {name}", whole - held


def figures_of(people: Town, areas: Areas, names: Sequence[str], years: Sequence[int]) -> Figures:
    """Indicators of these levels and years."""
    rows = list(_rows(people, areas, names, years))
    described = tuple(
        Description(name, {"de": name}, kind="ratio" if "denominator" in DECLARED[name] else "total",
                    part_of_denominator=name in SHARES, conditions=DECLARED[name])
        for name in names
    )  # fmt: skip
    return Figures(pa.Table.from_pylist(rows, schema=CORE), described)


def _rows(people: Town, areas: Areas, names: Sequence[str], years: Sequence[int]) -> Iterator[dict[str, Any]]:
    for (level, inside), year, name in product(areas.items(), years, names):
        for area, held in inside.items():
            n, d = (counted(people, DECLARED[name].get(role, ()), held, year) for role in ("numerator", "denominator"))
            if n is not None:
                base = d if "denominator" in DECLARED[name] else None
                value = n if base is None else 100 * n / base if base else None
                row = [area, level, "1", str(year), name, n, base, value, None, None, "ok"]
                yield dict(zip(CORE.names, row, strict=True))


def recounted(figures: Figures, areas: Areas, people: Town) -> Figures:
    """The same rows with the numbers that these facts give."""
    rows = figures.table.to_pylist()
    for row in rows:
        held = areas[row["level"]][row["area"]]
        for role, parts in DECLARED[row["indicator"]].items():
            row[role] = counted(people, parts, held, int(row["period"]))
    return replace(figures, table=pa.Table.from_pylist(rows, schema=CORE))


def truth_of(figures: Figures) -> Truth:
    """Every count that stands in figures."""
    return {
        (Place(row["level"], row["vintage"], row["area"], row["period"]), (row["indicator"], role)): row[role]
        for row in figures.table.to_pylist()
        for role in DECLARED[row["indicator"]]
        if row[role] is not None
    }


def weakened(story: Story) -> Story:
    """The same story, but everything that was hidden without being small went out after all."""
    weak = replace(story)
    weak.people, weak.areas = story.people, story.areas
    weak.went_out = [(replace(one, figures=_shown_again(one)), people) for one, people in story.went_out]
    return weak


def _shown_again(one: Protected) -> Figures:
    keys = ("level", "area", "period", "indicator")
    secret = {tuple(row[key] for key in keys): row for row in one.secrets.table.to_pylist()}
    rows = one.figures.table.to_pylist()
    for row in rows:
        before = secret.get(tuple(row[key] for key in keys))
        for role in ("numerator", "denominator"):
            if before is not None and row[role] is None and before[role] is not None and before[role] >= 3:
                row[role] = before[role]
    return replace(one.figures, table=pa.Table.from_pylist(rows, schema=CORE))
