"""Counts of persons by area and other codes, as columns of a delivery."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.examples.musterkreis.geography import NDStrings
from sozialraum.examples.musterkreis.history import County, Year
from sozialraum.examples.musterkreis.landscape import Floats, Ints
from sozialraum.examples.musterkreis.people import Bools

Words = tuple[str, ...]
Axis = tuple[Words | NDStrings, NDArray[Any]]
"""The texts of a dimension, and for each person the place of its text; -1 leaves the person out."""


def planning_areas(county: County, year: int) -> Axis:
    """Axis of blocks: keys of the planning areas valid at the end of that year."""
    return _of(county.land.planning_key(year))


def social_areas(county: County, year: int) -> Axis:
    """Axis of blocks: keys of the social areas valid at the end of that year."""
    return _of(county.land.social_keys["2015" if year < 2020 else "2020"])


def municipalities(county: County) -> Axis:
    """Axis of blocks: keys of the municipalities."""
    return _of(np.array([f"{one + 1:02d}" for one in county.land.municipality]))


def blocks(county: County) -> Axis:
    """Axis of blocks: their own keys."""
    return _of(np.array(county.land.block_keys))


def _of(keys: NDStrings) -> Axis:
    words, codes = np.unique(keys, return_inverse=True)
    return words, codes


def of_people(axis: Axis, year: Year) -> Axis:
    """The axis of blocks as an axis of the year's persons."""
    return axis[0], axis[1][year.people.block]


def age_groups(ages: Ints, bounds: Sequence[int]) -> Axis:
    """`15 bis unter 25` and so on; the last group has no upper end where `bounds` ends with 200."""
    words = [_group(low, high) for low, high in pairwise(bounds)]
    codes = np.searchsorted(bounds, ages, side="right") - 1
    return tuple(words), np.where((ages < bounds[0]) | (ages >= bounds[-1]), -1, codes)


def _group(low: int, high: int) -> str:
    if low == 0:
        return f"unter {high}"
    return f"{low} und älter" if high >= 200 else f"{low} bis unter {high}"


def yes_no(mask: Bools, yes: str, no: str) -> Axis:
    """Two texts by a mask."""
    return (yes, no), np.where(mask, 0, 1)


def counted(axes: Sequence[Axis], chosen: Bools, weights: Floats | None = None) -> NDArray[Any]:
    """Counts (or sums of weights) of the chosen persons in the shape of the axes."""
    fine = chosen.copy()
    for _, codes in axes:
        fine &= codes >= 0
    shape = tuple(len(words) for words, _ in axes)
    flat = np.ravel_multi_index(tuple(codes[fine] for _, codes in axes), shape)
    sums = np.bincount(flat, None if weights is None else weights[fine], int(np.prod(shape)))
    return sums.reshape(shape)


def long_table(names: Sequence[str], axes: Sequence[Axis], counts: NDArray[Any], zeros: bool = True) -> dict[str, Any]:
    """One row per combination of texts: a column per axis and the count behind them under the last name."""
    kept = np.ones(counts.size, bool) if zeros else counts.ravel() > 0
    places = np.unravel_index(np.flatnonzero(kept), counts.shape)
    columns: dict[str, Any] = {
        name: np.asarray(words)[place] for name, (words, _), place in zip(names, axes, places, strict=False)
    }
    columns[names[-1]] = counts.ravel()[kept]
    return columns


def stacked(tables: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Tables with the same columns, one below the other."""
    return {name: np.concatenate([one[name] for one in tables]) for name in tables[0]}


def with_column(table: dict[str, Any], place: int, name: str, value: Any) -> dict[str, Any]:
    """The table with one more column of the same value in every row."""
    length = len(next(iter(table.values())))
    items = list(table.items())
    items.insert(place, (name, np.full(length, value)))
    return dict(items)
