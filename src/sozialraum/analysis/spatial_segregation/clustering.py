"""Clustering and concentration in the textbook's sense: do areas of a group lie together, does it live on little land?

Nearness is exp(-d) with d in kilometres and d_ii = sqrt(0.6 A_i) for people of one area, as the textbook has it; places are
given in metres. Source of all: Massey & Denton 1988.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sozialraum.analysis.spatial_segregation.proximity import Array

_CELLS = 500_000  # distances held at once


def _nearness_sums(places: Array, sizes: Array, columns: Array) -> Array:
    """sum_j c_ij v_j for every column v, (n, columns), some rows of c at a time."""
    from scipy.spatial.distance import cdist

    kilometres = np.ascontiguousarray(places / 1000.0)
    within = np.exp(-np.sqrt(0.6 * sizes) / 1000.0)
    found = np.empty(columns.shape)
    step = max(1, _CELLS // len(places))
    for first in range(0, len(places), step):
        rows = slice(first, first + step)
        near = cdist(kilometres[rows], kilometres)
        np.exp(np.negative(near, out=near), out=near)
        own = np.arange(len(near))
        near[own, own + first] = within[rows]
        found[rows] = near @ columns
    return found


def clustering(places: Array, sizes: Array, counts: Array) -> Mapping[str, Array]:
    """ACL, RCL, SP and distance-decay isolation of each group against all others; NaN where either has nobody.

    Shape:   places (n, 2) in metres, sizes (n,) in square metres, counts (n, groups) -> one value per group.
    ACL:     0 = no more clustered than chance puts it, 1 = its areas lie together and hold nobody else.
    RCL:     above 0 = the group lies closer together than the others, below 0 = farther apart.
    SP:      1 = groups mix in space, above 1 = each keeps to itself. Source: White 1983.
    Distance-decay isolation: share of the own group among people met, nearer ones more often. Source: Morgan 1983.
    """
    people = counts.sum(axis=1)
    sums = _nearness_sums(places, sizes, np.column_stack([np.ones(len(counts)), people, counts]))
    mean_nearness = sums[:, 0].sum() / len(counts) ** 2
    columns = [
        _of_group(group, people, mean_nearness, sums[:, 1], near)
        for group, near in zip(counts.T, sums[:, 2:].T, strict=True)
    ]
    return {name: np.array([one[name] for one in columns]) for name in columns[0]}


def _of_group(
    group: Array, people: Array, mean_nearness: float, near_all: Array, near_group: Array
) -> dict[str, float]:
    """`near_all` and `near_group` are sum_j c_ij t_j and sum_j c_ij x_j."""
    size, rest = group.sum(), people.sum() - group.sum()
    if size == 0 or rest == 0:
        return dict.fromkeys(("ACL", "RCL", "SP", "Distance-decay isolation"), float("nan"))
    share = group / size
    chance = size * mean_nearness
    own, others = share @ near_group / size, (people - group) @ (near_all - near_group) / rest**2
    whole = people @ near_all / people.sum() ** 2
    lonely = np.where(share > 0, np.nan, 0.0)  # an empty area far from everybody has nobody to meet, and weighs nothing
    met = np.divide(near_group, near_all, out=lonely, where=near_all > 0)
    return {
        "ACL": _ratio(share @ near_group - chance, share @ near_all - chance),
        "RCL": own / others - 1,
        "SP": (size * own + rest * others) / (people.sum() * whole),
        "Distance-decay isolation": float(share @ met),
    }


def _ratio(above: float, below: float) -> float:
    return above / below if below else float("nan")


def concentration(sizes: Array, counts: Array) -> Mapping[str, Array]:
    """Delta, ACO and RCO of each group against all others, from the land that they live on.

    Shape:   sizes (n,) in any unit of area, counts (n, groups) -> one value per group; NaN where a group or all others have
             nobody, and for ACO and RCO where all areas are of one size: then land says nothing.
    Delta:   share of the group that would have to move for the same density everywhere. Source: Hoover 1941; Duncan 1961.
    ACO:     1 = on the least land that could hold the group, 0 = on the most.
    RCO:     1 = group on the least land and others on the most, 0 = alike, -1 = the other way round.
    The least land is filled from the smallest area up, the last one in part, so both bounds can be reached exactly.
    """
    people = counts.sum(axis=1)
    columns = [_on_land(sizes, group, people) for group in counts.T]
    return {name: np.array([one[name] for one in columns]) for name in columns[0]}


def _on_land(sizes: Array, group: Array, people: Array) -> dict[str, float]:
    size, rest = group.sum(), people.sum() - group.sum()
    if size == 0 or rest == 0:
        return dict.fromkeys(("Delta", "ACO", "RCO"), float("nan"))
    least, most = (_mean_size(sizes, people, size, order) for order in (np.argsort(sizes), np.argsort(-sizes)))
    own, others = group @ sizes / size, (people - group) @ sizes / rest
    uniform = bool(np.ptp(sizes) <= 1e-9 * sizes.max())
    return {
        "Delta": float(np.abs(group / size - sizes / sizes.sum()).sum() / 2),
        "ACO": float("nan") if uniform else _ratio(most - own, most - least),
        "RCO": float("nan") if uniform else _ratio(own / others - 1, least / most - 1),
    }


def _mean_size(sizes: Array, people: Array, wanted: float, order: np.ndarray[tuple[int], np.dtype[np.intp]]) -> float:
    """Mean size of area of `wanted` people who fill the areas in this order, the last one in part."""
    before = np.cumsum(people[order]) - people[order]
    taken = np.clip(wanted - before, 0.0, people[order])
    return float(taken @ sizes[order] / wanted)
