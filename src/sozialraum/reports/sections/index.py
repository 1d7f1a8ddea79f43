"""The index: matrix and map, what drives the lowest class, how sure the classes are, and what the index does not say."""

from __future__ import annotations

from typing import Any

import numpy as np

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import (
    Block,
    Bullets,
    Cell,
    Chart,
    Column,
    Columns,
    Heading,
    Paragraph,
    Run,
    Section,
    Table,
)
from sozialraum.reports.editions import Dimension, Edition, edition
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.view import View
from sozialraum.texts import say


def section(view: View, settings: Settings) -> Section | None:
    """Everything about the newest edition of the index; None where the release holds none."""
    found = edition(view)
    if found is None:
        return None
    language = view.language
    blocks: list[Block] = [Paragraph((lead(view, found),), "lead")]
    if settings.text:
        blocks.append(Paragraph((settings.text,)))
    left = (parts.class_matrix(view, found, say("Groups", language)), *drivers(view, found))
    right = (
        parts.class_map(
            view,
            found,
            say("Map", language),
            note=say("Area is not population: large areas stand out even where few people live.", language),
        ),
    )
    blocks += [Columns((left, right), (0.56, 0.44)), *sureness(view, found)]
    blocks += [Heading(3, say("What the index does not say", language)), Bullets(not_said(language))]
    return Section(settings.id, settings.title, tuple(blocks), page=True)


def lead(view: View, found: Edition) -> str:
    """What the index sums up, in two or three sentences."""
    language, status, dynamic = view.language, found.status, found.dynamic
    names = _part_titles(view, status)
    values = {"title": words.capital(status.named(language)), "when": words.when(found.period, language)}
    template = (
        "{title} sums up how things were {when}: {parts}." if names else "{title} sums up how things were {when}."
    )
    told = [say(template, language, parts=words.joined(names, language), **values)]
    if dynamic is not None:
        since = {
            "title": words.capital(dynamic.named(language)),
            "since": words.since(found.since, language) if found.since else "",
        }
        template = (
            "{title} sums up what has changed {since}."
            if found.since
            else "{title} sums up what has changed since the earlier date."
        )
        told.append(say(template, language, **since))
    told.append(
        say(
            "Both hold in comparison of the areas with one another."
            if dynamic
            else "It holds in comparison of the areas with one another.",
            language,
        )
    )
    return " ".join(told)


def _part_titles(view: View, dimension: Dimension) -> list[str]:
    return [
        tell.title(view.descriptions[one], view.language)
        for one in dimension.description.parts
        if one in view.descriptions
    ]


def drivers(view: View, found: Edition) -> tuple[Block, ...]:
    """The parts of the status in the lowest class against the middle of all areas."""
    language, status = view.language, found.status
    lowest = status.codes == len(status.scale.ids) - 1
    known = [one for one in status.description.parts if one in view.descriptions and view.has(one)]
    rows = [row for row in (_driver(view, one, found.period, lowest) for one in known) if row]
    if not rows:
        return ()
    class_ = status.words(language)[-1]
    title = say("What makes up the class {class_}", language, class_=words.quoted(class_, language))
    heads = (say("Figure", language), say("All areas", language), words.capital(class_), say("Distance", language))
    columns = tuple(Column(head, "number" if place else "text") for place, head in enumerate(heads))
    note = say("Medians of the areas; the distance counts standard deviations of all areas.", language)
    thin = [one for one in known if _is_thin(view, one, found.period)]
    if thin:
        titles = words.joined([tell.title(view.descriptions[one], language) for one in thin], language)
        note += " " + say("Not listed, because too many values are secret: {titles}.", language, titles=titles)
    return (Table(title, columns, tuple(rows), note=note),)


def _is_thin(view: View, indicator: str, period: str) -> bool:
    """Whether too many areas are hidden at that date for a median."""
    series = view.series(indicator)
    return period in series.periods and bool(series.thin[series.periods.index(period)])


def _driver(view: View, indicator: str, period: str, lowest: np.ndarray) -> tuple[Cell | str, ...] | None:
    series = view.series(indicator)
    if period not in series.periods:
        return None
    at = series.periods.index(period)
    if series.thin[at]:
        return None
    value = series.value[at]
    inside, everywhere = value[lowest & ~np.isnan(value)], value[~np.isnan(value)]
    if not len(inside) or np.std(everywhere) == 0:
        return None
    one, language = series.description, view.language
    middle, low = float(np.median(everywhere)), float(np.median(inside))
    distance = (low - middle) / float(np.std(everywhere))
    shown = [Cell(words.shown(part, one.decimals, language), number=part) for part in (middle, low)]
    name = Cell(tell.title(one, language), note=tell.measure(one, language), href=view.address("indicator", one.id))
    return (name, *shown, Cell(words.signed(distance, 1, language), number=distance))


def sureness(view: View, found: Edition) -> list[Block]:
    """How sure the classes are: sentences, bars, and all areas in order of their score."""
    language = view.language
    chart = parts.sureness_chart(view, found, say("Number of areas by how sure their class is", language))
    if chart is None:
        return [Paragraph((say("The release does not say how sure the classes are.", language),), "note")]
    told = [parts.sureness_sentence(view, found, name) for name in ("status", "dynamic")]
    runs = (
        say(
            "We computed the index {draws} times as if chance had moved small counts a little. "
            "A class that comes out in at least 95 % of the runs we call sure.",
            language,
            draws=words.number(found.draws, 0, language),
        )
        if found.draws
        else say(
            "The counts behind the index were redrawn by chance. "
            "A class that comes out in at least 95 % of the runs we call sure.",
            language,
        )
    )
    blocks: list[Block] = [
        Heading(3, say("How sure is this?", language)),
        Paragraph((Run(" ".join(one for one in told if one), bold=True), f" {runs}")),
        chart,
    ]
    ordered = ordered_intervals(view, found)
    return [*blocks, ordered] if ordered else blocks


def ordered_intervals(view: View, found: Edition) -> Chart | None:
    """All areas in order of their development score with its random range and the borders of the classes."""
    dimension, language = found.dynamic or found.status, view.language
    series, row = dimension.series, dimension.row
    known = np.flatnonzero(~np.isnan(series.value[row]) & ~np.isnan(series.lower[row]) & (dimension.codes >= 0))
    if len(known) < 3:
        return None
    order = known[np.argsort(series.value[row, known], kind="stable")]
    colours, name = dimension_fills(dimension), dimension.title(language)
    rows = [
        {"value": float(series.value[row, at]), "lower": float(series.lower[row, at]), "upper": float(series.upper[row, at]),
         "fill": colours[int(dimension.codes[at])], "label": view.layer.labels[at]}
        for at in order.tolist()
    ]  # fmt: skip
    alt = say(
        "Each area is a line, in order of {title}; many ranges cross the border of a class."
        if (dimension.probability[order] < 0.95).mean() > 0.2
        else "Each area is a line, in order of {title}.",
        language,
        title=name,
    )
    title = say("{title} of all areas with random range", language, title=name)
    note = say("Each area is a line, in order of its score.", language)
    return Chart(
        "ordered_intervals",
        title,
        alt,
        parts.lists(rows),
        note=note,
        options={"cuts": _cuts(dimension, language), "height": 240},
        table=_interval_table(view, title, name, rows),
        source=parts.source_line(view, found.status.description.parts),
    )


def _cuts(dimension: Dimension, language: str) -> list[dict[str, object]]:
    """The borders of the classes, with the class on either side."""
    class_words = dimension.words(language)
    return [
        {"value": border, "above": class_words[place + 1], "below": class_words[place]}
        for place, border in enumerate(dimension.scale.borders[: len(class_words) - 1])
    ]


def _interval_table(view: View, title: str, name: str, rows: list[dict[str, Any]]) -> Table:
    """The ordered areas as a table: score and random range."""
    language = view.language
    heads = (
        Column(view.level_title(view.level, many=False)),
        Column(name, "number"),
        Column(say("Random range", language), "number"),
    )
    cells = tuple(
        (
            one["label"],
            words.number(one["value"], 2, language),
            words.interval(one["lower"], one["upper"], 2, language),
        )
        for one in rows
    )
    return Table(title, heads, cells, folded=True)


def dimension_fills(dimension: Dimension) -> list[str]:
    """Colour name of each class: those of the development for `dynamic`, else those of the status."""
    if dimension.name == "dynamic":
        return [
            "dynamics-positive"
            if dimension.mark(code) == "up"
            else "dynamics-negative"
            if dimension.mark(code) == "down"
            else "dynamics-stable"
            for code in range(len(dimension.scale.ids))
        ]
    return [dimension.fill(code) for code in range(len(dimension.scale.ids))]


def not_said(language: str) -> tuple[tuple[Run | str, ...], ...]:
    """What an index cannot say, as sentences with a bold start."""
    pairs = (
        (
            say("No gauge.", language),
            say(
                "Each edition compares anew. An area can change its class although nothing has changed there.", language
            ),
        ),
        (
            say("No cause and no need.", language),
            say("It shows where one should look; local knowledge has to be asked.", language),
        ),
        (say("No trend from one edition.", language), say("One step can be chance.", language)),
    )
    return tuple((Run(head, bold=True), f" {text}") for head, text in pairs)
