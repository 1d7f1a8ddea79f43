"""Moran's I, Geary's C and local Moran: are neighbours alike, in the whole and around each area? Computed by esda."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sozialraum.analysis.autocorrelation.neighbours import Array, Neighbours, usable
from sozialraum.errors import NoAnswerError

FEWEST = 4  # the variance under randomisation divides by n - 3
_NO_SPREAD = 1e-12  # a variance that is 0 but for rounding
_CELLS = 500_000  # shuffled values held at once
_ROWS = 128  # areas whose draws are counted at once, so that they stay near the processor
PATTERNS = ("high-high", "low-low", "high-low", "low-high")
_QUARTERS = np.array([[1, 3], [2, 0]])  # place in PATTERNS: own value above the mean, then the neighbours'


@dataclass(frozen=True)
class Alikeness:
    """One coefficient of all areas: value, what chance gives, its spread there (randomisation), and p on two sides.

    p is by the normal curve; `p_shuffled` = (1 + k) / (1 + n) on the farther side, doubled, NaN without draws.
    """

    value: float
    expected: float
    variance_normal: float
    variance: float
    z_normal: float
    z: float
    p: float
    p_shuffled: float = float("nan")


@dataclass(frozen=True)
class Local:
    """Local coefficient of each area, NaN where it has no value or no neighbour; p on two sides by conditional draws."""

    value: Array
    p: Array
    pattern: NDArray[np.object_]


def global_moran(
    values: Array, neighbours: Neighbours, draws: int = 0, generator: Generator | None = None
) -> Alikeness:
    """Moran's I with row-standardised weights: above `expected` = neighbours are alike, below = unlike.

    Areas without a value or a neighbour take no part. Raises: NoAnswerError for fewer than four areas or equal values.
    Source: Moran 1950; Cliff & Ord 1981.
    """
    from esda import Moran

    y, among = taking_part(values, neighbours)
    with np.errstate(all="ignore"):
        found = Moran(y, among.graph, transformation="r", permutations=0)
    p = _shuffled(y, among, float(found.I), draws, generator)
    return _alikeness(p, found.I, found.EI, found.VI_norm, found.VI_rand)


def _alikeness(p_shuffled: float, *of_esda: Any) -> Alikeness:
    """With z and p from the variances; where all are neighbours of all, chance can change nothing: both spreads are 0, p is 1."""
    value, expected, *variances = (float(one) for one in of_esda)
    normal, shuffled = (one if one > _NO_SPREAD else 0.0 for one in variances)
    z_normal, z = ((value - expected) / one**0.5 if one else 0.0 for one in (normal, shuffled))
    return Alikeness(value, expected, normal, shuffled, z_normal, z, _two_sided(z), p_shuffled)


def global_geary(values: Array, neighbours: Neighbours) -> Alikeness:
    """Geary's C with row-standardised weights: below 1 = neighbours are alike, above = unlike. Source: Geary 1954."""
    from esda import Geary

    y, among = taking_part(values, neighbours)
    with np.errstate(all="ignore"):
        found = Geary(y, among.graph, transformation="r", permutations=0)
    return _alikeness(float("nan"), found.C, found.EC, found.VC_norm, found.VC_rand)


def taking_part(values: Array, neighbours: Neighbours) -> tuple[Array, Neighbours]:
    """Values and neighbourhood of the areas that take part."""
    chosen = usable(values, neighbours)
    if chosen.sum() < FEWEST:
        raise NoAnswerError(
            "Only {count} areas have a value and a neighbour with a value; at least {fewest} are needed.",
            remedy="Use more or smaller areas, or another neighbourhood.",
            count=int(chosen.sum()),
            fewest=FEWEST,
        )
    y = np.asarray(values[chosen], np.float64)
    if np.ptp(y) <= 1e-12 * np.abs(y).max():
        raise NoAnswerError("All areas have the same value, so nothing can be alike or unlike.")
    return y, neighbours.among(chosen)


def _two_sided(z: float) -> float:
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(z)))


def _shuffled(y: Array, among: Neighbours, seen: float, draws: int, generator: Generator | None) -> float:
    """p of I when values are dealt out to the areas at random."""
    if not draws or generator is None:
        return float("nan")
    z = (y - y.mean()) / y.std()
    above = below = 0
    for first in range(0, draws, max(1, _CELLS // len(z))):
        few = min(max(1, _CELLS // len(z)), draws - first)
        dealt = generator.permuted(np.broadcast_to(z, (few, len(z))), axis=1).T
        drawn = (dealt * (among.matrix @ dealt / among.count[:, None])).sum(axis=0) / len(z)
        above, below = above + int((drawn >= seen - 1e-12).sum()), below + int((drawn <= seen + 1e-12).sum())
    return min(1.0, 2 * (1 + min(above, below)) / (1 + draws))


def local_moran(values: Array, neighbours: Neighbours, draws: int = 999, seed: int = 1) -> Local:
    """Local Moran of each area, row-standardised: I_i = z_i x mean of the neighbours' z; their mean is Moran's I.

    pattern: `high-high`, ... (own value, then the neighbours', against the mean of all), None without a value.
    p:       the value of the area stays, its neighbours are drawn from all others; both tails count.
    With m2 = sum of z² / n as Anselin has it; esda itself divides by n - 1. Raises: as `global_moran`.
    Source: Anselin 1995.
    """
    y, among = taking_part(values, neighbours)
    chosen = usable(values, neighbours)
    z = (y - y.mean()) / y.std()
    around = among.matrix @ z / among.count
    local = Local(np.full(len(values), np.nan), np.full(len(values), np.nan), np.full(len(values), None, dtype=object))
    local.value[chosen] = z * around
    if draws:
        local.p[chosen] = _tails(z * around, _drawn(z, among, draws, seed))
    local.pattern[chosen] = np.array(PATTERNS, dtype=object)[_QUARTERS[(z > 0).astype(int), (around > 0).astype(int)]]
    return local


def _drawn(z: Array, among: Neighbours, draws: int, seed: int) -> Array:
    """Local Moran of each area with its neighbours drawn from all others (areas, draws).

    esda's draws without the summary that its own result adds: an eighth of the time, and nothing here reads it. It seeds numpy's
    global generator, which is put back as it was.
    """
    from esda.crand import crand
    from esda.moran import _moran_local_crand

    before = np.random.get_state()
    try:
        rows = among.graph.transform("r")
        how = {"scaling": 1.0, "seed": seed, "alternative": "directed"}
        return np.asarray(crand(z, rows, np.zeros(len(z)), draws, True, 1, _moran_local_crand, **how)[1])
    finally:
        np.random.set_state(before)


def _tails(seen: Array, drawn: Array) -> Array:
    """Twice the smaller tail, draws equal to what is seen counted on both sides."""
    slack = 1e-12 * np.maximum(1.0, np.abs(seen))
    fewer = np.empty(len(seen), np.int64)
    for first in range(0, len(fewer), _ROWS):
        rows = slice(first, first + _ROWS)
        fewer[rows] = _fewer(drawn[rows], seen[rows], slack[rows])
    return np.asarray(np.minimum(1.0, 2 * (1 + fewer) / (1 + drawn.shape[1])))


def _fewer(drawn: Array, seen: Array, slack: Array) -> NDArray[np.int64]:
    """Draws on the smaller side of what is seen; where one side has at most half of them, the other need not be counted."""
    fewer: NDArray[np.int64] = np.count_nonzero(drawn >= (seen - slack)[:, None], axis=1)
    many = np.flatnonzero(2 * fewer > drawn.shape[1])
    below = np.count_nonzero(drawn[many] <= (seen + slack)[many, None], axis=1)
    fewer[many] = np.minimum(fewer[many], below)
    return fewer
