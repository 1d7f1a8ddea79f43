"""Getis-Ord Gi*: where high or low values lie together, by the published formula with binary weights."""

from __future__ import annotations

import numpy as np

from sozialraum.analysis.autocorrelation.moran import Local, taking_part
from sozialraum.analysis.autocorrelation.neighbours import Array, Neighbours, usable


def hot_spots(values: Array, neighbours: Neighbours) -> Local:
    """z of Gi* for each area: how far the sum over itself and its neighbours lies above what chance gives; p on two sides.

    pattern: `hot` above 0, `cold` below, None without a value. Weights are binary, the area is its own neighbour: the
    published variance holds for them, not for row-standardised ones.
    Raises:  NoAnswerError for fewer than four areas or equal values. Source: Ord & Getis 1995.
    """
    from scipy.special import ndtr

    y, among = taking_part(values, neighbours)
    size, sums = len(y), among.matrix @ y + y
    weights = among.count + 1.0  # their squares are the same sum, as all are 1
    spread = y.std() * np.sqrt((size * weights - weights**2) / (size - 1))
    z = np.divide(
        sums - weights * y.mean(), spread, out=np.zeros(size), where=spread > 0
    )  # all areas: nothing left to differ
    chosen = usable(values, neighbours)
    found = Local(np.full(len(values), np.nan), np.full(len(values), np.nan), np.full(len(values), None, dtype=object))
    found.value[chosen], found.p[chosen] = z, 2 * ndtr(-np.abs(z))
    found.pattern[chosen] = np.where(z > 0, "hot", "cold").astype(object)
    return found
