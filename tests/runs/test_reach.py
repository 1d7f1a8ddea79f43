"""`run reach` through the command."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from sozialraum.runs.command import run_group

PAIRS = ["1,11,5", "1,12,25", "2,11,12", "2,12,8", "3,12,18", "3,11,40"]
PEOPLE, SITES = ["1,100", "2,200", "3,300"], ["11,10", "12,5"]
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(*options: str, pairs: list[str] = PAIRS, people: list[str] = PEOPLE, sites: list[str] = SITES) -> Result:
        for name, header, lines in (
            ("pairs", "from,to,minutes", pairs),
            ("people", "area,demand", people),
            ("sites", "area,supply", sites),
        ):
            (tmp_path / f"{name}.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        files = [str(tmp_path / f"{name}.csv") for name in ("pairs", "people", "sites")]
        arguments = ["reach", files[0], "--demand", files[1], "--supply", files[2], *options, "--out", "-"]
        return CliRunner().invoke(run_group("en"), arguments)

    return call


def per_head(done: Result) -> list[str]:
    assert done.exit_code == 0, done.stderr
    return [one["per_head"] for one in csv.DictReader(io.StringIO(done.stdout))]


def test_reference_values(run: Run) -> None:
    found = per_head(run("--limit", "30"))
    assert list(map(float, found)) == pytest.approx([0.0416666667, 0.0416666667, 0.0083333333], abs=5e-11)
    found = per_head(run())
    assert list(map(float, found)) == pytest.approx([0.0449550410, 0.0405506485, 0.0079812207], abs=5e-11)


def test_nothing_in_reach_is_0_and_an_unknown_time_is_empty(run: Run) -> None:
    done = run(
        "--limit",
        "30",
        pairs=[*PAIRS, "4,11,31", "5,11,"],
        people=[*PEOPLE, "4,9", "5,9", "6,9"],
        sites=[*SITES, "13,1"],
    )
    assert per_head(done)[3:] == ["0.0", "", ""]
    assert "not known: 2." in done.stderr
    assert "nobody reaches: 1." in done.stderr


@pytest.mark.parametrize(
    ("given", "options", "code", "words"),
    [
        ({"pairs": [*PAIRS, "1,11,3"]}, (), 3, "this pair stands already in line 2"),
        ({"pairs": ["1,11,-3"]}, (), 3, "cannot be negative"),
        ({"pairs": ["1,,3"]}, (), 3, "key is empty"),
        ({"pairs": ["8,9,3"]}, (), 4, "No pair has a place"),
        ({"people": ["1,-3"]}, (), 3, "cannot be negative"),
        ({"people": ["1,3", "1,4"]}, (), 3, "stands already"),
        ({"sites": ["11,"]}, (), 3, "the count is missing"),
        ({}, ("--limit", "-4"), 2, "--limit"),
        ({}, ("--limit", "x"), 2, "--limit"),
    ],
)
def test_faults(run: Run, given: dict[str, list[str]], options: tuple[str, ...], code: int, words: str) -> None:
    done = run(*options, **given)
    assert done.exit_code == code, done.stderr
    assert words in done.stderr


def test_travel_times_by_numbers_have_lost_the_zeros_of_their_keys(run: Run, tmp_path: Path) -> None:
    assert per_head(run("--limit", "30"))  # writes people and sites
    pairs = tmp_path / "pairs.parquet"
    pq.write_table(pa.table({"from": [1, 2], "to": ["11", "12"], "minutes": [5.0, 8.0]}), pairs)
    files = ["--demand", str(tmp_path / "people.csv"), "--supply", str(tmp_path / "sites.csv"), "--out", "-"]
    done = CliRunner().invoke(run_group("en"), ["reach", str(pairs), *files])
    assert (done.exit_code, "pairs.parquet, column 'from': the area key is no text." in done.stderr) == (3, True), (
        done.stderr
    )
