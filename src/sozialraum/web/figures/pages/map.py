"""Map: where is it high, where low, then and now; the same numbers stand below as a table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.reports import View
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Cell, Column, Map, Table
from sozialraum.reports.sections import parts
from sozialraum.texts import say
from sozialraum.web.figures.choice import METHODS, Choice, Picture, levels_of
from sozialraum.web.figures.classes import Classed, classed, key_lines
from sozialraum.web.figures.fields import by_field
from sozialraum.web.figures.pages.areas import group_name
from sozialraum.web.figures.pages.page import Page, drawn
from sozialraum.web.places import link

FILES = ("CSV", "XLSX", "GeoJSON", "SVG")


def page(view: View, choice: Choice) -> Page:
    """The map page for that choice."""
    maps = [classed(view, choice, one) for one in choice.pictures]
    language = view.language
    values = {
        "choice": choice,
        "controls": controls(view, choice),
        "line": tell.in_language(view.descriptions[choice.first.indicator].definition, language),
        "about": view.address("indicator", choice.first.indicator),
        "panes": [_pane(view, choice, one, picture) for one, picture in zip(maps, choice.pictures, strict=True)],
        "keys": drawn(keys(choice, maps, language), language, 330),
        "table": drawn([twin(view, choice, maps)], language),
        "geometry": f"{link(language, 'map-geometry')}?level={choice.level}",
        "files": {text: f"{link(language, 'map-file', text.lower())}?{choice.query()}" for text in FILES},
        "source": parts.source_line(view, [one.indicator for one in choice.pictures]),
        "gaps": _gaps(maps, language),
        "query": choice.query(),
    }
    return Page("map.html", title(view, choice), values, "map")


def title(view: View, choice: Choice) -> str:
    """`Jugendarbeitslosigkeit, Ende 2018 und Ende 2020`."""
    language = view.language
    told = [_dated(view, one) for one in choice.pictures]
    if choice.second is not None and choice.one_scale:
        one = view.descriptions[choice.first.indicator]
        dates = [tell.when(one, picture.period, language) for picture in choice.pictures]
        return f"{tell.title(one, language)}, {words.joined(dates, language)}"
    return words.joined(told, language)


def _dated(view: View, picture: Picture) -> str:
    one = view.descriptions[picture.indicator]
    return f"{tell.title(one, view.language)}, {tell.when(one, picture.period, view.language)}"


def controls(view: View, choice: Choice) -> dict[str, Any]:
    """What can be chosen, each with its words."""
    language = view.language
    words_of = {
        "quantiles": say("about equally many areas", language),
        "steps": say("classes of equal width", language),
    }
    return {
        "indicators": by_field(view, view.measures()),
        "levels": [(one, view.level_title(one)) for one in levels_of(view, choice.first.indicator)],
        "periods": _periods(view, choice.first, choice.level),
        "methods": [(one, words_of[one]) for one in METHODS],
        "beside_periods": _periods(view, choice.second, choice.level) if choice.second else [],
    }


def _periods(view: View, picture: Picture, level: str) -> list[tuple[str, str]]:
    series = view.series(picture.indicator, level)
    told = (tell.when(series.description, one, view.language) for one in series.periods)
    return [(one, words.capital(text)) for one, text in zip(series.periods, told, strict=True)]


def _pane(view: View, choice: Choice, one: Classed, picture: Picture) -> dict[str, str]:
    alone = choice.alone(picture)
    return {
        "title": _dated(view, picture),
        "values": f"{link(view.language, 'map-values')}?{alone.query()}",
        "map": drawn([block(view, choice, one, picture)], view.language, 560),
    }


def block(view: View, choice: Choice, one: Classed, picture: Picture) -> Map:
    """The map as a picture: what is shown until the browser has drawn its own, and where it cannot."""
    layer = one.series.layer
    coarse = parts.outlines(view) if choice.level == view.level else None
    areas = pa.table({
        "key": list(layer.keys), "label": list(layer.labels), "geometry": pa.array(list(layer.geometry), pa.binary()),
        "fill": list(one.fills), "text": list(one.texts),
    })  # fmt: skip
    return Map(_dated(view, picture), _dated(view, picture), areas, outlines=coarse, labels=False, show_title=False)


def keys(choice: Choice, maps: list[Classed], language: str) -> list[Table | None]:
    """The legend with the number of areas in each class; one for both maps where they share their classes."""
    if choice.one_scale:
        return [_key(maps, [tell.when(one.series.description, one.series.periods[one.at], language) for one in maps])]
    return [_key([one], [say("Areas", language)], tell.title(one.series.description, language)) for one in maps]


def _key(maps: list[Classed], heads: list[str], head: str = "") -> Table:
    language, rows = maps[0].language, []
    for fill, text in key_lines(maps[0]):
        counts = [one.fills.count(fill) for one in maps]
        if any(counts) or fill.startswith("rate-"):
            rows.append((Cell(text, fill=fill), *(_count(number, language) for number in counts)))
    first = head or tell.measure(maps[0].series.description, language)
    columns = (Column(first), *(Column(words.capital(one), "bar") for one in heads))
    return Table(say("Key", language), columns, tuple(rows))


def _count(number: int, language: str) -> Cell:
    return Cell(words.number(number, 0, language) if number else "–", number=float(number) or None)


def _gaps(maps: list[Classed], language: str) -> list[str]:
    """What the patterns on the map mean, where there are any."""
    fills = {fill for one in maps for fill in one.fills}
    known = {
        "hidden": say("Hatched: the value is secret, so that nobody can be recognised. Secret is not zero.", language),
        "unknown": say("Dotted: there is no value for this area.", language),
        "track": say("Grey: the area had other boundaries then; its value cannot be compared.", language),
        "zero": say("Pale blue: a true zero.", language),
    }
    return [text for fill, text in known.items() if fill in fills]


def twin(view: View, choice: Choice, maps: list[Classed]) -> Table:
    """The same numbers as a table, the highest value of the last map first."""
    language, layer = view.language, maps[0].series.layer
    last = maps[-1].series.value[maps[-1].at]
    order = np.lexsort((np.arange(len(layer)), -np.nan_to_num(last, nan=-np.inf)))
    changes = choice.second is not None and choice.one_scale
    heads = [Column(view.level_title(choice.level, many=False))]
    if _grouped(view, choice):
        heads.append(Column(view.level_title(view.group_level or "", many=False), phone=False))
    for one in maps:
        when = tell.when(one.series.description, one.series.periods[one.at], language)
        text = when if choice.one_scale else f"{tell.title(one.series.description, language)}, {when}"
        heads += [Column(words.capital(text), "number"), Column(say("Random range", language), "number", phone=False)]
    heads += [Column(say("Change", language), "number")] if changes else []
    rows = tuple(_row(view, choice, maps, area, changes) for area in order.tolist())
    note = say("Change only where boundaries and definition are the same.", language) if changes else ""
    return Table(title(view, choice), tuple(heads), rows, note=note, show_title=False, id="numbers")


def _grouped(view: View, choice: Choice) -> bool:
    """Whether the table says in which coarser area each area lies."""
    return choice.level == view.level and view.group_level is not None


def _row(view: View, choice: Choice, maps: list[Classed], area: int, changes: bool) -> parts.Row:
    layer, language = maps[0].series.layer, view.language
    name = parts.area_cell(view, area) if choice.level == view.level else Cell(layer.labels[area])
    cells: list[Cell | str] = [name, group_name(view, area)] if _grouped(view, choice) else [name]
    for one in maps:
        cells.append(parts.value_cell(one.series, one.at, area, language))
        cells.append(parts.range_note(one.series, one.at, area, language))
    return (*cells, _change(maps, area, language)) if changes else tuple(cells)


def _change(maps: list[Classed], area: int, language: str) -> Cell | str:
    first, last = maps
    if first.series.breaks_between(min(first.at, last.at), max(first.at, last.at)):
        return say("new definition", language)
    step = words.change(first.series.at(first.at, area), last.series.at(last.at, area))
    if step is None:
        return "–"
    return Cell(words.signed(step.value, first.series.description.decimals, language), number=step.value)
