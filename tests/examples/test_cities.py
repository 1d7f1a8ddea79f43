"""The example cities: definitions only, complete in themselves, and their indicators compute what they say."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sozialraum.areas import areas_settings
from sozialraum.errors import CallError
from sozialraum.examples import fill_from_publishers, write_example
from sozialraum.indicators import catalogue
from sozialraum.indicators.examples import differences
from sozialraum.sources import load_sources

CITIES = ("berlin", "flensburg")


def read(file: Path) -> dict[str, object]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


@pytest.fixture(params=CITIES)
def city(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    write_example(request.param, tmp_path / request.param)
    return tmp_path / request.param


def test_only_definitions_are_shipped(city: Path) -> None:
    assert {one.suffix for one in city.rglob("*") if one.is_file()} == {".toml"}


def test_areas_and_sources_are_understood(city: Path) -> None:
    settings = read(city / "sozialraum.toml")
    levels = areas_settings(settings["areas"]).levels  # type: ignore[arg-type]
    sources = load_sources(city / "sources")
    assert {one.area.level for one in sources.values()} <= set(levels)
    demo = read(city / "demo.toml")["delivery"]
    assert {one["source"] for one in demo} == set(sources)  # type: ignore[attr-defined]


def test_own_indicators_compute_their_examples(city: Path) -> None:
    known = catalogue(city / "indicators")
    own = [known[one.stem] for one in sorted((city / "indicators").glob("*.toml"))]
    assert own
    assert [line for one in own for example in one.example for line in differences(one, example, known)] == []


def test_everything_released_is_defined(city: Path) -> None:
    known = catalogue(city / "indicators")
    plans = read(city / "release.toml")["release"]
    assert {one for plan in plans.values() for part in plan["figures"] for one in part["indicators"]} <= set(known)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", CITIES)
def test_missing_files_of_the_publisher_are_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"needs files of the publishers: .*\.(gpkg|geojson)"):
        fill_from_publishers(name, tmp_path, tmp_path)
