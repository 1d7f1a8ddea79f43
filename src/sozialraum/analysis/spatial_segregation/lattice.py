"""The k nearest people on a raster: rings of cells at one distance are added up for many cells at once.

A ring is all cells whose squared distance, in cells, is one whole number s. Tiles of the raster take ring after ring;
the few cells that still lack people when nearly all have enough look for their own s by halving, with sums along rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
_TILE = 128  # cells along one side of a tile: its sums stay near the processor
_LEFT = 1 / 32  # share of a tile's cells that go on by themselves
_FAR = 128  # cells: beyond this distance, looking alone is faster than taking rings
_BATCH = 20_000  # cells that look for their own distance at once


@dataclass(frozen=True)
class Raster:
    """Places that are cells of a regular raster: `rows` and `columns` of each, side of a cell in metres."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    side: float

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns that hold all places."""
        return int(self.rows.max()) + 1, int(self.columns.max()) + 1


def as_raster(places: Array, most_empty: int = 20) -> Raster | None:
    """The raster on which the places lie; None where they do not, two share a cell, or it would be nearly empty.

    Cells are squares; a place may lie off its cell by a thousandth of the side. Empty: more than `most_empty` cells a place.
    """
    steps = np.diff(np.sort(places, axis=0), axis=0)
    steps = steps[steps > 1e-6 * max(1.0, float(np.ptp(places)))]
    if not len(steps):
        return None
    side = float(steps.min())
    found = (places - places.min(axis=0)) / side
    cells = np.rint(found).astype(np.int64)
    size = cells.max(axis=0) + 1
    fits = np.abs(found - cells).max() < 1e-3 and float(size[0]) * float(size[1]) <= most_empty * len(places)
    if not fits or np.bincount(cells[:, 0] * size[1] + cells[:, 1]).max() > 1:
        return None
    return Raster(cells[:, 1], cells[:, 0], side)


def rings_of_cells(raster: Raster, counts: Array, wanted: Sequence[float]) -> Iterator[tuple[Array, Array, Array]]:
    """For each wanted number of people: sums inside the ring that reaches it, sums with this ring, distance in metres.

    Shape:   counts (places, groups), sums likewise; nobody is asked for more people than there are.
    """
    planes = _planes(raster, counts)
    found = _Found(planes, sorted(set(wanted)))
    for top in range(0, planes.shape[1], _TILE):
        for left in range(0, planes.shape[2], _TILE):
            _by_rings(found, slice(top, top + _TILE), slice(left, left + _TILE))
    occupied = np.zeros(planes.shape[1:], np.bool_)
    occupied[raster.rows, raster.columns] = True
    _by_halving(found, occupied)
    for one in wanted:
        at = found.wanted.index(one)
        sums = (side[at][:, raster.rows, raster.columns] for side in (found.inner, found.outer))
        yield *(_groups(one) for one in sums), raster.side * np.sqrt(found.squared[at][raster.rows, raster.columns])


def _planes(raster: Raster, counts: Array) -> NDArray[Any]:
    """All people, then every group but the last, as rasters; whole numbers where they are (twice as fast)."""
    whole = not np.any(counts % 1) and counts.sum() < np.iinfo(np.int32).max
    planes = np.zeros((counts.shape[1], *raster.shape), np.int32 if whole else np.float64)
    planes[0, raster.rows, raster.columns] = counts.sum(axis=1)
    planes[1:, raster.rows, raster.columns] = counts[:, :-1].T
    return planes


def _groups(planes: NDArray[Any]) -> Array:
    """Counts by place and group from sums of all people and of every group but the last."""
    named = planes[1:].T.astype(np.float64)
    last = planes[0] - named.sum(axis=1)
    return np.column_stack([named, last])


class _Found:
    """The raster and what is known of it, by wanted number: sums inside and with the ring that reaches it, its squared
    distance (-1 = not yet), and the squared distance at which a tile's last cells were still short."""

    def __init__(self, planes: NDArray[Any], wanted: list[float]) -> None:
        self.planes, self.wanted = planes, wanted
        shape = (len(wanted), *planes.shape)
        self.inner, self.outer = np.zeros(shape, planes.dtype), np.zeros(shape, planes.dtype)
        self.squared = np.full((len(wanted), *planes.shape[1:]), -1, np.int64)
        self.short = np.zeros_like(self.squared)


def _rings(longest: int) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Squared distance and offsets (down, right) of every ring, nearest first, up to the distance `longest`."""
    first, last = -1, 8
    while first < longest:
        reach = np.arange(-last, last + 1)
        squared = np.add.outer(reach**2, reach**2)
        down, right = np.nonzero((squared > first * abs(first)) & (squared <= last**2))
        order = np.argsort(squared[down, right], kind="stable")
        found = squared[down, right][order]
        offsets = list(zip((down[order] - last).tolist(), (right[order] - last).tolist(), strict=True))
        ends = np.flatnonzero(np.diff(found, append=-1)) + 1
        for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
            yield int(found[start]), offsets[start:end]
        first, last = last, 2 * last


def _by_rings(found: _Found, rows: slice, columns: slice) -> None:
    """Ring after ring for all cells of a tile, until nearly all have the largest number of people."""
    tile = found.planes[:, rows, columns]
    sums, ring = np.zeros_like(tile), np.zeros_like(tile)
    squared = found.squared[:, rows, columns]
    open_ = list(range(len(found.wanted)))
    distance = 0
    for distance, offsets in _rings(_FAR):
        ring[:] = 0
        for down, right in offsets:
            _add_shifted(ring, found.planes, rows.start + down, columns.start + right)
        ring += sums
        for at in open_:
            now = (ring[0] >= found.wanted[at]) & (squared[at] < 0)
            if now.any():
                found.inner[at][:, rows, columns][:, now] = sums[:, now]
                found.outer[at][:, rows, columns][:, now] = ring[:, now]
                squared[at][now] = distance
        sums, ring = ring, sums
        for at in [at for at in open_ if np.count_nonzero(squared[at] < 0) <= _LEFT * squared[at].size]:
            found.short[at, rows, columns] = distance
            open_.remove(at)
        if not open_:
            break
    found.short[open_, rows, columns] = distance


def _add_shifted(sums: NDArray[Any], planes: NDArray[Any], top: int, left: int) -> None:
    """Add the window of `planes` that begins at (top, left) to the sums, as far as it lies on the raster."""
    height, width = planes.shape[1:]
    down, right = max(0, -top), max(0, -left)
    bottom, end = min(sums.shape[1], height - top), min(sums.shape[2], width - left)
    if bottom > down and end > right:
        sums[:, down:bottom, right:end] += planes[:, top + down : top + bottom, left + right : left + end]


def _by_halving(found: _Found, occupied: NDArray[np.bool_]) -> None:
    """The own ring of every occupied cell that has not found its people yet."""
    along = np.zeros((*found.planes.shape[:2], found.planes.shape[2] + 1), np.result_type(found.planes, np.int64))
    np.cumsum(found.planes, axis=2, out=along[:, :, 1:])
    for at, wanted in enumerate(found.wanted):
        rows, columns = np.nonzero(occupied & (found.squared[at] < 0))
        for first in range(0, len(rows), _BATCH):
            some = slice(first, first + _BATCH)
            _halve(found, along, at, wanted, rows[some], columns[some])


def _halve(
    found: _Found, along: NDArray[Any], at: int, wanted: float, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> None:
    low, high = _bracket(found, along, at, wanted, rows, columns)
    while (high - low > 1).any():
        middle = (low + high) // 2
        enough = _disc(along[:1], rows, columns, middle)[0] >= wanted
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    found.outer[at][:, rows, columns] = _disc(along, rows, columns, high)
    found.inner[at][:, rows, columns] = _disc(along, rows, columns, high - 1)
    found.squared[at][rows, columns] = high


def _bracket(
    found: _Found, along: NDArray[Any], at: int, wanted: float, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Squared distances with too few and with enough people within, not far apart."""
    height, width = found.planes.shape[1:]
    farthest = np.maximum(rows, height - 1 - rows) ** 2 + np.maximum(columns, width - 1 - columns) ** 2
    low = np.minimum(found.short[at][rows, columns], farthest)
    high = np.minimum(low + low // 2 + 8, farthest)
    few = np.flatnonzero(high < farthest)
    while len(few):
        enough = _disc(along[:1], rows[few], columns[few], high[few])[0] >= wanted
        few = few[~enough]
        low[few] = high[few]
        high[few] = np.minimum(low[few] + low[few] // 2 + 8, farthest[few])
        few = few[high[few] < farthest[few]]
    return low, high


def _disc(
    along: NDArray[Any], rows: NDArray[np.int64], columns: NDArray[np.int64], squared: NDArray[np.int64]
) -> NDArray[Any]:
    """Sums over all cells within the squared distance of each cell, (planes, cells)."""
    sums = np.zeros((len(along), len(rows)), along.dtype)
    width = along.shape[2] - 1
    reach = int(np.sqrt(max(int(squared.max()), 0)))
    for down in range(-min(reach, int(rows.max())), min(reach, along.shape[1] - 1 - int(rows.min())) + 1):
        left = squared - down * down
        on = (left >= 0) & (rows + down >= 0) & (rows + down < along.shape[1])
        half = np.sqrt(np.maximum(left, 0)).astype(np.int64)
        row = np.where(on, rows + down, 0)
        begin = np.where(on, np.maximum(columns - half, 0), 0)
        end = np.where(on, np.minimum(columns + half + 1, width), 0)
        sums += along[:, row, end] - along[:, row, begin]
    return sums
