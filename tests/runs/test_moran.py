"""`run moran` through the command: reference values, islands, gaps, systems of coordinates, faults, same bytes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sozialraum.runs.command import run_group

K = "3528914762558139246783125"
Run = Callable[..., Result]


def squares(
    path: Path, size: int = 25, side: float = 1000.0, west: float = 400_000.0, south: float = 5_800_000.0
) -> Path:
    """Squares in rows of five as GeoJSON; in degrees where they lie where degrees do."""
    features = []
    for at in range(size):
        x, y = west + at % 5 * side, south + at // 5 * side
        ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"area": f"{at:02d}"}, "geometry": shape})
    system = {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25833"}}} if south > 90 else {}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **system}), encoding="utf-8")
    return path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    squares(tmp_path / "areas.geojson")

    def call(values: Iterable[object], *options: str, language: str = "en", geometry: str = "areas.geojson") -> Result:
        source = tmp_path / "rates.csv"
        lines = [f"{at:02d},{value}" for at, value in enumerate(values)]
        source.write_text("\n".join(["area,rate", *lines]) + "\n", encoding="utf-8")
        outlines = ["--geometry", str(tmp_path / geometry)] if geometry else []
        arguments = ["moran", str(source), "--value", "rate", *outlines, "--draws", "99", *options, "--out", "-"]
        return CliRunner().invoke(run_group(language), arguments)

    return call


def rows(done: Result) -> list[dict[str, str]]:
    assert done.exit_code == 0, done.stderr
    assert "nan" not in done.stdout.lower()
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_reference_values(run: Run, tmp_path: Path) -> None:
    whole = tmp_path / "whole.csv"
    done = run(K, "--whole", str(whole))
    found = rows(done)
    names = "area,value,neighbours,local_moran,p,q,pattern,gi_star,gi_p,gi_q,hot_spot"
    assert list(found[0]) == names.split(",")
    assert [float(row["local_moran"]) for row in found[:3]] == pytest.approx(
        [0.3271454, -0.0681485, -0.5481192], abs=5e-8
    )
    assert [float(row["gi_star"]) for row in found[:2]] == pytest.approx([-1.161199550, -1.046964923], abs=1e-9)
    moran, geary = csv.DictReader(whole.open(encoding="utf-8"))
    assert float(moran["value"]) == pytest.approx(-0.005894805406, rel=1e-9)
    assert float(moran["variance"]) == pytest.approx(0.011864863100, rel=1e-9)
    assert float(geary["value"]) == pytest.approx(0.930410356619, rel=1e-9)
    assert geary["p_shuffled"] == ""
    assert "Moran's I is -0.006 where chance alone gives -0.042" in done.stderr
    assert "Chance alone could make this pattern." in done.stderr
    assert "with fewer than 30 areas" in done.stderr


def test_the_same_call_gives_the_same_bytes(run: Run) -> None:
    assert run(K).stdout == run(K, "--seed", "1").stdout != run(K, "--seed", "2").stdout


def test_degrees_have_borders_but_no_distances(run: Run, tmp_path: Path) -> None:
    squares(tmp_path / "degrees.geojson", side=0.01, west=13.0, south=52.0)
    assert run(K, geometry="degrees.geojson").stdout == run(K).stdout
    refused = run(K, "--k", "4", geometry="degrees.geojson")
    assert refused.exit_code == 2
    assert "does not measure in metres" in refused.stderr
    assert rows(run(K, "--k", "4", "--crs", "EPSG:25833", geometry="degrees.geojson"))


def test_islands_missing_values_and_unknown_places(run: Run) -> None:
    done = run([*K, 7, 8], language="de")
    found = rows(done)
    assert [row["value"] for row in found[-2:]] == ["", ""]
    assert "2 Gebiete haben keine bekannte Lage" in done.stderr
    assert "Gebiete ohne Nachbarn und darum ohne lokalen Wert: 2" in done.stderr
    gap = rows(run([*K[:12], "", *K[13:]]))
    empty = ("value", "local_moran", "p", "q", "pattern", "gi_star", "gi_p", "gi_q", "hot_spot")
    assert {gap[12][name] for name in empty} == {""}
    assert sum(row["local_moran"] == "" for row in gap) == 1


def test_points_have_distances(tmp_path: Path) -> None:
    lines = [f"{at:02d},{value},{at % 5 * 100},{at // 5 * 100}" for at, value in enumerate(K)]
    source = tmp_path / "points.csv"
    source.write_text("\n".join(["area,rate,x,y", *lines]) + "\n", encoding="utf-8")
    call = ["moran", str(source), "--value", "rate", "--draws", "99", "--out", "-"]
    queen = rows(CliRunner().invoke(run_group("en"), [*call, "--distance", "142", "--unit", "m"]))
    assert [float(row["gi_star"]) for row in queen[:2]] == pytest.approx([-1.161199550, -1.046964923], abs=1e-9)
    kilometres = [*call, "--distance", "142", "--unit", "km"]
    assert {
        row["neighbours"] for row in rows(CliRunner().invoke(run_group("en"), [*call, "--k", "3", "--unit", "km"]))
    } > {"3"}
    assert CliRunner().invoke(run_group("en"), kilometres).exit_code == 4  # nobody within 142 m of places 100 km apart
    assert CliRunner().invoke(run_group("en"), call).exit_code == 2  # borders of points


def test_mixed_systems_are_named(run: Run, tmp_path: Path) -> None:
    mixed = json.loads((tmp_path / "areas.geojson").read_text(encoding="utf-8"))
    ring = mixed["features"][3]["geometry"]["coordinates"][0]
    mixed["features"][3]["geometry"]["coordinates"] = [[[13 + x % 1000 / 1e5, 52 + y % 1000 / 1e5] for x, y in ring]]
    mixed["features"][3]["geometry"]["coordinates"] = [[[13.0, 52.0], [13.1, 52.0], [13.1, 52.1], [13.0, 52.0]]]
    (tmp_path / "mixed.geojson").write_text(json.dumps(mixed), encoding="utf-8")
    done = run(K, geometry="mixed.geojson")
    assert done.exit_code == 3
    assert "row 5: these coordinates look like degrees, others like metres." in done.stderr


@pytest.mark.parametrize(
    ("values", "said"), [("5", "Nur 0 Gebiete"), ("5" * 25, "denselben Wert"), ([""] * 25, "Nur 0 Gebiete")]
)
def test_without_enough_to_compare_there_is_no_answer(run: Run, values: Iterable[object], said: str) -> None:
    done = run(values, language="de")
    assert done.exit_code == 4
    assert said in done.stderr


WRONG = [("--neighbours", "bishop"), ("--neighbours", "distance"), ("--k", "0"), ("--k", "x"), ("--distance", "-1")]
WRONG += [("--k", "30"), ("--level", "2"), ("--seed", "-1"), ("--draws", "1e9"), ("--distance", "5", "--k", "2")]


@pytest.mark.parametrize("options", WRONG)
def test_a_wrong_call(run: Run, options: tuple[str, ...]) -> None:
    assert run(K, *options).exit_code == 2


def test_faults_are_named_by_place(run: Run) -> None:
    done = run(["x", *K[1:]])
    assert done.exit_code == 3
    assert "row 2, column 'rate', value 'x': this is no number." in done.stderr


def test_help_says_when_not_to_use_it() -> None:
    for language, said in (("en", "Do not use it on counts"), ("de", "Nicht geeignet für Anzahlen")):
        assert said in CliRunner().invoke(run_group(language), ["moran", "--help"]).stdout
