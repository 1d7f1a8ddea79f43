"""An attacker who holds a whole release of an invented town and knows nothing of how the gate works.

Unknown are the people of every area, year and cell; every published count is an equation over them: sums over ages,
over years, over areas, balances. What follows exactly from these equations, or from them and that nobody is counted
less than zero times, must be nothing that was hidden. The same attacker succeeds when the gate is weakened.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from scipy.optimize import linprog

from sozialraum.figures import CORE, Description, Figures
from sozialraum.protection import Rule, Zoning, gate, protect
from sozialraum.protection.linked import Search

Row = npt.NDArray[np.float64]
Key = tuple[str, str, str, str]
Parts = list[dict[str, Any]]

AREAS = {"a": "x", "b": "x", "c": "x", "d": "y", "e": "y"}
YEARS = (2020, 2021, 2022, 2023, 2024)
AGES = ((0, 6), (6, 15), (15, 65), (65, 1000))
CELLS = [
    *(("population", age, nation) for age, nation in product(AGES, ("german", "foreign"))),
    *(("sgb2_persons", age, "") for age in AGES[:3]),
    *(("moves", AGES[0], way) for way in ("in", "out")),
    ("births", AGES[0], ""),
]
SPECIAL = {"population": "nationality", "moves": "direction"}
UNKNOWNS = {key: place for place, key in enumerate(product(AREAS, YEARS, range(len(CELLS))))}


def part(facts: str, below: int = 1000, start: int = 0, **more: object) -> dict[str, Any]:
    """A sum over facts as an indicator declares it."""
    where = {"age": {"from": start, "below": below}} if (start, below) != (0, 1000) else {}
    which = more.pop("which", None)
    return {"facts": facts, "sum": "persons", "where": where | ({SPECIAL[facts]: which} if which else {}), **more}


DECLARED: dict[str, tuple[Parts, Parts | None]] = {
    "residents": ([part("population")], None),
    "children": ([part("population", 15)], [part("population")]),
    "foreigners": ([part("population", which="foreign")], [part("population")]),
    "foreign_children": ([part("population", 15, which="foreign")], [part("population", 15)]),
    "sgb2": ([part("sgb2_persons")], [part("population", 65)]),
    "child_poverty": ([part("sgb2_persons", 15)], [part("population", 15)]),
    "child_poverty_2y": ([part("sgb2_persons", 15, pool=2)], None),
    "births": ([part("births")], None),
    "births_3y": ([part("births", pool=3)], None),
    "arrivals": ([part("moves", which="in")], None),
    "volume": ([part("moves")], None),
    "balance": ([part("moves", which="in"), part("moves", which="out", subtract=True)], [part("population")]),
}


SEEDS = range(6)


def town(seed: int) -> Row:
    """People by unknown; many cells hold few or nobody."""
    random = np.random.default_rng(seed)
    means = [{"population": 7.0, "births": 6.0}.get(table, 1.2) for table, _, _ in CELLS]
    return np.array([random.poisson(means[cell]) * (random.random() > 0.25) for _, _, cell in UNKNOWNS], dtype=float)


def covers(one: dict[str, Any], cell: tuple[str, tuple[int, int], str]) -> bool:
    """Whether a declared sum counts a cell."""
    table, (start, below), kind = cell
    ages, wanted = one["where"].get("age", {"from": 0, "below": 1000}), one["where"].get(SPECIAL.get(table, ""), kind)
    return bool(one["facts"] == table and ages["from"] <= start and below <= ages["below"] and wanted == kind)


def equation(parts: Parts, areas: list[str], year: int) -> Row | None:
    """The left side of the equation that a published count is; None where years before the first are needed."""
    row = np.zeros(len(UNKNOWNS))
    for one in parts:
        for when in range(year - one.get("pool", 1) + 1, year + 1):
            if when not in YEARS:
                return None
            for area, (number, cell) in product(areas, enumerate(CELLS)):
                if covers(one, cell):
                    row[UNKNOWNS[area, when, number]] += -1.0 if one.get("subtract") else 1.0
    return row


def places() -> dict[tuple[str, str], list[str]]:
    """Level and key of every area, with the finest areas in it."""
    districts = {("district", key): [a for a, above in AREAS.items() if above == key] for key in "xy"}
    return {("planning_area", a): [a] for a in AREAS} | districts | {("city", "z"): list(AREAS)}


Places = dict[tuple[str, str], list[str]]


def figures(people: Row, where: Places | None = None, what: Sequence[str] = tuple(DECLARED)) -> Figures:
    """Everything that the town wants to publish, or some indicators for some areas of it."""
    rows = []
    declared = {name: DECLARED[name] for name in what}
    for ((level, area), inside), year, (name, roles) in product((where or places()).items(), YEARS, declared.items()):
        sums = [None if one is None else equation(one, inside, year) for one in roles]
        if sums[0] is not None:
            n = float(sums[0] @ people)
            d = None if sums[1] is None else float(sums[1] @ people)
            value = n if d is None else 100 * n / d if d else None
            row = [area, level, "1", str(year), name, n, d, value, 0.0, 1.0, "ok"]
            rows.append(dict(zip(CORE.names, row, strict=True)))
    described = tuple(
        Description(name, {"de": name}, kind="ratio" if base else "total", part_of_denominator=name != "balance",
                    conditions={"numerator": top} | ({"denominator": base} if base else {}))
        for name, (top, base) in declared.items()
    )  # fmt: skip
    return Figures(pa.Table.from_pylist(rows, schema=CORE), described)


def pieces(zonings: Sequence[Zoning]) -> list[dict[Zoning, str]]:
    """Areas lie in districts, all in the city."""
    above = {a: {"planning_area": a, "district": district, "city": "z"} for a, district in AREAS.items()}
    return [{zoning: one[zoning[0]] for zoning in zonings} for one in above.values()]


def attack(released: Figures, *, never_negative: bool) -> list[Key]:
    """Hidden counts that follow exactly from the published ones, as (area, year, indicator, role)."""
    known: dict[Key, tuple[Any, Any]] = {}
    wanted: dict[Key, tuple[Any, Any]] = {}
    for row in released.table.to_pylist():
        for role, parts in zip(("numerator", "denominator"), DECLARED[row["indicator"]], strict=True):
            if parts is not None:
                equals = equation(parts, places()[row["level"], row["area"]], int(row["period"]))
                key = (row["area"], row["period"], row["indicator"], role)
                (wanted if row[role] is None else known)[key] = (equals, row[role])
    left, right = np.array([one for one, _ in known.values()]), np.array([value for _, value in known.values()])
    if not never_negative:
        axes = np.linalg.svd(left, full_matrices=False)
        basis = axes[2][axes[1] > 1e-9]
        return [key for key, (one, _) in wanted.items() if np.allclose(basis.T @ (basis @ one), one, atol=1e-8)]
    return [key for key, (one, _) in wanted.items() if _known(one, left, right)]


def _known(one: Row, left: Row, right: Row) -> bool:
    """Whether a count can only be one number when nobody is counted less than zero times.

    A hidden zero is no secret: zeros are shown, and what helps to hide others may be one.
    """
    least, most = (
        linprog(sign * one, A_eq=left, b_eq=right, bounds=(0, None), method="highs", options={"presolve": False})
        for sign in (1, -1)
    )
    assert {least.status, most.status} <= {0, 3}, (least.message, most.message)
    return 3 not in (least.status, most.status) and -most.fun > 1e-6 and -most.fun - least.fun < 1e-6


def narrowed(released: Figures, people: Row, where: Places | None = None, me: Row | None = None) -> list[Key]:
    """Counts and rests of one or two people of which the release says more than "0, or 3 and more".

    `me`: what somebody inside knows besides, as an equation. A rate that is shown tells its numerator where the base is shown.
    """
    published: list[tuple[Row, float]] = [] if me is None else [(me, float(me @ people))]
    small: dict[Key, Row] = {}
    for row in released.table.to_pylist():
        area, year = (where or places())[row["level"], row["area"]], int(row["period"])
        roles = dict(zip(("numerator", "denominator"), DECLARED[row["indicator"]], strict=True))
        sides = {role: equation(parts, area, year) for role, parts in roles.items() if parts is not None}
        published += [(one, row[role]) for role, one in sides.items() if one is not None and row[role] is not None]
        if row["value"] is not None and row["denominator"] is not None and sides["numerator"] is not None:
            published.append((sides["numerator"], row["value"] * row["denominator"] / 100))
        groups = {role: one for role, one in sides.items() if one is not None and row["indicator"] != "balance"}
        if len(groups) == 2:
            groups["rest"] = groups["denominator"] - groups["numerator"]
        for role, one in groups.items():
            if 0 < one @ people < 3 and (role == "rest" or row[role] is None):
                small[row["area"], row["period"], row["indicator"], role] = one
    assert small, "nothing small: the attack would prove nothing"
    left, right = (np.array(side) for side in zip(*published, strict=True))
    return [key for key, one in small.items() if _range_is_narrow(one, left, right)]


def _range_is_narrow(one: Row, left: Row, right: Row) -> bool:
    ends = [
        linprog(sign * one, A_eq=left, b_eq=right, bounds=(0, None), method="highs", options={"presolve": False})
        for sign in (1, -1)
    ]
    return bool(ends[0].fun > 1e-6 or (ends[1].status == 0 and -ends[1].fun < 3 - 1e-6))


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_no_small_count_or_rest_is_narrowed(seed: int) -> None:
    assert narrowed(release(seed), town(seed)) == []


@cache
def release(seed: int) -> Figures:
    """What leaves the gate."""
    return protect(figures(town(seed)), Rule(top="may-hide"), pieces=pieces).figures


@pytest.mark.parametrize("seed", SEEDS)
def test_equations_give_no_hidden_count_away(seed: int) -> None:
    assert attack(release(seed), never_negative=False) == []


def test_nobody_below_zero_gives_no_hidden_count_away() -> None:
    assert attack(release(1), never_negative=True) == []


def test_every_kind_of_figure_is_hidden_and_shown_somewhere() -> None:
    """An attack on a release that hides everything, or nothing, would prove nothing."""
    table = [row for seed in SEEDS for row in release(seed).table.to_pylist()]
    for name in set(DECLARED) - {"residents"}:
        assert {row["flag"] for row in table if row["indicator"] == name} == {"ok", "suppressed"}, name


def test_the_attacker_succeeds_where_only_small_counts_are_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_small(tables: Any, *_all: object) -> Search:
        for table in tables.values():
            for column, count in enumerate(table.counts):
                if count.people:
                    table.hide(column, (table.values[:, column] > 0) & (table.values[:, column] < 3), "minimum")
        return Search()

    monkeypatch.setattr(gate, "suppress", only_small)
    weak = protect(figures(town(1)), Rule(), pieces=pieces).figures
    assert attack(weak, never_negative=False)
    assert narrowed(weak, town(1))
