"""Writes the kinds of file that offices deliver: CSV in several dialects, XLSX, fixed width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

WRITTEN = datetime(2025, 3, 3, 9, 0)
"""The date inside all workbooks, so that the same seed gives the same bytes."""


def write_csv(
    path: Path, columns: Mapping[str, Any], *, encoding: str = "utf-8-sig", delimiter: str = ";", title: str = ""
) -> None:
    """A delimited text file with one header line, and above it a line with a title where there is one."""
    import pyarrow as pa
    import pyarrow.csv as pcsv

    sink = pa.BufferOutputStream()
    options = pcsv.WriteOptions(include_header=False, delimiter=delimiter, quoting_style="none")
    pcsv.write_csv(pa.table(dict(columns)), sink, options)
    head = f"{title}\n" if title else ""
    text = head + delimiter.join(columns) + "\n" + sink.getvalue().to_pybytes().decode("utf-8")
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))


def write_fixed_width(path: Path, columns: Sequence[Sequence[Any]], widths: Sequence[int]) -> None:
    """A text file without header and delimiter; numbers stand right, filled with zeros."""
    rows = zip(*columns, strict=True)
    lines = ("".join(str(cell).rjust(width, "0") for cell, width in zip(row, widths, strict=True)) for row in rows)
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("cp1252"))


def write_workbook(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]], merged: Sequence[Sequence[Any]] = ()
) -> None:
    """A workbook of these sheets, each a list of rows; `merged` are (row, first column, last column) of the last sheet.

    None leaves a cell empty.
    """
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        book.set_properties({"created": WRITTEN, "title": "Erfundene Daten des Landkreises Musterkreis"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        for row, first, last in merged:
            sheet.merge_range(row, first, row, last, rows[row][first])
