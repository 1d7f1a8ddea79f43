"""From figures to editions: one edition per level and period in which every indicator of a definition has values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sozialraum.analysis.index.definition import IndexDefinition, IndexIndicator
from sozialraum.analysis.index.edition import Edition
from sozialraum.analysis.index.scores import Array
from sozialraum.errors import CallError, NoAnswerError
from sozialraum.figures import Figures
from sozialraum.periods import Period

_PER = {"percent": 100.0, "per_100": 100.0, "per_1000": 1000.0}
Name = tuple[str, str, str]  # level, period, indicator


@dataclass(frozen=True)
class Counts:
    """A column and the shares behind it: value as it goes in; share and denominator at the end and, for a change, at
    the start. A share of 1 is the value `per`; NaN = not known."""

    value: Array
    per: float
    end: Array
    end_denominator: Array
    start: Array | None = None
    start_denominator: Array | None = None


@dataclass(frozen=True)
class Slice:
    """One level and period: the edition, and the counts behind its columns where they can be redrawn."""

    level: str
    period: str
    edition: Edition
    counts: Mapping[str, Counts]


@dataclass(frozen=True)
class _Column:
    value: Array
    denominator: Array


@dataclass(frozen=True)
class _Rows:
    """The rows of some figures by level, period and indicator, and the unit of each indicator."""

    known: Mapping[Name, pa.Table]
    units: Mapping[str, str]

    @classmethod
    def of(cls, figures: Figures) -> _Rows:
        return cls(_by_name(figures.table), {one.id: one.unit for one in figures.descriptions})

    def column(self, name: Name, areas: pa.Array) -> _Column:
        """The values and denominators of the areas; NaN where there is no row."""
        value, denominator = np.full(len(areas), np.nan), np.full(len(areas), np.nan)
        rows = self.known.get(name)
        if rows is not None:
            place = pc.index_in(rows["area"], value_set=areas)
            inside = place.is_valid().to_numpy()
            at = place.drop_null().to_numpy()
            value[at] = rows["value"].to_numpy()[inside]
            denominator[at] = rows["denominator"].to_numpy()[inside]
        return _Column(value, denominator)

    def per(self, indicator: str) -> float:
        """The value of a share of 1 in the unit of the indicator; NaN where its unit is no share."""
        return _PER.get(self.units.get(indicator, ""), np.nan)


def slices(figures: Figures, definition: IndexDefinition, residents: Figures | None = None) -> list[Slice]:
    """An edition per level and period, areas in the order of their keys.

    Raises: CallError when an indicator or the residents are not there; NoAnswerError when no period has them all.
    """
    _must_have(figures, definition)
    if residents is None and definition.exclusion.minimum_residents:
        raise CallError(
            "The index '{id}' leaves out areas below {minimum} residents, so it needs the residents.",
            remedy="Give them as figures: residents = ...",
            id=definition.id,
            minimum=definition.exclusion.minimum_residents,
        )
    rows, counted = _Rows.of(figures), _Rows.of(residents) if residents is not None else None
    wanted = sorted({(level, period) for level, period, _ in rows.known})
    made = [one for at in wanted if (one := _slice(*at, rows, counted, definition)) is not None]
    if not made:
        names = ", ".join(_figure(one) for one in definition.indicators)
        raise NoAnswerError(
            "No period has values for all indicators of '{id}': {names}.", id=definition.id, names=names
        )
    return made


def _figure(one: IndexIndicator) -> str:
    return one.figure or one.id


def _must_have(figures: Figures, definition: IndexDefinition) -> None:
    there = set(figures.indicators)
    by_id = {one.id: one for one in definition.indicators}
    lacking = [
        _figure(one)
        for one in definition.indicators
        if _figure(one) not in there and not (one.change_of and _figure(by_id[one.change_of]) in there)
    ]
    if lacking:
        raise CallError(
            "The index '{id}' needs figures that are not there: {lacking}.",
            remedy='Compute them too, or name them in the definition with figure = "...".',
            id=definition.id,
            lacking=", ".join(lacking),
        )


def _by_name(table: pa.Table) -> dict[Name, pa.Table]:
    """The rows of each level, period and indicator; rows that stand together already are not copied."""
    coded = [table[name].combine_chunks().dictionary_encode() for name in ("level", "period", "indicator")]
    codes = np.zeros(len(table), np.int64)
    for one in coded:
        codes = codes * len(one.dictionary) + one.indices.to_numpy()
    rows = table.select(["area", "vintage", "denominator", "value"])
    starts = _starts(codes)
    if len(starts) > len(np.unique(codes)):
        order = np.argsort(codes, kind="stable")
        codes, rows = codes[order], rows.take(pa.array(order))
        starts = _starts(codes)
    sizes = np.diff(np.append(starts, len(codes)))
    return {_named(codes[at], coded): rows.slice(at, size) for at, size in zip(starts, sizes, strict=True)}


def _starts(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where runs of the same code begin."""
    return np.flatnonzero(np.diff(codes, prepend=-1))


def _named(code: int, coded: Sequence[pa.DictionaryArray]) -> Name:
    level, period, indicator = (one.dictionary for one in coded)
    rest, last = divmod(int(code), len(indicator))
    first, middle = divmod(rest, len(period))
    return level[first].as_py(), period[middle].as_py(), indicator[last].as_py()


def _slice(level: str, period: str, rows: _Rows, counted: _Rows | None, definition: IndexDefinition) -> Slice | None:
    names = {(level, period, _figure(one)) for one in definition.indicators}
    parts = [rows.known[name] for name in sorted(names) if name in rows.known]
    if not parts:
        return None
    areas = pc.unique(pa.concat_tables(part.select(["area"]) for part in parts)["area"]).sort()
    columns = {one.id: _counts(one, level, period, rows, areas, definition) for one in definition.indicators}
    if any(np.isnan(one.value).all() for one in columns.values()):
        return None
    edition = Edition(
        np.array(areas.to_pylist(), dtype=object),
        _residents(counted, level, period, areas),
        _residents(counted, level, before(period, definition), areas),
        {name: column.value for name, column in columns.items()},
        next((str(one) for one in parts[0]["vintage"].to_pylist() if one), ""),
    )
    return Slice(level, period, edition, columns)


def _counts(
    one: IndexIndicator, level: str, period: str, rows: _Rows, areas: pa.Array, definition: IndexDefinition
) -> Counts:
    """The column; a change is made from delivered points where they are there, else from the two dates."""
    own = rows.column((level, period, _figure(one)), areas)
    if not one.change_of:
        per = rows.per(_figure(one))
        return Counts(own.value, per, own.value / per, own.denominator)
    of = _figure(next(each for each in definition.indicators if each.id == one.change_of))
    per = rows.per(of)
    end = rows.column((level, period, of), areas)
    start = rows.column((level, earlier(period, one.years), of), areas)
    points = own.value if (level, period, _figure(one)) in rows.known else end.value - start.value
    return Counts(points, per, end.value / per, end.denominator, (end.value - points) / per, start.denominator)


def _residents(counted: _Rows | None, level: str, period: str, areas: pa.Array) -> Array:
    names = [name for name in counted.known if name[:2] == (level, period)] if counted else []
    return counted.column(names[0], areas).value if counted and names else np.full(len(areas), np.nan)


def earlier(period: str, years: int) -> str:
    """The label of the same period some years before.

    >>> earlier("2018", 2), earlier("2018-06-30", 2), earlier("2018/19", 2)
    ('2016', '2016-06-30', '2016/17')
    """
    year = int(period[:4]) - years
    rest = f"/{(year + 1) % 100:02d}" if "/" in period else period[4:]
    return Period.parse(f"{year}{rest}").label


def before(period: str, definition: IndexDefinition) -> str:
    """The earlier period that a definition with changes looks back to; the period itself where it has none."""
    return earlier(period, max((one.years for one in definition.indicators if one.change_of), default=0))


def edition_label(period: str, definition: IndexDefinition) -> str:
    """Name of the edition that shows this period: its year plus what the definition says."""
    return str(Period.parse(period).year + definition.edition_after)
