"""Values on today's boundaries that were counted on others: how many of them are converted, at which dates."""

from __future__ import annotations

import numpy as np

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Chart, Column, Heading, Paragraph, Section, Table
from sozialraum.reports.sections import parts as shared
from sozialraum.reports.sections.analysed.parts import caveat, main_figures, number_cell
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.series import Series
from sozialraum.reports.view import View
from sozialraum.texts import say

MOST_FIGURES = 3
PARTS = (("as counted", "status-2"), ("converted or estimated", "rate-3"), ("no value shown", "unknown"))
"""What a value may be, and the colour of its part of the bar."""


def section(view: View, settings: Settings) -> Section | None:
    """The main figures with converted values; None where every value stands as it was counted."""
    among = [one for one in main_figures(view, settings, len(view.measures())) if view.series(one).estimated.any()]
    if not among:
        return None
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    blocks += [block for one in among[:MOST_FIGURES] for block in _figure(view, view.series(one))]
    return Section(settings.id, settings.title, (*blocks, caveat(_limits(view.language))))


def _limits(language: str) -> str:
    return say(
        "A converted value spreads the people of an old area over new ones by shares that were measured once; it is right for "
        "the whole and can be wrong for a single area, more so for small groups than for all residents. Areas whose borders did "
        "not change keep their counts. Small changes of a converted value say nothing.",
        language,
    )


def _figure(view: View, series: Series) -> list[Block]:
    return [
        Heading(3, tell.title(series.description, view.language)),
        Paragraph((_sentence(view, series),)),
        _chart(view, series),
    ]


def counted(series: Series) -> list[tuple[int, int, int]]:
    """For each date the number of areas whose value stands as counted, is converted or estimated, is not shown."""
    shown = ~np.isnan(series.value)
    guessed = series.estimated & shown
    rows = ((shown & ~guessed).sum(axis=1), guessed.sum(axis=1), (~shown).sum(axis=1))
    return [(int(exact), int(made), int(none)) for exact, made, none in zip(*rows, strict=True)]


def _sentence(view: View, series: Series) -> str:
    language, found = view.language, counted(series)
    last = max(at for at, one in enumerate(found) if one[1])
    exact, made, _ = found[last]
    values = {
        "when": words.capital(tell.when(series.description, series.periods[last], language)),
        "areas": words.in_areas(made, exact + made, language),
    }
    told = say("{when} the value is converted or estimated {areas}.", language, **values)
    if last + 1 < len(found):
        return told + " " + say("Later values stand as they were counted.", language)
    return told


def _chart(view: View, series: Series) -> Chart:
    language = view.language
    names = [say(name, language) for name, _ in PARTS]
    dates = [words.year(period) for period in series.periods]
    rows = [
        {"label": date, "part": name, "value": float(number), "fill": fill, "text": words.number(number, 0, language)}
        for date, numbers in zip(dates, counted(series), strict=True)
        for number, name, (_, fill) in zip(numbers, names, PARTS, strict=True)
        if number
    ]
    title = say("Areas by how their value came about", language)
    twin = Table(
        title,
        (Column(say("Date", language)), *(Column(name, "number") for name in names)),
        tuple(
            (date, *(number_cell(float(number), 0, language) for number in numbers))
            for date, numbers in zip(dates, counted(series), strict=True)
        ),
    )
    alt = say("One bar for each date; converted values stand beside counted ones.", language)
    source = shared.source_line(view, [series.description.id])
    return Chart("stacked_bar", title, alt, shared.lists(rows), say("Areas", language), source=source, table=twin)
