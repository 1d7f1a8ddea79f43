"""A sheet becomes facts: one row per value, with its area, period, dimensions, sign and the row it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sozialraum.errors import Fault
from sozialraum.periods import Period
from sozialraum.sources.definition import DimensionSettings, FactSettings, SourceDefinition
from sozialraum.sources.mapping import cells
from sozialraum.sources.mapping.cells import Codes, Numbers
from sozialraum.sources.readers import Sheet, coded
from sozialraum.sources.vocabulary import SIGNS, FactTable, vocabulary

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Axes:
    """Where and when each row of a sheet is: codes into `keys` and `periods`; `vintages` one per period.

    `usable` is false for rows without a place or time and for total rows; `totals` is true for the latter.
    """

    area: Codes
    keys: tuple[str, ...]
    period: Codes
    periods: tuple[Period, ...]
    vintages: tuple[str, ...]
    usable: Mask
    totals: Mask


@dataclass(frozen=True)
class _Block:
    """Facts of one part of the declaration: row places in the sheet, period codes, and columns by name."""

    rows: npt.NDArray[np.int64]
    period: Codes
    column: str
    columns: Mapping[str, Any]
    signs: npt.NDArray[np.int8]


def schema(known: FactTable) -> pa.Schema:
    """Columns of a facts file: the same for every source of that fact table."""
    text = [(name, pa.string()) for name in ("area", "level", "vintage", "period", "breakdown")]
    whole = {"age_from", "age_to", *(name for name, kind in known.dimensions.items() if kind == "number")}
    dimensions = [(name, pa.int64() if name in whole else pa.string()) for name in known.dimension_columns]
    measures = [(name, pa.float64()) for name in known.measures]
    origin = [
        ("sign", pa.string()),
        ("file", pa.string()),
        ("sheet", pa.string()),
        ("row", pa.int64()),
        ("column", pa.string()),
    ]
    return pa.schema([*text, *dimensions, *measures, *origin])


def make_facts(
    sheet: Sheet, definition: SourceDefinition, axes: Axes, read: Mapping[str, Numbers]
) -> tuple[dict[str, pa.Table], list[Fault]]:
    """Fact tables by name, sorted by area, period, row and column; and the faults of codes and counts."""
    faults: list[Fault] = []
    parts: dict[str, list[pa.Table]] = {}
    for settings in definition.facts:
        tables, found = _part(sheet, definition, settings, axes, read)
        parts.setdefault(settings.table, []).extend(tables)
        faults.extend(found)
    return {name: _together(tables) for name, tables in parts.items()}, faults


def chosen_rows(sheet: Sheet, settings: FactSettings) -> Mask:
    """Rows that the part's `where` asks for."""
    mask = np.ones(len(sheet.rows), bool)
    for column, wanted in settings.where.items():
        codes, texts = sheet.coded(column)
        fits = np.array([text.strip() in wanted for text in texts] + [False])
        mask &= fits[codes]
    return mask


def _part(
    sheet: Sheet, definition: SourceDefinition, settings: FactSettings, axes: Axes, read: Mapping[str, Numbers]
) -> tuple[list[pa.Table], list[Fault]]:
    mask = axes.usable & chosen_rows(sheet, settings)
    dimensions, faults = _dimensions(sheet, settings, axes, mask)
    blocks = _unpivoted(settings, axes, read, mask) if settings.columns else [_plain(settings, axes, read, mask)]
    for block in blocks:
        faults += _count_faults(sheet, settings, block)
    return [_table(sheet, definition, settings, axes, block, dimensions) for block in blocks], faults


def _plain(settings: FactSettings, axes: Axes, read: Mapping[str, Numbers], mask: Mask) -> _Block:
    rows = _in_order(axes, mask & _present(settings, read, mask))
    signs = np.zeros(len(rows), np.int8)
    columns: dict[str, Any] = {}
    for name, origin in settings.measures.items():
        if isinstance(origin, int):
            columns[name] = np.full(len(rows), float(origin))
        else:
            columns[name] = read[origin].values[rows]
            signs = np.where(signs == 0, read[origin].signs[rows], signs)
    return _Block(rows, axes.period[rows], "", columns, signs)


def _in_order(axes: Axes, mask: Mask) -> npt.NDArray[np.int64]:
    """Places of the chosen rows by area, period and row, so that one area lies together in the file."""
    rows = np.flatnonzero(mask)
    order: npt.NDArray[np.int64] = rows[np.lexsort((rows, axes.period[rows], axes.area[rows]))]
    return order


def _present(settings: FactSettings, read: Mapping[str, Numbers], mask: Mask) -> Mask:
    measured = [read[one].present for one in settings.measures.values() if isinstance(one, str)]
    return np.logical_or.reduce(measured) if measured else mask


def _unpivoted(settings: FactSettings, axes: Axes, read: Mapping[str, Numbers], mask: Mask) -> list[_Block]:
    blocks = []
    for column, codes in settings.columns.items():
        rows = _in_order(axes, mask & read[column].present)
        period = axes.period[rows]
        if "period" in codes:
            label = Period.parse(codes["period"]).label
            period = np.full(len(rows), [one.label for one in axes.periods].index(label), np.int32)
        blocks.append(
            _Block(
                rows,
                period,
                column,
                {settings.measure: read[column].values[rows], **_constants(codes)},
                read[column].signs[rows],
            )
        )
    return blocks


def _constants(codes: Mapping[str, Any]) -> dict[str, Any]:
    """Dimension columns that have one value in the whole block."""
    found: dict[str, Any] = {}
    for name, code in codes.items():
        if name == "age":
            found |= {"age_from": code[0], "age_to": code[1] if len(code) > 1 else None}
        elif name != "period":
            found[name] = code if isinstance(code, int) else str(code)
    return found


def _dimensions(sheet: Sheet, settings: FactSettings, axes: Axes, mask: Mask) -> tuple[dict[str, Any], list[Fault]]:
    """Dimension columns: a constant, or an array with one entry per row of the sheet; and faults of unknown codes."""
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    known = vocabulary()[settings.table].dimensions
    for name, one in settings.dimensions.items():
        if one.constant is not None:
            kind = known[name]
            found |= _constants({name: str(one.constant) if isinstance(kind, tuple) else one.constant})
            continue
        columns, more = _dimension(sheet, name, known[name], one, axes, mask)
        found |= columns
        faults += more
    return found, faults


def _dimension(
    sheet: Sheet, name: str, kind: tuple[str, ...] | str, one: DimensionSettings, axes: Axes, mask: Mask
) -> tuple[dict[str, Any], list[Fault]]:
    codes, texts = sheet.coded(one.column)
    if one.years_since:
        values, bad = _years(codes, texts, axes, mask)
    else:
        meanings = cells.as_codes(texts, one.codes) if one.codes else [_own(kind, text.strip()) for text in texts]
        bad = {code for code, meaning in enumerate(meanings) if meaning is None}
        if kind not in ("age", "number"):
            return {name: _coded_words(meanings, codes)}, _unknown(
                sheet, one.column, codes, texts, bad, mask, one, kind
            )
        pairs = [_bounds(meaning, kind) for meaning in meanings] + [(np.nan, np.nan)]
        values = np.array(pairs, np.float64)[codes]
    faults = _unknown(sheet, one.column, codes, texts, bad, mask, one, kind)
    if kind == "age":
        return {"age_from": values[:, 0], "age_to": values[:, 1]}, faults
    return {name: values[:, 0]}, faults


def _years(codes: Codes, texts: list[str], axes: Axes, mask: Mask) -> tuple[npt.NDArray[np.float64], set[int]]:
    years = cells.years_since(texts, [one.end for one in axes.periods])
    begun = np.full(len(codes), np.nan)
    fine = mask & (codes >= 0)
    begun[fine] = years[codes[fine], axes.period[fine]]
    bad = {int(one) for one in np.unique(codes[fine & ~(begun >= 0)])}
    return np.column_stack([begun, begun + 1]), bad


def _own(kind: tuple[str, ...] | str, text: str) -> Any:
    """What a text means without declared codes: itself, when it is a code, a whole number, or any text."""
    if kind in ("age", "number"):
        return int(text) if text.isdigit() else None
    if kind == "text":
        return text or None
    return text if text in kind else None


def _bounds(meaning: Any, kind: tuple[str, ...] | str) -> tuple[float, float]:
    if meaning is None:
        return np.nan, np.nan
    if kind == "number" or isinstance(meaning, int):
        return float(meaning), float(meaning + 1)
    return float(meaning[0]), float(meaning[1]) if len(meaning) > 1 else np.nan


@dataclass(frozen=True)
class _Words:
    """A text column as distinct words and one code per row."""

    words: Any
    codes: Codes


def _coded_words(meanings: Sequence[Any], codes: Codes) -> _Words:
    words = pa.array([None if one is None else str(one) for one in meanings] + [None], pa.string())
    return _Words(words, np.where(codes < 0, len(meanings), codes).astype(np.int32))


def _unknown(
    sheet: Sheet,
    column: str,
    codes: Codes,
    texts: list[str],
    bad: set[int],
    mask: Mask,
    one: DimensionSettings,
    kind: tuple[str, ...] | str,
) -> list[Fault]:
    used = np.where(mask, codes, -1).astype(np.int32)
    return cells.at_most(
        sheet, used, {code: _unknown_code(sheet, column, texts[code], one, kind) for code in sorted(bad)}
    )


def _unknown_code(
    sheet: Sheet, column: str, text: str, one: DimensionSettings, kind: tuple[str, ...] | str
) -> Callable[[int, int], Fault]:
    known = ", ".join(one.codes) if one.codes else ", ".join(kind) if isinstance(kind, tuple) else "0, 1, 2, ..."
    return lambda row, count: Fault(
        "unknown_code",
        "This code has no declared meaning (rows: {count}); declared are: {known}.",
        sheet.place(row, column),
        text.strip()[:40] or '""',
        "The rows would fall out of every count by this dimension.",
        "Ask the supplier what it means and write it under codes; a row of sums is left out by skip_rows.",
        values={"count": count, "known": known},
    )


def _count_faults(sheet: Sheet, settings: FactSettings, block: _Block) -> list[Fault]:
    """Counts that are negative or have fractions."""
    faults: list[Fault] = []
    for measure, kind in vocabulary()[settings.table].measures.items():
        values = block.columns.get(measure)
        if values is None or kind == "value":
            continue
        column = block.column or str(settings.measures.get(measure, ""))
        faults += _odd(
            sheet,
            block,
            column,
            values < 0,
            values,
            "negative",
            "A count or amount below zero (rows: {count}).",
            'If it stands for "not shown", declare it under [signs]; otherwise correct it.',
            "error",
        )
        if kind == "count":
            faults += _odd(
                sheet,
                block,
                column,
                values % 1 > 0,
                values,
                "fraction_in_count",
                "A count with a fraction (rows: {count}).",
                "Check whether the column holds shares; accept the warning if the supplier delivers means.",
                "warning",
            )
    return faults


def _odd(
    sheet: Sheet, block: _Block, column: str, odd: Mask, values: Any, code: str, what: str, remedy: str, severity: str
) -> list[Fault]:
    places = np.flatnonzero(odd)
    if not len(places):
        return []
    first = places[0]
    return [
        Fault(
            code,
            what,
            sheet.place(int(sheet.rows[block.rows[first]]), column),
            f"{values[first]:.12g}",
            "",
            remedy,
            severity,
            {"count": len(places)},
        )
    ]


def _table(
    sheet: Sheet,
    definition: SourceDefinition,
    settings: FactSettings,
    axes: Axes,
    block: _Block,
    dimensions: Mapping[str, Any],
) -> pa.Table:
    known = vocabulary()[settings.table]
    length = len(block.rows)
    labels = [one.label for one in axes.periods]
    columns: dict[str, Any] = {
        "area": _words(axes.keys, axes.area[block.rows]),
        "level": definition.area.level,
        "vintage": _words(axes.vintages, block.period),
        "period": _words(labels, block.period),
        "breakdown": ",".join(settings.filled),
        "sign": _words(SIGNS, block.signs.astype(np.int32)),
        "file": sheet.file,
        "sheet": sheet.sheet,
        "row": sheet.rows[block.rows],
        "column": block.column,
    }
    columns |= {name: one if _constant(one) else _rows_of(one, block.rows) for name, one in dimensions.items()}
    columns |= block.columns
    return pa.table(
        [_array(columns.get(field.name), field.type, length) for field in schema(known)], schema=schema(known)
    )


def _words(words: Sequence[str], codes: Codes) -> Any:
    return pa.array(list(words), pa.string()).take(pa.array(codes))


def _constant(one: Any) -> bool:
    return one is None or isinstance(one, (str, int, float))


def _rows_of(one: Any, rows: npt.NDArray[np.int64]) -> Any:
    return one.words.take(pa.array(one.codes[rows])) if isinstance(one, _Words) else one[rows]


def _array(one: Any, kind: Any, length: int) -> Any:
    """A column of that type: a constant is repeated, NaN becomes null."""
    if _constant(one):
        return pa.repeat(pa.scalar(one, kind), length)
    if isinstance(one, np.ndarray) and one.dtype.kind == "f":
        return pa.array(one, pa.float64(), from_pandas=True).cast(kind)
    return pa.array(one, kind) if isinstance(one, np.ndarray) else one


def _together(tables: Sequence[pa.Table]) -> pa.Table:
    """All blocks of a fact table by area, period, row and column; a single block already lies so."""
    if len(tables) == 1:
        return tables[0]
    table = pa.concat_tables(tables)
    keys = [_ranks(table[name]) for name in ("area", "period", "column")]
    order = np.lexsort((keys[2], table["row"].to_numpy(), keys[1], keys[0]))
    return table.take(pa.array(order)).combine_chunks()


def _ranks(texts: Any) -> npt.NDArray[np.int64]:
    codes, words = coded(texts)
    ranks = np.empty(len(words) + 1, np.int64)
    ranks[np.argsort(np.array(words, object), kind="stable")] = np.arange(len(words))
    ranks[-1] = -1
    return ranks[codes]
