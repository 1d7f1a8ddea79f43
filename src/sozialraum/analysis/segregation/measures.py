"""Segregation without space: pure functions on counts, areas on the last axis but one, groups on the last.

Leading axes (redraws) are handled in the same call. An area with nobody drops out; a group with nobody adds nothing to
measures of all groups and has no value (NaN) in measures of its own. Counts may be weighted, so they need not be whole.
Formulas, sources and checked values: docs/methods/segregation.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
ATKINSON = 0.5  # shape parameter b: areas where the group is over- and underrepresented count alike


def _ratio(above: Any, below: Any, empty: float = 0.0) -> Array:
    """above / below, and `empty` where there is nothing to divide by."""
    top, bottom = np.broadcast_arrays(np.asarray(above, np.float64), np.asarray(below, np.float64))
    return np.asarray(np.divide(top, bottom, out=np.full(top.shape, empty), where=bottom != 0))


def _x_log_x(values: NDArray[Any]) -> Array:
    """x ln x, 0 where x is 0; many whole numbers are looked up in a table, several times faster than a logarithm each."""
    if values.dtype.kind == "i" and values.size and (most := int(values.max())) < values.size / 4:
        return np.asarray(_x_log_x(np.arange(most + 1.0))[values])
    found = np.log(np.maximum(values, np.finfo(np.float64).tiny))
    found *= values
    return np.asarray(found)


def area_totals(counts: Array) -> Array:
    """People per area."""
    return np.asarray(np.einsum("...ug->...u", counts))  # several times faster than sum over a short axis


def group_totals(counts: Array) -> Array:
    """People per group."""
    return np.asarray(np.einsum("...ug->...g", counts))


def group_shares(counts: Array) -> Array:
    """P: share of each group in all people."""
    groups = group_totals(counts)
    return _ratio(groups, groups.sum(axis=-1, keepdims=True))


def area_shares(counts: Array) -> Array:
    """q: share of each group within its area; 0 in areas with nobody."""
    return _ratio(counts, area_totals(counts)[..., None])


def diversity(counts: Array) -> Array:
    """Entropy E of all people by group, natural logarithm. Source: Shannon 1948; Theil 1972."""
    return np.asarray(-_x_log_x(group_shares(counts)).sum(axis=-1))


def interaction(counts: Array) -> Array:
    """Simpson's interaction I = 1 - sum of P²: two people drawn at random are of different groups. Lieberson 1969."""
    return np.asarray(1 - (group_shares(counts) ** 2).sum(axis=-1))


def concentration(counts: Array) -> Array:
    """Simpson's concentration: sum of P². Source: Simpson 1949."""
    return np.asarray((group_shares(counts) ** 2).sum(axis=-1))


def mutual_information(counts: Array) -> Array:
    """M: sum of p_ug ln(p_ug / (p_u p_g)). Source: Theil 1971; Mora & Ruiz-Castillo 2011."""
    total = np.asarray(counts.sum(axis=(-2, -1)))
    areas, groups = (_x_log_x(one(counts)).sum(axis=-1) for one in (area_totals, group_totals))
    within = _x_log_x(counts).sum(axis=(-2, -1))
    return np.maximum(_ratio(within - areas - groups + _x_log_x(total), total), 0.0)


def theil(counts: Array) -> Array:
    """H = M / E, from 0 to 1; NaN where all people are of one group. Source: Theil & Finizza 1971."""
    return _ratio(mutual_information(counts), diversity(counts), np.nan)


def dissimilarity(counts: Array) -> Array:
    """D of each group against all others. Source: Duncan & Duncan 1955."""
    groups, rest, others = _against_rest(counts)
    gap = np.abs(_ratio(counts, groups[..., None, :]) - _ratio(rest, others[..., None, :]))
    return np.where((groups > 0) & (others > 0), gap.sum(axis=-2) / 2, np.nan)


def _against_rest(counts: Array) -> tuple[Array, Array, Array]:
    """Totals of the groups, counts and totals of all others."""
    groups, rest = counts.sum(axis=-2), counts.sum(axis=-1, keepdims=True) - counts
    return groups, rest, rest.sum(axis=-2)


def minmax(counts: Array) -> Array:
    """1 - sum of min / sum of max of the shares of group and rest = 2D / (1 + D). Source: O'Sullivan & Wong 2007."""
    uneven = dissimilarity(counts)
    return np.asarray(2 * uneven / (1 + uneven))


def multigroup_dissimilarity(counts: Array) -> Array:
    """D of all groups at once; NaN with one group only. Source: Morgan 1975; Reardon & Firebaugh 2002."""
    people = counts.sum(axis=-1, keepdims=True)
    gap = (people * np.abs(area_shares(counts) - group_shares(counts)[..., None, :])).sum(axis=(-2, -1))
    return _ratio(gap, 2 * people.sum(axis=(-2, -1)) * interaction(counts), np.nan)


def exposure(counts: Array) -> Array:
    """Share of group h (last axis) where a member of g (last but one) lives; rows sum to 1. Source: Lieberson 1981."""
    weights = _ratio(counts, counts.sum(axis=-2, keepdims=True), np.nan)
    return np.asarray(np.swapaxes(weights, -1, -2) @ area_shares(counts))


def isolation(counts: Array) -> Array:
    """xPx: share of the own group where a member lives. Source: Bell 1954; Lieberson 1981."""
    weights = _ratio(counts, counts.sum(axis=-2, keepdims=True), np.nan)
    return np.asarray((weights * area_shares(counts)).sum(axis=-2))


def correlation_ratio(counts: Array) -> Array:
    """(xPx - P) / (1 - P), eta² or V: isolation beyond the group's share. Source: Bell 1954; White 1986."""
    share = group_shares(counts)
    return _ratio(isolation(counts) - share, 1 - share, np.nan)


def normalised_exposure(counts: Array) -> Array:
    """Correlation ratio of all groups at once. Source: James 1986; Reardon & Firebaugh 2002."""
    share = group_shares(counts)
    return np.asarray(_ratio(_squared_gaps(counts), 1 - share).sum(axis=-1))


def _squared_gaps(counts: Array) -> Array:
    """Sum over areas of (n_u / N) (q_ug - P_g)², by group."""
    people = _ratio(counts.sum(axis=-1), counts.sum(axis=(-2, -1))[..., None])
    gap = area_shares(counts) - group_shares(counts)[..., None, :]
    return np.asarray((people[..., None] * gap**2).sum(axis=-2))


def squared_variation(counts: Array) -> Array:
    """C: squared coefficient of variation over the groups that have people. Source: Reardon & Firebaugh 2002."""
    share = group_shares(counts)
    present = (share > 0).sum(axis=-1)
    return _ratio(_ratio(_squared_gaps(counts), share).sum(axis=-1), present - 1, np.nan)


def relative_diversity(counts: Array) -> Array:
    """R: by how much areas are less mixed than the whole. Source: Goodman & Kruskal 1954; Carlson 1992."""
    people = counts.sum(axis=-1)
    inside = (people * (1 - (area_shares(counts) ** 2).sum(axis=-1))).sum(axis=-1)
    whole = interaction(counts)
    return _ratio(people.sum(axis=-1) * whole - inside, people.sum(axis=-1) * whole, np.nan)


def _mean_gaps(counts: Array) -> Array:
    """Sum over pairs of areas of n_u n_v |q_u - q_v| / 2N² by group; sorted, so n log n and not n²."""
    people = np.broadcast_to(counts.sum(axis=-1, keepdims=True), counts.shape)
    order = np.argsort(area_shares(counts), axis=-2)
    held = np.take_along_axis(people, order, axis=-2)
    members = np.take_along_axis(counts, order, axis=-2)
    total = held.sum(axis=-2)
    gaps = (members * (2 * np.cumsum(held, axis=-2) - held - total[..., None, :])).sum(axis=-2)
    return _ratio(gaps, total**2)


def gini(counts: Array) -> Array:
    """Gini of each group against all others. Source: Duncan & Duncan 1955."""
    share = group_shares(counts)
    return _ratio(_mean_gaps(counts), share * (1 - share), np.nan)


def multigroup_gini(counts: Array) -> Array:
    """Gini of all groups at once; NaN with one group only. Source: Reardon 1998."""
    return _ratio(_mean_gaps(counts).sum(axis=-1), interaction(counts), np.nan)


def atkinson(counts: Array, shape: float = ATKINSON) -> Array:
    """A of each group against all others, with the shape parameter b between 0 and 1. Source: Massey & Denton 1988."""
    share, within = group_shares(counts), area_shares(counts)
    people = _ratio(counts.sum(axis=-1), counts.sum(axis=(-2, -1))[..., None])[..., None]
    mean = _ratio(((1 - within) ** (1 - shape) * within**shape * people).sum(axis=-2), share, np.nan)
    return np.asarray(1 - _ratio(share, 1 - share, np.nan) * mean ** (1 / (1 - shape)))


def location_quotient(counts: Array) -> Array:
    """Share of the group in the area over its share in all; NaN in areas with nobody. Source: Isard 1960."""
    return np.where(_lived_in(counts), _ratio(area_shares(counts), group_shares(counts)[..., None, :], np.nan), np.nan)


def local_diversity(counts: Array) -> Array:
    """E_u / ln G by area, G = groups that have people; NaN in areas with nobody. Source: Theil 1972."""
    present = (counts.sum(axis=-2) > 0).sum(axis=-1)
    mixed = _ratio(-_x_log_x(area_shares(counts)).sum(axis=-1), np.log(np.maximum(present, 1))[..., None], np.nan)
    return np.where(_lived_in(counts)[..., 0], mixed, np.nan)


def local_mutual_information(counts: Array) -> Array:
    """What each area adds to M before it is weighted by its people: sum of q ln(q / P), never negative; NaN if empty."""
    within = area_shares(counts)
    ratio = _ratio(within, group_shares(counts)[..., None, :])
    local = (within * np.log(np.where(ratio > 0, ratio, 1.0))).sum(axis=-1)
    return np.where(_lived_in(counts)[..., 0], np.maximum(local, 0.0), np.nan)


def _lived_in(counts: Array) -> NDArray[np.bool_]:
    return np.asarray(counts.sum(axis=-1, keepdims=True) > 0)


Measure = Callable[[Array], Array]
WHOLE: Mapping[str, Measure] = {
    "Multigroup D": multigroup_dissimilarity,
    "Normalised exposure": normalised_exposure,
    "Gini multigroup": multigroup_gini,
    "Entropy/diversity E": diversity,
    "Theil H": theil,
    "Mutual information M": mutual_information,
    "Relative diversity R": relative_diversity,
    "Squared coeff. of variation C": squared_variation,
    "Simpson concentration": concentration,
    "Simpson interaction": interaction,
}
"""Measures of all groups at once, by the name that stands in results."""
OF_GROUP: Mapping[str, Measure] = {
    "Dissimilarity D": dissimilarity,
    "Isolation xPx": isolation,
    "Correlation ratio": correlation_ratio,
    "Gini": gini,
    "Atkinson A_b": atkinson,
    "MinMax": minmax,
}
"""Measures of each group against all others."""
