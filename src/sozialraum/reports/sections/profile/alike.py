"""The areas most like one: on one page beside other things, or at full width with classes, figures and distance."""

from __future__ import annotations

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Cell, Column, Heading, Table
from sozialraum.reports.editions import Edition, edition
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.similar import AGES, most_similar
from sozialraum.reports.series import Series
from sozialraum.reports.view import View
from sozialraum.texts import say

SHOWN = 3
"""Figures beside the classes in the wide table."""
ANY_TWO = 2**0.5
"""What lies between any two areas in the mean (root mean square of differences of standardised figures)."""


def similar(view: View, area: int, wide: bool) -> tuple[Block, ...]:
    """The areas most like this one; empty where too little is known. Narrow tables put the coarser area under the name."""
    found, language = most_similar(view), view.language
    if area not in found.nearest:
        return ()
    index, series = edition(view), view.series(found.indicators[0])
    groups = wide and view.group_level is not None
    heads = [Column(say("Area", language))]
    heads += [Column(view.level_title(view.group_level or "", many=False))] if groups else []
    heads += [Column(say("Class", language))] if index else []
    heads.append(_figure_head(series, language))
    rows = tuple(
        _similar_row(view, index, series, other, groups) for other in (area, *found.nearest[area][: 4 if wide else 3])
    )
    title = say("Similar areas", language)
    note = say("Nearest in {figures}.", language, figures=_figures(view, found.indicators))
    return Heading(3, title), Table(title, tuple(heads), rows, note=note, highlight=(0,), show_title=False)


def similar_in_full(view: View, area: int) -> tuple[Block, ...]:
    """The same with both classes, what they are alike in, and how far each is; empty where too little is known."""
    found, language = most_similar(view), view.language
    if area not in found.nearest:
        return ()
    index, nearest = edition(view), found.nearest[area]
    dimensions = [one for one in (index.status, index.dynamic) if one is not None] if index else []
    chosen = [view.series(one) for one in found.indicators if one not in AGES][:SHOWN]
    heads = [
        Column(say("Area", language)),
        *(Column(one.title(language), phone=not at) for at, one in enumerate(dimensions)),
    ]
    heads += [_figure_head(one, language, phone=not at) for at, one in enumerate(chosen)]
    heads.append(Column(say("Distance", language), "number", phone=False))
    rows = tuple(
        (_name(view, other), *(parts.class_cell(view, one, other, sign=at == 1) for at, one in enumerate(dimensions)),
         *(parts.value_cell(one, -1, other, language) for one in chosen), _apart(far, language))
        for other, far in zip((area, *nearest), (None, *found.distances[area]), strict=True)
    )  # fmt: skip
    title = say("Similar areas", language)
    text = "Nearest in {figures}. A distance of 0 would be equal; between any two areas it is {usual} in the mean."
    told = {"figures": _figures(view, found.indicators), "usual": words.number(ANY_TWO, 1, language)}
    table = Table(title, tuple(heads), rows, note=say(text, language, **told), highlight=(0,), show_title=False)
    return Heading(2, title), table


def _figure_head(series: Series, language: str, phone: bool = True) -> Column:
    one = series.description
    return Column(tell.title(one, language), "number", unit=words.unit_words(one.unit, language), phone=phone)


def _name(view: View, area: int) -> Cell:
    """The name with coarser area and people below it."""
    people = parts.people_cell(view, area)
    told = [_group(view, area)]
    if people.number is not None:
        told.append(say("{people} people", view.language, people=people.text))
    address = view.address("area", view.layer.keys[area])
    return Cell(view.layer.names[area], note=", ".join(one for one in told if one), href=address)


def _apart(far: float | None, language: str) -> Cell | str:
    return "" if far is None else Cell(words.number(far, 2, language), number=far)


def _group(view: View, area: int) -> str:
    key = parts.group_key(view, area)
    return parts.parent_name(view, view.group_level, key) if key and view.group_level else ""


def _figures(view: View, indicators: tuple[str, ...]) -> str:
    """`vier Kennzahlen und im Altersaufbau` where ages are among them."""
    language, ages = view.language, [one for one in indicators if one in AGES]
    count = len(indicators) - len(ages)
    told = words.counted(count, say("one figure", language), say("figures", language), language)
    return say("{figures} and in the age structure", language, figures=told) if ages else told


def _similar_row(view: View, index: Edition | None, series: Series, area: int, groups: bool) -> tuple[Cell | str, ...]:
    language, group = view.language, _group(view, area)
    name = Cell(view.layer.names[area], note="" if groups else group, href=view.address("area", view.layer.keys[area]))
    class_: tuple[str, ...] = ()
    if index is not None:
        codes = [one for one in (index.status, index.dynamic) if one is not None]
        text = ", ".join(one.words(language)[one.codes[area]] for one in codes if one.codes[area] >= 0)
        class_ = (text or parts.no_class(view, index.status, area),)
    return (name, *((group,) if groups else ()), *class_, parts.value_cell(series, -1, area, language))
