"""The index: twelve groups with their number of areas, the map, how sure it is, who moved class, what it does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import numpy as np

from sozialraum.reports import Edition, View, earlier_edition, edition
from sozialraum.reports.blocks import Block, Bullets, Cell, Column, Matrix, Table
from sozialraum.reports.sections import change, parts
from sozialraum.reports.sections.index import drivers, lead, not_said, sureness
from sozialraum.texts import say
from sozialraum.web.figures.pages.areas import group_name
from sozialraum.web.figures.pages.page import Page, drawn
from sozialraum.web.paging import Part, part, ways
from sozialraum.web.places import link


@dataclass(frozen=True)
class Group:
    """A field of the matrix by the ids of its classes; empty ones mean every area."""

    status: str = ""
    dynamic: str = ""

    @property
    def query(self) -> str:
        """The group as it stands in an address."""
        return urlencode({name: held for name, held in (("status", self.status), ("dynamic", self.dynamic)) if held})


def chosen(found: Edition, asked: Mapping[str, str]) -> Group:
    """The group that was asked for, as far as the index has such classes."""
    status, dynamic = asked.get("status", ""), asked.get("dynamic", "")
    moving = found.dynamic.scale.ids if found.dynamic else ()
    return Group(status if status in found.status.scale.ids else "", dynamic if dynamic in moving else "")


def page(view: View, group: Group, asked: str = "") -> Page | None:
    """The page of the newest edition with a part of the list of its areas; None where the release holds no index."""
    found, language = edition(view), view.language
    if found is None:
        return None
    inside = members(found, group)
    keys = tuple(key for key, is_in in zip(view.layer.keys, inside, strict=True) if is_in) if group != Group() else ()
    picture = parts.class_map(view, found, say("Map", language), twin=False, highlight=keys, show_title=False)
    before = earlier_edition(view)
    moves: list[Block] = list(change.moves(view, before, found)) if before else []
    title = say("Index of the social situation {label}", language, label=found.label)
    shown = part(int(inside.sum()), asked)
    values = {
        "lead": lead(view, found),
        "matrix": drawn([_linked(view, found)], language, 560),
        "map": drawn([picture], language, 500),
        "drivers": drawn(drivers(view, found), language, 560),
        "sure": drawn(sureness(view, found), language, level=1),
        "moves": drawn(moves, language, 560, level=1),
        "not_said": drawn([Bullets(not_said(language))], language, 500),
        "filtered": group != Group(),
        "table": drawn([listed(view, found, inside, shown)], language),
        "ways": ways(shown, group.query, language, "areas"),
        "title_of_table": _words(view, found, group),
        "source": parts.source_line(view, found.status.description.parts),
    }
    return Page("index.html", title, values, "index")


def members(found: Edition, group: Group) -> Any:
    """Which areas belong to the group; all rated ones where none is chosen."""
    inside = found.status.codes >= 0
    for code, dimension in ((group.status, found.status), (group.dynamic, found.dynamic)):
        if code and dimension is not None:
            inside = inside & (dimension.codes == dimension.scale.ids.index(code))
    return inside


def _linked(view: View, found: Edition) -> Matrix:
    """The matrix with a link from each field to its areas."""
    matrix = parts.class_matrix(view, found, say("Groups", view.language))
    moving = found.dynamic.scale.ids if found.dynamic else ("",)
    cells = tuple(
        tuple(
            replace(cell, href=f"{link(view.language, 'index')}?{_query(status, dynamic)}#areas")
            for dynamic, cell in zip(moving, row, strict=True)
        )
        for status, row in zip(found.status.scale.ids, matrix.cells, strict=True)
    )
    return replace(matrix, cells=cells, rows=tuple(replace(one, fill="") for one in matrix.rows))


def _query(status: str, dynamic: str) -> str:
    return urlencode({"status": status, **({"dynamic": dynamic} if dynamic else {})})


def _words(view: View, found: Edition, group: Group) -> str:
    """`Status sehr niedrig, Entwicklung negativ`; else that all areas are listed."""
    told = [
        f"{one.title(view.language)} {one.words(view.language)[one.scale.ids.index(code)]}"
        for code, one in ((group.status, found.status), (group.dynamic, found.dynamic))
        if code and one is not None
    ]
    return ", ".join(told) or say("All {areas}", view.language, areas=view.level_title(view.level))


def listed(view: View, found: Edition, inside: Any, shown: Part) -> Table:
    """A part of the areas of a group with classes and how sure they are, the least advantaged first."""
    language = view.language
    order = sorted(np.flatnonzero(inside).tolist(), key=lambda area: (-found.status.codes[area], area))
    dimensions = [one for one in (found.status, found.dynamic) if one is not None]
    heads = [Column(view.level_title(view.level, many=False))]
    heads += [Column(view.level_title(view.group_level, many=False), phone=False)] if view.group_level else []
    for one in dimensions:
        heads += [Column(one.title(language))]
        heads += [Column(say("How sure?", language), phone=False)] if one.knows_chance else []
    rows = tuple(_row(view, dimensions, area) for area in order[shown.rows])
    title = say("Areas with their class", language)
    return Table(title, (*heads, Column(say("People", language), "number", phone=False)), rows, show_title=False)


def _row(view: View, dimensions: list[Any], area: int) -> parts.Row:
    cells: list[Cell | str] = [parts.area_cell(view, area)]
    cells += [group_name(view, area)] if view.group_level else []
    for at, one in enumerate(dimensions):
        cells += [parts.class_cell(view, one, area, sign=at == 1)]
        cells += [_sure(one, area, view.language)] if one.knows_chance else []
    return (*cells, parts.people_cell(view, area))


def _sure(dimension: Any, area: int, language: str) -> str:
    """`sicher`, `eher sicher` or `Grenzfall`, as in the bars above."""
    chance = float(dimension.probability[area])
    if np.isnan(chance):
        return ""
    text = "sure" if chance >= 0.95 else "rather sure" if chance >= 0.8 else "borderline"
    return say(text, language)
