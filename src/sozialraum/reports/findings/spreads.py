"""The finding about how far apart the areas are, with a histogram of the values."""

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


def spreads(view: View) -> Iterable[Finding]:
    """Indicators whose middle half of areas spreads widest in relation to the median."""
    ranked = []
    for place, one in enumerate(weighed(view)):
        series = view.series(one)
        low, high, middle = (float(part[-1]) for part in (*series.middle_half, series.median))
        if (~np.isnan(series.value[-1])).sum() >= 4 and middle > 0 and high > low:
            ranked.append((-(high - low) / middle, place, one))
    for _, _, one in sorted(ranked):
        yield _spread(view, one)


def _spread(view: View, indicator: str) -> Finding:
    language, series = view.language, view.series(indicator)
    one = series.description
    low, high = (float(part[-1]) for part in series.middle_half)
    gap = words.NBSP if one.unit == "percent" and language == "de" else "" if one.unit == "percent" else " "
    unit = f"{gap}{words.unit_words(one.unit, language)}" if words.unit_words(one.unit, language) else ""
    values = {
        "title": tell.named(one, language),
        "spread": words.interval(low, high, one.decimals, language) + unit,
        "base": tell.base(one, language),
    }
    claim = say("In half of the areas, {title} is {spread}.", language, **values)
    least, most = (
        tell.amount(one, float(bound), language) for bound in (np.nanmin(series.value[-1]), np.nanmax(series.value[-1]))
    )
    text = say("The lowest value is {least}, the highest {most}{base}.", language, least=least, most=most, **values)
    limits = tell.short_limits(one, language)
    doubt = limits or say("Small areas vary more than large ones.", language)
    return Finding(
        "spread",
        indicator,
        claim,
        text,
        say("Limits:", language) if limits else say("How sure?", language),
        doubt,
        _value_histogram(view, indicator),
    )


def _value_histogram(view: View, indicator: str) -> Chart:
    """How many areas have which value, the median marked."""
    language, series = view.language, view.series(indicator)
    one, known = series.description, series.value[-1][~np.isnan(series.value[-1])]
    edges = np.unique(np.linspace(min(0.0, float(known.min())), float(known.max()) + 1e-9, 13))
    counts, _ = np.histogram(known, edges)
    data = pa.table({"from": edges[:-1], "to": edges[1:], "count": counts, "fill": ["bar"] * len(counts)})
    middle = tell.amount(one, float(series.median[-1]), language)
    options = {"cut": float(series.median[-1]), "left": "", "right": say("median area {value}", language, value=middle)}
    title = say("{title}: number of areas by value", language, title=tell.title(one, language))
    columns = (Column(say("Value", language)), Column(say("Areas", language), "number"))
    rows = tuple(
        (words.interval(low, high, one.decimals, language), words.number(float(count), 0, language))
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    )
    alt = f"{title}. {tell.spread_sentence(view, indicator)}"
    twin = Table(title, columns, rows)
    return Chart("histogram", title, alt, data, unit=tell.measure(one, language), options=options, table=twin)
