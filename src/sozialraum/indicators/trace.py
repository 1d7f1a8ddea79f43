"""The fact rows behind one figure: which file, sheet and row gave which number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from sozialraum.errors import CallError
from sozialraum.indicators.compile import condition
from sozialraum.indicators.counts import Count, count_of, earlier, narrowed, years_of
from sozialraum.indicators.definitions import catalogue
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
) -> pa.Table:
    """Every fact row that was added up for one figure, with its role, file, sheet, row and delivery (SCHEMA).

    Rows stand in the order of role, fact table, period, file and row. Raises: CallError for an unknown area.
    """
    vintage = areas.vintage_of(str(period))
    if not any(area in areas.layer(level, one).keys for one in _vintages(areas, vintage)):
        raise CallError("There is no area '{area}' on the level '{level}'.", area=area, level=level)
    asked = _asked(indicator, known or catalogue(), str(period))
    places = Map(areas, level)
    parts = [
        _rows(store, places, area, role, name, count, one)
        for role, name, count, one in dict.fromkeys(asked)
        if count.facts in store.tables
    ]
    return pa.concat_tables([SCHEMA.empty_table(), *parts])


def _vintages(areas: Places, vintage: str) -> list[str]:
    return [str(getattr(one, "id", one)) for one in getattr(areas, "vintages", ())] or [vintage]


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


def _rows(store: Store, places: Map, area: str, role: str, name: str, count: Count, period: str) -> pa.Table:
    """The rows of one count, from the slices that the figure was counted from."""
    chosen = [one for one in store.slices(count.facts) if one.period == period and count.dimensions <= one.dimensions]
    if role == "delivered":
        chosen = [one for one in chosen if one.level == places.level]
    found = []
    for one in sorted(chosen, key=lambda one: (places.rank(one.level), len(one.dimensions), one.file.source))[:1]:
        route = places.route(one.level, one.vintage, one.vintage)
        if route is None:
            continue
        keys, ends = places.keys(one.level, one.vintage), places.keys(places.level, one.vintage)
        below = [keys[start] for start, end in zip(route.start, route.end, strict=True) if ends[end] == area]
        found.append(_read(store, one, below, role, name, count))
    return pa.concat_tables([SCHEMA.empty_table(), *found])


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
