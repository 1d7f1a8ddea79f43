"""`run segregation` through the command: results by name, faults by place, exit codes."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sozialraum.runs.command import run_group

HEADER = "area,district,g1,g2,g3"
TOWN = ["01,A,120,30,10", "02,A,80,60,20", "03,A,200,10,5", "04,B,50,90,40", "05,B,150,25,15", "06,B,60,45,70"]
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(lines: list[str], *options: str, header: str = HEADER, language: str = "en") -> Result:
        source = tmp_path / "town.csv"
        source.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        arguments = ["segregation", str(source), *(options or ("--groups", "g1,g2,g3")), "--out", "-"]
        return CliRunner().invoke(run_group(language), arguments)

    return call


def values(done: Result) -> dict[tuple[str, str, str, str], str]:
    assert done.exit_code == 0, done.stderr
    found = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(found[0]) == ["measure", "group", "other", "part", "value"]
    return {(one["measure"], one["group"], one["other"], one["part"]): one["value"] for one in found}


def test_every_measure_stands_in_the_result(run: Run) -> None:
    found = values(run(TOWN, "--groups", "g1,g2,g3", "--within", "district"))
    assert len(found) == 10 + 6 * 3 + 9 + 4 + 3 * 2
    assert float(found["Theil H", "", "", "total"]) == pytest.approx(0.168044024320, rel=1e-9)
    assert float(found["Dissimilarity D", "g3", "", "total"]) == pytest.approx(0.421195652174, rel=1e-9)
    assert float(found["Exposure/interaction", "g3", "g1", "total"]) == pytest.approx(0.431902369781, rel=1e-9)
    assert float(found["Mutual information M", "", "", "within"]) == pytest.approx(0.110580172890, rel=1e-9)
    assert float(found["Mutual information M", "", "", "A"]) == pytest.approx(0.0881582025545, rel=1e-9)


def test_a_group_with_nobody_is_empty_and_said(run: Run) -> None:
    done = run([line.rpartition(",")[0] + ",0" for line in TOWN])
    found = values(done)
    assert found["Gini", "g3", "", "total"] == ""
    assert "nan" not in done.stdout.lower()
    assert "column 'g3': nobody is in this group" in done.stderr


def test_areas_with_nobody_drop_out(run: Run) -> None:
    assert values(run([*TOWN, "07,B,0,0,0"])) == pytest.approx(values(run(TOWN)))


FAULTS = {
    "negative": ([*TOWN, "07,B,-1,2,3"], "row 8, column 'g1', value '-1': a count cannot be negative."),
    "twice": ([*TOWN, "01,B,1,2,3"], "row 8, column 'area', value '01': this area stands already in line 2."),
    "missing": ([*TOWN, "07,B,,2,3"], "row 8, column 'g1': the count is missing. Fill it in;"),
    "text": ([*TOWN, "07,B,x,2,3"], "row 8, column 'g1', value 'x': this is no number."),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_named_by_place(run: Run, name: str) -> None:
    lines, said = FAULTS[name]
    done = run(lines)
    assert done.exit_code == 3
    assert said in done.stderr
    assert done.stdout == ""


def test_all_faults_come_at_once(run: Run) -> None:
    done = run(["01,A,1,-2,x", "01,,1,2,"], "--groups", "g1,g2,g3", "--within", "district")
    assert done.exit_code == 3
    assert len(done.stderr.strip().splitlines()) == 5


@pytest.mark.parametrize("lines", [TOWN[:1], ["01,A,0,0,0", "02,A,0,0,0"], ["01,A,5,0,0", "02,A,7,0,0"]])
def test_without_two_areas_and_two_groups_there_is_no_answer(run: Run, lines: list[str]) -> None:
    done = run(lines, language="de")
    assert done.exit_code == 4
    assert "mindestens zwei Gebiete und zwei Gruppen" in done.stderr


def test_a_wrong_call(run: Run) -> None:
    assert run(TOWN, "--groups", "g1").exit_code == 2
    assert run(TOWN, "--within", "district").exit_code == 2
    missing = run(TOWN, "--groups", "g1,g4")
    assert missing.exit_code == 3
    assert "column 'g4' is missing" in missing.stderr
    assert run(TOWN, "--groups", "g1,g2", "--within", "quarter").exit_code == 3


def test_help_says_when_not_to_use_it() -> None:
    for language, said in (("en", "Do not use it"), ("de", "Nicht geeignet")):
        done = CliRunner().invoke(run_group(language), ["segregation", "--help"])
        assert said in done.stdout
        assert "Definition" not in done.stdout


def test_a_hierarchy_of_any_depth_adds_up(run: Run) -> None:
    header = "area,county,city,district,g1,g2,g3"
    above = ["N,N1,N11", "N,N1,N12", "N,N2,N21", "S,S1,S11", "S,S1,S11", "S,S2,S21"]
    lines = [f"{one[:2]},{over},{one[5:]}" for one, over in zip(TOWN, above, strict=True)]
    found = values(run(lines, "--groups", "g1,g2,g3", "--within", "county,city,district", header=header))
    for name in ("Mutual information M", "Theil H"):
        parts = [float(found[name, "", "", part]) for part in ("between", "city", "district", "within")]
        assert sum(parts) == pytest.approx(float(found[name, "", "", "total"]), abs=1e-12)
        assert parts[0] == pytest.approx(0.0451422256392 if name[0] == "M" else 0.0487141306248, rel=1e-9)
        assert min(parts) > 0
    assert float(found["Mutual information M", "", "", "S"]) == pytest.approx(0.1325907309260, rel=1e-9)
    assert float(found["Mutual information M", "", "", "N11"]) == 0


def test_hierarchies_that_mean_two_things_are_refused(run: Run) -> None:
    header = "area,city,district,g1,g2,g3"
    lines = [
        f"{one[:2]},{over},{one[5:]}"
        for one, over in zip(TOWN, ["N,A", "N,A", "N,B", "S,B", "S,C", "S,C"], strict=True)
    ]
    crossed = run(lines, "--groups", "g1,g2,g3", "--within", "city,district", header=header)
    assert (crossed.exit_code, crossed.stdout) == (4, "")
    assert "lies in two coarser ones" in crossed.stderr
    lines = [f"{one[:2]},{over},{one[5:]}" for one, over in zip(TOWN, ["N,N"] * 3 + ["S,district"] * 3, strict=True)]
    named = run(lines, "--groups", "g1,g2,g3", "--within", "city,district", header=header)
    assert (named.exit_code, named.stderr.count("cannot be called 'N'"), named.stderr.count("called 'district'")) == (
        3,
        3,
        3,
    )
    twice = run(TOWN, "--groups", "g1,g2,g3", "--within", "district,district")
    assert (twice.exit_code, twice.stderr) == (2, "--within names a column twice.\n")


LATER = ["01,A,110,40,15", "02,A,70,75,30", "03,A,210,15,5", "04,B,40,100,55", "05,B,160,30,20", "06,B,50,50,90"]


def written(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_what_made_m_change_and_whether_h_differs(run: Run, tmp_path: Path) -> None:
    before, out = tmp_path / "before.csv", tmp_path / "change.csv"
    before.write_text("\n".join([HEADER, *TOWN]) + "\n", encoding="utf-8")
    options = ("--groups", "g1,g2,g3", "--before", str(before), "--change", str(out))
    assert run(LATER, *options).exit_code == 0
    found = {one["component"]: one["value"] for one in written(out)}
    assert {name: float(value) for name, value in found.items()} == {
        "diff": pytest.approx(0.025069403214883),
        "additions": 0.0,
        "removals": 0.0,
        "group_marginal": pytest.approx(0.013915569148889, rel=1e-6),
        "area_marginal": pytest.approx(-0.000202205216795, rel=1e-6),
        "structural": pytest.approx(0.011356039282789, rel=1e-6),
    }
    assert run(LATER, *options, "--method", "karmel_maclachlan", "--draws", "50").exit_code == 0
    rows = {one["component"]: one for one in written(out)}
    assert float(rows["interaction"]["value"]) == pytest.approx(0.00202365195066, rel=1e-6)  # by proportional fit
    assert float(rows["diff"]["lower"]) < float(rows["diff"]["corrected"]) < float(rows["diff"]["upper"])
    assert float(rows["difference of H"]["value"]) == pytest.approx(0.182027598004 - 0.168044024320, rel=1e-9)
    assert 0 < float(rows["difference of H"]["p_value"]) <= 1
    assert run([f"x{line}" for line in LATER], *options).exit_code == 3


def test_redraws_say_what_chance_gives(run: Run) -> None:
    done = run(TOWN, "--groups", "g1,g2,g3", "--draws", "99")
    rows = {one["measure"]: one for one in csv.DictReader(io.StringIO(done.stdout))}
    h = {
        name: float(value)
        for name, value in rows["Theil H"].items()
        if name not in ("measure", "group", "other", "part")
    }
    assert h["lower"] < h["corrected"] < h["value"] < h["upper"]
    assert h["expected"] == pytest.approx(0.0051, abs=0.001)  # the methods page's value under independence
    assert h["p_value"] == 0.01
    assert rows["Relative diversity R"]["p_value"] == ""
    assert done.stdout == run(TOWN, "--groups", "g1,g2,g3", "--draws", "99").stdout
    assert done.stdout != run(TOWN, "--groups", "g1,g2,g3", "--draws", "99", "--seed", "2").stdout


def test_what_each_area_adds(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "local.csv"
    assert run([*TOWN, "07,B,0,0,0"], "--groups", "g1,g2,g3", "--local", str(out)).exit_code == 0
    found = {(one["measure"], one["area"], one["group"]): one["value"] for one in written(out)}
    assert float(found["Local M", "03", ""]) == pytest.approx(0.2713148566943)
    assert float(found["Location quotient", "01", "g3"]) == pytest.approx(0.421875)
    assert (found["Local M", "07", ""], found["Local diversity", "07", ""]) == ("", "")


@pytest.mark.parametrize("options", [("--draws", "x"), ("--draws", "1000000"), ("--seed", "-1"), ("--before", "b.csv")])
def test_wrong_further_options(run: Run, options: tuple[str, ...]) -> None:
    assert run(TOWN, "--groups", "g1,g2,g3", *options).exit_code == 2


def test_counts_without_end_cannot_be_redrawn(run: Run) -> None:
    done = run(["01,A,1e30,1,1", *TOWN[1:]], "--groups", "g1,g2,g3", "--draws", "9")
    assert (done.exit_code, "thousand million people" in done.stderr) == (4, True)
