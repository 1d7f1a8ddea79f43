"""A right for an area holds for that area, also where a reform gave its key to another one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.accounts.test_attack import text
from tests.web.people import browser, make_person, send
from tests.workspace.town import make_town, rows

REFORM = """
[[areas.vintage]]
id = "2"
valid_from = 2025-01-01

[areas.vintage.layer.planning_area]
file = "areas/areas.gpkg"
key = "key"
name = "name"
parent = { district = { column = "swapped" } }

[areas.vintage.layer.district]
file = "areas/swapped.gpkg"
key = "key"
name = "name"
"""
FIGURES = "/intern/zahlen/?indicator=population_total&level=planning_area&period="


@pytest.fixture
def reformed(tmp_path: Path, database: None) -> Iterator[Path]:  # noqa: ARG001
    """The town after a reform in 2025: district 01 has become 03, and 03 has become 01."""
    import geopandas as gpd
    from django.test.utils import override_settings

    from sozialraum.web.figures.shelf import shelf

    town = make_town(tmp_path / "kleinstadt")
    other = {"01": "03", "02": "02", "03": "01"}
    layer = gpd.read_file(town.folder / "areas" / "areas.gpkg")
    layer["swapped"] = [other[one] for one in layer["district"]]
    layer.to_file(town.folder / "areas" / "areas.gpkg")
    layer = gpd.read_file(town.folder / "areas" / "districts.gpkg")
    layer["key"] = [other[one] for one in layer["key"]]
    layer.to_file(town.folder / "areas" / "swapped.gpkg")
    settings, plan = town.folder / "sozialraum.toml", town.folder / "release.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + REFORM, encoding="utf-8")
    plan.write_text(plan.read_text(encoding="utf-8").replace('["2024"]', '["2024", "2025"]'), encoding="utf-8")
    file = tmp_path / "einwohner_2025.csv"
    file.write_text(rows(year="2025"), encoding="utf-8")
    from sozialraum.workspace import open as open_workspace

    now = open_workspace(town.folder)
    accepted = {one.code: "x" for one in now.check(file, "einwohner").warnings}
    now.add(file, "einwohner", by="x", accept=accepted, received="2026-01-20T08:00:00")
    with override_settings(SOZIALRAUM_WORKSPACE=str(town.folder)):
        shelf.cache_clear()
        yield town.folder
    shelf.cache_clear()


def own(person: Any, period: str) -> set[str]:
    """Areas that the person sees in full at that date."""
    page = text(browser(person).get(FIGURES + period))
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.S)
    names = {re.search(r"Gebiet (\d{4})", row): "nicht Ihr Gebiet" in row for row in rows}
    return {found[1] for found, other in names.items() if found and not other}


def district(number: str) -> set[str]:
    return {f"{number}0{place}" for place in (1, 2, 3, 4)}


@pytest.mark.parametrize(
    ("areas", "before", "after"),
    [
        (["district:02"], district("02"), district("02")),
        (["district:01@1"], district("01"), set()),
        (["district:01@2"], set(), district("03")),
        (["district:01@1", "district:03@2"], district("01"), district("01")),
        (["planning_area:0101@1"], {"0101"}, set()),
    ],
)
def test_a_right_does_not_pass_to_the_place_that_has_the_key_now(
    reformed: Path,  # noqa: ARG001
    areas: list[str],
    before: set[str],
    after: set[str],
) -> None:
    person = make_person("commune", areas=areas)
    assert (own(person, "2024"), own(person, "2025")) == (before, after)


@pytest.mark.parametrize(
    ("area", "status", "said"),
    [
        (
            "district:01",
            400,
            "Nach anderem Gebietsstand ist „district:01“ ein anderes Gebiet: Nord (1), Süd (2).",
        ),
        ("district:02", 302, ""),
        ("district:01@1", 302, ""),
        ("district:01@3", 400, "Es gibt kein Gebiet"),
        ("district:99@1", 400, "Es gibt kein Gebiet"),
        ("nowhere:01@1", 400, "Es gibt kein Gebiet"),
    ],
)
def test_a_key_of_two_places_is_given_with_its_boundaries(reformed: Path, area: str, status: int, said: str) -> None:  # noqa: ARG001
    administrator, person = browser(make_person("administrator")), make_person("reader")
    page = f"/intern/personen/{person.pk}/"
    answer = send(administrator, f"{page}rolle/", {"role": "commune", "area": area}, page=page)
    assert (answer.status_code, said in text(answer)) == (status, True)
    if area == "district:01@1":
        assert "Nord (01, 1)" in text(administrator.get(page))
