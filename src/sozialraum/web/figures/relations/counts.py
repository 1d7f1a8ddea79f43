"""The counts behind a figure as far as they were released: what sums and shares of several areas are rebuilt from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from sozialraum.reports import View

Floats = npt.NDArray[np.float64]
PER = (1.0, 100.0, 1000.0, 10_000.0, 100_000.0)
"""What a quotient of counts may have been multiplied by."""
SLACK = 1e-6
"""Relative difference up to which a value is the quotient of its counts."""


@dataclass(frozen=True)
class Counts:
    """Released counts of one figure at one date, one place for each area of the level; NaN where none was released.

    `per` is what the quotient is multiplied by; 0 for a plain number, whose only count is the value itself.
    """

    numerator: Floats
    denominator: Floats
    value: Floats
    per: float


def released_counts(view: View, indicator: str, level: str, period: str) -> Counts | None:
    """The counts on today's boundaries; None where the value is no quotient of released counts and no plain number."""
    asked = ("counts", indicator, level, period)
    if str(asked) not in view.kept:
        view.kept[str(asked)] = _read(view, indicator, level, period)
    found: Counts | None = view.kept[str(asked)]
    return found


def _read(view: View, indicator: str, level: str, period: str) -> Counts | None:
    layer, table = view.layer_of(level), view.release.table
    wanted = {"indicator": indicator, "level": level, "period": period, "vintage": layer.vintage}
    chosen = table
    for name, text in wanted.items():
        chosen = chosen.filter(pc.equal(chosen[name], text))
    columns = {name: np.full(len(layer), np.nan) for name in ("numerator", "denominator", "value")}
    rows = [layer.place.get(key, -1) for key in chosen["area"].to_pylist()]
    for name, held in columns.items():
        numbers = chosen[name].cast("float64").to_numpy(zero_copy_only=False)
        for row, number in zip(rows, numbers.tolist(), strict=True):
            if row >= 0:
                held[row] = np.nan if number is None else number
    columns["value"] = np.where(view_hidden(view, indicator, level, period), np.nan, columns["value"])
    per = _per(view.descriptions[indicator].kind, **columns)
    return None if per is None else Counts(**columns, per=per)


def view_hidden(view: View, indicator: str, level: str, period: str) -> npt.NDArray[np.bool_]:
    """Which areas have no value that may be shown."""
    series = view.series(indicator, level)
    return np.asarray(series.state[series.periods.index(period)] != "ok")


def _per(kind: str, numerator: Floats, denominator: Floats, value: Floats) -> float | None:
    """What the quotient of the counts was multiplied by; None where the values are something else."""
    if kind == "total":
        return 0.0
    known = ~np.isnan(numerator) & ~np.isnan(value) & (denominator > 0)
    if not known.any():
        return None
    quotient, given = numerator[known] / denominator[known], value[known]
    fits = (one for one in PER if np.allclose(one * quotient, given, rtol=SLACK, atol=SLACK))
    return next(fits, None)
