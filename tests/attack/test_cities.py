"""Whole workspaces through the gate with all their levels at once, attacked with everything that they publish."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks._blocks import LEVELS, City, write_city
from sozialraum.examples import fill_from_publishers
from sozialraum.workspace import Workspace
from sozialraum.workspace import open as open_workspace
from tests.attack.workspaces import attacked, heard, secrets_in

BERLIN = ("planning_area", "district_region", "forecast_area", "district", "city")
FILES = {"population_age_sex_plr": "population", "population_origin_plr": "population_origin"}
SHOWN = ["population_total", "share_under_18", "share_65_plus", "share_foreigners", "share_migration_background"]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """48 blocks in 8 quarters in 2 districts, two years."""
    workspace = write_city(tmp_path_factory.mktemp("blocks") / "city", City(2, 4, 6, 300.0, (2023, 2024)))
    workspace.release_planned("bericht", by="A")
    return workspace


@pytest.fixture(scope="module")
def berlin(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Workspace:
    """Berlin as if the publisher had protected nothing, with a minimum of ten: 1 and 2 occur nowhere in its files."""
    folder = tmp_path_factory.mktemp("berlin")
    fill_from_publishers("berlin", folder, real_data)
    for file, old, new in (
        *((f"sources/{one}.toml", "protected = true", "protected = false") for one in FILES.values()),
        ("sozialraum.toml", "minimum = 3", "minimum = 10"),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    workspace = open_workspace(folder)
    for file, source in FILES.items():
        workspace.add(real_data / "berlin-population" / f"{file}.csv", source, by="A")
    workspace.release([workspace.figures(SHOWN, level, ["2018"], "pre2021") for level in BERLIN], "alle", by="A")
    return workspace


def verdict(workspace: Workspace, name: str) -> Any:
    """What the house wrote down of the proof."""
    return json.loads((workspace.folder / "ledger" / name / "1.json").read_text(encoding="utf-8"))["verdict"]


def test_a_city_of_four_levels_narrows_nothing(city: Workspace) -> None:
    found = attacked(city)
    assert found.narrowed == []
    assert (found.secrets > 20, found.hidden > found.secrets, verdict(city, "bericht")["secrets"] > 20) == (True,) * 3
    assert set(city.released("bericht").table["level"].to_pylist()) == set(LEVELS)


def test_the_attacker_succeeds_where_a_city_hides_small_counts_only(city: Workspace) -> None:
    attacker, truth, shares = heard(city)
    secrets = secrets_in(attacker, truth, shares)
    attacker.known |= {key: number for key, number in truth.items() if number >= 3}
    assert len(attacker.narrowed(secrets)) > len(secrets) / 2


def test_berlin_with_five_levels_at_once_narrows_nothing(berlin: Workspace) -> None:
    found = attacked(berlin, minimum=10)
    assert (found.published, found.secrets, found.hidden > found.secrets) == (5915, 9, True)
    assert found.narrowed == []
    assert set(berlin.released("alle").table["level"].to_pylist()) == set(BERLIN)
    assert berlin.verify("alle")[1].faults == ()
