"""Flows between areas (commuters, moves) as pairs: what is known, and where a count is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Flows:
    """Pairs of places in `areas` with a count each (NaN = hidden, not 0); a pair that is not there is 0.

    `most_hidden` is the largest count that is hidden (9 where everything below 10 is), None where nobody said.
    """

    areas: tuple[str, ...]
    origin: Places
    target: Places
    count: Array
    most_hidden: float | None = None

    @cached_property
    def known(self) -> Array:
        """Counts with hidden ones as 0."""
        return np.where(np.isnan(self.count), 0.0, self.count)

    @cached_property
    def hidden(self) -> Array:
        """1 for each pair whose count is hidden."""
        return np.isnan(self.count).astype(np.float64)

    @cached_property
    def most(self) -> Array:
        """Counts with hidden ones as large as they can be; NaN where nobody said how large."""
        return np.where(np.isnan(self.count), np.nan if self.most_hidden is None else self.most_hidden, self.count)

    def inside(self, values: Array) -> Array:
        """Per area: who stays."""
        return self._summed(self.origin, np.where(self.origin == self.target, values, 0.0))

    def outward(self, values: Array) -> Array:
        """Per area: who goes to other areas."""
        return self._summed(self.origin, np.where(self.origin != self.target, values, 0.0))

    def inward(self, values: Array) -> Array:
        """Per area: who comes from other areas."""
        return self._summed(self.target, np.where(self.origin != self.target, values, 0.0))

    def _summed(self, places: Places, values: Array) -> Array:
        return np.bincount(places, values, minlength=len(self.areas)).astype(np.float64)


def flows(
    origins: Sequence[str], targets: Sequence[str], counts: Sequence[float | None], most_hidden: float | None = None
) -> Flows:
    """Flows from three columns, areas in the order of their keys; None or NaN = hidden."""
    areas = tuple(sorted({*origins, *targets}))
    place = {key: at for at, key in enumerate(areas)}
    held = np.array([np.nan if one is None else one for one in counts], np.float64)
    start, end = (np.array([place[key] for key in keys], dtype=np.int64) for keys in (origins, targets))
    return Flows(areas, start, end, held, most_hidden)
