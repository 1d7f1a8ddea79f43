"""Classed maps: fill says the class, a triangle says the development, borders keep the palest classes visible.

Coordinates are metres and become tenths of a pixel, rounded alike on both sides of a border, so no gaps open.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from sozialraum.reports.blocks import Map
from sozialraum.reports.charts.axes import TINY, shown, wrapped
from sozialraum.reports.drawing import Canvas, clean, number
from sozialraum.reports.fonts import text_width

ON_A_PAGE = (760.0, 640.0)
"""Widest and tallest map on a screen's page, in pixels."""
Box = tuple[float, float, float, float]
Place = npt.NDArray[np.float64]
_LABEL = 11.5
_DETAIL = 0.3  # pixels: smaller bends of a border are left out
_NAMED = 3000  # areas that carry their names on screen; more are drawn together by colour
_LEAST_FOR_LABELS = 420.0  # on smaller maps names would cover the areas


@dataclass(frozen=True, slots=True)
class View:
    """Which part of the world is shown: west and north edge in metres, pixels per metre, size in pixels."""

    west: float
    north: float
    scale: float
    width: float
    height: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a place in metres."""
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    def sees(self, box: Box) -> bool:
        """Whether something with these bounds (metres) may be visible."""
        east, south = self.west + self.width / self.scale, self.north - self.height / self.scale
        return box[0] < east and box[2] > self.west and box[1] < self.north and box[3] > south


def draw_map(
    block: Map, width: float, medium: str = "screen", language: str = "de", tallest: float = math.inf
) -> Canvas:
    """The map as a picture of at most that width and height in pixels; a scale bar stands under it."""
    rows, outlines = _rows(block.areas), _rows(block.outlines)
    view = _view(_focus(block, rows, outlines), width, tallest)
    rows, outlines = _simpler(rows, view), _simpler(outlines, view)
    canvas = Canvas(view.width, view.height + (22 if block.scale_bar else 0), medium)
    seen = [row for row in rows if view.sees(_bounds(row["geometry"]))]
    clip = bool(block.focus)
    canvas.raw(
        f'<svg width="{number(view.width)}" height="{number(view.height)}" overflow="hidden">' if clip else "<g>"
    )
    _areas(canvas, seen, view, medium == "screen" and not clip and len(seen) <= _NAMED)
    _borders(canvas, rows, outlines, view)
    _highlights(canvas, [row for row in seen if row["key"] in block.highlight], view)
    canvas.raw('<g class="marks">' if medium == "screen" else "")
    marked = [] if clip else _marks(canvas, seen, view)
    canvas.raw("</g>" if medium == "screen" else "")
    if block.labels and outlines and view.width >= _LEAST_FOR_LABELS:
        _labels(canvas, outlines, view, marked)
    canvas.raw("</svg>" if clip else "</g>")
    if block.scale_bar:
        _scale_bar(canvas, view, language)
    return canvas


def draw_marks(block: Map, width: float, tallest: float = math.inf) -> str:
    """The triangles alone, as they lie in the picture of that size: for a page whose outlines stay while classes change."""
    rows = _rows(block.areas)
    view = _view(_focus(block, rows, _rows(block.outlines)), width, tallest)
    canvas = Canvas(view.width, view.height)
    _marks(canvas, _simpler(rows, view), view)
    return "".join(canvas.parts)


def _rows(table: pa.Table | None) -> list[dict[str, Any]]:
    return [row for row in table.to_pylist() if row["geometry"]] if table is not None else []


def _simpler(rows: list[dict[str, Any]], view: View) -> list[dict[str, Any]]:
    """The rows with borders as fine as the picture can show; shared borders stay shared."""
    shapes = _simplified(tuple(row["geometry"] for row in rows), round(_DETAIL / view.scale, 1))
    return [{**row, "geometry": shape} for row, shape in zip(rows, shapes, strict=True)]


@lru_cache(maxsize=64)
def _simplified(shapes: tuple[bytes, ...], tolerance: float) -> tuple[bytes, ...]:
    if not shapes:
        return shapes
    try:
        simple = shapely.coverage_simplify(shapely.from_wkb(list(shapes)), tolerance)
    except shapely.errors.GEOSException:
        return shapes
    return tuple(bytes(one) for one in shapely.to_wkb(simple))


def _focus(block: Map, rows: Sequence[dict[str, Any]], outlines: Sequence[dict[str, Any]]) -> Box:
    chosen = set(block.focus)
    shapes = [row["geometry"] for row in [*outlines, *rows] if row["key"] in chosen] or [
        row["geometry"] for row in rows
    ]
    boxes = np.array([_bounds(shape) for shape in shapes] or [(0, 0, 1, 1)])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    if chosen:
        low, high = _roomy(low, high)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _roomy(low: Place, high: Place) -> tuple[Place, Place]:
    """A window around a part of the town: some surroundings, and about as high as it is wide."""
    middle, half = (low + high) / 2, (high - low) / 2 * 1.06
    half = np.array([max(half[0], half[1] * 0.75), max(half[1], half[0] * 0.95)])
    return middle - half, middle + half


def _view(box: Box, width: float, tallest: float) -> View:
    wide, high = max(box[2] - box[0], 1.0), max(box[3] - box[1], 1.0)
    room = (max(width - 4, 10), max(min(tallest, width * 1.6) - 4, 10))
    scale = min(room[0] / wide, room[1] / high)
    return View(box[0] - 2 / scale, box[3] + 2 / scale, scale, wide * scale + 4, high * scale + 4)


@lru_cache(maxsize=65536)
def _bounds(shape: bytes) -> Box:
    west, south, east, north = shapely.from_wkb(shape).bounds or (0.0, 0.0, 0.0, 0.0)
    return float(west), float(south), float(east), float(north)


@lru_cache(maxsize=65536)
def _path(shape: bytes, west: float, north: float, scale: float) -> str:
    """Outline of a polygon in tenths of a pixel; rings smaller than half a pixel are left out."""
    return "".join(_ring(ring, west, north, scale) for ring in _rings(shapely.from_wkb(shape)))


def _rings(shape: Any) -> Iterator[npt.NDArray[np.float64]]:
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type == "Polygon" and not polygon.is_empty:
            yield shapely.get_coordinates(polygon.exterior)
            for hole in polygon.interiors:
                yield shapely.get_coordinates(hole)


def _ring(points: npt.NDArray[np.float64], west: float, north: float, scale: float) -> str:
    tenths = np.rint((points - (west, north)) * (scale * 10, -scale * 10)).astype(int)
    steps = np.diff(tenths, axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    if len(steps) < 3:
        return ""
    moves = " ".join(f"{x} {y}" for x, y in steps[:-1].tolist()).replace(" -", "-")
    return f"M{tenths[0][0]} {tenths[0][1]}l{moves}Z"


def _drawn(shape: bytes, view: View) -> str:
    return _path(shape, view.west, view.north, view.scale)


def _areas(canvas: Canvas, rows: Sequence[dict[str, Any]], view: View, named: bool) -> None:
    """Areas by fill; on screen each area is a path of its own that carries its name for the info line."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        path = _drawn(row["geometry"], view)
        groups.setdefault(row["fill"], []).append(_named(row, path) if named else path)
    canvas.cells = "-tenths"
    canvas.raw(f'<g transform="scale(.1)" stroke="{canvas.colour("ground")}" stroke-width="6" stroke-linejoin="round">')
    for fill in sorted(groups):
        shapes = "".join(groups[fill])
        canvas.raw(f'<g fill="{canvas.colour(fill)}">{shapes}</g>' if named else "")
        canvas.raw("" if named else f'<path d="{shapes}" fill="{canvas.colour(fill)}"/>')
    canvas.raw("</g>")
    canvas.cells = ""


def _named(row: dict[str, Any], path: str) -> str:
    words = "".join(f' data-{at}="{escape(clean(row.get(of) or ""))}"' for at, of in (("n", "label"), ("t", "text")))
    return f'<path d="{path}" data-k="{escape(str(row["key"]))}"{words}/>'


def _borders(canvas: Canvas, rows: Sequence[dict[str, Any]], outlines: Sequence[dict[str, Any]], view: View) -> None:
    inner = "".join(_drawn(row["geometry"], view) for row in outlines if view.sees(_bounds(row["geometry"])))
    border = _border(tuple(row["geometry"] for row in (outlines or rows)))
    canvas.raw('<g transform="scale(.1)" fill="none" stroke-linejoin="round">')
    if inner:
        canvas.path(inner, "none", "ground", 17)
    canvas.path(_outer(border, view), "none", "outline", 11)
    canvas.raw("</g>")


@lru_cache(maxsize=64)
def _border(shapes: tuple[bytes, ...]) -> bytes:
    """The outline of all areas together."""
    polygons = shapely.from_wkb(list(shapes))
    try:
        whole = shapely.coverage_union_all(polygons)
    except shapely.errors.GEOSException:
        whole = shapely.union_all(shapely.make_valid(polygons))
    return bytes(shapely.to_wkb(whole))


@lru_cache(maxsize=512)
def _outer(border: bytes, view: View) -> str:
    """The outline without slivers that two simplified borders leave between them."""
    least = (3 / view.scale) ** 2
    rings = [ring for ring in _rings(shapely.from_wkb(border)) if shapely.Polygon(ring).area > least]
    return "".join(_ring(ring, view.west, view.north, view.scale) for ring in rings)


def _highlights(canvas: Canvas, rows: Sequence[dict[str, Any]], view: View) -> None:
    data = "".join(_drawn(row["geometry"], view) for row in rows)
    if data:
        canvas.raw('<g transform="scale(.1)" stroke-linejoin="round">')
        canvas.path(data, "none", "ground", 46)
        canvas.path(data, "none", "text", 26)
        canvas.raw("</g>")


@lru_cache(maxsize=65536)
def _inside(shape: bytes) -> tuple[float, float]:
    """A place well inside the largest part."""
    parts = shapely.get_parts(shapely.from_wkb(shape))
    largest = max(parts, key=shapely.area)
    centre = largest.centroid
    place = centre if largest.contains(centre) else largest.representative_point()
    return float(place.x), float(place.y)


def _marks(canvas: Canvas, rows: Sequence[dict[str, Any]], view: View) -> list[tuple[float, float]]:
    """Triangles, moved apart a little where they would cover one another; gives their places."""
    size, placed = min(max(view.width / 62, 7.5), 11.0), list[tuple[float, float]]()
    for row in sorted(rows, key=lambda one: str(one["key"])):
        if row.get("mark") in ("up", "down"):
            x, y = _free(view.point(*_inside(row["geometry"])), placed, size)
            placed.append((x, y))
            canvas.triangle(x, y, size, row["mark"] == "up")
    return placed


def _free(place: tuple[float, float], placed: Sequence[tuple[float, float]], size: float) -> tuple[float, float]:
    """The place, or one beside it, that covers none of those that are placed; only those nearby can be covered."""
    x, y = place
    placed = [one for one in placed if abs(one[0] - x) < 2 * size and abs(one[1] - y) < 2 * size]
    for dx, dy in (
        (0, 0),
        (0, -0.5),
        (0, 0.5),
        (-0.5, 0),
        (0.5, 0),
        (-0.6, -0.6),
        (0.6, 0.6),
        (0.6, -0.6),
        (-0.6, 0.6),
    ):
        here = (x + dx * size, y + dy * size)
        if all(math.dist(here, other) > size * 0.95 for other in placed):
            return here
    return place


def _labels(
    canvas: Canvas, outlines: Sequence[dict[str, Any]], view: View, marks: Sequence[tuple[float, float]]
) -> None:
    """Names of the coarser areas, largest first, each on a free place near the middle of its area or not at all."""
    taken: list[Box] = []
    canvas.raw('<g class="labels">')
    for row in sorted(outlines, key=lambda one: (-_size(one["geometry"]), str(one["key"]))):
        lines = wrapped(str(row["label"]), _LABEL, 92, 500)
        box = _label_place(view.point(*_inside(row["geometry"])), lines, view, taken, marks)
        if box is None:
            continue
        taken.append(box)
        for at, text in enumerate(lines):
            y = box[1] + 10 + at * 12.5
            canvas.text((box[0] + box[2]) / 2, y, text, _LABEL, 500, anchor="middle", halo=True)
    canvas.raw("</g>")


@lru_cache(maxsize=4096)
def _size(shape: bytes) -> float:
    return float(shapely.from_wkb(shape).area)


def _label_place(
    middle: tuple[float, float],
    lines: Sequence[str],
    view: View,
    taken: Sequence[Box],
    marks: Sequence[tuple[float, float]],
) -> Box | None:
    wide, high = max(text_width(line, _LABEL, 500) for line in lines) + 4, len(lines) * 12.5 + 1
    best: tuple[float, Box] | None = None
    for dx in (0, -12, 12, -26, 26, -42, 42):
        for dy in (0, -9, 9, -18, 18, -30, 30, -44, 44):
            x = min(max(middle[0] + dx - wide / 2, 0), view.width - wide)
            y = min(max(middle[1] + dy - high / 2, 0), view.height - high)
            box = (x, y, x + wide, y + high)
            if any(_touch(box, other) for other in taken):
                continue
            hit = sum(box[0] - 6 < mx < box[2] + 6 and box[1] - 6 < my < box[3] + 6 for mx, my in marks)
            cost = hit * 40 + abs(dx) + abs(dy)
            if best is None or cost < best[0]:
                best = (cost, box)
    return best[1] if best else None


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] + 2 and other[0] < one[2] + 2 and one[1] < other[3] + 1 and other[1] < one[3] + 1


def _scale_bar(canvas: Canvas, view: View, language: str) -> None:
    room = min(view.width * 0.25, 120) / view.scale
    power = 10.0 ** math.floor(math.log10(room))
    metres = next(step * power for step in (5, 2, 1) if step * power <= room)
    text = f"{shown(metres / 1000, 0, language)} km" if metres >= 1000 else f"{shown(metres, 0, language)} m"
    y, end = view.height + 12, 2 + metres * view.scale
    data = f"M2 {number(y - 4)}V{number(y)}H{number(end)}V{number(y - 4)}"
    canvas.path(data, stroke="muted", width=1.2)
    canvas.text(end + 6, y + 2, text, TINY, role="muted")
