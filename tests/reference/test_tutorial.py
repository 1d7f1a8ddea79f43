"""The tutorial on Flensburg keeps what it promises."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def done(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the workspace after the first step."""
    from sozialraum.workspace.demo import run_demo

    folder = tmp_path_factory.mktemp("tutorial") / "sozialraum-flensburg"
    lines: list[str] = []
    result = run_demo("flensburg", folder, real_data, say=lines.append)
    assert {path.suffix for path in result.reports} == {".html", ".pdf"}
    return folder


def test_the_difference_is_more_than_chance(done: Path) -> None:
    import sozialraum as sr

    shares = sr.open(done).figures(["share_under_18"], "district", [2022])
    old_town, next_one = (shares.row("share_under_18", area, 2022) for area in ("01", "02"))
    assert (round(old_town["value"]), round(next_one["value"])) == (10, 16)
    assert old_town["upper"] < next_one["lower"]


def test_a_changed_heading_is_found_and_nothing_is_stored(done: Path, real_data: Path, tmp_path: Path) -> None:
    import sozialraum as sr

    given = real_data / "flensburg-sozialatlas" / "tables" / "fl_age_groups_by_district.csv"
    spoiled = tmp_path / given.name
    spoiled.write_text(given.read_text(encoding="utf-8").replace("age_18_to_under_30", "Alter 18"), encoding="utf-8")
    before = sorted(path.name for path in (done / "deliveries").rglob("*"))
    (fault,) = [one for one in sr.open(done).check(spoiled, "residents_by_age").faults if one.severity == "error"]
    assert "age_18_to_under_30" in fault.say("de")
    assert sorted(path.name for path in (done / "deliveries").rglob("*")) == before


def test_twelve_rows_of_residents_differ_from_their_parts(real_data: Path) -> None:
    import pandas as pd

    tables = real_data / "flensburg-sozialatlas" / "tables"
    names = {
        "residents": "fl_residents_by_district",
        "young": "fl_children_age_under_18_by_district",
        "middle": "fl_residents_age_18_to_under_65_by_district",
        "old": "fl_residents_age_65_and_above_by_district",
    }
    parts = {
        name: pd.read_csv(tables / f"{file}.csv").set_index(["year", "district_id"])["residents"]
        for name, file in names.items()
    }
    together = pd.DataFrame(parts).dropna()
    differs = together[together["residents"] != together[["young", "middle", "old"]].sum(axis=1)]
    assert len(differs) == 12
    assert set(differs.index.get_level_values("year")) == {2017, 2018, 2019, 2020}
