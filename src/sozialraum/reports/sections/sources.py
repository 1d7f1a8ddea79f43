"""Sources and definitions: who published what, under which licence, and how each figure is defined."""

from __future__ import annotations

from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Cell, Column, Section, Table
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.view import View
from sozialraum.texts import say


def section(view: View, settings: Settings) -> Section:
    """Two tables: sources with licence, figures with definition and dates."""
    tables: list[Block] = [table for table in (credits_table(view), definitions(view)) if table is not None]
    return Section(settings.id, settings.title, tuple(tables))


def credits_table(view: View) -> Table | None:
    """Publisher, title and licence of what went in."""
    if not view.release.credits:
        return None
    language = view.language
    heads = (say("Source", language), say("Publisher", language), say("Licence", language))
    rows = tuple(
        (Cell(one.title or one.source, note=one.note), one.publisher, one.licence) for one in view.release.credits
    )
    return Table(say("Sources", language), tuple(Column(head) for head in heads), rows, stack=True)


def definitions(view: View) -> Table | None:
    """Each figure with its definition, source and the dates shown."""
    language = view.language
    rows = tuple(_definition(view, one) for one in view.measures())
    heads = (say("Figure", language), say("Definition", language), say("Dates", language))
    return (
        Table(say("Figures and their definitions", language), tuple(Column(head) for head in heads), rows, stack=True)
        if rows
        else None
    )


def _definition(view: View, indicator: str) -> tuple[Cell | str, ...]:
    series, language = view.series(indicator), view.language
    one = series.description
    unit = tell.measure(one, language)
    text = tell.in_language(one.definition, language) or unit
    dates = series.periods[0] if len(series.periods) == 1 else f"{series.periods[0]}–{series.periods[-1]}"
    name = tell.in_language(one.title, language) or one.id
    return (
        Cell(name, note=unit, href=view.address("indicator", indicator)),
        Cell(text, note=tell.in_language(one.source, language)),
        dates,
    )
