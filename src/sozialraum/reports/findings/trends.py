"""The finding about an indicator that moved the same way at three dates or more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.findings.finding import Finding, weighed
from sozialraum.reports.sections.course import line_chart, line_of
from sozialraum.reports.series import Series
from sozialraum.reports.view import View
from sozialraum.texts import say

LEAST_TREND = 0.05
"""A trend is told as a finding from this relative change on."""


def _stretch(series: Series, line: np.ndarray) -> list[int]:
    """The last periods that belong together: same definition, same boundary vintage, a value in each."""
    found: list[int] = []
    for period in range(len(series.periods) - 1, -1, -1):
        if series.breaks_between(period, -1) or series.vintages[period] != series.vintages[-1]:
            break
        if not np.isnan(line[period]):
            found.insert(0, period)
    return found


def trends(view: View) -> Iterable[Finding]:
    """Indicators that moved the same way at three dates or more, the largest relative change first."""
    ranked = []
    for place, one in enumerate(weighed(view)):
        series, line, whole = line_of(view, one)
        periods = _stretch(series, line)
        moves = np.diff(line[periods])
        while len(moves) > 2 and np.sign(moves[0]) != np.sign(moves[-1]):
            periods, moves = periods[1:], moves[1:]
        if len(moves) < 2 or abs(line[periods[-1]] - line[periods[0]]) < LEAST_TREND * abs(line[periods[0]]):
            continue
        if (np.all(moves > 0) or np.all(moves < 0)) and _beyond_chance(series, periods, whole):
            ranked.append(
                (-abs(line[periods[-1]] - line[periods[0]]) / max(abs(line[periods[0]]), 1e-9), place, one, periods)
            )
    for _, _, one, periods in sorted(ranked, key=lambda found: found[:2]):
        yield _trend(view, one, periods)


def _beyond_chance(series: Series, periods: list[int], whole: bool) -> bool:
    """For the whole: the change from first to last date leaves out zero. The median of areas has no interval."""
    if not whole:
        return True
    step = words.change(series.at(periods[0], 0), series.at(periods[-1], 0))
    return step is not None and step.direction in ("up", "down", "unknown")


def _trend(view: View, indicator: str, periods: list[int]) -> Finding:
    language = view.language
    series, line, whole = line_of(view, indicator)
    one = series.description
    first, last = float(line[periods[0]]), float(line[periods[-1]])
    values = {
        "title": words.subject(tell.title(one, language), language),
        "since": tell.since(one, series.periods[periods[0]], language),
        "now": words.capital(tell.when(one, series.periods[periods[-1]], language)),
        "value": tell.amount(one, last, language),
        "before": tell.amount(one, first, language),
        "base": tell.base(one, language),
        "in_place": words.in_place(view.place, language),
    }
    text = say("{now} it is {value}{base}, after {before}.", language, **values)
    against = _against(view, indicator, last > first)
    limits = tell.short_limits(one, language)
    label = say("Limits:", language) if limits else say("How sure?", language)
    doubt = limits or say("Small movements can be chance.", language)
    return Finding(
        "trend",
        indicator,
        _claim(whole, last > first, language, values),
        " ".join(part for part in (text, against) if part),
        label,
        doubt,
        line_chart(view, indicator, periods),
    )


def _claim(whole: bool, up: bool, language: str, values: Mapping[str, str]) -> str:
    """The bold sentence: of the whole where it is released, else of the median area."""
    if whole and up:
        return say("{title} {in_place} has been rising {since}.", language, **values)
    if whole:
        return say("{title} {in_place} has been falling {since}.", language, **values)
    if up:
        return say("{title} in the median area has been rising {since}.", language, **values)
    return say("{title} in the median area has been falling {since}.", language, **values)


def _against(view: View, indicator: str, up: bool) -> str:
    """In how many areas it went the other way."""
    count = tell.steps(view.series(indicator))
    if count is None:
        return ""
    other = count.lower if up else count.higher
    where = words.capital(words.in_areas(other, count.compared, view.language))
    then = tell.when(view.descriptions[indicator], count.since, view.language)
    return say(
        "{where} it is lower than {when}." if up else "{where} it is higher than {when}.",
        view.language,
        where=where,
        when=then,
    )
