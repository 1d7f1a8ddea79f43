"""Are neighbours alike? Moran's I in a sentence, and a map of high among high and low among low."""

from __future__ import annotations

from typing import Any

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Cell, Column, Columns, Heading, Map, Paragraph, Section, Table
from sozialraum.reports.sections import parts as shared
from sozialraum.reports.sections.analysed.parts import caveat, number_cell, texts
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.view import View
from sozialraum.texts import say

FILLS = {"high-high": "rate-5", "high-low": "rate-2", "low-high": "zero", "low-low": "own", "unclear": "flat"}
MOST_FIGURES = 2
Row = dict[str, Any]


def section(view: View, settings: Settings) -> Section | None:
    """Every figure whose likeness the release holds; None where it holds none."""
    ids = [one.id.removesuffix(".moran") for one in view.release.descriptions if one.id.endswith(".moran")]
    known = [one for one in ids if one in view.descriptions and _whole(view, one) and view.has(f"{one}.local_moran")]
    chosen = [one for one in settings.indicators if one in known] or known
    if not chosen:
        return None
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    for one in chosen[:MOST_FIGURES]:
        blocks += _figure(view, one)
    limits = tell.in_language(view.descriptions[f"{chosen[0]}.moran"].limits, view.language)
    return Section(settings.id, settings.title, (*blocks, caveat(limits)))


def _whole(view: View, indicator: str) -> Row | None:
    rows = [row for row in view.rows(f"{indicator}.moran") if row["value"] is not None]
    return rows[-1] if rows else None


def _figure(view: View, indicator: str) -> list[Block]:
    whole = _whole(view, indicator)
    assert whole is not None  # only figures with a coefficient come here
    rows = {row["area"]: row for row in view.rows(f"{indicator}.local_moran") if row["period"] == whole["period"]}
    title = tell.title(view.descriptions[indicator], view.language)
    text = Paragraph((_sentence(view, indicator, whole, rows),))
    return [Heading(3, title), Columns(((text,), (_map(view, indicator, whole, rows),)), (0.45, 0.55))]


def _sentence(view: View, indicator: str, whole: Row, rows: dict[str, Row]) -> str:
    """How alike neighbours are, whether beyond chance, and in how many areas like lies by like."""
    language, one = view.language, view.descriptions[indicator]
    count = {pattern: sum(row.get("pattern") == pattern for row in rows.values()) for pattern in FILLS}
    values = {
        "when": words.capital(tell.when(one, str(whole["period"]), language)),
        "title": tell.title(one, language),
        "value": words.number(whole["value"], 2, language),
        "expected": words.number(whole["expected"], 2, language),
        "high": words.number(count["high-high"], 0, language),
        "low": words.number(count["low-low"], 0, language),
        "odd": words.number(count["high-low"] + count["low-high"], 0, language),
        "unclear": words.number(count["unclear"], 0, language),
    }
    if whole.get("p_value") is not None and whole["p_value"] > 0.05:
        text = "{when}, neighbouring areas are not recognisably alike ({title}): Moran's I {value} (chance alone {expected})."
    elif whole["value"] > whole["expected"]:
        text = "{when}, neighbouring areas are alike ({title}): Moran's I {value} (chance alone {expected})."
    else:
        text = "{when}, neighbouring areas are unlike ({title}): Moran's I {value} (chance alone {expected})."
    if count["unclear"] == sum(count.values()):
        return f"{say(text, language, **values)} {say('Of no single area can it be told from chance.', language)}"
    places = say(
        "High values lie among high ones in {high} areas, low among low in {low}; {odd} stand out from their neighbours. "
        "In {unclear} areas this may be chance.",
        language,
        **values,
    )
    return f"{say(text, language, **values)} {places}"


def _words(language: str) -> dict[str, str]:
    return {
        "high-high": say("high among high", language),
        "high-low": say("high among low", language),
        "low-high": say("low among high", language),
        "low-low": say("low among low", language),
        "unclear": say("may be chance", language),
    }


def _map(view: View, indicator: str, whole: Row, rows: dict[str, Row]) -> Map:
    language, named = view.language, _words(view.language)
    patterns = [(rows.get(key) or {}).get("pattern") for key in view.layer.keys]
    said = [named.get(one or "", say("no value", language)) for one in patterns]
    areas = shared.shapes(view).append_column("fill", texts([FILLS.get(one or "", "unknown") for one in patterns]))
    key = [(Cell(named[one], fill=FILLS[one]), number_cell(patterns.count(one), 0, language)) for one in FILLS]
    if None in patterns:
        key.append((Cell(say("no value", language), fill="unknown"), number_cell(patterns.count(None), 0, language)))
    columns = (Column(say("Among its neighbours", language)), Column(say("Areas", language), "number"))
    title = say("{title}: like by like, {when}", language, title=tell.title(view.descriptions[indicator], language),
                when=words.when(str(whole["period"]), language))  # fmt: skip
    return Map(
        title,
        _sentence(view, indicator, whole, rows),
        areas.append_column("text", texts(said)),
        Table(say("Key", language), columns, tuple(key)),
        shared.outlines(view),
        source=shared.source_line(view, [indicator]),
        table=_twin(view, title, rows, said),
    )


def _twin(view: View, title: str, rows: dict[str, Row], said: list[str]) -> Table:
    language = view.language
    heads = (view.level_title(view.level, many=False), say("Among its neighbours", language), "I", "q")
    cells = tuple(
        (
            label,
            text,
            number_cell((rows.get(key) or {}).get("value"), 2, language),
            number_cell((rows.get(key) or {}).get("q_value"), 3, language),
        )
        for label, key, text in zip(view.layer.labels, view.layer.keys, said, strict=True)
    )
    columns = tuple(Column(head, "text" if at < 2 else "number") for at, head in enumerate(heads))
    note = say("q: probability of a false finding, held against many tests.", language)
    return Table(title, columns, cells, note=note, folded=True)
