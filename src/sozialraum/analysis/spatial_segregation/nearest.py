"""Bespoke neighbourhoods: the k nearest people of each place (egohoods), on a raster or on any points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.spatial_segregation.lattice import as_raster, rings_of_cells
from sozialraum.errors import CallError

Array = NDArray[np.float64]
RULES = ("whole", "share")
_BATCH = 250_000  # distances held at once
_EQUAL = 1e-9  # relative difference below which two distances are the same


@dataclass(frozen=True)
class Neighbourhoods:
    """The neighbourhood of about k people around every place.

    counts:   people taken, (places, groups); distance: metres to the last of them.
    reached:  False where all places together have fewer than k people; then all are taken and distances are NaN.
    """

    k: float
    counts: Array
    distance: Array
    reached: bool = True


def nearest_people(places: Array, counts: Array, ks: Sequence[float], rule: str = "whole") -> Iterator[Neighbourhoods]:
    """The neighbourhood of the k nearest people of every place, for each k.

    Shape:   places (n, 2) in metres, counts (n, groups); the place itself is part of its neighbourhood.
    rule:    people at the same distance are taken together, so results do not depend on the order of rows; "whole" takes
             all of the last distance (at least k), "share" the same share of all of them (exactly k).
    Raises:  CallError for an unknown rule or a k that is not above 0.
    Source:  Östh, Clark & Malmberg 2015.
    """
    if rule not in RULES or not ks or not all(0 < k < np.inf for k in ks):
        what = "Neighbourhoods need numbers of people above 0 and a rule of: {known}; got {ks}, '{rule}'."
        raise CallError(what, known=", ".join(RULES), ks=", ".join(map(str, ks)), rule=rule)
    raster, wanted = as_raster(places), [k for k in ks if k <= counts.sum()]
    found = _rings_of_points(places, counts, wanted) if raster is None else rings_of_cells(raster, counts, wanted)
    for k in ks:
        if k in wanted:
            inner, outer, distance = next(found)
            yield Neighbourhoods(k, outer if rule == "whole" else _shared(inner, outer, k), distance)
        else:
            everybody = np.broadcast_to(counts.sum(axis=0), counts.shape)
            yield Neighbourhoods(k, everybody, np.full(len(counts), np.nan), reached=False)


def _shared(inner: Array, outer: Array, k: float) -> Array:
    """As large a share of the last ring as is needed for k people."""
    within, ring = inner.sum(axis=1), (outer - inner).sum(axis=1)
    share = np.divide(k - within, ring, out=np.ones(len(ring)), where=ring > 0)
    return np.asarray(inner + np.minimum(share, 1.0)[:, None] * (outer - inner))


def _rings_of_points(places: Array, counts: Array, ks: Sequence[float]) -> Iterator[tuple[Array, Array, Array]]:
    """For each k: sums inside the distance that reaches it, sums with this distance, the distance."""
    from scipy.spatial import cKDTree

    tree, people = cKDTree(places), counts.sum(axis=1)
    for k in ks:
        inner, outer, distance = np.zeros_like(counts), np.zeros_like(counts), np.zeros(len(counts))
        open_, size = np.arange(len(places)), _usual_number(people, k)
        while len(open_):
            left = []
            for first in range(0, len(open_), max(1, _BATCH // size)):
                own = open_[first : first + max(1, _BATCH // size)]
                far, near = (one.reshape(len(own), -1) for one in tree.query(places[own], k=size))
                done, before, last = _crossing(far, people[near], k, whole=size == len(places))
                rows = np.flatnonzero(done)
                inner[own[rows]], outer[own[rows]] = _two_sums(counts, near[rows], before[rows], last[rows])
                distance[own[rows]] = far[rows, last[rows]]
                left.append(own[~done])
            open_, size = np.concatenate(left), min(4 * size, len(places))
        yield inner, outer, distance


def _usual_number(people: Array, k: float) -> int:
    """Places that a neighbourhood of k people usually has, and some more."""
    usual = 1.5 * k / max(float(people.mean()), 1e-12) + 8
    return int(min(len(people), usual))


def _crossing(
    far: Array, people: Array, k: float, whole: bool
) -> tuple[NDArray[np.bool_], NDArray[np.intp], NDArray[np.intp]]:
    """Which rows reach k with every place at that distance in sight; number of places inside, position of the last one."""
    sums = np.cumsum(people, axis=1)
    ends = np.ones(far.shape, np.bool_)  # last of those at the same distance
    ends[:, :-1] = far[:, 1:] > far[:, :-1] * (1 + _EQUAL)
    ends[:, -1] = whole
    enough = (sums >= k) & ends
    done = enough.any(axis=1) | whole
    last = np.where(enough.any(axis=1), enough.argmax(axis=1), far.shape[1] - 1)
    inside = far < (np.take_along_axis(far, last[:, None], axis=1) / (1 + _EQUAL))
    return np.asarray(done), inside.sum(axis=1), last


def _two_sums(
    counts: Array, near: NDArray[np.intp], before: NDArray[np.intp], last: NDArray[np.intp]
) -> tuple[Array, Array]:
    sums = np.cumsum(counts[near], axis=1)
    rows = np.arange(len(near))
    inner = np.where((before > 0)[:, None], sums[rows, before - 1], 0.0)
    return inner, sums[rows, last]
