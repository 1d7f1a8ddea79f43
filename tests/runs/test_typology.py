"""`run typology` through the command."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sozialraum.runs.command import run_group

ROWS = [
    *(f"{at:02d},{3 + at / 10},{20 - at / 10},7" for at in range(10)),
    *(f"{at},{20 + at / 10},{4},7" for at in range(10, 20)),
]
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(
        *options: str, rows: list[str] = ROWS, header: str = "area,poverty,work,flat", language: str = "en"
    ) -> Result:
        source = tmp_path / "areas.csv"
        source.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        given = ["typology", str(source), "--indicators", "poverty,work,flat", "--draws", "5", "--out", "-", *options]
        return CliRunner().invoke(run_group(language), given)

    return call


def table(text: str) -> list[dict[str, str]]:
    assert "nan" not in text
    return list(csv.DictReader(io.StringIO(text)))


def test_two_types_with_what_sets_them_apart(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "types.csv"
    done = run("--worse", "poverty", "--better", "work", "--portraits", str(sheet))
    assert done.exit_code == 0, done.stderr
    found = table(done.stdout)
    assert [one["type"] for one in found] == ["1"] * 10 + ["2"] * 10
    assert {one["jaccard"] for one in found} == {"1.0"}
    assert "type 2: 10 areas, typical 1" in done.stderr
    told = table(sheet.read_text(encoding="utf-8"))
    marks = {(one["type"], one["indicator"]): round(float(one["distance"]), 1) for one in told}
    assert marks == {
        ("1", "poverty"): -1.0, ("1", "work"): 1.0, ("1", "flat"): 0.0,
        ("2", "poverty"): 1.0, ("2", "work"): -1.0, ("2", "flat"): 0.0,
    }  # fmt: skip
    assert told[3]["portrait_de"] == (
        "10 von 20 Gebieten: work unter dem Mittel (4,0, alle Gebiete 11,8); "
        "poverty über dem Mittel (21,4, alle Gebiete 12,4). Typisch: 14."
    )


def test_numbers_of_an_earlier_result_are_kept(run: Run, tmp_path: Path) -> None:
    before = tmp_path / "before.csv"
    before.write_text(
        "area,type\n" + "".join(f"{at:02d},{2 if at < 10 else 1}\n" for at in range(18)), encoding="utf-8"
    )
    done = run("--types", "2", "--worse", "poverty", "--before", str(before))
    assert done.exit_code == 0, done.stderr
    found = table(done.stdout)
    assert [one["type"] for one in found] == ["2"] * 10 + ["1"] * 10
    assert {one["overlap"] for one in found} == {"1.0"}


def test_an_area_without_a_value_stays_in_without_a_type(run: Run) -> None:
    done = run("--types", "2", rows=[*ROWS, "99,,3,7"])
    assert "1 areas lack a value and have no type." in done.stderr
    assert list(table(done.stdout)[-1].values()) == ["99", "", "", "", ""]


def test_the_same_call_gives_the_same_bytes_and_types_in_any_order(run: Run) -> None:
    one, two = run("--types", "2", "--method", "gaussian-mixture"), run("--types", "2", "--method", "gaussian-mixture")
    assert one.stdout == two.stdout
    turned = run("--types", "2", "--worse", "poverty", rows=ROWS[::-1])
    assert [row["type"] for row in table(turned.stdout)] == ["2"] * 10 + ["1"] * 10


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--indicators", "poverty"), "at least two different columns"),
        (("--method", "magic"), "no method 'magic'"),
        (("--types", "1"), "--types is a whole number from 2 on, not '1'"),
        (("--worse", "age"), "'age' is not among the --indicators"),
    ],
)
def test_wrong_calls(run: Run, options: tuple[str, ...], said: str) -> None:
    done = run(*options)
    assert (done.exit_code, said in done.stderr) == (2, True)


def test_faults_of_the_input_and_no_answer(run: Run, tmp_path: Path) -> None:
    done = run(rows=["01,1,x,2", "01,2,3,4", ",1,2,3"])
    assert (done.exit_code, len(done.stderr.strip().splitlines())) == (3, 3)
    assert run(rows=["01,1,1,1", "02,1,1,1"]).exit_code == 4
    assert run(rows=["01,1,1,1"]).exit_code == 4
    strange = tmp_path / "before.csv"
    strange.write_text("area,type\n77,1\n", encoding="utf-8")
    done = run("--types", "2", "--before", str(strange))
    assert (done.exit_code, "share no area" in done.stderr) == (3, True)
