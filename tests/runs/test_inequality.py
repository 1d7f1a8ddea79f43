"""`run inequality` and `run standardised` through the command: published values, faults, the same bytes again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sozialraum.runs.command import run_group

Run = Callable[..., Result]
close = pytest.approx
PEOPLE = (5200, 4800, 5100, 5000, 4900, 5300, 4700, 5050, 4950, 5000)
RATES = (31, 28.5, 27, 24.1, 23.8, 20.2, 19.9, 17.5, 16.1, 14)
VALUES, PARENTS = (1, 2, 3, 4, 10), "AABBB"
AREAS = [
    f"{at:02d},{10 - at},{people * rate / 100:.12g},{people},{VALUES[at % 5]},{PARENTS[at % 5]}"
    for at, (people, rate) in enumerate(zip(PEOPLE, RATES, strict=True))
]
SLOPE = ("--deprivation", "index", "--cases", "cases", "--of", "people")
CASES, LIVING, STANDARD = (12, 30, 45, 60, 5), (1000, 2000, 1500, 1200, 300), (5500, 6000, 6500, 6000, 5000)
AGES = [f"a,{at},{cases},{of}" for at, (cases, of) in enumerate(zip(CASES, LIVING, strict=True))]
DEATHS = ("--age", "age", "--cases", "deaths", "--of", "people")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(method: str, header: str, lines: list[str], *options: str) -> Result:
        source = tmp_path / "table.csv"
        source.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return CliRunner().invoke(run_group("en"), [method, str(source), *options, "--out", "-"])

    return call


def unequal(run: Run, *options: str, lines: list[str] | None = None) -> Result:
    return run("inequality", "area,index,cases,people,value,district", lines or AREAS, *options)


def table(done: Result) -> list[dict[str, str]]:
    assert done.exit_code == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_the_slope_of_ten_groups(run: Run) -> None:
    done = unequal(run, *SLOPE, "--per", "100")
    found = {(one["measure"], one["part"]): one for one in table(done)}
    assert float(found["SII", "total"]["value"]) == close(-18.4501828245, rel=1e-9)
    assert float(found["RII", "total"]["value"]) == close(0.413436215835, rel=1e-9)
    assert float(found["fitted rate", "most deprived"]["value"]) == close(31.4546914122, rel=1e-9)
    assert [float(found["rate", str(at + 1)]["value"]) for at in range(10)] == close(list(RATES))
    assert float(found["SII", "total"]["lower"]) < -18.45 < float(found["SII", "total"]["upper"]) < -16
    assert done.stdout == unequal(run, *SLOPE, "--per", "100").stdout
    assert done.stdout != unequal(run, *SLOPE, "--per", "100", "--seed", "2").stdout


def test_theil_is_split_between_and_within(run: Run) -> None:
    found = {(one["measure"], one["part"]): float(one["value"])
             for one in table(unequal(run, "--value", "value", "--within", "district"))}  # fmt: skip
    assert found == {
        ("Theil T", "total"): close(0.276363618957, rel=1e-9),
        ("Theil T", "between"): close(0.148936302176, rel=1e-9),
        ("Theil T", "within"): close(0.127427316781, rel=1e-9),
        ("Gini", "total"): close(0.4, rel=1e-9),
    }


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ((), 2, "Name --value"),
        (("--deprivation", "index"), 2, "together"),
        (("--within", "district", *SLOPE), 2, "--within splits"),
        ((*SLOPE, "--groups", "1"), 2, "--groups"),
        ((*SLOPE, "--draws", "1000000"), 2, "--draws at most"),
        ((*SLOPE, "--level", "95"), 2, "--level"),
        (("--value", "absent"), 3, "absent"),
        (("--value", "area"), 0, ""),
    ],
)
def test_wrong_calls(run: Run, options: tuple[str, ...], code: int, words: str) -> None:
    done = unequal(run, *options)
    assert done.exit_code == code
    assert words in done.stderr


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("10,,1,2,,A", 0, "1 areas lack a value"),
        ("10,1,-1,2,3,A", 3, "cannot be negative"),
        ("10,1,3,2,3,A", 3, "more cases than people"),
        ("00,1,1,2,3,A", 3, "stands already"),
        ("10,1,1,2,3,", 3, "coarser area is empty"),
        ("10,1,1,2,-3,A", 4, "negative"),
        ("10,1,1,x,3,A", 3, "no number"),
    ],
)
def test_faults_of_a_table(run: Run, line: str, code: int, words: str) -> None:
    done = unequal(run, *SLOPE, "--value", "value", "--within", "district", lines=[*AREAS, line])
    assert done.exit_code == code, done.stderr
    assert words in done.stderr


@pytest.mark.parametrize("lines", [AREAS[:1], ["0,1,0,0,0,A", "1,1,0,0,0,A"], ["0,1,,,,A", "1,,1,2,,A"]])
def test_one_area_or_nobody_has_no_slope_and_no_inequality(run: Run, lines: list[str]) -> None:
    for options in (SLOPE, ("--value", "value")):
        assert unequal(run, *options, lines=lines).exit_code == 4


def standard(folder: Path, lines: list[str], header: str = "age,people") -> str:
    file = folder / "standard.csv"
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return str(file)


def test_direct_rates_after_dobson(run: Run, tmp_path: Path) -> None:
    file = standard(tmp_path, [f"{at},{of}" for at, of in enumerate(STANDARD)])
    found = table(run("standardised", "area,age,deaths,people", [*AGES, "b,0,,10"], *DEATHS, "--standard", file))
    assert [float(found[0][name]) for name in ("value", "lower", "upper")] == close(
        [2532.18390805, 2103.29381336, 3016.01068057], rel=1e-9
    )
    assert float(found[0]["crude"]) == close(1e5 * 152 / 6000)
    assert found[1] == dict.fromkeys(found[1], "") | {"area": "b"}


def test_indirect_ratios_have_the_limits_of_their_count(run: Run) -> None:
    """Ten cases where ten are expected: the ratio's limits are Byar's over ten."""
    lines = ["a,y,2,100", "a,o,8,100", "b,y,2,100", "b,o,8,100", "c,y,0,100", "c,o,0,0"]
    found = table(run("standardised", "area,age,deaths,people", [*lines[:4]], *DEATHS, "--way", "indirect"))
    numbers = [float(found[0][name]) for name in ("cases", "expected", "value", "lower", "upper")]
    assert numbers == close([10, 10, 1, 0.478744990, 1.839145861], rel=1e-8)
    alone = table(run("standardised", "area,age,deaths,people", lines, *DEATHS, "--way", "indirect"))
    assert [alone[2][name] for name in ("cases", "value", "lower")] == ["0.0", "0.0", "0.0"]
    assert float(alone[2]["upper"]) == close(3.68887945411 / (100 * 4 / 300), rel=1e-9)


@pytest.mark.parametrize(
    ("lines", "options", "code", "words"),
    [
        (["a,y,1,2", "a,y,2,3"], (), 3, "stand already in line 2"),
        (["a,y,-1,2"], (), 3, "cannot be negative"),
        (["a,y,1,0"], (), 3, "nobody of that age"),
        (["a,,1,2"], (), 3, "age group is empty"),
        (["a,y,1,"], (), 4, "needs people for each of: y"),
        (["a,y,1,2"], ("--way", "both"), 2, ""),
        (["a,y,1,2"], ("--per", "0"), 2, "--per"),
        (["a,y,1,2", "a,o,,5"], (), 0, "because a count of an age group is missing: 1"),
        (["a,y,1,2"], (), 0, ""),
    ],
)
def test_faults_of_ages(run: Run, lines: list[str], options: tuple[str, ...], code: int, words: str) -> None:
    done = run("standardised", "area,age,deaths,people", lines, *DEATHS, *options)
    assert done.exit_code == code, done.stderr
    assert words in done.stderr


def test_the_standard_must_hold_every_age(run: Run, tmp_path: Path) -> None:
    lacking = standard(tmp_path, ["0,100", "1,50"])
    done = run("standardised", "area,age,deaths,people", AGES, *DEATHS, "--standard", lacking)
    assert (done.exit_code, "2, 3, 4" in done.stderr) == (2, True)
    done = run("standardised", "area,age,deaths,people", AGES, *DEATHS, "--way", "indirect", "--standard", lacking)
    assert (done.exit_code, "deaths" in done.stderr) == (3, True)
