"""What a planner gets from good files: levels, hierarchy, vintages, labels."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import shapely
from areas_town import BLOCKS, DISTRICTS, layer_of, settings, write

from sozialraum.areas import Areas, areas_settings, read_areas
from sozialraum.errors import CallError


def read(folder: Path, **changes: object) -> Areas:
    return read_areas(folder, areas_settings(settings(**changes)))


def test_levels_come_from_files_and_unions(town: Path) -> None:
    areas = read(town)
    assert [len(areas.layer(level, "2020")) for level in areas.levels] == [6, 3, 2, 1]
    assert areas.layer("city", "2020").names == ("Musterstadt",)
    assert areas.layer("city", "2020").area_m2[0] == 60_000
    assert areas.layer("quarter", "2020").names == ("Mitte", "Feld", "Osten")
    assert areas.level_titles["block"]["de"] == ("Block", "Blöcke")
    assert areas.warnings == ()


def test_hierarchy_has_a_row_per_finest_area(town: Path) -> None:
    areas = read(town)
    assert areas.hierarchy("2020").to_pylist()[0] == {
        "block": "010101",
        "quarter": "0101",
        "district": "01",
        "city": "00",
    }
    assert areas.parents("quarter", "district", "2020") == {"0101": "01", "0102": "01", "0201": "02"}
    assert areas.parents("district", "city", "2020") == {"01": "00", "02": "00"}
    assert areas.table("block", "2020").column_names[-3:] == ["quarter", "district", "city"]


@pytest.mark.parametrize("ending", ["geojson", "shp"])
def test_other_files_give_the_same_areas(town: Path, ending: str) -> None:
    crs = "EPSG:25832"
    write(town / "areas" / f"blocks.{ending}", "blocks", *layer_of(BLOCKS), crs=crs)
    other = read(town, file=f"areas/blocks.{ending}")
    assert other.layer("block", "2020").names == read(town).layer("block", "2020").names
    assert shapely.equals(other.layer("block", "2020").geometry, read(town).layer("block", "2020").geometry).all()


def test_another_reference_system_is_transformed(town: Path) -> None:
    from pyproj import Transformer

    turn = Transformer.from_crs("EPSG:25832", "EPSG:4326", always_xy=True).transform
    columns, shapes = layer_of(BLOCKS)
    degrees = [shapely.transform(one, lambda xy: [turn(*point) for point in xy]) for one in shapes]
    write(town / "areas" / "blocks.geojson", "blocks", columns, degrees, crs="EPSG:4326")
    sizes = read(town, file="areas/blocks.geojson").layer("block", "2020").area_m2
    assert sizes == pytest.approx([10_000] * 6, rel=1e-4)


def test_names_that_occur_twice_are_told_apart(town: Path) -> None:
    blocks = BLOCKS | {"020102": ("Am Markt", BLOCKS["020102"][1])}
    write(town / "areas" / "twice.gpkg", "blocks", *layer_of(blocks))
    areas = read(town, file="areas/twice.gpkg")
    assert areas.layer("block", "2020").labels[0] == "Am Markt (Mitte)"
    assert areas.layer("block", "2020").name_of("020102") == "Am Markt (Osten)"
    assert [one.code for one in areas.warnings] == ["name_not_unique"]


def test_numbers_are_padded_where_declared(town: Path) -> None:
    columns, shapes = layer_of(BLOCKS)
    write(town / "areas" / "numbers.gpkg", "blocks", columns | {"KEY": [int(key) for key in BLOCKS]}, shapes)
    assert read(town, file="areas/numbers.gpkg", pad=True).layer("block", "2020").keys == tuple(BLOCKS)


def test_a_vintage_is_the_one_at_the_end_of_the_period(town: Path) -> None:
    table = settings()
    table["vintage"].append({"id": "2021", "valid_from": date(2021, 1, 1), "layer": table["vintage"][0]["layer"]})
    areas = read_areas(town, areas_settings(table))
    assert areas.vintages[0].valid_to == date(2020, 12, 31)
    found = [areas.vintage_of(period) for period in ("2020", "2020-12-30", "2021-01-01", "2020/21", "2021-Q1")]
    assert found == ["2020", "2020", "2021", "2021", "2021"]


def test_a_day_without_boundaries_is_refused(town: Path) -> None:
    table = settings()
    table["vintage"][0]["valid_from"] = date(2015, 1, 1)
    areas = read_areas(town, areas_settings(table))
    with pytest.raises(CallError, match="2014-12-31"):
        areas.vintage_of("2014")


def test_unknown_names_are_refused_with_the_known_ones(town: Path) -> None:
    areas = read(town)
    with pytest.raises(CallError, match="there are: block, quarter, district, city"):
        areas.layer("ward", "2020")
    with pytest.raises(CallError, match="there are: 2020"):
        areas.layer("block", "2019")
    with pytest.raises(CallError, match="finer"):
        areas.parents("district", "block", "2020")


def test_outlines_of_districts_follow_the_blocks(town: Path) -> None:
    outlines = read(town).outlines("district", "block", "2020")
    assert {key: shapely.area(one) for key, one in outlines.items()} == {
        key: one.area for key, (_, one) in DISTRICTS.items()
    }


def test_order_of_rows_does_not_matter(town: Path) -> None:
    write(town / "areas" / "turned.gpkg", "blocks", *layer_of(dict(reversed(BLOCKS.items()))))
    one, other = read(town).layer("block", "2020"), read(town, file="areas/turned.gpkg").layer("block", "2020")
    assert one.table().equals(other.table())


def test_a_declared_correction_gives_a_row_another_key(town: Path) -> None:
    columns, shapes = layer_of(BLOCKS)
    write(town / "areas" / "double.gpkg", "blocks", columns | {"KEY": ["010101", "010101", *list(BLOCKS)[2:]]}, shapes)
    correction = [{"where": {"NAME": "Hafen"}, "key": "010102", "reason": "doubled by the publisher"}]
    areas = read(town, file="areas/double.gpkg", correction=correction)
    assert areas.layer("block", "2020").table().equals(read(town).layer("block", "2020").table())


def test_rows_are_chosen_and_put_together_where_declared(town: Path) -> None:
    columns, shapes = layer_of(BLOCKS)
    columns["KEY"] = ["010101", "010101", *list(BLOCKS)[2:]]
    columns["KIND"] = ["land"] * 6
    sea = {"KEY": "010101", "NAME": "Am Markt", "KIND": "sea"}
    write(
        town / "areas" / "parts.gpkg",
        "blocks",
        {name: [*values, sea[name]] for name, values in columns.items()},
        [*shapes, shapes[5]],
    )
    layer = read(town, file="areas/parts.gpkg", where={"KIND": "land"}, dissolve=True).layer("block", "2020")
    assert layer.keys == ("010101", "010201", "010202", "020101", "020102")
    assert layer.area_m2.tolist() == [20_000, 10_000, 10_000, 10_000, 10_000]


def test_changes_that_an_open_program_has_not_yet_put_away_are_read(town: Path) -> None:
    import sqlite3

    path = town / "areas" / "town.gpkg"
    with sqlite3.connect(path) as open_program:
        open_program.execute("PRAGMA journal_mode=WAL")
        open_program.execute("PRAGMA wal_autocheckpoint=0")
        open_program.execute("DROP TRIGGER IF EXISTS trigger_update_feature_count_blocks")
        triggers = [row[0] for row in open_program.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in triggers:
            open_program.execute(f'DROP TRIGGER "{name}"')
        open_program.execute("UPDATE blocks SET NAME = 'Neuer Markt' WHERE KEY = '010101'")
        open_program.commit()
        assert read(town).layer("block", "2020").names[0] == "Neuer Markt"
    open_program.close()


def test_arcs_are_straightened(town: Path) -> None:
    import sqlite3
    import struct

    points = [
        (500_000, 6_000_000),
        (500_100, 6_000_000),
        (500_100, 6_000_100),
        (500_000, 6_000_100),
        (500_000, 6_000_000),
    ]
    arcs = (
        struct.pack("<BII", 1, 10, 1)
        + struct.pack("<BII", 1, 8, 5)
        + b"".join(struct.pack("<dd", *one) for one in points)
    )
    with sqlite3.connect(town / "areas" / "town.gpkg") as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{name}"')
        (blob,) = file.execute("SELECT geom FROM blocks WHERE KEY = '010101'").fetchone()
        file.execute("UPDATE blocks SET geom = ? WHERE KEY = '010101'", (blob[:40] + arcs,))
        file.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'CURVEPOLYGON' WHERE table_name = 'blocks'")
    file.close()
    size = read(town).layer("block", "2020").area_m2[0]
    assert size == pytest.approx(5_000 * 3.14159, rel=1e-3)  # the circle through the corners


def test_the_encoding_of_a_shapefile_may_be_declared(town: Path) -> None:
    write(town / "areas" / "blocks.shp", "blocks", *layer_of(BLOCKS | {"010102": ("Überhafen", BLOCKS["010102"][1])}))
    (town / "areas" / "blocks.cpg").write_text("ISO-8859-1", encoding="ascii")  # but it is written in UTF-8
    wrong = read(town, file="areas/blocks.shp")
    assert [one.code for one in wrong.warnings] == ["garbled_names"]
    assert "Ã" in wrong.warnings[0].say()
    right = read(town, file="areas/blocks.shp", encoding="UTF-8")
    assert right.layer("block", "2020").names[1] == "Überhafen"
    assert right.warnings == ()
