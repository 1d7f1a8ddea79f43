"""Rates of small areas drawn towards the whole or the neighbourhood: fewer cases, more of the whole.

Shrunk rates are for maps and rankings; they are estimates of the underlying rate and not what was counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.errors import NoAnswerError

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Shrunk:
    """Shrunk rates, and the weight that each area's own rate has in it (0 to 1)."""

    value: Array
    weight: Array


@dataclass(frozen=True)
class Logit(Shrunk):
    """Shrinkage on the logit scale: also the whole's logit and the variance between areas."""

    whole: float
    between: float


def _known(cases: ArrayLike, of: ArrayLike) -> tuple[Array, Array, NDArray[np.bool_]]:
    counts, people = np.asarray(cases, np.float64), np.asarray(of, np.float64)
    known = ~np.isnan(counts) & (people > 0)
    if known.sum() < 2:
        raise NoAnswerError("Shrinking needs at least two areas with cases and people.")
    return np.where(known, counts, 0.0), np.where(known, people, 0.0), known


def empirical_bayes(cases: ArrayLike, of: ArrayLike) -> Shrunk:
    """Global empirical Bayes rates; NaN where cases or people are not known. Source: Marshall 1991.

    m = ΣO/ΣP, s² = ΣP(r - m)²/ΣP, A = max(0, s² - m/mean P); value = m + A / (A + m/P) (r - m).
    """
    counts, people, known = _known(cases, of)
    mean = np.full(len(counts), counts.sum() / people.sum())
    rate = _rate(counts, people)
    spread = np.full(len(counts), (people * (rate - mean) ** 2).sum() / people.sum())
    return _marshall(rate, people, known, mean, spread, np.full(len(counts), people.sum() / known.sum()))


def local_empirical_bayes(cases: ArrayLike, of: ArrayLike, first: ArrayLike, second: ArrayLike) -> Shrunk:
    """As `empirical_bayes`, with mean and spread of each area and its neighbours.

    `first` and `second` are places of neighbours, each pair both ways round; a pair that stands twice counts once, nobody is
    a neighbour of itself, and an area without neighbours has no value.
    """
    from scipy.sparse import csr_array, eye_array

    counts, people, known = _known(cases, of)
    pairs = np.unique(np.stack([np.asarray(first, np.int64), np.asarray(second, np.int64)]), axis=1)
    pairs = pairs[:, pairs[0] != pairs[1]]
    near = csr_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=(len(counts), len(counts)))
    alone = np.asarray(near.sum(axis=1)).ravel() == 0
    around = near + eye_array(len(counts))
    total = around @ people
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (around @ counts) / total
        rate = _rate(counts, people)
        spread = (around @ (people * rate**2)) / total - mean**2
        average = total / (around @ known.astype(np.float64))
    return _marshall(rate, people, known & ~alone, mean, spread, average)


def _rate(counts: Array, people: Array) -> Array:
    return np.asarray(np.divide(counts, people, out=np.zeros(len(counts)), where=people > 0))


def _marshall(
    rate: Array, people: Array, known: NDArray[np.bool_], mean: Array, spread: Array, average: Array
) -> Shrunk:
    with np.errstate(divide="ignore", invalid="ignore"):
        between = np.maximum(spread - mean / average, 0.0)
        noise = mean / people
        weight = np.where(between + noise > 0, between / (between + noise), 0.0)
    value = mean + weight * (rate - mean)
    return Shrunk(np.where(known, value, np.nan), np.where(known, weight, np.nan))


def logit_shrinkage(cases: ArrayLike, of: ArrayLike) -> Logit:
    """Shares drawn towards the share of the whole on the logit scale; NaN where cases or people are not known.

    l = ln((r + ½)/(n - r + ½)), s² = (n+1)(n+2)/(n(r+1)(n-r+1)), t² = variance of l between areas,
    weight = (1/s²)/(1/s² + 1/t²). Source: Scottish Indices of Deprivation 2003, appendix on shrinkage.
    """
    counts, people, known = _known(cases, of)
    r, n = counts[known], people[known]
    own, whole = _logit(r, n), float(_logit(r.sum(), n.sum()))
    noise = (n + 1) * (n + 2) / (n * (r + 1) * (n - r + 1))
    between = float(own.var(ddof=1))
    weight = between / (between + noise)  # the same as (1/s²) / (1/s² + 1/t²), and 0 where all areas are alike
    value = 1 / (1 + np.exp(-(weight * own + (1 - weight) * whole)))
    found = [np.full(len(counts), np.nan) for _ in range(2)]
    for column, part in zip(found, (value, weight), strict=True):
        column[known] = part
    return Logit(found[0], found[1], whole, between)


def _logit(r: Array, n: Array) -> Array:
    return np.asarray(np.log((r + 0.5) / (n - r + 0.5)))
