"""Areas beside their peers: where a figure differs from that of the areas most alike."""

from __future__ import annotations

from typing import Any

from sozialraum.analysis import peers, similar
from sozialraum.errors import NoAnswerError
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Cell, Chart, Column, Heading, Paragraph, Section, Table
from sozialraum.reports.sections import parts as shared
from sozialraum.reports.sections.analysed.parts import caveat, limits_cell, main_figures, number_cell, released
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.sections.similar import most_similar
from sozialraum.reports.view import View
from sozialraum.texts import say

COUNT, MOST_FIGURES, LEAST_AREAS = 5, 2, 10
FILLS = {"higher": "rate-4", "lower": "own", "unclear": "others"}
Row = dict[str, Any]


def section(view: View, settings: Settings) -> Section | None:
    """Figures that did not choose the peers, set beside them; None where there are no similar areas."""
    alike = most_similar(view).indicators
    compared = [one for one in main_figures(view, settings, 99) if one not in alike]
    told = [found for one in compared if (found := _figure(view, one, alike))][:MOST_FIGURES]
    if not told:
        return None
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    names = words.joined([tell.title(view.descriptions[one], view.language) for one in alike], view.language)
    text = "Peers of an area are the {count} areas most like it in: {names}. They need not lie near it."
    blocks.append(Paragraph((say(text, view.language, count=words.number(COUNT, 0, view.language), names=names),)))
    blocks += [block for each in told for block in each]
    limits = say(
        "Alike in some figures is not alike in all: a difference from peers is a question to those who know the area, no "
        "judgement. Limits hold for each area by itself.",
        view.language,
    )
    return Section(settings.id, settings.title, (*blocks, caveat(limits)))


def _figure(view: View, indicator: str, alike: tuple[str, ...]) -> list[Block]:
    """Heading, sentence, picture and the areas that differ; empty where hardly an area can be compared."""
    period = view.series(indicator).periods[-1]
    try:
        nearest = similar(released(view, alike, period), count=COUNT)
    except NoAnswerError:
        return []
    rows = [row for row in peers(released(view, [indicator], period), nearest).table.to_pylist() if row["direction"]]
    if len(rows) < LEAST_AREAS:
        return []
    groups: dict[str, list[str]] = {}
    for row in nearest.table.to_pylist():
        groups.setdefault(row["area"], []).append(view.layer.labels[view.layer.place[row["similar"]]])
    one = view.descriptions[indicator]
    return [
        Heading(3, tell.title(one, view.language)),
        Paragraph((_sentence(view, indicator, rows, period),)),
        _chart(view, indicator, rows, groups),
    ]


def _sentence(view: View, indicator: str, rows: list[Row], period: str) -> str:
    one, language = view.descriptions[indicator], view.language
    count = {word: sum(row["direction"] == word for row in rows) for word in FILLS}
    values = {
        "when": words.capital(tell.when(one, period, language)),
        "title": tell.named(one, language),
        "higher": words.in_areas(count["higher"], len(rows), language),
        "lower": words.number(count["lower"], 0, language),
        "unclear": words.number(count["unclear"], 0, language),
    }
    text = (
        "{when}, {title} is recognisably higher than in the peers {higher}, lower in {lower}; "
        "no recognisable difference in {unclear}."
    )
    return say(text, language, **values)


def _chart(view: View, indicator: str, rows: list[Row], groups: dict[str, list[str]]) -> Chart:
    one, language = view.descriptions[indicator], view.language
    data = [
        {"value": row["value"], "lower": row["lower"], "upper": row["upper"], "fill": FILLS[row["direction"]]}
        for row in rows
    ]
    title = say("{title}: difference from the peers", language, title=tell.title(one, language))
    note = say(
        "Each stroke is an area with the 95 % range of its difference. Ochre: higher than its peers; blue: lower; "
        "grey: no recognisable difference.",
        language,
    )
    options = {
        "cuts": [
            {
                "value": 0.0,
                "above": say("higher than the peers", language),
                "below": say("lower than the peers", language),
            }
        ]
    }
    unit = words.unit_words("percentage_points" if one.unit == "percent" else one.unit, language)
    alt = _sentence(view, indicator, rows, str(rows[0]["period"]))
    source = shared.source_line(view, [indicator])
    return Chart(
        "ordered_intervals",
        title,
        alt,
        shared.lists(data),
        unit,
        "",
        source,
        note,
        options,
        _twin(view, indicator, rows, groups),
    )


def _twin(view: View, indicator: str, rows: list[Row], groups: dict[str, list[str]]) -> Table:
    one, language = view.descriptions[indicator], view.language
    heads = (
        view.level_title(view.level, many=False),
        say("Peers together", language),
        say("Difference", language),
        say("Random range of the difference", language),
        say("Peers", language),
    )
    columns = tuple(Column(head, "text" if at in (0, 4) else "number") for at, head in enumerate(heads))
    ordered = sorted(rows, key=lambda row: (row["direction"] == "unclear", -row["value"], row["area"]))
    cells = tuple(
        (
            view.layer.labels[view.layer.place[row["area"]]],
            number_cell(row["peer_value"], one.decimals, language),
            number_cell(row["value"], one.decimals, language, sign=True),
            limits_cell(row["lower"], row["upper"], one.decimals, language),
            Cell("; ".join(groups[row["area"]])),
        )
        for row in ordered
    )
    return Table(
        say("{title}: difference from the peers", language, title=tell.title(one, language)),
        columns,
        cells,
        folded=True,
    )
