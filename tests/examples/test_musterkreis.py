"""The invented county as a workspace: complete, the same for a seed, and with the faults that it declares."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from sozialraum.errors import CallError
from sozialraum.examples import make_musterkreis, write_example


def digest(folder: Path) -> dict[str, str]:
    files = (one for one in sorted(folder.rglob("*")) if one.is_file())
    return {one.relative_to(folder).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest() for one in files}


def lines(file: Path, encoding: str = "utf-8-sig") -> list[list[str]]:
    return [line.split(";") for line in file.read_bytes().decode(encoding).splitlines()]


def sheet(file: Path, name: str) -> list[list[object]]:
    return CalamineWorkbook.from_path(file).get_sheet_by_name(name).to_python(skip_empty_area=False)


def test_same_seed_same_bytes_other_seed_other_county(workspace: Path, tmp_path: Path) -> None:
    make_musterkreis(tmp_path / "again")
    make_musterkreis(tmp_path / "other", seed=2)
    assert digest(tmp_path / "again") == digest(workspace)
    same = {name for name, one in digest(tmp_path / "other").items() if digest(workspace).get(name) == one}
    assert not [name for name in same if name.startswith(("areas/", "eingang/"))]


def test_it_says_that_it_is_invented(workspace: Path) -> None:
    about = tomllib.loads((workspace / "sozialraum.toml").read_text(encoding="utf-8"))["workspace"]
    assert about["invented"] is True
    assert "erfunden" in about["title"]
    sources = [tomllib.loads(one.read_text(encoding="utf-8")) for one in (workspace / "sources").glob("*.toml")]
    assert all("erfunden" in one["publisher"] for one in sources)


def test_every_delivery_has_one_source_and_is_part_of_the_demo(workspace: Path) -> None:
    patterns = {
        one["id"]: one["file"]["name"]
        for one in (tomllib.loads(path.read_text(encoding="utf-8")) for path in (workspace / "sources").glob("*.toml"))
    }
    demo = tomllib.loads((workspace / "demo.toml").read_text(encoding="utf-8"))["delivery"]
    planned = {one["file"]: one["source"] for one in demo}
    delivered = {f"eingang/{one.name}" for one in (workspace / "eingang").iterdir()}
    assert set(planned) == delivered
    for file, source in planned.items():
        assert [one for one, pattern in patterns.items() if re.search(pattern, Path(file).name)] == [source]


def test_nothing_is_left_when_it_is_interrupted(tmp_path: Path) -> None:
    def stop(line: str) -> None:
        raise KeyboardInterrupt(line)

    with pytest.raises(KeyboardInterrupt):
        make_musterkreis(tmp_path / "half", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CallError, match="not empty"):
        make_musterkreis(tmp_path)
    with pytest.raises(CallError, match="no example 'hamburg'"):
        write_example("hamburg", tmp_path / "new")
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_fault_shifted_headings(workspace: Path) -> None:
    usual, shifted = (sheet(workspace / "eingang" / f"sgb2_{year}.xlsx", "Tabelle")[3] for year in (2017, 2018))
    assert usual[2:4] == ["unter 3", "3 bis unter 6"]
    assert shifted[2:4] == ["3 bis unter 6", "6 bis unter 15"]
    assert sorted(map(str, usual)) == sorted(map(str, shifted))


def test_fault_zeros_for_missing_and_a_row_of_sums(workspace: Path) -> None:
    rows = sheet(workspace / "eingang" / "wohngeld.xlsx", "Wohngeld")
    place = rows[1].index("2021")
    assert {row[place] for row in rows[2:]} == {0.0}
    assert all(row[place - 1] for row in rows[2:])
    assert rows[-1][0] == "Landkreis insgesamt"


def test_fault_lost_areas(workspace: Path) -> None:
    def areas(year: int) -> set[str]:
        return {row[0] for row in lines(workspace / "eingang" / f"hilfen_zur_erziehung_{year}.csv", "cp1252")[1:]}

    assert areas(2023) - areas(2022) == {"0301", "0801"}


def test_fault_doubled_key(workspace: Path) -> None:
    rows = lines(workspace / "eingang" / "gruenflaechen.csv", "cp1252")[1:]
    counts = Counter(row[0] for row in rows)
    assert [key for key, count in counts.items() if count > 1] == ["020201"]
    assert {row[1] for row in rows if row[0] == "020201"} == {"Groß Beispiel", "Exempelhof"}


def test_fault_lost_leading_zeros(workspace: Path) -> None:
    assert sheet(workspace / "eingang" / "sgb2_2024.xlsx", "Tabelle")[4][0] == 10101.0


def test_fault_wrong_year(workspace: Path) -> None:
    assert {row[0] for row in lines(workspace / "eingang" / "sgb12_2020.csv", "cp1252")[1:]} == {"31.12.2019"}


def test_fault_wrong_encoding(workspace: Path) -> None:
    assert "Staatsangehörigkeit" in lines(workspace / "eingang" / "arbeitslose_2017.csv", "cp850")[0]
    assert "Staatsangehörigkeit" in lines(workspace / "eingang" / "arbeitslose_2018.csv", "cp1252")[0]


def test_fault_decimal_points(workspace: Path) -> None:
    def last_cells(year: int) -> str:
        return "".join(row[-1] for row in lines(workspace / "eingang" / f"wohnungen_{year}.csv")[1:])

    assert "." in last_cells(2023)
    assert "," not in last_cells(2023)
    assert "," in last_cells(2024)
    assert "." not in last_cells(2024)


def test_fault_empty_sheet(workspace: Path) -> None:
    book = CalamineWorkbook.from_path(workspace / "eingang" / "wohnungslose.xlsx")
    assert book.sheet_names == ["Tabelle1", "Wohnungslose"]
    assert book.get_sheet_by_name("Tabelle1").to_python() == []


def test_fault_value_in_cents(workspace: Path) -> None:
    rows = sheet(workspace / "eingang" / "mieten.xlsx", "Angebotsmieten 2024")[1:]
    high = [row[0] for row in rows if isinstance(row[2], float) and row[2] > 30]
    assert high == ["030102"]
    assert "/" in {row[2] for row in rows}


def test_small_counts_exist_that_need_protection(workspace: Path) -> None:
    rows = sheet(workspace / "eingang" / "sgb2_2024.xlsx", "Tabelle")[4:]
    small = [value for row in rows for value in row[2:9] if value in (1.0, 2.0)]
    assert len(small) > 20
