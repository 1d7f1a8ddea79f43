"""M and H split over nested areas (city, district, area), exactly; what each coarser area and each area adds.

Source: Mora & Ruiz-Castillo 2011 (M); Theil & Finizza 1971 (H splits with the entropy ratio).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.segregation.measures import Array, diversity, mutual_information
from sozialraum.errors import NoAnswerError

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """One coarser area: share of all people, entropy over that of the whole, M and H inside (NaN with one group)."""

    people: float
    entropy_ratio: float
    m: float
    h: float


@dataclass(frozen=True)
class Split:
    """M and H of the whole = between the coarser areas + the parts' own, weighted by people (and entropy for H)."""

    m: float
    h: float
    m_between: float
    h_between: float
    parts: tuple[Part, ...]

    @property
    def m_within(self) -> float:
        """Sum of people x M over the parts."""
        return float(sum(one.people * one.m for one in self.parts))

    @property
    def h_within(self) -> float:
        """Sum of people x entropy ratio x H over the parts."""
        return float(sum(one.people * one.entropy_ratio * one.h for one in self.parts if one.entropy_ratio > 0))


def rolled_up(counts: Array, places: Places, parts: int) -> Array:
    """Counts of the coarser areas (..., parts, groups); `places` says which one each area belongs to."""
    order = np.argsort(places, kind="stable")
    filled, starts = np.unique(places[order], return_index=True)
    summed = np.zeros((*counts.shape[:-2], parts, counts.shape[-1]))
    summed[..., filled, :] = np.add.reduceat(counts[..., order, :], starts, axis=-2)
    return summed


def split(counts: Array, places: Places, parts: int) -> Split:
    """M and H between and within `parts` coarser areas. Raises: NoAnswerError where all people are of one group."""
    entropy = float(diversity(counts))
    if entropy == 0:
        raise NoAnswerError("Only one group has people, so there is nothing to split.")
    coarse = rolled_up(counts, places, parts)
    whole, between = float(mutual_information(counts)), float(mutual_information(coarse))
    total = counts.sum()
    inside = tuple(_part(counts[places == one], total, entropy) for one in range(parts))
    return Split(whole, whole / entropy, between, between / entropy, inside)


def _part(counts: Array, total: float, entropy: float) -> Part:
    own, m = float(diversity(counts)), float(mutual_information(counts))
    return Part(float(counts.sum() / total), own / entropy, m, m / own if own > 0 else float("nan"))


def nested(counts: Array, levels: Sequence[Places]) -> list[tuple[Array, Array]]:
    """M and H added by each level of a hierarchy, coarsest first, the areas themselves last; they add up to the whole.

    Leading axes (redraws) are kept. Each level's places must lie within those of the level before.
    Raises: NoAnswerError when a finer place lies in two coarser ones.
    """
    entropy = diversity(counts)
    found, before = [], np.zeros(entropy.shape)
    for at, places in enumerate(levels):
        if at:
            _must_nest(levels[at - 1], places)
        here = mutual_information(rolled_up(counts, places, int(places.max()) + 1))
        found.append(here - before)
        before = here
    found.append(mutual_information(counts) - before)
    return [(one, np.divide(one, entropy, out=np.full(one.shape, np.nan), where=entropy > 0)) for one in found]


def _must_nest(coarse: Places, fine: Places) -> None:
    if len(np.unique(np.stack([coarse, fine]), axis=1).T) != len(np.unique(fine)):
        raise NoAnswerError("A finer area lies in two coarser ones, so the split has no meaning.")
