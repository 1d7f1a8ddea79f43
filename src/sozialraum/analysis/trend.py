"""Change between two periods with an interval, so that nobody calls chance a development."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.analysis.doubles import must_stand_once
from sozialraum.errors import CallError, MismatchError
from sozialraum.figures import CORE, Description, Figures

RESULT = pa.schema([("period_before", pa.string()), ("value_before", pa.float64()), ("direction", pa.string())])
_POINTS = {"percent": "percentage_points"}
Row = dict[str, Any]


def trend(figures: Figures, first: str | int | None = None, last: str | int | None = None) -> Figures:
    """Change from the first to the last period of every indicator, area and level.

    Shape:     one row `<indicator>.change` per area that has a row in both periods, at the last period.
    Unit:      points of the indicator (percent becomes percentage points); `lower` and `upper` are 95 percent limits for
               the difference of two independent values (Newcombe 1998, method 10) where both have limits of their own.
    direction: up or down where the limits exclude 0, unclear where they do not, null without limits.
    An area whose boundaries differ, or a break of the definition in between, gives no change: flag `not_applicable`.
    Raises:    CallError when there are not two periods; MismatchError when no area stands in both; InputError for an area twice.
    """
    begin, end = _periods(figures, first, last)
    must_stand_once(figures.at(begin, end))
    before = {_key(row): row for row in figures.at(begin).table.to_pylist()}
    broken = {one.id for one in figures.descriptions if any(begin < each.period <= end for each in one.breaks)}
    rows = [
        _change(before[key], row, row["indicator"] in broken)
        for row in figures.at(end).table.to_pylist()
        if (key := _key(row)) in before
    ]
    if not rows:
        raise MismatchError(
            "No area stands in both {begin} and {end}.",
            why="Areas of two boundaries do not compare.",
            remedy="Compute both on one set of boundaries.",
            begin=begin,
            end=end,
        )
    table = _with_limits(pa.Table.from_pylist(rows, schema=pa.schema([*CORE, *_LIMITS, *RESULT])))
    return Figures(table, tuple(_described(one) for one in figures.descriptions), figures.credits, figures.notes)


_LIMITS = pa.schema(
    [(name, pa.float64()) for name in ("value_now", "low_now", "high_now", "low_before", "high_before")]
)


def _periods(figures: Figures, first: str | int | None, last: str | int | None) -> tuple[str, str]:
    known = figures.periods
    begin, end = str(first or known[0] if known else ""), str(last or known[-1] if known else "")
    if begin not in known or end not in known or begin >= end:
        raise CallError(
            "A change needs figures of two periods; there are: {known}.",
            remedy="Ask for the figures of an earlier and a later period.",
            known=", ".join(known) or "-",
        )
    return begin, end


def _key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["indicator"], row["level"], row["area"]


def _change(before: Row, now: Row, broken: bool) -> Row:
    usable = not broken and before["vintage"] == now["vintage"]
    known = usable and before["value"] is not None and now["value"] is not None
    row = {name: now[name] for name in ("area", "level", "vintage", "period")}
    row |= {
        "indicator": f"{now['indicator']}.change",
        "period_before": before["period"],
        "value_before": before["value"],
    }
    row["flag"] = _flag(before, now) if usable else "not_applicable"
    if known:
        row["value_now"], row["value"] = now["value"], now["value"] - before["value"]
        row |= {"low_now": now["lower"], "high_now": now["upper"]}
        row |= {"low_before": before["lower"], "high_before": before["upper"]}
    return row


def _flag(before: Row, now: Row) -> str:
    """The flag that says most against the value."""
    return next((one["flag"] for one in (now, before) if one["flag"] != "ok"), "ok")


def _with_limits(table: pa.Table) -> pa.Table:
    from sozialraum.indicators.intervals import difference

    held = {name: table[name].to_numpy() for name in (*_LIMITS.names, "value_before")}
    now, before = (held["low_now"], held["high_now"]), (held["low_before"], held["high_before"])
    lower, upper = difference(held["value_now"], now, held["value_before"], before)
    direction = np.select([lower > 0, upper < 0, ~np.isnan(lower)], ["up", "down", "unclear"], "")
    for name, values in (("lower", lower), ("upper", upper)):
        table = table.set_column(table.schema.get_field_index(name), name, pa.array(values, from_pandas=True))
    words = pa.array([one or None for one in direction.tolist()], pa.string())
    return table.set_column(table.schema.get_field_index("direction"), "direction", words).drop_columns(_LIMITS.names)


def _described(one: Description) -> Description:
    return replace(
        one,
        id=f"{one.id}.change",
        title={"de": f"Veränderung: {one.title['de']}", "en": f"Change: {one.title.get('en', one.title['de'])}"},
        unit=_POINTS.get(one.unit, one.unit),
        kind="change",
        counts=False,
        part_of_denominator=False,
        parts=(one.id,),
    )
