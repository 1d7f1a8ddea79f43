"""Directly standardised rates with limits that hold for few cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.indicators.intervals import byar

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
