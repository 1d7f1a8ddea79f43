"""The slope: how a figure falls from the most to the least deprived areas, in tenths or classes of the index."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sozialraum.analysis.uncertainty import Slope, gradient_of, groups_by_deprivation
from sozialraum.indicators import intervals
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Cell, Chart, Column, Heading, Paragraph, Section, Table
from sozialraum.reports.editions import Edition, edition
from sozialraum.reports.sections import parts as shared
from sozialraum.reports.sections.analysed.parts import PER, caveat, counts_of, limits_cell, main_figures, number_cell
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.series import Floats
from sozialraum.reports.view import View
from sozialraum.texts import say

GROUPS, LEAST_GROUPS, LEAST_AREAS, MOST_FIGURES, MOST_ROWS, DRAWS, SEED = 10, 3, 20, 2, 12, 2000, 1


@dataclass(frozen=True)
class Found:
    """A figure along deprivation: its slope, and value and limits of each group, the most deprived first."""

    indicator: str
    period: str
    slope: Slope
    names: tuple[str, ...]
    value: Floats
    lower: Floats
    upper: Floats
    people: Floats


def section(view: View, settings: Settings) -> Section | None:
    """Figures that are no part of the index, along its first dimension; None without an index or without counts."""
    index = edition(view)
    if index is None:
        return None
    named = [one for one in main_figures(view, settings, 99) if one not in index.status.description.parts]
    told = [found for one in named if (found := _along(view, one, index))][:MOST_ROWS]
    if not told:
        return None
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    for one in told[:MOST_FIGURES]:
        title = tell.title(view.descriptions[one.indicator], view.language)
        blocks += [Heading(3, title), Paragraph((_sentence(view, one),)), _chart(view, one)]
    blocks.append(_table(view, told))
    text = say(
        "The index orders areas, not people: poor people live in every group. The slope of a figure that helped to make the "
        "index would be there by construction, so such figures are left out. Areas with hidden counts are missing in the "
        "groups, and a slope is no cause.",
        view.language,
    )
    return Section(settings.id, settings.title, (*blocks, caveat(text)))


def _along(view: View, indicator: str, index: Edition) -> Found | None:
    """The figure at its last date, areas ordered by the index; None where too few areas have counts."""
    one, series = view.descriptions[indicator], view.series(indicator)
    if one.unit not in PER:
        return None
    cases, people = counts_of(view, indicator, series.periods[-1])
    names, cases, people = _grouped(view.language, index, cases, people)
    if len(cases) < LEAST_GROUPS:
        return None
    slope = gradient_of(cases, people, one.part_of_denominator, DRAWS, np.random.default_rng(SEED))
    count = [limit / people for limit in intervals.poisson(cases)]
    around = intervals.wilson(cases, people) if one.part_of_denominator else count
    per = PER[one.unit]
    return Found(
        indicator, series.periods[-1], slope, names, per * cases / people, per * around[0], per * around[1], people
    )


def _grouped(language: str, index: Edition, cases: Floats, people: Floats) -> tuple[tuple[str, ...], Floats, Floats]:
    """Names, cases and people of the groups, most deprived first: tenths by score, where scores are hidden the classes."""
    score, codes = index.status.series.value[index.status.row], index.status.codes
    known = ~np.isnan(cases) & (people > 0)
    if int((known & ~np.isnan(score)).sum()) >= LEAST_AREAS:
        found = groups_by_deprivation(cases, people, score, GROUPS)
        ends = {0: say("most deprived", language), len(found[0]) - 1: say("least deprived", language)}
        names = [f"{at + 1} ({ends[at]})" if at in ends else str(at + 1) for at in range(len(found[0]))]
        return tuple(names), *found
    if int((known & (codes >= 0)).sum()) < LEAST_AREAS:
        return (), np.empty(0), np.empty(0)
    lived = [code for code in reversed(range(len(index.status.scale.ids))) if (known & (codes == code)).any()]
    sums = np.array([[one[known & (codes == code)].sum() for code in lived] for one in (cases, people)])
    return tuple(index.status.words(language)[code] for code in lived), sums[0], sums[1]


def _sentence(view: View, found: Found) -> str:
    """Values of the first and the last group, slope and ratio; whether the slope may be chance, or no straight line fits."""
    one, language, slope = view.descriptions[found.indicator], view.language, found.slope
    low, high = slope.slope_limits or (np.nan, np.nan)
    per = PER[one.unit]
    values = {
        "when": words.capital(tell.when(one, found.period, language)),
        "title": tell.named(one, language),
        "first": words.after_bei(tell.amount(one, float(found.value[0]), language)),
        "last": words.after_bei(tell.amount(one, float(found.value[-1]), language)),
        "slope": words.signed(per * slope.slope, one.decimals, language),
        "range": words.interval(per * low, per * high, one.decimals, language),
        "unit": words.unit_words("percentage_points" if one.unit == "percent" else one.unit, language),
        "ratio": words.number(slope.ratio, 2, language) if slope.ratio == slope.ratio else "",
    }
    text = (
        "{when}, {title} is {first} in the most deprived and {last} in the least deprived group: slope index {slope} {unit} "
        "({range})."
    )
    told = [say(text, language, **values)]
    if low <= 0 <= high:
        told.append(say("That may be chance.", language))
    elif values["ratio"]:
        told.append(say("Relative index: {ratio}.", language, **values))
    else:
        told.append(say("A straight line would run below 0, so there is no relative index.", language))
    return " ".join(told)


def _chart(view: View, found: Found) -> Chart:
    one, language = view.descriptions[found.indicator], view.language
    rows = [
        {
            "label": name,
            "value": float(value),
            "lower": float(lower),
            "upper": float(upper),
            "text": words.shown(float(value), one.decimals, language),
            "fill": "rate-4",
        }
        for name, value, lower, upper in zip(found.names, found.value, found.lower, found.upper, strict=True)
    ]
    title = say("{title} along the index", language, title=tell.title(one, language))
    columns = (
        Column(say("Group", language)),
        Column(words.unit_words(one.unit, language) or say("Value", language), "number"),
        Column(say("Random range", language), "number"),
        Column(say("Number", language), "number"),
    )
    cells: tuple[shared.Row, ...] = tuple(
        (
            name,
            number_cell(float(found.value[at]), one.decimals, language),
            limits_cell(found.lower[at], found.upper[at], one.decimals, language),
            number_cell(float(found.people[at]), 0, language),
        )
        for at, name in enumerate(found.names)
    )
    note = say(
        "The areas in groups by the index, the most deprived first; strokes: 95 % range of each group.", language
    )
    source, unit = shared.source_line(view, [found.indicator]), tell.measure(one, language)
    when = words.capital(tell.when(one, found.period, language))
    twin = Table(title, columns, cells, folded=True)
    return Chart("bar", title, _sentence(view, found), shared.lists(rows), unit, when, source, note, {}, twin)


def _table(view: View, told: list[Found]) -> Table:
    """Slope and relative index of every figure."""
    language = view.language
    heads = (
        say("Figure", language),
        say("Slope index", language),
        say("Random range", language),
        say("Relative index", language),
        say("Random range", language),
    )
    columns = tuple(Column(head, "number" if at else "text") for at, head in enumerate(heads))
    rows = tuple(_row(view, one) for one in told)
    note = say(
        "Slope index (SII): fitted value at the least less that at the most deprived end; below 0 = higher where deprived. "
        "Relative index (RII): the first over the second; 1 = no slope.",
        language,
    )
    source = shared.source_line(view, [one.indicator for one in told])
    return Table(say("Slope of the figures", language), columns, rows, source, note)


def _row(view: View, found: Found) -> tuple[Cell | str, ...]:
    one, language, per = view.descriptions[found.indicator], view.language, PER[view.descriptions[found.indicator].unit]
    low, high = found.slope.slope_limits or (np.nan, np.nan)
    below, above = found.slope.ratio_limits or (np.nan, np.nan)
    return (
        Cell(tell.title(one, language), note=tell.measure(one, language)),
        number_cell(per * found.slope.slope, one.decimals, language, sign=True),
        limits_cell(per * low, per * high, one.decimals, language),
        number_cell(found.slope.ratio, 2, language),
        limits_cell(below, above, 2, language),
    )
