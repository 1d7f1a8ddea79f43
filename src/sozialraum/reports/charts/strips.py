"""Dot strip: where one area stands among all. Other areas grey, the peer group blue, this area a diamond."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from sozialraum.reports.charts.axes import TINY, Frame, Scale, shown
from sozialraum.reports.drawing import Canvas
from sozialraum.reports.fonts import text_width

TOP, BAND = 3.0, 20.0
_GOLDEN = 0.6180339887498949


def _numbers(frame: Frame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    values = frame.numbers("value")
    own = frame.flags("own")
    keep = np.isfinite(values)
    return values[keep], own[keep]


@lru_cache(maxsize=4096)
def _dots(values: bytes, low: float, high: float, width: float) -> str:
    """Path of dots in tenths of a pixel; the height of a dot in the band carries no meaning, it only spreads them."""
    numbers = np.frombuffer(values)
    span = (high - low) or 1.0
    xs = np.rint((6 + (numbers - low) / span * (width - 12)) * 10).astype(int)
    rank = np.argsort(np.argsort(numbers, kind="stable"), kind="stable")
    ys = np.rint((TOP + 3 + ((rank + 1) * _GOLDEN) % 1.0 * (BAND - 6)) * 10).astype(int)
    return "".join(f"M{x} {y}h.1" for x, y in zip(xs.tolist(), ys.tolist(), strict=True))


def dot_strip(frame: Frame) -> Canvas:
    """All areas as dots on one line, with median, middle half and this area's interval."""
    values, own = _numbers(frame)
    canvas = frame.canvas(TOP + BAND + 15)
    if not len(values):
        return canvas
    low, high = float(values.min()), float(values.max())
    scale = Scale(low, high, 6, frame.width - 6)
    _reference(canvas, frame, scale)
    for chosen, role in ((~own, "others"), (own, "own")):
        if chosen.any():
            data = _dots(values[chosen].tobytes(), low, high, frame.width)
            canvas.path(data, stroke=role, width=30, more='stroke-linecap="round" transform="scale(.1)"')
    _median(canvas, frame, scale)
    _this(canvas, frame, scale)
    return canvas


def _reference(canvas: Canvas, frame: Frame, scale: Scale) -> None:
    quartiles = frame.option("quartiles")
    if quartiles:
        start, end = (scale(float(one)) for one in quartiles)
        canvas.rect(start, TOP, end - start, BAND, "track")


def _median(canvas: Canvas, frame: Frame, scale: Scale) -> None:
    median, decimals = frame.option("median"), int(frame.option("decimals", 1))
    y, rough = TOP + BAND + 12, 0 if scale.high - scale.low >= 10 else decimals
    first, last = shown(scale.low, rough, frame.language), shown(scale.high, rough, frame.language)
    canvas.text(1, y, first, TINY, role="muted")
    canvas.text(frame.width - 1, y, last, TINY, role="muted", anchor="end")
    if median is None:
        return
    x, word = scale(float(median)), shown(float(median), decimals, frame.language)
    half = text_width(word, TINY) / 2
    canvas.line(x, TOP - 2, x, TOP + BAND + 2, "text", 1.3)
    if x - half > text_width(first, TINY) + 6 and x + half < frame.width - text_width(last, TINY) - 6:
        canvas.text(x, y, word, TINY, role="muted", anchor="middle")


def _this(canvas: Canvas, frame: Frame, scale: Scale) -> None:
    value, lower, upper = (frame.option(name) for name in ("value", "lower", "upper"))
    middle = TOP + BAND / 2
    if value is None:
        return
    if lower is not None and upper is not None:
        canvas.line(scale(float(lower)), middle, scale(float(upper)), middle, "text", 3)
    canvas.diamond(scale(float(value)), middle)
