"""Vector tiles: read again by a reader of our own, they hold every area with its outline, and neighbours still touch."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from sozialraum.reports import prepared
from sozialraum.web.figures.maps import choice, geometry, views
from sozialraum.web.figures.maps.choice import chosen
from sozialraum.web.figures.maps.classes import classed
from sozialraum.web.figures.maps.geometry import DEGREE
from sozialraum.web.figures.maps.tiles import BUFFER, EXTENT, Squares, squares
from sozialraum.web.ready.keeping import Shelf
from sozialraum.web.ready.stock import Stock
from tests.reports.conftest import make_release
from tests.web.conftest import Show

VIEW = prepared(make_release(), "de")
SQUARES = squares(VIEW, "planning_area")


def fields(content: bytes) -> list[tuple[int, Any]]:
    """Number and content of every field of a protocol buffer."""
    found, at = [], 0
    while at < len(content):
        tag, at = varint(content, at)
        value, at = varint(content, at)
        if tag & 7 == 2:
            found.append((tag >> 3, content[at : at + value]))
            at += value
        else:
            found.append((tag >> 3, value))
    return found


def varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        one = content[at]
        value, shift, at = value | (one & 127) << shift, shift + 7, at + 1
        if one < 128:
            return value, at


def numbers(content: bytes) -> list[int]:
    found, at = [], 0
    while at < len(content):
        value, at = varint(content, at)
        found.append(value)
    return found


def rings(geometry_: list[int]) -> list[np.ndarray]:
    """The rings of a polygon after the specification 2.1, section 4.3."""
    found: list[list[tuple[int, int]]] = []
    at, x, y = 0, 0, 0
    while at < len(geometry_):
        command, times = geometry_[at] & 7, geometry_[at] >> 3
        at += 1
        for _ in range(times if command != 7 else 0):
            dx, dy = ((one >> 1) ^ -(one & 1) for one in geometry_[at : at + 2])
            x, y, at = x + dx, y + dy, at + 2
            if command == 1:
                found.append([])
            found[-1].append((x, y))
    return [np.array(one) for one in found]


def decoded(content: bytes) -> dict[str, list[np.ndarray]]:
    """Key -> rings of every area in a square."""
    if not content:
        return {}
    assert [number for number, _ in fields(content)] == [3] * len(fields(content))
    return {key: rings(steps) for key, steps in layer_of(fields(content)[0][1], b"areas", 3).items()}


def layer_of(content: bytes, name: bytes, kind: int) -> dict[str, list[int]]:
    """Key -> steps of every feature of a layer; ids are places in the level."""
    layer = fields(content)
    assert [value for number, value in layer if number in (1, 3, 5, 15)] == [name, b"k", EXTENT, 2]
    values = [fields(value)[0][1].decode() for number, value in layer if number == 4]
    found = {}
    for number, value in layer:
        if number == 2:
            told = dict(fields(value))
            assert told[3] == kind
            place, which = numbers(told[2])
            assert place == 0
            assert SQUARES.keys[told[1]] == values[which]
            found[values[which]] = numbers(told[4])
    return found


def test_every_area_has_one_point_for_its_sign_inside_of_it() -> None:
    zoom = SQUARES.zooms[1]
    met = []
    for column, row in tiles(zoom):
        for one in fields(SQUARES.tile(zoom, column, row))[1:]:
            for key, (move, dx, dy) in layer_of(one[1], b"points", 1).items():
                assert move == 9
                at = [
                    (corner * EXTENT + (step >> 1 ^ -(step & 1))) / (EXTENT * 2**zoom)
                    for corner, step in ((column, dx), (row, dy))
                ]
                assert shapely.contains_xy(SQUARES.shapes[SQUARES.keys.index(key)], *at)
                met.append(key)
    assert sorted(met) == sorted(SQUARES.keys)


def tiles(zoom: int) -> list[tuple[int, int]]:
    west, north, east, south = (math.floor(one * 2**zoom) for one in SQUARES.bounds)
    return [(column, row) for column in range(west, east + 1) for row in range(north, south + 1)]


def test_all_squares_of_a_zoom_hold_every_area_with_its_size() -> None:
    zoom = SQUARES.zooms[1]
    metres = 360 * DEGREE / (EXTENT * 2**zoom)
    whole = dict.fromkeys(SQUARES.keys, 0.0)
    edge = shapely.box(0, 0, EXTENT, EXTENT)
    for column, row in tiles(zoom):
        for key, found in decoded(SQUARES.tile(zoom, column, row)).items():
            outer = [one for one in found if doubled(one) > 0]
            assert outer
            shape = shapely.polygons(outer[0])
            assert shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER).covers(shape)
            whole[key] += shapely.intersection(shape, edge).area * metres**2
    assert list(whole.values()) == pytest.approx([1e6] * 24, rel=0.01)


def doubled(ring: np.ndarray) -> float:
    """Twice the area, above zero for outer rings in a picture whose rows grow downwards."""
    x, y = ring[:, 0], ring[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())


def test_neighbours_touch_at_every_zoom() -> None:
    for zoom in range(SQUARES.zooms[0], SQUARES.zooms[1] + 1):
        column, row = tiles(zoom)[0]
        shapes = [
            shapely.make_valid(shapely.polygons(one))
            for found in decoded(SQUARES.tile(zoom, column, row)).values()
            for one in found
        ]
        joint = shapely.union_all(shapes)
        assert joint.area == pytest.approx(sum(one.area for one in shapes), rel=1e-6)
        assert not any(part.interiors for part in shapely.get_parts(joint))


def test_every_square_shows_the_same_simplified_line() -> None:
    wavy = shapely.segmentize(SQUARES.shapes, 1e-7)
    lines = shapely.transform(wavy, lambda at: at + 4e-7 * np.sin(at[:, ::-1] * 3e7))
    cut = Squares(SQUARES.keys, lines)
    for zoom in range(cut.zooms[0], cut.zooms[1]):
        whole = shapely.coverage_simplify(lines, 0.5 / (512 * 2**zoom), simplify_boundary=False)
        if zoom == cut.zooms[0]:
            assert shapely.get_num_coordinates(whole).sum() < 0.7 * shapely.get_num_coordinates(lines).sum()
        for box in shapely.bounds(lines)[::3]:
            found, shown = cut.outlines(zoom, box)
            assert len(found) >= 4
            assert shapely.equals_exact(shapely.normalize(shown), shapely.normalize(whole[found]), 1e-15).all()


def test_the_first_zoom_needs_few_squares() -> None:
    assert len(tiles(SQUARES.zooms[0])) <= 4


def test_squares_are_made_ahead_and_found_without_preparing_any_outline(
    client: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from sozialraum.web.figures.shelf import shelf

    few_are_many(monkeypatch)
    shown = shelf().newest()
    assert shown is not None
    monkeypatch.setattr(shown, "stock", Stock(tmp_path))
    first = SQUARES.zooms[0]
    every = [(zoom, *place) for zoom in (first, first + 1) for place in tiles(zoom)]
    monkeypatch.setattr(views, "SQUARES", len(every))
    ahead: list[Any] = [make() for make in views.squares_ahead(shown)]
    assert list(SQUARES.every())[: len(ahead)] == every
    assert len(list(tmp_path.iterdir())) == len(every)
    monkeypatch.setattr(shown, "answers", Shelf())
    monkeypatch.setattr(views, "squares", None)
    addresses = [f"/karte/kacheln/{zoom}/{column}/{row}.pbf?level=planning_area" for zoom, column, row in every]
    assert [client.get(one).content for one in addresses] == [one.plain for one in ahead]


def test_many_areas_come_as_tiles_and_others_are_refused(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "/karte/kacheln/{}/{}/{}.pbf?level=planning_area"
    zoom = SQUARES.zooms[0]
    column, row = tiles(zoom)[0]
    assert client.get(address.format(zoom, column, row)).status_code == 404  # few areas come at once
    few_are_many(monkeypatch)
    answer = client.get(address.format(zoom, column, row))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/vnd.mapbox-vector-tile")
    for wrong in ((zoom, column + 9, row), (0, 0, 0), (99, 0, 0), (zoom, 10**12, row)):
        assert client.get(address.format(*wrong)).status_code == 404
    told = geometry.geometry(VIEW, "planning_area")
    assert b'"tiles"' in told.plain
    assert b'"areas"' not in told.plain
    assert b'"n":"Gebiet ' not in told.plain  # names are asked for one by one


def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels of more than ten areas count as those of many."""
    for module in (geometry, choice, views):
        monkeypatch.setattr(module, "MANY", 10)
    monkeypatch.setattr("sozialraum.web.figures.pages.map.MANY", 10)


def test_from_far_away_the_districts_stand_in_with_the_same_classes(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_are_many(monkeypatch)
    client = show(make_release())
    page = client.get("/karte/?indicator=child_poverty_u15&period=2020").content.decode()
    assert 'data-coarse="/karte/gebiete.json?level=district"' in page
    assert "Aus dieser Entfernung: Bezirke. Näher heran erscheinen die einzelnen Gebiete." in page
    asked = "/karte/werte.json?indicator=child_poverty_u15&level=planning_area&period=2020&classes=quantiles"
    far, near = (client.get(asked + more).json() for more in ("&on=district", ""))
    assert (len(far["fills"]["areas"]), len(far["texts"]), near["texts"]) == (4, 4, None)
    view = prepared(make_release(), "de")
    picked = chosen(view, {"indicator": "child_poverty_u15", "period": "2020"})
    assert picked is not None
    fine, coarse = (classed(view, picked, picked.first, level) for level in ("", "district"))
    assert fine.borders == coarse.borders
    assert far["fills"]["names"] == sorted(set(coarse.fills))
    assert client.get(asked + "&on=city").status_code == 404  # one area is no map
    assert "data-coarse" not in client.get("/karte/?indicator=index").content.decode().replace('data-coarse=""', "")


def test_an_area_of_many_is_told_when_asked_for(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    few_are_many(monkeypatch)
    client = show(make_release())
    asked = "/karte/gebiet.json?indicator=child_poverty_u15&period=2020&beside=child_poverty_u15&area="
    told = client.get(f"{asked}0103").json()
    assert told["properties"] == {"k": "0103", "n": "Gebiet 0103", "g": "Nordstadt", "p": "/gebiete/0103/"}
    assert told["texts"][1] == "geheim"  # the later date stands second
    assert shapely.from_geojson(json.dumps(told["geometry"])).area * DEGREE**2 == pytest.approx(1e6, rel=0.01)
    assert client.get(f"{asked}9999").status_code == 404
