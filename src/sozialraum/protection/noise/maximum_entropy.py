"""The distribution of noise that says least beyond what is asked of it: maximum entropy, solved through its dual."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEPS = 60
EXACT = 1e-13  # where the search for the multipliers stops
DIGITS = 1e-14  # of the dual's value
ENOUGH = 1e-9  # what the moments may miss at a variance that only just exists


@dataclass(frozen=True, slots=True)
class Shape:
    """What is asked of the noise.

    `largest`: no count changes by more (D). `variance`: of the noise (V). `excluded`: results from 1 to `excluded`
    do not appear (js). `stay`: fixed probability that a count stays, where it may. `monotone`: a smaller change
    downwards is never less likely than a larger one.
    """

    largest: int = 5
    variance: float = 3.0
    excluded: int = 0
    stay: float | None = None
    monotone: bool = False

    def offsets(self, count: int) -> Ints:
        """The changes that a count may undergo, ascending."""
        offsets = np.arange(-min(count, self.largest), self.largest + 1)
        results = count + offsets
        return offsets[(results < 1) | (results > self.excluded)]

    @property
    def last(self) -> int:
        """From this count on every count has the same noise."""
        return self.largest + self.excluded + 1 if self.excluded else self.largest


def probabilities(shape: Shape, count: int) -> Floats | None:
    """Probability of each of `shape.offsets(count)`: mean 0, the asked variance, entropy -sum p log p as large as possible.

    None when there is no such distribution. Source: Marley and Leaver (2011); Giessing (2016).
    """
    offsets = shape.offsets(count)
    free = np.ones(len(offsets), dtype=bool)
    result = np.zeros(len(offsets))
    bound = np.inf
    if shape.stay is not None and (offsets == 0).any():
        free = offsets != 0
        result[~free] = shape.stay
        bound = float(np.log(shape.stay))
    left = int((offsets[free] <= 0).sum()) if shape.monotone else 0
    found = _dual(offsets[free] / shape.largest, 1 - result.sum(), shape.variance / shape.largest**2, left, bound)
    if found is None:
        return None
    result[free] = found
    result /= result.sum()
    return result


def _dual(offsets: Floats, mass: float, second: float, left: int, bound: float) -> Floats | None:
    """Newton's method on the three multipliers (of mass, mean and second moment) with a halved step where needed.

    The first `left` probabilities ascend and stay below exp(bound): given the multipliers they are the bounded
    isotonic fit, blocks of equal probability, so the same dual serves with and without these conditions.
    """
    moments = np.stack([np.ones_like(offsets), offsets, offsets**2])
    wanted = np.array([mass, 0.0, second])
    multipliers = np.array([np.log(mass / len(offsets)), 0.0, 0.0])
    for _ in range(STEPS):
        logs, blocks = _ascending(multipliers @ moments, left, bound)
        p = np.exp(logs)
        missing = wanted - moments @ p
        if np.abs(missing).max() < EXACT:
            break
        curvature = _curvature(moments, p, blocks)
        step = np.linalg.lstsq(curvature, missing, rcond=1e-15)[0]
        multipliers = multipliers + _length(multipliers, step, moments, wanted, left, bound) * step
    return p if np.abs(wanted - moments @ p).max() < ENOUGH else None


def _ascending(logs: Floats, left: int, bound: float) -> tuple[Floats, Ints]:
    """The logs with the first `left` made ascending by means over blocks and cut at the bound; block of each (-1: cut)."""
    blocks: list[list[float]] = []  # mean, size
    for one in logs[:left].tolist():
        blocks.append([one, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, size = blocks.pop()
            before = blocks[-1]
            before[0] = (before[0] * before[1] + mean * size) / (before[1] + size)
            before[1] += size
    sizes = [int(size) for _, size in blocks]
    fitted = np.concatenate([np.repeat([mean for mean, _ in blocks], sizes), logs[left:]])
    numbers = np.concatenate([np.repeat(np.arange(len(blocks)), sizes), np.arange(left, len(logs))])
    cut = (np.arange(len(logs)) < left) & (fitted > bound)
    return np.where(cut, bound, fitted), np.where(cut, -1, numbers)


def _curvature(moments: Floats, p: Floats, blocks: Ints) -> Floats:
    total = np.zeros((3, 3))
    for block in np.unique(blocks[blocks >= 0]):
        inside = blocks == block
        sums = moments[:, inside].sum(axis=1)
        total += p[inside][0] / inside.sum() * np.outer(sums, sums)
    return total


def _length(multipliers: Floats, step: Floats, moments: Floats, wanted: Floats, left: int, bound: float) -> float:
    """How much of the step to take: halved until the dual falls, as far as its digits can tell."""
    start = _value(multipliers, moments, wanted, left, bound) + DIGITS
    length = 1.0
    while length > 1e-12 and not _value(multipliers + length * step, moments, wanted, left, bound) <= start:
        length /= 2
    return length


def _value(multipliers: Floats, moments: Floats, wanted: Floats, left: int, bound: float) -> float:
    slopes = multipliers @ moments
    logs = _ascending(slopes, left, bound)[0]
    with np.errstate(over="ignore", invalid="ignore"):
        p = np.exp(logs)
        return float((p * (slopes - logs + 1)).sum() - multipliers @ wanted)


def variance_range(shape: Shape, count: int) -> tuple[float, float] | None:
    """Least and largest variance of unbiased noise on this count; None when no unbiased noise exists at all."""
    from scipy.sparse import csr_matrix, vstack

    from sozialraum.protection.tables.solver import Bounds, Program

    offsets = shape.offsets(count)
    stays = (offsets == 0) & (shape.stay is not None)
    lower = np.where(stays, shape.stay or 0.0, 0.0)
    columns = Bounds(lower, np.where(stays, lower, 1.0))
    chain = max(int((offsets <= 0).sum()) - 1, 0) if shape.monotone else 0
    steps = csr_matrix(np.eye(len(offsets))[1 : chain + 1] - np.eye(len(offsets))[:chain])
    matrix = csr_matrix(vstack([csr_matrix(np.stack([np.ones(len(offsets)), offsets])), steps]))
    rows = Bounds(np.concatenate([[1.0, 0.0], np.zeros(chain)]), np.concatenate([[1.0, 0.0], np.full(chain, np.inf)]))
    squares = offsets.astype(np.float64) ** 2
    ends = [Program(matrix, rows, columns, sign * squares).solve() for sign in (1, -1)]
    if ends[0] is None or ends[1] is None:
        return None
    return float(squares @ ends[0]), float(squares @ ends[1])
