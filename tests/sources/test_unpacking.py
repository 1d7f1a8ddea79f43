"""Packed files that would fill the memory are refused before anybody unpacks them."""

from __future__ import annotations

import gzip
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from sozialraum.sources import propose
from sozialraum.sources.definition import FileSettings
from sozialraum.sources.readers import read_sheet
from tests.sources.land import AREAS

BOMB = 400 << 20


def workbook(path: Path, size: int) -> Path:
    """A workbook whose one sheet unpacks to so many bytes of blanks."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w") as out,
    ):
        for _ in range(size >> 20):
            out.write(b" " * (1 << 20))
    return path


def lying(path: Path) -> Path:
    """The same workbook, whose list of contents says that the sheet holds ten bytes."""
    content = bytearray(workbook(path, BOMB).read_bytes())
    size = struct.pack("<L", BOMB)
    while size in content:
        at = content.index(size)
        content[at : at + 4] = struct.pack("<L", 10)
    path.write_bytes(content)
    return path


def zipped(path: Path) -> Path:
    with gzip.open(path, "wb", 9) as out:
        for _ in range(BOMB >> 20):
            out.write(b"1;" * (1 << 19))
    return path


@pytest.mark.parametrize("make", ["workbook", "lying", "zipped"])
def test_a_bomb_is_refused_without_being_unpacked(tmp_path: Path, make: str) -> None:
    path = {
        "workbook": lambda: workbook(tmp_path / "a.xlsx", BOMB),
        "lying": lambda: lying(tmp_path / "a.xlsx"),
        "zipped": lambda: zipped(tmp_path / "a.csv.gz"),
    }[make]()
    tracemalloc.start()
    reader = "csv" if make == "zipped" else "xlsx"
    sheet = read_sheet(path, FileSettings(reader=reader), ())  # type: ignore[arg-type]
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [one.code for one in sheet.faults] == ["unpacks_to_too_much"]
    assert most < 20 << 20
    with pytest.raises(Exception, match="larger than any delivery"):
        propose(path, AREAS)


def test_a_well_packed_table_is_no_bomb(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as out:
        out.write("a;b\n" + "1;2\n" * 200_000)
    assert read_sheet(path, FileSettings(), ()).faults == ()
