"""What the sections about analyses share: which figures they are about, numbers as texts, released figures of one date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.figures import Figures
from sozialraum.reports import language as words
from sozialraum.reports.blocks import Cell, Paragraph
from sozialraum.reports.editions import edition, is_current
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.series import Floats, is_level
from sozialraum.reports.view import View

PER: Mapping[str, float] = {"percent": 100.0, "per_100": 100.0, "per_1000": 1000.0, "per_10000": 1e4, "per_100000": 1e5}
"""Units of shares and rates: the value of as many cases as people."""


def main_figures(view: View, settings: Settings, most: int) -> list[str]:
    """The figures named in the report's plan; else those with a good and a bad side, parts of the index first."""
    named = [one for one in settings.indicators if one in view.measures()]
    found = edition(view)
    first = found.status.description.parts if found else ()
    every = [one for one in view.measures() if is_level(view.descriptions[one]) and is_current(view, one)]
    sided = [one for one in every if view.descriptions[one].polarity != "neutral"] or every
    chosen = named or sorted(sided, key=lambda one: (one not in first, every.index(one)))
    return chosen[:most]


def released(view: View, indicators: Sequence[str], period: str) -> Figures:
    """The released figures of the finest level at that date, on today's boundaries."""
    figures = view.release.figures.select(*indicators).on(view.level).at(period)
    table = figures.table
    keep = [one == view.layer.vintage for one in table["vintage"].to_pylist()]
    return Figures(table.filter(keep), figures.descriptions)


def counts_of(view: View, indicator: str, period: str) -> tuple[Floats, Floats]:
    """Released cases and people of every area of the layer at that date; NaN where they are hidden or not known."""
    table = released(view, [indicator], period).table
    held = np.full((2, len(view.layer)), np.nan)
    columns = (table[name].to_pylist() for name in ("area", "numerator", "denominator"))
    for area, cases, people in zip(*columns, strict=True):
        if area in view.layer.place and None not in (cases, people):
            held[:, view.layer.place[area]] = cases, people
    return held[0], held[1]


def number_cell(value: float | None, decimals: int, language: str, sign: bool = False) -> Cell:
    """A number, or a dash where there is none."""
    if value is None or value != value:
        return Cell("–")
    text = words.signed(value, decimals, language) if sign else words.shown(value, decimals, language)
    return Cell(text, number=float(value))


def limits_cell(lower: Any, upper: Any, decimals: int, language: str) -> Cell:
    """`8,7 bis 10,0`, or a dash."""
    if lower is None or upper is None or lower != lower or upper != upper:
        return Cell("–")
    return Cell(words.interval(float(lower), float(upper), decimals, language))


def caveat(text: str) -> Paragraph:
    """What the picture does not say."""
    return Paragraph((text,), "limits")


def texts(values: Sequence[str]) -> pa.Array:
    """A column of texts, for the areas of a map."""
    return pa.array(values, pa.string())
