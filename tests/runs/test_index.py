"""`run index` through the command: the contract of plain files."""

from __future__ import annotations

import csv
import io
import math
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sozialraum.runs.command import run_group

HEADER = ["area", "residents", "s1", "s3", "s4", "d1", "d3", "d4"]
OUT = [
    "area",
    "excluded",
    "z_s1",
    "z_s3",
    "z_s4",
    "z_d1",
    "z_d3",
    "z_d4",
    "status_index",
    "status_class",
    "status_rank",
    "dynamic_index",
    "dynamic_class",
    "dynamic_rank",
]
ODD = [b",", b";", b'"', b"\n", b"\r", b"\0", b"\xff", "ä".encode(), b"-9999", b"1e308", b"nan", b"9" * 25, b"-", b"\t"]
Run = Callable[..., Result]


def rows(count: int = 12, seed: int = 1) -> list[list[str]]:
    chance = random.Random(seed)
    return [
        [f"{place:08d}", str(chance.randint(400, 9000)), *(f"{chance.uniform(1, 40):.4f}" for _ in range(3))]
        + [f"{chance.uniform(-5, 5):.4f}" for _ in range(3)]
        for place in range(1, count + 1)
    ]


def text(table: list[list[str]], header: list[str] | None = None, delimiter: str = ",") -> str:
    return "\n".join(delimiter.join(row) for row in [header or HEADER, *table]) + "\n"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def call(content: str | bytes, definition: str = "mss-berlin-2019", out: str = "-", language: str = "en") -> Result:
        source = tmp_path / "table.csv"
        source.write_bytes(content if isinstance(content, bytes) else content.encode())
        target = out if out == "-" else str(tmp_path / out)
        arguments = ["index", str(source), "--definition", definition, "--out", target]
        return CliRunner().invoke(run_group(language), arguments)

    return call


def read(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.stderr
    return list(csv.DictReader(io.StringIO(result.stdout)))


def test_columns_and_order_of_the_contract(run: Run) -> None:
    table = rows()
    random.Random(3).shuffle(table)
    result = run(text(table))
    found = read(result)
    assert list(found[0]) == OUT
    assert [one["area"] for one in found] == [row[0] for row in table]
    assert {one["excluded"] for one in found} == {""}
    assert sorted(int(one["status_rank"]) for one in found) == list(range(1, 13))
    worst = max(found, key=lambda one: float(one["status_index"]))
    assert worst["status_rank"] == "1"
    assert result.stderr == ""


def test_the_same_input_gives_the_same_bytes_and_the_order_of_rows_does_not_matter(run: Run, tmp_path: Path) -> None:
    table = rows(30)
    one, two = run(text(table)).stdout, run(text(table)).stdout
    assert one == two
    run(text(table), out="o.csv")
    assert (tmp_path / "o.csv").read_text() == one
    turned = run(text(table[::-1])).stdout.splitlines()
    assert [turned[0], *turned[:0:-1]] == one.splitlines()


def test_semicolons_decimal_commas_and_a_byte_order_mark(run: Run) -> None:
    table = rows()
    german = [[cell.replace(".", ",") for cell in row] for row in table]
    assert run("\ufeff" + text(german, delimiter=";")).stdout == run(text(table)).stdout


def test_exclusion_and_its_reasons(run: Run) -> None:
    table = rows(8)
    table[0][1] = "299"
    table[1][1] = "300"
    table[2][0] = "10100205"
    table[3][4] = ""
    table[4][1] = ""
    found = read(run(text(table)))
    wanted = ["below_minimum", "", "named_exception", "missing_value", "missing_value", "", "", ""]
    assert [one["excluded"] for one in found] == wanted
    for one in found:
        assert all((one[name] == "") == (one["excluded"] != "") for name in OUT[2:])


def test_residents_before_act_where_they_are_known(run: Run) -> None:
    table = [[*row, "5000"] for row in rows(6)]
    table[0][-1] = "9"
    table[1][-1] = ""
    found = read(run(text(table, [*HEADER, "residents_before"])))
    assert [one["excluded"] for one in found] == ["below_minimum", "", "", "", "", ""]


def test_signs_for_missing_in_areas_that_are_left_out_are_a_warning_only(run: Run) -> None:
    table = rows(6)
    table[0] = ["10100205", "1262", *["-9999"] * 6]
    result = run(text(table))
    assert read(result)[0]["excluded"] == "named_exception"
    assert result.stderr.count("Warning:") == 6


def test_an_area_of_zeros_is_pointed_out(run: Run) -> None:
    table = rows(6)
    table[0][2:] = ["0"] * 6
    assert "every indicator of this area is 0" in run(text(table)).stderr


def test_all_faults_come_at_once_with_line_column_and_value(run: Run, tmp_path: Path) -> None:
    table = rows(8)
    table[0][2] = "-9999"
    table[1][3] = "viel"
    table[2][0] = table[3][0]
    table[4][0] = ""
    table[5][1] = "-5"
    table[6][5] = "NaN"
    result = run(text(table), out="o.csv")
    assert result.exit_code == 3
    lines = result.stderr.splitlines()
    assert len(lines) == 6
    for line, place in zip(
        lines,
        [
            "table.csv, row 2, column 's1', value '-9999': not between 0 and 100.",
            "table.csv, row 3, column 's3', value 'viel'",
            "table.csv, row 5, column 'area', value '00000004': this area stands already in line 4.",
            "table.csv, row 6, column 'area'",
            "table.csv, row 7, column 'residents', value '-5'",
            "table.csv, row 8, column 'd1', value 'NaN'",
        ],
        strict=True,
    ):
        assert line.startswith(place)
    assert not (tmp_path / "o.csv").exists()


def test_missing_columns_name_the_nearest(run: Run) -> None:
    table = [row[:-1] for row in rows()]
    result = run(text(table, ["Raumid", "resident", "s1", "s3", "s_4", "d1", "d3"]))
    assert result.exit_code == 3
    assert "column 'area' is missing" in result.stderr
    assert (
        "If 'resident' is meant, rename the column to 'residents', or give 'resident' where the call names it."
        in result.stderr
    )
    assert "If 's_4' is meant, rename the column to 's4', or give 's_4' where the call names it." in result.stderr
    assert "column 'd4' is missing" in result.stderr


def test_a_count_with_a_sign_for_thousands_is_no_small_area(run: Run) -> None:
    table = rows()
    table[0][1] = "3.419"
    result = run(text(table))
    assert result.exit_code == 3
    assert "sign for thousands" in result.stderr


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [(2, "5", "same value in all 12 areas"), (1, "12", "Only 0 of 12 areas can be used"), (4, "", "Only 0 of 12")],
)
def test_no_answer_is_exit_4(column: int, value: str, said: str, run: Run, tmp_path: Path) -> None:
    table = rows()
    for row in table:
        row[column] = value
    result = run(text(table), out="o.csv")
    assert (result.exit_code, said in result.stderr) == (4, True)
    assert not (tmp_path / "o.csv").exists()


@pytest.mark.parametrize(("definition", "code"), [("mss-berlin-2018", 2), ("none.toml", 2)])
def test_an_unknown_definition_is_a_wrong_call(definition: str, code: int, run: Run) -> None:
    result = run(text(rows()), definition)
    assert (result.exit_code, result.stdout) == (code, "")
    assert "Traceback" not in result.stderr


def test_wrong_calls_are_exit_2(tmp_path: Path) -> None:
    command = run_group()
    source = tmp_path / "t.csv"
    source.write_text(text(rows()))
    good = ["index", str(source), "--definition", "mss-berlin-2019", "--out"]
    for arguments in (
        ["index", str(source)],
        ["indexx"],
        ["index", str(tmp_path / "none.csv"), *good[2:], "-"],
        ["index", str(tmp_path), *good[2:], "-"],
        [*good, str(tmp_path / "none" / "o.csv")],
        [*good, str(source)],
        [*good, "-", "--colour"],
    ):
        assert CliRunner().invoke(command, arguments).exit_code == 2, arguments


def test_faults_are_said_in_german(run: Run) -> None:
    table = rows()
    table[0][2] = "x"
    assert "das ist keine Zahl" in run(text(table), language="de").stderr


def test_an_own_definition_file(run: Run, tmp_path: Path) -> None:
    from sozialraum.analysis.index.definition import SHIPPED

    own = (
        (SHIPPED / "mss-berlin-2019.toml")
        .read_text(encoding="utf-8")
        .replace("minimum_residents = 300", "minimum_residents = 0")
    )
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    table = [[row[0], *row[2:]] for row in rows()]
    found = read(run(text(table, ["area", *HEADER[2:]]), str(tmp_path / "own.toml")))
    assert {one["excluded"] for one in found} == {""}
    (tmp_path / "own.toml").write_text(own.replace("restandardise", "restandardize"), encoding="utf-8")
    result = run(text(rows()), str(tmp_path / "own.toml"))
    assert (result.exit_code, "Did you mean 'restandardise'?" in result.stderr) == (3, True)


ENGLAND = ["area", "income", "employment", "education", "health", "crime", "barriers", "living"]


def ranks(count: int) -> list[list[str]]:
    chance = random.Random(2)
    columns = [chance.sample(range(1, count + 1), count) for _ in ENGLAND[1:]]
    return [[f"E{place:08d}", *map(str, one)] for place, one in enumerate(zip(*columns, strict=True), 1)]


def test_ranks_become_scores_ranks_and_deciles(run: Run) -> None:
    result = run(text(ranks(40), ENGLAND), "imd-england-2019")
    found = read(result)
    assert list(found[0]) == ["area", "excluded", *(f"z_{one}" for one in ENGLAND[1:])] + [
        f"overall_{one}" for one in ("index", "class", "rank", "decile")
    ]
    assert [sum(one["overall_decile"] == str(tenth) for one in found) for tenth in range(1, 11)] == [4] * 10
    assert {one["overall_class"] for one in found} == {""}


def test_tied_ranks_count_as_their_average_however_they_were_written(run: Run) -> None:
    table = ranks(6)
    order = sorted(table, key=lambda row: int(row[1]))
    results = []
    for second, third in (("2", "2"), ("3", "3"), ("2.5", "2.5")):
        order[1][1], order[2][1] = second, third
        results.append(run(text(table, ENGLAND), "imd-england-2019").stdout)
    assert len(set(results)) == 1
    by_area = {one["area"]: one for one in csv.DictReader(io.StringIO(results[0]))}
    assert float(by_area[order[1][0]]["z_income"]) == pytest.approx(exponential_of(2.5, 6))


def exponential_of(rank: float, areas: int) -> float:
    return -23 * math.log(1 - (areas + 1 - rank) / areas * (1 - math.exp(-100 / 23)))


def test_a_part_of_a_country_keeps_the_country_wide_scores(run: Run) -> None:
    table = [["E1", *["1"] * 7], ["E2", *["32844"] * 7], ["E3", *["16422"] * 7]]
    found = read(run(text(table, ENGLAND), "imd-england-2019"))
    assert float(found[0]["overall_index"]) == pytest.approx(99.9)
    assert float(found[1]["z_income"]) == pytest.approx(0.000691, abs=5e-7)
    table[0][1] = "32845"
    assert run(text(table, ENGLAND), "imd-england-2019").exit_code == 3


def test_list_and_help_in_both_languages() -> None:
    for language, word in (("en", "Example:"), ("de", "Beispiel:")):
        listed = CliRunner().invoke(run_group(language), ["--list"])
        assert listed.exit_code == 0
        assert "\nindex " in listed.stdout
        shown = CliRunner().invoke(run_group(language), ["index", "--help"]).stdout
        for part in (word, "residents_before", "mss-berlin-2013", "--definition", "sozialraum run index areas.csv"):
            assert part in shown


@given(
    st.lists(st.tuples(st.sampled_from(["put", "cut", "end"]), st.integers(0, 900), st.sampled_from(ODD)), max_size=6)
)
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_in_the_file_the_answer_is_an_exit_code_and_no_traceback(
    tmp_path: Path, changes: list[tuple[str, int, bytes]]
) -> None:
    content = text(rows(8)).encode()
    for kind, place, odd in changes:
        content = content[:place] + (odd + content[place:] if kind == "put" else content[place + 9 :] * (kind == "cut"))
    source, target = tmp_path / "t.csv", tmp_path / "o.csv"
    source.write_bytes(content)
    target.unlink(missing_ok=True)
    arguments = ["index", str(source), "--definition", "mss-berlin-2019", "--out", str(target)]
    result = CliRunner().invoke(run_group(), arguments)
    assert result.exit_code in (0, 3, 4)
    assert target.exists() == (result.exit_code == 0)
    assert (result.stderr == "") <= (result.exit_code == 0)
    if target.exists():
        assert not {"nan", "inf", "-inf"} & set(target.read_text().replace("\n", ",").split(","))
