"""Where the table in an unknown file begins, and how it is written."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sozialraum.sources.definition import FileSettings
from sozialraum.sources.readers import Sheet, oversized, read_sheet
from sozialraum.sources.readers.csv import DELIMITERS
from sozialraum.sources.readers.encoding import to_utf8

_POINTS = (".gpkg", ".geojson", ".json", ".shp")
_NUMBER = re.compile(r"[+-]?\d[\d.,\u00a0\u202f ]*")
_CANDIDATES = FileSettings().encodings
_TAIL, _BEGINNING = 1 << 16, 24
"""Bytes at the end that are searched for footnotes, and letters of the first one that tell it again."""


def look(path: Path, told: Mapping[str, Any] | None = None) -> tuple[Sheet, dict[str, Any]]:
    """Every column as texts, and the settings of [file] with which they were read; what was told counts before what is seen."""
    settings = {**_settings(path), **(told or {})}
    sheet = read_sheet(path, FileSettings.model_validate(settings), ())
    if settings["reader"] == "genesis" and "time" in sheet.table.column_names:
        own = range(sheet.table.column_names.index("time"), sheet.table.num_columns)
        sheet = replace(sheet, table=sheet.table.select(list(own)))
    return sheet, settings


def _settings(path: Path) -> dict[str, Any]:
    if oversized(path):
        return {"reader": "xlsx"}  # whatever reads it says why not
    if path.suffix.lower() in _POINTS or not path.is_file():
        return {"reader": "points"}
    with path.open("rb") as opened:
        beginning = opened.read(1 << 18)
    if beginning.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) and path.suffix.lower() != ".zip":
        return {"reader": "xlsx", **_workbook(path)}
    if beginning.startswith(b"\x1f\x8b"):
        with gzip.open(path) as opened:
            beginning = opened.read(1 << 18)
    text, encoding, _ = to_utf8(beginning, _CANDIDATES, path.name)
    head = text.decode("utf-8", errors="ignore")
    if "_Merkmal_Code" in head[:2000] or "_variable_attribute_code" in head[:2000] or path.suffix.lower() == ".zip":
        return {"reader": "genesis"}
    lines = head.splitlines()[:40]
    delimiter = max(DELIMITERS, key=lambda one: _regular([line.count(one) for line in lines]))
    start = table_start([line.split(delimiter) for line in lines])
    return {
        "reader": "csv",
        **({"encodings": [encoding]} if encoding not in ("", "ascii") else {}),
        "delimiter": delimiter,
        **start,
        **_stop([line.split(delimiter) for line in _last_lines(path, encoding)]),
    }


def _last_lines(path: Path, encoding: str) -> list[str]:
    """The lines at the end of a text file, without one that begins before them; none of a packed file."""
    with path.open("rb") as opened:
        if opened.read(2) == b"\x1f\x8b":
            return []
        begin = max(path.stat().st_size - _TAIL, 0)
        opened.seek(begin)
        lines = opened.read().decode(encoding or "utf-8", errors="ignore").splitlines()
    return lines[1:] if begin else lines


def _stop(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """`stop` where lines of text alone stand below the table: how the first of them begins."""
    end = len(rows)
    while end and _filled(rows[end - 1]) <= 1 and not _numbers(rows[end - 1]):
        end -= 1
    first = next((row[0] for row in rows[end:] if row and row[0].strip()), "")[:_BEGINNING].rstrip()
    told = any(row and row[0].startswith(first) for row in rows[:end])
    return {"stop": re.escape(first).replace("\\ ", " ")} if first and end > 1 and not told else {}


def _regular(counts: Sequence[int]) -> tuple[int, int]:
    """How many lines have the commonest number of this delimiter, and that number."""
    best = max(set(counts), key=lambda one: (one > 0, counts.count(one)), default=0)
    return (counts.count(best) if best else 0, best)


def _workbook(path: Path) -> Mapping[str, Any]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, OSError):
        return {}
    if not sheets:
        return {}
    name = max(sheets, key=lambda one: sum(cell != "" for row in sheets[one] for cell in row))
    rows = [[str(cell).strip() for cell in row] for row in sheets[name]]
    return {"sheet": name, **table_start(rows[:40]), **_stop(rows)}


def table_start(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """`skip` and `header`: the header is the last row of words only before rows that hold numbers."""
    width = max((sum(bool(cell.strip()) for cell in row) for row in rows), default=0)
    body = (
        place for place, row in enumerate(rows) if _numbers(row) and not _only_years(row) and _filled(row) > width / 2
    )
    first = next(body, 1)
    header = first - 1
    while header > 0 and not _filled(rows[header]):
        header -= 1
    top = header
    if header > 0 and _filled(rows[header - 1]) > 1 and not _numbers(rows[header - 1]):
        top = header - 1
    return {"skip": max(top, 0), "header": max(first - top, 1)}


def _only_years(row: Sequence[str]) -> bool:
    """Years beside each other are a header."""
    numbers = [cell.strip() for cell in row if _NUMBER.fullmatch(cell.strip())]
    return len(numbers) > 1 and all(re.fullmatch(r"(19|20)\d{2}(\.0)?", one) for one in numbers)


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _numbers(row: Sequence[str]) -> int:
    return sum(bool(_NUMBER.fullmatch(cell.strip().strip('"'))) for cell in row)
