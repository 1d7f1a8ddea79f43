"""The intervals of `intervals` as expressions on columns of a query (Ibis), so that an engine computes them beside the counts.

The columns bring their own methods, so nothing is imported here. Empty (not NaN) where the plain form has no limits.
"""

from __future__ import annotations

from typing import Any

from sozialraum.indicators.intervals import EXACT_BELOW, exact, normal_quantile

Column = Any  # a numeric column of Ibis
Limits = tuple[Column, Column]


def wilson(cases: Column, of: Column, level: float = 0.95) -> Limits:
    """Columns with the lower and upper limit of a share cases/of (0 to 1). Source: Wilson 1927, as `intervals.wilson`."""
    z = normal_quantile(level)
    r, all_ = cases.cast("float64"), of.cast("float64")
    n = (all_ > 0).ifelse(all_, None)
    inner = r * (1 - r / n) * 4 + z * z
    spread = (inner >= 0).ifelse(inner, None).sqrt() * z
    lower, upper = ((r * 2 + z * z + side * spread) / ((n + z * z) * 2) for side in (-1, 1))
    nothing, everything = (r == 0) & n.notnull(), r == n
    return nothing.ifelse(0.0, lower), everything.ifelse(1.0, upper)


def byar(cases: Column, level: float = 0.95) -> Limits:
    """Columns with the limits of an expected count. Source: Breslow & Day 1987, as `intervals.byar`."""
    z, o = normal_quantile(level), cases.cast("float64")
    some = (o > 0).ifelse(o, None)
    low = _cubed(1 - 1 / (some * 9) - z / (some.sqrt() * 3)) * some
    over = (o >= 0).ifelse(o + 1, None)
    high = _cubed(1 - 1 / (over * 9) + z / (over.sqrt() * 3)) * over
    return (o <= 0).ifelse(0.0, low), high


def _cubed(one: Column) -> Column:
    return one * one * one


def poisson(cases: Column, level: float = 0.95) -> Limits:
    """Columns with the limits of a count: exact below 10, Byar from 10 on, as `intervals.poisson`.

    The exact limits are constants put into the query, so counts below 10 that are not whole have none.
    """
    o = cases.cast("float64")
    whole = range(EXACT_BELOW)
    return tuple(
        (o < EXACT_BELOW).ifelse(o.cases(*zip(map(float, whole), map(float, limits), strict=True)), beyond)
        for limits, beyond in zip(exact(list(whole), level), byar(o, level), strict=True)
    )
