"""Workbooks: one sheet, with header rows of merged cells and footnotes below the table."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.errors import Fault, Place
from sozialraum.sources.definition import FileSettings
from sozialraum.sources.patterns import searched
from sozialraum.sources.readers import header
from sozialraum.sources.readers.sheet import Sheet, nothing


def read_xlsx(path: Path, settings: FileSettings, needed: Sequence[str]) -> Sheet:
    """The needed columns of one sheet as texts; numbers are written with the source's decimal sign."""
    found, fault = _rows(path, settings)
    if fault:
        return nothing(path.name, (fault,))
    name, rows = found
    place = Place(path.name, name)
    if not any(cell != "" for row in rows for cell in row):
        fault = Fault(
            "empty_sheet",
            "The sheet is empty.",
            place,
            remedy="Name the right sheet under [file], or ask for the file again.",
        )
        return nothing(path.name, (fault,), (), name)
    start = settings.skip + settings.header
    columns = header.names([[_text(cell, settings.decimal) for cell in row] for row in rows[settings.skip : start]])
    faults = header.faults(columns, needed, place)
    if faults:
        return nothing(path.name, faults, columns, name)
    return _sheet(path.name, name, rows[start:], start, columns, settings, needed)


def _rows(path: Path, settings: FileSettings) -> tuple[tuple[str, list[list[Any]]], Fault | None]:
    """Name and rows of the wanted sheet, or why it cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        names = book.sheet_names
        if settings.sheet and settings.sheet not in names:
            return ("", []), _no_sheet(path.name, settings.sheet, names)
        name = settings.sheet or next(iter(names), "")
        return (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)), None
    except (CalamineError, OSError) as error:
        return ("", []), Fault(
            "unreadable",
            "This is no readable workbook: {reason}.",
            Place(path.name),
            why="The file is damaged, cut off or of another kind.",
            remedy="Open it in a spreadsheet program; ask for it again if that fails.",
            values={"reason": str(error)},
        )


def _no_sheet(file: str, wanted: str, names: Sequence[str]) -> Fault:
    return Fault(
        "sheet_missing",
        "There is no sheet '{sheet}'; there are: {found}.",
        Place(file),
        remedy="Name the right sheet under [file].",
        values={"sheet": wanted, "found": ", ".join(names)},
    )


def _sheet(
    file: str,
    name: str,
    rows: list[list[Any]],
    start: int,
    columns: Sequence[str],
    settings: FileSettings,
    needed: Sequence[str],
) -> Sheet:
    end = next((place for place, row in enumerate(rows) if settings.stop and _stops(row, settings.stop)), len(rows))
    kept = [place for place, row in enumerate(rows[:end]) if any(cell != "" for cell in row)]
    table = {}
    for place, column in enumerate(columns):
        if not needed or column in needed:
            table[column] = pa.array([_text(rows[row][place], settings.decimal) for row in kept], pa.string())
    return Sheet(
        file, pa.table(table), np.array(kept, np.int64) + start + 1, tuple(columns), name, recognised={"sheet": name}
    )


def _stops(row: Sequence[Any], pattern: str) -> bool:
    first = next((str(cell) for cell in row if cell != ""), "")
    return searched(pattern).match(first.strip()) is not None


def _text(cell: Any, decimal: str) -> str:
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else repr(cell).replace(".", decimal)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return str(cell)
