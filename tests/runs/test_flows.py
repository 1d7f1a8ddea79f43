"""`run flows` through the command."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sozialraum.runs.command import run_group

TOWN = ["01,01,50", "01,02,10", "01,03,5", "02,01,40", "02,02,20", "02,03,5", "03,01,30", "03,02,5", "03,03,10"]
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(lines: list[str], *options: str, header: str = "from,to,count") -> Result:
        source = tmp_path / "pairs.csv"
        source.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return CliRunner().invoke(run_group("en"), ["flows", str(source), *options, "--out", "-"])

    return call


def table(done: Result) -> list[dict[str, str]]:
    assert done.exit_code == 0, done.stderr
    assert "nan" not in done.stdout
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_the_worked_example(run: Run) -> None:
    found = table(run(TOWN, "--centre", "01", "--smallest", "50"))
    assert [one["area"] for one in found] == ["01", "02", "03"]
    assert [float(found[0][name]) for name in ("in", "out", "balance", "centrality")] == pytest.approx(
        [70, 15, 55, 120 / 65]
    )
    assert [one["main_flow"] for one in found] == ["", "01", "01"]
    assert [one["functional_area"] for one in found] == ["01", "01", "01"]
    assert [one["gain"] for one in found] == ["", "30.0", "25.0"]


def test_hidden_pairs_are_said_and_bounded(run: Run) -> None:
    done = run([*TOWN[:-1], "03,03,"], "--hidden-at-most", "9")
    found = table(done)
    assert "1 of 9 pairs are hidden" in done.stderr
    assert [one["hidden_inside"] for one in found] == ["0", "0", "1"]
    assert float(found[2]["self_containment_upper"]) == pytest.approx(9 / 44)
    assert "in_lower" not in table(run(TOWN))[0]


def test_faults_and_wrong_calls(run: Run) -> None:
    done = run([*TOWN, "01,02,-3", "01,,x"])
    assert done.exit_code == 3
    assert len(done.stderr.strip().splitlines()) == 4
    assert "row 11, value '01 -> 02': this pair stands already in line 3." in done.stderr
    assert run(TOWN, "--centre", "09").exit_code == 2
    assert run(TOWN, "--smallest", "many").exit_code == 2
    assert run(TOWN, header="home,to,count").exit_code == 3
