"""What holds for every population: sums, quotients of sums, order, intervals around the value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.figures import Figures
from sozialraum.indicators import catalogue, compute
from sozialraum.indicators.examples import ExampleAreas
from sozialraum.store import FactFile, Store

CATALOGUE = catalogue()
ABOVE = {"A": "P", "B": "P", "C": "P", "D": "Q", "E": "Q"}
PERIODS = ["2022", "2023", "2024"]
CHOSEN = [
    "population_total",
    "population_density",
    "share_under_18",
    "share_foreigners",
    "youth_dependency_ratio",
    "old_age_dependency_ratio",
    "total_dependency_ratio",
    "child_poverty_u15",
    "change_share_foreigners_2y",
]
ROW = st.fixed_dictionaries(
    {
        "area": st.sampled_from(sorted(ABOVE)),
        "period": st.sampled_from(PERIODS),
        "age_from": st.integers(0, 100),
        "nationality": st.sampled_from(["german", "eu", "non_eu"]),
        "residence": st.sampled_from(["main", "main", "second"]),
        "persons": st.integers(0, 500),
    }
)
POPULATION = st.lists(ROW, min_size=1, max_size=40)
KINDS = {"age_from": pa.int64(), "age_to": pa.int64(), "persons": pa.int64()}


def facts(rows: list[dict[str, Any]], breakdown: str) -> pa.Table:
    same = {"level": "area", "vintage": "1", "sign": "", "breakdown": breakdown}
    entries = [{**same, **row, "age_to": row["age_from"] + 1} for row in rows]
    return pa.table(
        {name: pa.array([row[name] for row in entries], KINDS.get(name, pa.string())) for name in entries[0]}
    )


def figures(
    rows: list[dict[str, Any]], level: str, chosen: list[str] = CHOSEN, areas: ExampleAreas | None = None
) -> Figures:
    young = [
        {key: row[key] for key in ("area", "period", "age_from")} | {"persons": row["persons"] // 3} for row in rows
    ]
    store = Store(
        {
            "population": [FactFile(facts(rows, "age,nationality,residence"), "1", 1, "register", "zero")],
            "sgb2_persons": [FactFile(facts(young, "age"), "1", 1, "agency", "zero")],
        }
    )
    areas = areas or ExampleAreas(tuple(sorted(ABOVE)), ABOVE)
    return compute([CATALOGUE[name] for name in chosen], store, areas, level, PERIODS, known=CATALOGUE)


def numbers(found: Figures, indicator: str, column: str = "value") -> np.ndarray[Any, Any]:
    return np.array(found.select(indicator).table[column].to_pylist(), float)


@settings(max_examples=6, deadline=None)
@given(POPULATION)
def test_total_dependency_is_youth_plus_old_age(rows: list[dict[str, Any]]) -> None:
    found = figures(rows, "area", [name for name in CHOSEN if name.endswith("dependency_ratio")])
    young, old, every = (numbers(found, f"{kind}_dependency_ratio") for kind in ("youth", "old_age", "total"))
    assert np.allclose(young + old, every, rtol=1e-12, equal_nan=True)


@settings(max_examples=6, deadline=None)
@given(POPULATION)
def test_sums_over_children_equal_the_parent_and_rates_are_quotients_of_sums(rows: list[dict[str, Any]]) -> None:
    fine, coarse = figures(rows, "area"), figures(rows, "parent")
    for name in CHOSEN[:-1]:
        for period in PERIODS:
            for parent in ("P", "Q"):
                children = [fine.row(name, area, period) for area, above in ABOVE.items() if above == parent]
                whole = coarse.row(name, parent, period)
                if whole["flag"] == "missing":  # nothing was delivered for the period
                    assert all(one["flag"] == "missing" for one in children)
                    continue
                above = sum(one["numerator"] for one in children)
                assert whole["numerator"] == above
                if whole["denominator"] and name != "population_density":
                    assert whole["denominator"] == sum(one["denominator"] for one in children)
                    assert whole["value"] == pytest.approx(
                        CATALOGUE[name].factor * above / whole["denominator"], rel=1e-12
                    )


@settings(max_examples=6, deadline=None)
@given(POPULATION, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_areas_does_not_matter(rows: list[dict[str, Any]], chance: Any) -> None:
    other = list(rows)
    chance.shuffle(other)
    turned = ExampleAreas(tuple(sorted(ABOVE)), dict(reversed(list(ABOVE.items()))))
    for level in ("area", "parent"):
        assert figures(rows, level).table.equals(figures(other, level, areas=turned).table)


@settings(max_examples=6, deadline=None)
@given(POPULATION)
def test_bounds_hold_and_the_interval_holds_the_value(rows: list[dict[str, Any]]) -> None:
    found = figures(rows, "area")
    for row in found.table.to_pylist():
        if row["lower"] is not None:
            assert row["lower"] <= row["value"] + 1e-9
            assert row["value"] <= row["upper"] + 1e-9
        assert (row["value"] is None) == (row["flag"] in ("missing", "not_applicable"))
        if row["indicator"].startswith("share") and row["value"] is not None:
            assert 0 <= row["lower"] <= row["upper"] <= 100 + 1e-9


def test_rates_are_never_averaged() -> None:
    """Two areas of 10 and 50 percent with unequal populations: the parent is not at 30."""
    rows = [
        {
            "area": area,
            "period": "2024",
            "age_from": age,
            "nationality": "german",
            "residence": "main",
            "persons": persons,
        }
        for area, age, persons in (("A", 5, 100), ("A", 40, 900), ("B", 5, 50), ("B", 40, 50))
    ]
    found = figures(rows, "parent", ["share_under_18"])
    assert found.value("share_under_18", "P", 2024) == pytest.approx(100 * 150 / 1100, rel=1e-15)
    assert found.row("share_under_18", "Q", 2024)["flag"] == "not_applicable"
