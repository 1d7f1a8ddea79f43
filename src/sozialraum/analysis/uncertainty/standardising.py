"""Directly and indirectly standardised rates with limits that hold for few cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.indicators.intervals import byar, poisson

Array = NDArray[np.float64]
FEWEST = 10  # cases below which no standardised rate is given


@dataclass(frozen=True)
class Standardised:
    """A rate per person of the standard population, and its limits; NaN below ten cases or without people."""

    value: Array
    lower: Array
    upper: Array


def standardised(cases: ArrayLike, of: ArrayLike, standard: ArrayLike, level: float = 0.95) -> Standardised:
    """Rate by age groups (last axis; leading axes = areas) weighted by a standard population.

    R = Σ w O/n / Σ w, limits R + sqrt(V/O) (Byar limits of O - O), V = Σ w² O/n² / (Σ w)². Source: Dobson et al. 1991.
    """
    counts, people, weights = (np.asarray(one, np.float64) for one in (cases, of, standard))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = (weights * counts / people).sum(axis=-1) / weights.sum(axis=-1)
        variance = (weights**2 * counts / people**2).sum(axis=-1) / weights.sum(axis=-1) ** 2
        total = counts.sum(axis=-1)
        low, high = byar(total, level)
        scale = np.sqrt(variance / total)
        around = [rate + scale * (limit - total) for limit in (low, high)]
    shown = (total >= FEWEST) & (people > 0).all(axis=-1)
    limits = [np.where(shown, limit, np.nan) for limit in around]
    return Standardised(np.where(shown, rate, np.nan), limits[0], limits[1])


@dataclass(frozen=True)
class Indirect:
    """Expected cases, seen cases over expected ones (1 = as in the standard), and limits of that ratio; NaN = not known."""

    expected: Array
    ratio: Array
    lower: Array
    upper: Array


def indirectly_standardised(cases: ArrayLike, of: ArrayLike, rates: ArrayLike, level: float = 0.95) -> Indirect:
    """Cases of each area over those it would have with the standard's rate in every age group (last axis of `of`, `rates`).

    Needs no cases by age, so it holds for fewer cases than `standardised`; but two areas compare with the standard only, not
    with one another. Limits: exact below ten cases, Byar from ten on. Source: Breslow & Day 1987.
    """
    counts = np.asarray(cases, np.float64)
    expected = (np.asarray(of, np.float64) * np.asarray(rates, np.float64)).sum(axis=-1)
    known = ~np.isnan(counts) & (expected > 0)
    low, high = poisson(np.where(known, counts, 0.0), level)
    over = np.where(known, expected, np.nan)
    return Indirect(expected, counts / over, low / over, high / over)
