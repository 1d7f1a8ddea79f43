"""Figures over levels, vintages, deliveries and signs; and the rows behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from sozialraum.errors import CallError, NoAnswerError
from sozialraum.figures import Figures
from sozialraum.indicators import catalogue, compute, describe, trace
from sozialraum.indicators.examples import ExampleAreas, ExampleLayer, facts_of
from sozialraum.store import FactFile, Store

CATALOGUE = catalogue()
FLAT = ExampleAreas(("A", "B", "C"), {"A": "P", "B": "P", "C": "Q"})


@dataclass(frozen=True)
class Weights:
    table: pa.Table


@dataclass(frozen=True)
class Reform:
    """A was divided into A1 and A2 in 2021, B stayed."""

    levels: tuple[str, ...] = ("area",)

    def vintage_of(self, period: str, /) -> str:
        return "old" if period < "2021" else "new"

    def layer(self, _level: str, vintage: str, /) -> ExampleLayer:
        keys = ("A", "B") if vintage == "old" else ("A1", "A2", "B")
        return ExampleLayer(keys, np.full(len(keys), 1e4))

    def parents(self, _level: str, _coarser: str, _vintage: str, /) -> Mapping[str, str]:
        return {}

    def crosswalk(self, old: str, new: str, _level: str, /) -> Weights:
        if (old, new) != ("old", "new"):
            raise NoAnswerError("No conversion from {old} to {new}.", old=old, new=new)
        return Weights(pa.table({"from": ["A", "A", "B"], "to": ["A1", "A2", "B"], "weight": [0.25, 0.75, 1.0]}))


def files(text: str, name: str, level: str = "area", vintage: str = "1", absent: str = "", **more: Any) -> FactFile:
    table = facts_of(name, text, level)
    table = table.set_column(table.schema.get_field_index("vintage"), "vintage", pa.array([vintage] * len(table)))
    table = table.append_column("file", pa.array([f"{name}.csv"] * len(table)))
    table = table.append_column("row", pa.array(range(2, len(table) + 2), pa.int64()))
    return FactFile(table, **{"delivery": "1", "sequence": 1, "source": name, "absent": absent, **more})


def figures(names: list[str], store: Store, areas: Any, level: str, periods: list[str], **more: Any) -> Figures:
    return compute([CATALOGUE[name] for name in names], store, areas, level, periods, **more)


OLD = """
area | period | nationality | residence | persons
A    | 2020   | german      | main      | 60
A    | 2020   | eu          | main      | 20
B    | 2020   | german      | main      | 90
B    | 2020   | non_eu      | main      | 10
"""
NEW = """
area | period | nationality | residence | persons
A1   | 2022   | german      | main      | 15
A1   | 2022   | eu          | main      | 10
A2   | 2022   | german      | main      | 45
A2   | 2022   | eu          | main      | 15
B    | 2022   | german      | main      | 80
B    | 2022   | non_eu      | main      | 20
"""


def reformed() -> Store:
    return Store(
        {
            "population": [
                files(OLD, "population", vintage="old"),
                files(NEW, "population", vintage="new", source="later"),
            ]
        }
    )


def test_each_period_stands_on_the_areas_of_its_facts() -> None:
    found = figures(["share_foreigners"], reformed(), Reform(), "area", ["2020", "2022"])
    rows = [(row["area"], row["vintage"], row["period"], row["value"], row["flag"]) for row in found.table.to_pylist()]
    assert rows == [
        ("A", "old", "2020", 25.0, "ok"),
        ("B", "old", "2020", 10.0, "ok"),
        ("A1", "new", "2022", 40.0, "ok"),
        ("A2", "new", "2022", 25.0, "ok"),
        ("B", "new", "2022", 20.0, "ok"),
    ]


def test_a_series_crosses_a_reform_with_converted_counts() -> None:
    found = figures(["share_foreigners", "population_total"], reformed(), Reform(), "area", ["2020"], vintage="new")
    assert [row["flag"] for row in found.table.to_pylist()] == ["estimated", "estimated", "ok"] * 2
    assert found.row("population_total", "A1", 2020)["value"] == 20.0
    assert found.row("share_foreigners", "A2", 2020)["value"] == 25.0


def test_areas_divided_within_one_coarser_area_leave_it_exact() -> None:
    @dataclass(frozen=True)
    class Town(Reform):
        levels: tuple[str, ...] = ("area", "town")

        def layer(self, level: str, vintage: str, /) -> ExampleLayer:
            return ExampleLayer(("T",), np.array([1e4])) if level == "town" else Reform().layer(level, vintage)

        def parents(self, _level: str, _coarser: str, _vintage: str, /) -> Mapping[str, str]:
            return dict.fromkeys(("A", "A1", "A2", "B"), "T")

    found = figures(["population_total"], reformed(), Town(), "town", ["2020"], vintage="new")
    assert found.table["value"].to_pylist() == [180]
    assert found.table["flag"].to_pylist() == ["ok"]


def test_a_change_across_a_reform_is_an_estimate_where_areas_were_divided() -> None:
    found = figures(["change_share_foreigners_2y"], reformed(), Reform(), "area", ["2022"])
    rows = [(row["area"], row["value"], row["flag"]) for row in found.table.to_pylist()]
    assert rows == [("A1", 15.0, "estimated"), ("A2", 0.0, "estimated"), ("B", 10.0, "ok")]


def test_without_a_conversion_the_figure_is_missing_and_says_why() -> None:
    found = figures(["share_foreigners"], reformed(), Reform(), "area", ["2020", "2022"], vintage="old")
    assert {row["flag"] for row in found.at(2022).table.to_pylist()} == {"missing"}
    assert any("no conversion" in gap["what"] and gap["values"]["asked"] == "old" for gap in found.notes["gaps"])


def test_a_coarser_level_that_was_delivered_stands_where_the_sum_has_a_hole() -> None:
    fine = "area|period|persons\nA|2024|20\nB|2024|x\nC|2024|7"
    coarse = "area|period|persons\nP|2024|26\nQ|2024|99"
    people = "area|period|age|residence|persons\nA|2024|30|main|100\nB|2024|30|main|30\nC|2024|30|main|70"
    parts = [files(fine, "unemployed"), files(coarse, "unemployed", "parent", delivery="2", source="b")]
    store = Store({"unemployed": parts, "population": [files(people, "population")]})
    found = figures(["unemployment_share"], store, FLAT, "parent", ["2024"])
    assert [(row["numerator"], row["value"], row["flag"]) for row in found.table.to_pylist()] == [
        (26.0, 20.0, "ok"),
        (7.0, 10.0, "ok"),
    ]
    assert not found.descriptions[0].protected_at_source  # the register is open
    safe = {"unemployed": [replace(one, protected=True) for one in parts]}
    safe["population"] = [files(people, "population", protected=True)]
    closed = figures(["unemployment_share"], Store(safe), FLAT, "parent", ["2024"])
    assert closed.descriptions[0].protected_at_source
    alone = Store(
        {
            "unemployed": [files(fine, "unemployed")],
            "population": [files("area|period|age|residence|persons\nA|2024|30|main|9", "population")],
        }
    )
    assert (
        figures(["unemployment_share"], alone, FLAT, "parent", ["2024"]).row("unemployment_share", "P", 2024)["flag"]
        == "suppressed_at_source"
    )


def test_facts_coarser_than_asked_are_not_spread() -> None:
    births = files("area|period|births\nP|2024|5", "births", "parent")
    deaths = files("area|period|deaths\nA|2024|1\nB|2024|1\nC|2024|1", "deaths")
    people = files("area|period|residence|persons\nA|2023|main|9\nA|2024|main|9", "population")
    store = Store({"births": [births], "deaths": [deaths], "population": [people]})
    found = figures(["natural_balance_rate", "population_total"], store, FLAT, "area", ["2024"])
    assert {row["flag"] for row in found.select("natural_balance_rate").table.to_pylist()} == {"missing"}
    assert any("coarser" in gap["what"] for gap in found.notes["gaps"])


def test_one_breakdown_answers_not_the_sum_of_all() -> None:
    """The same persons twice: by age, and by nationality."""
    by_age = "area|period|age|residence|persons\nA|2024|10|main|30\nA|2024|40|main|70"
    by_nationality = "area|period|nationality|residence|persons\nA|2024|german|main|80\nA|2024|foreign|main|20"
    parts = [files(by_age, "population"), files(by_nationality, "population", source="other", delivery="2")]
    found = figures(
        ["population_total", "share_under_18", "share_foreigners"], Store({"population": parts}), FLAT, "area", ["2024"]
    )
    assert [found.value(name, "A", 2024) for name in found.indicators] == [100.0, 30.0, 20.0]


def test_unreliable_and_provisional_values_are_kept_and_marked() -> None:
    store = Store(
        {"population": [files("area|period|residence|persons\nA|2024|main|/30\nB|2024|main|40", "population")]}
    )
    found = figures(["population_total"], store, FLAT, "area", ["2024"])
    assert [(row["value"], row["flag"]) for row in found.table.to_pylist()] == [
        (30.0, "estimated"),
        (40.0, "ok"),
        (0.0, "ok"),
    ]


def test_keys_that_are_not_on_the_map_are_told() -> None:
    store = Store({"population": [files("area|period|residence|persons\nA|2024|main|30\nX|2024|main|4", "population")]})
    gap = figures(["population_total"], store, FLAT, "area", ["2024"]).notes["gaps"][0]
    assert gap["values"]["number"] == 1
    assert "not among the areas" in gap["what"]


def test_years_of_a_school_year_and_a_quarter() -> None:
    text = "area|period|certificate|persons\n" + "\n".join(
        f"A|{year}|{code}|{n}" for year in ("2021/22", "2022/23", "2023/24") for code, n in (("none", 1), ("middle", 9))
    )
    found = figures(
        ["school_leavers_without_certificate"],
        Store({"school_leavers": [files(text, "school_leavers")]}),
        FLAT,
        "area",
        ["2023/24"],
    )
    assert found.row("school_leavers_without_certificate", "A", "2023/24")["numerator"] == 3.0


def test_nothing_to_count_is_an_error_with_its_reasons() -> None:
    store = Store({"population": [files("area|period|residence|persons\nA|2024|main|30", "population")]})
    with pytest.raises(NoAnswerError, match="'population' are not broken down by age\\."):
        figures(["share_under_18"], store, FLAT, "area", ["2024"])
    with pytest.raises(NoAnswerError) as caught:
        figures(["share_under_18"], store, FLAT, "area", ["2024"])
    assert caught.value.say("de").startswith(
        "Keine der Kennzahlen lässt sich angeben. Die gelieferten Fakten „population“"
    )
    with pytest.raises(CallError, match="no level 'street'"):
        figures(["population_total"], store, FLAT, "street", ["2024"])


def test_the_rows_behind_a_figure() -> None:
    people = (
        "area|period|age|residence|persons\nA|2024|10|main|30\nB|2024|40|main|70\nC|2024|10|main|9\nA|2024|10|second|2"
    )
    store = Store({"population": [files(people, "population")]})
    found = trace(CATALOGUE["share_under_18"], store, FLAT, "P", "parent", "2024")
    rows = [
        (row["role"], row["area"], row["amount"], row["file"], row["row"], row["delivery"]) for row in found.to_pylist()
    ]
    assert rows == [
        ("numerator", "A", 30.0, "population.csv", 2, "1"),
        ("denominator", "A", 30.0, "population.csv", 2, "1"),
        ("denominator", "B", 70.0, "population.csv", 3, "1"),
    ]
    with pytest.raises(CallError, match="no area 'Z'"):
        trace(CATALOGUE["share_under_18"], store, FLAT, "Z", "area", "2024")


def test_a_trace_follows_changes_conversions_and_parts() -> None:
    found = trace(CATALOGUE["change_share_foreigners_2y"], reformed(), Reform(), "A1", "area", "2022")
    assert {(row["period"], row["area"], row["vintage"], row["role"]) for row in found.to_pylist()} == {
        ("2022", "A1", "new", "numerator"),
        ("2022", "A1", "new", "denominator"),
        ("2020", "A", "old", "numerator"),
        ("2020", "A", "old", "denominator"),
    }
    assert sum(row["amount"] for row in found.to_pylist() if row["role"] == "denominator") == 105.0


def test_a_description_carries_what_protection_needs() -> None:
    poverty, gap = describe(CATALOGUE["child_poverty_u15"]), describe(CATALOGUE["employment_gap_foreigners"])
    assert (poverty.minimum, poverty.counts, poverty.part_of_denominator, poverty.kind) == (3, True, True, "ratio")
    assert poverty.facts == ("sgb2_persons", "population")
    assert poverty.conditions["numerator"] == [{"facts": "sgb2_persons", "where": {"age": {"below": 15}}}]
    assert gap.parts == ("employment_rate",)
    assert replace(poverty, minimum=5).minimum == 5
    assert not describe(CATALOGUE["youth_dependency_ratio"]).part_of_denominator


def test_periods_with_the_same_reason_stand_together() -> None:
    store = Store({"population": [files("area|period|residence|persons\nA|2024|main|30", "population")]})
    found = figures(["population_total"], store, FLAT, "area", ["2021", "2022", "2024"])
    assert found.notes["gaps"] == [
        {
            "what": "No delivery holds the facts '{facts}' for {period}.",
            "values": {"facts": "population", "period": "2021, 2022"},
        }
    ]


def test_facts_are_counted_once_for_all_levels() -> None:
    store = Store({"population": [files("area|period|residence|persons\nA|2024|main|30\nC|2024|main|4", "population")]})
    asked: list[Any] = []
    run = store.run
    store.run = lambda expression: asked.append(expression) or run(expression)  # type: ignore[func-returns-value, method-assign]
    figures(["population_total", "population_density"], store, FLAT, "area", ["2024"])
    queries = len(asked)
    found = figures(["population_total", "population_density"], store, FLAT, "parent", ["2024"])
    assert found.value("population_total", "P", 2024) == 30.0
    assert (queries, len(asked)) == (1, 1)


def test_bases_of_people_are_protected_where_the_numerator_counts_something_else() -> None:
    doctors, age, median = (describe(CATALOGUE[name]) for name in ("gp_density", "mean_age", "median_wage"))
    assert (doctors.counts, list(doctors.conditions)) == (True, ["denominator"])
    assert (age.counts, list(age.conditions)) == (True, ["denominator"])
    assert (median.counts, median.conditions) == (False, {})


def test_there_is_no_change_across_a_break() -> None:
    base = CATALOGUE["share_foreigners"]
    broken = base.model_copy(update={"id": "broken", "breaks": CATALOGUE["sgb2_rate"].breaks})
    change = CATALOGUE["change_share_foreigners_2y"].model_copy(update={"of": "broken"})
    found = compute([change], reformed(), Reform(), "area", ["2022"], known={**CATALOGUE, "broken": broken})
    assert {row["flag"] for row in found.table.to_pylist()} == {"not_applicable"}
    assert any("across the break" in gap["what"] for gap in found.notes["gaps"])


def test_a_delivered_value_fills_what_cannot_be_counted_on_its_own_level_only() -> None:
    given = files(
        "area|period|indicator|value\nA|2024|unemployment_share|7.5\nC|2024|unemployment_share|x", "delivered"
    )
    found = figures(["unemployment_share"], Store({"delivered": [given]}), FLAT, "area", ["2024"])
    assert [(row["value"], row["flag"]) for row in found.table.to_pylist()] == [
        (7.5, "ok"),
        (None, "missing"),
        (None, "suppressed_at_source"),
    ]
    with pytest.raises(NoAnswerError):
        figures(["unemployment_share"], Store({"delivered": [given]}), FLAT, "parent", ["2024"])
    with pytest.raises(NoAnswerError, match="a value of 'median_wage' for 2024 on 'area'"):
        figures(["median_wage"], Store({"delivered": [given]}), FLAT, "area", ["2024"])


YOUNG = """
area | period | age   | residence | persons
A    | 2020   | 0-17  | main      | 20
"""
GROWN = """
area | period | age   | residence | persons
A    | 2020   | 18-64 | main      | 60
"""


def test_a_delivery_of_some_ages_does_not_answer_for_all() -> None:
    """Who delivers adults only says nothing about children: no 0 percent, and no total that lacks them."""
    grown = Store({"population": [files(GROWN, "population", absent="zero")]})
    with pytest.raises(NoAnswerError, match="part of the ages"):
        figures(["share_under_18"], grown, FLAT, "area", ["2020"])
    both = [
        files(GROWN, "population", absent="zero"),
        replace(files(YOUNG, "population", absent="zero"), source="other"),
    ]
    with pytest.raises(NoAnswerError, match="part of the ages"):
        figures(["share_under_18"], Store({"population": both}), FLAT, "area", ["2020"])
