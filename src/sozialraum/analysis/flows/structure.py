"""Shape of flows: where each area leans to, how spread its partners are, which areas belong to a centre."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sozialraum.analysis.flows.matrix import Array, Flows, Places

SHARE = 0.15  # of the working residents: the rule of EU and OECD for commuting zones


def main_flows(given: Flows) -> Places:
    """Place of the area that each depends on, -1 = none: its largest outflow, where that area draws more people in all.

    Equal outflows go to the area that draws more, then to the first key. Hidden counts are taken as smaller than known
    ones. Source: Nystuen & Dacey 1961.
    """
    drawn = given.inward(given.known)
    best = np.full(len(given.areas), -1)
    moving = (given.origin != given.target) & (given.known > 0)
    start, end, count = given.origin[moving], given.target[moving], given.known[moving]
    order = np.lexsort((-end, drawn[end], count))  # the last one written wins: most people, most drawn, first key
    best[start[order]] = end[order]
    return np.where((best >= 0) & (drawn[best] > drawn), best, -1)


def partner_entropy(given: Flows) -> Array:
    """Spread of outflows over other areas: 0 = all to one, 1 = evenly to all; NaN without outflow or with two areas."""
    out = given.outward(given.known)
    moving = (given.origin != given.target) & (given.known > 0)
    share = given.known[moving] / out[given.origin[moving]]
    entropy = np.bincount(given.origin[moving], -share * np.log(share), minlength=len(out))
    possible = np.log(max(len(out) - 1, 1))
    return np.where((out > 0) & (possible > 0), np.maximum(entropy, 0.0) / (possible or 1.0), np.nan)


def functional_areas(given: Flows, smallest: float, share: float = SHARE) -> Places:
    """Place of the centre that each area belongs to, -1 = none.

    From the largest number of workplaces down, an area with at least `smallest` of them is a centre unless `share` of its
    working residents go to a centre found before; every other area joins the centre that takes most of its residents,
    if that is at least `share`. Counts only: an area that does not touch its centre's zone is not taken out.
    """
    toward = _residents_shares(given)
    workplaces = given.inward(given.known) + given.inside(given.known)
    centres: list[int] = []
    for at in np.argsort(-workplaces, kind="stable").tolist():
        if workplaces[at] >= max(smallest, 1) and max((toward[at].get(one, 0.0) for one in centres), default=0) < share:
            centres.append(at)
    return np.array([at if at in centres else _centre(toward[at], centres, share) for at in range(len(toward))])


def _residents_shares(given: Flows) -> list[dict[int, float]]:
    """For each area: share of its working residents by the area where they work."""
    living = given.outward(given.known) + given.inside(given.known)
    shares: list[dict[int, float]] = [{} for _ in given.areas]
    for start, end, count in zip(given.origin.tolist(), given.target.tolist(), given.known.tolist(), strict=True):
        if count > 0:
            shares[start][end] = count / living[start]
    return shares


def _centre(shares: dict[int, float], centres: Sequence[int], least: float) -> int:
    best = max(centres, key=lambda one: shares.get(one, 0.0), default=-1)
    return best if best >= 0 and shares.get(best, 0.0) >= least else -1


def exchange(given: Flows, centre: int) -> dict[str, Array]:
    """A centre and every other area: people to and from the centre, balance for the centre, share of the area's outflow.

    NaN where the count of the pair is hidden; share is NaN without known outflow. The centre's own place is NaN.
    """
    to_centre, from_centre = (np.zeros(len(given.areas)) for _ in range(2))
    inward, outward = given.target == centre, given.origin == centre
    to_centre[given.origin[inward]] = given.count[inward]
    from_centre[given.target[outward]] = given.count[outward]
    to_centre[centre] = from_centre[centre] = np.nan
    out = given.outward(given.known)
    share = np.divide(to_centre, out, out=np.full(len(out), np.nan), where=out > 0)
    return {
        "to_centre": to_centre,
        "from_centre": from_centre,
        "gain": to_centre - from_centre,
        "share_to_centre": share,
    }
