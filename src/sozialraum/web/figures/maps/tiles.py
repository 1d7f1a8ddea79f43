"""Vector tiles for levels of many areas: outlines cut into squares by zoom, each made once, values still come apart.

Encoding after the Mapbox Vector Tile Specification 2.1: layer `areas` holds a polygon of every area, layer `points` a
point in each for its sign; an area's id is its place in the level, its key stands beside it as `k`.
Squares are those of the map library's own projection around the equator, where `geometry.py` puts the place.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from sozialraum.reports import Layer, View
from sozialraum.web.figures.maps.geometry import centred
from sozialraum.web.ready.keeping import Kept, keep

EXTENT, BUFFER, PIXELS = 4096, 64, 512
"""Units along a square, units beyond its edge that are drawn too, and pixels it is shown with."""
DEEPER, DEEPEST = 6, 15
"""Zoom steps below the one that shows the whole, and the last one there is: a unit is then a third of a metre."""
POINT, POLYGON = 1, 3
"""Kinds of geometry, as the format numbers them."""
SCREEN, ON_A_SCREEN = 760 * 600, 2000
"""Pixels of a map on a desktop, and areas that it can show apart: each is then about 15 pixels wide."""
KIND = "application/vnd.mapbox-vector-tile"
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Squares:
    """The outlines of a level in parts of the world's width (0 to 1, downwards), ready to be cut."""

    keys: tuple[str, ...]
    shapes: npt.NDArray[np.object_]

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, north, east and south edge."""
        return tuple(float(one) for one in shapely.total_bounds(self.shapes))  # type: ignore[return-value]

    @cached_property
    def points(self) -> npt.NDArray[np.float64]:
        """A point in every area."""
        found = shapely.point_on_surface(self.shapes)
        return np.stack([shapely.get_x(found), shapely.get_y(found)], axis=1)

    @cached_property
    def split(self) -> float:
        """The zoom from which a screen shows few areas enough to tell them apart."""
        west, north, east, south = self.bounds
        whole = max((east - west) * (south - north), 1e-12) * PIXELS**2
        return max(math.log(len(self.keys) * SCREEN / ON_A_SCREEN / whole, 4), float(self._whole))

    @cached_property
    def _whole(self) -> int:
        """The zoom in which the whole spans at most two squares."""
        west, north, east, south = self.bounds
        return max(int(math.log2(1 / max(east - west, south - north, 1e-6))), 0)

    @property
    def zooms(self) -> tuple[int, int]:
        """The first zoom that is cut, because nothing is shown before it, and the last one."""
        last = max(self._whole, min(self._whole + DEEPER, DEEPEST))
        return min(int(self.split), last), last

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.shapes)

    def outlines(self, zoom: int, box: Any) -> tuple[Ints, npt.NDArray[np.object_]]:
        """Areas that touch the box, and their outlines as fine as that zoom can show; shared borders stay shared.

        The neighbours of these areas take part, because a border is simplified between the corners where areas meet:
        so every square shows the same line, and none has to wait for the whole level.
        """
        found = np.sort(self._tree.query(shapely.box(*box)))
        if zoom >= self.zooms[1] or not len(found):
            return found, self.shapes[found]
        beside = np.sort(self._tree.query(shapely.box(*shapely.total_bounds(self.shapes[found]))))
        simple = shapely.coverage_simplify(self.shapes[beside], 0.5 / (PIXELS * 2**zoom), simplify_boundary=False)
        return found, simple[np.searchsorted(beside, found)]

    def holds(self, zoom: int, column: int, row: int) -> bool:
        """Whether there is such a square with something in it."""
        if not self.zooms[0] <= zoom <= self.zooms[1]:
            return False  # asked first: two to the power of any number that an address names would fill the memory
        columns, rows = self._span(zoom)
        return column in columns and row in rows

    def every(self) -> Iterator[tuple[int, int, int]]:
        """Zoom, column and row of every square, first those that are shown when somebody comes closer."""
        for zoom in range(self.zooms[0], self.zooms[1] + 1):
            columns, rows = self._span(zoom)
            yield from ((zoom, column, row) for column in columns for row in rows)

    def _span(self, zoom: int) -> tuple[range, range]:
        """Columns and rows of the squares with something in them."""
        west, north, east, south = (math.floor(one * 2**zoom) for one in self.bounds)
        return range(west, east + 1), range(north, south + 1)

    def tile(self, zoom: int, column: int, row: int) -> bytes:
        """The square as bytes."""
        scale, edge = EXTENT * 2**zoom, BUFFER / EXTENT
        box = tuple(one / 2**zoom for one in (column - edge, row - edge, column + 1 + edge, row + 1 + edge))
        found, shapes = self.outlines(zoom, box)
        cut = shapely.clip_by_rect(shapes, *box)
        found, cut = found[there := ~shapely.is_empty(cut)], cut[there]
        corner = np.array([column, row]) * EXTENT
        local = shapely.transform(cut, lambda points: np.rint(points * scale - corner))
        spots = np.rint(self.points[found] * scale - corner).astype(np.int64)
        inside = ((spots >= 0) & (spots < EXTENT)).all(axis=1)
        return self._layer("areas", POLYGON, found, map(_commands, local)) + self._layer(
            "points", POINT, found[inside], map(_spot, spots[inside])
        )

    def _layer(self, name: str, kind: int, found: Ints, steps: Iterable[Iterable[int]]) -> bytes:
        """A layer of the square with these areas; empty without any."""
        every = found.tolist()
        features = [_feature(one, kind, at, every[at]) for at, one in enumerate(steps)]
        return _layer(name, features, [self.keys[one] for one in every])


def squares(view: View, level: str) -> Squares:
    """The squares of a level, prepared once for a release."""
    name = f"squares {level}"
    if name not in view.kept:
        layer: Layer = view.layer_of(level)
        view.kept[name] = Squares(layer.keys, centred(view, layer, then=_projected))
    found: Squares = view.kept[name]
    return found


def _projected(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Degrees as parts of the world's width, from the west and from the north (spherical Mercator)."""
    south = np.arcsinh(np.tan(np.radians(points[:, 1])))
    return np.stack([(points[:, 0] + 180) / 360, (1 - south / math.pi) / 2], axis=1)


def tile(view: View, level: str, zoom: int, column: int, row: int) -> Kept:
    """A square ready to be sent."""
    return keep(squares(view, level).tile(zoom, column, row), KIND)


def _feature(steps: Iterable[int], kind: int, at: int, number: int) -> bytes:
    """An area: its place in the level, the place of its key among the values, and its rings or its point."""
    return _number(1, number) + _field(2, _varints([0, at])) + _number(3, kind) + _field(4, _varints(steps))


def _spot(point: Ints) -> tuple[int, int, int]:
    """A point as one step from the corner of the square."""
    across, down = ((point << 1) ^ (point >> 63)).tolist()
    return 9, across, down


def _commands(shape: Any) -> Iterator[int]:
    """Steps from corner to corner; outer rings turn to the right, as the format wants them."""
    pen = np.zeros(2, dtype=np.int64)
    for ring, outer in _rings(shape):
        corners = ring[np.append(True, (np.diff(ring, axis=0) != 0).any(axis=1))]
        area = _doubled_area(corners)
        if len(corners) < 3 or area == 0:
            continue
        corners = corners if (area > 0) == outer else corners[::-1]
        steps = np.diff(np.vstack([pen, corners]), axis=0)
        signed = ((steps << 1) ^ (steps >> 63)).ravel().tolist()
        yield from (9, *signed[:2], 2 | (len(corners) - 1) << 3, *signed[2:], 15)
        pen = corners[-1]


def _rings(shape: Any) -> Iterator[tuple[Ints, bool]]:
    """Every ring without its doubled last corner, and whether it is an outer one."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon" and not part.is_empty:
            yield shapely.get_coordinates(part.exterior).astype(np.int64)[:-1], True
            for hole in part.interiors:
                yield shapely.get_coordinates(hole).astype(np.int64)[:-1], False


def _doubled_area(ring: Ints) -> int:
    (x, y), (first_x, first_y) = ring.T, ring[0]
    return int(x[:-1] @ y[1:] - x[1:] @ y[:-1] + x[-1] * first_y - first_x * y[-1])


def _layer(name: str, features: list[bytes], keys: list[str]) -> bytes:
    if not features:
        return b""
    values = b"".join(_field(4, _field(1, key.encode())) for key in keys)
    inner = _field(1, name.encode()) + b"".join(_field(2, one) for one in features)
    return _field(3, inner + _field(3, b"k") + values + _number(5, EXTENT) + _number(15, 2))


def _field(number: int, content: bytes) -> bytes:
    return _varints([number << 3 | 2, len(content)]) + content


def _number(number: int, value: int) -> bytes:
    return _varints([number << 3, value])


def _varints(values: Iterable[int]) -> bytes:
    """Numbers in groups of seven bits, the lowest first."""
    made = bytearray()
    for one in values:
        while one > 127:
            made.append(one & 127 | 128)
            one >>= 7
        made.append(one)
    return bytes(made)
