"""Common borders: made equal on both sides, plainer for screen and print, and measured between neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from sozialraum.areas.layers import Shapes
from sozialraum.errors import NoAnswerError

Numbers = np.ndarray[Any, np.dtype[Any]]


def clean(shapes: Shapes, tolerance: float = 0.0) -> Shapes:
    """Outlines whose common borders have the same vertices on both sides; clean input comes back unchanged.

    With a tolerance borders that lie no farther apart are made one, though nothing overlaps.
    Raises: NoAnswerError when an area lies so deep under others that nothing of it would be left.
    """
    if not tolerance and shapely.coverage_is_valid(shapes):
        return shapes
    found = shapely.coverage_clean(shapes, gap_width=tolerance, snapping_distance=tolerance or -1)
    if shapely.is_empty(found).any():
        raise NoAnswerError(
            "{count} areas lie completely under other areas.",
            remedy="Correct the overlapping outlines first.",
            count=int(shapely.is_empty(found).sum()),
        )
    return found


def simplified_shapes(shapes: Shapes, tolerance_m: float) -> Shapes:
    """Outlines without details smaller than about `tolerance_m`, which is halved until every area stays valid.

    Source: Visvalingam & Whyatt 1993, on the edges of a coverage.
    """
    cleaned = clean(shapes)
    tolerance = float(tolerance_m)
    while tolerance > 0.01:
        found = shapely.coverage_simplify(cleaned, tolerance)
        if shapely.is_valid(found).all() and (shapely.area(found) > 0).all():
            return np.asarray(found)
        tolerance /= 2
    return cleaned


def neighbour_table(keys: Sequence[str], shapes: Shapes, points: bool = False) -> pa.Table:
    """Columns area, neighbour, shared_border_m; each pair stands twice, sorted; islands have no row.

    Borders of a clean coverage consist of the same segments on both sides, so equal segments are counted instead of
    intersecting outlines. `points` adds pairs that meet only in a point, with 0 m.
    """
    cleaned = clean(shapes)
    pairs = _borders(cleaned)
    if points:
        pairs = dict.fromkeys(_contacts(cleaned), 0.0) | pairs
    both = sorted({(keys[a], keys[b]): metres for (c, d), metres in pairs.items() for a, b in ((c, d), (d, c))}.items())
    return pa.table(
        {
            "area": pa.array([pair[0] for pair, _ in both], pa.string()),
            "neighbour": pa.array([pair[1] for pair, _ in both], pa.string()),
            "shared_border_m": pa.array([metres for _, metres in both], pa.float64()),
        }
    )


def _vertices(shapes: Shapes) -> tuple[Numbers, Numbers, Numbers]:
    """Ring, owner and coordinates of every vertex; coordinates as complex numbers, so that they sort and compare."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    return ring, owners[part][ring], coordinates[:, 0] + 1j * coordinates[:, 1]


def _borders(shapes: Shapes) -> dict[tuple[int, int], float]:
    """(lower place, higher place) -> metres of common border."""
    ring, owner, vertex = _vertices(shapes)
    same = ring[1:] == ring[:-1]
    one, other, owner = vertex[:-1][same], vertex[1:][same], owner[:-1][same]
    swap = np.sort(np.stack([one, other]), axis=0)
    order = np.lexsort((owner, swap[1].imag, swap[1].real, swap[0].imag, swap[0].real))
    ends, owner = swap[:, order], owner[order]
    twin = np.flatnonzero((ends[:, 1:] == ends[:, :-1]).all(axis=0) & (owner[1:] != owner[:-1]))
    pairs = owner[twin].astype(np.int64) * len(shapes) + owner[twin + 1]
    codes, places = np.unique(pairs, return_inverse=True)
    metres = np.bincount(places, weights=np.abs(ends[1, twin] - ends[0, twin]), minlength=len(codes))
    return {divmod(int(code), len(shapes)): float(length) for code, length in zip(codes, metres, strict=True)}


def _contacts(shapes: Shapes) -> list[tuple[int, int]]:
    """Pairs (lower place, higher place) that touch at all."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="touches")
    return [(int(a), int(b)) for a, b in zip(first, second, strict=True) if a < b]
