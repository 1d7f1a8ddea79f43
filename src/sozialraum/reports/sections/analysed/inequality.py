"""How unequal areas are: Theil's T of a few figures at two dates, split between and within the coarser areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sozialraum.analysis.uncertainty import TheilT, gini_of_values, theil_t
from sozialraum.errors import NoAnswerError
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Bullets, Cell, Chart, Column, Paragraph, Section, Table
from sozialraum.reports.sections import parts as shared
from sozialraum.reports.sections.analysed.parts import caveat, main_figures, number_cell
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.series import Series
from sozialraum.reports.view import View
from sozialraum.texts import say

MOST_FIGURES, LEAST_AREAS, DECIMALS = 4, 10, 3


@dataclass(frozen=True)
class Found:
    """Theil's T of a figure at one date, and Gini of the same values."""

    indicator: str
    period: str
    theil: TheilT
    gini: float


def section(view: View, settings: Settings) -> Section | None:
    """The main figures at their first and last comparable date; None where hardly any area has a value."""
    told = [pair for one in main_figures(view, settings, 99) if (pair := _dates(view, one))][:MOST_FIGURES]
    if not told:
        return None
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    blocks += [Bullets(tuple((_sentence(view, pair),) for pair in told)), _chart(view, told)]
    text = say(
        "0 = the same value in every area. Areas count alike, whatever their size, and nothing is said about the differences "
        "between people inside an area. Compare a figure with itself over time, not with another one: a share near 100 % can "
        "hardly be unequal. Few cases make small areas differ by chance.",
        view.language,
    )
    return Section(settings.id, settings.title, (*blocks, caveat(text)))


def _dates(view: View, indicator: str) -> list[Found]:
    """The figure at the first date that compares with the last one, and at the last; empty where it cannot be told."""
    series, last = view.series(indicator), len(view.series(indicator).periods) - 1
    alike = [at for at in range(last + 1) if _comparable(series, at, last)]
    first = min(alike, default=last)
    known = np.asarray(~np.isnan(series.value[[first, last]]).any(axis=0))
    both = [_found(view, series, at, known) for at in {first, last}]
    return sorted((one for one in both if one), key=lambda one: one.period) if all(both) else []


def _comparable(series: Series, at: int, last: int) -> bool:
    known = ~np.isnan(series.value[at]) & ~np.isnan(series.value[last])
    return not series.breaks_between(at, last) and int(known.sum()) >= max(LEAST_AREAS, 0.9 * len(series.layer))


def _found(view: View, series: Series, at: int, known: np.ndarray) -> Found | None:
    """Inequality of the areas that have a value at both dates."""
    places = [shared.group_key(view, area) for area in np.flatnonzero(known).tolist()]
    values = series.value[at][known]
    if len(values) < LEAST_AREAS:
        return None
    try:
        theil = theil_t(values, places if all(places) else None)
    except NoAnswerError:  # values below 0, or 0 everywhere
        return None
    return Found(series.description.id, series.periods[at], theil, gini_of_values(values))


def _share_between(found: Found) -> float:
    return found.theil.between / found.theil.total if found.theil.total > 0 else 0.0


def _sentence(view: View, pair: list[Found]) -> str:
    """Whether the areas have become more alike, and how much of it lies between the coarser areas."""
    one, language, last = view.descriptions[pair[-1].indicator], view.language, pair[-1]
    values = {
        "title": tell.title(one, language),
        "when": tell.when(one, last.period, language),
        "before": tell.when(one, pair[0].period, language),
        "value": words.number(last.theil.total, DECIMALS, language),
        "old": words.number(pair[0].theil.total, DECIMALS, language),
    }
    text = "{title}: Theil's T {value} {when}"
    if len(pair) > 1:
        text = "{title}: Theil's T {value} {when}, {old} {before}"
    told = say(text, language, **values)
    if view.group_level is None or not any(view.layer.parents):
        return f"{told}."
    share = {"share": words.percent(100 * _share_between(last), 0, language),
             "areas": words.dative(view.level_title(view.group_level)) if language == "de"
             else view.level_title(view.group_level)}  # fmt: skip
    return f"{told}; {say('{share} of it lies between the {areas}.', language, **share)}"


def _label(view: View, found: Found) -> str:
    one = view.descriptions[found.indicator]
    return f"{tell.title(one, view.language)}, {words.year(found.period)}"


def _parts(view: View, found: Found) -> list[tuple[str, float, str]]:
    """Name, value and colour of the parts of T; one part where there are no coarser areas."""
    if view.group_level is None:
        return [(say("all areas", view.language), found.theil.total, "rate-3")]
    areas = view.level_title(view.group_level)
    dative = words.dative(areas) if view.language == "de" else areas
    return [
        (say("between {areas}", view.language, areas=dative), found.theil.between, "rate-4"),
        (say("within {areas}", view.language, areas=dative), found.theil.within, "rate-2"),
    ]


def _chart(view: View, told: list[list[Found]]) -> Chart:
    language, every = view.language, [one for pair in told for one in pair]
    data = [
        {
            "label": _label(view, one),
            "part": name,
            "value": value,
            "fill": fill,
            "text": words.number(value, 3, language),
        }
        for one in every
        for name, value, fill in _parts(view, one)
    ]
    title = say("Inequality of the areas (Theil's T)", language)
    options = {"ends": {_label(view, one): words.number(one.theil.total, DECIMALS, language) for one in every},
               "ends_head": say("Theil's T", language)}  # fmt: skip
    alt = " ".join(_sentence(view, pair) for pair in told)
    source = shared.source_line(view, [pair[0].indicator for pair in told])
    return Chart("stacked_bar", title, alt, shared.lists(data), "", "", source, "", options, _twin(view, title, every))


def _twin(view: View, title: str, every: list[Found]) -> Table:
    language = view.language
    parts = [name for name, _, _ in _parts(view, every[0])] if view.group_level else []
    heads = (say("Theil's T", language), *parts, "Gini")
    columns = (Column(say("Figure and date", language)), *(Column(head, "number") for head in heads))
    rows: tuple[shared.Row, ...] = tuple(
        (
            Cell(_label(view, one)),
            number_cell(one.theil.total, DECIMALS, language),
            *(number_cell(value, DECIMALS, language) for _, value, _ in _parts(view, one) if parts),
            number_cell(one.gini, DECIMALS, language),
        )
        for one in every
    )
    return Table(title, columns, rows, folded=True)
