"""Classes of a figure on maps: their borders, the colour of every area, and the key; the empty states stand apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sozialraum.reports import language as words
from sozialraum.reports.series import Series
from sozialraum.texts import say

CLASSES = 5
METHODS = ("quantiles", "steps")
"""About equally many areas in each class, or classes of equal width."""
EMPTY = {
    "zero": "zero", "hidden": "secret", "unknown": "no value", "track": "other boundaries", "flat": "does not apply",
}  # fmt: skip
"""Colour name of the empty states and what the key calls them."""
STATES = {"hidden": "hidden", "other_boundaries": "track", "not_applicable": "flat"}


def class_borders(series: Series, method: str = METHODS[0]) -> tuple[float, ...]:
    """At most four rising inner borders, rounded as the figure is shown; one class alone has none.

    The newest date with a value for each class decides, and the borders hold for all dates: so every picture of a figure
    has the same colours, its key tells equal numbers where it says so, and earlier dates are seen as of today.
    """
    told = [date[~np.isnan(date) & (date != 0)] for date in reversed(series.value)]
    known = next((date for date in told if len(date) >= CLASSES), None)
    if known is None:
        return ()
    shares = np.arange(1, CLASSES) / CLASSES
    low, high = float(known.min()), float(known.max())
    inner = np.quantile(known, shares) if method == "quantiles" else low + shares * (high - low)
    rounded = np.unique(np.round(inner, series.description.decimals))
    return tuple(float(one) for one in rounded if low < one <= high)


def class_names(borders: Sequence[float]) -> list[str]:
    """Colour names of the classes between these borders, from low to high."""
    steps = len(borders)
    return [f"rate-{1 + round(4 * step / steps)}" for step in range(steps + 1)] if steps else ["rate-3"]


def class_fills(series: Series, at: int, borders: Sequence[float]) -> tuple[str, ...]:
    """The colour name of every area at a date."""
    value = series.value[at]
    rates = np.array(class_names(borders))[np.searchsorted(borders, value, "right")]
    filled = np.where(value == 0, "zero", rates).tolist()
    states = series.state[at].tolist()
    return tuple(
        fill if state == "ok" else STATES.get(state, "unknown") for fill, state in zip(filled, states, strict=True)
    )


def class_key(borders: Sequence[float], decimals: int, language: str) -> list[tuple[str, str]]:
    """Colour name and words of every class, the highest first, then the empty states."""
    told = [(name, class_words(borders, step, decimals, language)) for step, name in enumerate(class_names(borders))]
    return [*reversed(told), *((name, say(text, language)) for name, text in EMPTY.items())]


def class_words(borders: Sequence[float], step: int, decimals: int, language: str) -> str:
    """`unter 6,3`, `6,3 bis unter 7,8`, `16,4 und mehr`: the words of one class."""
    if not borders:
        return say("all values", language)
    if step == 0:
        return say("below {value}", language, value=words.number(borders[0], decimals, language))
    if step == len(borders):
        return say("{value} and more", language, value=words.number(borders[-1], decimals, language))
    low, high = (words.number(border, decimals, language) for border in (borders[step - 1], borders[step]))
    return say("{low} to below {high}", language, low=low, high=high)
