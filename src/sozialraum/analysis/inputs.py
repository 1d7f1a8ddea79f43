"""From figures to editions: one edition per level and period in which every indicator of a definition has values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.analysis.definition import IndexDefinition, IndexIndicator
from sozialraum.analysis.edition import Edition
from sozialraum.analysis.scores import Array
from sozialraum.errors import CallError, NoAnswerError
from sozialraum.figures import Figures
from sozialraum.periods import Period

Name = tuple[str, str, str]  # level, period, indicator


@dataclass(frozen=True)
class Counts:
    """Rates (percent) and denominators of one column at the end and, for a change, at the start; NaN = not known."""

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


def slices(figures: Figures, definition: IndexDefinition, residents: Figures | None = None) -> list[Slice]:
    """An edition per level and period, areas in the order of their keys.

    Raises: CallError when an indicator is not among the figures; NoAnswerError when no period has them all.
    """
    _must_have(figures, definition)
    known = _by_name(figures.table)
    counted = _by_name(residents.table) if residents is not None else {}
    wanted = {(level, period) for level, period, _ in known}
    made = [one for at in sorted(wanted) if (one := _slice(*at, known, counted, definition)) is not None]
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
    """The rows of each level, period and indicator."""
    keys = table.select(["level", "period", "indicator"])
    joined = pc.binary_join_element_wise(*(keys[name] for name in keys.column_names), "\x1f").combine_chunks()
    coded = joined.dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(coded.dictionary) + 1))
    ordered = table.select(["area", "vintage", "denominator", "value"]).take(pa.array(order))
    names = [tuple(name.split("\x1f")) for name in coded.dictionary.to_pylist()]
    return {name: ordered.slice(at, end - at) for name, at, end in zip(names, starts[:-1], starts[1:], strict=True)}


def _slice(
    level: str,
    period: str,
    known: Mapping[Name, pa.Table],
    counted: Mapping[Name, pa.Table],
    definition: IndexDefinition,
) -> Slice | None:
    parts = [
        known[level, period, name]
        for name in {_figure(one) for one in definition.indicators}
        if (level, period, name) in known
    ]
    if not parts:
        return None
    areas = pc.unique(pa.concat_tables(part.select(["area"]) for part in parts)["area"]).sort()
    columns = {one.id: _counts(one, level, period, known, areas, definition) for one in definition.indicators}
    values = {name: _value(column) for name, column in columns.items()}
    if any(np.isnan(one).all() for one in values.values()):
        return None
    years = max(one.years for one in definition.indicators)
    edition = Edition(
        np.array(areas.to_pylist(), dtype=object),
        _residents(counted, level, period, areas),
        _residents(counted, level, earlier(period, years), areas),
        values,
        next((str(one) for one in parts[0]["vintage"].to_pylist() if one), ""),
    )
    return Slice(level, period, edition, columns)


def _value(column: Counts) -> Array:
    return column.end if column.start is None else np.asarray(column.end - column.start)


def _counts(
    one: IndexIndicator,
    level: str,
    period: str,
    known: Mapping[Name, pa.Table],
    areas: pa.Array,
    definition: IndexDefinition,
) -> Counts:
    """The column; a change is made from delivered points where they are there, else from the two dates."""
    if not one.change_of:
        found = _column(known.get((level, period, _figure(one))), areas)
        return Counts(found.value, found.denominator)
    of = next(each for each in definition.indicators if each.id == one.change_of)
    end = _column(known.get((level, period, _figure(of))), areas)
    before = _column(known.get((level, earlier(period, one.years), _figure(of))), areas)
    delivered = known.get((level, period, _figure(one)))
    start = before.value if delivered is None else np.asarray(end.value - _column(delivered, areas).value)
    return Counts(end.value, end.denominator, start, before.denominator)


def _column(rows: pa.Table | None, areas: pa.Array) -> _Column:
    value, denominator = np.full(len(areas), np.nan), np.full(len(areas), np.nan)
    if rows is not None:
        place = pc.index_in(rows["area"], value_set=areas).to_numpy()
        inside = ~np.isnan(place.astype(np.float64))
        at = place[inside].astype(np.int64)
        value[at] = rows["value"].to_numpy()[inside]
        denominator[at] = rows["denominator"].to_numpy()[inside]
    return _Column(value, denominator)


def _residents(counted: Mapping[Name, pa.Table], level: str, period: str, areas: pa.Array) -> Array:
    found = [rows for (at, when, _), rows in counted.items() if (at, when) == (level, period)]
    return _column(found[0], areas).value if found else np.full(len(areas), np.nan)


def earlier(period: str, years: int) -> str:
    """The label of the same period some years before.

    >>> earlier("2018", 2), earlier("2018-06-30", 2), earlier("2018/19", 2)
    ('2016', '2016-06-30', '2016/17')
    """
    year = int(period[:4]) - years
    rest = f"/{(year + 1) % 100:02d}" if "/" in period else period[4:]
    return Period.parse(f"{year}{rest}").label


def edition_label(period: str, definition: IndexDefinition) -> str:
    """Name of the edition that shows this period: its year plus what the definition says."""
    return str(Period.parse(period).year + definition.edition_after)
