"""How sure a class and a score are: counts behind the shares are drawn anew, the index is computed again and compared.

Draws say what chance alone would do to small counts; nothing about wrong data, other indicators or other borders.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sozialraum.analysis.index.definition import Dimension, IndexDefinition
from sozialraum.analysis.index.edition import Result
from sozialraum.analysis.index.inputs import Counts, Slice
from sozialraum.analysis.index.scores import Array, classify, ends, rank, score
from sozialraum.errors import NoAnswerError

_ROUNDING = 0.005  # delivered rates are rounded, so a start made from end and change may miss 0 or 1 a little
_WIDTH = 1.96  # of a 95 percent range, in root mean square distances
_CELLS = 2_000_000  # values held at once per column: draws x areas


@dataclass(frozen=True)
class Certainty:
    """For the areas that go in: share of draws with the same class (NaN = not known), the most frequent other class
    (-1 = none), the 95 percent range of the score (NaN = not known), and the range of ranks."""

    probability: Array
    other: NDArray[np.int8]
    lower: Array
    upper: Array
    rank_lower: Array
    rank_upper: Array


@dataclass
class _Tally:
    """Running counts over chunks of draws."""

    classes: NDArray[np.int64]  # (classes, areas)
    squares: Array  # (areas): sum of the squared distances between the redrawn scores and the score
    ranks: NDArray[np.unsignedinteger[Any]]  # (draws, areas), in the smallest kind of number that holds them
    done: int = 0


def class_probability(
    part: Slice, definition: IndexDefinition, found: tuple[Result, ...], draws: int, seed: int = 1
) -> tuple[dict[str, Certainty], Array]:
    """Certainty by dimension, and the share of draws in which all classes of an area are the same at once.

    Binomial draws: share p of denominator n gives counts ~ B(n, p), at the end and, for a change, at the start too.
    Raises: NoAnswerError when neither denominators nor their share of the residents are known.
    """
    inside = found[0].rank > 0
    areas = int(inside.sum())
    columns = {one.id: _known(part, definition, one.id, inside) for one in definition.indicators}
    generator = np.random.default_rng(seed)
    tallies = {one.dimension.id: _tally(draws, areas, one.dimension) for one in found}
    same_at_once = np.zeros(areas)
    for count in _chunks(draws, areas):
        drawn = _redrawn(columns, definition, count, generator)
        agree = np.ones((count, areas), bool)
        for one in found:
            agree &= _add(one, drawn, tallies[one.dimension.id], part.edition.residents[inside], inside)
        same_at_once += agree.sum(axis=0)
    unknown = np.any([_unknown(one) for one in columns.values()], axis=0)
    sure = {one.dimension.id: _summary(one, tallies[one.dimension.id], draws, inside, unknown) for one in found}
    return sure, np.where(unknown, np.nan, same_at_once / draws)


def _unknown(column: Counts) -> NDArray[np.bool_]:
    """Areas without a denominator: nothing can be redrawn there, so nothing is said about their classes."""
    start = np.zeros(len(column.value)) if column.start_denominator is None else column.start_denominator
    return np.isnan(column.end_denominator) | np.isnan(start)


def _chunks(draws: int, areas: int) -> Iterator[int]:
    size = max(1, _CELLS // max(areas, 1))
    for first in range(0, draws, size):
        yield min(size, draws - first)


def _tally(draws: int, areas: int, dimension: Dimension) -> _Tally:
    classes = np.zeros((max(len(dimension.classes), 1), areas), np.int64)
    return _Tally(classes, np.zeros(areas), np.empty((draws, areas), np.min_scalar_type(areas)))


def _known(part: Slice, definition: IndexDefinition, name: str, inside: NDArray[np.bool_]) -> Counts:
    """The counts of the areas that go in, denominators estimated from residents where they are not known."""
    one = next(each for each in definition.indicators if each.id == name)
    share = next((each.denominator_share for each in definition.indicators if each.id == (one.change_of or name)), None)
    counts, edition = part.counts[name], part.edition
    _must_be_share(counts, inside, name)
    end = _denominator(counts.end_denominator, edition.residents, share, name)[inside]
    if counts.start is None:
        return Counts(counts.value[inside], counts.per, counts.end[inside], end)
    before = np.where(np.isnan(edition.residents_before), edition.residents, edition.residents_before)
    given = np.full(len(inside), np.nan) if counts.start_denominator is None else counts.start_denominator
    start = _denominator(given, before, share, name)[inside]
    return Counts(counts.value[inside], counts.per, counts.end[inside], end, counts.start[inside], start)


def _must_be_share(counts: Counts, inside: NDArray[np.bool_], name: str) -> None:
    shares = counts.end if counts.start is None else np.concatenate([counts.end[inside], counts.start[inside]])
    used = shares[inside] if counts.start is None else shares
    if not np.all((used >= -_ROUNDING) & (used <= 1 + _ROUNDING)):
        raise NoAnswerError(
            "The classes cannot be redrawn: '{name}' is no share of a denominator.",
            remedy="Ask without redraws, or say in the definition which share it is the change of: change_of.",
            name=name,
        )


def _denominator(given: Array, residents: Array, share: float | None, name: str) -> Array:
    whole = given if share is None else np.where(np.isnan(given), residents * share, given)
    if np.isnan(whole).all():
        raise NoAnswerError(
            "The classes cannot be redrawn: for '{name}' neither denominators nor residents are known.",
            remedy="Give figures with denominators, or residents and a denominator_share in the definition.",
            name=name,
        )
    return np.asarray(np.maximum(np.round(whole), 1.0))


def _redrawn(
    columns: Mapping[str, Counts], definition: IndexDefinition, count: int, generator: Generator
) -> dict[str, Array]:
    """Every column anew, shape (draws, areas); a change uses the same draw at the end as its indicator."""
    ends = {
        name: _draw(one, one.end, one.end_denominator, count, generator)
        for name, one in columns.items()
        if one.start is None
    }
    drawn = dict(ends)
    for one in definition.indicators:
        start, denominator = columns[one.id].start, columns[one.id].start_denominator
        if start is not None and denominator is not None:
            drawn[one.id] = ends[one.change_of] - _draw(columns[one.id], start, denominator, count, generator)
    return drawn


def _draw(column: Counts, share: Array, denominator: Array, count: int, generator: Generator) -> Array:
    """Shares of redrawn counts; an area without a denominator keeps its share."""
    known = ~np.isnan(denominator)
    size = np.where(known, denominator, 1.0)
    counts = generator.binomial(size.astype(np.int64), np.clip(share, 0.0, 1.0), size=(count, len(share)))
    return np.asarray(column.per * np.where(known, counts / size, share))


def _add(
    found: Result, drawn: Mapping[str, Array], tally: _Tally, residents: Array, inside: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    values = np.stack([drawn[name] for name in found.dimension.indicators])
    index = score(values, found.dimension, residents).index
    classes = classify(index, found.dimension)
    for place in range(len(tally.classes)):
        tally.classes[place] += (classes == place).sum(axis=0)
    tally.squares += ((index - found.index[inside]) ** 2).sum(axis=0)
    tally.ranks[tally.done : tally.done + len(index)] = rank(index)
    tally.done += len(index)
    return np.asarray(classes == found.classes[inside])


def _summary(
    found: Result, tally: _Tally, draws: int, inside: NDArray[np.bool_], unknown: NDArray[np.bool_]
) -> Certainty:
    classes = found.classes[inside]
    own = np.arange(len(classes)), classes.astype(np.int64)
    counts = tally.classes.T.copy()
    same = np.where(unknown, np.nan, counts[own] / draws)
    counts[own] = 0
    other = np.where(counts.max(axis=1) > 0, counts.argmax(axis=1), -1)
    limits = _limits(found.index[inside], np.where(unknown, np.nan, tally.squares / draws), found.dimension)
    return Certainty(same, other.astype(np.int8), *limits, *_middle(tally.ranks))


def _limits(index: Array, square: Array, dimension: Dimension) -> tuple[Array, Array]:
    """The score less and more 1.96 times its root mean square distance to the redrawn ones, inside what is possible.

    The distance holds spread and bias of the draws. Source: Efron & Tibshirani 1993, chapter 10.
    """
    low, high = ends(dimension)
    half = _WIDTH * np.sqrt(square)
    return np.maximum(index - half, low), np.minimum(index + half, high)


def _middle(ranks: NDArray[np.unsignedinteger[Any]]) -> tuple[Array, Array]:
    """The 5th and the 95th of a hundred ranks of each area; some areas at a time, because sorting copies."""
    draws, areas = ranks.shape
    low, high = np.empty(areas), np.empty(areas)
    for at in range(0, areas, max(1, _CELLS // draws)):
        block = slice(at, at + max(1, _CELLS // draws))
        ordered = np.sort(ranks[:, block], axis=0)
        low[block], high[block] = ordered[math.ceil(0.05 * draws) - 1], ordered[math.ceil(0.95 * draws) - 1]
    return low, high
