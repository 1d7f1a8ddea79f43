"""`run choose`: one line of cost per method, computed again from what the methods themselves write."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.runs.town import CELLS, call

DIMENSIONS = ("--count", "n", "--dimension", "block < quarter", "--dimension", "sex")


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    path = tmp_path / "cells.csv"
    path.write_text(CELLS, encoding="utf-8")
    return path


def costs(cells: Path, *more: object) -> dict[str, dict[str, str]]:
    done = call("choose", cells, *DIMENSIONS, *more, "--out", "-")
    assert done.exit_code == 0, done.output
    return {row.pop("method"): row for row in table(done.stdout)}


def test_costs_are_those_of_the_tables_that_the_methods_write(cells: Path) -> None:
    found = costs(cells)
    assert list(found) == ["protect", "perturb", "round-small", "round-controlled", "round-random"]
    truth = [int(row["n"]) for row in true_table(cells)]
    hidden = [row["n"] == "" for row in table(call("protect", cells, *DIMENSIONS, "--out", "-").stdout)]
    assert found["protect"]["hidden"] == str(sum(hidden))
    assert found["protect"]["hidden_persons"] == str(sum(n for n, one in zip(truth, hidden, strict=True) if one))
    for way in ("small", "controlled"):
        done = call("round", cells, *DIMENSIONS, "--way", way, "--out", "-")
        changes = [abs(int(row["n"]) - n) for row, n in zip(table(done.stdout), truth, strict=True)]
        row = found[f"round-{way}"]
        assert float(row["changed"]) == pytest.approx(sum(map(bool, changes)) / len(changes))
        assert float(row["mean_change"]) == pytest.approx(sum(changes) / len(changes))
        assert (row["largest_change"], row["sums_broken"], row["small_shown"]) == (str(max(changes)), "0", "0")
    assert found["perturb"]["hidden"] == "0"
    assert int(found["perturb"]["sums_broken"]) > 0


def true_table(cells: Path) -> list[dict[str, str]]:
    """The lines of the table with the true counts."""
    rows = table(CELLS)
    done = call("round", cells, *DIMENSIONS, "--base", "2", "--out", "-")
    found = table(done.stdout)
    for row in found:
        row["n"] = str(
            sum(
                int(one["n"])
                for one in rows
                if row["block"] in (one["block"], one["quarter"], "Total") and row["sex"] in (one["sex"], "Total")
            )
        )
    return found


def test_a_method_without_an_answer_has_an_empty_line(cells: Path) -> None:
    cells.write_text("block,quarter,sex,n\n01,Q1,f,1\n02,Q1,m,8\n03,Q2,m,9\n", encoding="utf-8")
    done = call("choose", cells, *DIMENSIONS, "--methods", "protect,round-small", "--out", "-")
    assert done.exit_code == 0
    first, second = table(done.stdout)
    assert (first["method"], first["hidden"], first["lines"]) == ("protect", "", second["lines"])
    assert "protect has no answer: sensitive cells at the top of" in done.stderr


def test_wrong_calls(cells: Path) -> None:
    for more in (("--methods", "hide"), ("--minimum", "1"), ("--variance", "x")):
        assert call("choose", cells, *DIMENSIONS, *more, "--out", "-").exit_code == 2
