"""`run crosswalk` through the command: the published example, what lies outside, calibration, faults of both files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shapely
from click.testing import CliRunner, Result

from sozialraum.areas import Crosswalk
from sozialraum.runs.command import run_group
from tests.areas.areas_town import write

EAST, NORTH = 500_000.0, 5_900_000.0
Run = Callable[..., Result]


def box(*ends: float) -> shapely.Polygon:
    west, south, east, north = ends
    return shapely.box(EAST + 10 * west, NORTH + 10 * south, EAST + 10 * east, NORTH + 10 * north)


OLD = {"a": box(0, 0, 10, 10), "b": box(10, 0, 20, 10), "c": box(0, 10, 20, 20)}
NEW = {"x": box(0, 0, 5, 20), "y": box(5, 0, 15, 20), "z": box(15, 0, 25, 20)}


@pytest.fixture
def town(tmp_path: Path) -> Path:
    write(tmp_path / "old.gpkg", "areas", {"id": list(OLD)}, list(OLD.values()))
    write(tmp_path / "new.gpkg", "areas", {"id": list(NEW)}, list(NEW.values()))
    (tmp_path / "people.csv").write_text("area,people,cases\na,100,10\nb,200,40\nc,50,20\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(town: Path) -> Run:
    def call(*options: str, to: str = "new.gpkg", source: str = "old.gpkg") -> Result:
        given = ["crosswalk", str(town / source), "--to", str(town / to), "--key", "id", "--out", "-", *options]
        return CliRunner().invoke(run_group("en"), given)

    return call


def table(text: str) -> list[dict[str, str]]:
    assert "nan" not in text.lower()
    return list(csv.DictReader(io.StringIO(text)))


def test_the_published_example_with_its_record(run: Run, town: Path) -> None:
    carried, record = town / "carried.csv", town / "record.json"
    done = run(
        "--carry",
        str(town / "people.csv"),
        "--counts",
        "people,cases",
        "--carried",
        str(carried),
        "--record",
        str(record),
    )
    assert done.exit_code == 0, done.stderr
    rows = table(done.stdout)
    assert [(one["from"], one["to"], float(one["weight"]), one["estimated"]) for one in rows] == [
        ("a", "x", 0.5, "yes"), ("a", "y", 0.5, "yes"), ("b", "y", 0.5, "yes"), ("b", "z", 0.5, "yes"),
        ("c", "x", 0.25, "yes"), ("c", "y", 0.5, "yes"), ("c", "z", 0.25, "yes"),
    ]  # fmt: skip
    found = table(carried.read_text(encoding="utf-8"))
    assert [float(one["people"]) for one in found] == pytest.approx([62.5, 175, 112.5])
    assert {one["people_flag"] for one in found} == {"estimated"}
    told = json.loads(record.read_text(encoding="utf-8"))
    assert (told["method"], told["rows_that_sum_to_less_than_1"]) == ("area", {})
    assert [one["name"] for one in told["notes"]["files"]] == ["old.gpkg", "new.gpkg"]
    assert all(len(one["sha256"]) == 64 for one in told["notes"]["files"])
    assert told["in_words"]["de"].startswith(
        "Zahlen auf dem Gebietsstand old sind auf den Gebietsstand new umgerechnet"
    )


def test_people_outside_all_new_areas_stay_outside_and_are_said(run: Run, town: Path) -> None:
    write(town / "part.gpkg", "areas", {"id": ["x", "y"]}, [NEW["x"], NEW["y"]])
    carried = town / "carried.csv"
    done = run("--carry", str(town / "people.csv"), "--counts", "people", "--carried", str(carried), to="part.gpkg")
    assert [float(one["people"]) for one in table(carried.read_text(encoding="utf-8"))] == pytest.approx([62.5, 175])
    assert "112.5 of 'people' lie in no new area; they are left out, nothing is scaled up." in done.stderr
    assert "0 old areas lie wholly, 2 partly outside all new ones" in done.stderr


def test_a_stored_crosswalk_carries_as_the_files_did(run: Run, town: Path) -> None:
    stored = town / "walk.parquet"
    assert run("--out", str(stored)).exit_code == 0
    assert Crosswalk.read(stored).notes["files"][0]["name"] == "old.gpkg"
    given = ["crosswalk", str(stored), "--carry", str(town / "people.csv"), "--counts", "people", "--out", "-"]
    done = CliRunner().invoke(run_group("en"), [*given, "--carried", str(town / "again.csv")])
    assert (done.exit_code, done.stdout) == (0, run().stdout)
    assert [float(one["people"]) for one in table((town / "again.csv").read_text())] == pytest.approx(
        [62.5, 175, 112.5]
    )
    assert CliRunner().invoke(run_group("en"), [*given, "--carried", "x.csv", "--key", "id"]).exit_code == 2


def test_houses_points_and_persons_weigh(run: Run, town: Path) -> None:
    houses = [box(0, 0, 2, 10), box(8, 0, 10, 10), box(10, 0, 20, 20)]
    write(town / "houses.gpkg", "land", {"density": ["3", "1", "1"]}, houses)
    rows = table(run("--method", "inhabited", "--basis", str(town / "houses.gpkg"), "--weight", "density").stdout)
    assert [(one["from"], one["to"], float(one["weight"])) for one in rows[:2]] == [("a", "x", 0.75), ("a", "y", 0.25)]
    spots = [
        shapely.Point(EAST + 10, NORTH + 10),
        shapely.Point(EAST + 80, NORTH + 10),
        shapely.Point(EAST + 90, NORTH + 90),
    ]
    write(town / "points.gpkg", "points", {"persons": ["1", "2", "1"]}, spots)
    done = run("--method", "points", "--basis", str(town / "points.gpkg"), "--weight", "persons")
    assert [float(one["weight"]) for one in table(done.stdout)[:2]] == [0.25, 0.75]
    assert "2 old areas have nothing of the basis in them and are divided by area." in done.stderr


def test_calibrated_to_both_populations(run: Run, town: Path) -> None:
    (town / "old.csv").write_text("area,count\na,100\nb,200\nc,50\n", encoding="utf-8")
    (town / "new.csv").write_text("area,count\nx,100\ny,150\nz,100\n", encoding="utf-8")
    done = run("--old-counts", str(town / "old.csv"), "--new-counts", str(town / "new.csv"))
    people = {"a": 100, "b": 200, "c": 50}
    sums: dict[str, float] = {}
    for one in table(done.stdout):
        sums[one["to"]] = sums.get(one["to"], 0.0) + float(one["weight"]) * people[one["from"]]
    assert sums == pytest.approx({"x": 100, "y": 150, "z": 100})
    assert "error before calibration: 21.429 % of all counts (WAPE)." in done.stderr
    assert "error after calibration: 0.000 %" in done.stderr


def test_degrees_and_mixed_systems_are_refused_unless_one_is_named(run: Run, town: Path) -> None:
    from pyproj import Transformer

    turn = Transformer.from_crs("EPSG:25832", "EPSG:4326", always_xy=True).transform
    turned = [shapely.transform(one, lambda xy: np.column_stack(turn(xy[:, 0], xy[:, 1]))) for one in NEW.values()]
    write(town / "degrees.gpkg", "areas", {"id": list(NEW)}, turned, crs="EPSG:4326")
    done = run(to="degrees.gpkg")
    assert (done.exit_code, "'EPSG:4326' does not measure in metres" in done.stderr) == (3, True)
    other = Transformer.from_crs("EPSG:25832", "EPSG:25833", always_xy=True).transform
    moved = [shapely.transform(one, lambda xy: np.column_stack(other(xy[:, 0], xy[:, 1]))) for one in NEW.values()]
    write(town / "zone33.gpkg", "areas", {"id": list(NEW)}, moved, crs="EPSG:25833")
    done = run(to="zone33.gpkg")
    assert (done.exit_code, "different reference systems: EPSG:25832 and EPSG:25833" in done.stderr) == (3, True)
    done = run("--crs", "EPSG:25832", to="degrees.gpkg")
    assert done.exit_code == 0, done.stderr
    assert [float(one["weight"]) for one in table(done.stdout)] == pytest.approx(
        [0.5, 0.5, 0.5, 0.5, 0.25, 0.5, 0.25], abs=1e-4
    )


def test_two_systems_in_one_file_are_refused(run: Run, town: Path) -> None:
    """One outline in degrees among metres would otherwise lie outside all new areas and lose its people."""
    mixed = {**OLD, "c": shapely.box(13.1, 52.1, 13.2, 52.2)}
    write(town / "mixed.gpkg", "areas", {"id": list(mixed)}, list(mixed.values()))
    for done, file in ((run(source="mixed.gpkg"), "mixed.gpkg"), (run(to="mixed.gpkg"), "mixed.gpkg")):
        assert (done.exit_code, done.stdout) == (3, "")
        assert f"{file}, value 'c': these coordinates look like degrees, others like metres" in done.stderr


def test_faults_of_both_files_come_at_once(run: Run, town: Path) -> None:
    write(town / "bad.gpkg", "areas", {"id": ["a", "a", ""]}, list(OLD.values()))
    write(town / "worse.gpkg", "areas", {"id": ["x"]}, [shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])])
    done = run(to="worse.gpkg", source="bad.gpkg")
    assert done.exit_code == 3
    assert [one.split(",")[0].split(":")[0] for one in done.stderr.strip().splitlines()].count("bad.gpkg") == 2
    assert "crosses itself" in done.stderr
    assert "sozialraum.toml" not in done.stderr
    (town / "people.csv").write_text("area,people\na,-1\na,2\nq,x\n", encoding="utf-8")
    done = run("--carry", str(town / "people.csv"), "--counts", "people", "--carried", str(town / "c.csv"))
    assert (done.exit_code, len(done.stderr.strip().splitlines())) == (3, 3)
    write(town / "far.gpkg", "areas", {"id": ["f"]}, [box(900, 900, 910, 910)])
    done = run(to="far.gpkg")
    assert (done.exit_code, "No old area meets a new one." in done.stderr) == (3, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--method", "magic"), "no method 'magic'"),
        (("--method", "points"), "--basis belongs to"),
        (("--old-counts", "x.csv"), "needs both"),
        (("--carry", "x.csv"), "give --carry, --counts and --carried"),
        (("--method", "population", "--basis", "x.gpkg"), "needs --weight"),
    ],
)
def test_wrong_calls(run: Run, options: tuple[str, ...], said: str) -> None:
    done = run(*options)
    assert (done.exit_code, said in done.stderr) == (2, True)
