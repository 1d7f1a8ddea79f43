"""Funnel: areas by their size and value, with the limits within which chance alone would leave them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sozialraum.reports.charts.axes import SMALL, TINY, Frame, Scale, decimals_of, known, shown, ticks
from sozialraum.reports.drawing import Canvas
from sozialraum.reports.fonts import text_width

_NICE = (1, 2, 5)


def funnel(frame: Frame) -> Canvas:
    """Dots by size (logarithmic, to the right) and value, limits as curves, the value of the whole as a line."""
    sizes, values = frame.column("x"), frame.column("value")
    fills, tall = frame.optional("fill", "others"), float(frame.option("height", 250))
    canvas = frame.canvas(tall)
    rows = [row for row, size in enumerate(sizes) if size and values[row] is not None]
    if not rows:
        return canvas
    curves = frame.option("limits", ())
    upward = _upward([values[row] for row in rows], curves, tall)
    side = max(text_width(shown(one, 1, frame.language), TINY) for one in ticks(upward.low, upward.high, 5)) + 10
    across = _across([sizes[row] for row in rows], side, frame.width)
    _ground(canvas, frame, across, upward)
    for at in (1, 2):
        points = [(across(math.log10(one[0])), upward(one[at])) for one in curves]
        canvas.polyline(points, "rule", 1.5) if len(points) > 1 else None
    _whole(canvas, frame, across, upward)
    for fill in sorted({fills[row] for row in rows}):
        canvas.dots(
            [(across(math.log10(sizes[row])), upward(values[row])) for row in rows if fills[row] == fill], fill, 6
        )
    return canvas


def _upward(values: Sequence[float], curves: Sequence[Sequence[float]], tall: float) -> Scale:
    """All dots fit; curves run out of the picture where they are far wider."""
    low, high = min(values), max(values)
    if curves:
        low, high = min(low, curves[len(curves) // 2][1]), max(high, curves[len(curves) // 2][2])
    room = 0.06 * (high - low) or 1.0
    return Scale(max(0.0, low - room) if low >= 0 else low - room, high + room, tall - 38, 8)


def _across(sizes: Sequence[float], side: float, width: float) -> Scale:
    low, high = math.log10(min(sizes)), math.log10(max(sizes))
    room = 0.03 * (high - low) or 0.1
    return Scale(low - room, high + room, side, width - 6)


def _ground(canvas: Canvas, frame: Frame, across: Scale, upward: Scale) -> None:
    steps = ticks(upward.low, upward.high, 5)
    for step in steps:
        canvas.line(across.start, upward(step), across.end, upward(step), "hairline", 1)
        text = shown(step, decimals_of(steps), frame.language)
        canvas.text(across.start - 6, upward(step) + 3.5, text, TINY, role="muted", anchor="end")
    edge = -math.inf
    for size in _sizes(across):
        text = shown(size, 0, frame.language)
        half = text_width(text, TINY) / 2
        middle = min(max(across(math.log10(size)), half), frame.width - half)
        if middle - half > edge:
            canvas.line(across(math.log10(size)), upward.start, across(math.log10(size)), upward.start + 4, "rule", 1)
            canvas.text(middle, upward.start + 16, text, TINY, role="muted", anchor="middle")
            edge = middle + half + 8
    canvas.text(across.end, canvas.height - 4, str(frame.option("head", "")), SMALL, role="muted", anchor="end")


def _sizes(across: Scale) -> list[float]:
    powers = range(math.floor(across.low), math.ceil(across.high) + 1)
    every = [step * 10.0**power for power in powers for step in _NICE]
    return [one for one in every if across.low <= math.log10(one) <= across.high]


def _whole(canvas: Canvas, frame: Frame, across: Scale, upward: Scale) -> None:
    value = frame.option("whole")
    if not known([value]):
        return
    canvas.line(across.start, upward(value), across.end, upward(value), "text", 1.4)
    canvas.text(across.end, upward(value) - 6, str(frame.option("whole_text", "")), SMALL, 500, anchor="end", halo=True)
