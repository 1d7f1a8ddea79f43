"""Crosswalks declared in the workspace: made from the named files, measured, stored, made again when inputs change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shapely
from areas_town import BLOCKS, layer_of, settings, square, write

from sozialraum.areas import Areas, Crosswalk, areas_settings, read_areas
from sozialraum.errors import InputError, MismatchError

REFORM = {
    "010101": ("Am Markt", square(0, 0, 60, 100)),
    "010102": ("Hafen", square(60, 0, 140, 100)),
    "010201": ("Altes Feld", square(0, 100)),
    "010202": ("Neues Feld", square(100, 100)),
    "020101": ("Ostend", square(200, 0)),
    "020102": ("Am Wald", square(200, 100)),
}
OLD = "key;day;persons\n" + "".join(f"{key};2020;1.000\n{key};2019;7\n" for key in BLOCKS)
NEW = "key,persons\n010101,900\n010102,1100\n010201,1000\n010202,\n020101,400\n020101,600\n020102,1000\n"


def declared(folder: Path, **changes: Any) -> Areas:
    """The town before and after a reform that moved one border, with a calibrated crosswalk; `changes` go into it."""
    write(folder / "areas" / "reform.gpkg", "blocks", *layer_of(REFORM)) if not (
        folder / "areas" / "reform.gpkg"
    ).exists() else None
    (folder / "old.csv").write_text(OLD, encoding="utf-8")
    if not (folder / "new.csv").exists():
        (folder / "new.csv").write_text(NEW, encoding="utf-8")
    table, after = settings(), settings(file="areas/reform.gpkg")["vintage"][0]["layer"]
    after["district"] = {"union_of": "block", "key": {"prefix": 2}}
    table["vintage"].append({"id": "2021", "valid_from": "2021-01-01", "layer": after})
    counts = {"file": "old.csv", "key": "key", "value": "persons", "where": {"day": "2020"}}
    known = {"file": "new.csv", "key": "key", "value": "persons"}
    walk = {"from": "2020", "to": "2021", "level": "block", "old": counts, "new": known}
    table["crosswalk"] = [{name: value for name, value in (walk | changes).items() if value is not None}]
    return read_areas(folder, areas_settings(table), data=folder / "publisher")


def test_a_declared_crosswalk_is_calibrated_measured_and_stored(town: Path) -> None:
    walk = declared(town).crosswalk("2020", "2021", "block")
    carried = walk.carry(dict.fromkeys(BLOCKS, 1000.0)).table.to_pydict()
    assert carried["value"] == pytest.approx([900, 1100, 1000, 1000, 1000, 1000])
    assert carried["flag"] == ["estimated", "estimated", "ok", "ok", "ok", "ok"]
    assert walk.error["before calibration"]["wape"] == pytest.approx(100 * 600 / 5000)
    assert walk.error["after calibration"]["wape"] == pytest.approx(0, abs=1e-6)
    assert walk.notes["unknown"] == ["010202"]
    stored = Crosswalk.read(town / "areas" / "crosswalks" / "block-2020-2021.parquet")
    assert stored.table.equals(walk.table)
    assert stored.error == walk.error


def test_declared_crosswalks_are_listed(town: Path) -> None:
    areas = declared(town)
    assert areas.declared_crosswalks() == [areas.crosswalk("2020", "2021", "block")]


def test_a_coarser_level_is_added_up_by_persons(town: Path) -> None:
    walk = declared(town).crosswalk("2020", "2021", "quarter")
    assert walk.level == "quarter"
    assert walk.method.endswith("added up from block")
    assert walk.table["weight"].to_pylist() == [1.0, 1.0, 1.0]
    assert walk.carry({"0101": 2000.0}).table.to_pylist()[0] == {
        "area": "0101",
        "value": 2000.0,
        "estimated_share": 0.0,
        "flag": "ok",
    }


def test_it_is_made_again_only_when_its_inputs_change(town: Path) -> None:
    declared(town).crosswalk("2020", "2021", "block")
    path = town / "areas" / "crosswalks" / "block-2020-2021.parquet"
    first, when = path.read_bytes(), path.stat().st_mtime_ns
    declared(town).crosswalk("2020", "2021", "block")
    assert path.stat().st_mtime_ns == when
    (town / "new.csv").write_text(NEW.replace("900", "800").replace("1100", "1200"), encoding="utf-8")
    again = declared(town).crosswalk("2020", "2021", "block")
    assert path.read_bytes() != first
    assert again.carry({"010101": 1000.0}).table["value"].to_pylist()[0] == pytest.approx(800)


def test_a_garbled_stored_crosswalk_is_made_again(town: Path) -> None:
    path = town / "areas" / "crosswalks" / "block-2020-2021.parquet"
    path.parent.mkdir()
    path.write_bytes(b"garbage")
    assert declared(town).crosswalk("2020", "2021", "block").method.startswith("calibrated")
    assert Crosswalk.read(path).method.startswith("calibrated")


def test_other_counts_measure_the_error(town: Path) -> None:
    counts = {"file": "old.csv", "key": "key", "value": "persons", "where": {"day": "2019"}}
    measure = [{"name": "a year before", "old": counts, "new": {"file": "new.csv", "key": "key", "value": "persons"}}]
    walk = declared(town, measure=measure).crosswalk("2020", "2021", "block")
    assert walk.error["a year before"]["wape"] == pytest.approx(99.3, abs=0.01)


@pytest.mark.parametrize(
    ("method", "weight", "first"),
    [("inhabited", None, 600), ("population", "PERSONS", 800), ("points", "PERSONS", 1000)],
)
def test_other_methods_read_their_basis(town: Path, method: str, weight: str | None, first: float) -> None:
    zones = [square(0, 0, 60, 100), square(60, 0, 40, 100)]
    shapes = [shapely.centroid(zones[0])] if method == "points" else zones
    write(town / "areas" / "basis.gpkg", "basis", {"PERSONS": [80, 20][: len(shapes)]}, shapes)
    basis = {"file": "areas/basis.gpkg"} | ({"weight": weight} if weight else {})
    walk = declared(town, old=None, new=None, method=method, basis=basis).crosswalk("2020", "2021", "block")
    assert walk.carry({"010101": 1000.0}).table["value"].to_pylist()[0] == pytest.approx(first)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (NEW.replace("900", "many"), "new.csv, row 2, column 'persons', value 'many': This is no number"),
        (NEW.replace("900", "-900"), "value '-900'"),
        (NEW.replace("persons", "people"), "column 'persons': The column is missing; found key, people"),
        ("key;persons\n010101;12.5\n", "value '12.5'"),
        ("key,persons\n", "No row has the values"),
        ("", "The column is missing"),
    ],
)
def test_faults_of_counts_are_named(town: Path, text: str, said: str) -> None:
    (town / "new.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        declared(town).crosswalk("2020", "2021", "block")
    assert said in str(caught.value)


def test_counts_of_another_day_are_refused(town: Path) -> None:
    (town / "new.csv").write_text(NEW.replace("1100", "110000"), encoding="utf-8")
    with pytest.raises(MismatchError, match="same day"):
        declared(town).crosswalk("2020", "2021", "block")


def test_files_that_are_missing_are_found_when_areas_are_read(town: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.csv: The file with counts does not exist"):
        declared(town, new={"data": "nowhere.csv", "key": "key", "value": "persons"})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to": "2031"}, "vintages that are not declared: 2031"),
        ({"level": "street"}, "levels that are not declared: street"),
        ({"new": None}, "calibration needs both old and new"),
        ({"method": "points"}, "basis belongs to"),
        ({"method": "population", "basis": {"file": "x.gpkg"}}, "needs basis.weight"),
    ],
)
def test_declarations_that_contradict_themselves(town: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        declared(town, **changes)
