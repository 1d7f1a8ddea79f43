"""Classes of a map: the same borders at every date, and the four empty states apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sozialraum.reports import Series, View
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.topic import class_words
from sozialraum.texts import say
from sozialraum.web.figures.choice import Choice, Picture

CLASSES = 5
EMPTY = {
    "zero": "zero", "hidden": "secret", "unknown": "no value", "track": "other boundaries", "flat": "does not apply",
}  # fmt: skip
"""Colour name of the empty states and what the key calls them."""
STATES = {"hidden": "hidden", "other_boundaries": "track", "not_applicable": "flat"}


@dataclass(frozen=True)
class Classed:
    """One map: the class of every area of a level at a date."""

    series: Series
    at: int
    borders: tuple[float, ...]
    language: str

    @cached_property
    def fills(self) -> tuple[str, ...]:
        """The colour name of every area."""
        return tuple(self._fill(area) for area in range(len(self.series.layer)))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The value of every area in words."""
        return tuple(self._text(area) for area in range(len(self.series.layer)))

    def _fill(self, area: int) -> str:
        state, value = str(self.series.state[self.at, area]), float(self.series.value[self.at, area])
        if state != "ok":
            return STATES.get(state, "unknown")
        if value == 0:
            return "zero"
        return class_names(self.borders)[int(np.searchsorted(self.borders, value, "right"))]

    def _text(self, area: int) -> str:
        cell = parts.value_cell(self.series, self.at, area, self.language)
        if cell.number is None:
            return cell.text
        told = tell.amount(self.series.description, cell.number, self.language)
        found = self.series.at(self.at, area)
        if np.isnan(found["lower"]):
            return told
        spread = words.interval(found["lower"], found["upper"], self.series.description.decimals, self.language)
        return f"{told} ({spread})"


def classed(view: View, choice: Choice, picture: Picture) -> Classed:
    """The map of a picture, with classes that hold for all dates of its figure on that level."""
    series = view.series(picture.indicator, choice.level)
    return Classed(series, series.periods.index(picture.period), borders(series, choice.method), view.language)


def borders(series: Series, method: str) -> tuple[float, ...]:
    """At most four inner borders from the values of all dates, rounded as the figure is shown."""
    known = series.value[~np.isnan(series.value) & (series.value != 0)]
    if len(known) < CLASSES:
        return ()
    shares = np.arange(1, CLASSES) / CLASSES
    low, high = float(known.min()), float(known.max())
    inner = np.quantile(known, shares) if method == "quantiles" else low + shares * (high - low)
    rounded = np.unique(np.round(inner, series.description.decimals))
    return tuple(float(one) for one in rounded if low < one <= high)


def class_names(inner: Sequence[float]) -> list[str]:
    """Colour names of the classes between these borders, from low to high."""
    steps = len(inner)
    return [f"rate-{1 + round(4 * step / steps)}" for step in range(steps + 1)] if steps else ["rate-3"]


def key_lines(one: Classed) -> list[tuple[str, str]]:
    """Colour name and words of every class, the highest first, then the empty states."""
    names, decimals = class_names(one.borders), one.series.description.decimals
    told = [(name, class_words(list(one.borders), step, decimals, one.language)) for step, name in enumerate(names)]
    return [*reversed(told), *((name, say(text, one.language)) for name, text in EMPTY.items())]
