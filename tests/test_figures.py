"""Figures: a table with what a reader must know beside it; copies go out, nothing comes back in."""

from __future__ import annotations

import dataclasses

import pyarrow as pa
import pytest

from sozialraum.errors import CallError, MismatchError
from sozialraum.figures import CORE, Credit, Description, Figures, Release, together

RATE = Description("sgb2_rate", {"de": "SGB-II-Quote"})
POPULATION = Description("population", {"de": "Bevölkerung <gesamt>"}, unit="persons")


def figures(
    rows: list[tuple[str, str, str, float | None]], *descriptions: Description, **extra: list[object]
) -> Figures:
    """Figures of (area, period, indicator, value); the level is told by the length of the key."""
    columns = {
        "area": [area for area, *_ in rows],
        "level": ["district" if len(area) == 2 else "planning_area" for area, *_ in rows],
        "vintage": ["2021"] * len(rows),
        "period": [period for _, period, *_ in rows],
        "indicator": [indicator for _, _, indicator, _ in rows],
        "value": [value for *_, value in rows],
        "flag": ["missing" if value is None else "ok" for *_, value in rows],
    }
    empty = {name: [None] * len(rows) for name in CORE.names if name not in columns}
    table = pa.table({name: pa.array({**columns, **empty}[name], CORE.field(name).type) for name in CORE.names})
    for name, values in extra.items():
        table = table.append_column(name, pa.array(values))
    return Figures(table, descriptions or (RATE, POPULATION))


@pytest.fixture
def both() -> Figures:
    return figures(
        [
            ("0101", "2024", "sgb2_rate", 12.5),
            ("0102", "2024", "sgb2_rate", None),
            ("0101", "2023", "sgb2_rate", 11.0),
            ("01", "2024", "population", 900.0),
        ]
    )


def test_what_is_in_them(both: Figures) -> None:
    assert both.indicators == ("sgb2_rate", "population")
    assert both.periods == ("2023", "2024")
    assert both.levels == ("district", "planning_area")
    assert len(both) == 4


def test_selecting_keeps_rows_descriptions_and_order(both: Figures) -> None:
    chosen = both.select("sgb2_rate").at(2024).on("planning_area")
    assert chosen.indicators == ("sgb2_rate",)
    assert chosen.table["area"].to_pylist() == ["0101", "0102"]
    assert len(both) == 4


def test_one_value(both: Figures) -> None:
    assert both.value("sgb2_rate", "0101", 2023) == 11.0
    assert both.value("sgb2_rate", "0102", "2024") is None
    assert both.row("population", "01", 2024)["flag"] == "ok"


def test_what_is_not_there_is_said_with_what_there_is(both: Figures) -> None:
    with pytest.raises(CallError, match=r"No figures for 'poverty'; there are: sgb2_rate, population\."):
        both.select("poverty")
    with pytest.raises(CallError, match=r"No figure 'sgb2_rate' for area '9999' in 2024\."):
        both.value("sgb2_rate", "9999", 2024)


def test_figures_are_values_that_cannot_be_changed(both: Figures) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        both.table = None  # type: ignore[misc]
    frame = both.to_pandas()
    frame["value"] = 0.0
    assert both.value("sgb2_rate", "0101", 2023) == 11.0


def test_a_table_without_the_core_columns_is_refused() -> None:
    with pytest.raises(MismatchError, match="A figures table starts with"):
        Figures(pa.table({"area": ["01"]}), ())


def test_wide_has_one_column_for_each_indicator_and_empty_where_there_is_no_value(both: Figures) -> None:
    wide = both.wide()
    assert wide.schema.names == ["area", "level", "vintage", "period", "sgb2_rate", "population"]
    rows = {(row["area"], row["period"]): row for row in wide.to_pylist()}
    assert rows["0101", "2024"]["sgb2_rate"] == 12.5
    assert rows["01", "2024"]["population"] == 900.0
    assert rows["01", "2024"]["sgb2_rate"] is None


def test_together_fills_columns_that_a_part_lacks() -> None:
    one = figures([("0101", "2024", "sgb2_rate", 1.0)], RATE)
    other = figures([("0101", "2024", "population", 9.0)], POPULATION, rank=[1])
    joined = together([one, other])
    assert joined.table["rank"].to_pylist() == [None, 1]
    assert joined.indicators == ("sgb2_rate", "population")
    with pytest.raises(CallError, match="There are no figures"):
        together([])


def test_together_keeps_every_credit_once() -> None:
    part = dataclasses.replace(figures([("0101", "2024", "sgb2_rate", 1.0)], RATE), credits=(Credit("register"),))
    other = dataclasses.replace(figures([("01", "2024", "population", 1.0)], POPULATION), credits=(Credit("register"),))
    assert together([part, other]).credits == (Credit("register"),)


def test_a_notebook_shows_titles_escaped_and_says_unprotected(both: Figures) -> None:
    shown = both._repr_html_()
    assert "Bevölkerung &lt;gesamt&gt;" in shown
    assert "unprotected" in shown


def test_a_release_is_named_by_name_and_version(both: Figures) -> None:
    record = {"audit": {"suppressed": 2}, "notes": {"thresholds": [1]}}
    release = Release("2024", 3, both.table, pa.table({"area": ["01"]}), both.descriptions, (), record)
    assert release.label == "2024-3"
    assert release.audit() == {"suppressed": 2}
    assert release.figures.notes == {"thresholds": [1]}
    assert release.figures.value("sgb2_rate", "0101", 2023) == 11.0
