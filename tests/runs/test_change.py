"""`run change` and the comparison with the coarser area through the command."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from sozialraum.analysis.uncertainty import local_empirical_bayes
from sozialraum.indicators.intervals import exact, wilson
from sozialraum.runs.command import run_group

Run = Callable[..., Result]
HEADER = "area,cases,people"
close = pytest.approx


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(before: list[str], now: list[str], *options: str, language: str = "en") -> Result:
        files = [tmp_path / name for name in ("before.csv", "now.csv")]
        for file, lines in zip(files, (before, now), strict=True):
            file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        names = ["--cases", "cases", "--of", "people", "--before", str(files[0])]
        return CliRunner().invoke(run_group(language), ["change", str(files[1]), *names, *options, "--out", "-"])

    return call


def table(done: Result) -> list[dict[str, str]]:
    assert done.exit_code == 0, done.stderr
    assert "nan" not in done.stdout
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_newcombes_example_of_two_shares(run: Run) -> None:
    """56 of 70 against 48 of 80: 0.2 with limits 0.0524 and 0.3339 (Newcombe 1998, method 10)."""
    (found,) = table(run(["a,48,80"], ["a,56,70"]))
    numbers = [float(found[name]) for name in ("before", "now", "change", "lower", "upper")]
    assert numbers == close([0.6, 0.8, 0.2, 0.0524, 0.3339], abs=5e-5)
    assert found["direction"] == "up"


def test_no_sign_of_change_and_what_is_not_known(run: Run) -> None:
    done = run(["a,10,100", "b,,100", "c,0,0", "e,1,9"], ["a,12,100", "b,5,100", "c,1,10", "d,1,10"], "--per", "100")
    rows = {one["area"]: one for one in table(done)}
    assert (rows["a"]["direction"], float(rows["a"]["change"])) == ("unclear", close(2.0))
    assert [rows[area][name] for area in "bc" for name in ("change", "lower", "direction")] == [""] * 6
    assert done.stderr.count("left out: 1.") == 2


def test_rates_have_the_limits_of_counts(run: Run) -> None:
    (found,) = table(run(["a,2,100"], ["a,9,100"], "--kind", "rate"))
    below, above = (np.array(exact(count)) / 100 for count in (2, 9))
    assert float(found["lower"]) == close(0.07 - np.hypot(0.09 - above[0], below[1] - 0.02))
    share = [np.array(wilson(count, 100)) for count in (2, 9)]
    (other,) = table(run(["a,2,100"], ["a,9,100"]))
    assert float(other["lower"]) == close(0.07 - np.hypot(0.09 - share[1][0], share[0][1] - 0.02))


@pytest.mark.parametrize(
    ("before", "now", "options", "code", "words"),
    [
        (["a,1,2"], ["b,1,2"], (), 3, "No area stands in both"),
        (["a,-1,2"], ["a,1,2"], (), 3, "cannot be negative"),
        (["a,1,2"], ["a,3,2"], (), 3, "more cases than people"),
        (["a,1,2", "a,1,2"], ["a,1,2"], (), 3, "stands already"),
        (["a,1,2"], ["a,1,2"], ("--per", "nan"), 2, "--per"),
        (["a,1,2"], ["a,1,2"], ("--level", "1"), 2, "--level"),
        (["a,3,2"], ["a,3,2"], ("--kind", "rate"), 0, ""),
    ],
)
def test_faults(run: Run, before: list[str], now: list[str], options: tuple[str, ...], code: int, words: str) -> None:
    done = run(before, now, *options)
    assert done.exit_code == code, done.stderr
    assert words in done.stderr


def intervals(folder: Path, lines: list[str], *options: str) -> Result:
    source = folder / "areas.csv"
    source.write_text("\n".join([f"{HEADER},district", *lines]) + "\n", encoding="utf-8")
    arguments = ["interval", str(source), "--cases", "cases", "--of", "people", *options, "--out", "-"]
    return CliRunner().invoke(run_group("en"), arguments)


def test_each_area_is_compared_with_its_own_district(tmp_path: Path) -> None:
    lines = ["a,10,100,A", "b,30,100,A", "c,30,100,B", "d,50,100,B", "e,,100,C"]
    alone = {one["area"]: one for one in table(intervals(tmp_path, lines, "--add", "compared"))}
    inside = {
        one["area"]: one for one in table(intervals(tmp_path, lines, "--add", "compared", "--within", "district"))
    }
    assert {area: float(one["whole"]) for area, one in alone.items() if one["whole"]} == close(
        dict.fromkeys("abcd", 0.3)
    )
    assert {area: float(one["whole"]) for area, one in inside.items() if one["whole"]} == close(
        {"a": 0.2, "b": 0.2, "c": 0.4, "d": 0.4}
    )
    assert [alone[area]["differs"] for area in "abcd"] == ["lower", "unclear", "unclear", "higher"]
    assert [inside[area]["differs"] for area in "abcd"] == ["lower", "higher", "lower", "higher"]
    assert inside["e"]["whole"] == inside["e"]["differs"] == ""
    assert intervals(tmp_path, lines, "--within", "district").exit_code == 2
    assert intervals(tmp_path, [*lines, "f,1,2,"], "--add", "compared", "--within", "district").exit_code == 3


def test_shrinking_towards_the_neighbourhood(tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("area,neighbour\na,b\nb,c\nelsewhere,a\n", encoding="utf-8")
    lines = ["a,1,100,A", "b,30,400,A", "c,3,90,A", "d,9,90,A"]
    rows = table(intervals(tmp_path, lines, "--add", "local", "--neighbours", str(pairs)))
    expected = local_empirical_bayes([1, 30, 3, 9], [100, 400, 90, 90], [0, 1, 1, 2], [1, 0, 2, 1])
    assert [float(one["local"]) for one in rows[:3]] == close(expected.value[:3].tolist())
    assert rows[3]["local"] == rows[3]["local_weight"] == ""
    assert intervals(tmp_path, lines, "--add", "local").exit_code == 2
