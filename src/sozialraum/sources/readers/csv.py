"""Delimited text files: every column comes back as text, a million rows in about a second."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sozialraum.errors import Fault, Place
from sozialraum.sources.definition import FileSettings
from sozialraum.sources.patterns import searched
from sozialraum.sources.readers import header
from sozialraum.sources.readers.encoding import to_utf8
from sozialraum.sources.readers.sheet import Sheet, nothing

DELIMITERS = ";,\t|"
_HEAD = 1 << 18
_MOST_BAD = 1000


def read_csv(path: Path, settings: FileSettings, needed: Sequence[str]) -> Sheet:
    """The needed columns of a delimited file as a sheet of texts; faults stand in the sheet."""
    data = path.read_bytes()
    return parse_csv(_unpacked(data) if data.startswith(b"\x1f\x8b") else data, path.name, settings, needed)


def _unpacked(data: bytes) -> bytes:
    """The text inside a gzip file, or nothing when it is cut off."""
    try:
        return gzip.decompress(data)
    except (OSError, EOFError):
        return b""


def parse_csv(raw: bytes, file: str, settings: FileSettings, needed: Sequence[str]) -> Sheet:
    """As `read_csv`, from the bytes of the file."""
    data, encoding, faults = to_utf8(raw, settings.encodings, file)
    if not data:
        return nothing(file, tuple(faults))
    if b"\n" not in data:  # lines end as on old Macintosh computers
        data = data.replace(b"\r", b"\n")
    delimiter = settings.delimiter or recognise_delimiter(data, settings, needed)
    found, start = _header(data, delimiter, settings)
    faults += header.faults(found, needed, Place(file))
    recognised = {"encoding": encoding, "delimiter": delimiter}
    if any(one.severity == "error" for one in faults):
        return nothing(file, tuple(faults), found)
    sheet = replace(nothing(file, tuple(faults), found), recognised=recognised)
    return _body(_before_stop(_after_lines(data, start), settings.stop), start, delimiter, needed, sheet)


def recognise_delimiter(data: bytes, settings: FileSettings, needed: Sequence[str]) -> str:
    """The delimiter under which the header holds most of the needed columns, then most columns."""

    def fit(delimiter: str) -> tuple[int, int]:
        found, _ = _header(data, delimiter, settings)
        return len(set(needed) & set(found)), len(found)

    return max(DELIMITERS, key=fit)


def _header(data: bytes, delimiter: str, settings: FileSettings) -> tuple[tuple[str, ...], int]:
    """Names of the columns, and how many lines stand before the data."""
    if settings.layout:
        return _positions(settings), settings.skip
    head = data[:_HEAD].decode("utf-8", errors="ignore")
    lines = io.StringIO("\n".join(head.split("\n")[settings.skip : settings.skip + 50]))
    reader = csv.reader(lines, delimiter=delimiter)
    rows = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) >= max(settings.header, 1):
                break
    except csv.Error:
        return (), settings.skip
    if settings.header == 0:
        return tuple(f"column {place}" for place in range(1, len(rows[0]) + 1)) if rows else (), settings.skip
    return header.names(rows), settings.skip + reader.line_num


def _positions(settings: FileSettings) -> tuple[str, ...]:
    last = max(one.position for one in settings.layout)
    named = {one.position: one.name for one in settings.layout}
    return tuple(named.get(place, f"column {place}") for place in range(1, last + 1))


def _body(body: bytes, start: int, delimiter: str, needed: Sequence[str], sheet: Sheet) -> Sheet:
    """The sheet filled with the rows below the header, which stand behind `start` lines."""
    columns = header.unique(sheet.header)
    if not body or body.isspace():
        return nothing(sheet.file, (*sheet.faults, no_rows(Place(sheet.file))), sheet.header)
    bad: list[Any] = []
    try:
        table = _parse(body, columns, needed, delimiter, bad)
    except pa.ArrowInvalid:  # a file without any sense in it
        return nothing(sheet.file, (*sheet.faults, _senseless(sheet.file)), sheet.header)
    numbers = _row_numbers(table.num_rows, start, [one[0] for one in bad])
    faults = _ragged(bad, len(columns), start, table.num_rows, sheet.file)
    return replace(sheet, table=table, rows=numbers, faults=(*sheet.faults, *faults))


def _after_lines(data: bytes, lines: int) -> bytes:
    place = 0
    for _ in range(lines):
        place = data.find(b"\n", place) + 1
        if place == 0:
            return b""
    return data[place:]


def _before_stop(body: bytes, stop: str) -> bytes:
    """Without the footnotes, which begin at the first line that the pattern matches."""
    found = searched(rb"(?m)^(?:" + stop.lstrip("^").encode() + rb")").search(body) if stop else None
    return body[: found.start()] if found else body


def _parse(body: bytes, columns: list[str], needed: Sequence[str], delimiter: str, bad: list[Any]) -> pa.Table:
    """Threads first; where a row has too few or too many fields, once more row by row to learn its number."""
    try:
        return _arrow(body, columns, needed, delimiter, None)
    except pa.ArrowInvalid:

        def note(row: Any) -> str:
            bad.append((row.number, row.actual_columns, row.text))
            return "skip" if len(bad) < _MOST_BAD else "error"

        return _arrow(body, columns, needed, delimiter, note)


def _arrow(body: bytes, columns: list[str], needed: Sequence[str], delimiter: str, on_bad: Any) -> pa.Table:
    from pyarrow import csv as arrow_csv

    quoted_breaks = b'"' in body and len(body) < 1 << 26
    return arrow_csv.read_csv(
        pa.BufferReader(body),
        arrow_csv.ReadOptions(use_threads=on_bad is None, column_names=columns, block_size=1 << 22),
        arrow_csv.ParseOptions(
            delimiter=delimiter, newlines_in_values=quoted_breaks, ignore_empty_lines=False, invalid_row_handler=on_bad
        ),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            include_columns=list(needed) or columns,
            strings_can_be_null=False,
            check_utf8=False,
        ),
    )


def _row_numbers(count: int, start: int, bad: list[int]) -> npt.NDArray[np.int64]:
    """Rows as a spreadsheet counts them, skipping those that were taken out."""
    every = np.arange(1, count + len(bad) + 1, dtype=np.int64)
    return np.setdiff1d(every, bad)[-count:] + start if bad and count else every[:count] + start


def _ragged(bad: list[tuple[int, int, str]], wanted: int, start: int, read: int, file: str) -> list[Fault]:
    faulty = [one for one in bad if one[2].strip(DELIMITERS + " \r")]
    last = read + len(bad)
    return [
        Fault(
            "truncated" if number == last else "ragged_row",
            "The last row breaks off: {found} of {wanted} fields."
            if number == last
            else "The row has {found} fields instead of {wanted}.",
            Place(file, row=number + start),
            why="The file was probably cut off while it was copied."
            if number == last
            else "Its values may stand in wrong columns.",
            remedy="Ask for the whole file again."
            if number == last
            else "Ask the supplier about delimiter and quotation marks; footnotes are left out by stop under [file].",
            values={"found": found, "wanted": wanted},
        )
        for number, found, _ in faulty[:20]
    ]


def no_rows(place: Place) -> Fault:
    """The fault of a table that has nothing below its header."""
    return Fault(
        "no_rows",
        "There are no rows below the header.",
        place,
        remedy="Ask for the file again, or name the right sheet under [file].",
    )


def _senseless(file: str) -> Fault:
    return Fault(
        "not_text",
        "The rows of this file cannot be taken apart.",
        Place(file),
        remedy="The file is damaged; ask for it again.",
    )
