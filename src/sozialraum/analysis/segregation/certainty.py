"""How much segregation is chance: bias of small numbers, limits by redrawing, tests by permutation.

All measures of evenness are too high for small areas and groups. Every function draws from the generator that is
passed, some tables at a time, and takes any function from measures.py (leading axes = draws).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sozialraum.analysis.segregation.measures import Array, Measure, dissimilarity
from sozialraum.errors import NoAnswerError

_CELLS = 100_000  # numbers held at once (draws x areas x groups), so that they stay near the processor
_MOST_PEOPLE = 1_000_000_000  # numpy's limit for a draw without replacement
_LARGE_CELL = 3_000  # people in a usual cell: from here on drawing group by group is faster
_MANY_PEOPLE = 20_000_000
Whole = NDArray[np.int64]
Draw = Callable[[int], NDArray[Any]]
Fixed = Literal["both", "groups"]


@dataclass(frozen=True)
class Corrected:
    """An estimate without its bootstrap bias, and basic bootstrap limits."""

    value: Array
    bias: Array
    lower: Array
    upper: Array


@dataclass(frozen=True)
class Tested:
    """What was seen, its mean and spread by chance alone, and p = (1 + k) / (1 + n)."""

    value: float
    expected: float
    spread: float
    p: float


def bootstrap(counts: Array, measure: Measure, draws: int, generator: Generator) -> Array:
    """The measure of `draws` redrawn tables: all people are drawn anew over the cells (multinomial)."""
    total = _people(counts)
    shares = (counts / total).ravel()
    return _measured(lambda few: generator.multinomial(total, shares, size=few), counts.shape, measure, draws)


def _people(counts: Array) -> int:
    if np.any(counts % 1):
        raise NoAnswerError(
            "Weighted counts cannot be redrawn: the number of people behind them is not known.",
            remedy="Give whole counts, or ask without redraws.",
        )
    if counts.sum() >= _MOST_PEOPLE:
        raise NoAnswerError("Tables of a thousand million people and more cannot be drawn.")
    return int(counts.sum())


def _measured(draw: Draw, shape: tuple[int, ...], measure: Measure, draws: int) -> Array:
    """The measure over chunks of drawn tables."""
    parts = [np.asarray(measure(draw(few).reshape(few, *shape))) for few in _chunks(draws, int(np.prod(shape)))]
    return np.concatenate(parts)


def _chunks(draws: int, cells: int) -> Iterator[int]:
    size = max(1, _CELLS // max(cells, 1))
    for first in range(0, draws, size):
        yield min(size, draws - first)


def corrected(estimate: Array, drawn: Array, level: float = 0.95) -> Corrected:
    """2 x estimate - mean of the draws, and limits from the mirrored quantiles. Source: Davison & Hinkley 1997."""
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [1 - tail, tail], axis=0)
    bias = drawn.mean(axis=0) - estimate
    return Corrected(estimate - bias, bias, 2 * estimate - low, 2 * estimate - high)


def unbiased_dissimilarity(counts: Array, draws: int, generator: Generator) -> Array:
    """D of each group against all others, 2D - mean of redraws within group and rest. Source: Allen et al. 2015."""
    _people(counts)
    found = np.empty(counts.shape[-1])
    for group in range(counts.shape[-1]):
        pair = np.stack([counts[:, group], counts.sum(axis=1) - counts[:, group]], axis=1)
        seen = dissimilarity(pair)[0]
        if np.isnan(seen):
            found[group] = np.nan
            continue
        drawn = _measured(partial(_by_group, pair, generator), pair.shape, dissimilarity, draws)
        found[group] = 2 * seen - drawn[:, 0].mean()
    return found


def _by_group(counts: Array, generator: Generator, draws: int) -> Array:
    totals = counts.sum(axis=0)
    columns = [
        generator.multinomial(int(total), column / total, size=draws)
        for total, column in zip(totals, counts.T, strict=True)
    ]
    return np.stack(columns, axis=-1).astype(np.float64)


def without_segregation(
    counts: Array, measure: Measure, draws: int, generator: Generator, fixed: Fixed = "both"
) -> Array:
    """The measure of `draws` tables with the same totals of areas and groups, filled by chance alone.

    fixed = "groups": only the groups keep their totals, areas have theirs on average; half the time, nearly the same result.

    Source: Winship 1977; Cortese et al. 1976. Raises: NoAnswerError with fewer than two areas or groups with people.
    """
    _people(counts)
    lived = counts[np.ix_(counts.sum(axis=1) > 0, counts.sum(axis=0) > 0)]
    if min(lived.shape) < 2:
        raise NoAnswerError("Segregation needs at least two areas and two groups with people.")
    draw = partial(_DRAWS[fixed], lived.astype(np.int64), generator)
    return _measured(draw, lived.shape, measure, draws)


def _same_groups(counts: Whole, generator: Generator, draws: int) -> Whole:
    """Tables with the group totals of `counts`; each person's area is drawn by its share of all people."""
    drawn = np.empty((draws, *counts.shape), np.int64)
    areas = counts.sum(axis=1) / counts.sum()
    for group, people in enumerate(counts.sum(axis=0).tolist()):
        drawn[:, :, group] = generator.multinomial(people, areas, size=draws)
    return drawn


def _same_margins(counts: Whole, generator: Generator, draws: int) -> Whole:
    """Tables with the margins of `counts`, filled by chance. Source: Patefield 1981, whose way is the faster one for
    cells of less than a few thousand people; it keeps a number for every person.
    """
    people = int(counts.sum())
    if people / counts.size > _LARGE_CELL or people > _MANY_PEOPLE:
        return _group_by_group(counts, generator, draws)
    from scipy.stats import random_table

    drawn = random_table.rvs(
        counts.sum(axis=1), counts.sum(axis=0), size=draws, method="patefield", random_state=generator
    )
    return np.asarray(drawn, np.int64).reshape(draws, *counts.shape)


def _group_by_group(counts: Whole, generator: Generator, draws: int) -> Whole:
    """Each group in turn draws from the places still free."""
    drawn = np.empty((draws, *counts.shape), np.int64)
    areas, groups = counts.sum(axis=1), counts.sum(axis=0)
    for table in drawn:
        free = areas.copy()
        for group, people in enumerate(groups[:-1].tolist()):
            taken = generator.multivariate_hypergeometric(free, people, method="marginals")
            table[:, group] = taken
            free -= taken
        table[:, -1] = free
    return drawn


_DRAWS: Mapping[Fixed, Callable[[Whole, Generator, int], Whole]] = {"both": _same_margins, "groups": _same_groups}


def chance_test(counts: Array, measure: Measure, draws: int, generator: Generator, fixed: Fixed = "both") -> Tested:
    """Whether a measure is higher than chance makes it with the same totals of areas and groups."""
    return judged(float(measure(counts)), without_segregation(counts, measure, draws, generator, fixed), "greater")


def difference_test(first: Array, second: Array, measure: Measure, draws: int, generator: Generator) -> Tested:
    """Whether the measure differs between two dates of the same areas: each area's dates are swapped at random."""
    dates = [_whole(one) for one in (first, second)]
    both = dates[0] + dates[1]

    def swapped(few: int) -> NDArray[Any]:
        pair = np.empty((few, 2, *first.shape), both.dtype)
        pair[:, 0] = np.where(generator.integers(0, 2, (few, len(first), 1), dtype=np.bool_), dates[1], dates[0])
        np.subtract(both, pair[:, 0], out=pair[:, 1])
        return pair

    drawn = _measured(swapped, (2, *first.shape), measure, draws)
    return judged(float(measure(second) - measure(first)), drawn[:, 1] - drawn[:, 0], "two-sided")


def _whole(counts: Array) -> NDArray[Any]:
    """The counts as whole numbers where they are; measures are faster on them."""
    return counts if np.any(counts % 1) else counts.astype(np.int64)


def judged(seen: float, drawn: Array, side: str) -> Tested:
    """p = (1 + number of draws at least as far out) / (1 + draws); `side` is greater, less or two-sided.

    Two-sided counts distances from the mean of the draws. Draws equal up to rounding count as equally far out.
    """
    mean = float(drawn.mean())
    far = {"greater": drawn - seen, "less": seen - drawn, "two-sided": np.abs(drawn - mean) - abs(seen - mean)}[side]
    extreme = int((far >= -1e-12 * max(1.0, abs(seen))).sum())
    return Tested(seen, mean, float(drawn.std(ddof=min(1, len(drawn) - 1))), (1 + extreme) / (1 + len(drawn)))
