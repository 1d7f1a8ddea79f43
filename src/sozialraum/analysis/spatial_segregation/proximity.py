"""Who lives around each place: people within a radius, nearer ones counting more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError

Array = NDArray[np.float64]
_FEW, _MANY = 64, 4096  # places in one block, and places that they may meet: both stay near the processor
_ROUNDING = 1e-9  # of the radius: whoever lives on the circle is inside, in metres as in kilometres


def _triangular(share: Array) -> Array:
    np.sqrt(share, out=share)
    np.subtract(1.0, share, out=share)
    return np.maximum(share, 0.0, out=share)


def _biweight(share: Array) -> Array:
    np.subtract(1.0, share, out=share)
    np.maximum(share, 0.0, out=share)
    return np.square(share, out=share)


def _uniform(share: Array) -> Array:
    return (share <= 1.0 + _ROUNDING).astype(np.float64)


KERNELS: Mapping[str, Callable[[Array], Array]] = {
    "triangular": _triangular,
    "biweight": _biweight,
    "uniform": _uniform,
}
"""How nearness falls from 1 at the place to 0 at the radius; each takes squared distance / squared radius."""


def surroundings(places: Array, counts: Array, radius: float, kernel: str = "triangular") -> Array:
    """Weighted people around each place: sum over q of nearness(p, q) n_qg; unrounded, the place itself counts fully.

    Shape:   places (n, 2) and radius in the same unit of length, counts (n, groups) -> (n, groups).
    Time grows with the pairs that may be near, memory does not: places are taken some at a time.
    Raises:  CallError for an unknown kernel or a radius that is not above 0.
    Source:  Reardon & O'Sullivan 2004; biweight as in Reardon et al. 2008.
    """
    if kernel not in KERNELS or not 0 < radius < np.inf:
        what = "The environment needs a radius above 0 and a kernel of: {known}; got {radius}, '{kernel}'."
        raise CallError(what, known=", ".join(KERNELS), radius=radius, kernel=kernel)
    scaled = np.ascontiguousarray(places / radius)
    people = np.ascontiguousarray(counts, np.float64)
    found = np.zeros(people.shape)
    for own, near in _blocks(scaled):
        for first in range(0, len(near), _MANY):
            some = near[first : first + _MANY]
            found[own] += KERNELS[kernel](_squared(scaled[own], scaled[some])) @ people[some]
    return found


def _squared(one: Array, other: Array) -> Array:
    """Squared distances, (places of one, places of other)."""
    found = np.subtract.outer(one[:, 0], other[:, 0])
    np.square(found, out=found)
    along = np.subtract.outer(one[:, 1], other[:, 1])
    np.square(along, out=along)
    found += along
    return found


def _blocks(places: Array) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """A few places that lie together, and all places that one of them may see within the distance 1."""
    from scipy.spatial import cKDTree

    tree = cKDTree(places)
    for first in range(0, len(places), _FEW):
        own = tree.indices[first : first + _FEW]
        low, high = places[own].min(axis=0), places[own].max(axis=0)
        reach = (1.0 + _ROUNDING) + np.hypot(*(high - low)) / 2
        yield own, np.array(tree.query_ball_point((low + high) / 2, reach), np.intp)
