"""Reach of supply: how much of the places, hours or beds that people can get to falls to each of them (floating catchments)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sozialraum.errors import CallError, Fault, InputError

Array = NDArray[np.float64]
Steps = Sequence[tuple[float, float]]
ENHANCED: Steps = ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))
"""Minutes up to which a weight counts, after Luo & Qi 2009."""


@dataclass(frozen=True)
class Reach:
    """`per_head`: supply per head by place (0 = nothing in reach, NaN = a travel time is not known); `ratio`: supply over the
    people who reach it by site (NaN = nobody does)."""

    per_head: Array
    ratio: Array


def floating_catchment(
    people: ArrayLike, supply: ArrayLike, minutes: ArrayLike, steps: Steps = ((30.0, 1.0),)
) -> Reach:
    """Two-step floating catchment areas: one step is 2SFCA (Luo & Wang 2003), several are E2SFCA (Luo & Qi 2009).

    R_j = S_j / Σ_i W(d_ij) P_i, A_i = Σ_j W(d_ij) R_j; Σ P_i A_i is all supply that anybody reaches.
    Shape:  people (places), supply (sites), minutes (places, sites): infinite = out of reach, NaN = not known; a place with a
            time that is not known has no value, and its people are counted where their times are known.
    steps:  (minutes, weight): a time up to and including the minutes counts with the weight, beyond the last with none.
    Raises: CallError for other shapes or steps that do not rise; InputError for negative or unknown people, supply or times.
    """
    living, offered, times = (np.asarray(one, np.float64) for one in (people, supply, minutes))
    _must_fit(living, offered, times, steps)
    limits, weights = (np.array(one, np.float64) for one in zip(*steps, strict=True))
    weight = np.append(weights, 0.0)[np.searchsorted(limits, np.nan_to_num(times, nan=np.inf), side="left")]
    served = living @ weight
    ratio = np.divide(offered, served, out=np.full(len(offered), np.nan), where=served > 0)
    per_head = weight @ np.nan_to_num(ratio)
    return Reach(np.where(np.isnan(times).any(axis=1), np.nan, per_head), ratio)


def _must_fit(people: Array, supply: Array, minutes: Array, steps: Steps) -> None:
    if minutes.shape != (len(people), len(supply)):
        raise CallError("Travel times need a row for each place of people and a column for each site.")
    ends, weights = [end for end, _ in steps], [weight for _, weight in steps]
    if not ends or ends != sorted(set(ends)) or not ends[0] >= 0 or not all(0 < one < np.inf for one in weights):
        raise CallError("Steps are pairs of minutes and a weight above 0, the minutes rising from 0 on.")
    for name, values in (("people", people), ("supply", supply)):
        if not (np.isfinite(values) & (values >= 0)).all():
            raise InputError(
                [Fault("impossible_count", "'{name}' must be known and not negative.", values={"name": name})]
            )
    if (minutes < 0).any():
        raise InputError([Fault("negative", "a travel time cannot be negative.")])
