"""How sure: all areas as ordered intervals with the cut lines of the classes, and one area on the band of classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sozialraum.reports.charts.axes import SMALL, TINY, Frame, Scale, axis_numbers, decimals_of, known, shown, ticks
from sozialraum.reports.drawing import Canvas, clean, number
from sozialraum.reports.fonts import text_width

_INK = {"dynamics-stable": "series", "status-1": "series", "flat": "series"}


def ordered_intervals(frame: Frame) -> Canvas:
    """Each area a thin vertical interval, from the lowest value to the highest; cut lines carry their words."""
    values, lower, upper = (frame.column(name) for name in ("value", "lower", "upper"))
    fills = frame.optional("fill", "series")
    tall = float(frame.option("height", 190))
    canvas = frame.canvas(tall)
    rows = sorted((row for row, value in enumerate(values) if value is not None), key=lambda row: (values[row], row))
    ends = known([*values, *lower, *upper])
    if not rows or not ends:
        return canvas
    low, high = _range(ends)
    low, high = min(low, values[rows[0]]), max(high, values[rows[-1]])
    upward, across = Scale(low, high, tall - 8, 10), Scale(0, max(len(rows) - 1, 1), 42, frame.width - 4)
    _grid(canvas, frame, upward)
    places = [(across(place), row) for place, row in enumerate(rows)]
    thick = min(max(160 / len(rows), 1.1), 3.0)
    for fill in dict.fromkeys(fills[row] for row in rows):
        chosen = [(x, row) for x, row in places if fills[row] == fill]
        _strokes(canvas, [(x, lower[row], upper[row]) for x, row in chosen], upward, (fill, thick))
        canvas.dots(((x, upward(values[row])) for x, row in chosen), _INK.get(fill, fill), thick * 1.5 + 1)
    _cuts(canvas, frame, upward)
    _highlight(canvas, frame, places, values, upward)
    return canvas


def _range(ends: Sequence[float]) -> tuple[float, float]:
    """Ends of the axis: the outermost half percent of the interval ends is held at the edge."""
    ordered = sorted(ends)
    cut = len(ordered) // 200
    return ordered[cut], ordered[-1 - cut]


def _strokes(canvas: Canvas, spans: Sequence[tuple[float, Any, Any]], upward: Scale, pen: tuple[str, float]) -> None:
    fill, thick = pen
    data = "".join(
        f"M{number(x)} {number(upward(low))}V{number(upward(high))}"
        for x, low, high in spans
        if low is not None and high is not None
    )
    if data:
        canvas.path(data, stroke=_INK.get(fill, fill), width=thick, more='stroke-opacity=".38"')


def _grid(canvas: Canvas, frame: Frame, upward: Scale) -> None:
    """Lines at round numbers, and the numbers of the cut lines where no other stands."""
    steps = ticks(upward.low, upward.high, 5)
    for step in steps:
        canvas.line(42, upward(step), frame.width, upward(step), "hairline", 1)
    cuts = [float(cut["value"]) for cut in frame.option("cuts", ())]
    places: list[float] = []
    for step, decimals in [*((cut, decimals_of([cut])) for cut in cuts), *((one, decimals_of(steps)) for one in steps)]:
        if all(abs(upward(step) - y) > TINY for y in places):
            text = shown(step, decimals, frame.language, sign=upward.low < 0)
            canvas.text(34, upward(step) + 3.5, text, TINY, role="muted", anchor="end")
            places.append(upward(step))


def _cuts(canvas: Canvas, frame: Frame, upward: Scale) -> None:
    for cut in frame.option("cuts", ()):
        y = upward(float(cut["value"]))
        canvas.line(42, y, frame.width, y, "text", 1.4)
        if cut.get("above"):
            canvas.text(50, y - 8, str(cut["above"]), SMALL, 500, halo=True)
        if cut.get("below"):
            canvas.text(frame.width - 4, y + 17, str(cut["below"]), SMALL, 500, anchor="end", halo=True)


def _highlight(
    canvas: Canvas, frame: Frame, places: Sequence[tuple[float, int]], values: Sequence[Any], upward: Scale
) -> None:
    chosen, text = frame.option("highlight"), clean(str(frame.option("highlight_text", "")))
    for x, row in places:
        if row != chosen:
            continue
        y, width = upward(values[row]), text_width(text, SMALL, 500)
        down = y < canvas.height / 2
        end = y + 30 if down else y - 24
        canvas.line(x, y, x, end - (10 if down else -3), "text", 1)
        canvas.raw(f'<circle cx="{number(x)}" cy="{number(y)}" r="5" fill="{canvas.colour("diamond")}" ')
        canvas.raw(f'stroke="{canvas.colour("diamond-line")}" stroke-width="1.5"/>')
        canvas.text(min(max(x - 8, 46), frame.width - width - 4), end, text, SMALL, 500, halo=True)


def class_band(frame: Frame) -> Canvas:
    """The classes along their axis, their words above, this area's value with interval on it."""
    starts, ends = frame.column("from"), frame.column("to")
    canvas = frame.canvas(62)
    scale = Scale(min(known(starts), default=0), max(known(ends), default=1), 4, frame.width - 4)
    free = -1e9
    for start, end, label, fill in zip(starts, ends, frame.column("label"), frame.column("fill"), strict=True):
        canvas.rect(scale(start), 20, scale(end) - scale(start), 22, fill, "outline", 0.6)
        half = text_width(clean(label), SMALL) / 2
        middle = min(max((scale(start) + scale(end)) / 2, half, free + half), frame.width - half)
        if middle - half >= free:
            canvas.text(middle, 13, label, SMALL, anchor="middle")
            free = middle + half + 8
    steps = frame.option("ticks") or ticks(scale.low, scale.high, 5)
    axis_numbers(canvas, scale, 57, list(steps), frame.language, scale.low < 0)
    value, lower, upper = (frame.option(name) for name in ("value", "lower", "upper"))
    if value is not None and lower is not None and upper is not None:
        canvas.line(scale(lower), 31, scale(upper), 31, "ground", 6)
        canvas.line(scale(lower), 31, scale(upper), 31, "text", 3.4)
    if value is not None:
        canvas.diamond(scale(value), 31)
    return canvas
