"""Do two figures go together over areas: straight-line and rank correlation with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.errors import NoAnswerError

LEAST = 10
"""Areas below which no correlation is given: its interval would span nearly everything."""


@dataclass(frozen=True)
class Correlation:
    """Both coefficients from -1 to 1, each with its interval, over `areas` areas."""

    areas: int
    straight: float
    straight_range: tuple[float, float]
    ranked: float
    ranked_range: tuple[float, float]


def correlation(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Correlation:
    """How far two figures of the same areas go together; places without a number in one of them are left out.

    Shape:    two rows of numbers, one number an area; areas count alike, whatever their size.
    Unit:     Pearson's r with the interval of Fisher (1921); Spearman's rank correlation, equal values with their middle
              rank, with the interval of Bonett and Wright (2000).
    Raises:   NoAnswerError with fewer than ten areas, or where one figure is the same everywhere.
    """
    one, other = np.broadcast_arrays(np.asarray(first, np.float64), np.asarray(second, np.float64))
    known = ~np.isnan(one) & ~np.isnan(other)
    one, other = one[known], other[known]
    if len(one) < LEAST:
        raise NoAnswerError(
            "Only {count} areas have both figures; a correlation needs {least}.", count=len(one), least=LEAST
        )
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        raise NoAnswerError("One of the figures is the same everywhere, so nothing can go along with it.")
    straight, ranked = _pearson(one, other), _pearson(_ranks(one), _ranks(other))
    wide = NormalDist().inv_cdf(0.5 + level / 2) / np.sqrt(len(one) - 3)
    return Correlation(
        len(one), straight, _limits(straight, wide), ranked, _limits(ranked, wide * np.sqrt(1 + ranked**2 / 2))
    )


def _pearson(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    across, up = one - one.mean(), other - other.mean()
    return float(np.clip(across @ up / np.sqrt((across @ across) * (up @ up)), -1.0, 1.0))


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1, equal values sharing the middle of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[place], dtype=np.float64)


def _limits(found: float, wide: float) -> tuple[float, float]:
    """The interval that is symmetric on the scale of Fisher's z."""
    if abs(found) == 1:
        return found, found
    middle = np.arctanh(found)
    return float(np.tanh(middle - wide)), float(np.tanh(middle + wide))
