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

from sozialraum.errors import Fault, InputError, NoAnswerError, Place

if TYPE_CHECKING:
    import ibis

Made = TypeVar("Made")
PLACE = ("breakdown", "level", "vintage", "period")
_PATH = "path of the file"
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
        if isinstance(self.path, pa.Table):
            return self.path.schema
        try:
            return pq.read_schema(self.path)
        except (pa.ArrowInvalid, OSError):
            remedy = "Bring the folder back from a backup, or remove it and add the file in original/ again."
            what = "This file of a delivery is damaged or missing."
            raise InputError([Fault("damaged", what, Place(str(self.path)), remedy=remedy)]) from None


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
        return self.once(("held", name), lambda: tuple(_slices(self.files(name))))

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
        parts = [_part(alike, columns) for alike in _alike(files)]
        return parts[0] if len(parts) == 1 else ibis.union(*parts)

    def once(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """The value of that name, made at the first call only: facts do not change while a store lives."""
        if name not in self._kept:
            self._kept[name] = make()
        found: Made = self._kept[name]
        return found

    def run(self, expression: ibis.Table) -> pa.Table:
        """The rows of a query, as an Arrow table."""
        return _connection().to_pyarrow(expression)


def _alike(files: Sequence[FactFile]) -> list[dict[int, FactFile]]:
    """The files by their place, together where one scan can read them; a table in memory stands alone."""
    found: dict[Hashable, dict[int, FactFile]] = {}
    for place, one in enumerate(files):
        key = place if isinstance(one.path, pa.Table) else tuple(zip(one.schema.names, one.schema.types, strict=True))
        found.setdefault(key, {})[place] = one
    return list(found.values())


def _part(files: Mapping[int, FactFile], columns: Mapping[str, str]) -> ibis.Table:
    """The rows of files with the same columns, in the types of the whole fact table."""
    import ibis

    places = {str(one.path): ibis.literal(place, "int16") for place, one in files.items()}
    first = next(iter(files.values())).path
    if isinstance(first, pa.Table):
        table, piece = ibis.memtable(first), ibis.literal(next(iter(files)), "int16")
    else:
        table = _connection().read_parquet(list(places), filename=_PATH, hive_partitioning=False)
        piece = table[_PATH].cases(*places.items())
    there = {
        name: table[name].cast(kind) if name in table.columns else ibis.null(kind) for name, kind in columns.items()
    }
    return table.select(piece=piece, **there)


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


def _slices(files: Sequence[FactFile]) -> Iterable[Slice]:
    """The slices of every file, in the order of the files and of their places."""
    for piece, file in enumerate(files):
        entries = sorted(_distinct(file), key=_place)
        for place, group in groupby(entries, key=_place):
            members = list(group)
            signs = frozenset(row.get("sign") or "" for row in members)
            ages = frozenset((row.get("age_from"), row.get("age_to")) for row in members)
            yield Slice(piece, file, **dict(zip(PLACE, place, strict=True)), signs=signs, ages=ages)


def _distinct(file: FactFile) -> list[dict[str, Any]]:
    """Every combination of place, sign and age group in a file; texts are read as codes, which is fast."""
    there = set(file.schema.names)
    names = [name for name in (*PLACE, "sign", "age_from", "age_to") if name in there]
    rows = file.path if isinstance(file.path, pa.Table) else _coded(file.path, names)
    found: list[dict[str, Any]] = rows.select(names).group_by(names).aggregate([]).to_pylist()
    return found


def _coded(path: Path, names: list[str]) -> pa.Table:
    with pq.ParquetFile(path, read_dictionary=names) as opened:
        return opened.read(names).unify_dictionaries()


def _place(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(name) or "") for name in PLACE)


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
