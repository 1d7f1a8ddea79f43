"""Files of tau-Argus: the real ones, both formats, both kinds of hierarchy, and every fault with its place."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from sozialraum.errors import CallError, InputError
from sozialraum.protection.argus import read_argus, read_ptable
from sozialraum.runs.command import run_group

FIXED = """Region 1 4 9999
  <RECODEABLE>
  <HIERARCHICAL>
  <HIERLEVELS> 1 1 2
Sex 5 1
  <RECODEABLE>
  <CODELIST> "sex.cdl"
Income 6 5
  <NUMERIC>
"""
RECORDS = "1101f 1200\n1102m  900\n1201f  100\n9999m    0\n"
SEPARATED = """<SEPARATOR> ";"
Place "99"
  <RECODEABLE>
  <HIERCODELIST> "place.hrc"
  <HIERLEADSTRING> "*"
  <TOTCODE> "All"
n
  <FREQUENCY>
"""
PLACES = "North\n*A\n*B\n**B1\n**B2\nSouth\n"


def call(*given: object) -> Result:
    return CliRunner().invoke(run_group("en"), [str(one) for one in given])


def put(folder: Path, **files: str) -> Path:
    """Writes the files (`data_rda` is data.rda) and gives back the description."""
    for name, text in files.items():
        folder.joinpath(name.replace("_", ".")).write_text(text, encoding="utf-8")
    return folder / "data.rda"


@pytest.fixture
def real(real_data: Path, tmp_path: Path) -> Path:
    """The real files under the names by which they call each other."""
    for path in (real_data / "sdc-tauargus-testdata").glob("*__*"):
        name = path.name.rpartition("__")[2]
        shutil.copy(path, tmp_path / ("REGION.CDL" if name == "region.cdl" else name))
    return tmp_path


def test_fixed_format_with_digits_per_level(tmp_path: Path) -> None:
    found = read_argus(put(tmp_path, data_rda=FIXED, data_asc=RECORDS, sex_cdl="f,women\nm,men\n"))
    assert found.columns == {
        "Region": ["1101", "1102", "1201", "9999"],
        "Sex": ["f", "m", "f", "m"],
        "Income": ["1200", "900", "100", "0"],
        "Region level 2": ["11", "11", "12", "9999"],
        "Region level 1": ["1", "1", "1", "9999"],
    }
    assert found.levels == {"Region": ("Region level 2", "Region level 1")}
    assert (found.file, list(found.lines), found.counted) == ("data.asc", [1, 2, 3, 4], "")


def test_a_table_with_sums_gives_its_inner_cells(tmp_path: Path) -> None:
    table = "All;17\nNorth;12\nA;3\nB;9\nB1;4\nB2;5\nSouth;5\n"
    found = read_argus(put(tmp_path, data_rda=SEPARATED, data_tab=table, place_hrc=PLACES))
    assert found.columns == {
        "Place": ["A", "B1", "B2", "South"],
        "n": ["3", "4", "5", "5"],
        "Place level 2": ["A", "B", "B", "South"],
        "Place level 1": ["North", "North", "North", "South"],
    }
    assert (found.counted, list(found.lines)) == ("n", [3, 5, 6, 7])


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("place.hrc", "**B1", "***B1", "place.hrc, row 4, value 'B1': the code lies 2 levels below the line above"),
        ("place.hrc", "South", "South\n*A", "place.hrc, row 7, value 'A': the code belongs to 'North' and to 'South'"),
        ("place.hrc", "*A\n", "*A\n*A\n", "place.hrc, row 3, value 'A': the code stands twice"),
        ("place.hrc", "*A\n", "*A\n*\n", "place.hrc, row 3: the line holds no code"),
        ("data.tab", "A;3", "C;3", "data.tab, row 3, column 'Place', value 'C': the code is in no hierarchy"),
        ("data.tab", "B;9", "B;8", "data.tab, row 4, column 'n': the sum is 8, its inner cells make 9"),
        ("data.tab", "B1;4", "B1;4;1", "data.tab, row 5: 3 cells instead of 2"),
        ("data.rda", '<SEPARATOR> ";"\n', "", "data.rda, row 1, column 'Place': in fixed format"),
        ("data.rda", '";"', ';"', "data.rda, row 1, value ';\"': the separator is no single sign"),
        ("data.rda", "n\n", "Place\n", "data.rda, row 7, column 'Place': this column stands twice"),
    ],
)
def test_faults_are_named_with_their_place(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    table = "All;17\nNorth;12\nA;3\nB;9\nB1;4\nB2;5\nSouth;5\n"
    source = put(tmp_path, data_rda=SEPARATED, data_tab=table, place_hrc=PLACES)
    path = tmp_path / name
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(InputError) as problem:
        read_argus(source)
    assert problem.value.say().startswith(said)


def test_faults_of_description_hierarchy_and_data_are_told_together(tmp_path: Path) -> None:
    """Sums over a count that is none are not called wrong; others are."""
    table = "All;17\nNorth;12\nA;-3\nB;8\nB1;4\nB2;5\nSouth;5\n"
    source = put(tmp_path, data_rda=SEPARATED, data_tab=table, place_hrc=PLACES)
    with pytest.raises(InputError) as problem:
        read_argus(source)
    assert [one.partition(". ")[0] for one in problem.value.say().splitlines()] == [
        "data.tab, row 3, column 'n', value '-3': a count must be a whole number from 0",
        "data.tab, row 4, column 'n': the sum is 8, its inner cells make 9",
    ]
    put(tmp_path, data_tab=table.replace("A;", "C;").replace("B1;4", "B1;4;1"))
    with pytest.raises(InputError) as problem:
        read_argus(source)
    assert [one.partition(": ")[0] for one in problem.value.say().splitlines()] == [
        "data.tab, row 3, column 'Place', value 'C'",
        "data.tab, row 5",
    ]
    put(tmp_path, place_hrc=PLACES.replace("*A\n", "*A\n*A\n"))
    with pytest.raises(InputError) as problem:
        read_argus(source)
    assert [one.partition(": ")[0] for one in problem.value.say().splitlines()] == [
        "data.tab, row 5",
        "place.hrc, row 3, value 'A'",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1101f", "110 f", "value '110': the code has 3 digits, its levels have 4"),
        ("1102m", "1102x", "data.asc, row 2, column 'Sex', value 'x': the code is in no hierarchy and no list"),
        ("1201f  100", "1201", "data.asc, row 3: 1 cells instead of 3"),
    ],
)
def test_faults_of_records(tmp_path: Path, old: str, new: str, said: str) -> None:
    source = put(tmp_path, data_rda=FIXED, data_asc=RECORDS.replace(old, new), sex_cdl="f,women\nm,men\n")
    with pytest.raises(InputError) as problem:
        read_argus(source)
    assert said in problem.value.say()


def test_a_sum_among_records_and_missing_files(tmp_path: Path) -> None:
    described = SEPARATED.replace('  <TOTCODE> "All"\n', "").replace("<FREQUENCY>", "<NUMERIC>")
    source = put(tmp_path, data_rda=described, data_csv="A;1\nNorth;1\n99;1\n", place_hrc=PLACES)
    with pytest.raises(InputError) as problem:
        read_argus(source)
    assert problem.value.say().startswith("data.csv, row 2, column 'Place', value 'North': the code is a sum")
    put(tmp_path, data_tab="A;1\n")
    with pytest.raises(CallError, match="More than one file"):
        read_argus(source)
    (tmp_path / "data.csv").unlink()
    (tmp_path / "place.hrc").unlink()
    with pytest.raises(CallError, match="There is no file"):
        read_argus(source)
    (tmp_path / "data.tab").unlink()
    with pytest.raises(CallError, match="are not there"):
        read_argus(source)


def test_real_records_with_their_keys_and_their_perturbation_table(real: Path) -> None:
    """Every cell counted and looked up by hand, from the plain files."""
    out = real / "out.csv"
    done = call(
        *("perturb", real / "microdata.rda", "--key", "Key", "--dimension", "Sex", "--dimension", "Age"),
        *("--ptable", real / "ptab_freq.txt", "--out", out),
    )
    assert done.exit_code == 0, done.output
    published = {(row["Sex"], row["Age"]): int(row["n"]) for row in csv.DictReader(out.open(encoding="utf-8"))}
    records = [line.split(";") for line in (real / "microdata.csv").read_text().split()]
    sexes, ages = {"2": "male", "1": "female"}, {"1": "A1", "2": "A2"}
    keys: dict[tuple[str, str], list[int]] = {}
    for sex, age, *_, key in records:
        for one in {sex, sexes[sex], "Total"}:
            for other in {age, ages.get(age, age), "Total"}:
                keys.setdefault((one, other), []).append(int(key[2:].ljust(8, "0")))
    assert set(published) == set(keys)
    with (real / "ptab_freq.txt").open(encoding="utf-8") as file:
        bounds = [(int(one["i"]), float(one["p_int_ub"]), int(one["v"])) for one in csv.DictReader(file, delimiter=";")]
    for codes, of_cell in keys.items():
        place, row = sum(of_cell) % 10**8 / 10**8, min(len(of_cell), 8)
        change = next(v for i, upper, v in bounds if i == row and place < upper)
        assert published[codes] == len(of_cell) + change


def test_real_records_protected_proved_and_rounded(real: Path) -> None:
    source, out, proof = real / "microdata.rda", real / "out.csv", real / "proof.json"
    dimensions = ("--dimension", "Age", "--dimension", "Sex", "--dimension", "HighIncome")
    made = call("protect", source, *dimensions, "--minimum", "10", "--out", out, "--certificates", proof)
    assert made.exit_code == 0, made.output
    assert call("verify", out, "--cells", source, "--certificates", proof).exit_code == 0
    assert call("round", source, *dimensions, "--base", "10", "--out", out).exit_code == 0
    counts = [int(row["n"]) for row in csv.DictReader(out.open(encoding="utf-8"))]
    assert not set(range(1, 10)) & set(counts)


def test_real_table_with_sums(real: Path) -> None:
    found = read_argus(real / "pp.rda")
    assert found.counted == "FreqVar"
    assert set(found.columns["Region level 1"]) == {"Nr", "Os", "Ws", "Zd", "99"}
    assert sum(map(int, found.columns["FreqVar"])) == 42723
    inner = [*map(str, range(1, 13)), "99"]
    assert Counter(found.columns["Region"]) == dict.fromkeys(inner, 8)  # sizes


def test_real_perturbation_tables_are_read(real: Path) -> None:
    for name, last in (("ptab_freq.txt", 8), ("tau_testW_ptable.txt", 10), ("20160511_szenario_5a.txt", 8)):
        table = read_ptable(real / name)
        assert len(table.rows) == last + 1
        for offsets, p in table.rows:
            assert p.sum() == pytest.approx(1)
            assert np.dot(offsets, p) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0;0;1;0\n1;0;0.5;-1\n1;2;0.4;1\n", "row 3: the probabilities of count 1 add up to 0.900000"),
        ("0;0;1;0\n2;2;1;0\n", "the counts i have a gap"),
        ("0;0;1;0\n1;1;1;1\n", "row 3: j is not i + v"),
        ("0;1;1;1\n", "row 2: a count of 0 would change"),
        ("0;0;1;0\n1;0.5;1;-0.5\n", "row 3: the line holds no i;j;p;v"),
    ],
)
def test_faults_of_perturbation_tables(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "ptable.txt"
    path.write_text("i;j;p;v\n" + text)
    with pytest.raises(InputError) as problem:
        read_ptable(path)
    assert said in problem.value.say()
