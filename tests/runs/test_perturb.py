"""`run perturb` through the command: persons and counts, the contract of plain files, and the same noise everywhere."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sozialraum.runs.command import run_group

PERSONS = [(f"P{at * 7 % 101:03d}", f"0{at % 4}", f"Q{at % 4 // 2}", "fm"[at % 3 == 0]) for at in range(80)]
HEAD = "person,block,quarter,sex"
DIMENSIONS = ("--dimension", "block < quarter", "--dimension", "sex")


def call(*given: object, language: str = "en") -> Result:
    return CliRunner().invoke(run_group(language), [str(one) for one in given])


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.key"
    path.write_text("a secret for tests only\n", encoding="utf-8")
    return path


def written(path: Path, head: str, rows: list[tuple[str, ...]]) -> Path:
    path.write_text("\n".join([head, *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return path


def perturb(source: Path, *more: object, dimensions: tuple[str, ...] = DIMENSIONS) -> dict[tuple[str, ...], int]:
    out = source.with_name("out.csv")
    done = call("perturb", source, *dimensions, *more, "--out", out)
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    lines = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))
    assert lines[0][-2:] == ["n", "flag"]
    assert {line[-1] for line in lines[1:]} == {"ok"}
    return {tuple(line[:-2]): int(line[-2]) for line in lines[1:]}


def test_every_combination_with_the_same_noise_in_another_table(tmp_path: Path, secret: Path) -> None:
    persons = written(tmp_path / "persons.csv", HEAD, PERSONS)
    by = ("--id", "person", "--secret", secret)
    found = perturb(persons, *by)
    assert set(found) == {
        (block, sex) for block in ("Total", "Q0", "Q1", "00", "01", "02", "03") for sex in ("Total", "f", "m")
    }
    assert all(abs(count - truth(codes)) <= 5 for codes, count in found.items())
    assert any(count != truth(codes) for codes, count in found.items())
    other = written(tmp_path / "other.csv", HEAD, PERSONS[::-1])
    assert perturb(other, *by, dimensions=("--dimension", "quarter")) == {
        (code,): found[code, "Total"] for code in ("Q1", "Q0", "Total")
    }
    (tmp_path / "secret.key").write_text("another secret for tests", encoding="utf-8")
    assert perturb(persons, *by) != found


def truth(codes: tuple[str, ...]) -> int:
    return sum(all(code in (*person, "Total") for code in codes) for person in PERSONS)


def test_same_input_same_bytes_and_the_note_names_cost_and_risk(tmp_path: Path, secret: Path) -> None:
    persons = written(tmp_path / "persons.csv", HEAD, PERSONS)
    calls = ("perturb", persons, *DIMENSIONS, "--id", "person", "--secret", secret, "--out", "-")
    first, second = call(*calls), call(*calls)
    assert first.stdout == second.stdout != ""
    assert "21 cells with noise" in first.stderr
    assert "10 % before looking" in first.stderr
    assert "P0" not in first.stderr


def test_counts_with_codes_as_persons(tmp_path: Path, secret: Path) -> None:
    rows = [("1", "f", "7"), ("1", "m", "0"), ("2", "f", "3"), ("2", "m", "12")]
    cells = written(tmp_path / "cells.csv", "block,sex,n", rows)
    dimensions = ("--dimension", "block", "--dimension", "sex")
    by = ("--count", "n", "--secret", secret)
    found = perturb(cells, *by, dimensions=dimensions)
    assert found["1", "m"] == 0
    assert found["1", "f"] == found["1", "Total"]  # the same persons
    without_zero = written(
        tmp_path / "fewer.csv", "sex,block,n", [(sex, block, n) for block, sex, n in rows if n != "0"]
    )
    assert perturb(without_zero, *by, dimensions=dimensions) == found


def test_given_record_keys_and_a_hand_computed_cell(tmp_path: Path) -> None:
    """D = 1, V = 0.5, count 2: -1, 0, 1 with 1/4, 1/2, 1/4; keys 0.7 + 0.5 = 0.2 -> -1; with 0.1 more -> 0."""
    rows = [("a", "0.7"), ("a", "0.5"), ("b", ".8"), ("b", "0.5000000")]
    persons = written(tmp_path / "keys.csv", "sex,key", rows)
    shape = ("--largest", "1", "--variance", "0.5")
    found = perturb(persons, "--key", "key", *shape, dimensions=("--dimension", "sex"))
    assert found == {("Total",): 4, ("a",): 1, ("b",): 2}


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ((), 2, "Neither --count nor --id"),
        (("--id", "person"), 2, "--secret"),
        (("--id", "person", "--count", "n"), 2, "cannot go together"),
        (("--id", "person", "--secret", "missing.key"), 2, "Make one once"),
        (("--id", "persn", "--secret", "SECRET"), 3, "'persn' is missing"),
        (("--id", "sex", "--secret", "SECRET"), 3, "stands already in line 2"),
        (("--id", "person", "--secret", "SECRET", "--variance", "1", "--smallest", "3"), 2, "variance from 2 to 5"),
        (("--id", "person", "--secret", "SECRET", "--variance", "x"), 2, "no number"),
        (("--id", "person", "--secret", "SECRET", "--largest", "0"), 2, "whole number"),
        (("--key", "sex"), 3, "record key"),
    ],
)
def test_wrong_calls_and_faults_write_nothing(
    tmp_path: Path, secret: Path, more: tuple[str, ...], code: int, said: str
) -> None:
    persons = written(tmp_path / "persons.csv", HEAD, PERSONS)
    given = [str(secret) if one == "SECRET" else one for one in more]
    done = call("perturb", persons, *DIMENSIONS, *given, "--out", tmp_path / "out.csv")
    assert done.exit_code == code, done.output
    assert said in done.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["persons.csv", "secret.key"]


def test_ids_that_count_the_lines_are_warned_of(tmp_path: Path, secret: Path) -> None:
    rows = [(str(at + 1), *person[1:]) for at, person in enumerate(PERSONS)]
    persons = written(tmp_path / "persons.csv", HEAD, rows)
    done = call("perturb", persons, *DIMENSIONS, "--id", "person", "--secret", secret, "--out", "-", language="de")
    assert done.exit_code == 0
    assert "Hinweis: persons.csv" in done.stderr
    assert "Kennung" in done.stderr
