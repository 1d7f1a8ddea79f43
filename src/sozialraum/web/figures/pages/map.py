"""Map: where is it high, where low, then and now; the same numbers stand below as a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.reports import View, edition, editions
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Cell, Column, Map, Table
from sozialraum.reports.sections import parts
from sozialraum.texts import say
from sozialraum.web.figures.fields import by_field
from sozialraum.web.figures.maps.choice import INDEX, MANY, METHODS, Choice, Picture, coarser, levels_of, periods_of
from sozialraum.web.figures.maps.classes import Classed, Drawn, drawn_map
from sozialraum.web.figures.pages.areas import group_name
from sozialraum.web.figures.pages.page import Page, drawn
from sozialraum.web.figures.relations.selection import Selection
from sozialraum.web.places import link

FIRST = 500
"""Rows of the table where there are too many areas for all of them."""
FILES = ("CSV", "XLSX", "GeoJSON", "SVG", "PNG")


def page(view: View, choice: Choice, own: Selection | None = None) -> Page:
    """The map page for that choice, with the areas that the reader put together."""
    maps = [drawn_map(view, choice, one) for one in choice.pictures]
    language = view.language
    about, line = _about(view, choice)
    far = coarser(view, choice)[:1]
    values = {
        "choice": choice,
        "controls": controls(view, choice),
        "line": line,
        "about": about,
        "panes": [_pane(view, choice, one, picture, far) for one, picture in zip(maps, choice.pictures, strict=True)],
        "keys": drawn(keys(choice, maps, language), language, 330),
        "table": drawn([twin(view, choice, maps)], language),
        "geometry": f"{link(language, 'map-geometry')}?level={choice.level}",
        "coarse": "".join(f"{link(language, 'map-geometry')}?level={one}" for one in far),
        "levels": [view.level_title(one) for one in (choice.level, *far)],
        "files": {text: f"{link(language, 'map-file', text.lower())}?{choice.query()}" for text in FILES},
        "source": source(view, choice),
        "gaps": _gaps(maps, language),
        "query": choice.query(),
        "own": own,
    }
    return Page("map.html", title(view, choice), values, "map")


def source(view: View, choice: Choice) -> str:
    """The sources of what is shown."""
    ids = [one.indicator for one in choice.pictures if one.indicator != INDEX]
    found = edition(view)
    return parts.source_line(
        view, [*ids, *(found.status.description.parts if found and len(ids) < len(choice.pictures) else ())]
    )


def _about(view: View, choice: Choice) -> tuple[str, str]:
    """The page that explains what is shown, and its definition in a sentence."""
    if choice.first.indicator == INDEX:
        line = say("Colour = status, triangle = development, number = how many areas.", view.language)
        return link(view.language, "index"), line
    one = view.descriptions[choice.first.indicator]
    return view.address("indicator", one.id), tell.in_language(one.definition, view.language)


def title(view: View, choice: Choice) -> str:
    """`Jugendarbeitslosigkeit, Ende 2018 und Ende 2020`."""
    maps = [drawn_map(view, choice, one) for one in choice.pictures]
    if choice.second is not None and choice.one_scale:
        return f"{maps[0].title}, {words.joined([one.when for one in maps], view.language)}"
    return words.joined([_dated(one) for one in maps], view.language)


def _dated(one: Drawn) -> str:
    return f"{one.title}, {one.when}"


def controls(view: View, choice: Choice) -> dict[str, Any]:
    """What can be chosen, each with its words."""
    language = view.language
    words_of = {
        "quantiles": say("about equally many areas", language),
        "steps": say("classes of equal width", language),
    }
    first = choice.first.indicator
    index = (
        [(say("Index", language), [(INDEX, say("Index: status and development", language))])] if editions(view) else []
    )
    levels = [view.level] if first == INDEX else levels_of(view, first)
    return {
        "indicators": index + by_field(view, view.measures()),
        "levels": [(one, view.level_title(one)) for one in levels],
        "periods": _periods(view, choice, choice.first),
        "methods": [] if first == INDEX else [(one, words_of[one]) for one in METHODS],
        "beside_periods": _periods(view, choice, choice.second) if choice.second else [],
    }


def _periods(view: View, choice: Choice, picture: Picture) -> list[tuple[str, str]]:
    known = periods_of(view, picture.indicator, choice.level)
    maps = (drawn_map(view, choice, Picture(picture.indicator, one)) for one in known)
    return [(one, words.capital(drawn_one.when)) for one, drawn_one in zip(known, maps, strict=True)]


def _pane(view: View, choice: Choice, one: Drawn, picture: Picture, far: list[str]) -> dict[str, str]:
    alone = choice.alone(picture)
    return {
        "title": _dated(one),
        "values": f"{link(view.language, 'map-values')}?{alone.query()}",
        "coarse": "".join(f"{link(view.language, 'map-values')}?{alone.query(on=level)}" for level in far),
        "map": drawn([block(view, choice, one)] if len(one.layer) <= MANY else [], view.language, 560),
    }


def block(view: View, choice: Choice, one: Drawn) -> Map:
    """The map as a picture: what is shown until the browser has drawn its own, and where it cannot."""
    layer = one.layer
    coarse = parts.outlines(view) if choice.level == view.level else None
    areas = pa.table({
        "key": list(layer.keys), "label": list(layer.labels), "geometry": pa.array(list(layer.geometry), pa.binary()),
        "fill": list(one.fills), "text": list(one.texts), "mark": list(one.marks),
    })  # fmt: skip
    return Map(_dated(one), _dated(one), areas, outlines=coarse, labels=False, show_title=False)


def keys(choice: Choice, maps: list[Drawn], language: str) -> list[Table | None]:
    """The legend with the number of areas in each class; one for both maps where they share their classes."""
    if choice.one_scale:
        return [_key(maps, [one.when for one in maps])]
    return [_key([one], [say("Areas", language)], one.title) for one in maps]


def _key(maps: list[Drawn], heads: list[str], head: str = "") -> Table:
    """Rows as the last map has them, with the counts of every map."""
    language = maps[0].language
    counts = [dict(one.key) for one in maps]
    rows = [(cell, *(_count(of.get(cell, 0), language) for of in counts)) for cell in _in_order(counts)]
    columns = (Column(head or maps[0].measure), *(Column(words.capital(one), "bar") for one in heads))
    return Table(say("Key", language), columns, tuple(rows))


def _in_order(counts: list[dict[Cell, int]]) -> list[Cell]:
    """Every class of any map once: the colours of all maps first, then what only some of them have."""
    return list(dict.fromkeys(cell for of in sorted(counts, key=len, reverse=True) for cell in of))


def _count(number: int, language: str) -> Cell:
    return Cell(words.number(number, 0, language) if number else "–", number=float(number) or None)


def _gaps(maps: list[Drawn], language: str) -> list[str]:
    """What the patterns on the map mean, where there are any."""
    fills = {fill for one in maps for fill in one.fills}
    known = {
        "hidden": say("Hatched: the value is secret, so that nobody can be recognised. Secret is not zero.", language),
        "unknown": say("Dotted: there is no value for this area.", language),
        "track": say("Grey: the area had other boundaries then; its value cannot be compared.", language),
        "zero": say("Pale blue: a true zero.", language),
    }
    return [text for fill, text in known.items() if fill in fills]


def twin(view: View, choice: Choice, maps: list[Drawn]) -> Table:
    """The same numbers as a table, the highest value of the last map first."""
    language, layer = view.language, maps[0].layer
    last = np.array([maps[-1].value(area) for area in range(len(layer))])
    order = np.lexsort((np.arange(len(layer)), -np.nan_to_num(last, nan=-np.inf)))
    changes = choice.second is not None and choice.one_scale and choice.first.indicator != INDEX
    heads = [Column(view.level_title(choice.level, many=False))]
    if _grouped(view, choice):
        heads.append(Column(view.level_title(view.group_level or "", many=False), phone=False))
    for one in maps:
        first, *more = one.heads
        heads += [first if choice.one_scale else replace(first, head=f"{one.title}, {one.when}"), *more]
    heads += [Column(say("Change", language), "number")] if changes else []
    shown = order.tolist() if len(layer) <= MANY else order[:FIRST].tolist()
    rows = tuple(_row(view, choice, maps, area, changes) for area in shown)
    notes = (
        [say("Change from the earlier to the later date, only where boundaries and definition are the same.", language)]
        if changes
        else []
    )
    if len(shown) < len(layer):
        text = "The first {shown} of {count} rows; the file (CSV, XLSX) holds all."
        counts = {"shown": words.number(len(shown), 0, language), "count": words.number(len(layer), 0, language)}
        notes.append(say(text, language, **counts))
    note = " ".join(notes)
    return Table(title(view, choice), tuple(heads), rows, note=note, show_title=False, id="numbers")


def _grouped(view: View, choice: Choice) -> bool:
    """Whether the table says in which coarser area each area lies."""
    return choice.level == view.level and view.group_level is not None


def _row(view: View, choice: Choice, maps: list[Drawn], area: int, changes: bool) -> parts.Row:
    layer = maps[0].layer
    name = parts.area_cell(view, area) if choice.level == view.level else Cell(layer.labels[area])
    cells: list[Cell | str] = [name, group_name(view, area)] if _grouped(view, choice) else [name]
    cells += [cell for one in maps for cell in one.cells(area)]
    return (*cells, _change(maps, area, view.language)) if changes else tuple(cells)


def _change(maps: list[Drawn], area: int, language: str) -> Cell | str:
    dated = [one for one in maps if isinstance(one, Classed)]
    if len(dated) < 2:
        return "–"
    first, last = sorted(dated, key=lambda one: one.at)  # whichever stands on the left
    if first.series.breaks_between(first.at, last.at):
        return say("new definition", language)
    step = words.change(first.series.at(first.at, area), last.series.at(last.at, area))
    if step is None:
        return "–"
    return Cell(words.signed(step.value, first.series.description.decimals, language), number=step.value)
