"""`run nearest` through the command."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sozialraum.runs.command import run_group

ROWS = ["01,1,100,7", "02,2,110,9", "03,9,900,3", "04,9.5,905,4", "05,,3,1"]
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(*options: str, rows: list[str] = ROWS) -> Result:
        source = tmp_path / "areas.csv"
        source.write_text("\n".join(["area,a,b,c", *rows]) + "\n", encoding="utf-8")
        return CliRunner().invoke(
            run_group("en"), ["nearest", str(source), "--indicators", "a,b", "--out", "-", *options]
        )

    return call


def table(text: str) -> list[dict[str, str]]:
    assert "nan" not in text.lower()
    return list(csv.DictReader(io.StringIO(text)))


def test_peers_and_each_area_beside_them(run: Run, tmp_path: Path) -> None:
    done = run("--count", "2", "--compare", "c,a", "--compared", str(tmp_path / "beside.csv"))
    assert done.exit_code == 0, done.stderr
    found = table(done.stdout)
    assert [(one["area"], one["rank"], one["similar"]) for one in found] == [
        ("01", "1", "02"), ("01", "2", "03"), ("02", "1", "01"), ("02", "2", "03"),
        ("03", "1", "04"), ("03", "2", "02"), ("04", "1", "03"), ("04", "2", "02"),
    ]  # fmt: skip
    assert "1 areas lack a value and are left out." in done.stderr
    first = table((tmp_path / "beside.csv").read_text(encoding="utf-8"))[0]
    assert first == {
        "area": "01", "indicator": "c", "value": "7.0", "peers_median": "6.0", "difference": "1.0", "peers_lowest": "3.0",
        "peers_highest": "9.0", "peers": "2", "peers_higher": "1",
    }  # fmt: skip


def test_only_the_named_areas_and_no_more_peers_than_there_are(run: Run) -> None:
    found = table(run("--areas", "03", "--count", "50").stdout)
    assert [one["similar"] for one in found] == ["04", "02", "01"]
    assert run("--areas", "05").exit_code == 2
    assert run("--areas", "77").exit_code == 2


def test_wrong_calls_faults_and_no_answer(run: Run) -> None:
    assert run("--compare", "c").exit_code == 2
    assert run("--count", "0").exit_code == 2
    assert run("--indicators", "a").exit_code == 2
    done = run(rows=["01,1,2,3", "01,x,2,3"])
    assert (done.exit_code, len(done.stderr.strip().splitlines())) == (3, 2)
    assert run(rows=["01,1,2,3"]).exit_code == 4
