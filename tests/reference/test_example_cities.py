"""The example cities on the publishers' files: everything is read, known totals are met, real inconsistencies are found."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sozialraum.areas import Areas, areas_settings, read_areas
from sozialraum.examples import fill_from_publishers
from sozialraum.sources import Delivery, load_sources, parse_source, read_delivery


def city(name: str, folder: Path, data: Path) -> tuple[Areas, dict[str, Delivery]]:
    """Areas, and deliveries by source."""
    fill_from_publishers(name, folder, data)
    settings = tomllib.loads((folder / "sozialraum.toml").read_text(encoding="utf-8"))
    areas = read_areas(folder, areas_settings(settings["areas"]))
    sources = load_sources(folder / "sources")
    demo = tomllib.loads((folder / "demo.toml").read_text(encoding="utf-8"))["delivery"]
    return areas, {one["source"]: read_delivery(data / one["data"], sources[one["source"]], areas) for one in demo}


@pytest.fixture(scope="module")
def berlin(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Areas, dict[str, Delivery]]:
    return city("berlin", tmp_path_factory.mktemp("berlin"), real_data)


@pytest.fixture(scope="module")
def flensburg(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Areas, dict[str, Delivery]]:
    return city("flensburg", tmp_path_factory.mktemp("flensburg"), real_data)


@pytest.mark.parametrize("name", ["berlin", "flensburg"])
def test_every_file_of_the_publisher_passes(name: str, request: pytest.FixtureRequest) -> None:
    _, deliveries = request.getfixturevalue(name)
    assert {source: [fault.code for fault in one.errors + one.warnings] for source, one in deliveries.items()} == {
        source: [] for source in deliveries
    }


def test_berlin_has_its_areas_on_both_boundaries(berlin: tuple[Areas, dict[str, Delivery]]) -> None:
    areas, _ = berlin
    numbers = {one.id: [len(areas.layer(level, one.id)) for level in areas.levels] for one in areas.vintages}
    assert numbers == {"pre2021": [448, 138, 60, 12, 1], "2021": [542, 143, 58, 12, 1]}


def test_residents_of_the_monitoring_are_those_of_the_register(berlin: tuple[Areas, dict[str, Delivery]]) -> None:
    _, deliveries = berlin
    monitoring = deliveries["mss_2019"].facts["delivered"]
    monitoring = monitoring.filter(pc.equal(monitoring["indicator"], "mss_residents"))
    register = deliveries["population"].facts["population"]
    register = register.filter(
        pc.and_(pc.equal(register["period"], "2018"), pc.equal(register["breakdown"], "residence"))
    )
    counted = dict(zip(register["area"].to_pylist(), register["persons"].to_pylist(), strict=True))
    told = dict(zip(monitoring["area"].to_pylist(), monitoring["value"].to_pylist(), strict=True))
    assert len(told) == 436
    assert {area: counted[area] for area in told} == told


def test_all_day_care_places_of_berlin_lie_in_an_area(berlin: tuple[Areas, dict[str, Delivery]]) -> None:
    places = berlin[1]["daycare_centres"].facts["daycare_centres"]
    assert (len(places), pc.sum(places["places"]).as_py()) == (2880, 194_979)


def test_residents_of_flensburg_do_not_equal_their_age_groups_in_twelve_cases(
    flensburg: tuple[Areas, dict[str, Delivery]], real_data: Path, tmp_path: Path
) -> None:
    areas, _ = flensburg
    fill_from_publishers("flensburg", tmp_path, real_data)
    source = (tmp_path / "sources" / "residents.toml").read_text(encoding="utf-8")
    tables = real_data / "flensburg-sozialatlas" / "tables"
    parts = []
    for part, ages in (
        ("children_age_under_18", "[0, 18]"),
        ("residents_age_18_to_under_65", "[18, 65]"),
        ("residents_age_65_and_above", "[65]"),
    ):
        file = f"fl_{part}_by_district"
        own = source.replace("fl_residents_by_district", file).replace(
            '{ constant = "main" } }', f'{{ constant = "main" }}, age = {{ constant = {ages} }} }}'
        )
        parts.append(read_delivery(tables / f"{file}.csv", parse_source(own), areas).facts["population"])
    others = {"population": [pa.concat_tables(parts)]}
    found = read_delivery(tables / "fl_residents_by_district.csv", parse_source(source), areas, others=others)
    cases = [one for one in found.warnings if one.code == "totals_disagree"]
    assert len(cases) == 12
    assert {one.values["period"] for one in cases} == {"2017", "2018", "2019", "2020"}
    assert {one.value for one in cases} == {"01", "04", "05", "11"}
