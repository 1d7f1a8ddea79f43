"""Two figures against one another: every area as a dot; and how unevenly a group is spread, as a curve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from sozialraum.reports.charts.axes import SMALL, TINY, Frame, Scale, axis_numbers, decimals_of, fitted, shown, ticks
from sozialraum.reports.drawing import Canvas, clean, number
from sozialraum.reports.fonts import text_width

NAMED = 1500
"""Dots up to which each carries its name on screen; more are one path, and the table tells the names."""
TOP, FOOT, TALLEST = 26.0, 40.0, 460.0


def scatter(frame: Frame) -> Canvas:
    """A dot for every area, lines at the middle of both figures, chosen areas as diamonds."""
    across, up = frame.column("x"), frame.column("value")
    rows = [row for row, (x, y) in enumerate(zip(across, up, strict=True)) if None not in (x, y) and x == x and y == y]
    canvas = frame.canvas(min(frame.width * 0.8, TALLEST))
    if not rows:
        return canvas
    upward = _scale([up[row] for row in rows], canvas.height - FOOT, TOP)
    steps = ticks(upward.low, upward.high, 5)
    side = max(text_width(shown(one, decimals_of(steps), frame.language), TINY) for one in steps) + 10
    along = _scale([across[row] for row in rows], side, canvas.width - 8)
    _ground(canvas, frame, along, upward, steps)
    _middles(canvas, frame, along, upward)
    places = {row: (along(across[row]), upward(up[row])) for row in rows}
    _dots(canvas, frame, places)
    for row in frame.option("chosen", ()):
        if row in places:
            canvas.diamond(*places[row])
    return canvas


def _scale(values: Sequence[float], start: float, end: float) -> Scale:
    low, high = min(values), max(values)
    room = 0.04 * (high - low) or abs(high) * 0.1 or 1.0
    return Scale(max(low - room, 0.0) if low >= 0 else low - room, high + room, start, end)


def _ground(canvas: Canvas, frame: Frame, along: Scale, upward: Scale, steps: Sequence[float]) -> None:
    for step in steps:
        canvas.line(along.start, upward(step), along.end, upward(step), "hairline", 1)
        text = shown(step, decimals_of(steps), frame.language)
        canvas.text(along.start - 6, upward(step) + 3.5, text, TINY, role="muted", anchor="end")
    axis_numbers(canvas, along, upward.start + 16, ticks(along.low, along.high, 6), frame.language)
    canvas.text(0, 12, fitted(f"↑ {frame.option('head', '')}", SMALL, canvas.width, 500), SMALL, 500)
    below = fitted(f"{frame.option('x_head', '')} →", SMALL, canvas.width, 500)
    canvas.text(along.end, canvas.height - 4, below, SMALL, 500, anchor="end")


def _middles(canvas: Canvas, frame: Frame, along: Scale, upward: Scale) -> None:
    x, y = frame.option("x_middle"), frame.option("middle")
    if x is not None:
        canvas.line(along(x), upward.start, along(x), upward.end, "text", 1, "4 3")
    if y is not None:
        canvas.line(along.start, upward(y), along.end, upward(y), "text", 1, "4 3")


def _dots(canvas: Canvas, frame: Frame, places: dict[int, tuple[float, float]]) -> None:
    """Dots by fill; on screen each carries key and name, so that the line below can tell which area it is."""
    fills, keys, labels = (frame.optional(name, last) for name, last in (("fill", "own"), ("key", ""), ("label", "")))
    named = canvas.medium == "screen" and len(places) <= NAMED and any(keys)
    for fill in sorted({fills[row] for row in places}):
        chosen = [row for row in places if fills[row] == fill]
        if not named:
            canvas.dots([places[row] for row in chosen], fill, 6)
            continue
        canvas.raw(f'<g fill="none" stroke="{canvas.colour(fill)}" stroke-width="7" stroke-linecap="round">')
        canvas.raw("".join(_named(places[row], keys[row], labels[row]) for row in chosen))
        canvas.raw("</g>")


def _named(place: tuple[float, float], key: str, label: str) -> str:
    data = f"M{number(place[0])} {number(place[1])}h.01"
    return f'<path d="{data}" data-k="{escape(key)}" data-t="{escape(clean(label))}"/>'


def lorenz(frame: Frame) -> Canvas:
    """The curve under the diagonal: how much of the group lives where the first share of all others lives."""
    along, up = frame.column("x"), frame.column("value")
    size = min(frame.width - 44, TALLEST - TOP - FOOT)
    canvas = frame.canvas(size + TOP + FOOT)
    wide, high = Scale(0, 1, 38, 38 + size), Scale(0, 1, TOP + size, TOP)
    for step in (0, 0.25, 0.5, 0.75, 1):
        canvas.line(wide(0), high(step), wide(1), high(step), "hairline", 1)
        canvas.text(wide(0) - 6, high(step) + 3.5, _percent(step), TINY, role="muted", anchor="end")
        within = min(wide(step), canvas.width - text_width(_percent(step), TINY) / 2)
        canvas.text(within, high(0) + 16, _percent(step), TINY, role="muted", anchor="middle")
    canvas.line(wide(0), high(0), wide(1), high(1), "muted", 1.2, "4 3")
    points = [(wide(x), high(y)) for x, y in zip(along, up, strict=True)]
    canvas.polyline(points, "action", 2.5)
    _gap(canvas, frame, list(zip(along, up, points, strict=True)))
    canvas.text(0, 12, fitted(f"↑ {frame.option('head', '')}", SMALL, canvas.width, 500), SMALL, 500)
    below = fitted(f"{frame.option('x_head', '')} →", SMALL, canvas.width, 500)
    canvas.text(wide(0), canvas.height - 4, below, SMALL, 500)
    return canvas


def _gap(canvas: Canvas, frame: Frame, curve: list[tuple[float, float, tuple[float, float]]]) -> None:
    """A line where the curve lies farthest below the diagonal: its length is the index of dissimilarity."""
    x, y, (left, low) = max(curve, key=lambda one: one[0] - one[1], default=(0.0, 0.0, (0.0, 0.0)))
    if not math.isclose(x, y):
        top = TOP + (1 - x) * (canvas.height - TOP - FOOT)
        canvas.line(left, low, left, top, "text", 1.6)
        text = str(frame.option("text", ""))
        start = min(left + 6, canvas.width - text_width(clean(text), SMALL, 500))
        under = max(y for _, _, (x, y) in curve if x >= min(start, left))  # below the curve nothing else is drawn
        canvas.text(start, under + 15, text, SMALL, 500, halo=True)


def _percent(share: float) -> str:
    return f"{round(100 * share)} %"
