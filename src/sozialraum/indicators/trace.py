"""The fact rows behind one figure: which file, sheet and row gave which number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from sozialraum.errors import CallError
from sozialraum.indicators.compile import condition
from sozialraum.indicators.counts import Count, count_of, earlier, narrowed, years_of
from sozialraum.indicators.definitions import catalogue
from sozialraum.indicators.evaluate import preference
from sozialraum.indicators.places import Map, Places
from sozialraum.indicators.schema import Indicator
from sozialraum.store import Slice, Store

SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("role", "indicator", "facts", "period", "level", "vintage", "area", "measure")]
    + [("amount", pa.float64()), ("sign", pa.string())]
    + [(name, pa.string()) for name in ("source", "delivery", "file", "sheet")]
    + [("row", pa.int64()), ("column", pa.string())]
)
"""Columns of a trace."""


def trace(
    indicator: Indicator,
    store: Store,
    areas: Places,
    area: str,
    level: str,
    period: str | int,
    known: Mapping[str, Indicator] | None = None,
    vintage: str | None = None,
) -> pa.Table:
    """Every fact row that was added up for one figure, with its role, file, sheet, row and delivery (SCHEMA).

    `vintage` is that of the figure; where it was converted, the rows of every area that gave a part to it come.
    Rows stand in the order of role, fact table, period, file and row. Raises: CallError for an unknown area.
    """
    valid = vintage or areas.vintage_of(str(period))
    if area not in areas.layer(level, valid).keys and not vintage:
        valid = _vintage_with(areas, area, level, valid)
    if area not in areas.layer(level, valid).keys:
        raise CallError("There is no area '{area}' on the level '{level}'.", area=area, level=level)
    asked = dict.fromkeys(_asked(indicator, known or catalogue(), str(period)))
    beside = frozenset(count for _, _, count, _ in asked)
    places = Map(areas, level)
    there = [one for one in asked if one[2].facts in store.tables]
    parts = [_rows(store, places, (area, valid), one, beside) for one in there]
    return pa.concat_tables([SCHEMA.empty_table(), *parts])


def _vintage_with(areas: Places, area: str, level: str, valid: str) -> str:
    """The vintage that knows the area, the latest first; the valid one when none does."""
    every = [str(one.id) for one in reversed(getattr(areas, "vintages", ()))]
    return next((one for one in every if area in areas.layer(level, one).keys), valid)


def _asked(indicator: Indicator, known: Mapping[str, Indicator], period: str) -> Iterator[tuple[str, str, Count, str]]:
    """Role, indicator, count and period of everything one figure rests on."""
    if indicator.of:
        for one in (period, earlier(period, indicator.years)):
            yield from _asked(known[indicator.of], known, one)
    for part in indicator.parts:
        yield from _asked(narrowed(known[part.indicator], part), known, period)
    for role, side in (("numerator", indicator.numerator), ("denominator", indicator.denominator)):
        for operand in side:
            for one, _ in years_of(operand, period):
                yield role, indicator.id, count_of(operand), one
    yield "delivered", indicator.id, Count("delivered", "value", (("indicator", indicator.id),)), period


def _rows(
    store: Store, places: Map, where: tuple[str, str], asked: tuple[str, str, Count, str], beside: frozenset[Count]
) -> pa.Table:
    """The rows of one count, from the slice that the figure was counted from."""
    role, name, count, period = asked
    area, vintage = where
    able = [one for one in store.slices(count.facts) if one.period == period and count.dimensions <= one.dimensions]
    if role == "delivered":
        able = [one for one in able if one.level == places.level]
    for one in sorted(able, key=lambda one: preference(one, places, count.facts, beside)):
        route = places.route(one.level, one.vintage or vintage, vintage)
        if route is not None:
            keys, end = places.keys(one.level, one.vintage or vintage), places.keys(places.level, vintage).index(area)
            return _read(store, one, [keys[start] for start in route.start[route.end == end]], role, name, count)
    return SCHEMA.empty_table()


def _read(store: Store, one: Slice, below: list[str], role: str, name: str, count: Count) -> pa.Table:
    rows = store.facts(count.facts)
    same = [rows[key].fill_null("") == getattr(one, key) for key in ("breakdown", "level", "vintage", "period")]
    rows = rows.filter((rows.piece == one.piece) & rows.area.isin(below), *same)
    belongs = condition(rows, count)
    rows = rows if belongs is None else rows.filter(belongs)
    there = [key for key in ("file", "sheet", "row", "column") if key in rows.columns]
    order = [key for key in ("file", "sheet", "row", "column", "area") if key in rows.columns]
    found = store.run(rows.order_by(order).select("area", "sign", *there, amount=rows[count.measure].cast("float64")))
    constant = {
        "role": role, "indicator": name, "facts": count.facts, "period": one.period, "level": one.level,
        "vintage": one.vintage, "measure": count.measure, "source": one.file.source, "delivery": one.file.delivery,
    }  # fmt: skip
    return pa.table([_column(found, field, constant) for field in SCHEMA], schema=SCHEMA)


def _column(found: pa.Table, field: pa.Field, constant: Mapping[str, str]) -> Any:
    if field.name in constant:
        return pa.repeat(pa.scalar(constant[field.name], field.type), found.num_rows)
    if field.name in found.column_names:
        return found[field.name].cast(field.type).combine_chunks()
    return pa.nulls(found.num_rows, field.type)
