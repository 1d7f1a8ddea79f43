"""Sums of amounts at the gate: ages of people in areas of three levels, and an attacker who knows everything published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from sozialraum.errors import UnsafeReleaseError
from sozialraum.figures import CORE, Description, Figures
from sozialraum.protection import Earlier, Evidence, Piece, Protected, Rule, Zoning, protect, verify
from sozialraum.protection.proved.amounts.trees import Tree

LEVELS = ("block", "district", "city")
OLDEST = 116
Ages = npt.NDArray[np.int64]  # blocks x ages, persons
WHERE: dict[str, dict[str, Any]] = {"residents": {}, "children": {"age": {"below": 18}}, "old": {"age": {"from": 65}}}


def town(seed: int, blocks: int = 12) -> Ages:
    """Blocks of a few people up to some dozens, as numbers of each single year of age."""
    chance = np.random.default_rng(seed)
    sizes = chance.choice([0, 1, 2, 3, 5, 9, 20, 60], blocks, p=[0.05, 0.15, 0.15, 0.1, 0.1, 0.15, 0.15, 0.15])
    return np.stack([np.bincount(chance.integers(0, 95, size), minlength=OLDEST) for size in sizes])


def areas(people: Ages, level: str) -> dict[str, Ages]:
    """Persons by age in every area of a level: three blocks are a district."""
    step = {"block": 1, "district": 3, "city": len(people)}[level]
    return {f"{level}{at // step}": people[at : at + step].sum(axis=0) for at in range(0, len(people), step)}


def pieces(size: int) -> Any:
    """The blocks, each with the areas in which it lies."""
    names = {"block": 1, "district": 3, "city": size}

    def found(asked: Sequence[Zoning]) -> list[Piece]:
        return [{zoning: f"{zoning[0]}{at // names[zoning[0]]}" for zoning in asked} for at in range(size)]

    return found


def count(name: str) -> Description:
    """A number of residents of some ages."""
    conditions = {"numerator": [{"facts": "population", "where": WHERE[name]}]}
    return Description(name, {"de": name}, kind="total", conditions=conditions, facts=("population",))


def mean_age(name: str = "mean_age", **where: Any) -> Description:
    """The mean age, with the number of residents as base."""
    people = [{"facts": "population", "where": where}]
    amounts = {"numerator": {"parts": [{**people[0], "times": "age"}], "contributors": people}}
    return Description(
        name,
        {"de": name},
        kind="mean",
        unit="years",
        part_of_denominator=False,
        conditions={"denominator": people},
        amounts=amounts,
        facts=("population",),
    )


MIDDLE = np.arange(OLDEST) + 0.5
CHOSEN = {"residents": MIDDLE > 0, "children": MIDDLE < 18, "old": MIDDLE > 65}


def figures(people: Ages, names: Sequence[str], levels: Sequence[str] = LEVELS) -> Figures:
    """The figures of the town, unprotected."""
    rows = [
        _row(area, level, name, ages)
        for level in levels
        for name in names
        for area, ages in areas(people, level).items()
    ]
    described = [mean_age() if name == "mean_age" else count(name) for name in names]
    return Figures(pa.Table.from_pylist(rows, schema=CORE), tuple(described))


def _row(area: str, level: str, name: str, ages: Ages) -> dict[str, Any]:
    plain = dict.fromkeys(CORE.names) | {"area": area, "level": level, "vintage": "1", "period": "2024", "flag": "ok"}
    plain["indicator"] = name
    if name == "mean_age":
        total, sum_ = float(ages.sum()), float(ages @ MIDDLE)
        flag = "ok" if total else "not_applicable"
        return plain | {"numerator": sum_, "denominator": total, "value": sum_ / total if total else None, "flag": flag}
    number = float(ages[CHOSEN[name]].sum())
    return plain | {"numerator": number, "value": number}


RULE = Rule(top="may-hide")
EVERY = ("residents", "children", "old", "mean_age")


def released(people: Ages, names: Sequence[str] = EVERY, rule: Rule = RULE) -> Protected:
    """The town through the gate."""
    return protect(figures(people, names), rule, pieces=pieces(len(people)))


@dataclass
class Attacker:
    """Whoever knows every published number: people of every block and single year of age are the unknowns."""

    size: int
    left: list[npt.NDArray[np.float64]]
    right: list[float]

    @classmethod
    def reading(cls, tables: Sequence[Figures], size: int) -> Attacker:
        """Every number of these figures as an equation."""
        found = cls(size, [], [])
        for row in (row for one in tables for row in one.table.to_pylist()):
            where = found.place(row["level"], row["area"])
            if row["indicator"] != "mean_age":
                found.learn(where, CHOSEN[row["indicator"]], row["numerator"])
                continue
            found.learn(where, np.ones(OLDEST), row["denominator"])
            found.learn(where, MIDDLE, row["numerator"])
            if row["value"] is not None:
                found.know(np.outer(where, MIDDLE - row["value"]), 0.0)
        return found

    def place(self, level: str, area: str) -> npt.NDArray[np.float64]:
        """1 for each block in the area."""
        step = {"block": 1, "district": 3, "city": self.size}[level]
        return (np.arange(self.size) // step == int(area.removeprefix(level))).astype(float)

    def learn(self, where: npt.NDArray[np.float64], what: Any, number: float | None) -> None:
        """A published sum over blocks and ages; hidden ones teach nothing."""
        if number is not None:
            self.know(np.outer(where, np.asarray(what, dtype=float)), number)

    def know(self, factors: npt.NDArray[np.float64], number: float) -> None:
        """An equation."""
        self.left.append(factors.ravel())
        self.right.append(number)

    def range(self, level: str, area: str, what: Any) -> tuple[float, float]:
        """Between which bounds a sum over the ages of an area lies."""
        target = np.outer(self.place(level, area), np.asarray(what, dtype=float)).ravel()
        ends = [
            linprog(sign * target, A_eq=np.array(self.left), b_eq=self.right, bounds=(0, None), method="highs")
            for sign in (1, -1)
        ]
        assert all(one.status == 0 for one in ends), "the published numbers have no solution"
        return float(ends[0].fun), float(-ends[1].fun)


def narrowed(people: Ages, tables: Sequence[Figures], share: float = 0.1) -> list[str]:
    """Areas in which the attacker tells the ages of one or two people closely, or that there is somebody."""
    attacker = Attacker.reading(tables, len(people))
    found = []
    for level in LEVELS:
        for area, ages in areas(people, level).items():
            if 0 < ages.sum() < 3:
                low, high = attacker.range(level, area, MIDDLE)
                truth = float(ages @ MIDDLE)
                least, most = attacker.range(level, area, np.ones(OLDEST))
                if (
                    low > truth * (1 - share) + 1e-6
                    or high < truth * (1 + share) - 1e-6
                    or least > 1e-6
                    or most < 3 - 1e-6
                ):
                    found.append(area)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_nobody_tells_the_ages_of_one_or_two_people(seed: int) -> None:
    people = town(seed)
    done = released(people)
    assert narrowed(people, [done.figures]) == []
    evidence = Evidence(done.figures, done.secrets, (), pieces(len(people)), 3, True, done.certificate)
    assert verify(evidence).faults == ()


def test_where_a_count_is_hidden_its_amount_is_hidden_too() -> None:
    """The sum of ages beside a hidden number of people stood open once."""
    people = town(1)
    hidden = {(row["level"], row["area"]) for row in released(people).figures.table.to_pylist()
              if row["indicator"] == "residents" and row["numerator"] is None}  # fmt: skip
    assert hidden
    for row in released(people).figures.table.to_pylist():
        if row["indicator"] == "mean_age" and (row["level"], row["area"]) in hidden:
            assert (row["numerator"], row["denominator"], row["value"], row["flag"]) == (None, None, None, "suppressed")


def weakened(people: Ages, change: Any) -> tuple[Figures, Evidence]:
    """A release with rows put back as they were, and what the check asks for."""
    done = released(people)
    truth = {tuple(row[name] for name in CORE.names[:5]): row for row in figures(people, EVERY).table.to_pylist()}
    rows = [change(row, truth[tuple(row[name] for name in CORE.names[:5])]) for row in done.figures.table.to_pylist()]
    weak = replace(done.figures, table=pa.Table.from_pylist(rows, schema=CORE))
    kept = [row for row in done.secrets.table.to_pylist() if row["numerator"] is not None]
    secrets = replace(done.secrets, table=pa.Table.from_pylist(kept, schema=CORE))
    return weak, Evidence(weak, secrets, (), pieces(len(people)), 3, True, done.certificate)


def sums_back(row: Mapping[str, Any], truth: Mapping[str, Any]) -> dict[str, Any]:
    """The sum of ages is published where only the count is hidden."""
    return {**row, "numerator": truth["numerator"]} if row["indicator"] == "mean_age" else dict(row)


def means_back(row: Mapping[str, Any], truth: Mapping[str, Any]) -> dict[str, Any]:
    """The mean is published, without the counts behind it."""
    mine = row["indicator"] == "mean_age"
    return {**row, "value": truth["value"], "flag": truth["flag"]} if mine else dict(row)


def partners_back(row: Mapping[str, Any], truth: Mapping[str, Any]) -> dict[str, Any]:
    """Amounts of areas with three people and more are published, whatever they give away of their neighbours."""
    mine = row["indicator"] == "mean_age" and (truth["denominator"] or 0) >= 3
    return {**row, "numerator": truth["numerator"]} if mine else dict(row)


@pytest.mark.parametrize("change", [sums_back, means_back, partners_back])
def test_a_weakened_release_is_attacked_and_refused(change: Any) -> None:
    """The attacker must be able to succeed, and the check must see it."""
    for seed in range(6):
        people = town(seed)
        weak, evidence = weakened(people, change)
        if narrowed(people, [weak]):
            assert not verify(evidence).accepted
            return
    pytest.fail("no weakened release was narrowed")


def test_most_means_of_areas_with_people_enough_stay() -> None:
    """Blocks of 20 and of 60: one of them has a single child, and no mean needs to go for it."""
    people = np.zeros((6, OLDEST), dtype=np.int64)
    people[:, 20:80] = 1
    people[2, 10] = 1
    done = released(people)
    marks = {(row["area"], row["indicator"]): row["flag"] for row in done.figures.table.to_pylist()}
    assert marks["block2", "children"] == "suppressed"
    assert {flag for (_, name), flag in marks.items() if name == "mean_age"} == {"ok"}
    assert done.audit["amounts"] == [
        {"indicator": "mean_age", "shown": 9, "hidden": 0, "withheld": False, "contributions": True}
    ]


@pytest.mark.parametrize("seed", range(3))
def test_what_an_earlier_release_told_of_amounts_is_known(seed: int) -> None:
    """Districts and city with their mean ages went out before; now blocks follow."""
    people = town(seed)
    ground = pieces(len(people))
    before = protect(figures(people, EVERY, ("district", "city")), RULE, pieces=ground)
    earlier = [Earlier(before.figures, before.secrets)]
    now = protect(figures(people, EVERY, ("block",)), RULE, earlier, ground)
    assert narrowed(people, [before.figures, now.figures]) == []
    told = [Earlier(before.figures, before.secrets)]
    evidence = Evidence(now.figures, now.secrets, told, ground, 3, True, now.certificate)
    assert verify(evidence).faults == ()


def test_amounts_that_nobody_counts_are_refused() -> None:
    alone = replace(mean_age(), conditions={}, kind="total")
    rows = [{**row, "denominator": None} for row in figures(town(1), ["mean_age"]).table.to_pylist()]
    asked = Figures(pa.Table.from_pylist(rows, schema=CORE), (alone,))
    with pytest.raises(UnsafeReleaseError, match="no count of those who contribute"):
        protect(asked, RULE, pieces=pieces(12))


def test_a_second_amount_of_the_same_people_is_withheld() -> None:
    """The ages of all less those of the old are the ages of the others: nobody judges that yet."""
    people = town(1)
    asked = figures(people, EVERY)
    old = [
        {**row, "indicator": "age_of_old", "numerator": 100.0, "denominator": 20.0, "value": 5.0}
        for row in asked.table.to_pylist()
        if row["indicator"] == "mean_age" and row["level"] == "city"
    ]
    more = pa.concat_tables([asked.table, pa.Table.from_pylist(old, schema=CORE)])
    second = mean_age("age_of_old", age={"from": 65})
    done = protect(Figures(more, (*asked.descriptions, second)), RULE, pieces=pieces(len(people)))
    (last,) = [row for row in done.figures.table.to_pylist() if row["indicator"] == "age_of_old"]
    assert (last["value"], last["numerator"], last["flag"]) == (None, None, "suppressed")
    assert [one["withheld"] for one in done.audit["amounts"]] == [False, True]


def rooms(people: Ages) -> Figures:
    """Rooms per person: 40 to 90 per block whoever lives there; what each dwelling has nobody knows."""
    asked = figures(people, ["residents", "mean_age"])
    given = np.random.default_rng(0).integers(40, 90, len(people))
    rows = asked.table.to_pylist()
    attacker = Attacker(len(people), [], [])
    for row in (row for row in rows if row["indicator"] == "mean_age"):
        row["numerator"] = float(attacker.place(row["level"], row["area"]) @ given)
        row["value"] = row["numerator"] / row["denominator"] if row["denominator"] else None
    contributors = [{"facts": "dwellings", "sum": "dwellings"}]
    parts = {"parts": [{"facts": "dwellings", "sum": "rooms"}], "contributors": contributors}
    described = replace(mean_age(), amounts={"numerator": parts})
    return Figures(pa.Table.from_pylist(rows, schema=CORE), (asked.descriptions[0], described))


@pytest.mark.parametrize("seed", range(4))
def test_amounts_of_unknown_contributors_stay_open_where_few_people_are(seed: int) -> None:
    """Rooms of every block are unknowns of the attacker: of a block with one or two people none is told within 10 %."""
    people = town(seed)
    asked = rooms(people)
    done = protect(asked, RULE, pieces=pieces(len(people)))
    truth = {(row["level"], row["area"]): row for row in asked.table.to_pylist() if row["indicator"] == "mean_age"}
    attacker = Attacker(len(people), [], [])
    for row in done.figures.table.to_pylist():
        if row["indicator"] == "mean_age" and row["numerator"] is not None:
            attacker.know(attacker.place(row["level"], row["area"]), row["numerator"])
    few = [key for key, row in truth.items() if 0 < row["denominator"] < 3]
    assert few
    for level, area in few:
        ends = [
            linprog(
                sign * attacker.place(level, area),
                A_eq=np.array(attacker.left).reshape(-1, len(people)),
                b_eq=attacker.right,
                bounds=(0, None),
            )
            for sign in (1, -1)
        ]
        number = truth[level, area]["numerator"]
        assert ends[0].fun <= 0.9 * number + 1e-6
        assert ends[1].status == 3 or -ends[1].fun >= 1.1 * number - 1e-6


Sets = dict[frozenset[int], float | None]


@st.composite
def nested(draw: st.DrawFn) -> tuple[Sets, list[float], list[float], list[int]]:
    """Pieces with bounds and a true amount, pairs and fours of them and the whole; some sums are told."""
    low = draw(st.lists(st.integers(0, 5), min_size=8, max_size=8))
    high = [one + draw(st.sampled_from([0, 1, 3, 9, np.inf])) for one in low]
    truth = [int(min(one + draw(st.integers(0, 9)), most)) for one, most in zip(low, high, strict=True)]
    sets = [frozenset(range(at, at + step)) for step in (1, 2, 4, 8) for at in range(0, 8, step)]
    sets = draw(st.lists(st.sampled_from(sets), unique=True, min_size=1))
    told = {one: float(sum(truth[at] for at in one)) if draw(st.booleans()) else None for one in sets}
    return told, [float(one) for one in low], [float(one) for one in high], truth


@given(nested())
@settings(max_examples=60, deadline=None)
def test_bounds_of_nested_sums_are_those_of_a_linear_program(
    found: tuple[Sets, list[float], list[float], list[int]],
) -> None:
    sums, low, high, truth = found
    tree = Tree.of(sums)
    assert not tree.crossing
    ranges = [tree.ranges(one, np.array(low), np.array(high)) for one in {tree.bundle(at) for at in range(8)} - {-1}]
    assert None not in ranges, truth
    left = np.array([[at in one for at in range(8)] for one, told in sums.items() if told is not None], dtype=float)
    right = [told for told in sums.values() if told is not None]
    known = {"A_eq": left, "b_eq": right} if right else {}
    for node, (least, most) in ((node, ends) for one in ranges for node, ends in (one or {}).items()):
        target = np.array([at in tree.nodes[node].pieces for at in range(8)], dtype=float)
        ends = [linprog(sign * target, bounds=list(zip(low, high, strict=True)), **known) for sign in (1, -1)]
        assert least == pytest.approx(ends[0].fun)
        assert most == (np.inf if ends[1].status == 3 else pytest.approx(-ends[1].fun))


def test_areas_that_cross_are_seen() -> None:
    assert Tree.of({frozenset([0, 1]): None, frozenset([1, 2]): 3.0}).crossing
