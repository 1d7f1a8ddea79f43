"""The course of one indicator over its periods: the line that is told, its chart, and where it breaks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from sozialraum.figures import Description
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Cell, Chart, Column, Table
from sozialraum.reports.sections import parts
from sozialraum.reports.series import Floats, Series
from sozialraum.reports.view import View
from sozialraum.texts import say


def line_of(view: View, indicator: str) -> tuple[Series, Floats, bool]:
    """The series to tell as a trend: the whole where released, else the median area on equal boundaries."""
    total = tell.whole(view, indicator)
    return (
        (total, total.value[:, 0], True)
        if total is not None
        else (view.series(indicator), view.series(indicator).median, False)
    )


def dates_told(view: View, indicator: str) -> int:
    """At how many dates the line of the indicator has a value."""
    return int((~np.isnan(line_of(view, indicator)[1])).sum())


def line_chart(view: View, indicator: str, periods: list[int] | None = None) -> Chart:
    """The series as a line with its values; gaps stay gaps, breaks are drawn."""
    language = view.language
    series, line, whole = line_of(view, indicator)
    one = series.description
    chosen = periods or list(range(len(series.periods)))
    rows = _points(series, line, chosen, language)
    place = view.place if whole else say("median area", language)
    title = f"{tell.title(one, language)}, {place}"
    told = [str(row["text"]) for row in rows if row["text"]]
    ends = {"first": told[0], "last": told[-1]} if told else {}
    return Chart(
        "line",
        title,
        say("{title}: from {first} to {last}.", language, title=title, **ends) if told else title,
        parts.lists(rows),
        unit=tell.measure(one, language),
        options={"zero": False, "breaks": breaks(series, chosen, language)},
        table=_line_table(title, one, rows, language),
    )


def _points(series: Series, line: Floats, periods: list[int], language: str) -> list[dict[str, Any]]:
    """One point of the line per period; without a value it stays, as a gap."""
    return [
        {
            "x": float(words.position(series.periods[period])),
            "label": series.periods[period],
            "value": None if np.isnan(line[period]) else float(line[period]),
            "text": "" if np.isnan(line[period]) else words.shown(float(line[period]), series.description.decimals, language),
        }
        for period in periods
    ]  # fmt: skip


def _line_table(title: str, one: Description, rows: list[dict[str, Any]], language: str) -> Table:
    """The points as a table: date and value."""
    measure = words.unit_words(one.unit, language) or say("Value", language)
    return Table(
        title,
        (Column(say("Date", language)), Column(measure, "number")),
        tuple((words.capital(tell.when(one, row["label"], language)), _line_cell(row, language)) for row in rows),
    )


def _line_cell(row: dict[str, Any], language: str) -> Cell:
    if not row["text"]:
        return Cell(say("no value", language), state="unknown")
    return Cell(row["text"], number=row["value"])


def breaks(series: Series, periods: list[int], language: str) -> list[dict[str, object]]:
    """Where a line is interrupted: new boundaries and changes of definition, half-way between two periods."""
    found: list[dict[str, object]] = []
    for before, after in pairwise(periods):
        middle = (words.position(series.periods[before]) + words.position(series.periods[after])) / 2
        if series.vintages[before] != series.vintages[after]:
            found.append({"x": middle, "label": say("new boundaries", language)})
        elif series.breaks_between(before, after):
            found.append({"x": middle, "label": say("new definition", language)})
    return found
