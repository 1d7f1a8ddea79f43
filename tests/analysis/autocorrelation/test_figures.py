"""Figures in, figures out: rows of the whole and of areas, flags, neighbourhoods of a layer."""

from __future__ import annotations

import pyarrow as pa
import pytest
import shapely

from sozialraum.analysis.autocorrelation import autocorrelation, neighbourhood
from sozialraum.areas import AreaLayer, area_layer
from sozialraum.errors import CallError
from sozialraum.figures import CORE, Description, Figures
from tests.analysis.autocorrelation.test_values import K

KEYS = [f"{at:02d}" for at in range(26)]


def layer() -> AreaLayer:
    """25 squares and an island."""
    shapes = [shapely.box(at % 5, at // 5, at % 5 + 1, at // 5 + 1) for at in range(25)]
    return area_layer("block", "v", KEYS, KEYS, [*shapes, shapely.box(90, 90, 91, 91)], "EPSG:25833")


def rates(gap: str = "", level: str = "block") -> Figures:
    held = dict(zip(KEYS, [*K.tolist(), 5.0], strict=True))
    rows = [
        {
            "area": key,
            "level": level,
            "vintage": "v",
            "period": "2020",
            "indicator": "rate",
            "value": value,
            "flag": "ok",
        }
        for key, value in held.items()
        if key != gap
    ]
    return Figures(pa.Table.from_pylist(rows, CORE), (Description("rate", {"de": "Rate", "en": "Rate"}),))


def test_rows_of_the_whole_and_of_areas() -> None:
    found = autocorrelation(rates(), layer(), draws=99)
    rows = {(row["indicator"], row["area"]): row for row in found.table.to_pylist()}
    assert rows["rate.moran", "total"]["value"] == pytest.approx(-0.005894805406, rel=1e-9)
    assert rows["rate.moran", "total"]["expected"] == pytest.approx(-1 / 24)
    assert rows["rate.geary", "total"]["value"] == pytest.approx(0.930410356619, rel=1e-9)
    assert rows["rate.hot_spot", "00"]["value"] == pytest.approx(-1.161199550, rel=1e-8)
    assert rows["rate.local_moran", "00"]["pattern"] == "unclear"
    assert rows["rate.local_moran", "25"]["flag"] == "not_applicable"
    assert len(rows) == 2 + 2 * 26
    assert found.indicators == ("rate.moran", "rate.geary", "rate.local_moran", "rate.hot_spot")


def test_a_missing_value_is_missing() -> None:
    found = autocorrelation(rates(gap="12"), layer(), draws=0)
    rows = [row for row in found.table.to_pylist() if row["area"] == "12"]
    assert [(row["value"], row["flag"]) for row in rows] == [(None, "missing")] * 2


def test_neighbourhoods_of_a_layer() -> None:
    assert neighbourhood(layer(), "rook").count[12] == 4
    assert neighbourhood(layer(), "distance", 1.0).count[12] == 4
    assert neighbourhood(layer(), "nearest", 4).count[12] == 4
    for kind, size in (("queen", 5), ("distance", None), ("bishop", None)):
        with pytest.raises(CallError, match="Neighbours are one of"):
            neighbourhood(layer(), kind, size)
    with pytest.raises(CallError, match="level 'block'"):
        autocorrelation(rates(level="quarter"), layer())
