"""Numbers of a composite index: standardise, put together, classify, rank. Areas stand on the last axis.

Leading axes (redraws) are handled in the same calls. Sums over one edition are exact (`math.fsum`), so the order of the
areas never changes a result.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.index.definition import Dimension, IndexIndicator, Spread
from sozialraum.errors import NoAnswerError

Array = NDArray[np.float64]
_SAME = 1e-12  # relative spread below which a column counts as constant


@dataclass(frozen=True)
class Scored:
    """Standardised columns (indicator first, areas last), index per area, and the means and spreads that were used."""

    standardised: Array
    index: Array
    base: Mapping[str, Spread]


def score(values: Array, dimension: Dimension, residents: Array | None = None, total: int | None = None) -> Scored:
    """Index of one dimension from values of shape (indicators, ..., areas), higher meaning worse in what comes back.

    `residents` weights mean and spread where the definition asks for it; `total` is the number of ranked areas where
    the values are ranks with 1 = worst. Raises: NoAnswerError for a column without any difference between areas.
    """
    weights = residents if dimension.weighted else None
    base: dict[str, Spread] = {}
    columns = [
        _standardised(column, dimension, one, weights, total, base)
        for one, column in zip(dimension.indicator, values, strict=True)
    ]
    together = np.stack(columns)
    index = _combined(together, dimension)
    if dimension.restandardise:
        index = _z(index, dimension, "total", weights, base)
    return Scored(together, index, base)


def _standardised(
    column: Array,
    dimension: Dimension,
    one: IndexIndicator,
    weights: Array | None,
    total: int | None,
    base: dict[str, Spread],
) -> Array:
    sign = -1.0 if one.polarity == "lower_worse" else 1.0
    if dimension.standardise == "rank_exponential":
        ranks = rank(sign * column, "average") if total is None else worst_ranks(column, total)
        return exponential(ranks, total or column.shape[-1], dimension.scaled_rank)
    if dimension.standardise == "z":
        return sign * _z(column, dimension, one.id, weights, base)
    return _min_max(sign * column, one.id) if dimension.standardise == "min_max" else sign * column


def _z(column: Array, dimension: Dimension, name: str, weights: Array | None, base: dict[str, Spread]) -> Array:
    if name in dimension.base:
        fixed = base[name] = dimension.base[name]
        return (column - fixed.mean) / fixed.sd
    mean, sd = _spread(column, dimension.sd, weights)
    if column.ndim == 1:
        _must_differ(column, name)
        base[name] = Spread(mean=float(mean), sd=float(sd))
    else:  # a redraw in which all areas happen to be alike says nothing, and does not stop the others
        sd = np.where(constant(column), 1.0, sd)
    return np.asarray((column - np.expand_dims(mean, -1)) / np.expand_dims(sd, -1))


def _spread(column: Array, sd: str, weights: Array | None) -> tuple[Array, Array]:
    share = np.full(column.shape[-1], 1.0) if weights is None else weights
    count = _sum(share)
    mean = _sum(column * share) / count
    squares = _sum(share * (column - np.expand_dims(mean, -1)) ** 2)
    lost = count / column.shape[-1] if sd == "n-1" else 0.0
    return mean, np.sqrt(squares / (count - lost))


def _sum(column: Array) -> Array:
    return np.asarray(math.fsum(column) if column.ndim == 1 else column.sum(axis=-1))


def _min_max(column: Array, name: str) -> Array:
    if column.ndim == 1:
        _must_differ(column, name)
    low = column.min(axis=-1, keepdims=True)
    span = column.max(axis=-1, keepdims=True) - low
    return np.asarray((column - low) / np.where(span > 0, span, 1.0))


def constant(column: Array) -> NDArray[np.bool_]:
    """Whether all areas have the same value."""
    low, high = column.min(axis=-1), column.max(axis=-1)
    return np.asarray(high - low <= _SAME * np.maximum(np.abs(low), np.abs(high)))


def _must_differ(column: Array, name: str) -> None:
    if np.any(constant(column)):
        raise NoAnswerError(
            "'{name}' has the same value in all {count} areas, so it cannot be standardised.",
            remedy="Check the column, or leave the indicator out of the definition.",
            name=name,
            count=column.shape[-1],
        )


def _combined(columns: Array, dimension: Dimension) -> Array:
    weights = np.array([one.weight for one in dimension.indicator])
    if dimension.combine == "mean":
        weights = weights / weights.sum()
    return np.asarray(np.tensordot(weights, columns, axes=1))


def ends(dimension: Dimension) -> tuple[float, float]:
    """The lowest and the highest score that the definition allows; infinite where it sets no bounds."""
    top = {"rank_exponential": 100.0, "min_max": 1.0}.get(dimension.standardise, math.inf)
    if math.isinf(top) or dimension.restandardise:
        return -math.inf, math.inf
    return 0.0, float(_combined(np.full(len(dimension.indicator), top), dimension))


def exponential(ranks: Array, total: int, scaled: str = "n") -> Array:
    """Ranks with 1 = worst as exponentially transformed scores from 0 to 100; ten of a hundred areas score above 50.

    R = (N + 1 - rank) / N (or / (N + 1)), X = -23 ln(1 - R (1 - exp(-100 / 23))).
    Source: Scottish Indices of Deprivation 2003, appendix 5; the English indices likewise.
    >>> round(float(exponential(np.array([1.0]), 10)[0]), 6)
    100.0
    """
    share = (total + 1 - ranks) / (total if scaled == "n" else total + 1)
    return np.asarray(-23.0 * np.log(1.0 - share * (1.0 - math.exp(-100.0 / 23.0))))


def worst_ranks(ranks: Array, total: int) -> Array:
    """Delivered ranks with ties averaged: ranked anew where every ranked area is there, else as they were delivered."""
    return rank(-ranks, "average") if ranks.shape[-1] == total else ranks


def rank(scores: Array, ties: Literal["min", "average"] = "min") -> Array:
    """Ranks with 1 for the highest (worst) score; equal scores share the smallest or the average rank.

    >>> rank(np.array([5.0, 9.0, 5.0, 1.0])).tolist(), rank(np.array([5.0, 9.0, 5.0, 1.0]), "average").tolist()
    ([2.0, 1.0, 2.0, 4.0], [2.5, 1.0, 2.5, 4.0])
    """
    order = np.argsort(-scores, axis=-1, kind="stable")
    falling = np.take_along_axis(scores, order, -1)
    starts = np.ones(scores.shape, bool)
    starts[..., 1:] = falling[..., 1:] != falling[..., :-1]
    places = np.arange(scores.shape[-1])
    first = np.maximum.accumulate(np.where(starts, places, 0), axis=-1)
    if ties == "average":
        ends = np.roll(starts, -1, axis=-1)
        last = np.minimum.accumulate(np.where(ends, places, places[-1])[..., ::-1], axis=-1)[..., ::-1]
        first = (first + last) / 2
    ranks = np.empty(scores.shape)
    np.put_along_axis(ranks, order, first + 1.0, -1)
    return ranks


def classify(index: Array, dimension: Dimension) -> NDArray[np.int8]:
    """Number of the class of each index value, 0 for the least disadvantaged one."""
    found = np.zeros(index.shape, np.int8)
    for one in dimension.classes[1:]:
        found += index > one.above if one.above is not None else index >= (one.at_least or 0.0)
    return found


def deciles(ranks: NDArray[np.int64], total: int, dimension: Dimension) -> NDArray[np.int64]:
    """Tenth of each rank, 1 = worst; the borders N * k / 10 are rounded as the definition says."""
    tenths = np.arange(1, 10) * total / 10
    borders = np.floor(tenths + 1e-9) if dimension.decile_borders == "down" else np.floor(tenths + 0.5)
    return np.asarray(1 + np.searchsorted(borders, ranks, side="left"), dtype=np.int64)
