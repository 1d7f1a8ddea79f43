"""A field of life (work, housing, ...): sentences about its main figure, map, all its figures, coarser areas, limits.

The sections of fields differ in their indicators and in the author's text; what they say follows one grammar.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Cell, Chart, Column, Columns, Heading, Map, Paragraph, Section, Table
from sozialraum.reports.classing import class_borders, class_fills, class_key
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.course import breaks, dates_told, line_chart, line_of
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.series import Series, is_change
from sozialraum.reports.view import View
from sozialraum.texts import say

MOST_DRAWN = 3000
"""Areas that a drawing can show."""
MOST_IN_DETAIL = 3
MOST_COLUMNS = 5


def section(view: View, settings: Settings) -> Section | None:
    """The section of these fields, the indicators named in the catalogue first; None where the release has no figure of them."""
    known = view.measures(settings.fields)
    ids = list(dict.fromkeys([*(one for one in settings.indicators if one in known), *known]))
    if not ids:
        return None
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    for place, one in enumerate(ids[:MOST_IN_DETAIL]):
        blocks += detail(view, one, with_map=place == 0)
    blocks += limits(view, ids[:MOST_IN_DETAIL])
    if len(ids) > MOST_IN_DETAIL:
        blocks.append(overview(view, ids))
    groups = by_group(view, [one for one in ids if not is_change(view.descriptions[one])][:MOST_COLUMNS])
    return Section(settings.id, settings.title, tuple(blocks) + ((groups,) if groups else ()))


def detail(view: View, indicator: str, with_map: bool) -> list[Block]:
    """One indicator: heading, sentences, and where it goes: line, and map beside it."""
    one = view.descriptions[indicator]
    text = Paragraph((" ".join(tell.sentences(view, indicator)),))
    heading = Heading(3, tell.title(one, view.language))
    charts: list[Block] = [line_chart(view, indicator)] if dates_told(view, indicator) > 1 else []
    picture = rate_map(view, indicator) if with_map else None
    if picture is None:
        return [heading, Columns(((text,), tuple(charts))) if charts else text]
    return [heading, Columns(((text, *charts), (picture,)), (0.55, 0.45))]


def rate_map(view: View, indicator: str) -> Map | None:
    """The areas in five classes of about equal number, with the four empty states apart and the key with counts.

    Where there are more areas than a drawing can show, those of the finest coarser level that it can; the title says so.
    None where the figure is told for no such level.
    """
    level = _drawn_level(view, indicator)
    if level is None:
        return None
    language, series = view.language, view.series(indicator, level)
    one, borders = series.description, class_borders(series)
    fills = class_fills(series, -1, borders)
    texts = [_map_text(series, area, language) for area in range(len(series.layer))]
    shapes = parts.shapes(view, "" if level == view.level else level)
    areas = shapes.append_column("fill", pa.array(fills)).append_column("text", pa.array(texts))
    date = tell.when(one, series.periods[-1], language)
    title = f"{tell.title(one, language)}, {date}"
    title += "" if level == view.level else f" ({view.level_title(level)})"
    unit = tell.measure(one, language)
    return Map(
        title,
        alt=tell.spread_sentence(view, indicator) or tell.level_sentence(view, indicator),
        areas=areas,
        outlines=parts.outlines(view),
        key=_key(fills, borders, one.decimals, language),
        unit=unit,
        date=date,
        source=parts.source_line(view, [indicator]),
        table=_twin(view, series, title),
    )


def _drawn_level(view: View, indicator: str) -> str | None:
    """The finest level of the figure that a drawing can show, if any; the map in the browser shows all."""
    if len(view.layer) <= MOST_DRAWN:
        return view.level
    told = (one for one in view.levels if view.has(indicator, one))
    return next((one for one in told if 1 < len(view.layer_of(one)) <= MOST_DRAWN), None)


def _map_text(series: Series, area: int, language: str) -> str:
    cell = parts.value_cell(series, -1, area, language)
    return tell.amount(series.description, cell.number, language) if cell.number is not None else cell.text


def _key(fills: Sequence[str], borders: Sequence[float], decimals: int, language: str) -> Table:
    cells = tuple(
        (Cell(text, fill=name), Cell(words.number(fills.count(name), 0, language), number=fills.count(name)))
        for name, text in class_key(borders, decimals, language)
        if name in fills
    )
    return Table(
        say("Key", language), (Column(say("Class", language)), Column(say("Areas", language), "number")), cells
    )


def _twin(view: View, series: Series, title: str) -> Table:
    language = view.language
    rows = tuple(
        (
            parts.area_cell(view, area) if series.layer.level == view.level else series.layer.names[area],
            parts.value_cell(series, -1, area, language),
            parts.range_note(series, -1, area, language),
        )
        for area in range(len(series.layer))
    )
    head = words.unit_words(series.description.unit, language) or say("Value", language)
    columns = (
        Column(view.level_title(series.layer.level, many=False)),
        Column(head, "number"),
        Column(say("Random range", language), "number"),
    )
    return Table(title, columns, rows, folded=True)


def overview(view: View, ids: list[str]) -> Table:
    """Every figure of the field: whole or median, middle half, change, line."""
    language = view.language
    heads = (
        say("Figure", language),
        say("Value", language),
        say("Middle half of the areas", language),
        say("Higher / lower than before", language),
        say("Course", language),
    )
    kinds = ("text", "number", "number", "number", "chart")
    rows = tuple(_overview_row(view, one) for one in ids)
    note = say("Value: the whole place where it is released, else the median area (M).", language)
    columns = tuple(Column(head, kind) for head, kind in zip(heads, kinds, strict=True))  # type: ignore[arg-type]
    return Table(say("All figures of this field", language), columns, rows, parts.source_line(view, ids), note)


def _overview_row(view: View, indicator: str) -> parts.Row:
    language, series = view.language, view.series(indicator)
    one = series.description
    low, high = (float(part[-1]) for part in series.middle_half)
    spread = "" if np.isnan(low) else words.interval(low, high, one.decimals, language)
    if series.thin[-1]:
        spread = say("too many secret", language)
    count = None if is_change(one) else tell.steps(series)
    moved = (
        "" if count is None else " / ".join(words.number(number, 0, language) for number in (count.higher, count.lower))
    )
    told, line, _ = line_of(view, indicator)
    course = Cell(chart=sparkline(told, line, language)) if dates_told(view, indicator) else Cell("")
    name = Cell(tell.title(one, language), note=tell.measure(one, language), href=view.address("indicator", one.id))
    return (name, _overview_value(view, indicator), spread, moved, course)


def _overview_value(view: View, indicator: str) -> Cell:
    """The whole, else the median area (M); with its date where it is not the report's."""
    language, series, total = view.language, view.series(indicator), tell.whole(view, indicator)
    one, median = series.description, float(series.median[-1])
    when = "" if series.periods[-1] == view.newest else tell.when(one, series.periods[-1], language)
    if total is not None:
        return parts.value_cell(total, -1, 0, language, note=when)
    if series.thin[-1]:
        return Cell(say("too many secret", language), state="hidden", note=when)
    if np.isnan(median):
        return parts.empty_cell("unknown", language)
    return Cell(f"{words.shown(median, one.decimals, language)} (M)", number=median, note=when)


def sparkline(series: Series, line: np.ndarray, language: str) -> Chart:
    """A small line with gaps where there is no value, and a stroke where boundaries or definition changed."""
    one = series.description
    x = [words.position(period) for period in series.periods]
    value = [None if np.isnan(number) else float(number) for number in line.tolist()]
    text = ["" if number is None else words.shown(number, one.decimals, language) for number in value]
    told = [word for word in text if word]
    alt = (
        say("{title}: from {first} to {last}.", language, title=tell.title(one, language), first=told[0], last=told[-1])
        if told
        else say("no value", language)
    )
    cuts = [found["x"] for found in breaks(series, list(range(len(x))), language)]
    columns = (pa.array(x, pa.float64()), pa.array(value, pa.float64()), pa.array(text, pa.string()))
    data = pa.Table.from_arrays(columns, names=("x", "value", "text"))  # a profile has ten of them
    return Chart("sparkline", tell.title(one, language), alt, data, options={"breaks": cuts, "decimals": one.decimals})


def by_group(view: View, ids: list[str]) -> Table | None:
    """The figures of the coarser areas; None where they are not released, or nothing is known for these areas."""
    level, language = view.group_level, view.language
    if level is None:
        return None
    released = {one: view.series(one, level) for one in ids if view.has(one, level)}
    shown = [one for one, series in released.items() if not set(series.state[-1]) <= {"unknown", "absent"}]
    if not shown:
        return None
    chosen = [released[one] for one in shown]
    heads = [
        Column(tell.title(one.description, language), "number", unit=words.unit_words(one.description.unit, language))
        for one in chosen
    ]
    layer = view.layer_of(level)
    rows: tuple[parts.Row, ...] = tuple(
        (name, *(parts.value_cell(one, -1, area, language, note=_bounds(one, area, language)) for one in chosen))
        for area, name in enumerate(layer.names)
    )
    dates = dict.fromkeys(tell.when(one.description, one.periods[-1], language) for one in chosen)
    title = say(
        "{groups}, {dates}",
        language,
        groups=words.capital(view.level_title(level)),
        dates=words.joined(list(dates), language),
    )
    return Table(
        title,
        (Column(view.level_title(level, many=False)), *heads),
        rows,
        parts.source_line(view, shown),
        say("Small: random range, 95 %.", language),
    )


def _bounds(series: Series, area: int, language: str) -> str:
    found = series.at(-1, area)
    return "" if np.isnan(found["lower"]) else parts.range_note(series, -1, area, language)


def limits(view: View, ids: list[str]) -> tuple[Block, ...]:
    """What the definitions of these figures do not cover."""
    told = [
        (
            tell.title(view.descriptions[one], view.language),
            tell.in_language(view.descriptions[one].limits, view.language),
        )
        for one in ids
    ]
    text = " ".join(f"{title}: {limit}" for title, limit in told if limit)
    return (Paragraph((text,), "limits"),) if text else ()
