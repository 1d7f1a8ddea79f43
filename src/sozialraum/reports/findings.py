"""Three findings that matter, proposed from the data: the lowest class, the widest change, the longest trend or widest spread.

The choice is a fixed rule (see docs/methods/sentences-from-data.md), so the same release always gives the same findings.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Cell, Chart, Column, Table
from sozialraum.reports.editions import Edition, edition, is_current
from sozialraum.reports.sections import parts
from sozialraum.reports.view import Series, View, is_level
from sozialraum.texts import say

LEAST_SURE = 0.05
"""A change is told as a finding when it is larger than chance in this share of the areas."""

LEAST_TREND = 0.05
"""A trend is told as a finding from this relative change on."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding: the bold sentence, what belongs to it, the doubt with its label, and a small chart."""

    kind: str
    indicator: str
    claim: str
    text: str
    doubt_label: str
    doubt: str
    chart: Chart | None = None


def findings(view: View) -> list[Finding]:
    """At most three findings, each about something else, in the order they are to be read."""
    chosen: list[Finding] = []
    found = edition(view)
    if found is not None and found.status.rated:
        chosen.append(_lowest_class(view, found))
    for candidates in (_changes(view), _trends(view), _spreads(view), _changes(view)):
        taken = {one.indicator for one in chosen}
        fresh = next((one for one in candidates if one.indicator not in taken), None)
        if fresh is not None and len(chosen) < 3:
            chosen.append(fresh)
    for fresh in _spreads(view):
        if len(chosen) < 3 and fresh.indicator not in {one.indicator for one in chosen}:
            chosen.append(fresh)
    return chosen


def _weighed(view: View) -> list[str]:
    """Indicators with a good and a bad side; without such the neutral ones. Parts of the index come first."""
    found = edition(view)
    parts_of_index = found.status.description.parts if found else ()
    measures = [one for one in view.measures() if is_level(view.descriptions[one]) and is_current(view, one)]
    sided = [one for one in measures if view.descriptions[one].polarity != "neutral"] or measures
    return sorted(sided, key=lambda one: (one not in parts_of_index, measures.index(one)))


def _lowest_class(view: View, found: Edition) -> Finding:
    language, status = view.language, found.status
    last = len(status.scale.ids) - 1
    count = int(status.counts[last])
    people, everyone = (parts.people_of(view, found, mask) for mask in (status.codes == last, status.codes >= 0))
    values = {
        "where": words.capital(words.in_areas(count, status.rated, language)),
        "title": status.named(language),
        "class_": status.words(language)[last],
    }
    claim = say("{where}, {title} is {class_}.", language, **values)
    live = ""
    if count and people:
        told = {
            "people": words.number(people, 0, language),
            "share": words.percent(100 * people / everyone, 1, language),
        }
        live = say("{people} people live there, {share} of the people in rated areas.", language, **told)
    chart = _share_bars(view, found, last, people, everyone) if people else None
    return Finding(
        "lowest_class",
        status.description.id,
        claim,
        live,
        say("How sure?", language),
        parts.sureness_sentence(view, found),
        chart,
    )


def _share_bars(view: View, found: Edition, code: int, people: float, everyone: float) -> Chart:
    language, status = view.language, found.status
    shares = {
        say("of areas", language): 100 * status.counts[code] / status.rated,
        say("of people", language): 100 * people / everyone,
    }
    rows = [
        {
            "label": label,
            "value": float(value),
            "text": words.percent(value, 1, language),
            "fill": status.fill(code),
            "strong": True,
            "note": "",
        }
        for label, value in shares.items()
    ]
    title = say(
        "Share with {title} {class_}", language, title=status.title(language), class_=status.words(language)[code]
    )
    twin = Table(
        title,
        (Column(""), Column(say("Percent", language), "number")),
        tuple((str(row["label"]), str(row["text"])) for row in rows),
    )
    alt = "; ".join(f"{row['text']} {row['label']}" for row in rows)
    top = max(20.0, 10 * np.ceil(max(shares.values()) / 10))
    return Chart(
        "bar",
        title,
        alt,
        parts.lists(rows),
        unit=say("Percent", language),
        options={"maximum": float(top), "track": True, "axis": True},
        table=twin,
    )


def _changes(view: View) -> Iterable[Finding]:
    """Indicators that moved the same way in most areas, the clearest first."""
    ranked = []
    for place, one in enumerate(_weighed(view)):
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
    colours = {
        "higher_worse": ("dynamics-positive", "dynamics-negative"),
        "lower_worse": ("dynamics-negative", "dynamics-positive"),
    }
    below, above = colours.get(one.polarity, ("others", "others"))
    data = pa.table(
        {
            "from": edges[:-1],
            "to": edges[1:],
            "count": counts,
            "fill": [above if edge >= -1e-9 else below for edge in edges[:-1]],
        }
    )
    lower, higher = (words.number(number, 0, language) for number in (count.lower, count.higher))
    unit = (
        say("points", language)
        if one.unit in ("percent", "percentage_points")
        else words.unit_words(one.unit, language)
    )
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
    return Chart("histogram", title, alt, data, unit=words.unit_words(one.unit, language), options=options, table=twin)


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


def _line_of(view: View, indicator: str) -> tuple[Series, np.ndarray, bool]:
    """The series to tell as a trend: the whole where released, else the median area on equal boundaries."""
    total = tell.whole(view, indicator)
    return (
        (total, total.value[:, 0], True)
        if total is not None
        else (view.series(indicator), view.series(indicator).median, False)
    )


def _stretch(series: Series, line: np.ndarray) -> list[int]:
    """The last periods that belong together: same definition, same boundary vintage, a value in each."""
    found: list[int] = []
    for period in range(len(series.periods) - 1, -1, -1):
        if series.breaks_between(period, -1) or series.vintages[period] != series.vintages[-1]:
            break
        if not np.isnan(line[period]):
            found.insert(0, period)
    return found


def _trends(view: View) -> Iterable[Finding]:
    """Indicators that moved the same way at three dates or more, the largest relative change first."""
    ranked = []
    for place, one in enumerate(_weighed(view)):
        series, line, whole = _line_of(view, one)
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
    series, line, whole = _line_of(view, indicator)
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
    if whole:
        template = (
            "{title} {in_place} has been rising {since}."
            if last > first
            else "{title} {in_place} has been falling {since}."
        )
    else:
        template = (
            "{title} in the median area has been rising {since}."
            if last > first
            else "{title} in the median area has been falling {since}."
        )
    text = say("{now} it is {value}{base}, after {before}.", language, **values)
    against = _against(view, indicator, last > first)
    limits = tell.short_limits(one, language)
    label = say("Limits:", language) if limits else say("How sure?", language)
    doubt = limits or say("Small movements can be chance.", language)
    return Finding(
        "trend",
        indicator,
        say(template, language, **values),
        " ".join(part for part in (text, against) if part),
        label,
        doubt,
        line_chart(view, indicator, periods),
    )


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


def dates_told(view: View, indicator: str) -> int:
    """At how many dates the line of the indicator has a value."""
    return int((~np.isnan(_line_of(view, indicator)[1])).sum())


def line_chart(view: View, indicator: str, periods: list[int] | None = None) -> Chart:
    """The series as a line with its values; gaps stay gaps, breaks are drawn."""
    language = view.language
    series, line, whole = _line_of(view, indicator)
    one = series.description
    chosen = periods or list(range(len(series.periods)))
    rows = [
        {
            "x": float(words.position(series.periods[period])),
            "label": series.periods[period],
            "value": None if np.isnan(line[period]) else float(line[period]),
            "text": "" if np.isnan(line[period]) else words.shown(float(line[period]), one.decimals, language),
        }
        for period in chosen
    ]
    place = view.place if whole else say("median area", language)
    title = f"{tell.title(one, language)}, {place}"
    twin = Table(
        title,
        (
            Column(say("Date", language)),
            Column(words.unit_words(one.unit, language) or say("Value", language), "number"),
        ),
        tuple(
            (
                words.capital(tell.when(one, series.periods[period], language)),
                Cell(
                    str(row["text"]) or say("no value", language),
                    number=None if np.isnan(line[period]) else float(line[period]),
                    state="" if row["text"] else "unknown",
                ),
            )
            for period, row in zip(chosen, rows, strict=True)
        ),
    )
    told = [str(row["text"]) for row in rows if row["text"]]
    alt = (
        say("{title}: from {first} to {last}.", language, title=title, first=told[0], last=told[-1]) if told else title
    )
    unit = tell.measure(one, language)
    return Chart(
        "line",
        title,
        alt,
        parts.lists(rows),
        unit=unit,
        options={"zero": False, "breaks": breaks(series, chosen, language)},
        table=twin,
    )


def breaks(series: Series, periods: list[int], language: str) -> list[dict[str, object]]:
    """Where a line is interrupted: new boundaries and changes of definition, half-way between two periods."""
    found: list[dict[str, object]] = []
    for before, after in pairwise(periods):
        middle = (words.position(series.periods[before]) + words.position(series.periods[after])) / 2
        if series.vintages[before] != series.vintages[after]:
            found.append({"x": middle, "label": say("new boundaries", language)})
        elif series.breaks_between(before, after):
            found.append({"x": middle, "label": say("new definition", language)})
    return found


def _spreads(view: View) -> Iterable[Finding]:
    """Indicators whose middle half of areas spreads widest in relation to the median."""
    ranked = []
    for place, one in enumerate(_weighed(view)):
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
