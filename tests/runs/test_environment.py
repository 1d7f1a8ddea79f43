"""`run environment` through the command: reference patterns, places in and out of reach, faults by place."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from sozialraum.runs.command import run_group

Run = Callable[..., Result]
HEADER = "area,x,y,g1,g2"
TOWN = ["01,0,0,30,10", "02,300,0,20,20", "03,0,400,5,35", "04,2000,0,40,0"]
METRES = ("--groups", "g1,g2", "--unit", "m")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(lines: Iterable[str], *options: str, header: str = HEADER, language: str = "en") -> Result:
        source = tmp_path / "town.csv"
        source.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        arguments = ["environment", str(source), *(options or METRES), "--out", "-"]
        return CliRunner().invoke(run_group(language), arguments)

    return call


def values(done: Result) -> dict[tuple[str, ...], str]:
    assert done.exit_code == 0, done.stderr
    found = list(csv.DictReader(io.StringIO(done.stdout)))
    keys = ("measure", "group", "other", "radius_m", "people")
    assert list(found[0]) == [*keys, "value"]
    return {tuple(one[key] for key in keys): one["value"] for one in found}


def squares(where: Callable[[int, int], bool], unit: float = 1.0) -> list[str]:
    """20 x 20 squares of 200 m with 100 people each, 90 of g1 where it lives."""
    cells = [(right, down) for down in range(20) for right in range(20)]
    counts = [90 if where(right, down) else 0 for right, down in cells]
    return [
        f"a{at:03d},{right * 200 * unit},{down * 200 * unit},{n},{100 - n}"
        for at, ((right, down), n) in enumerate(zip(cells, counts, strict=True))
    ]


def test_exposure_by_hand(run: Run) -> None:
    found = values(run(TOWN, *METRES, "--radii", "600"))
    around = [(30 + 20 * 0.5 + 5 / 3, 40 + 40 * 0.5 + 40 / 3), (20 + 30 * 0.5 + 5 / 6, 40 + 40 * 0.5 + 40 / 6)]
    around += [(5 + 30 / 3 + 20 / 6, 40 + 40 / 3 + 40 / 6), (40.0, 40.0)]
    expected = sum(n / 95 * g / all_ for n, (g, all_) in zip((30, 20, 5, 40), around, strict=True))
    assert float(found["Spatial exposure", "g1", "g1", "600.0", ""]) == pytest.approx(expected)
    assert len(found) == 2 + 4


def test_reference_through_a_file(run: Run) -> None:
    chance = np.random.default_rng(0)
    few, many = chance.poisson(0.3, 400).tolist(), chance.poisson(3, 400).tolist()
    cells = [(200 * right, 200 * down) for down in range(20) for right in range(20)]
    lines = [f"{at:03d},{x},{y},{g1},{g2}" for at, ((x, y), g1, g2) in enumerate(zip(cells, few, many, strict=True))]
    found = values(run(lines, "--groups", "g1,g2", "--radii", "400"))
    assert float(found["Spatial H", "", "", "400.0", ""]) == pytest.approx(0.0651, abs=5e-5)


def test_metres_and_kilometres_give_the_same(run: Run) -> None:
    def quarter(right: int, down: int) -> bool:
        return right < 10 and down < 10

    options = ("--groups", "g1,g2", "--nearest", "500", "--radii", "400,1000")
    metres = values(run(squares(quarter), *options))
    kilometres = values(run(squares(quarter, 0.001), *options, "--unit", "km"))
    assert {key: float(one) for key, one in kilometres.items()} == pytest.approx(
        {key: float(one) for key, one in metres.items()}, rel=1e-9
    )


def test_default_radii_and_the_ratio_of_large_to_small(run: Run) -> None:
    found = values(run(squares(lambda right, _: right < 10)))
    h = {key[3]: float(value) for key, value in found.items() if key[0] == "Spatial H"}
    assert list(h) == ["500.0", "1000.0", "2000.0", "4000.0"]
    assert float(found["Macro/micro ratio", "", "", "", ""]) == pytest.approx(h["4000.0"] / h["500.0"])


def test_unknown_places_are_left_out_and_said(run: Run, tmp_path: Path) -> None:
    shares = tmp_path / "shares.csv"
    done = run([*TOWN, "05,,,7,7"], *METRES, "--radii", "600", "--places", str(shares))
    assert values(done) == values(run(TOWN, *METRES, "--radii", "600"))
    assert "1 areas have no known place and are left out, the first is '05'." in done.stderr
    rows = list(csv.DictReader(shares.open(encoding="utf-8")))
    assert [row["area"] for row in rows] == ["01", "01", "02", "02", "03", "03", "04", "04"]
    assert float(rows[-2]["value"]) == 1.0


def test_nobody_in_reach_is_empty_and_an_empty_group_is_said(run: Run, tmp_path: Path) -> None:
    shares = tmp_path / "shares.csv"
    lines = [f"{line},0" for line in [*TOWN, "05,90000,0,0,0"]]
    options = ("--groups", "g1,g2,g3", "--unit", "m", "--radii", "600", "--nearest", "50,999", "--places", str(shares))
    done = run(lines, *options, header=HEADER + ",g3")
    found = values(done)
    assert found["Spatial exposure", "g3", "g1", "600.0", ""] == ""
    assert float(found["Spatial H", "", "", "", "999.0"]) == pytest.approx(0.0, abs=1e-12)
    assert found["Median distance", "", "", "", "999.0"] == ""
    assert "nan" not in (done.stdout + shares.read_text(encoding="utf-8")).lower()
    assert "column 'g3': nobody is in this group" in done.stderr
    assert "there are fewer than 999 people" in done.stderr
    lone = [row for row in csv.DictReader(shares.open(encoding="utf-8")) if row["area"] == "05"]
    assert {row["value"] for row in lone if row["radius_m"]} == {""}


def outlines(path: Path, keys: Iterable[str], side: float = 1000.0, crs: str | None = "EPSG::25833") -> Path:
    """Squares in a row as GeoJSON, beginning where a UTM zone does."""
    features = []
    for at, key in enumerate(keys):
        west, south = (400_000.0 + at * side, 5_800_000.0) if crs else (13.0 + at * side, 52.0)
        ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"area": key, "PLR": key}, "geometry": shape})
    system = {"crs": {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{crs}"}}} if crs else {}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **system}), encoding="utf-8")
    return path


def test_outlines_give_places_and_land(run: Run, tmp_path: Path) -> None:
    file = outlines(tmp_path / "areas.geojson", ["01", "02", "03", "04"])
    done = run(TOWN, "--groups", "g1,g2", "--geometry", str(file), "--radii", "1500")
    found = values(done)
    assert {key[0] for key in found} >= {"ACL", "RCL", "SP", "Distance-decay isolation", "Delta", "ACO", "RCO"}
    assert found["ACO", "g1", "", "", ""] == ""  # all areas are of one size
    lines = [f"{one[:2]},{500 + 1000 * at},500,{one.split(',', 3)[3]}" for at, one in enumerate(TOWN)]
    points = values(run(lines, *METRES, "--radii", "1500"))
    for key, value in points.items():
        assert float(found[key]) == pytest.approx(float(value))


def test_degrees_need_a_word(run: Run, tmp_path: Path) -> None:
    file = outlines(tmp_path / "degrees.geojson", ["01", "02", "03", "04"], side=0.01, crs=None)
    done = run(TOWN, "--groups", "g1,g2", "--geometry", str(file))
    assert done.exit_code == 2
    assert "does not measure in metres (EPSG:4326)" in done.stderr
    found = values(run(TOWN, "--groups", "g1,g2", "--geometry", str(file), "--crs", "EPSG:25833", "--radii", "1000"))
    assert 0 < float(found["Spatial H", "", "", "1000.0", ""]) < 1
    assert run(TOWN, "--groups", "g1,g2", "--geometry", str(file), "--crs", "EPSG:4258").exit_code == 2


FAULTS = {
    "degrees": (["01,13.1,52.1,1,2", "02,13.2,52.2,2,1"], "all coordinates look like degrees."),
    "mixed": (["01,390000,5800000,1,2", "02,13.2,52.2,2,1"], "row 3, column 'x': these coordinates look like degrees"),
    "zones": (["01,390000,5800000,1,2", "02,4590000,5800000,2,1"], "the places lie 4200 km apart."),
    "text": (["01,a,0,1,2", "02,0,0,2,1"], "row 2, column 'x', value 'a': this is no number."),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_of_places(run: Run, name: str) -> None:
    lines, said = FAULTS[name]
    done = run(lines, "--groups", "g1,g2")
    assert done.exit_code == 3
    assert said in done.stderr
    assert done.stdout == ""


def test_faults_of_outlines(run: Run, tmp_path: Path) -> None:
    call = ("--groups", "g1,g2", "--geometry")
    assert "The area file does not exist. Check the path of --geometry." in run(TOWN, *call, "gone.gpkg").stderr
    twice = outlines(tmp_path / "twice.geojson", ["01", "01", "02"])
    assert "value '01': this key stands twice in the geometry file." in run(TOWN, *call, str(twice)).stderr
    others = outlines(tmp_path / "others.geojson", ["1", "2", "3"])
    assert "no area of the table is in the geometry file; it has '1', '2', '3'." in run(TOWN, *call, str(others)).stderr
    lacking = run(TOWN, *call, str(others), "--key", "PLZ")
    assert "Name the column that holds the area keys: --key." in lacking.stderr
    assert lacking.exit_code == 3


@pytest.mark.parametrize(
    "options",
    [
        ("--radii", "0"),
        ("--radii", "a"),
        ("--radii", "500,500"),
        ("--nearest", "-3"),
        ("--nearest", "inf"),
        ("--kernel", "gauss"),
        ("--crs", "EPSG:25833"),
        ("--places", "/nowhere/at/all.csv"),
    ],
)
def test_a_wrong_call(run: Run, options: tuple[str, ...]) -> None:
    assert run(TOWN, *METRES, *options).exit_code == 2


def test_a_single_area_has_no_answer(run: Run) -> None:
    done = run(TOWN[:1], language="de")
    assert done.exit_code == 4
    assert "mindestens zwei Gebiete und zwei Gruppen" in done.stderr


def test_columns_are_needed(run: Run) -> None:
    done = run(["01,1,2", "02,2,1"], "--groups", "g1,g2", header="area,g1,g2")
    assert done.exit_code == 3
    assert "column 'x' is missing" in done.stderr
    assert "Give columns x and y, or outlines: --geometry." in done.stderr


def test_help_says_when_not_to_use_it() -> None:
    for language, said in (("en", "Do not use it with radii smaller"), ("de", "Nicht geeignet mit Umkreisen")):
        assert said in CliRunner().invoke(run_group(language), ["environment", "--help"]).stdout
