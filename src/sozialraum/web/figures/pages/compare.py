"""Up to three areas side by side, with the middle of all areas beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sozialraum.reports import Series, View, edition
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Cell, Chart, Column, Table
from sozialraum.reports.sections import parts
from sozialraum.reports.series import is_level
from sozialraum.texts import say
from sozialraum.web.figures.fields import field_title
from sozialraum.web.figures.maps.choice import MANY
from sozialraum.web.figures.pages.areas import group_name
from sozialraum.web.figures.pages.page import Page, drawn

NAMES = ("a", "b", "c")
"""Names of the chosen areas in the address."""
SPOKES = 8
FILLS = ("action", "dynamics-negative", "dynamics-positive")
"""Figures in the radar at most, and the colour of each area."""


@dataclass(frozen=True)
class Chosen:
    """The keys of the areas, in the order in which they were chosen."""

    keys: tuple[str, ...]


def chosen(view: View, asked: Mapping[str, str]) -> Chosen:
    """The areas that were asked for and that the release knows, each once."""
    keys = dict.fromkeys(asked.get(name, "") for name in NAMES)
    return Chosen(tuple(key for key in keys if key in view.layer.place))


def page(view: View, found: Chosen) -> Page:
    """The choice, and the table once an area is chosen."""
    language = view.language
    offered = view.layer.keys if len(view.layer) <= MANY else found.keys  # too many to choose from: profiles lead here
    options = sorted(((_named(view, view.layer.place[key]), key) for key in offered), key=lambda one: one[0])
    fields = [
        {"name": name, "number": number, "key": found.keys[number - 1] if number <= len(found.keys) else ""}
        for number, name in enumerate(NAMES, start=1)
    ]
    values = {
        "fields": fields,
        "options": options,
        "table": drawn([table(view, found)], language) if found.keys else "",
        "radar": drawn([places(view, found)], language, 560) if found.keys else "",
    }
    return Page("compare.html", say("Compare areas", language), values, "areas")


def _named(view: View, area: int) -> str:
    """Name with the coarser area, so that namesakes stay apart."""
    group = group_name(view, area)
    return f"{view.layer.names[area]} ({group})" if group else view.layer.labels[area]


def table(view: View, found: Chosen) -> Table:
    """Classes, then every figure with its random range, by field."""
    language = view.language
    areas = [view.layer.place[key] for key in found.keys]
    heads = (Column(say("Figure", language)), *(Column(_named(view, area), "number") for area in areas),
             Column(say("median area", language), "number"))  # fmt: skip
    rows, groups = _classes(view, areas), list[tuple[int, str]]()
    measures = [one for one in view.measures() if is_level(view.descriptions[one])]
    for field, one in sorted((field_title(view.descriptions[one].field, language), one) for one in measures):
        if field not in {title for _, title in groups}:
            groups.append((len(rows), field))
        rows.append(_row(view, one, areas))
    note = say("Small: random range, 95 %.", language)
    return Table(say("Areas side by side", language), heads, tuple(rows), parts.source_line(view), note, tuple(groups),
                 stack=True, named=True, show_title=False)  # fmt: skip


def _classes(view: View, areas: list[int]) -> list[parts.Row]:
    found, language = edition(view), view.language
    dimensions = [one for one in (found.status, found.dynamic) if one is not None] if found else []
    rows: list[parts.Row] = [(say("People", language), *(parts.people_cell(view, area) for area in areas), "")]
    for at, one in enumerate(dimensions):
        rows.append((one.title(language), *(parts.class_cell(view, one, area, sign=at == 1) for area in areas), ""))
    return rows


def _row(view: View, indicator: str, areas: list[int]) -> parts.Row:
    series, language = view.series(indicator), view.language
    one = series.description
    unit = f"{tell.measure(one, language)}, {tell.when(one, series.periods[-1], language)}"
    name = Cell(tell.title(one, language), note=unit, href=view.address("indicator", indicator))
    cells = (
        parts.value_cell(series, -1, area, language, note=parts.range_note(series, -1, area, language))
        for area in areas
    )
    return (name, *cells, _middle(series, language))


def _middle(series: Series, language: str) -> str:
    median = float(series.median[-1])
    if series.thin[-1]:
        return say("too many secret", language)
    return "" if np.isnan(median) else words.shown(median, series.description.decimals, language)


def places(view: View, found: Chosen) -> Chart | None:
    """Where each area stands among all, figure by figure: a second look at the table; None below three figures."""
    language = view.language
    one, several = edition(view), [each for each in view.measures() if is_level(view.descriptions[each])]
    first = one.status.description.parts if one else ()
    areas = [view.layer.place[key] for key in found.keys]
    sided = [each for each in several if view.descriptions[each].polarity != "neutral"
             and not np.isnan(view.series(each).shares_beside[0][areas]).any()]  # fmt: skip
    chosen_figures = sorted(sided, key=lambda each: each not in first)[:SPOKES]
    if len(chosen_figures) < 3:
        return None
    rows = [_place(view, each, key, at) for at, key in enumerate(found.keys) for each in chosen_figures]
    title = say("Places among all areas", language)
    alt = say(
        "Outer edge: the area with the highest value; middle: the lowest. The table holds the values themselves.",
        language,
    )
    heads = (Column(say("Figure", language)),
             *(Column(_named(view, view.layer.place[key]), "number") for key in found.keys))  # fmt: skip
    twin = Table(title, heads, tuple(_place_row(view, each, found) for each in chosen_figures))
    options = {"ring_text": say("middle", language)}
    return Chart("radar", title, alt, parts.lists(rows), note=alt, options=options, table=twin)


def _place(view: View, indicator: str, key: str, at: int) -> dict[str, object]:
    lower = float(view.series(indicator).shares_beside[0][view.layer.place[key]])
    return {
        "series": _named(view, view.layer.place[key]),
        "label": tell.title(view.descriptions[indicator], view.language),
        "value": None if np.isnan(lower) else lower,
        "fill": FILLS[at],
    }


def _place_row(view: View, indicator: str, found: Chosen) -> parts.Row:
    """`höher als in 91 %` for every chosen area."""
    shares = (float(view.series(indicator).shares_beside[0][view.layer.place[key]]) for key in found.keys)
    told = ("–" if np.isnan(one) else words.percent(100 * one, 0, view.language) for one in shares)
    return (tell.title(view.descriptions[indicator], view.language), *told)
