"""Map: where is it high, where low, then and now; the same numbers stand below as a table."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from sozialraum.reports import Layer, View, edition, editions
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Cell, Column, Map, Table
from sozialraum.reports.classing import METHODS
from sozialraum.reports.maps import ON_A_PAGE, draw_marks
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.course import breaks
from sozialraum.texts import say
from sozialraum.web.figures.fields import by_field
from sozialraum.web.figures.maps.choice import INDEX, MANY, Choice, Picture, coarser, levels_of, periods_of
from sozialraum.web.figures.maps.classes import Drawn, drawn_map
from sozialraum.web.figures.maps.geometry import group_of
from sozialraum.web.figures.maps.table import change_told, twin
from sozialraum.web.figures.pages.page import Page, drawn
from sozialraum.web.figures.relations.selection import Selection
from sozialraum.web.paging import part, ways
from sozialraum.web.places import link

FILES = ("CSV", "XLSX", "GeoJSON", "SVG", "PNG")
WIDTH = 560.0
"""Pixels that a picture is drawn for; the page stretches it."""


def page(view: View, choice: Choice, own: Selection | None = None, asked: str = "", pictures: bool = True) -> Page:
    """The map page for that choice, with the areas that the reader put together and the part of the table asked for.

    Who has the pictures already, and only wants them in other colours, gets the page without.
    """
    maps = [drawn_map(view, choice, one) for one in choice.pictures]
    language = view.language
    about, line = _about(view, choice)
    far, seen = coarser(view, choice)[:1], picture_level(view, choice)
    shown = part(len(maps[0].layer), asked)
    values = {
        "choice": choice,
        "controls": controls(view, choice),
        "line": line,
        "about": about,
        "panes": [_pane(view, choice, one, far, seen if pictures else "") for one in choice.pictures],
        "keys": drawn(keys(choice, maps, language), language, 330),
        "table": drawn([twin(view, choice, maps, title(view, choice), shown)], language),
        "ways": ways(shown, choice.query(), language, "told"),
        "changed": change_told(choice, maps),
        "geometry": f"{link(language, 'map-geometry')}?level={choice.level}",
        "coarse": "".join(f"{link(language, 'map-geometry')}?level={one}" for one in far),
        "alone": not seen,
        "changes": f"{link(language, 'map-values')}?{choice.query()}"
        if choice.compares and seen == choice.level
        else "",
        "profile": link(language, "area", "KEY") if seen == view.level else "",
        "without": " ".join(map(str, _without_outline(view, seen))),
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


def _periods(view: View, choice: Choice, picture: Picture) -> list[tuple[str, str, str, str]]:
    """Each date with its words, its short name, and what is new at it: boundaries, definition."""
    known = periods_of(view, picture.indicator, choice.level)
    maps = [drawn_map(view, choice, Picture(picture.indicator, one)) for one in known]
    news = {} if picture.indicator == INDEX else _news(view, choice, picture)
    return [
        (one, words.capital(drawn_one.when), words.year(one), news.get(at, ""))
        for at, (one, drawn_one) in enumerate(zip(known, maps, strict=True))
    ]


def _news(view: View, choice: Choice, picture: Picture) -> dict[int, str]:
    series = view.series(picture.indicator, choice.level)
    at = range(len(series.periods))
    return {
        after: str(found[0]["label"])
        for after in at[1:]
        if (found := breaks(series, [after - 1, after], view.language))
    }


def _pane(view: View, choice: Choice, picture: Picture, far: list[str], seen: str) -> dict[str, str]:
    alone = choice.alone(picture)
    return {
        "title": _dated(drawn_map(view, choice, picture)),
        "values": f"{link(view.language, 'map-values')}?{alone.query()}",
        "coarse": "".join(f"{link(view.language, 'map-values')}?{alone.query(on=level)}" for level in far),
        "map": drawn([block(view, drawn_map(view, choice, picture, seen))] if seen else [], view.language, WIDTH),
    }


def picture_level(view: View, choice: Choice) -> str:
    """The level that a picture of the choice shows: the chosen one, a coarser one for many areas, or none."""
    return next(
        iter((*coarser(view, choice), *([choice.level] if len(view.layer_of(choice.level)) <= MANY else []))), ""
    )


def _without_outline(view: View, level: str) -> list[int]:
    """Places in the level of areas that no map can show."""
    return [at for at, shape in enumerate(view.layer_of(level).geometry) if not shape] if level else []


def block(view: View, one: Drawn) -> Map:
    """The map as a picture: it serves until somebody looks closer, and wherever the browser cannot draw its own."""
    layer = one.layer
    coarse = parts.outlines(view) if layer.level == view.level else None
    areas = pa.table({
        "key": list(layer.keys), "label": [_labelled(view, layer, area) for area in range(len(layer))],
        "geometry": pa.array(list(layer.geometry), pa.binary()),
        "fill": list(one.fills), "text": list(one.texts), "mark": list(one.marks),
    })  # fmt: skip
    return Map(_dated(one), _dated(one), areas, outlines=coarse, labels=False, show_title=False)


def _labelled(view: View, layer: Layer, area: int) -> str:
    """Name of an area and, behind it, of the coarser area around."""
    above = group_of(view, layer, area)
    return f"{layer.names[area]} ({above})" if above else layer.names[area]


def signs(view: View, one: Drawn) -> str:
    """The triangles of a map as they lie in its picture."""
    return draw_marks(block(view, one), WIDTH, ON_A_PAGE[1]) if any(one.marks) else ""


def keys(choice: Choice, maps: list[Drawn], language: str) -> list[Table | None]:
    """The legend with the number of areas in each class; one for both maps where they share their classes."""
    if choice.one_scale:
        return [_key(maps, [maps[0].when] if len(maps) == 1 else [words.year(one.period) for one in choice.pictures])]
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
