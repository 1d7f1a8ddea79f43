"""Change as small multiples: the course of a figure in many areas on one scale, and where there is no sign of change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Cell, Chart, Column, Heading, Paragraph, Section, Table
from sozialraum.reports.language import Change
from sozialraum.reports.sections import parts as shared
from sozialraum.reports.sections.analysed.parts import caveat, limits_cell, main_figures, number_cell
from sozialraum.reports.sections.course import breaks
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.series import Series
from sozialraum.reports.view import View
from sozialraum.texts import say

MOST_FIGURES, MOST_PANELS = 3, 12
DIRECTIONS = ("up", "down", "unclear", "unknown")


@dataclass(frozen=True)
class Course:
    """An area's longest stretch of one series that ends at the last date: place of the area, first period, change over it."""

    area: int
    since: int
    change: Change


def section(view: View, settings: Settings) -> Section | None:
    """Courses of the main figures; None where no figure has two comparable dates."""
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    told = [course for one in main_figures(view, settings, MOST_FIGURES) if (course := _figure(view, one))]
    if not told:
        return None
    blocks += [block for each in told for block in each]
    blocks.append(caveat(_limits(view.language)))
    return Section(settings.id, settings.title, tuple(blocks))


def _limits(language: str) -> str:
    return say(
        "The band is the 95 % random range of each value; a change counts as risen or fallen when the range of the change "
        "leaves out zero. Each area stands by itself: among 20 areas where nothing happened about one would seem changed. "
        "No change is told across a dashed stroke (new definition or boundaries). Two dates say nothing of what lies between.",
        language,
    )


def _figure(view: View, indicator: str) -> list[Block]:
    """Heading, sentence and picture of one figure; empty where nothing compares."""
    series = _series(view, indicator)
    found = courses(series)
    if not found:
        return []
    shown = _chosen(found, series)
    heading = Heading(3, tell.title(series.description, view.language))
    return [heading, Paragraph((course_sentence(view, series, found, len(shown)),)), _chart(view, series, shown)]


def _series(view: View, indicator: str) -> Series:
    """The figure of the coarser areas where they are few enough to be shown side by side, else of the finest ones."""
    level = view.group_level
    if level and view.has(indicator, level) and 1 < len(view.layer_of(level)) <= 2 * MOST_PANELS:
        return view.series(indicator, level)
    return view.series(indicator)


def courses(series: Series) -> list[Course]:
    """For every area with two comparable dates its longest comparable stretch: one definition, equal boundaries."""
    last, found = len(series.periods) - 1, list[Course]()
    for area in range(len(series.layer)):
        for since in range(last):
            change = words.change(series.at(since, area), series.at(last, area))
            if change is not None and not np.isnan(change.value) and not series.breaks_between(since, last):
                found.append(Course(area, since, change))
                break
    return found


def _chosen(found: list[Course], series: Series) -> list[Course]:
    """All where they are few; else those that changed most against the random range of their change."""
    if len(found) <= 2 * MOST_PANELS:
        return sorted(found, key=lambda one: series.layer.keys[one.area])
    sure = [one for one in found if one.change.direction in ("up", "down")] or found
    first = sorted(sure, key=lambda one: (-abs(one.change.value), series.layer.keys[one.area]))[:MOST_PANELS]
    return sorted(first, key=lambda one: (-one.change.value, series.layer.keys[one.area]))


def course_sentence(view: View, series: Series, found: list[Course], shown: int) -> str:
    """In how many areas the figure rose, fell, or gave no sign of change, and since when."""
    language, one = view.language, series.description
    count = {word: sum(each.change.direction == word for each in found) for word in DIRECTIONS}
    earliest = min(each.since for each in found)
    values = {
        "since": words.capital(tell.since(one, series.periods[earliest], language)),
        "title": tell.named(one, language),
        "risen": words.in_areas(count["up"], len(found), language),
        "fallen": words.number(count["down"], 0, language),
        "unclear": words.number(count["unclear"], 0, language),
    }
    plain = {"name": tell.title(one, language), "from_then": tell.since(one, series.periods[earliest], language)}
    if count["unknown"] == len(found):
        told = say(
            "{name}: no random range is known, so no change {from_then} can be told from chance.", language, **plain
        )
    elif count["unclear"] == len(found):
        told = say("{name}: no sign of change in any area {from_then}.", language, **plain)
    else:
        text = "{since}, {title} has risen recognisably {risen}, fallen in {fallen}; no sign of change in {unclear}."
        told = say(text, language, **values)
    if len({each.since for each in found}) > 1:
        told += " " + say(
            "Areas that compare only from a later date on (hidden value, break, new boundaries) are told from there.",
            language,
        )
    if shown < len(found):
        picture = {"shown": words.number(shown, 0, language)}
        told += " " + say("The picture shows the {shown} areas that changed most.", language, **picture)
    return told


def _note(view: View, series: Series, one: Course) -> str:
    """`+2,1 seit 2018`, or that there is no sign of change."""
    language = view.language
    values = {
        "size": words.signed(one.change.value, series.description.decimals, language),
        "since": words.year(series.periods[one.since]),
    }
    if one.change.direction == "unclear":
        return say("no sign of change", language)
    return say("{size} since {since}", language, **values)


def _chart(view: View, series: Series, shown: list[Course]) -> Chart:
    language, one = view.language, series.description
    total = tell.whole(view, one.id)
    compare = _aligned(total, series) if total is not None else series.median
    rows = [
        {
            "label": series.layer.names[each.area],
            "x": float(words.position(period)),
            "date": words.year(period),
            "value": _plain(series.value[at, each.area]),
            "lower": _plain(series.lower[at, each.area]),
            "upper": _plain(series.upper[at, each.area]),
            "reference": _plain(compare[at]),
            "text": "",
            "note": _note(view, series, each),
        }
        for each in shown
        for at, period in enumerate(series.periods)
    ]
    cuts = [found["x"] for found in breaks(series, list(range(len(series.periods))), language)]
    name = view.place if total is not None else say("median area", language)
    title = say("{title} by area", language, title=tell.title(one, language))
    changed = sum(each.change.direction in ("up", "down") for each in shown)
    alt = say(
        "Small lines of {count} areas on one scale; {changed} of them changed recognisably.",
        language,
        count=words.number(len(shown), 0, language),
        changed=words.number(changed, 0, language),
    )
    note = say("Blue: the area with its random range; grey: {name}. All panels have one scale.", language, name=name)
    options = {"breaks": cuts, "decimals": one.decimals}
    source = shared.source_line(view, [one.id])
    unit = tell.measure(one, language)
    return Chart(
        "small_multiples", title, alt, shared.lists(rows), unit, "", source, note, options, _twin(view, series, shown)
    )


def _aligned(total: Series, series: Series) -> np.ndarray:
    """Values of the whole at the dates of the series; NaN where it has none."""
    held = dict(zip(total.periods, total.value[:, 0].tolist(), strict=True))
    return np.array([held.get(period, np.nan) for period in series.periods])


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _twin(view: View, series: Series, shown: list[Course]) -> Table:
    language, decimals = view.language, series.description.decimals
    heads = (
        say("Area", language),
        say("Since", language),
        say("Value then", language),
        say("Value now", language),
        say("Change", language),
        say("Random range of the change", language),
        say("In words", language),
    )
    columns = tuple(Column(head, "text" if at in (0, 1, 6) else "number") for at, head in enumerate(heads))
    rows = tuple(
        (
            series.layer.labels[one.area],
            words.year(series.periods[one.since]),
            number_cell(float(series.value[one.since, one.area]), decimals, language),
            number_cell(float(series.value[-1, one.area]), decimals, language),
            number_cell(one.change.value, decimals, language, sign=True),
            limits_cell(one.change.lower, one.change.upper, decimals, language),
            Cell(_word(one.change.direction, language)),
        )
        for one in shown
    )
    return Table(say("{title} by area", language, title=tell.title(series.description, language)), columns, rows)


def _word(direction: str, language: str) -> str:
    return {
        "up": say("risen", language),
        "down": say("fallen", language),
        "unclear": say("no sign of change", language),
    }.get(direction, say("no random range known", language))
