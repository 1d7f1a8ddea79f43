"""The only file that runs queries: facts of the workspace's deliveries, in process (DuckDB through Ibis).

A fact table may come in many Parquet files from many sources; a later delivery of a source replaces what it delivered
before for the same fact table, period and level. Nothing is deleted: replaced rows are left out when facts are read.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from sozialraum.errors import NoAnswerError

if TYPE_CHECKING:
    import ibis

Made = TypeVar("Made")
PLACE = ("breakdown", "level", "vintage", "period")
_CONFIG = {"autoinstall_known_extensions": False, "autoload_known_extensions": False, "temp_directory": ""}


@dataclass(frozen=True, slots=True, eq=False)
class FactFile:
    """One file of facts: where it lies (or the table itself), which delivery of which source it is.

    `absent` says what a row that is not there means (`zero`, `unknown`; empty = as the vocabulary says);
    `protected` that the supplier already hid small values.
    """

    path: Path | pa.Table
    delivery: str = ""
    sequence: int = 0
    source: str = ""
    absent: str = ""
    protected: bool = False

    @property
    def schema(self) -> pa.Schema:
        """Columns and types, read without the rows."""
        return self.path.schema if isinstance(self.path, pa.Table) else pq.read_schema(self.path)


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows of one file that belong together: one breakdown, level, vintage and period.

    `signs` are the special signs that occur, `ages` the age groups (upper limit exclusive, None = open).
    """

    piece: int
    file: FactFile
    breakdown: str
    level: str
    vintage: str
    period: str
    signs: frozenset[str]
    ages: frozenset[tuple[int | None, int | None]]

    @property
    def dimensions(self) -> frozenset[str]:
        """The dimensions that are filled in these rows."""
        return frozenset(self.breakdown.split(",")) if self.breakdown else frozenset()


class Store:
    """The facts that count, by fact table; queries run in this process and leave no file behind."""

    def __init__(self, facts: Mapping[str, Sequence[FactFile]]):
        self._files = {name: tuple(files) for name, files in sorted(facts.items()) if files}
        self._kept: dict[Hashable, Any] = {}

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the fact tables that hold anything."""
        return tuple(self._files)

    def files(self, name: str) -> tuple[FactFile, ...]:
        """The files of a fact table; `piece` in its rows is the place in this tuple."""
        if name not in self._files:
            raise NoAnswerError(
                "No delivery holds the facts '{name}'; there are: {known}.",
                name=name,
                known=", ".join(self.tables) or "-",
            )
        return self._files[name]

    def slices(self, name: str) -> tuple[Slice, ...]:
        """What the fact table holds that no later delivery replaced, in the order of its files."""
        return _current(self._held(name))

    def _held(self, name: str) -> tuple[Slice, ...]:
        return self.once(("held", name), lambda: tuple(_slices(self.files(name), self.run(self._distinct(name)))))

    def _distinct(self, name: str) -> ibis.Table:
        facts = self._all(name)
        return facts.select(
            "piece", *PLACE, "sign", *(one for one in ("age_from", "age_to") if one in facts.columns)
        ).distinct()

    def incomplete(self, name: str) -> frozenset[str]:
        """Columns that are empty in some row of the fact table."""
        return self.once(("incomplete", name), lambda: _incomplete(self.files(name)))

    def facts(self, name: str) -> ibis.Table:
        """The rows of a fact table that count, with `piece` = the place of their file. Raises: NoAnswerError."""
        rows = self._all(name)
        for (piece, level), periods in _replaced(self._held(name)).items():
            gone = (rows.piece == piece) & (rows.level == level) & rows.period.isin(periods)
            rows = rows.filter(~gone)
        return rows

    def _all(self, name: str) -> ibis.Table:
        return self.once(("all", name), lambda: self._union(self.files(name)))

    def _union(self, files: Sequence[FactFile]) -> ibis.Table:
        import ibis

        columns = _columns(one.schema for one in files)
        parts = [self._part(file, number, columns) for number, file in enumerate(files)]
        return parts[0] if len(parts) == 1 else ibis.union(*parts)

    def _part(self, file: FactFile, number: int, columns: Mapping[str, str]) -> ibis.Table:
        import ibis

        source = file.path
        table = ibis.memtable(source) if isinstance(source, pa.Table) else _connection().read_parquet(str(source))
        there = {
            name: table[name].cast(kind) if name in table.columns else ibis.null(kind) for name, kind in columns.items()
        }
        return table.select(piece=ibis.literal(number, "int16"), **there)

    def once(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """The value of that name, made at the first call only: facts do not change while a store lives."""
        if name not in self._kept:
            self._kept[name] = make()
        found: Made = self._kept[name]
        return found

    def run(self, expression: ibis.Table) -> pa.Table:
        """The rows of a query, as an Arrow table."""
        return _connection().to_pyarrow(expression)


def _incomplete(files: Sequence[FactFile]) -> frozenset[str]:
    every = frozenset(column for one in files for column in one.schema.names)
    return every.difference(frozenset.intersection(*map(_full, files)))


def _full(file: FactFile) -> frozenset[str]:
    """Columns that are filled in every row, as far as the file tells."""
    if isinstance(file.path, pa.Table):
        return frozenset(name for name in file.path.column_names if not file.path[name].null_count)
    found = pq.read_metadata(file.path)
    groups = [found.row_group(number) for number in range(found.num_row_groups)]
    names = enumerate(found.schema.names)
    return frozenset(name for place, name in names if all(_is_full(group.column(place).statistics) for group in groups))


def _is_full(statistics: Any) -> bool:
    return statistics is not None and statistics.has_null_count and not statistics.null_count


@cache
def _connection() -> Any:
    """The engine of this process; it holds no table, every query reads the fact files."""
    import ibis

    return ibis.duckdb.connect(**_CONFIG)


def _columns(schemas: Iterable[pa.Schema]) -> dict[str, str]:
    """Every column of any file with the type it is read as; a file without it has it empty."""
    found: dict[str, str] = {"breakdown": "string", "sign": "string"}
    for schema in schemas:
        for column in schema:
            found.setdefault(column.name, _kind(column.type))
    return found


def _kind(kind: pa.DataType) -> str:
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "float64"
    return "int64" if pa.types.is_integer(kind) else "string"


def _slices(files: Sequence[FactFile], rows: pa.Table) -> Iterable[Slice]:
    keys = ("piece", *PLACE)
    entries = sorted(rows.to_pylist(), key=lambda row: tuple(_text(row[key]) for key in keys))
    for _, group in groupby(entries, key=lambda row: tuple(_text(row[key]) for key in keys)):
        members = list(group)
        place = {key: _text(members[0][key]) for key in PLACE}
        signs = frozenset(_text(row["sign"]) for row in members)
        ages = frozenset((row.get("age_from"), row.get("age_to")) for row in members)
        piece = int(members[0]["piece"])
        yield Slice(piece, files[piece], **place, signs=signs, ages=ages)


def _text(value: object) -> str:
    return "" if value is None else f"{value:06d}" if isinstance(value, int) else str(value)


def _current(slices: Sequence[Slice]) -> tuple[Slice, ...]:
    """Without the slices that a later delivery of the same source replaced for the same period and level."""
    newest: dict[tuple[str, str, str], tuple[int, str]] = {}
    for one in slices:
        key = (one.file.source, one.period, one.level)
        newest[key] = max(newest.get(key, (-1, "")), _rank(one))
    return tuple(one for one in slices if newest[one.file.source, one.period, one.level] == _rank(one))


def _rank(one: Slice) -> tuple[int, str]:
    return one.file.sequence, one.file.delivery


def _replaced(held: Sequence[Slice]) -> dict[tuple[int, str], list[str]]:
    """Periods to leave out, by file and level."""
    kept = {(one.piece, one.level, one.period) for one in _current(held)}
    gone = {(one.piece, one.level, one.period) for one in held} - kept
    return {key: [period for *_, period in rows] for key, rows in groupby(sorted(gone), key=lambda one: one[:2])}
