"""The finding about a change that most areas share, with a histogram of the changes."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Chart, Column, Table
from sozialraum.reports.findings.finding import Finding, weighed
from sozialraum.reports.view import View
from sozialraum.texts import say

LEAST_SURE = 0.05
"""A change is told as a finding when it is larger than chance in this share of the areas."""

COLOURS = {
    "higher_worse": ("dynamics-positive", "dynamics-negative"),
    "lower_worse": ("dynamics-negative", "dynamics-positive"),
}
"""Colours of what fell and what rose, by which side is worse."""


def changes(view: View) -> Iterable[Finding]:
    """Indicators that moved the same way in most areas, the clearest first."""
    ranked = []
    for place, one in enumerate(weighed(view)):
        count = tell.steps(view.series(one))
        if count is not None and _worth_telling(view, one, count):
            ranked.append((-abs(count.higher - count.lower) / count.compared, place, one, count))
    for _, _, one, count in sorted(ranked, key=lambda found: found[:2]):
        yield _change(view, one, count)


def _worth_telling(view: View, indicator: str, count: tell.Steps) -> bool:
    """Most areas moved the same way, some of them beyond chance, and that is not only what secrecy left over."""
    series = view.series(indicator)
    up = count.higher > count.lower
    most, sure = (count.higher, count.risen) if up else (count.lower, count.fallen)
    assert series.earlier is not None  # a count of changes has an earlier period
    if count.with_interval and sure < LEAST_SURE * count.with_interval:
        return False
    return most * 2 > count.compared and not (series.thin[-1] or series.thin[series.earlier])


def _change(view: View, indicator: str, count: tell.Steps) -> Finding:
    language, series = view.language, view.series(indicator)
    one = series.description
    up = count.higher > count.lower
    values = {
        "title": words.subject(tell.title(one, language), language),
        "where": words.in_areas(count.higher if up else count.lower, count.compared, language),
        "when": tell.when(one, count.since, language),
        "since": words.capital(tell.since(one, count.since, language)),
    }
    claim = say(
        "{title} is higher {where} than {when}." if up else "{title} is lower {where} than {when}.", language, **values
    )
    middle = float(np.nanmedian(series.steps[0]))
    size = words.difference(middle, one.unit, one.decimals, language)
    template = (
        "{since} it rose by {size} in the middle of the areas."
        if middle > 0
        else "{since} it fell by {size} in the middle of the areas."
    )
    text = say(template, language, size=size, **values) if middle else ""
    return Finding(
        "change",
        indicator,
        claim,
        text,
        say("How sure?", language) if count.with_interval else say("Limits:", language),
        _change_doubt(view, indicator, count, up),
        _histogram(view, indicator, count),
    )


def _change_doubt(view: View, indicator: str, count: tell.Steps, up: bool) -> str:
    language, one = view.language, view.descriptions[indicator]
    sure = count.risen if up else count.fallen
    doubt = ""
    if count.with_interval:
        template = "The rise is larger than chance {where}." if up else "The fall is larger than chance {where}."
        doubt = say(template, language, where=words.in_areas(sure, count.with_interval, language))
    return " ".join(text for text in (doubt, tell.short_limits(one, language)) if text)


def _histogram(view: View, indicator: str, count: tell.Steps) -> Chart:
    language, one = view.language, view.descriptions[indicator]
    value = view.series(indicator).steps[0]
    known = value[~np.isnan(value)]
    edges = _edges(known)
    counts, _ = np.histogram(np.clip(known, edges[0], edges[-1]), edges)
    below, above = COLOURS.get(one.polarity, ("others", "others"))
    fills = [above if edge >= -1e-9 else below for edge in edges[:-1]]
    data = pa.table({"from": edges[:-1], "to": edges[1:], "count": counts, "fill": fills})
    lower, higher = (words.number(number, 0, language) for number in (count.lower, count.higher))
    points = one.unit in ("percent", "percentage_points")
    unit = say("points", language) if points else words.unit_words(one.unit, language)
    title = say(
        "{title}, change {since}",
        language,
        since=tell.since(one, count.since, language),
        title=tell.title(one, language),
    )
    rows = tuple(
        (words.interval(low, high, 1, language), words.number(float(number), 0, language))
        for low, high, number in zip(edges[:-1], edges[1:], counts, strict=True)
    )
    twin = Table(title, (Column(say("Change", language), unit=unit), Column(say("Areas", language), "number")), rows)
    alt = say("Lower in {lower} areas, higher in {higher}.", language, lower=lower, higher=higher)
    options = {
        "cut": 0,
        "left": say("{count} lower", language, count=lower),
        "right": say("{count} higher", language, count=higher),
    }
    return Chart("histogram", title, alt, data, unit=unit, options=options, table=twin)


def _edges(known: np.ndarray) -> np.ndarray:
    """About ten steps of a round width with zero as one of the borders; the outermost percent falls into the end steps."""
    low, high = min(float(np.quantile(known, 0.005)), 0.0), max(float(np.quantile(known, 0.995)), 0.0)
    span = max(high - low, 1e-6)
    low, high = min(low, -0.2 * span), max(high, 0.2 * span)  # both sides of zero are drawn, for their words
    width = min(
        (size for power in range(-4, 7) for size in (10.0**power, 2 * 10.0**power, 5 * 10.0**power)),
        key=lambda size: abs(span / size - 10),
    )
    return np.asarray(np.arange(np.floor(low / width), np.ceil(high / width) + 1) * width)
