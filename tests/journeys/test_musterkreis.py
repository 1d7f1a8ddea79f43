"""From an empty folder to a saved report on the invented county, and back from a number to its rows."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf

from sozialraum.figures import Description
from tests.journeys.conftest import Built, Run


def test_the_demo_ends_with_two_reports_that_it_names(county: Built) -> None:
    assert county.answer.code == 0, county.answer.err
    reports = sorted(path.name for path in (county.folder / "output").iterdir())
    assert reports == ["social-report-sozialbericht-1.html", "social-report-sozialbericht-1.pdf"]
    for name in reports:
        assert str(county.folder / "output" / name) in county.answer.out


def test_the_reports_say_that_everything_is_invented(county: Built) -> None:
    page = (county.folder / "output" / "social-report-sozialbericht-1.html").read_text(encoding="utf-8")
    assert "erfunden" in page
    with pikepdf.open(county.folder / "output" / "social-report-sozialbericht-1.pdf") as document:
        assert document.Root.Lang == "de"
        assert document.Root.MarkInfo.Marked
        assert len(document.pages) > 10


def test_every_declared_correction_was_applied(county: Built) -> None:
    records = [json.loads(path.read_text()) for path in county.folder.glob("deliveries/*/*/delivery.json")]
    applied = sum(len(record["corrections"]) for record in records)
    assert f"{len(records)} Dateien gespeichert; {applied} angegebene Korrekturen" in county.answer.out
    assert applied >= 7


def is_balance(one: Description) -> bool:
    """Births less deaths, moves in less moves out: a difference, no group of people."""
    return any(part.get("subtract") for part in one.conditions.get("numerator", []))


def test_no_small_count_is_released(county: Built) -> None:
    from sozialraum.workspace import open as open_workspace

    release = open_workspace(county.folder).released("sozialbericht")
    counts = {
        one.id
        for one in release.descriptions
        if one.counts and one.kind in ("ratio", "total") and one.conditions.get("numerator") and not is_balance(one)
    }
    rows = [
        row
        for row in release.table.select(["indicator", "numerator", "denominator", "value", "flag"]).to_pylist()
        if row["indicator"] in counts
    ]
    assert len(rows) > 10_000
    assert [row for row in rows if row["numerator"] is not None and 0 < row["numerator"] < 3] == []
    hidden = [row for row in rows if row["flag"] == "suppressed"]
    assert len(hidden) > 100
    assert [
        row for row in hidden if row["value"] is not None or None not in (row["numerator"], row["denominator"])
    ] == []


def test_a_number_explains_itself(county: Built, run: Run) -> None:
    from sozialraum.workspace import open as open_workspace

    area = open_workspace(county.folder).areas.layer("planning_area", "2020").keys[0]
    answer = run("explain", "share_under_18", "--area", area, "--period", "2024", "--level", "planning_area",
                 "--workspace", str(county.folder))  # fmt: skip
    assert answer.code == 0, answer.err
    for part in ("Definition:", "Zähler:", "einwohner_2024.csv", "Zeilen", "Korrekturen:", "Regel:", "sozialbericht-1"):
        assert part in answer.out


def test_show_lists_what_there_is(county: Built, run: Run) -> None:
    answer = run("show", "--workspace", str(county.folder))
    assert "sozialbericht-1" in answer.out
    assert "population_register" in answer.out
    figures = run("show", "share_under_18", "--period", "2024", "--level", "county", "--workspace", str(county.folder))
    assert figures.out.startswith("Intern")
    assert "share_under_18" in figures.out


def test_the_same_file_twice_is_refused_and_changes_nothing(county: Built, run: Run) -> None:
    before = sorted(str(path) for path in county.folder.rglob("*"))
    answer = run("add", str(county.folder / "eingang" / "einwohner_2024.csv"), "--source", "population_register",
                 "--workspace", str(county.folder))  # fmt: skip
    assert answer.code == 3
    assert sorted(str(path) for path in county.folder.rglob("*")) == before


def test_a_profile_of_one_area_and_the_report_in_english(county: Built, run: Run, tmp_path: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    area = open_workspace(county.folder).areas.layer("planning_area", "2020").keys[0]
    profile = run("report", "area-profile", "--release", "sozialbericht", "--area", area, "--out", str(tmp_path / "p.html"),
                  "--workspace", str(county.folder))  # fmt: skip
    assert profile.code == 0, profile.err
    english = run("report", "social-report", "--release", "sozialbericht-1", "--out", str(tmp_path / "e.pdf"), "--lang", "en",
                  "--workspace", str(county.folder))  # fmt: skip
    assert english.code == 0, english.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["e.pdf", "p.html"]
    wrong = run("report", "social-report", "--release", "sozialbericht", "--out", str(tmp_path / "e.docx"),
                "--workspace", str(county.folder))  # fmt: skip
    assert (wrong.code, (tmp_path / "e.docx").exists()) == (2, False)


def test_a_demo_never_takes_a_folder_that_no_demo_made(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file.txt").write_text("mine")
    answer = run("demo", "--no-serve", "--folder", str(tmp_path / "mine"))
    assert (answer.code, (tmp_path / "mine" / "file.txt").read_text()) == (2, "mine")


def test_the_release_does_not_tell_which_hidden_counts_are_small(county: Built) -> None:
    record = json.loads((county.folder / "releases" / "sozialbericht" / "1" / "release.json").read_text())["record"]
    assert set(record["audit"]) == {"rule", "rows_in", "rows_out", "hidden", "by_indicator", "amounts"}
    assert {one["indicator"]: one["withheld"] for one in record["audit"]["amounts"]} == {
        "mean_age": False,
        "living_space_per_person": False,
    }
    assert (county.folder / "ledger" / "sozialbericht" / "1.parquet").is_file()
