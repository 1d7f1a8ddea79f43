"""Autocorrelation on figures: values of areas in, coefficients of the whole and of each area out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sozialraum.analysis.autocorrelation.hot_spots import hot_spots
from sozialraum.analysis.autocorrelation.moran import Alikeness, Local, global_geary, global_moran, local_moran
from sozialraum.analysis.autocorrelation.neighbours import Array, Neighbours, contiguity, nearest, within
from sozialraum.analysis.doubles import must_stand_once
from sozialraum.analysis.places import places_of
from sozialraum.analysis.uncertainty import false_discovery
from sozialraum.areas import AreaLayer
from sozialraum.errors import CallError, MismatchError
from sozialraum.figures import CORE, Description, Figures

KINDS = ("queen", "rook", "distance", "nearest")
RESULT = pa.schema(
    [("p_value", pa.float64()), ("q_value", pa.float64()), ("pattern", pa.string()), ("expected", pa.float64())]
)
TITLES: Mapping[str, tuple[str, str]] = {
    "moran": ("Ähnlichkeit der Nachbarn (Moran's I)", "Likeness of neighbours (Moran's I)"),
    "geary": ("Unähnlichkeit der Nachbarn (Geary's C)", "Unlikeness of neighbours (Geary's C)"),
    "local_moran": ("Ähnlichkeit mit den Nachbarn (lokal)", "Likeness to neighbours (local Moran)"),
    "hot_spot": ("Häufung (Getis-Ord Gi*)", "Hot spot (Getis-Ord Gi*)"),
}
LIMITS = {
    "de": "Sagt, ob Nachbarn einander ähneln, nicht warum; hängt vom Zuschnitt der Gebiete ab, kleine Fallzahlen täuschen.",
    "en": "Says whether neighbours are alike, not why; depends on how areas are drawn, and few cases mislead.",
}
Row = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """Every coefficient of one set of values; q are p held against many tests (Benjamini & Hochberg 1995)."""

    moran: Alikeness
    geary: Alikeness
    local: Local
    local_q: Array
    spots: Local
    spots_q: Array


def found(values: Array, neighbours: Neighbours, draws: int = 999, seed: int = 1) -> Found:
    """Moran, Geary, local Moran and Gi* of the values. Raises: as `global_moran`."""
    local, spots = local_moran(values, neighbours, draws, seed), hot_spots(values, neighbours)
    return Found(
        global_moran(values, neighbours, draws, np.random.default_rng(seed)),
        global_geary(values, neighbours),
        local,
        false_discovery(local.p),
        spots,
        false_discovery(spots.p),
    )


def shown(one: Local, q: Array, level: float) -> NDArray[np.object_]:
    """The pattern where q is at most `level`, `unclear` elsewhere, None where there is no value."""
    patterns = one.pattern.copy()
    patterns[np.isfinite(one.value) & ~(q <= level)] = "unclear"
    return patterns


def neighbourhood(layer: AreaLayer, kind: str = "queen", size: float | None = None) -> Neighbours:
    """Neighbours of a layer: queen, rook, distance (`size` metres between centroids) or nearest (`size` of them).

    Raises: CallError for an unknown kind or a size that does not fit.
    """
    if kind not in KINDS or (size is None) != (kind in ("queen", "rook")):
        what = "Neighbours are one of: {known}; distance and nearest need a size, the others have none."
        raise CallError(what, known=", ".join(KINDS))
    if kind in ("queen", "rook"):
        return contiguity(layer.geometry, corners=kind == "queen")
    metres = places_of(layer).metres
    return within(metres, float(size or 0)) if kind == "distance" else nearest(metres, int(size or 0))


def autocorrelation(
    figures: Figures,
    layer: AreaLayer,
    neighbours: Neighbours | None = None,
    draws: int = 999,
    seed: int = 1,
    level: float = 0.05,
) -> Figures:
    """Whether neighbouring areas are alike, by indicator and period; neighbours share a border unless others are given.

    Shape:   `<id>.moran` and `<id>.geary` for the area `total` with `expected` and `p_value`; `<id>.local_moran` and
             `<id>.hot_spot` (z of Gi*) by area with `p_value`, `q_value` and `pattern`: high-high, low-low, high-low,
             low-high; hot, cold; `unclear` where q is above `level`. An area without a neighbour is `not_applicable`, without
             a value `missing`.
    Raises:  CallError for another level than the layer's; InputError for an area twice; MismatchError for
             other boundaries than the layer's; NoAnswerError where too few areas or
             only equal values are there.
    Source:  Moran 1950; Geary 1954; Anselin 1995; Ord & Getis 1995; Caldas de Castro & Singer 2006.
    """
    if figures.levels != (layer.level,):
        raise CallError("The figures are not all of the layer's level '{level}'.", level=layer.level)
    if vintages := sorted(set(figures.table["vintage"].to_pylist()) - {layer.vintage}, key=str):
        what = "The figures are of the boundaries {found}, the layer of {wanted}: the same key may mean another area."
        raise MismatchError(what, found=", ".join(map(str, vintages)), wanted=layer.vintage)
    must_stand_once(figures)
    among = neighbourhood(layer) if neighbours is None else neighbours
    rows = [
        row
        for period in figures.periods
        for one in figures.indicators
        for row in _rows(figures.at(period).select(one), layer, among, (draws, seed, level))
    ]
    described = tuple(_described(one, name) for one in figures.descriptions for name in TITLES)
    return Figures(pa.Table.from_pylist(rows, pa.schema([*CORE, *RESULT])), described, figures.credits)


def _rows(figures: Figures, layer: AreaLayer, among: Neighbours, how: tuple[int, int, float]) -> Iterator[Row]:
    held = dict(zip(figures.table["area"].to_pylist(), figures.table["value"].to_pylist(), strict=True))
    if not held:
        return
    values = np.array([np.nan if held.get(key) is None else held[key] for key in layer.keys], np.float64)
    result = found(values, among, how[0], how[1])
    head = {name: figures.table[name][0].as_py() for name in ("vintage", "period")} | {"flag": "ok"}
    name = figures.indicators[0]
    for measure, whole in (("moran", result.moran), ("geary", result.geary)):
        numbers = {"value": whole.value, "expected": whole.expected, "p_value": whole.p}
        yield head | numbers | {"area": "total", "level": "total", "indicator": f"{name}.{measure}"}
    for measure, one, q in (("local_moran", result.local, result.local_q), ("hot_spot", result.spots, result.spots_q)):
        patterns = shown(one, q, how[2])
        for at, area in enumerate(layer.keys):
            row = head | {"area": area, "level": layer.level, "indicator": f"{name}.{measure}"}
            yield row | _local_row(one, q, patterns, at, missing=bool(np.isnan(values[at])))


def _local_row(one: Local, q: Array, patterns: NDArray[np.object_], at: int, missing: bool) -> Row:
    if np.isnan(one.value[at]):
        return {"value": None, "flag": "missing" if missing else "not_applicable"}
    cells = {"value": one.value[at], "p_value": one.p[at], "q_value": q[at]}
    return {name: float(cell) for name, cell in cells.items() if not np.isnan(cell)} | {"pattern": patterns[at]}


def _described(one: Description, name: str) -> Description:
    de, en = TITLES[name]
    return Description(
        f"{one.id}.{name}",
        {"de": f"{one.title.get('de', one.id)}: {de}", "en": f"{one.title.get('en', one.id)}: {en}"},
        unit="score",
        field=one.field,
        kind="combined",
        decimals=3,
        counts=False,
        part_of_denominator=False,
        parts=(one.id,),
        compares=True,
        limits=LIMITS,
    )
