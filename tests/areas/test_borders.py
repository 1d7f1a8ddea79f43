"""Neighbours, plainer outlines, files written: on the small town and against slow ways."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from areas_town import BLOCKS, CRS, settings, square

from sozialraum.areas import Areas, area_layer, areas_settings, read_areas, write_geopackage
from sozialraum.areas.borders import clean, neighbour_table, simplified_shapes
from sozialraum.errors import NoAnswerError


@pytest.fixture
def areas(town: Path) -> Areas:
    return read_areas(town, areas_settings(settings()))


def test_neighbours_share_a_border(areas: Areas) -> None:
    table = areas.neighbours("block", "2020")
    found = {(row["area"], row["neighbour"]): row["shared_border_m"] for row in table.to_pylist()}
    assert found["010101", "010102"] == found["010102", "010101"] == 100
    assert ("010101", "010202") not in found  # they meet in a corner
    assert len(found) == 2 * 7
    corners = areas.neighbours("block", "2020", points=True).to_pylist()
    assert len(corners) == 2 * 11
    assert {"area": "010101", "neighbour": "010202", "shared_border_m": 0.0} in corners


def test_neighbours_equal_the_slow_way() -> None:
    rng = np.random.default_rng(7)
    points = shapely.multipoints(rng.uniform(0, 1000, (60, 2)))
    shapes = np.array(shapely.get_parts(shapely.voronoi_polygons(points)), dtype=object)
    keys = [f"{place:02d}" for place in range(len(shapes))]
    slow = {
        (keys[a], keys[b]): shapely.length(shapely.intersection(one, other))
        for a, one in enumerate(shapes)
        for b, other in enumerate(shapes)
        if a != b and shapely.length(shapely.intersection(one, other)) > 1e-9
    }
    table = neighbour_table(keys, shapes)
    fast = dict(
        zip(
            zip(table["area"].to_pylist(), table["neighbour"].to_pylist(), strict=True),
            table["shared_border_m"].to_pylist(),
            strict=True,
        )
    )
    assert fast == pytest.approx(slow)


def test_borders_without_common_corners_are_found() -> None:
    table = neighbour_table(["a", "b", "c"], np.array([square(0, 0), square(100, 0, 50, 50), square(100, 50, 50, 50)]))
    assert [(row["area"], row["neighbour"], row["shared_border_m"]) for row in table.to_pylist()][:2] == [
        ("a", "b", 50),
        ("a", "c", 50),
    ]


def test_an_island_has_no_neighbours() -> None:
    assert neighbour_table(["a", "b"], np.array([square(0, 0), square(500, 0)])).num_rows == 0


def test_an_area_under_another_is_refused() -> None:
    with pytest.raises(NoAnswerError, match="1 areas lie completely under"):
        clean(np.array([square(0, 0), square(0, 0)]))


def test_simplified_areas_keep_common_borders(areas: Areas) -> None:
    rng = np.random.default_rng(3)
    wave = [(500_000 + x, 6_000_050 + rng.uniform(-3, 3)) for x in range(0, 301, 2)]
    south = shapely.Polygon([(500_000, 6_000_000), *wave, (500_300, 6_000_000)])
    north = shapely.Polygon([(500_000, 6_000_100), *wave, (500_300, 6_000_100)])
    found = simplified_shapes(np.array([south, north]), 15)
    assert shapely.coverage_is_valid(found)
    assert shapely.get_num_coordinates(found).sum() < 30
    assert shapely.area(found).sum() == pytest.approx(30_000)
    assert areas.simplified("block", "2020", 20).keys == tuple(BLOCKS)


def test_nothing_vanishes_however_coarse() -> None:
    shapes = np.array([square(0, 0), square(100, 0, 1, 1), square(101, 0)])
    found = simplified_shapes(shapes, 10_000)
    assert (shapely.area(found) > 0).all()
    assert shapely.is_valid(found).all()


def test_written_layers_come_back(tmp_path: Path, areas: Areas) -> None:
    layers = {"blocks": areas.layer("block", "2020"), "districts": areas.layer("district", "2020")}
    parents = {
        "blocks": {
            "quarter": areas.parents("block", "quarter", "2020"),
            "district": areas.parents("block", "district", "2020"),
        }
    }
    for name in ("areas/town.gpkg", "again.gpkg"):
        write_geopackage(tmp_path / name, layers, parents)
    assert (tmp_path / "areas" / "town.gpkg").read_bytes() == (tmp_path / "again.gpkg").read_bytes()
    assert not list(tmp_path.glob("**/.writing*"))
    table = settings(
        key="key", name="name", parent={"quarter": {"column": "quarter"}, "district": {"column": "district"}}
    )
    table["vintage"][0]["layer"]["district"] |= {"key": "key", "name": "name"}
    again = read_areas(tmp_path, areas_settings(table))
    assert again.hierarchy("2020").equals(areas.hierarchy("2020"))
    assert shapely.equals(again.layer("block", "2020").geometry, areas.layer("block", "2020").geometry).all()


def test_a_layer_from_plain_values_is_sorted() -> None:
    layer = area_layer("block", "x", ["b", "a"], ["Same", "Same"], [square(0, 0), square(100, 0)], CRS)
    assert (layer.keys, layer.labels) == (("a", "b"), ("Same (a)", "Same (b)"))
    assert layer.bounds == (500_000, 6_000_000, 500_200, 6_000_100)
    assert shapely.from_wkb(layer.wkb()[0]).equals(square(100, 0))
    assert shapely.contains(layer.geometry, layer.points).all()
    assert layer.table().column_names == ["area", "level", "vintage", "name", "label", "area_m2", "geometry"]
