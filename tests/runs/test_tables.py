"""Plain tables in and out: what is read as what, what is refused, and that output is whole or absent."""

from __future__ import annotations

import math
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.errors import CallError, InputError, NoAnswerError
from sozialraum.runs.tables import check_target, numbers, read_table, write_table


def table(tmp_path: Path, content: bytes | str, name: str = "t.csv") -> str:
    path = tmp_path / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return str(path)


@pytest.mark.parametrize(
    "content",
    [
        "area,a\n01,1.5\n02,\n",
        "\ufeffarea,a\r\n01,1.5\r\n02,\r\n",
        "area;a\n01;1,5\n02;\n",
        'area;a\n"01";"1,5"\n02;""\n',
        " area , a \n01, 1.5 \n02,\n\n",
    ],
)
def test_the_same_table_in_other_clothes(content: str, tmp_path: Path) -> None:
    read = read_table(table(tmp_path, content))
    assert read.columns["area"] == ["01", "02"]
    values, faults = numbers(read, "a")
    assert faults == []
    assert values[0] == 1.5
    assert math.isnan(values[1])


def test_commas_inside_quoted_headings_are_no_separators(tmp_path: Path) -> None:
    read = read_table(table(tmp_path, 'area;"a, b, c"\n01;1,5\n'))
    assert list(read.columns) == ["area", "a, b, c"]


def test_parquet_is_read_by_its_ending(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"area": ["01", "02"], "a": [1.5, None]}), path)
    read = read_table(str(path))
    assert read.columns["area"] == ["01", "02"]
    assert numbers(read, "a")[0][0] == 1.5


def test_numeric_keys_in_parquet_have_lost_their_zeros(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"area": [1, 2], "a": [1.5, 2.0]}), path)
    assert read_table(str(path)).numeric == {"area", "a"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        (b"area,a\n", "no rows"),
        (b"area,a\n01,1,5\n02,1\n03\n", "3 cells instead of 2"),
        (b"area,a,a\n01,1,2\n", "stands twice"),
        ("area,name\n01,Köln\n".encode("cp1252"), "row 2: the file is not UTF-8"),
        ("area,a\n01,1\n".encode("utf-16"), "not UTF-8"),
        (b"area,a\n01,\x00\n", "no text table"),
        (b"area\ta\n01\t1\n", "tabs"),
        (b'area,a\n01,"1\n02,2\n', "cannot be read"),
        (b"PK\x03\x04\x14\x00\x06\x00\xff\xfe", "no text table"),
    ],
)
def test_broken_files_are_refused_with_a_reason(content: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        read_table(table(tmp_path, content))


def test_all_ragged_lines_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_table(table(tmp_path, "area,a\n01,1,5\n02,1\n03\n"))
    assert [one.place.row for one in caught.value.faults] == [2, 4]


def test_no_parquet_behind_the_ending(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no readable Parquet"):
        read_table(table(tmp_path, "area,a\n01,1\n", "t.parquet"))


@pytest.mark.parametrize("name", ["none.csv", "."])
def test_a_file_that_is_not_there_is_a_wrong_call(name: str, tmp_path: Path) -> None:
    with pytest.raises(CallError):
        read_table(str(tmp_path / name))


@pytest.mark.parametrize(
    "cell", ["x", "-", "1 2", "NaN", "inf", "-Infinity", "1e999", "0x10", "1_000", "1.2.3", "٣", "12%"]
)
def test_what_is_no_number(cell: str, tmp_path: Path) -> None:
    values, faults = numbers(read_table(table(tmp_path, f"area,a\n01,{cell}\n")), "a")
    assert math.isnan(values[0])
    assert [(one.code, one.value, one.place.row, one.place.column) for one in faults] == [
        ("not_a_number", cell, 2, "a")
    ]


@pytest.mark.parametrize(
    ("cell", "number"),
    [("1", 1), ("-0.5", -0.5), ("+2", 2), (".5", 0.5), ("1e-3", 0.001), ("4664.5", 4664.5), ("007", 7)],
)
def test_what_is_a_number(cell: str, number: float, tmp_path: Path) -> None:
    assert numbers(read_table(table(tmp_path, f"area,a\n01,{cell}\n")), "a") == ([number], [])


def test_a_decimal_comma_needs_semicolons_and_stands_alone(tmp_path: Path) -> None:
    quoted = read_table(table(tmp_path, 'area,a\n01,"1,5"\n'))
    assert "semicolons" in numbers(quoted, "a")[1][0].say()
    mixed = read_table(table(tmp_path, "area;a\n01;1,5\n02;1.234\n03;1.234,5\n"))
    assert [one.value for one in numbers(mixed, "a")[1]] == ["1.234", "1.234,5"]


def test_output_is_exact_and_byte_identical(tmp_path: Path) -> None:
    columns = {"area": ["01", "ä,b"], "x": [0.1 + 0.2, None], "n": [1, None]}
    for name in ("one.csv", "two.csv"):
        write_table(str(tmp_path / name), columns)
    content = (tmp_path / "one.csv").read_bytes()
    assert content == 'area,x,n\n01,0.30000000000000004,1\n"ä,b",,\n'.encode()
    assert content == (tmp_path / "two.csv").read_bytes()


def test_parquet_output_has_types(tmp_path: Path) -> None:
    write_table(str(tmp_path / "o.parquet"), {"area": ["01"], "x": [0.5], "n": [3], "empty": [None]})
    assert [str(one.type) for one in pq.read_schema(tmp_path / "o.parquet")] == ["string", "double", "int64", "string"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "o.csv"
    target.write_text("old")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(NoAnswerError, match="the disk is full"):
        write_table(str(target), {"area": ["01"]})
    assert target.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["o.csv"]


def test_targets_that_cannot_be_written_are_wrong_calls(tmp_path: Path) -> None:
    source = table(tmp_path, "area\n01\n")
    for target in (tmp_path / "none" / "o.csv", tmp_path, Path(source)):
        with pytest.raises(CallError):
            check_target(source, str(target))
    (tmp_path / "link.csv").symlink_to(source)
    with pytest.raises(CallError, match="input file itself"):
        check_target(source, str(tmp_path / "link.csv"))


@given(st.lists(st.floats(-1e59, 1e59).map(lambda one: one if abs(one) > 1e-59 else 0.0), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_written_numbers_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, values: list[float]) -> None:
    path = tmp_path_factory.mktemp("t") / "o.csv"
    write_table(str(path), {"area": [str(place) for place in range(len(values))], "x": values})
    assert numbers(read_table(str(path)), "x") == (values, [])


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="files without a name are there on Linux only")
def test_a_table_appears_after_the_proof_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stops the work between the two finds no table without its proof."""
    link, made = os.link, list[str]()

    def named(old: str, new: Path, **how: int) -> None:
        link(old, new, **how)
        made.append(new.name)

    monkeypatch.setattr(os, "link", named)
    write_table(str(tmp_path / "table.csv"), {"area": ["01"]}, {tmp_path / "proof.json": b"{}"})
    assert made == ["proof.json", "table.csv"]
