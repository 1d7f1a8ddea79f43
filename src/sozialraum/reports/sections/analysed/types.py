"""Area types: map with key, how many types and how sure they are, a portrait of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sozialraum.analysis.classification import DOUBTFUL, ID, STABLE, Portrait, type_portraits
from sozialraum.figures import Figures
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Columns,
    Heading,
    Map,
    Paragraph,
    Run,
    Section,
    Table,
)
from sozialraum.reports.sections import parts as shared
from sozialraum.reports.sections.analysed.parts import caveat, number_cell, released, texts
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.view import View
from sozialraum.texts import say

COLOURS = 8


def section(view: View, settings: Settings) -> Section | None:
    """The types of the latest date; None where the release holds none."""
    if not view.has(ID):
        return None
    series = view.series(ID)
    period = series.periods[-1]
    types = [None if one is None else str(one) for one in series.extra["class"][-1].tolist()]
    if not any(types):
        return None
    known = released(view, [*view.descriptions[ID].parts, ID], period)
    portraits = type_portraits(
        known.select(*view.descriptions[ID].parts), Figures(view.release.table, view.release.descriptions), period
    )
    notes = _notes(view, period)
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    blocks.append(Paragraph((_sentence(view, portraits, notes, period),)))
    blocks.append(
        Columns(
            (
                (Heading(3, say("The types", view.language)), _portraits(view, portraits, notes)),
                (_map(view, types, portraits, period),),
            ),
            (0.5, 0.5),
        )
    )
    blocks += _moves(view, notes)
    limits = tell.in_language(view.descriptions[ID].limits, view.language)
    return Section(settings.id, settings.title, (*blocks, caveat(limits)))


def _notes(view: View, period: str) -> Mapping[str, Any]:
    """What the analysis said of this period: method, Jaccard and overlap by type."""
    told = view.release.record.get("notes", {}).get(ID, {})
    own: Mapping[str, Any] = next((one for one in told.get("periods", ()) if one["period"] == period), {})
    return {**told, **own}


def _titles(view: View) -> dict[str, str]:
    return {one: tell.title(view.descriptions[one], view.language) for one in view.descriptions[ID].parts}


def _sentence(view: View, portraits: tuple[Portrait, ...], notes: Mapping[str, Any], period: str) -> str:
    """Into how many types the areas fall, in which figures, and how many of the types are stable."""
    language, jaccard = view.language, notes.get("jaccard", {})
    values = {
        "when": words.capital(words.when(period, language)),
        "areas": words.number(sum(one.areas for one in portraits), 0, language),
        "types": words.number(len(portraits), 0, language),
        "figures": words.joined(list(_titles(view).values()), language),
        "stable": words.number(sum(value >= STABLE for value in jaccard.values()), 0, language),
    }
    told = [say("{when}, {areas} areas fall into {types} types that are alike in: {figures}.", language, **values)]
    if jaccard:
        told.append(say("Stable (found again when the areas are drawn anew): {stable} of {types}.", language, **values))
    if notes.get("supported") is False:
        told.append(say("No number of types is stable, so read them as a rough sketch.", language))
    return " ".join(told)


def _portraits(view: View, portraits: tuple[Portrait, ...], notes: Mapping[str, Any]) -> Block:
    """A portrait per type, with what is to be thought of its stability."""
    language, titles = view.language, _titles(view)
    items = []
    for one in portraits:
        name = say("Type {number}", language, number=one.type + 1)
        labels = view.layer.labels
        typical = labels[view.layer.place[one.typical]] if one.typical in view.layer.place else one.typical
        text = one.tell(titles, language).replace(f": {one.typical}.", f": {typical}.")
        items.append((Run(f"{name}. ", bold=True), Run(f"{text} {_stability(notes, one.type + 1, language)}".strip())))
    return Bullets(tuple(items))


def _stability(notes: Mapping[str, Any], number: int, language: str) -> str:
    value = notes.get("jaccard", {}).get(str(number))
    if value is None:
        return ""
    told = {"value": words.number(value, 2, language)}
    if value < DOUBTFUL:
        return say("Not stable (Jaccard {value}): do not interpret.", language, **told)
    return (
        say("Stable (Jaccard {value}).", language, **told)
        if value >= STABLE
        else say("Fairly stable (Jaccard {value}).", language, **told)
    )


def fill(kind: str | None) -> str:
    """Colour of a type; grey where an area has none."""
    return "flat" if kind is None else f"type-{(int(kind) - 1) % COLOURS + 1}"


def _map(view: View, types: list[str | None], portraits: tuple[Portrait, ...], period: str) -> Map:
    language = view.language
    names = {str(one.type + 1): _name(one, view) for one in portraits}
    said = [names.get(one or "", say("no type", language)) for one in types]
    areas = shared.shapes(view).append_column("fill", texts([fill(one) for one in types]))
    areas = areas.append_column("text", texts(said))
    rows = [(Cell(names[kind], fill=fill(kind)), number_cell(types.count(kind), 0, language)) for kind in names]
    rows += (
        [(Cell(say("no type", language), fill="flat"), number_cell(types.count(None), 0, language))]
        if None in types
        else []
    )
    key = Table(
        say("Key", language), (Column(say("Type", language)), Column(say("Areas", language), "number")), tuple(rows)
    )
    twin = Table(
        say("All areas with their type", language),
        (Column(view.level_title(view.level, many=False)), Column(say("Type", language))),
        tuple(
            (label, Cell(text, fill=fill(kind)))
            for label, text, kind in zip(view.layer.labels, said, types, strict=True)
        ),
        folded=True,
    )
    largest = max(portraits, key=lambda one: (one.areas, -one.type))
    alt = say("Map of the areas by type; the largest is {name}.", language, name=names[str(largest.type + 1)])
    title = say("Area types, {when}", language, when=words.when(period, language))
    source = shared.source_line(view, view.descriptions[ID].parts)
    return Map(title, alt, areas, key, shared.outlines(view), source=source, table=twin)


def _name(one: Portrait, view: View) -> str:
    return f"{say('Type {number}', view.language, number=one.type + 1)}: {one.name(_titles(view), view.language)}"


def _moves(view: View, notes: Mapping[str, Any]) -> tuple[Block, ...]:
    """How many areas kept their type since the date before; nothing where there is none."""
    series, language = view.series(ID), view.language
    if len(series.periods) < 2:
        return ()
    pairs = zip(series.extra["class"][-2].tolist(), series.extra["class"][-1].tolist(), strict=True)
    both = [(before, now) for before, now in pairs if before is not None and now is not None]
    if not both:
        return ()
    kept = sum(before == now for before, now in both)
    values = {
        "since": words.capital(words.since(series.periods[-2], language)),
        "kept": words.number(kept, 0, language),
        "all": words.number(len(both), 0, language),
    }
    told = say(
        "{since}, {kept} of {all} areas have kept their type; each date has types of its own, numbered by the areas they share.",
        language,
        **values,
    )
    weak = [name for name, value in notes.get("overlap", {}).items() if value < 0.5]
    if weak:
        told += " " + say("Of these numbers hardly the same type as before: {types}.", language, types=", ".join(weak))
    return (Paragraph((told,)),)
