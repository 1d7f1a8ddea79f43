"""Figures in, figures out: rows of the whole and of places, missing places, several periods."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from sozialraum.analysis.places import Places, places_of
from sozialraum.analysis.spatial_segregation import environment
from sozialraum.areas import area_layer
from sozialraum.errors import MismatchError, NoAnswerError
from sozialraum.figures import CORE, Description, Figures

PEOPLE = {"01": (30.0, 10.0), "02": (20.0, 20.0), "03": (5.0, 35.0), "04": (40.0, 0.0)}
PLACES = Places(("01", "02", "03", "04"), np.array([[0.0, 0.0], [300.0, 0.0], [0.0, 400.0], [np.nan, np.nan]]))


def counts(missing: str = "", periods: tuple[str, ...] = ("2020",)) -> Figures:
    rows = [
        {
            "area": area,
            "level": "block",
            "vintage": "v",
            "period": period,
            "indicator": name,
            "value": value,
            "flag": "ok",
        }
        for period in periods
        for area, values in PEOPLE.items()
        for name, value in zip(("german", "foreign"), (None, None) if area == missing else values, strict=True)
    ]
    described = tuple(Description(one, {"de": one, "en": one}, unit="persons") for one in ("german", "foreign"))
    return Figures(pa.Table.from_pylist(rows, CORE), described)


def test_rows_of_the_whole_and_of_places() -> None:
    found = environment(counts(), PLACES, radii=(600.0,), nearest=(50.0,))
    rows = found.table.to_pylist()
    whole = {(row["indicator"], row["radius_m"], row["people"]): row["value"] for row in rows if row["area"] == "total"}
    assert set(whole) == {
        (f"segregation.{name}", *scale)
        for scale in ((600.0, None), (None, 50.0))
        for name in ("spatial_h", "spatial_d", "spatial_exposure", *(("distance",) if scale[1] else ()))
    }
    around = [row["value"] for row in rows if row["area"] == "01" and row["radius_m"]]
    assert around == pytest.approx([(30 + 10 + 5 / 3) / (40 + 20 + 40 / 3), (10 + 10 + 35 / 3) / (40 + 20 + 40 / 3)])
    assert [row["flag"] for row in rows if row["area"] == "04"] == ["missing"]
    assert set(found.indicators) == {row["indicator"] for row in rows}


def test_each_period_by_itself() -> None:
    one, two = (environment(counts(periods=one), PLACES) for one in (("2020",), ("2020", "2021")))
    assert two.at("2020").table.to_pylist() == one.table.to_pylist()
    assert len(two) == 2 * len(one)


def test_areas_of_a_layer_bring_their_size() -> None:
    import shapely

    shapes = [shapely.box(at * 500, 0, at * 500 + 500, 500 + 100 * at) for at in range(4)]
    layer = area_layer("block", "v", list(PEOPLE), list(PEOPLE), shapes, "EPSG:25833")
    found = environment(counts(), places_of(layer))
    assert {"segregation.acl", "segregation.aco", "segregation.delta", "segregation.macro_to_micro"} <= set(
        found.indicators
    )


def test_missing_counts_and_missing_places_are_refused() -> None:
    with pytest.raises(NoAnswerError, match="lack a count"):
        environment(counts(missing="02"), PLACES)
    with pytest.raises(MismatchError, match="No area has a place"):
        environment(counts(), Places(("x",), np.full((1, 2), 5e5)))
