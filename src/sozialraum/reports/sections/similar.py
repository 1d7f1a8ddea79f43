"""Areas most like one another: nearest in standardised figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sozialraum.reports.editions import edition
from sozialraum.reports.view import Floats, View

COUNT = 4
AGES = ("share_under_18", "share_65_plus")


@dataclass(frozen=True)
class Similar:
    """Rows of the nearest areas with their distances; `typical` is the median distance of two areas."""

    areas: tuple[int, ...]
    distances: tuple[float, ...]
    typical: float
    indicators: tuple[str, ...]


@dataclass(frozen=True)
class _Prepared:
    indicators: tuple[str, ...]
    standardised: Floats
    typical: float


def most_similar(view: View, area: int) -> Similar:
    """The four areas with the smallest Euclidean distance in standardised figures; none where this area lacks a value.

    Figures: parts of the index (else those with a good and a bad side) and the shares of young and old.
    """
    if "similar" not in view.kept:
        view.kept["similar"] = _prepare(view)
    found: _Prepared = view.kept["similar"]
    if not found.indicators or np.isnan(found.standardised[area]).any():
        return Similar((), (), found.typical, found.indicators)
    distance = np.sqrt(((found.standardised - found.standardised[area]) ** 2).sum(axis=1))
    distance[area] = np.nan
    order = np.argsort(distance, kind="stable")[: min(COUNT, int((~np.isnan(distance)).sum()))]
    return Similar(tuple(order.tolist()), tuple(float(one) for one in distance[order]), found.typical, found.indicators)


def _prepare(view: View) -> _Prepared:
    ids = _indicators(view)
    columns = [view.series(one).value[-1] for one in ids]
    spread = [np.nanstd(one) if (~np.isnan(one)).sum() > 2 else 0.0 for one in columns]
    kept = [
        (one, (column - np.nanmean(column)) / sd)
        for one, column, sd in zip(ids, columns, spread, strict=True)
        if sd > 0
    ]
    if not kept:
        return _Prepared((), np.empty((len(view.layer), 0)), float("nan"))
    matrix = np.stack([column for _, column in kept], axis=1)
    return _Prepared(tuple(one for one, _ in kept), matrix, _typical(matrix))


def _typical(matrix: Floats) -> float:
    """Median distance of two areas, from at most the first 2,000 areas."""
    known = matrix[~np.isnan(matrix).any(axis=1)][:2000]
    squares = (known**2).sum(axis=1)
    distance = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2 * known @ known.T, 0))
    pairs = distance[np.triu_indices(len(known), 1)]
    return float(np.median(pairs)) if len(pairs) else float("nan")


def _indicators(view: View) -> list[str]:
    found = edition(view)
    measures = [one for one in view.measures() if view.descriptions[one].kind not in ("total", "change")]
    parts = found.status.description.parts if found else ()
    chosen = [one for one in measures if one in parts] or [
        one for one in measures if view.descriptions[one].polarity != "neutral"
    ]
    chosen = sorted(chosen, key=lambda one: "child" not in one)[:6]
    return [*chosen, *(one for one in AGES if one in measures)]
