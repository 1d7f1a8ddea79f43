"""One figure: definition, where it is high, how it went, how sure, what it does not say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sozialraum.reports import Series, View
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Cell, Chart, Column, Heading, Table
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.course import breaks, dates_told, line_chart
from sozialraum.reports.sections.topic import by_group, rate_map
from sozialraum.texts import say
from sozialraum.web.figures.fields import field_title
from sozialraum.web.figures.maps.choice import MANY
from sozialraum.web.figures.pages.page import Page, drawn


def page(view: View, key: str) -> Page | None:
    """The page of a plain indicator with released values; None for any other id."""
    if key not in view.measures():
        return None
    one, language = view.descriptions[key], view.language
    values = {
        "key": key,
        "field": field_title(one.field, language),
        "measure": tell.measure(one, language),
        "sentences": " ".join(tell.sentences(view, key)),
        "map": drawn([rate_map(view, key)], language, 640),
        "course": drawn([line_chart(view, key)] if dates_told(view, key) > 1 else [], language, 500),
        "courses": drawn([courses(view, key)], language, 720),
        "many": len(view.layer) > MANY,
        "ranking": drawn([ranking(view, key)], language),
        "groups": drawn([by_group(view, [key])], language),
        "about": list(_about(view, key)),
        "example": drawn(example(key, language), language),
    }
    return Page("indicator.html", tell.in_language(one.title, language) or key, values, "indicators")


def _about(view: View, key: str) -> Iterator[tuple[str, str]]:
    """What the definition says, under its headings."""
    one, language = view.descriptions[key], view.language
    texts = {
        say("Definition", language): one.definition,
        say("Formula", language): one.formula,
        say("How to read it", language): one.reading,
        say("What it does not say", language): one.limits,
        say("Source", language): one.source,
    }
    for title, held in texts.items():
        text = tell.in_language(held, language)
        if text := _filled(view, key, text):
            yield title, text
    for found in one.breaks:
        yield (
            say("Break in {period}", language, period=found.period),
            found.de if language == "de" else found.en or found.de,
        )


def _filled(view: View, key: str, text: str) -> str:
    """A reading aid with the median area's value in it; empty where there is no median."""
    if "{value}" not in text:
        return text
    median, one = float(view.series(key).median[-1]), view.descriptions[key]
    return "" if np.isnan(median) else text.replace("{value}", words.shown(median, one.decimals, view.language))


def courses(view: View, key: str) -> Chart | None:
    """How all areas went: the median area as a line, the middle half as a band; None below two dates with a median."""
    series, language = view.series(key), view.language
    low, high = series.middle_half
    told = np.flatnonzero(~np.isnan(series.median)).tolist()
    if len(told) < 2:
        return None
    dates = list(range(len(series.periods)))  # a date without a median stays a gap, also the last one
    one, decimals = series.description, series.description.decimals
    middles = {at: words.shown(float(series.median[at]), decimals, language) for at in told}
    data = parts.lists([
        {"x": float(words.position(series.periods[at])), "label": words.year(series.periods[at]), "text": middles.get(at, ""),
         **{name: float(held[at]) if at in middles else None
            for name, held in (("value", series.median), ("lower", low), ("upper", high))}}
        for at in dates
    ])  # fmt: skip
    title = say("{title}: all areas over time", language, title=tell.title(one, language))
    heads = [
        say(text, language) for text in ("Date", "lower quarter", "median area", "upper quarter", "Areas", "secret")
    ]
    rows = tuple(_course_row(series, at, low, high, language) for at in dates)
    note = say(
        "Line: the median area; upright strokes: the middle half of the areas, on the boundaries of each date. "
        "A date with too many secret values is a gap.",
        language,
    )
    twin = Table(title, (Column(heads[0]), *(Column(head, "number") for head in heads[1:])), rows)
    options = {"decimals": decimals, "breaks": breaks(series, dates, language)}
    return Chart("line", title, note, data, note=note, unit=tell.measure(one, language), options=options, table=twin,
                 source=parts.source_line(view, [key]))  # fmt: skip


def _course_row(series: Series, at: int, low: Any, high: Any, language: str) -> parts.Row:
    decimals = series.description.decimals
    spread = (float(one[at]) for one in (low, series.median, high))
    shown = ("–" if np.isnan(one) else words.shown(one, decimals, language) for one in spread)
    counts = (words.number(one, 0, language) for one in (len(series.everywhere[at]), series.hidden[at]))
    when = words.capital(tell.when(series.description, series.periods[at], language))
    return (when, *shown, *counts)


def ranking(view: View, key: str) -> Chart | None:
    """All areas in order of their value with the random range; None below three values or without ranges.

    None for more areas than a drawing can tell apart, too: the map has their table in parts.
    """
    if len(view.layer) > MANY:
        return None
    series, language = view.series(key), view.language
    value, low, high = (part[-1] for part in (series.value, series.lower, series.upper))
    known = np.flatnonzero(~np.isnan(value) & ~np.isnan(low))
    if len(known) < 3:
        return None
    order = known[np.argsort(value[known], kind="stable")].tolist()
    one = series.description
    data = parts.lists([
        {"value": float(value[at]), "lower": float(low[at]), "upper": float(high[at]), "fill": "series",
         "label": view.layer.labels[at]} for at in order
    ])  # fmt: skip
    title = say("{title} of all areas with random range", language, title=tell.title(one, language))
    heads = (Column(view.level_title(view.level, many=False)), Column(tell.measure(one, language), "number"),
             Column(say("Random range", language), "number"))  # fmt: skip
    rows = tuple(
        (parts.area_cell(view, at), parts.value_cell(series, -1, at, language),
         parts.range_note(series, -1, at, language)) for at in reversed(order)
    )  # fmt: skip
    alt = say("Each area is a line, in order of {title}.", language, title=tell.title(one, language))
    return Chart("ordered_intervals", title, alt, data, note=alt, unit=tell.measure(one, language), options={"cuts": []},
                 table=Table(title, heads, rows, folded=True), source=parts.source_line(view, [key]))  # fmt: skip


def example(key: str, language: str) -> list[Block]:
    """The worked examples of the product's definition; nothing for an indicator of the workspace's own."""
    from sozialraum.indicators import catalogue

    known = catalogue().get(key)
    if known is None or not known.example:
        return []
    blocks: list[Block] = []
    for one in known.example:
        blocks += [Heading(3, one.title), *(_facts(name, text) for name, text in one.facts.items())]
        blocks.append(_facts(say("Result", language), one.result))
    return blocks


def _facts(title: str, text: str) -> Table:
    head, *rows = ([cell.strip() for cell in line.split("|")] for line in text.strip().splitlines())
    return Table(title, tuple(Column(one) for one in head), tuple(tuple(Cell(one) for one in row) for row in rows))
