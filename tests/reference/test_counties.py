"""City and hinterland in Germany: 106 cities beside the counties around them, and types of all 400 counties.

Sources: BBSR (INKAR) and Statistik der Bundesagentur für Arbeit, in the German Index of Socioeconomic Deprivation of the Robert
Koch-Institut (CC BY 4.0); © GeoBasis-DE / BKG 2021, VG5000 (dl-de/by-2-0). What stands in docs/methods/flows.md is checked here.
"""

from __future__ import annotations

import csv
import gzip
import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from sozialraum.analysis import peers, similar
from sozialraum.analysis.classification import area_types, type_portraits
from sozialraum.areas import plain_layer
from sozialraum.areas.borders import neighbour_table
from sozialraum.figures import CORE, Description, Figures
from sozialraum.indicators.intervals import wilson

Held = dict[tuple[str, str], dict[str, float]]
TYPED = {
    "unemployed": "higher_worse", "schuldnerquote": "higher_worse", "schulabgaenger_ohne_abschluss": "higher_worse",
    "haushaltseinkommen": "lower_worse", "beschaeftigtenquote": "lower_worse", "beschaeftigte_akademisch": "neutral",
    "bruttoverdienst": "neutral",
}  # fmt: skip


@pytest.fixture(scope="module")
def held(real_data: Path) -> Held:
    found: Held = defaultdict(dict)
    with gzip.open(real_data / "de-gisd-inkar" / "inkar_kreise_indicators.csv.gz", "rt", encoding="utf-8") as file:
        for one in csv.DictReader(file):
            found[one["indicator"], one["year"]][one["AGS"]] = float(one["value"])
    return found


@pytest.fixture(scope="module")
def around(real_data: Path) -> dict[str, list[str]]:
    """City county -> the rural counties that share a border with it."""
    path = real_data / "de-vg5000-2021" / "vg5000_2021.gpkg"
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
        kinds = dict(connection.execute("SELECT AGS, BEZ FROM krs"))
    cities = {key for key, kind in kinds.items() if kind in ("Kreisfreie Stadt", "Stadtkreis")}
    layer = plain_layer(path, "AGS", layer="krs")
    table = neighbour_table(layer.keys, layer.geometry, points=False)
    found: dict[str, list[str]] = {}
    for one, other in zip(table["area"].to_pylist(), table["neighbour"].to_pylist(), strict=True):
        if one in cities and other not in cities:
            found.setdefault(one, []).append(other)
    return found


def rows(indicator: str, period: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    head = {"level": "county", "vintage": "2021", "period": period, "indicator": indicator, "flag": "ok"}
    return [{**head, "area": key, **(one if isinstance(one, dict) else {"value": one})} for key, one in values.items()]


def unemployed(held: Held, year: str) -> dict[str, dict[str, float]]:
    """Registered unemployed of those aged 15 to under 65, percent, with limits."""
    found = {}
    for key, cases in sorted(held["arbeitslose", year].items()):
        people = held["erwerbsfaehige_15_65", year][key]
        low, high = (100 * float(limit) for limit in wilson(cases, people))
        found[key] = {
            "numerator": cases,
            "denominator": people,
            "value": 100 * cases / people,
            "lower": low,
            "upper": high,
        }
    return found


def beside(held: Held, around: dict[str, list[str]], year: str) -> dict[str, dict[str, Any]]:
    """Each city beside all counties around it together."""
    known = unemployed(held, year)
    pairs = [
        (one, other) for one, others in sorted(around.items()) if one in known for other in others if other in known
    ]
    schema = pa.schema([*CORE, ("similar", pa.string())])
    table = [{**row, "similar": other} for one, other in pairs for row in rows("similar", year, {one: None})]
    alike = Figures(pa.Table.from_pylist(table, schema), (Description("similar", {"de": "Umland"}),))
    figures = Figures(
        pa.Table.from_pylist(rows("unemployed", year, known), CORE), (Description("unemployed", {"de": "Arbeitslose"}),)
    )
    return {one["area"]: one for one in peers(figures, alike).table.to_pylist()}


def test_nearly_every_city_has_more_unemployment_than_its_hinterland(held: Held, around: dict[str, list[str]]) -> None:
    told = {}
    for year in ("1998", "2010", "2021"):
        found = beside(held, around, year)
        gaps = [one["value"] for one in found.values()]
        told[year] = (
            len(found),
            dict(Counter(one["direction"] for one in found.values())),
            round(float(np.median(gaps)), 2),
        )
    assert told == {
        "1998": (106, {"higher": 94, "lower": 8, "unclear": 4}, 1.72),
        "2010": (106, {"higher": 100, "lower": 6}, 1.74),
        "2021": (106, {"higher": 104, "unclear": 1, "lower": 1}, 1.75),
    }


def test_flensburg_and_its_county_by_hand(held: Held, around: dict[str, list[str]]) -> None:
    """The hinterland of Flensburg is Schleswig-Flensburg alone, so the gap is a difference of two published rates."""
    assert around["01001"] == ["01059"]
    rate = {
        key: 100 * held["arbeitslose", "2021"][key] / held["erwerbsfaehige_15_65", "2021"][key]
        for key in ("01001", "01059")
    }
    found = beside(held, around, "2021")["01001"]
    assert found["value"] == pytest.approx(rate["01001"] - rate["01059"])
    assert (round(found["value"], 2), round(found["peer_value"], 2), found["direction"]) == (2.77, 4.44, "higher")


@pytest.fixture(scope="module")
def counties(held: Held) -> Figures:
    """Seven figures of all counties in 2016 and 2021."""
    every = []
    for year in ("2016", "2021"):
        for name in TYPED:
            values = unemployed(held, year) if name == "unemployed" else held[name, year]
            keys = sorted(held["arbeitslose", year])
            every += rows(
                name, year, {key: values[key]["value"] if name == "unemployed" else values[key] for key in keys}
            )  # type: ignore[index]
    described = tuple(Description(name, {"de": name}, polarity=side) for name, side in TYPED.items())
    return Figures(pa.Table.from_pylist(every, CORE), described)


def test_two_stable_types_of_counties_keep_their_meaning(counties: Figures) -> None:
    found = area_types(counties, 2, draws=4)
    classes = {(one["area"], one["period"]): one["class"] for one in found.table.to_pylist()}
    assert Counter(one for (_, period), one in classes.items() if period == "2021") == {"1": 246, "2": 154}
    kept = sum(one == classes[area, "2016"] for (area, period), one in classes.items() if period == "2021")
    assert kept == 370
    assert min(min(one["jaccard"].values()) for one in found.notes["area_type"]["periods"]) > 0.75
    burdened = type_portraits(counties, found, 2021)[1]
    assert {one.indicator for one in burdened.striking if one.distance > 0} == {
        "unemployed", "schuldnerquote", "schulabgaenger_ohne_abschluss",
    }  # fmt: skip


def test_the_counties_most_like_flensburg_are_cities(counties: Figures) -> None:
    found = similar(counties.at("2021"), ["01001"], count=5).table.to_pylist()
    assert [one["similar"] for one in found] == ["03402", "05916", "05124", "05116", "07312"]
