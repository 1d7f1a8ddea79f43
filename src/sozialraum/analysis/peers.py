"""An area beside its peers (Vergleichsgebiete): higher, lower, or no recognisable difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.analysis.doubles import must_have_counts, must_stand_once
from sozialraum.analysis.index.scores import Array
from sozialraum.errors import CallError
from sozialraum.figures import CORE, Description, Figures

RESULT = pa.schema(
    [
        ("peer_value", pa.float64()),
        ("peer_kind", pa.string()),
        ("peer_low", pa.float64()),
        ("peer_high", pa.float64()),
        ("peers", pa.int64()),
        ("peers_higher", pa.int64()),
        ("direction", pa.string()),
    ]
)
Row = dict[str, Any]
_PER = {"percent": 100.0, "per_100": 100.0, "per_1000": 1000.0, "per_10000": 1e4, "per_100000": 1e5}
_POINTS = {"percent": "percentage_points"}


@dataclass(frozen=True)
class Beside:
    """An area's peers in one figure: middle (NaN = none known), lowest, highest, how many are known, how many are higher."""

    middle: float
    low: float
    high: float
    known: int
    higher: int


def beside(own: float, others: Array) -> Beside:
    """The value of an area beside those of its peers; unknown ones (NaN) are left out.

    >>> beside(10.0, np.array([4.0, 12.0, 8.0, np.nan]))
    Beside(middle=8.0, low=4.0, high=12.0, known=3, higher=1)
    """
    known = others[~np.isnan(others)]
    if not len(known):
        return Beside(float("nan"), float("nan"), float("nan"), 0, 0)
    return Beside(float(np.median(known)), float(known.min()), float(known.max()), len(known), int((known > own).sum()))


def peers(figures: Figures, alike: Figures) -> Figures:
    """Every figure of an area beside its peers, which `alike` (the result of `similar`) names.

    Shape:     one row `<indicator>.peers` per area that has peers: value = own value less that of the peers.
    peers:     `peer_kind` pooled: cases and people of all peers added up; median of the peers where a count is not known.
               `peer_low` and `peer_high` are the lowest and highest of them, `peers_higher` says how many are higher.
    Unit:      points of the indicator; `lower` and `upper` are 95 percent limits of the difference (Newcombe 1998, method 10)
               against pooled peers, empty otherwise.
    direction: higher or lower where the limits exclude 0, unclear where they do not, null without limits.
    A figure that chose the peers differs less from them than others do: they were picked to be alike in it.
    Raises:    CallError for several periods or levels, or another level than that of `alike`; InputError for an area
               twice or a negative count.
    """
    if len(figures.periods) != 1 or figures.levels != alike.levels or len(figures.levels) != 1:
        raise CallError("A comparison with peers needs figures of one period, on the level of the similar areas.")
    must_stand_once(figures)
    must_have_counts(figures)
    groups: dict[str, list[str]] = {}
    pairs = (alike.table[name].to_pylist() for name in ("area", "similar"))
    for area, other in zip(*pairs, strict=True):
        groups.setdefault(area, []).append(other)
    rows = [row for one in figures.descriptions for row in _rows(figures.select(one.id), one, groups)]
    described = tuple(_described(one) for one in figures.descriptions)
    return Figures(pa.Table.from_pylist(rows, pa.schema([*CORE, *RESULT])), described, figures.credits, figures.notes)


def _rows(figures: Figures, one: Description, groups: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    held = {row["area"]: row for row in figures.table.to_pylist()}
    for area, names in groups.items():
        if area in held:
            others = [held[name] for name in names if name in held]
            row = {name: held[area][name] for name in ("area", "level", "vintage", "period", "flag")}
            yield row | {"indicator": f"{one.id}.peers", **_compared(held[area], others, one)}


def _compared(own: Row, others: Sequence[Row], one: Description) -> Row:
    found = beside(_number(own["value"]), np.array([_number(row["value"]) for row in others], np.float64))
    row: Row = {"peers": found.known, "peers_higher": found.higher}
    if own["value"] is None or not found.known:
        flag = own["flag"] if own["flag"] != "ok" else "missing"
        return row | {"flag": flag, "peers_higher": None if own["value"] is None else 0}
    row |= {"peer_low": found.low, "peer_high": found.high, "peer_kind": "median", "peer_value": found.middle}
    row |= _pooled(own, others, one)
    return row | {"value": own["value"] - row["peer_value"]}


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _pooled(own: Row, others: Sequence[Row], one: Description) -> Row:
    """Value of all peers together with limits of the difference; nothing where a count is not known."""
    from sozialraum.indicators.intervals import difference, poisson, wilson

    counts = [(row["numerator"], row["denominator"]) for row in others]
    if one.unit not in _PER or any(None in pair for pair in counts) or not sum(pair[1] for pair in counts):
        return {}
    cases, people = (sum(pair[side] for pair in counts) for side in (0, 1))
    per = _PER[one.unit]
    if one.part_of_denominator and cases <= people:
        low, high = (float(limit) * per for limit in wilson(cases, people))
    else:
        low, high = (float(limit) * per / people for limit in poisson(cases))
    row: Row = {"peer_kind": "pooled", "peer_value": per * cases / people}
    if own["lower"] is None or own["upper"] is None:
        return row
    mine, theirs = (np.array([value], np.float64) for value in (own["value"], row["peer_value"]))
    limits = (np.array([own["lower"]]), np.array([own["upper"]])), (np.array([low]), np.array([high]))
    lower, upper = (float(limit[0]) for limit in difference(mine, limits[0], theirs, limits[1]))
    direction = "higher" if lower > 0 else "lower" if upper < 0 else "unclear"
    return row | {"lower": lower, "upper": upper, "direction": direction}


def _described(one: Description) -> Description:
    title = {
        "de": f"{one.title['de']}, Abstand zu Vergleichsgebieten",
        "en": f"{one.title.get('en', one.title['de'])}, difference from peers",
    }
    return replace(
        one,
        id=f"{one.id}.peers",
        title=title,
        unit=_POINTS.get(one.unit, one.unit),
        kind="change",
        counts=False,
        part_of_denominator=False,
        parts=(one.id,),
        compares=True,
    )
