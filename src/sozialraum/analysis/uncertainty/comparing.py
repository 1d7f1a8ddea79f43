"""Areas against the whole they belong to (funnel), and how many of the differences found are likely false."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.indicators.intervals import normal_quantile

Array = NDArray[np.float64]
Kind = Literal["share", "rate"]


@dataclass(frozen=True)
class Funnel:
    """For each area: limits around the whole's value for its size, and p of being this far from it (NaN = not known)."""

    whole: Array
    lower: Array
    upper: Array
    p: Array


def funnel(cases: ArrayLike, of: ArrayLike, whole: ArrayLike, kind: Kind = "share", level: float = 0.95) -> Funnel:
    """Compare shares (cases are a part of `of`) or rates (they need not be) with the value of the whole, one or one per area.

    share: score test, so an area is outside just when its Wilson limits leave the whole out; rate: twice the smaller
    Poisson tail, so outside just when its exact limits do. Source: Spiegelhalter 2005. An area is itself a part of the
    whole, which makes the test a little cautious.
    """
    counts, people = np.asarray(cases, np.float64), np.asarray(of, np.float64)
    value = np.broadcast_to(np.asarray(whole, np.float64), counts.shape)
    people = np.where((people > 0) & ~np.isnan(counts) & ~np.isnan(value), people, np.nan)
    return (_score if kind == "share" else _tails)(counts, people, value, level)


def _score(counts: Array, people: Array, whole: Array, level: float) -> Funnel:
    from scipy.special import ndtr

    spread = np.sqrt(whole * (1 - whole) / people)
    width = normal_quantile(level) * spread
    gap = np.abs(counts / people - whole)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(gap == 0, 1.0, 2 * ndtr(-gap / spread))
    limits = np.clip(whole - width, 0, 1), np.clip(whole + width, 0, 1)
    return Funnel(whole, *limits, np.where(np.isnan(people), np.nan, p))


def _tails(counts: Array, people: Array, whole: Array, level: float) -> Funnel:
    from scipy.special import gammainc, gammaincc
    from scipy.stats import poisson

    expected = people * whole
    known = ~np.isnan(expected)
    mean, seen = np.where(known, expected, 1.0), np.where(known, counts, 0.0)
    above = np.where(seen > 0, gammainc(np.maximum(seen, 1e-300), mean), 1.0)  # P(X >= seen)
    p = np.minimum(1.0, 2 * np.minimum(above, gammaincc(seen + 1, mean)))
    tail = (1 - level) / 2
    limits = [np.where(known, poisson.ppf(one, mean), np.nan) / people for one in (tail, 1 - tail)]
    return Funnel(whole, limits[0], limits[1], np.where(known, p, np.nan))


def false_discovery(p: ArrayLike, dependent: bool = False) -> Array:
    """Adjusted p: calling all with at most 0.05 a finding makes at most 5 percent of the findings false, on average.

    Benjamini & Hochberg 1995; with `dependent` Benjamini & Yekutieli 2001, for tests that may hang together in any way.
    NaN stays NaN and does not count as a test.
    """
    values = np.asarray(p, np.float64)
    known = np.flatnonzero(~np.isnan(values))
    adjusted = np.full(len(values), np.nan)
    if len(known):
        order = known[np.argsort(values[known], kind="stable")]
        ranks = np.arange(1, len(order) + 1)
        factor = (1 / ranks).sum() if dependent else 1.0
        steps = values[order] * len(order) * factor / ranks
        adjusted[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return adjusted
