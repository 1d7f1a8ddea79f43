"""`run round` through the command: three ways, persons and counts, the contract of plain files."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.runs.town import CELLS as TOWN
from tests.runs.town import call

CELLS = TOWN.replace("04,Q2,f,5", "04,Q2,f,2")
DIMENSIONS = ("--dimension", "block < quarter", "--dimension", "sex")


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    path = tmp_path / "cells.csv"
    path.write_text(CELLS, encoding="utf-8")
    return path


def rounded(source: Path, *more: object) -> dict[tuple[str, str], int]:
    done = call("round", source, *DIMENSIONS, *more, "--out", source.with_name("out.csv"))
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    rows = list(csv.DictReader(source.with_name("out.csv").read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == ["block", "sex", "n", "flag"]
    assert {row["flag"] for row in rows} == {"ok"}
    assert len(rows) == 21
    return {(row["block"], row["sex"]): int(row["n"]) for row in rows}


def test_small_counts_only(cells: Path) -> None:
    found = rounded(cells, "--count", "n")
    assert not {1, 2} & set(found.values())
    assert (found["03", "m"], found["02", "f"], found["04", "m"]) == (12, 7, 0)
    assert {found["01", "f"], found["04", "f"]} == {0, 3}  # together 3, as they were
    assert found["Total", "Total"] == 45
    assert found["Q1", "f"] == found["01", "f"] + found["02", "f"]


def test_every_count_to_a_base(cells: Path) -> None:
    found = rounded(cells, "--count", "n", "--way", "controlled", "--base", "5", "--steps", "0")
    assert {count % 5 for count in found.values()} == {0}
    assert found["Total", "Total"] == 45
    assert found["Q1", "Total"] + found["Q2", "Total"] == 45


def test_by_chance(cells: Path) -> None:
    secret = cells.with_name("secret.key")
    secret.write_text("a secret for tests only")
    found = rounded(cells, "--count", "n", "--way", "random", "--secret", secret)
    assert {count % 3 for count in found.values()} == {0}
    assert (found["03", "m"], found["01", "m"], found["04", "m"]) == (12, 9, 0)


def test_a_line_per_person_gives_the_same_as_counts(cells: Path) -> None:
    lines = [line.rsplit(",", 1) for line in CELLS.splitlines()[1:]]
    persons = cells.with_name("persons.csv")
    persons.write_text("\n".join(["block,quarter,sex", *(codes for codes, n in lines for _ in range(int(n)))]))
    again = cells.with_name("fewer.csv")
    again.write_text("\n".join(line for line in CELLS.splitlines() if not line.endswith(",0")))
    done = [
        call("round", source, *DIMENSIONS, *count, "--out", "-").stdout
        for source, count in ((persons, ()), (again, ("--count", "n")))
    ]
    assert done[0] == done[1] != ""


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--count", "n", "--base", "1"), 2, "whole number from 2"),
        (("--count", "n", "--way", "random"), 2, "--secret"),
        (("--count", "n", "--secret", "x"), 2, "--way random only"),
        (("--count", "n", "--steps", "1"), 2, "--way controlled only"),
        (("--count", "m"), 3, "'m' is missing"),
        (("--count", "n", "--dimension", "age"), 3, "'age' is missing"),
    ],
)
def test_wrong_calls_and_faults_write_nothing(cells: Path, more: tuple[str, ...], code: int, said: str) -> None:
    done = call("round", cells, *DIMENSIONS, *more, "--out", cells.with_name("out.csv"))
    assert done.exit_code == code, done.output
    assert said in done.stderr
    assert [one.name for one in cells.parent.iterdir()] == ["cells.csv"]


def test_help_in_german() -> None:
    assert "Vielfache" in call("round", "--help", language="de").output
