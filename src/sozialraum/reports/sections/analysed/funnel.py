"""Few cases: areas by size and value against the whole, inside or outside of what chance alone would do."""

from __future__ import annotations

from typing import Any

import numpy as np

from sozialraum.analysis.uncertainty import compared, shrunken
from sozialraum.analysis.uncertainty import funnel as funnel_limits
from sozialraum.figures import Figures
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Cell, Chart, Column, Heading, Paragraph, Section, Table
from sozialraum.reports.sections import parts as shared
from sozialraum.reports.sections.analysed.parts import PER, caveat, limits_cell, main_figures, number_cell, released
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.view import View
from sozialraum.texts import say

MOST_FIGURES, LEAST_AREAS, CURVE = 2, 10, 60
FILLS = {"higher": "rate-4", "lower": "own", "unclear": "others"}
Row = dict[str, Any]


def section(view: View, settings: Settings) -> Section | None:
    """Funnels of the main figures; None where the release shows no cases and people behind them."""
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    told = list[list[Block]]()
    for one in main_figures(view, settings, 4 * MOST_FIGURES):
        rows = _rows(view, one)
        if len(rows) >= LEAST_AREAS and len(told) < MOST_FIGURES:
            told.append(_figure(view, one, rows))
    if not told:
        return None
    blocks += [block for each in told for block in each]
    text = say(
        "Tested against the value of all areas together, over all areas at once, so that at most 5 % of the differences told "
        "are false on average (Benjamini and Hochberg). An area inside the funnel is not proved to be average: it may be too "
        "small to tell. Hidden areas are missing here and in the whole.",
        view.language,
    )
    return Section(settings.id, settings.title, (*blocks, caveat(text)))


def _rows(view: View, indicator: str) -> list[Row]:
    """Area, people, value, whole, limits, q and whether it differs, by place in the layer; empty without counts."""
    if view.descriptions[indicator].unit not in PER:
        return []
    figures = _counted(released(view, [indicator], view.series(indicator).periods[-1]))
    if not len(figures):
        return []
    found = compared(figures).table.to_pylist()
    drawn = {row["area"]: row["value"] for row in shrunken(figures).table.to_pylist()} if len(figures) > 1 else {}
    people = {row["area"]: row["denominator"] for row in figures.table.to_pylist()}
    own = {row["area"]: row["value"] for row in figures.table.to_pylist()}
    return [
        {
            **row,
            "people": people[row["area"]],
            "own": own[row["area"]],
            "shrunk": drawn.get(row["area"]),
            "place": view.layer.place[row["area"]],
        }
        for row in found
        if row["value"] is not None and row["area"] in view.layer.place
    ]


def _counted(figures: Figures) -> Figures:
    """The rows whose cases and people are both released."""
    table = figures.table
    known = np.array(
        [
            None not in pair
            for pair in zip(*(table[name].to_pylist() for name in ("numerator", "denominator")), strict=True)
        ]
    )
    return Figures(table.filter(known), figures.descriptions)


def _figure(view: View, indicator: str, rows: list[Row]) -> list[Block]:
    one, language = view.descriptions[indicator], view.language
    return [
        Heading(3, tell.title(one, language)),
        Paragraph((funnel_sentence(view, indicator, rows),)),
        _chart(view, indicator, rows),
    ]


def funnel_sentence(view: View, indicator: str, rows: list[Row]) -> str:
    """In how many areas the figure is higher or lower than in all together, and of how many nothing can be told."""
    one, language = view.descriptions[indicator], view.language
    count = {word: sum(row["differs"] == word for row in rows) for word in FILLS}
    period = view.series(indicator).periods[-1]
    values = {
        "when": words.capital(tell.when(one, period, language)),
        "title": tell.named(one, language),
        "whole": tell.amount(one, float(rows[0]["whole"]), language),
        "higher": words.in_areas(count["higher"], len(rows), language),
        "lower": words.number(count["lower"], 0, language),
        "unclear": words.number(count["unclear"], 0, language),
    }
    text = (
        "{when}, {title} is recognisably higher {higher} than in all of them together ({whole}), lower in {lower}. "
        "The distance of the other {unclear} may be chance."
    )
    return say(text, language, **values)


def _chart(view: View, indicator: str, rows: list[Row]) -> Chart:
    one, language = view.descriptions[indicator], view.language
    data = [{"x": float(row["people"]), "value": float(row["own"]), "fill": FILLS[row["differs"]]} for row in rows]
    order = {"others": 0, "own": 1, "rate-4": 2}
    data.sort(key=lambda row: (order[str(row["fill"])], row["x"], row["value"]))
    title = say("{title} by size of the area", language, title=tell.title(one, language))
    alt = funnel_sentence(view, indicator, rows)
    base = tell.base(one, language).strip() or say("people", language)
    whole = float(rows[0]["whole"])
    options = {
        "limits": _curve(one.unit, one.part_of_denominator, whole, [row["people"] for row in rows]),
        "whole": whole,
        "whole_text": say("all areas {value}", language, value=tell.amount(one, whole, language)),
        "head": say("number {base} (logarithmic)", language, base=base),
    }
    note = say(
        "Ochre: recognisably higher; blue: recognisably lower; grey: may be chance. Curves: 95 % limits for one area.",
        language,
    )
    period = words.capital(tell.when(one, view.series(indicator).periods[-1], language))
    source = shared.source_line(view, [indicator])
    unit = tell.measure(one, language)
    return Chart(
        "funnel", title, alt, shared.lists(data), unit, period, source, note, options, _twin(view, indicator, rows)
    )


def _curve(unit: str, share: bool, whole: float, people: list[float]) -> list[tuple[float, float, float]]:
    """(size, lower, upper) of the funnel along the sizes that occur."""
    sizes = np.geomspace(max(min(people), 1.0), max(people), CURVE)
    per = PER[unit]
    found = funnel_limits(sizes * whole / per, sizes, whole / per, "share" if share else "rate")
    return [(float(a), float(b) * per, float(c) * per) for a, b, c in zip(sizes, found.lower, found.upper, strict=True)]


def _twin(view: View, indicator: str, rows: list[Row]) -> Table:
    one, language = view.descriptions[indicator], view.language
    heads = (
        view.level_title(view.level, many=False),
        say("Number", language),
        say("Value", language),
        say("Limits of chance", language),
        say("Drawn to the whole", language),
        say("In words", language),
    )
    said = {
        "higher": say("recognisably higher", language),
        "lower": say("recognisably lower", language),
        "unclear": say("may be chance", language),
    }
    cells = tuple(
        (
            view.layer.labels[row["place"]],
            number_cell(row["people"], 0, language),
            number_cell(row["own"], one.decimals, language),
            limits_cell(row["whole"] + row["lower"], row["whole"] + row["upper"], one.decimals, language),
            number_cell(row["shrunk"], one.decimals, language),
            Cell(said[row["differs"]]),
        )
        for row in sorted(rows, key=lambda row: (-row["value"], row["area"]))
    )
    columns = tuple(Column(head, "text" if at in (0, 5) else "number") for at, head in enumerate(heads))
    title = say("{title} by size of the area", language, title=tell.title(one, language))
    note = say(
        "Drawn to the whole: best guess of the underlying rate (Marshall 1991), the fewer cases the more.", language
    )
    return Table(title, columns, cells, note=note, folded=True)
