"""The table twin of a map: the same numbers in rows, the highest first, and what changed between two dates."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sozialraum.reports import View
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Cell, Column, Table
from sozialraum.reports.sections import parts
from sozialraum.texts import say
from sozialraum.web.figures.maps.choice import Choice
from sozialraum.web.figures.maps.classes import Classed, Drawn
from sozialraum.web.figures.pages.areas import group_name
from sozialraum.web.paging import Part


def twin(view: View, choice: Choice, maps: list[Drawn], title: str, shown: Part) -> Table:
    """The rows of that part, the highest value of the last map first."""
    language, layer = view.language, maps[0].layer
    last = np.array([maps[-1].value(area) for area in range(len(layer))])
    order = np.lexsort((np.arange(len(layer)), -np.nan_to_num(last, nan=-np.inf)))
    changes = choice.compares
    heads = [Column(view.level_title(choice.level, many=False))]
    if _grouped(view, choice):
        heads.append(Column(view.level_title(view.group_level or "", many=False), phone=False))
    for one in maps:
        first, *more = one.heads
        heads += [first if choice.one_scale else replace(first, head=f"{one.title}, {one.when}"), *more]
    heads += [Column(say("Change", language), "number")] if changes else []
    rows = tuple(_row(view, choice, maps, area, changes) for area in order[shown.rows].tolist())
    note = " ".join(_notes(maps, changes))
    several = len(maps) > 1
    return Table(title, tuple(heads), rows, note=note, stack=several, named=several, show_title=False, id="numbers")


def _notes(maps: list[Drawn], changes: bool) -> list[str]:
    language, told = maps[0].language, []
    if changes:
        text = "Change from the earlier to the later date, only where boundaries and definition are the same."
        told.append(say(text, language))
    if any(isinstance(one, Classed) and one.without_range for one in maps):
        told.append(say("No random range is known for these values.", language))
    return told


def _grouped(view: View, choice: Choice) -> bool:
    """Whether the table says in which coarser area each area lies."""
    return choice.level == view.level and view.group_level is not None


def _row(view: View, choice: Choice, maps: list[Drawn], area: int, changes: bool) -> parts.Row:
    layer = maps[0].layer
    name = parts.area_cell(view, area) if choice.level == view.level else Cell(layer.labels[area])
    cells: list[Cell | str] = [name, group_name(view, area)] if _grouped(view, choice) else [name]
    cells += [cell for one in maps for cell in one.cells(area)]
    return (*cells, _change(maps, area, view.language)) if changes else tuple(cells)


def changes(choice: Choice, maps: list[Drawn]) -> list[str]:
    """The change of every area between two dates of one figure, in words; empty for anything else."""
    told = (_change(maps, area, maps[0].language) for area in range(len(maps[0].layer))) if choice.compares else ()
    return [one if isinstance(one, str) else one.text for one in told]


def _change(maps: list[Drawn], area: int, language: str) -> Cell | str:
    first, last = (one for one in maps if isinstance(one, Classed))
    if first.series.breaks_between(first.at, last.at):
        return say("new definition", language)
    step = words.change(first.series.at(first.at, area), last.series.at(last.at, area))
    if step is None:
        return "–"
    return Cell(words.signed(step.value, first.series.description.decimals, language), number=step.value)


def change_told(choice: Choice, maps: list[Drawn]) -> tuple[str, str]:
    """The later of two dates of one figure, and in how many areas it rose or fell until then; empty for anything else."""
    if not choice.compares:
        return "", ""
    first, last = (one for one in maps if isinstance(one, Classed))
    told = tell.moves_sentence(first.series, first.at, last.at, first.language)
    return (words.capital(last.when), told) if told else ("", "")
