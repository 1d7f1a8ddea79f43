"""What all charts share: columns of their data, scales, round axis numbers in the reader's language, legends."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sozialraum.errors import CallError
from sozialraum.reports.blocks import Chart
from sozialraum.reports.drawing import Canvas, clean
from sozialraum.reports.fonts import text_width

SIZE, SMALL, TINY = 13.0, 12.0, 10.5
"""Type sizes in charts: labels, second lines, axis numbers (on paper 0.6 pt a pixel)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A chart to be drawn with this width, for `screen` or `print`, with numbers in this language."""

    chart: Chart
    width: float
    medium: str
    language: str

    def canvas(self, height: float = 0.0) -> Canvas:
        """An empty picture of the chart's width."""
        return Canvas(self.width, height, self.medium)

    def column(self, name: str) -> list[Any]:
        """Values of a column that the kind needs. Raises: CallError when it is not among the data."""
        return self._needed(name).to_pylist()  # type: ignore[no-any-return]

    def numbers(self, name: str) -> npt.NDArray[np.float64]:
        """The same as an array, for many values; NaN where there is none. Raises: as `column`."""
        return self._needed(name).cast("float64").to_numpy()  # type: ignore[no-any-return]

    def flags(self, name: str) -> npt.NDArray[np.bool_]:
        """Values of a column of yes and no that may be left out; empty ones are no."""
        if name not in self.chart.data.schema.names:
            return np.zeros(self.chart.data.num_rows, dtype=np.bool_)
        return self.chart.data[name].fill_null(False).to_numpy()  # type: ignore[no-any-return]

    def _needed(self, name: str) -> pa.ChunkedArray:
        if name not in self.chart.data.schema.names:
            raise CallError(
                "Chart '{title}' of kind {kind} needs the column '{name}'; found {found}.",
                title=self.chart.title,
                kind=self.chart.kind,
                name=name,
                found=", ".join(self.chart.data.schema.names),
            )
        return self.chart.data[name]

    def optional(self, name: str, default: Any = None) -> list[Any]:
        """Values of a column that may be left out; empty ones become the default."""
        if name not in self.chart.data.schema.names:
            return [default] * self.chart.data.num_rows
        return [default if one is None else one for one in self.chart.data[name].to_pylist()]

    def option(self, name: str, default: Any = None) -> Any:
        """An option of the chart."""
        return self.chart.options.get(name, default)


@dataclass(frozen=True, slots=True)
class Scale:
    """Straight line from numbers (low to high) to pixels (start to end); what lies outside is held at the ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low
        part = (value - self.low) / span if span else 0.5
        return self.start + min(max(part, 0.0), 1.0) * (self.end - self.start)


def known(values: Iterable[float | None]) -> list[float]:
    """The numbers without gaps."""
    return [float(one) for one in values if one is not None and math.isfinite(one)]


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round numbers between low and high, about `count` of them, steps of 1, 2 or 5 times a power of ten."""
    span = high - low
    if not span > 0 or not math.isfinite(span):
        return [low]
    rough = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step * power for step in (1, 2, 5, 10) if step * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [place * step for place in range(first, last + 1)]


def round_up(value: float) -> float:
    """The end of an axis that starts at zero."""
    if not value > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= value * 0.999)


@cache
def shown(value: float, decimals: int, language: str, sign: bool = False) -> str:
    """The number as that language writes it, with a true minus."""
    from babel.numbers import format_decimal

    digits = "0" * decimals
    text = format_decimal(abs(value), f"#,##0.{digits}" if digits else "#,##0", locale=language)
    if round(value, decimals) < 0:
        return f"−{text}"
    return f"+{text}" if sign and round(value, decimals) > 0 else text


def decimals_of(steps: Sequence[float]) -> int:
    """Decimals that tell these axis numbers apart (0 to 3)."""
    for count in range(3):
        if all(abs(one - round(one, count)) < 1e-9 for one in steps):
            return count
    return 3


def axis_numbers(
    canvas: Canvas, scale: Scale, y: float, steps: Sequence[float], language: str, sign: bool = False
) -> None:
    """Numbers under a horizontal axis, those that would touch the one before left out, none beyond the edge."""
    decimals, edge = decimals_of(steps), -math.inf
    for step in steps:
        text = shown(step, decimals, language, sign)
        half = text_width(text, TINY) / 2
        middle = min(max(scale(step), half), canvas.width - half)
        if middle - half > edge:
            canvas.text(middle, y, text, TINY, role="muted", anchor="middle")
            edge = middle + half + 6


def fitted(text: str, size: float, width: float, weight: int = 400) -> str:
    """The text, shortened with an ellipsis where it is wider than the space (its full form stands in the table)."""
    text = clean(text)
    if text_width(text, size, weight) <= width:
        return text
    while text and text_width(text + "…", size, weight) > width:
        text = text[:-1].rstrip()
    return text + "…"


def wrapped(text: str, size: float, width: float, weight: int = 400) -> list[str]:
    """The text in lines no wider than the space, broken at spaces and behind hyphens."""
    lines = [""]
    for word in clean(text).replace("-", "-\u200b").replace(" ", " \u200b").split("\u200b"):
        if lines[-1] and text_width((lines[-1] + word).rstrip(), size, weight) > width:
            lines.append("")
        lines[-1] += word
    return [fitted(line, size, width, weight) for line in lines]


def swatch(canvas: Canvas, x: float, y: float, fill: str, width: float = 18, height: float = 12) -> None:
    """A small filled box with an edge, as in keys; y is its upper edge."""
    canvas.rect(x, y, width, height, fill, "outline", 0.7)


def legend(canvas: Canvas, y: float, items: Sequence[tuple[str, str]], x: float = 0.0) -> float:
    """Boxes with words (fill, word) in as many lines as they need; gives the y below them."""
    place = x
    for fill, word in items:
        wide = 18 + 6 + text_width(clean(word), SMALL) + 16
        if place > x and place + wide - 16 > canvas.width:
            place, y = x, y + 20
        swatch(canvas, place, y + 2, fill)
        canvas.text(place + 24, y + 12.5, word, SMALL)
        place += wide
    return y + 20 if items else y
