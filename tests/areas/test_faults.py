"""Every fault that delivered areas can have: break it, and see it named with its place and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from areas_town import BLOCKS, CRS, DISTRICTS, layer_of, settings, square, write

from sozialraum.areas import areas_settings, read_areas
from sozialraum.errors import Fault, InputError
from sozialraum.texts import wordings


def faults_of(folder: Path, table: dict[str, Any]) -> list[Fault]:
    with pytest.raises(InputError) as caught:
        read_areas(folder, areas_settings(table))
    return list(caught.value.faults)


def broken(folder: Path, blocks: dict[str, tuple[str, Any]], **changes: Any) -> list[Fault]:
    """Faults of the town with other blocks."""
    write(folder / "areas" / "broken.gpkg", "blocks", *layer_of(blocks), crs=changes.pop("written_crs", CRS))
    return faults_of(folder, settings(file="areas/broken.gpkg", **changes))


def only(faults: list[Fault], code: str) -> Fault:
    """The one fault with that code; it must say what to do, and speak German."""
    found = [one for one in faults if one.code == code]
    assert len(found) == 1, [one.code for one in faults]
    german = wordings("de")
    assert found[0].remedy
    assert all(text in german for text in (found[0].what, found[0].why, found[0].remedy) if text)
    return found[0]


def test_a_doubled_key_is_named_with_both_rows(town: Path) -> None:
    columns, shapes = layer_of(BLOCKS)
    write(town / "areas" / "double.gpkg", "blocks", columns | {"KEY": ["010101", "010101", *list(BLOCKS)[2:]]}, shapes)
    fault = only(faults_of(town, settings(file="areas/double.gpkg")), "duplicate_key")
    assert (fault.value, fault.place.row, fault.place.column) == ("010101", 2, "KEY")
    assert "rows 1, 2: Am Markt, Hafen" in fault.say()
    assert "Zeilen 1, 2: Am Markt, Hafen" in fault.say("de")


def test_a_correction_must_mean_one_row(town: Path) -> None:
    correction = [{"where": {"NAME": "Nirgends"}, "key": "010109", "reason": "?"}]
    assert "means 0 rows" in only(faults_of(town, settings(correction=correction)), "correction_unclear").say()


def test_lost_leading_zeros_are_named_row_by_row(town: Path) -> None:
    columns, shapes = layer_of(BLOCKS)
    write(town / "areas" / "numbers.gpkg", "blocks", columns | {"KEY": [int(key) for key in BLOCKS]}, shapes)
    faults = [one for one in faults_of(town, settings(file="areas/numbers.gpkg")) if one.code == "lost_leading_zeros"]
    assert [one.place.row for one in faults] == [1, 2, 3, 4, 5, 6]
    assert "5 characters instead of 6" in faults[0].say()


def test_a_key_that_is_too_long_and_a_missing_one(town: Path) -> None:
    columns, shapes = layer_of(BLOCKS)
    write(town / "areas" / "keys.gpkg", "blocks", columns | {"KEY": ["", "0101020", *list(BLOCKS)[2:]]}, shapes)
    faults = faults_of(town, settings(file="areas/keys.gpkg"))
    assert only(faults, "empty_key").place.row == 1
    assert only(faults, "wrong_key_width").value == "0101020"


def test_an_invalid_outline_is_named_with_the_point(town: Path) -> None:
    corners = [(0, 0), (100, 100), (100, 0), (0, 100)]
    bow = shapely.Polygon([(500_000 + east, 6_000_000 + north) for east, north in corners])
    fault = only(broken(town, BLOCKS | {"010101": ("Am Markt", bow)}), "invalid_geometry")
    assert (fault.value, fault.place.row) == ("010101", 1)
    assert "The outline crosses itself at 500050 6000050." in fault.say()


def test_an_invalid_outline_may_be_repaired_by_declaration(town: Path) -> None:
    spike = shapely.Polygon([*square(0, 0).exterior.coords[:-1], (500_100, 6_000_300), (500_100, 6_000_000)])
    write(town / "areas" / "spike.gpkg", "blocks", *layer_of(BLOCKS | {"010101": ("Am Markt", spike)}))
    areas = read_areas(town, areas_settings(settings(file="areas/spike.gpkg", repair=True)))
    assert shapely.is_valid(areas.layer("block", "2020").geometry).all()


def test_missing_and_wrong_outlines(town: Path) -> None:
    blocks = BLOCKS | {"010101": ("Am Markt", None), "010102": ("Hafen", shapely.Point(500_000, 6_000_000))}
    faults = broken(town, blocks)
    assert only(faults, "missing_geometry").value == "010101"
    assert "a Point, not a polygon" in only(faults, "wrong_geometry_type").say()


def test_an_outline_without_area(town: Path) -> None:
    flat = shapely.Polygon([(500_000, 6_000_000), (500_100, 6_000_000), (500_000, 6_000_000)])
    assert only(broken(town, BLOCKS | {"010101": ("Am Markt", flat)}), "no_area").value == "010101"


def test_a_parent_that_does_not_exist_and_one_without_children(town: Path) -> None:
    blocks = dict(BLOCKS)
    blocks["030101"], blocks["030102"] = blocks.pop("020101"), blocks.pop("020102")
    faults = broken(town, blocks)
    assert "030101, 030102" in only(faults, "unknown_parent").say()
    assert only(faults, "parent_without_children").value == "02"


def test_a_key_that_disagrees_with_the_outline(town: Path) -> None:
    blocks = BLOCKS | {"010103": ("Insel", square(200, 50, 100, 50)), "020101": ("Ostend", square(200, 0, 100, 50))}
    fault = only(broken(town, blocks), "broken_nesting")
    assert fault.value == "010103"
    assert "by its outline to '02'" in fault.say()


def test_columns_that_disagree_with_keys(town: Path) -> None:
    columns, shapes = layer_of(BLOCKS)
    columns["DISTRICT"] = ["01", "01", "02", "01", "02", "02"]
    write(town / "areas" / "column.gpkg", "blocks", columns, shapes)
    parent = {"quarter": {"prefix": 4}, "district": {"column": "DISTRICT"}}
    faults = faults_of(town, settings(file="areas/column.gpkg", parent=parent))
    assert {"0102", "010201"} == {one.value for one in faults if one.code == "broken_nesting"}


def test_a_level_that_nothing_leads_to(town: Path) -> None:
    fault = only(faults_of(town, settings(parent={"quarter": {"prefix": 4}})), "missing_parent")
    assert "prefix = 2" in fault.say()


def test_degrees_in_a_layer_that_claims_metres(town: Path) -> None:
    degrees = {key: (name, shapely.transform(one, lambda xy: xy / 1e5)) for key, (name, one) in BLOCKS.items()}
    fault = only(broken(town, degrees), "wrong_crs")
    assert "5 to 5.003" in fault.say()
    assert "EPSG:25832" in fault.say()


def test_metres_in_a_layer_that_claims_degrees(town: Path) -> None:
    assert "EPSG:4326" in only(broken(town, BLOCKS, crs="EPSG:4326"), "wrong_crs").say()


def test_swapped_longitude_and_latitude(town: Path) -> None:
    swapped = {
        key: (name, shapely.box(54 + place, 9, 54.5 + place, 9.5))
        for place, (key, (name, _)) in enumerate(BLOCKS.items())
    }
    assert only(broken(town, swapped, written_crs="EPSG:4326"), "wrong_crs")


def test_a_layer_without_reference_system(town: Path) -> None:
    assert "crs" in only(broken(town, BLOCKS, written_crs=None), "no_crs").say()


def test_a_reference_system_nobody_knows(town: Path) -> None:
    assert "EPSG:99" in only(broken(town, BLOCKS, crs="EPSG:99"), "unknown_crs").say()
    assert only(faults_of(town, settings() | {"crs": "UTM 32"}), "crs_without_metres")


def test_a_layer_of_another_place(town: Path) -> None:
    apart = {
        key: (name, shapely.transform(one, lambda xy: xy + np.array([0, 90_000])))
        for key, (name, one) in BLOCKS.items()
    }
    assert [one.code for one in broken(town, apart)].count("layers_apart") == 2


def test_a_missing_file_layer_and_column(town: Path) -> None:
    assert only(faults_of(town, settings(file="areas/nowhere.gpkg")), "missing_file").place.file == "areas/nowhere.gpkg"
    assert "blocks, districts" in only(faults_of(town, settings(layer="block")), "missing_layer").say()
    assert "blocks, districts" in only(faults_of(town, settings(layer=None)), "missing_layer").say()
    fault = only(faults_of(town, settings(key="KEYS")), "missing_column")
    assert "Perhaps 'KEY' is meant" in fault.say()


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff garbage" * 1000, b"SQLite format 3\x00 cut off"])
def test_a_broken_file_is_refused(town: Path, ending: str, content: bytes) -> None:
    (town / "areas" / f"garbage.{ending}").write_bytes(content)
    fault = only(faults_of(town, settings(file=f"areas/garbage.{ending}")), "broken_file")
    assert "garbage" in fault.place.file


def test_a_geopackage_cut_off_half_way(town: Path) -> None:
    whole = (town / "areas" / "town.gpkg").read_bytes()
    (town / "areas" / "half.gpkg").write_bytes(whole[: len(whole) // 2])
    assert only(faults_of(town, settings(file="areas/half.gpkg")), "broken_file")


def test_a_layer_without_areas_is_refused(town: Path) -> None:
    assert only(faults_of(town, settings(where={"NAME": "Nirgends"})), "empty_layer")


def test_holes_and_overlaps_are_warnings(town: Path) -> None:
    blocks = BLOCKS | {"010101": ("Am Markt", square(0, 0, 100, 90))}
    write(town / "areas" / "hole.gpkg", "blocks", *layer_of(blocks))
    table = areas_settings(settings(file="areas/hole.gpkg"))
    (warning,) = read_areas(town, table).warnings
    assert (warning.code, warning.severity, warning.value) == ("hole_or_overlap", "warning", "01")
    assert "97.50 %" in warning.say()


def test_a_thorough_reading_finds_borders_that_do_not_meet(town: Path) -> None:
    blocks = BLOCKS | {"010101": ("Am Markt", square(0, 0, 100.4, 100))}
    write(town / "areas" / "overlap.gpkg", "blocks", *layer_of(blocks))
    warnings = read_areas(town, areas_settings(settings(file="areas/overlap.gpkg")), thorough=True).warnings
    assert {"010101", "010102"} <= {one.value for one in warnings if one.code == "overlap_or_gap"}


def test_all_faults_come_together(town: Path) -> None:
    columns, shapes = layer_of(BLOCKS | {"010102": ("Hafen", None)})
    columns["KEY"] = ["010101", "010101", "10201", "010202", "090101", "020102"]
    write(town / "areas" / "many.gpkg", "blocks", columns, shapes)
    codes = [one.code for one in faults_of(town, settings(file="areas/many.gpkg"))]
    assert {"duplicate_key", "lost_leading_zeros", "missing_geometry", "unknown_parent"} <= set(codes)


def test_a_level_that_a_vintage_lacks(town: Path) -> None:
    table = settings()
    del table["vintage"][0]["layer"]["quarter"]
    assert "quarter" in only(faults_of(town, table), "missing_level").say()


def test_vintages_that_overlap_or_begin_together(town: Path) -> None:
    table = settings()
    layer = table["vintage"][0]["layer"]
    table["vintage"] = [
        {"id": "a", "valid_to": date(2021, 6, 30), "layer": layer},
        {"id": "b", "valid_from": date(2021, 1, 1), "layer": layer},
    ]
    assert only(faults_of(town, table), "vintages_overlap")
    table["vintage"][0] = {"id": "a", "valid_from": date(2021, 1, 1), "layer": layer}
    assert only(faults_of(town, table), "vintages_not_distinct")


def test_a_reference_system_in_degrees_is_refused(town: Path) -> None:
    assert "EPSG:25832" in only(faults_of(town, settings() | {"crs": "EPSG:4326"}), "crs_without_metres").say()


def test_unions_need_one_name_per_area(town: Path) -> None:
    columns, shapes = layer_of(BLOCKS)
    columns["QUARTER"] = ["Mitte", "Zentrum", "Feld", "Feld", "Osten", "Osten"]
    write(town / "areas" / "names.gpkg", "blocks", columns, shapes)
    table = settings(file="areas/names.gpkg")
    quarter = table["vintage"][0]["layer"]["quarter"]
    quarter |= {"name": {"column": "QUARTER"}, "names": {}}
    assert "Mitte, Zentrum" in only(faults_of(town, table), "several_names").say()
    quarter["names"] = {"0101": "Mitte"}
    assert read_areas(town, areas_settings(table)).layer("quarter", "2020").names == ("Mitte", "Feld", "Osten")


def test_an_unknown_setting_names_the_nearest_one() -> None:
    table = settings(widht=6)
    with pytest.raises(InputError) as caught:
        areas_settings(table)
    assert "Did you mean 'width'?" in str(caught.value)
    assert "vintage.0.layer.block.widht" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"union_of": "block"}, "exactly one of file, data and union_of"),
        ({"width": None, "pad": True}, "pad needs width"),
        ({"width": "six"}, "A whole number is expected"),
        ({"file": None, "union_of": "street"}, "only a layer read from a file has layer"),
        ({"parent": {"quarter": {"prefix": 4, "suffix": 2}}}, "prefix or suffix, not both"),
    ],
)
def test_settings_that_contradict_themselves(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        areas_settings(settings(**changes))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"file": None, "union_of": "street"}, "block“: nur ein Layer aus einer Datei hat layer."),
        ({"parent": {"quarter": {"prefix": 4, "suffix": 2}}}, "entweder prefix oder suffix angeben."),
    ],
)
def test_contradictions_are_told_in_german(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as raised:
        areas_settings(settings(**changes))
    assert raised.value.say("de").endswith(said)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"labels": "street"}, "Ebenen, die in levels fehlen: street."),
        (
            {"crosswalk": [{"from": "2020", "to": "2031", "level": "block"}]},
            "Gebietsstände, die nicht angegeben sind: 2031.",
        ),
    ],
)
def test_words_that_nothing_declares_are_told_in_german(more: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as raised:
        areas_settings({**settings(), **more})
    assert raised.value.say("de").endswith(said)


def test_a_layer_in_the_data_folder_needs_that_folder(town: Path) -> None:
    table = settings(file=None, data="town.gpkg")
    assert "--data" in only(faults_of(town, table), "no_data_folder").say()
    areas = read_areas(town, areas_settings(table), data=town / "areas")
    assert areas.layer("block", "2020").keys == tuple(BLOCKS)
    assert areas.layer("district", "2020").keys == tuple(DISTRICTS)
