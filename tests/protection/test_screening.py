"""The look for differences: every finding is one, and an attack on drawn areas is found before it succeeds."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas
import pyarrow as pa
import shapely
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.figures import Figures
from sozialraum.protection import Earlier, Evidence, Rule, Zoning, protect, verify
from sozialraum.protection.screening import differences
from sozialraum.runs.command import run_group
from tests.protection.test_gate import count, figures, flags

BLOCKS = "abcdef"
PEOPLE = [40, 2, 30, 50, 60, 70]
DISTRICTS = {"x": frozenset({0, 1, 2}), "y": frozenset({3, 4, 5})}
DRAWN = {"park": frozenset({0, 2})}
LAYERS = {"district": DISTRICTS, "drawn": DRAWN}


def test_a_drawn_area_that_leaves_two_people_out_is_found() -> None:
    told = {name: sum(PEOPLE[one] for one in held) for name, held in (DISTRICTS | DRAWN).items()}
    assert told["x"] - told["park"] == 2  # what anybody can subtract
    (found,) = differences(PEOPLE, {"district": DISTRICTS, "drawn": DRAWN})
    assert (found.larger, found.larger_areas, found.smaller, found.smaller_areas) == (
        "district",
        ("x",),
        "drawn",
        ("park",),
    )
    assert found.parts == {1}
    assert differences(PEOPLE, {"district": DISTRICTS, "drawn": {"park": frozenset({0, 3})}}) == []


def test_the_attack_succeeds_without_the_look_and_the_gate_closes_it() -> None:
    """District less drawn area is the block of two; both are far above the minimum."""
    told = {name: sum(PEOPLE[one] for one in held) for name, held in (DISTRICTS | DRAWN).items()}
    assert told["x"] - told["park"] == 2

    def ground(zonings: list[Zoning]) -> list[dict[Zoning, str]]:
        inside = [(level, area, held) for level, areas in LAYERS.items() for area, held in areas.items()]
        return [
            {(level, "1"): area for level, area, held in inside if one in held and (level, "1") in zonings}
            for one in range(6)
        ]

    described = [count("total")]
    official = figures([(key, "total", told[key], None) for key in "xy"], described, "district")
    drawn = figures([("park", "total", told["park"], None)], described, "drawn")
    both = Figures(pa.concat_tables([official.table, drawn.table]), tuple(described))
    done = protect(both, Rule(top="may-hide"), pieces=ground)
    marks = flags(done.figures)
    assert "suppressed" in (marks["x", "total"], marks["park", "total"])
    assert marks["y", "total"] == "ok"
    verdict = verify(Evidence(done.figures, done.secrets, (), ground, 3, True, done.certificate))
    assert (verdict.faults, verdict.secrets) == ((), 1)
    assert [one.code for one in verify(Evidence(both, done.secrets, (), ground, 3, True, done.certificate)).faults]
    later = protect(drawn, Rule(top="may-hide"), [Earlier(protect(official, Rule(), pieces=ground).figures)], ground)
    assert flags(later.figures) == {("park", "total"): "suppressed"}


@given(
    people=st.lists(st.integers(0, 6), min_size=6, max_size=6),
    first=st.lists(st.integers(0, 2), min_size=6, max_size=6),
    second=st.lists(st.integers(0, 2), min_size=6, max_size=6),
)
def test_every_difference_is_one_and_simple_ones_are_all_found(
    people: list[int], first: list[int], second: list[int]
) -> None:
    zonings = {
        name: {str(area): frozenset(at for at, one in enumerate(of) if one == area) for area in set(of)}
        for name, of in (("one", first), ("other", second))
    }
    found = differences(people, zonings)
    for one in found:
        larger, smaller = (
            frozenset().union(*(zonings[name][area] for area in areas)) if name else frozenset()
            for name, areas in ((one.larger, one.larger_areas), (one.smaller, one.smaller_areas))
        )
        assert smaller <= larger
        assert larger - smaller == one.parts
        assert 0 < sum(people[part] for part in one.parts) < 3
    groups = {one.parts for one in found}
    for large in zonings["one"].values():
        for small in zonings["other"].values():
            between = large - small
            if small < large and 0 < sum(people[part] for part in between) < 3:
                assert any(group <= between for group in groups)


def call(tmp_path: Path, *options: str) -> list[dict[str, str]]:
    """The result of the command on six blocks."""
    lines = [
        f"{key},{people},{'x' if at < 3 else 'y'}" for at, (key, people) in enumerate(zip(BLOCKS, PEOPLE, strict=True))
    ]
    (tmp_path / "blocks.csv").write_text("\n".join(["area,n,district", *lines]) + "\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(
        run_group("en"), ["differences", str(tmp_path / "blocks.csv"), "--count", "n", *options, "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert "tell of fewer than 3 people" in done.stderr
    return list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))


EXPECTED = {
    "count": "n",
    "larger": "district",
    "larger_areas": "x",
    "smaller": "drawn",
    "smaller_areas": "park",
    "parts": "b",
}


def test_drawn_areas_as_a_list_of_finest_ones(tmp_path: Path) -> None:
    (tmp_path / "drawn.csv").write_text("area,part\npark,a\npark,c\n", encoding="utf-8")
    assert call(tmp_path, "--zoning", "district", "--drawn", str(tmp_path / "drawn.csv")) == [EXPECTED]


def test_drawn_areas_as_outlines(tmp_path: Path) -> None:
    """Six blocks in a row; the drawn outline takes the first and third and a sliver of the fourth."""
    blocks = geopandas.GeoDataFrame(
        {"area": list(BLOCKS)}, geometry=[shapely.box(at, 0, at + 1, 1) for at in range(6)], crs=25832
    )
    blocks.to_file(tmp_path / "blocks.gpkg")
    shape = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3.1, 1)])
    geopandas.GeoDataFrame({"name": ["park"]}, geometry=[shape], crs=25832).to_file(tmp_path / "drawn.gpkg")
    options = (
        "--drawn",
        str(tmp_path / "drawn.gpkg"),
        "--drawn-key",
        "name",
        "--geometry",
        str(tmp_path / "blocks.gpkg"),
    )
    assert call(tmp_path, "--zoning", "district", *options) == [EXPECTED]


def test_finest_areas_that_are_published_themselves(tmp_path: Path) -> None:
    found = call(tmp_path, "--zoning", "district", "--finest", "published")
    assert [(one["larger"], one["smaller"], one["parts"]) for one in found] == [("area", "", "b")]
