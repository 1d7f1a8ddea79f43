"""Intervals of shares and rates with few cases: pure functions on numbers or arrays (docs/methods/indicators.md)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]
Interval = tuple[Numbers, Numbers]
EXACT_BELOW = 10


def normal_quantile(level: float) -> float:
    """z so that a standard normal value lies between -z and z with this probability (0.95 gives 1.96)."""
    from scipy.special import ndtri

    return float(ndtri(1 - (1 - level) / 2))


def wilson(cases: ArrayLike, of: ArrayLike, level: float = 0.95) -> Interval:
    """Lower and upper limit of a share cases/of, each from 0 to 1; nan where `of` is not positive.

    Source: Wilson 1927; (2r + z² ∓ z sqrt(z² + 4r(1 - r/n))) / (2(n + z²)).
    >>> tuple(round(float(limit), 12) for limit in wilson(3, 10))
    (0.107791267406, 0.603221852539)
    """
    r, n = np.asarray(cases, np.float64), np.asarray(of, np.float64)
    z = normal_quantile(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        n = np.where(n > 0, n, np.nan)
        spread = z * np.sqrt(z * z + 4 * r * (1 - r / n))
        lower, upper = ((2 * r + z * z + side * spread) / (2 * (n + z * z)) for side in (-1, 1))
    return np.where(r == 0, 0.0 * n, lower), np.where(r == n, 1.0 + 0.0 * n, upper)


def byar(cases: ArrayLike, level: float = 0.95) -> Interval:
    """Lower and upper limit of an expected count of which `cases` were seen. Source: Breslow & Day 1987."""
    lower, upper = np.asarray(cases, np.float64), np.asarray(cases, np.float64) + 1
    z = normal_quantile(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = lower * (1 - 1 / (9 * lower) - z / (3 * np.sqrt(lower))) ** 3
        high = upper * (1 - 1 / (9 * upper) + z / (3 * np.sqrt(upper))) ** 3
    return np.where(lower <= 0, 0.0, low), high


def exact(cases: ArrayLike, level: float = 0.95) -> Interval:
    """Exact Poisson limits of a count: half the quantiles of chi² with 2O and 2O + 2 degrees of freedom."""
    from scipy.special import gammaincinv

    o, tail = np.asarray(cases, np.float64), (1 - level) / 2
    return np.where(o > 0, gammaincinv(np.where(o > 0, o, 1.0), tail), 0.0), gammaincinv(o + 1, 1 - tail)


def poisson(cases: ArrayLike, level: float = 0.95) -> Interval:
    """Limits of a count: exact below 10 cases, Byar from 10 on (practice of the English public-health profiles).

    >>> tuple(round(float(limit), 8) for limit in poisson(10))
    (4.7874499, 18.39145861)
    """
    o = np.asarray(cases, np.float64)
    few = o < EXACT_BELOW
    lower, upper = byar(o, level)
    below = exact(np.where(few, o, 0.0), level)
    return np.where(few, below[0], lower), np.where(few, below[1], upper)


def difference(first: Numbers, first_limits: Interval, second: Numbers, second_limits: Interval) -> Interval:
    """Limits of first - second for independent values with their own limits. Source: Newcombe 1998, method 10."""
    gap = first - second
    low = np.hypot(first - first_limits[0], second_limits[1] - second)
    high = np.hypot(first_limits[1] - first, second - second_limits[0])
    return gap - low, gap + high
