"""What a notebook shows: German numbers, marks instead of values, a map with its legend; frames with outlines."""

from __future__ import annotations

import dataclasses
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely

from sozialraum.errors import CallError
from sozialraum.figures import Figures
from sozialraum.indicators import catalogue, compute
from sozialraum.indicators.examples import ExampleAreas, facts_of
from sozialraum.notebook import classes, number, place
from sozialraum.store import FactFile, Store

KEYS = ("A", "B", "C")


@dataclasses.dataclass(frozen=True)
class Squares:
    """Three squares of 1 km beside one another."""

    level: str = "area"
    vintage: str = "1"
    keys: tuple[str, ...] = KEYS
    labels: tuple[str, ...] = ("Alt & Neu", "Bergfeld", "Am See")
    crs: str = "EPSG:25833"

    @property
    def geometry(self) -> Any:
        return np.array([shapely.box(1000 * x, 0, 1000 * x + 1000, 1000) for x in range(3)])

    def layer(self, _level: str, _vintage: str) -> Squares:
        return self

    def simplified(self, _level: str, _vintage: str, _tolerance_m: float) -> Squares:
        return self


@pytest.fixture
def shares() -> Figures:
    text = "area|period|age|residence|persons\nA|2024|10|main|1250\nA|2024|40|main|3750\nB|2024|10|main|1\nB|2024|40|main|9"
    store = Store({"population": [FactFile(facts_of("population", text), "1", 1, "register")]})
    return compute([catalogue()["share_under_18"]], store, ExampleAreas(KEYS), "area", ["2024"])


def test_numbers_have_their_german_form() -> None:
    assert [number(1234.56, 1), number(-0.5, 1), number(1000000, 0)] == ["1.234,6", "−0,5", "1.000.000"]


def test_a_table_shows_values_intervals_and_marks(shares: Figures) -> None:
    shown = shares._repr_html_()
    assert "<td>A</td><td>2024</td><td>Unter 18-Jährige</td>" in shown
    assert ">25,0</td><td>23,8 bis 26,2</td>" in shown
    assert ">nicht anwendbar</td>" in shown
    assert "<svg" not in shown


def test_a_map_stands_beside_the_table_where_outlines_are_known(shares: Figures) -> None:
    shown = dataclasses.replace(shares, areas=Squares())._repr_html_()
    drawing = ElementTree.fromstring(shown[shown.index("<svg") : shown.index("</svg>") + 6])
    titles = [path.findtext("title") for path in drawing.findall("path")]
    assert titles == ["Alt & Neu: 25,0", "Bergfeld: 10,0", "Am See: nicht anwendbar"]
    assert len({path.get("fill") for path in drawing.findall("path")}) == 3
    assert drawing.findall("path")[0].get("d", "").startswith("M100.0 100.0L100.0 0.0")
    assert "10,0 bis 25,0" in shown
    assert "kein Wert" in shown


def test_classes_hold_about_the_same_number_and_every_value_has_one() -> None:
    values = [float(value) for value in range(100)]
    limits = classes(values)
    assert limits == [0.0, 20.0, 40.0, 60.0, 80.0, 99.0]
    assert np.bincount([place(value, limits) for value in values]).tolist() == [20] * 5
    assert classes([]) == []
    assert [place(3.0, classes([3.0, 3.0])), len(classes([3.0]))] == [0, 2]


def test_a_geodata_frame_has_labels_and_outlines(shares: Figures) -> None:
    frame = shares.to_geopandas(Squares())
    assert frame["label"].tolist() == ["Alt & Neu", "Bergfeld", "Am See"]
    assert frame.crs.to_epsg() == 25833
    assert frame.geometry.area.tolist() == [1e6] * 3
    with pytest.raises(CallError, match="no outlines"):
        shares.to_geopandas()


def test_outlines_stay_when_rows_are_chosen_and_are_no_part_of_equality(shares: Figures) -> None:
    known = dataclasses.replace(shares, areas=Squares())
    assert known.at(2024).select("share_under_18").areas == Squares()
    assert "Squares" not in repr(known)
