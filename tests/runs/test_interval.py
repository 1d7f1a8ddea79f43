"""`run interval` through the command."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sozialraum.runs.command import run_group

TOWN = ["01,0,10", "02,3,10", "03,65,100", "04,7,1500", "05,,40", "06,0,0"]
Run = Callable[..., Result]
close = pytest.approx


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(lines: list[str], *options: str) -> Result:
        source = tmp_path / "town.csv"
        source.write_text("\n".join(["area,cases,people", *lines]) + "\n", encoding="utf-8")
        arguments = ["interval", str(source), "--cases", "cases", *options, "--out", "-"]
        return CliRunner().invoke(run_group("en"), arguments)

    return call


def table(done: Result) -> list[dict[str, str]]:
    assert done.exit_code == 0, done.stderr
    assert "nan" not in done.stdout
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_shares_have_wilson_limits(run: Run) -> None:
    found = table(run(TOWN, "--of", "people"))
    assert list(found[0]) == ["area", "value", "lower", "upper"]
    expected = [(0, 0.277532799863), (0.107791267406, 0.603221852539), (0.552544432969, 0.736357517569)]
    assert [(float(one["lower"]), float(one["upper"])) for one in found[:3]] == [
        close(one, rel=1e-9) for one in expected
    ]
    assert [one["value"] for one in found[4:]] == ["", ""]


def test_counts_and_rates_are_exact_below_ten_and_byar_above(run: Run) -> None:
    counts = table(run(["01,9,1", "02,10,1", "03,0,1"]))
    limits = [(4.11537309738, 17.0848034514), (4.78744990, 18.39145861), (0, 3.68887945411)]
    assert [(float(one["lower"]), float(one["upper"])) for one in counts] == [close(one, rel=1e-8) for one in limits]
    rates = table(run(["01,9,1000"], "--of", "people", "--kind", "rate", "--per", "1000"))
    assert float(rates[0]["upper"]) == close(17.0848034514)


def test_further_columns(run: Run) -> None:
    found = table(
        run(["01,20,1000", "02,80,1000", "03,50,1000", "04,,9"], "--of", "people", "--add", "compared,marshall,logit")
    )
    assert [one["differs"] for one in found] == ["lower", "higher", "unclear", ""]
    assert [float(one["whole"]) for one in found[:3]] == close([0.05] * 3)
    assert 0.02 < float(found[0]["marshall"]) < 0.05
    assert 0.02 < float(found[0]["logit"]) < 0.05


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--of", "people", "--kind", "mean"), 2),
        (("--kind", "share"), 2),
        (("--level", "95"), 2),
        (("--level", "x"), 2),
        (("--add", "compared"), 2),
        (("--of", "people", "--add", "funnel"), 2),
        (("--of", "people", "--kind", "rate", "--add", "logit"), 2),
        (("--of", "persons"), 3),
    ],
)
def test_wrong_calls(run: Run, options: tuple[str, ...], code: int) -> None:
    assert run(TOWN, *options).exit_code == code


def test_faults_are_named_by_place(run: Run) -> None:
    done = run(["01,11,10", "02,-1,10", "02,x,10"], "--of", "people")
    assert done.exit_code == 3
    assert "row 2, column 'cases', value '11': more cases than people." in done.stderr
    assert len(done.stderr.strip().splitlines()) == 4
    assert run(["01,3,10"], "--of", "people", "--add", "marshall").exit_code == 4
