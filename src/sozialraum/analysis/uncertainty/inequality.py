"""How unequal areas are: the slope from the most to the least deprived, Theil's T split between and within, Gini."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from sozialraum.errors import NoAnswerError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Slope:
    """Fitted rate at the most deprived end, slope index (SII), and rate at the other end over it (RII)."""

    intercept: float
    slope: float
    ratio: float
    slope_limits: tuple[float, float] | None = None
    ratio_limits: tuple[float, float] | None = None


def slope_index(rates: ArrayLike, people: ArrayLike) -> Slope:
    """Weighted least squares of rates on the midpoints of cumulative population; groups from most to least deprived.

    Source: Pamuk 1985; Low & Low 2004. The ratio is NaN where the line is at or below 0 at the deprived end, or below 0 at the
    other: it does not fit then.
    Raises: NoAnswerError with fewer than two groups with people and a rate.
    """
    values, weights = _groups(rates, people)
    intercept, slope = (float(one) for one in _fit(values, weights))
    return Slope(intercept, slope, float(_ratio(np.asarray(intercept), np.asarray(slope))))


def _ratio(intercept: Array, slope: Array) -> Array:
    fits = (intercept > 0) & (intercept + slope >= 0)
    return np.asarray(np.divide(intercept + slope, intercept, out=np.full(np.shape(slope), np.nan), where=fits))


def slope_limits(
    rates: ArrayLike, people: ArrayLike, errors: ArrayLike, draws: int, generator: Generator, level: float = 0.95
) -> Slope:
    """`slope_index` with limits: the groups' rates are drawn anew from their standard errors (normal)."""
    values, weights = _groups(rates, people)
    drawn = generator.normal(values, np.asarray(errors, np.float64), (draws, len(values)))
    intercept, slope = _fit(drawn, weights)
    tail = [(1 - level) / 2, (1 + level) / 2]
    found = slope_index(rates, people)
    limits = [np.quantile(one, tail) for one in (slope, _ratio(intercept, slope))]
    pairs = [(float(low), float(high)) for low, high in limits]
    return Slope(found.intercept, found.slope, found.ratio, pairs[0], pairs[1])


def groups_by_deprivation(
    cases: ArrayLike, people: ArrayLike, deprivation: ArrayLike, groups: int
) -> tuple[Array, Array]:
    """Cases and people of about equally populated groups of areas, the most deprived first.

    An area goes whole into the group that the middle of its people falls into; equal deprivation keeps the order given.
    Areas whose cases, people or deprivation are not known (NaN) or that have nobody are left out.
    """
    counts, living, place = (np.asarray(one, np.float64) for one in (cases, people, deprivation))
    known = ~np.isnan(counts) & (living > 0) & ~np.isnan(place)
    order = np.flatnonzero(known)[np.argsort(-place[known], kind="stable")]
    counts, living = counts[order], living[order]
    middle = (np.cumsum(living) - living / 2) / living.sum()
    group = np.unique(np.minimum((middle * groups).astype(int), groups - 1), return_inverse=True)[1]
    return np.bincount(group, counts).astype(np.float64), np.bincount(group, living).astype(np.float64)


def gradient_of(
    cases: Array, people: Array, share: bool, draws: int, generator: Generator, level: float = 0.95
) -> Slope:
    """`slope_limits` of groups from their counts; the errors are binomial for a share, else those of counts (Poisson).

    Raises: NoAnswerError with fewer than two groups.
    """
    rates = cases / people
    return slope_limits(rates, people, np.sqrt(rates * (1 - rates if share else 1.0) / people), draws, generator, level)


def _groups(rates: ArrayLike, people: ArrayLike) -> tuple[Array, Array]:
    values, weights = np.asarray(rates, np.float64), np.asarray(people, np.float64)
    if len(values) < 2 or np.isnan(values).any() or not (weights > 0).all():
        raise NoAnswerError("A slope needs at least two groups, all of them with people and a rate.")
    return values, weights


def _fit(values: Array, weights: Array) -> tuple[Array, Array]:
    """Intercept and slope over the last axis."""
    share = weights / weights.sum()
    place = np.cumsum(share) - share / 2
    middle = (share * place).sum()
    slope = (values * share * (place - middle)).sum(axis=-1) / (share * (place - middle) ** 2).sum()
    return np.asarray((values * share).sum(axis=-1) - slope * middle), np.asarray(slope)


@dataclass(frozen=True)
class TheilT:
    """Theil's T of values, and its exact parts between and within groups."""

    total: float
    between: float
    within: float


def theil_t(values: ArrayLike, groups: ArrayLike | None = None) -> TheilT:
    """T = mean of (y/m) ln(y/m), 0 = all equal; without groups all of it is within. Source: Theil 1967.

    Raises: NoAnswerError for negative values or where all are 0.
    """
    y = _incomes(values)
    places = np.zeros(len(y), np.int64) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    sums, sizes = np.bincount(places, y), np.bincount(places).astype(np.float64)
    total = _t(y, np.ones(len(y)))
    between = _t(np.asarray(sums, np.float64), sizes)
    return TheilT(total, between, total - between)


def _t(sums: Array, sizes: Array) -> float:
    """Σ share of all income x ln(share of income / share of heads)."""
    income, heads = sums / sums.sum(), sizes / sizes.sum()
    return float((income * np.log(np.where(income > 0, income / heads, 1.0))).sum())


def gini_of_values(values: ArrayLike) -> float:
    """Gini coefficient of values: 0 = all equal. Raises: as `theil_t`."""
    y = np.sort(_incomes(values))
    n = len(y)
    return float(((2 * np.arange(1, n + 1) - n - 1) * y).sum() / (n * y.sum()))


def _incomes(values: ArrayLike) -> Array:
    y = np.asarray(values, np.float64)
    if len(y) < 2 or np.isnan(y).any() or (y < 0).any() or not y.any():
        raise NoAnswerError("Inequality needs at least two values, none of them missing or negative, not all 0.")
    return y
