"""Segregation in environments: how unlike the surroundings of people are, weighted by who lives where.

`counts` are people by place and group, `around` the people of each place's environment (kernel or k nearest). Places are
weighted by their own people, never by those around them, and nothing is rounded: both distort the result.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sozialraum.analysis.segregation.measures import area_shares, diversity, group_shares, interaction
from sozialraum.analysis.spatial_segregation.proximity import Array


def spatial_h(counts: Array, around: Array) -> float:
    """H~ = 1 - sum of tau_p E~_p / T E: 1 = every environment holds one group; NaN with one group only.

    Below 0 only where environments are more mixed than the city, as rare groups in its centre make them.
    Source: Reardon & O'Sullivan 2004.
    """
    shares = area_shares(around)
    inside = -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1)
    whole = float(diversity(counts)) * counts.sum()
    return 1 - float(counts.sum(axis=1) @ inside) / whole if whole > 0 else float("nan")


def spatial_d(counts: Array, around: Array) -> float:
    """D~ = sum of tau_p |pi~ - P| / 2 T I; NaN with one group only. Source: Reardon & O'Sullivan 2004."""
    gaps = np.abs(area_shares(around) - group_shares(counts)).sum(axis=1)
    whole = 2 * counts.sum() * float(interaction(counts))
    return float(counts.sum(axis=1) @ gaps) / whole if whole > 0 else float("nan")


def spatial_exposure(counts: Array, around: Array) -> Array:
    """Share of group h (second axis) in the environment of a member of g (first); rows sum to 1, isolation on the diagonal.

    NaN in the row of a group with nobody. Source: Reardon & O'Sullivan 2004; Lieberson 1981.
    """
    totals = counts.sum(axis=0)
    weights = np.divide(counts, totals, out=np.full(counts.shape, np.nan), where=totals > 0)
    return np.asarray(weights.T @ area_shares(around))


def macro_to_micro(profile: Mapping[float, float], large: float = 4000.0, small: float = 500.0) -> float:
    """H~ in the large radius / H~ in the small one: near 1 = whole districts apart, near 0 = single blocks.

    NaN where a radius is missing or H~ in the small one is not above 0. Source: Reardon et al. 2008.
    """
    if not {large, small} <= profile.keys() or not profile[small] > 0:
        return float("nan")
    return profile[large] / profile[small]
