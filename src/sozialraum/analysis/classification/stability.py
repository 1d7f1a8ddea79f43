"""Which types come back when the areas are drawn anew: bootstrap Jaccard, and the number of types it supports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sozialraum.analysis.classification.clustering import Array, Method, Places, assigned, must_differ

STABLE, DOUBTFUL = 0.75, 0.6  # Hennig 2007: from 0.75 stable, below 0.6 not to be interpreted
MOST_TYPES = 8
AREAS_A_TYPE = 10  # on average; tiny types come back in redraws because hardly any area is left to differ
_STARTS = 3  # a redraw needs a good partition, not the best one


@dataclass(frozen=True)
class Choice:
    """The number of types, and for every number that was tried the Jaccard of its types (smallest type number first).

    `supported` says whether all types of the chosen number are stable.
    """

    types: int
    tried: Mapping[int, tuple[float, ...]]
    supported: bool


def stability(columns: Array, labels: Places, method: Method = "k-means", draws: int = 50, seed: int = 1) -> Array:
    """Mean Jaccard of each type with the most similar type found among areas drawn with replacement (Hennig 2007).

    1 = comes back every time; NaN where a type was in no draw. Compared are the areas that were drawn, each once.
    """
    types, generator = int(labels.max()) + 1, np.random.default_rng(seed)
    found = np.full((draws, types), np.nan)
    for draw in range(draws):
        rows = generator.integers(0, len(labels), len(labels))
        if len(np.unique(columns[rows], axis=0)) >= types:
            again = assigned(columns[rows], types, method, seed + draw, _STARTS)
            once, first = np.unique(rows, return_index=True)
            found[draw] = jaccard(labels[once], again[first], types).max(axis=1)
    told = (~np.isnan(found)).sum(axis=0)
    return np.asarray(np.divide(np.nansum(found, axis=0), told, out=np.full(types, np.nan), where=told > 0))


def stability_by_type(
    columns: Array, labels: Places, method: Method = "k-means", draws: int = 50, seed: int = 1
) -> dict[int, float]:
    """`stability` by number of the type, whose numbers may leave gaps; empty without draws."""
    numbers, places = np.unique(labels, return_inverse=True)
    found = stability(columns, places.astype(np.int64), method, draws, seed).tolist() if draws else []
    return {one: value for one, value in zip(numbers.tolist(), found, strict=False) if value == value}


def jaccard(labels: Places, others: Places, types: int) -> Array:
    """Overlap of every type with every other: shared areas over areas in one of both; NaN where a type has no area."""
    many = max(int(others.max(initial=0)) + 1, 1)
    both = np.zeros((types, many))
    np.add.at(both, (labels, others), 1.0)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0) - both
    shared = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
    return np.where(both.sum(axis=1)[:, None] > 0, shared, np.nan)


def chosen_number(
    columns: Array, method: Method = "k-means", most: int = MOST_TYPES, draws: int = 50, seed: int = 1
) -> Choice:
    """The largest number of types (2 to `most`) of which every one is stable; else the one with the best weakest type.

    At most one type for ten areas is tried.

    Raises: NoAnswerError where fewer than two areas differ.
    """
    must_differ(columns, 2, method)
    largest = max(2, min(most, len(columns) // AREAS_A_TYPE, len(np.unique(columns, axis=0))))
    tried: dict[int, tuple[float, ...]] = {}
    for types in range(2, largest + 1):
        labels = assigned(columns, types, method, seed)
        tried[types] = tuple(stability(columns, labels, method, draws, seed).tolist())
    weakest = {types: float(np.nan_to_num(found).min()) for types, found in tried.items()}
    good = [types for types, least in weakest.items() if least >= STABLE]
    best = max(good) if good else max(weakest, key=lambda types: (weakest[types], -types))
    return Choice(best, tried, bool(good))
