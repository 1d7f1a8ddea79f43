"""An invented town: eight blocks in four planning areas in two districts, who lives there, and what figures count of them.

School districts cut across the districts, and so do areas that somebody drew. Residents by age and nationality, recipients
among them, households, moves; employees, unemployed and poor households. Everything from a seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations, product
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.analysis import composite
from sozialraum.figures import CORE, Description, Figures, together
from tests.attack.attacker import Place
from tests.protection.test_classes import definition

BLOCKS = range(8)
YEARS = (2022, 2023)
AGES = ((0, 6), (6, 18), (18, 65), (65, 1000))
NATIONS = ("german", "foreign")
Key = tuple[str, int, tuple[int, int], str, int]
"""Facts, block, age, code, year."""
Town = dict[Key, float]
Areas = dict[str, dict[str, frozenset[int]]]
Truth = dict[tuple[Place, tuple[str, str]], float]


def _part(facts: str, below: int = 1000, start: int = 0, **more: Any) -> dict[str, Any]:
    where: dict[str, Any] = {} if (start, below) == (0, 1000) else {"age": {"from": start, "below": below}}
    for name in CODED:
        where |= {name: more.pop(name)} if name in more else {}
    return {"facts": facts, "sum": "households" if "households" in facts else "persons", "where": where, **more}


CODED = ("nationality", "direction", "sex")
PEOPLE, POOR, WORK = "population", "sgb2_persons", "employees"
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
OF_THE_TOWN = tuple(DECLARED)
OF_OTHERS: dict[str, dict[str, list[dict[str, Any]]]] = {
    "employed": {"numerator": [_part(WORK)], "denominator": [_part(PEOPLE, 65, 18)]},
    "employed_women": {"numerator": [_part(WORK, sex="f")], "denominator": [_part(WORK)]},
    "unemployed": {"numerator": [_part("unemployed")], "denominator": [_part(WORK), _part("unemployed")]},
    "unemployed_2y": {"numerator": [_part("unemployed", pool=2)]},
    "households_poor": {"numerator": [_part("sgb2_households")], "denominator": [_part("households")]},
}
"""Counts of other populations, which hang together with the town's through their bases."""
DECLARED |= OF_OTHERS
MINIMUM = {"unemployed": 5}
AGED: dict[str, dict[str, list[dict[str, Any]]]] = {"mean_age": {"denominator": [_part(PEOPLE)]}}
"""A mean: the ages of all, which are no count, and of how many."""
DECLARED |= AGED
AMOUNTS = {"mean_age": {"numerator": {"parts": [{**_part(PEOPLE), "times": "age"}], "contributors": [_part(PEOPLE)]}}}
AGES_OF_ALL = [{"facts": "ages", "where": {}}]
INDEX = ("foreign", "poor")
SHARES = ("young", "foreign", "foreign_young", "poor", "poor_young", "employed", "employed_women", "unemployed",
          "households_poor")  # fmt: skip
CLOSED = {"direction": ("in", "out"), "nationality": ("german", "foreign"), "sex": ("f", "m", "x")}
AT_WORK = (*((WORK, sex) for sex in CLOSED["sex"]), ("unemployed", ""))


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


def thinned(people: Town, chance: np.random.Generator) -> Town:
    """Half of the blocks with hardly anybody, so that means are of one or two people."""
    empty = set(chance.permutation(len(BLOCKS))[:4].tolist())
    found = {key: int(chance.binomial(int(n), 0.06)) if key[1] in empty else n for key, n in people.items()}
    for _, block, age, _, year in [key for key in people if key[0] == POOR]:
        base = sum(found[PEOPLE, block, age, nation, year] for nation in NATIONS)
        found[POOR, block, age, "", year] = min(found[POOR, block, age, "", year], base)
    return found


def with_others(people: Town, chance: np.random.Generator) -> Town:
    """The town with its employees, unemployed and poor households."""
    found, whole = dict(people), (0, 1000)
    for block, year in product(BLOCKS, YEARS):
        base = sum(people[PEOPLE, block, (18, 65), nation, year] for nation in NATIONS)
        work = int(chance.binomial(base, 0.6))
        women, neither = int(chance.binomial(work, 0.5)), int(work > 0 and chance.random() < 0.05)
        sexes = min(women, work - neither), work - neither - min(women, work - neither), neither
        found |= {(WORK, block, whole, sex, year): n for sex, n in zip(CLOSED["sex"], sexes, strict=True)}
        found["unemployed", block, whole, "", year] = int(chance.binomial(base - work, 0.4))
        homes = people["households", block, whole, "", year]
        found["sgb2_households", block, whole, "", year] = int(chance.binomial(homes, 0.3))
    return found


def fitting(people: Town, seed: int) -> Town:
    """No more people at work than there are, and the ages of all who are there, each age from the seed."""
    found = dict(people)
    for block, year in product(BLOCKS, YEARS):
        room = sum(people[PEOPLE, block, (18, 65), nation, year] for nation in NATIONS)
        for key in ((facts, block, (0, 1000), code, year) for facts, code in AT_WORK):
            found |= {key: min(found[key], room)} if key in found else {}
            room -= found.get(key, 0)
        for at, (age, nation) in enumerate(product(AGES, NATIONS)):
            own = np.random.default_rng((seed, block, year, at)).integers(age[0], min(age[1], 95), 60) + 0.5
            found["ages", block, age, nation, year] = float(own[: found[PEOPLE, block, age, nation, year]].sum())
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
    codes = {where[name] for name in CODED if name in where}
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
    return Figures(pa.Table.from_pylist(rows, schema=CORE), tuple(map(_described, names)))


def _described(name: str) -> Description:
    kind = "mean" if name in AMOUNTS else "ratio" if "denominator" in DECLARED[name] else "total"
    return Description(name, {"de": name}, kind=kind, part_of_denominator=name in SHARES, conditions=DECLARED[name],
                       amounts=AMOUNTS.get(name, {}), minimum=MINIMUM.get(name, 3))  # fmt: skip


def _rows(people: Town, areas: Areas, names: Sequence[str], years: Sequence[int]) -> Iterator[dict[str, Any]]:
    for (level, inside), year, name in product(areas.items(), years, names):
        for area, held in inside.items():
            n, d = numbers_of(people, name, held, year)
            if n is not None:
                value = n if d is None else (1 if name in AMOUNTS else 100) * n / d if d else None
                row = [area, level, "1", str(year), name, n, d, value, None, None, "ok"]
                yield dict(zip(CORE.names, row, strict=True))


def numbers_of(people: Town, name: str, held: frozenset[int], year: int) -> tuple[float | None, float | None]:
    """Numerator and denominator of an indicator; of a mean the ages of all and how many."""
    sides = {"numerator": AGES_OF_ALL, **DECLARED[name]} if name in AMOUNTS else DECLARED[name]
    n, d = (counted(people, sides.get(role, ()), held, year) for role in ("numerator", "denominator"))
    return n, d if "denominator" in sides else None


def with_index(figures: Figures) -> Figures:
    """The figures, and the classes of their areas by an index of two shares."""
    at = pc.is_in(figures.table["level"], pa.array(["planning_area", "block"]))
    inside = replace(figures, table=figures.table.filter(at))
    return together([figures, composite(inside, definition(*INDEX))])


def recounted(figures: Figures, areas: Areas, people: Town) -> Figures:
    """The same rows of counts with the numbers that these facts give."""
    rows = [row for row in figures.table.select(CORE.names).to_pylist() if row["indicator"] in DECLARED]
    for row in rows:
        held = areas[row["level"]][row["area"]]
        row["numerator"], row["denominator"] = numbers_of(people, row["indicator"], held, int(row["period"]))
    return replace(figures, table=pa.Table.from_pylist(rows, schema=CORE))


def truth_of(figures: Figures) -> Truth:
    """Every count that stands in figures."""
    return {
        (Place(row["level"], row["vintage"], row["area"], row["period"]), (row["indicator"], role)): row[role]
        for row in figures.table.to_pylist()
        for role in DECLARED.get(row["indicator"], ())
        if row[role] is not None
    }
