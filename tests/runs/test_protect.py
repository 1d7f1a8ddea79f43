"""`run protect` and `run verify` through the command: the contract of plain files."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import pytest
from click.testing import Result

from tests.runs.town import CELLS, call

DIMENSIONS = ["--dimension", "block < quarter", "--dimension", "sex"]


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    path = tmp_path / "cells.csv"
    path.write_text(CELLS, encoding="utf-8")
    return path


def protect(cells: Path, *more: object) -> Result:
    out, proof = cells.with_name("table.csv"), cells.with_name("proof.json")
    return call("protect", cells, "--count", "n", *DIMENSIONS, *more, "--out", out, "--certificates", proof)


def verify(cells: Path, *more: object) -> Result:
    table, proof = cells.with_name("table.csv"), cells.with_name("proof.json")
    return call("verify", table, "--cells", cells, "--certificates", proof, *more)


def table(cells: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(cells.with_name("table.csv").read_text(encoding="utf-8"))))


def test_table_holds_every_combination_with_n_and_flag(cells: Path) -> None:
    done = protect(cells)
    assert (done.exit_code, done.stdout) == (0, "")
    rows = table(cells)
    assert list(rows[0]) == ["block", "sex", "n", "flag"]
    assert {(row["block"], row["sex"]) for row in rows} == {
        (block, sex) for block in ("Total", "Q1", "Q2", "01", "02", "03", "04") for sex in ("Total", "f", "m")
    }
    by_code = {(row["block"], row["sex"]): row for row in rows}
    assert by_code["01", "f"] == {"block": "01", "sex": "f", "n": "", "flag": "primary"}
    assert by_code["04", "m"]["n"] == "0"
    assert by_code["Total", "Total"]["n"] == "48"
    assert all((row["n"] == "") == (row["flag"] != "ok") for row in rows)


def test_what_protect_writes_is_proved_with_and_without_the_dimensions(cells: Path) -> None:
    protect(cells)
    for given in ([], DIMENSIONS, ["--count", "n", *DIMENSIONS, "--minimum", "3", "--zeros", "show"]):
        done = verify(cells, *given)
        assert (done.exit_code, done.stdout) == (0, "")


def test_a_changed_table_is_not_proved(cells: Path) -> None:
    protect(cells)
    path = cells.with_name("table.csv")
    path.write_text(path.read_text().replace("01,f,,primary", "01,f,1,ok"), encoding="utf-8")
    done = verify(cells)
    assert done.exit_code == 4
    assert "below the minimum" in done.stderr


def test_a_certificate_taken_away_is_missed(cells: Path) -> None:
    protect(cells)
    path = cells.with_name("proof.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"certificates": []}), encoding="utf-8")
    done = verify(cells)
    assert done.exit_code == 4
    assert "nothing proves" in done.stderr


@pytest.mark.parametrize("part", [{"minimum": 10**30}, {"insiders": "x"}, {"zeros": None}])
def test_certificates_with_a_rule_that_is_none_prove_nothing(cells: Path, part: dict[str, object]) -> None:
    protect(cells)
    path = cells.with_name("proof.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | part), encoding="utf-8")
    done = verify(cells)
    assert (done.exit_code, type(done.exception)) == (4, SystemExit)


def test_same_input_same_bytes(cells: Path) -> None:
    seen = set()
    for _ in range(2):
        protect(cells)
        seen.add((cells.with_name("table.csv").read_bytes(), cells.with_name("proof.json").read_bytes()))
    assert len(seen) == 1


def test_semicolons_and_parquet_are_read_and_written(cells: Path) -> None:
    cells.write_text(CELLS.replace(",", ";"), encoding="utf-8-sig")
    out = cells.with_name("table.parquet")
    assert call("protect", cells, "--count", "n", *DIMENSIONS, "--out", out).exit_code == 0
    assert out.stat().st_size > 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("01,Q1,f,1", "01,Q1,f,-1", "negative"),
        ("01,Q1,f,1", "01,Q1,f,1.5", "whole number"),
        ("01,Q1,f,1", "01,Q1,f,", "missing"),
        ("01,Q1,f,1", "01,Q1,f,x", "no number"),
        ("01,Q1,f,1", "01,Q1,f,1.000", "sign for thousands"),
        ("01,Q1,f,1", "01,Q2,f,1", "two codes"),
        ("01,Q1,f,1", "01,,f,1", "gap"),
        ("01,Q1,f,1", "Total,Q1,f,1", "no sums"),
        ("01,Q1,m,9", "01,Q1,f,9", "already in line 2"),
        ("block,quarter", "block,quartr", "'quarter' is missing"),
    ],
)
def test_faults_of_the_cells_are_named_and_nothing_is_written(cells: Path, old: str, new: str, said: str) -> None:
    cells.write_text(CELLS.replace(old, new), encoding="utf-8")
    done = protect(cells)
    assert done.exit_code == 3
    assert said in done.stderr
    assert sorted(one.name for one in cells.parent.iterdir()) == ["cells.csv"]


@pytest.mark.parametrize(
    "more",
    [
        ["--unit", "3"],
        ["--unit", "a=x"],
        ["--minimum", "1"],
        ["--weight", "log"],
        ["--dimension", "sex < "],
        ["--dimension", "sex"],
    ],
)
def test_wrong_calls(cells: Path, more: list[str]) -> None:
    assert protect(cells, *more).exit_code == 2


def test_a_sensitive_total_is_refused_unless_it_may_be_hidden(cells: Path) -> None:
    cells.write_text("block,quarter,sex,n\n01,Q1,f,1\n02,Q1,m,8\n03,Q2,m,9\n", encoding="utf-8")
    done = protect(cells)
    assert done.exit_code == 4
    assert "Total / f" in done.stderr
    assert not cells.with_name("table.csv").exists()
    assert protect(cells, "--top", "may-hide").exit_code == 0
    assert verify(cells).exit_code == 0


def test_help_and_messages_in_german(cells: Path) -> None:
    assert "Anzahlen" in call("protect", "--help", language="de").output
    assert "Zertifikate" in call("verify", "--help", language="de").output
    assert (
        "Nachgewiesen"
        in call(
            "verify",
            cells.with_name("table.csv") if protect(cells).exit_code == 0 else "",
            "--cells",
            cells,
            "--certificates",
            cells.with_name("proof.json"),
            language="de",
        ).stderr
    )


def test_households_as_second_unit_on_the_command_line(cells: Path) -> None:
    households = ["households", 1, 4, 2, 3, 4, 9, 4, 0]
    lines = CELLS.splitlines()
    text = "\n".join(f"{line},{number}" for line, number in zip(lines, households, strict=True)) + "\n"
    cells.write_text(text, encoding="utf-8")
    assert protect(cells, "--unit", "households=3").exit_code == 0
    flags = {(row["block"], row["sex"]): row["flag"] for row in table(cells)}
    assert [key for key, flag in flags.items() if flag == "primary"] == [("01", "f"), ("02", "f")]
    assert verify(cells).exit_code == 0
    assert verify(cells, "--unit", "households=3").exit_code == 0
    assert verify(cells, "--unit", "households=4").exit_code == 4
    cells.write_text(text.replace("02,Q1,f,7,2", "02,Q1,f,7,0"), encoding="utf-8")
    done = protect(cells, "--unit", "households=3")
    assert done.exit_code == 3
    assert "row 4" in done.stderr


def test_lines_of_persons_with_the_key_of_their_household(tmp_path: Path) -> None:
    keys = {
        "01,f": ["a", "a", "a", "b"],
        "01,m": ["c", "d", "e"],
        "02,f": ["f", "g", "h"],
        "02,m": ["i", "j", "k", "k"],
    }
    people = [f"{cell},{key},1" for cell, held in keys.items() for key in held]
    cells = tmp_path / "cells.csv"
    cells.write_text("\n".join(["block,sex,household,n", *people]) + "\n", encoding="utf-8")
    given = ["--count", "n", "--dimension", "block", "--dimension", "sex", "--out", tmp_path / "table.csv"]
    more = ["--unit-key", "household=3", "--certificates", tmp_path / "proof.json"]
    assert call("protect", cells, *given, *more, "--top", "may-hide").exit_code == 0
    assert {(row["block"], row["sex"]) for row in table(cells) if row["flag"] == "primary"} == {("01", "f")}
    assert verify(cells).exit_code == 0
    assert call("protect", cells, *given, "--top", "may-hide").exit_code == 3


def test_rules_beyond_the_minimum_on_the_command_line(cells: Path) -> None:
    given = ["--attribute", "sex=m", "--rest", "4", "--difference", "block", "--insiders", "safe"]
    assert protect(cells, *given).exit_code == 0
    assert {(row["block"], row["sex"]) for row in table(cells) if row["flag"] == "primary"} == {
        ("01", "f"), ("01", "m"),
    }  # fmt: skip
    assert verify(cells).exit_code == 0
    assert verify(cells, *given).exit_code == 0
    assert verify(cells, "--attribute", "sex=f").exit_code == 4
    assert verify(cells, "--insiders", "outside").exit_code == 4
    for wrong in (["--attribute", "sex"], ["--attribute", "sex=x"], ["--difference", "age"], ["--rest", "0"]):
        assert protect(cells, *wrong, "--attribute", "sex=m").exit_code == 2


FIRMS = """district,trade,firm,turnover,weight
D1,A,f1,900,1
D1,A,f2,60,1
D1,A,f3,20,1
D1,B,f4,300,2
D1,B,f5,280,1
D1,B,f6,260,1
D2,A,f7,500,1
D2,A,f8,450,1
D2,A,f9,430,1
D2,B,g1,410,1
D2,B,g2,400,2
D2,B,g3,390,1
D3,A,g4,350,1
D3,A,g5,380,1
D3,A,g6,360,1
D3,B,g7,370,1
D3,B,g8,340,1
D3,B,g9,330,1
"""


def test_amounts_with_their_contributors(tmp_path: Path) -> None:
    """D1/A: 980, the largest 900, rest 20 < 10 % of 900 = 90: open by 70 to both sides."""
    cells = tmp_path / "cells.csv"
    cells.write_text(FIRMS, encoding="utf-8")
    out = ["--dimension", "district", "--dimension", "trade", "--out", tmp_path / "table.csv"]
    given = ["--amount", "turnover", "--contributor", "firm", "--certificates", tmp_path / "proof.json", *out]
    assert call("protect", cells, *given, "--p-percent", "10", "--dominance", "1,80").exit_code == 0
    rows = {(row["district"], row["trade"]): row for row in table(cells)}
    assert [key for key, row in rows.items() if row["flag"] == "primary"] == [("D1", "A")]
    assert rows["Total", "Total"]["n"] == "6530"
    assert verify(cells).exit_code == 0
    assert verify(cells, "--amount", "turnover", "--contributor", "firm", "--p-percent", "20").exit_code == 4
    assert call("protect", cells, *given, "--p-percent", "10", "--sampling-weight", "weight").exit_code == 0
    assert {(row["district"], row["trade"]): row for row in table(cells)}["Total", "Total"]["n"] == "7230"
    assert verify(cells).exit_code == 0
    cells.write_text(FIRMS.replace("g9,330,1", "f4,330,1"), encoding="utf-8")
    assert call("protect", cells, *given, "--p-percent", "10", "--sampling-weight", "weight").exit_code == 3
    for wrong in ([], ["--p-percent", "x"], ["--dominance", "1.5,80"], ["--p-percent", "10", "--minimum", "3"]):
        assert call("protect", cells, *given, *wrong).exit_code == 2


def test_prices_of_the_other_weights_are_said_and_the_table_stays_the_same(cells: Path) -> None:
    alone = protect(cells)
    before = table(cells)
    done = protect(cells, "--prices", "all")
    assert table(cells) == before
    said = done.stderr.splitlines()
    assert said[:2] == alone.stderr.splitlines()
    hidden = sum(row["flag"] != "ok" for row in before)
    assert [said[2], said[4]] == [
        f"--weight {weight} would hide {hidden} cells in all; 25 persons stand in them." for weight in ("cells", "mix")
    ]
    costs = [25 + hidden / 2, hidden + 0.0025, hidden + 0.25]
    for line, weight, cost in zip(said[1::2], ("value", "cells", "mix"), costs, strict=True):
        assert line.startswith(f"By --weight {weight} (")
        assert f" costs {math.ceil(cost)}; no safe table" in line
        least = int(line.split("less than ")[1].split(" ")[0])
        assert 0.5 * cost < least <= cost
        assert line.endswith(f"at most {math.ceil(100 * (1 - least / math.ceil(cost)))} % could be spared.")


WAYS = {
    "protect": [],
    "round": ["--base", "3"],
    "choose": [],
    "perturb": ["--key", "key"],
}


@pytest.mark.parametrize(
    ("method", "name"),
    [
        *((method, name) for method in WAYS for name in ("n", "Anzahl", "personen")),
        *((method, "insgesamt_2024") for method in WAYS if method != "perturb"),
    ],
)
def test_lines_of_cells_are_never_counted_as_persons(tmp_path: Path, method: str, name: str) -> None:
    """Without --count a file of cells would count every cell as 1: the call asks instead, and nothing is written."""
    cells, out = tmp_path / "cells.csv", tmp_path / "table.csv"
    lines = CELLS.replace(",n\n", f",{name}\n", 1).splitlines()
    keyed = [f"{line},{'key' if not at else f'0.{at}'}" for at, line in enumerate(lines)]
    cells.write_text("\n".join(keyed if method == "perturb" else lines) + "\n", encoding="utf-8")
    given = [*DIMENSIONS, *WAYS[method], "--out", out]
    done = call(method, cells, *given)
    assert (done.exit_code, done.stdout, out.exists()) == (2, "", False)
    assert done.stderr.splitlines()[-1:] == [
        f"Nothing says whether a line is a person or a cell: column '{name}' of cells.csv looks like a count. "
        f"Counted as persons, every line would be 1. Give --count {name}; "
        "if every line is a person, leave that column out of the file."
    ]
    assert call(method, cells, "--count", name, *given).exit_code == 0


def test_persons_with_a_column_of_numbers_are_counted(tmp_path: Path) -> None:
    """Lines of persons may hold other numbers, as a year of birth; several people stand in one cell."""
    cells, out = tmp_path / "cells.csv", tmp_path / "table.csv"
    people = [f"{block},{sex},{year}" for block in ("01", "02") for sex in "fm" for year in range(1990, 1994)]
    cells.write_text("\n".join(["block,sex,born", *people]) + "\n", encoding="utf-8")
    given = ["--dimension", "block", "--dimension", "sex", "--out", out]
    assert call("protect", cells, *given).exit_code == 0
    assert {row["n"] for row in table(cells)} == {"4", "8", "16"}
