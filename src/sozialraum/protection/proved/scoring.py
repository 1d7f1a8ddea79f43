"""The arithmetic of a composite index, written once more from its recipe: many populations at once, areas last."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]
Recipe = Mapping[str, Any]
REASONS = ("", "below_minimum", "named_exception", "missing_value")
"""Why an area is left out, in the order in which it is asked."""
ALIKE = 1e-12


def left_out(
    recipe: Recipe, areas: Sequence[str], vintage: str, values: Sequence[Floats], residents: Sequence[Floats]
) -> npt.NDArray[np.int64]:
    """Place in REASONS of every area in every population; residents at the end and at the start."""
    rule = recipe.get("exclusion", {})
    minimum, (now, then) = rule.get("minimum_residents", 0), residents
    reasons = np.where(np.isnan(np.stack(values)).any(axis=0), 3, 0)
    if minimum:
        reasons[np.isnan(now)] = 3
    for one in rule.get("named", ()):
        if vintage in ("", one.get("vintage") or vintage):
            reasons[:, [area == one["area"] for area in areas]] = 2
    if minimum:
        reasons[now < minimum] = 1
        if "start" in rule.get("dates", ()):
            reasons[then < minimum] = 1
    return reasons


def scores(dimension: Recipe, columns: Floats, inside: Marks, residents: Floats) -> Floats:
    """The score of every area in every population, higher meaning worse; NaN for areas that are left out.

    `columns`: (indicators, populations, areas).
    """
    weights = np.where(inside, residents if dimension.get("weighted") else 1.0, 0.0)
    whole = np.zeros(inside.shape)
    given = [float(one.get("weight", 1.0)) for one in dimension["indicator"]]
    total = sum(given) if dimension.get("combine") == "mean" else 1.0
    for one, weight, column in zip(dimension["indicator"], given, columns, strict=True):
        sign = -1.0 if one.get("polarity") == "lower_worse" else 1.0
        mine = np.where(inside, sign * column, np.nan)
        whole = whole + weight / total * _standardised(dimension, one["id"], mine, weights, sign)
    return _z(dimension, "total", whole, weights, 1.0) if dimension.get("restandardise") else whole


def _standardised(dimension: Recipe, name: str, column: Floats, weights: Floats, sign: float) -> Floats:
    way = dimension.get("standardise", "z")
    if way == "z":
        return _z(dimension, name, column, weights, sign)
    if way == "min_max":
        low, span = _span(column)
        return (column - low) / span
    return _exponential(dimension, column) if way == "rank_exponential" else column


def _span(column: Floats) -> tuple[Floats, Floats]:
    """The lowest value and how far the highest is from it; NaN where all are alike."""
    low = np.where(np.isnan(column), np.inf, column).min(axis=-1, keepdims=True)
    high = np.where(np.isnan(column), -np.inf, column).max(axis=-1, keepdims=True)
    span = high - low
    return low, np.where(span > ALIKE * np.maximum(abs(low), abs(high)), span, np.nan)


def _z(dimension: Recipe, name: str, column: Floats, weights: Floats, sign: float) -> Floats:
    """Distance from the mean in standard deviations; `sign`: how the values were turned, which a fixed mean was not."""
    fixed = dimension.get("base", {}).get(name)
    if fixed:
        return np.asarray((column - sign * float(fixed["mean"])) / float(fixed["sd"]))
    values, areas = np.nan_to_num(column), np.maximum((~np.isnan(column)).sum(axis=-1, keepdims=True), 1)
    sum_ = weights.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):  # a population in which no area has a value
        mean = (weights * values).sum(axis=-1, keepdims=True) / sum_
        lost = sum_ / areas if dimension.get("sd") == "n-1" else 0.0
        deviation = np.sqrt((weights * (values - mean) ** 2).sum(axis=-1, keepdims=True) / (sum_ - lost))
    return np.asarray((column - mean) / np.where(np.isnan(_span(column)[1]), np.nan, deviation))


def _exponential(dimension: Recipe, column: Floats) -> Floats:
    """Exponentially transformed ranks, 1 = worst; Scottish Indices of Deprivation 2003, appendix 5."""
    from scipy.stats import rankdata

    there = ~np.isnan(column)
    areas = there.sum(axis=-1, keepdims=True)
    ranks = rankdata(np.where(there, -column, np.inf), axis=-1)
    share = (areas + 1 - ranks) / (areas + (1 if dimension.get("scaled_rank") == "n+1" else 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        found = -23.0 * np.log(1.0 - share * (1.0 - math.exp(-100.0 / 23.0)))
    return np.where(there, found, np.nan)


def borders(classes: Sequence[Recipe], told: str) -> tuple[float, float]:
    """Between which scores a class lies. Raises: StopIteration for a class that the recipe does not know."""
    at = next(number for number, one in enumerate(classes) if one["id"] == told)
    low, *rest = (_begins(one) for one in classes[at : at + 2])
    return low, rest[0] if rest else math.inf


def _begins(one: Recipe) -> float:
    found = one.get("above") if one.get("at_least") is None else one["at_least"]
    return -math.inf if found is None else float(found)
