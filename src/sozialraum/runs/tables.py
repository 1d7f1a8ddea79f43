"""Plain tables in and out: CSV (comma or semicolon, UTF-8) and Parquet; read as text, written whole or not at all."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan
from pathlib import Path
from typing import Any

from sozialraum.errors import CallError, Fault, InputError, NoAnswerError, Place, SozialraumError, cause
from sozialraum.writing import as_parquet, write_whole

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_QUOTED = re.compile(r'"[^"]*"')
_PLAIN = re.compile(r"(?:(?:[+-]?\d{1,15}(?:\.\d*)?)?\n)*", re.ASCII)  # a whole column without anything odd
_BINARY = (b"PK", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"%PDF", b"PAR1", b"SQLite")  # workbooks, archives and the like
_SMALLEST, _LARGEST = 1e-60, 1e60  # methods take fourth powers, which must stay finite
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")


@dataclass(frozen=True)
class TextTable:
    """A table as text: cells by column name, the line of each row in the file, whether a decimal comma may occur."""

    file: str
    columns: Mapping[str, list[str]]
    lines: Sequence[int]
    comma: bool = False
    numeric: frozenset[str] = frozenset()  # columns that the file itself holds as numbers
    levels: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # coarser columns of a column, where the file says
    counted: str = ""  # column of the counts, where the file says
    records: bool = False  # every line is a person: the file says so

    def place(self, row: int, column: str = "") -> Place:
        """Where a row (counted from 0) stands in the file."""
        return Place(self.file, row=self.lines[row], column=column)


def no_file(path: str) -> CallError:
    """The error that a file named in the call is not there."""
    return CallError("There is no file '{path}'.", remedy="Check the path and how it is spelt.", path=path)


def read_table(source: str) -> TextTable:
    """The file as text cells. Raises: CallError when there is no such file; InputError with all faults of its form."""
    table, faults = readable_lines(source)
    if faults:
        raise InputError(faults)
    return table


def readable_lines(source: str) -> tuple[TextTable, list[Fault]]:
    """The lines that have as many cells as the header, and a fault for each other line: nothing may be made of the table.

    For those who look for all faults of a file at once. Raises: CallError when there is no such file; InputError where
    no line can be read.
    """
    path = Path(source)
    if path.is_dir():
        raise CallError("'{path}' is a folder.", remedy="Give a CSV or Parquet file.", path=source)
    if not path.is_file():
        raise no_file(source)
    if path.suffix.lower() == ".rda":
        return _described(path), []
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise CallError("'{path}' cannot be read: {problem}.", path=source, problem=cause(problem)) from None
    if path.suffix.lower() in (".parquet", ".pq"):
        return _parquet(path, content), []
    return _csv(path.name, content)


def _described(path: Path) -> TextTable:
    from sozialraum.protection.argus import read_argus

    found = read_argus(path)
    table = TextTable(found.file, found.columns, found.lines, found.comma, levels=found.levels, counted=found.counted)
    return replace(table, records=not found.counted)


def _refuse(code: str, what: str, place: Place, remedy: str = "", **values: object) -> InputError:
    return InputError([Fault(code, what, place, remedy=remedy, values=values)])


def _text(file: str, content: bytes) -> str:
    if not content.strip(b"\xef\xbb\xbf\r\n\t ;,"):
        raise _refuse("empty_file", "the file is empty.", Place(file), "Give a table with one header line.")
    if content.startswith(_BINARY):
        raise _refuse("binary", "the file is no text table.", Place(file), "Save it as CSV in UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise _refuse("encoding", "the file is not UTF-8.", Place(file, row=line), "Save it as UTF-8.") from None
    if "\0" in text:
        raise _refuse("binary", "the file is no text table.", Place(file), "Save it as CSV in UTF-8.")
    return text


def _csv(file: str, content: bytes) -> tuple[TextTable, list[Fault]]:
    text = _text(file, content)
    first = _QUOTED.sub("", next(line for line in text.splitlines() if line.strip()))
    delimiter = ";" if first.count(";") > first.count(",") else ","
    if columns := _split(text, delimiter):
        return TextTable(file, columns, range(2, 2 + len(next(iter(columns.values())))), comma=delimiter == ";"), []
    csv.field_size_limit(1 << 20)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, lines = [], []
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as problem:
        what = "the line cannot be read: {problem}."
        raise _refuse("csv", what, Place(file, row=reader.line_num), "Check the quotes.", problem=problem) from None
    return _shaped(file, rows, lines, delimiter)


def _split(text: str, delimiter: str) -> dict[str, list[str]]:
    """The columns of a text without quotes and with equally many cells in every line, six times as fast as the reader.

    Empty for any other text: the reader then finds out what it is.
    """
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    width = lines[0].count(delimiter) + 1
    if '"' in text or {line.count(delimiter) for line in lines} != {width - 1} or "" in lines or len(lines) == 1:
        return {}
    cells = delimiter.join(lines).split(delimiter)
    header = [name.strip() for name in cells[:width]]
    if "\r" in delimiter.join(lines) or len(set(header)) < width or width == 1:
        return {}
    return {name: list(map(str.strip, cells[width + at :: width])) for at, name in enumerate(header)}


def _shaped(file: str, rows: list[list[str]], lines: list[int], delimiter: str) -> tuple[TextTable, list[Fault]]:
    header, wanted = [cell.strip() for cell in rows[0]], len(rows[0])
    faults = list(_header_faults(file, header, lines[0], delimiter))
    what, remedy = "{found} cells instead of {wanted}.", "Check separators and quotes in this line."
    ragged = [
        Fault("ragged", what, Place(file, row=line), remedy=remedy, values={"found": len(row), "wanted": wanted})
        for row, line in zip(rows[1:], lines[1:], strict=True)
        if len(row) != wanted
    ]
    if len(rows) == 1:
        faults.append(Fault("no_rows", "the table has a header and no rows.", Place(file)))
    if faults or len(ragged) == len(rows) - 1:
        raise InputError([*faults, *ragged])
    even = [at for at in range(1, len(rows)) if len(rows[at]) == wanted]
    cells = [[cell.strip() for cell in column] for column in zip(*(rows[at] for at in even), strict=True)]
    columns = dict(zip(header, cells, strict=True))
    return TextTable(file, columns, [lines[at] for at in even], comma=delimiter == ";"), ragged


def _header_faults(file: str, header: Sequence[str], line: int, delimiter: str) -> Iterator[Fault]:
    twice = sorted({name for name in header if name and header.count(name) > 1})
    for name in twice:
        yield Fault(
            "column_twice", "this column stands twice.", Place(file, row=line, column=name), remedy="Keep one of them."
        )
    if delimiter == "," and len(header) == 1 and "\t" in header[0]:
        remedy = "Save the table with commas or semicolons."
        yield Fault("tabs", "the columns are separated by tabs.", Place(file, row=line), remedy=remedy)


def _parquet(path: Path, content: bytes) -> TextTable:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(pa.BufferReader(content))
    except (pa.ArrowException, OSError, ValueError):
        raise _refuse("parquet", "the file is no readable Parquet.", Place(path.name)) from None
    if table.num_rows == 0:
        raise _refuse("no_rows", "the table has a header and no rows.", Place(path.name))
    twice = [name for name in table.column_names if table.column_names.count(name) > 1]
    if twice:
        raise _refuse(
            "column_twice", "this column stands twice.", Place(path.name, column=twice[0]), "Keep one of them."
        )
    columns = {name: [_cell(value) for value in table[name].to_pylist()] for name in table.column_names}
    numeric = frozenset(field.name for field in table.schema if not _is_text(field.type))
    return TextTable(path.name, columns, range(1, table.num_rows + 1), numeric=numeric)


def _is_text(kind: Any) -> bool:
    import pyarrow as pa

    held = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(held) or pa.types.is_large_string(held) or pa.types.is_string_view(held))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return repr(value) if isinstance(value, float) else str(value).strip()


def numbers(table: TextTable, column: str) -> tuple[list[float], list[Fault]]:
    """The column as numbers (NaN = empty), a fault for each cell that is none; decimal comma with semicolons only."""
    cells = table.columns[column]
    if _PLAIN.fullmatch("\n".join([*cells, ""])) and not any("\n" in cell for cell in cells):
        return [float(cell) if cell else float("nan") for cell in cells], []
    values, faults = [], []
    commas = table.comma and any("," in cell for cell in cells)
    for row, cell in enumerate(cells):
        number, fault = _number(cell, table.comma, commas)
        values.append(number)
        if fault:
            what, remedy = fault
            faults.append(Fault("not_a_number", what, table.place(row, column), cell, remedy=remedy))
    return values, faults


def _number(cell: str, comma: bool, commas: bool) -> tuple[float, tuple[str, str] | None]:
    if not cell:
        return float("nan"), None
    if commas and "." in cell:
        return float("nan"), ("a point in a column with decimal commas.", "Write numbers without a sign for thousands.")
    plain = cell.replace(",", ".") if comma and cell.count(",") == 1 else cell
    if _NUMBER.fullmatch(plain):
        number = float(plain)
        if number == 0 or _SMALLEST < abs(number) < _LARGEST:
            return number, None
        return float("nan"), (
            "no count and no measure is so large or so small.",
            "Check the exponent; leave the cell empty where the value is missing.",
        )
    if cell.lower() in ("nan", "inf", "+inf", "-inf", "infinity", "-infinity", "na", "n/a", "null", "none"):
        return float("nan"), ("this is no number.", "Leave the cell empty where the value is missing.")
    if "," in cell and not comma:
        return float("nan"), ("this is no number.", "Use a decimal point, or semicolons between the columns.")
    return float("nan"), (
        "this is no number.",
        "Write a plain number; leave the cell empty where the value is missing.",
    )


def looks_like_thousands(cell: str) -> bool:
    """Whether a number such as `3.419` may be a count with a sign for thousands."""
    return bool(_THOUSANDS.fullmatch(cell))


def check_target(source: str, target: str, option: str = "out") -> None:
    """Refuse an output that cannot be written, before any work; `option` named it. Raises: CallError."""
    if target == "-":
        return
    path = Path(target)
    if path.is_dir():
        raise CallError("--{option} '{path}' is a folder.", remedy="Give a file name.", path=target, option=option)
    if not path.parent.is_dir():
        what, folder = "The folder '{path}' for --{option} does not exist.", str(path.parent)
        raise CallError(what, remedy="Make it first.", path=folder, option=option)
    if path.exists() and Path(source).exists() and path.samefile(source):
        remedy = "Give another name, so that the input stays as it is."
        raise CallError("--{option} is the input file itself.", remedy=remedy, option=option)


def cells(values: Any) -> list[float | None]:
    """An array of numbers as it is written: NaN becomes empty."""
    return [None if isnan(one) else one for one in values.tolist()]


def write_table(
    target: str, columns: Mapping[str, Iterable[object]], beside: Mapping[Path, bytes] | None = None
) -> None:
    """Write columns (None = empty, float with full precision) as CSV or, by file ending, Parquet; whole or not at all.

    `beside`: other files that appear with it, and before it: no table stands there without its proof.
    Raises: CallError when the target cannot be written.
    """
    parquet = Path(target).suffix.lower() in (".parquet", ".pq")
    content = _as_parquet(columns) if parquet else _as_csv(columns)
    try:
        write_whole({**(beside or {}), **({} if target == "-" else {Path(target): content})})
    except OSError as problem:
        raise _not_written(target, problem) from None
    if target == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def _not_written(target: str, problem: OSError) -> SozialraumError:
    kind = CallError if isinstance(problem, PermissionError) else NoAnswerError
    return kind("'{path}' cannot be written: {problem}.", path=target, problem=cause(problem))


def _as_csv(columns: Mapping[str, Iterable[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))  # plain floats are written by repr, None as nothing
    return text.getvalue().encode("utf-8")


def _as_parquet(columns: Mapping[str, Iterable[object]]) -> bytes:
    import pyarrow as pa

    arrays = {name: pa.array(list(column)) for name, column in columns.items()}
    texts = {name: array.cast(pa.string()) if pa.types.is_null(array.type) else array for name, array in arrays.items()}
    return as_parquet(pa.table(texts))
