"""PDF through Typst: PDF/UA-1 and PDF/A-2a, tagged, with alternative texts.

The document travels as data (JSON) into a fixed template, so no text of the data is ever read as markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from sozialraum.errors import NoAnswerError
from sozialraum.reports.blocks import (
    Block,
    Bullets,
    Callout,
    Cell,
    Chart,
    Columns,
    Document,
    Heading,
    KeyFigures,
    Map,
    Matrix,
    MatrixCell,
    MatrixHead,
    Paragraph,
    Run,
    Section,
    Table,
    Text,
)
from sozialraum.reports.charts import common_height, draw
from sozialraum.reports.drawing import Canvas, clean
from sozialraum.reports.fonts import print_fonts
from sozialraum.reports.maps import draw_map
from sozialraum.reports.tokens import LIGHT, with_labels
from sozialraum.reports.writers.files import keep
from sozialraum.reports.writers.html import is_lone
from sozialraum.reports.writers.html_tables import EMPTY, transition_fill
from sozialraum.reports.writers.widths import column_widths, shortened
from sozialraum.texts import say

POINT = 0.6
"""Points on paper per pixel of a drawing: 13 px text in a chart is 7.8 pt."""
WIDE, GAP = 822.0, 40.0
"""Width of the text block (174 mm) and the gap between columns, in pixels of a drawing."""
STRIP, SPARK = 238.0, 100.0
STANDARDS = ["a-2a", "ua-1"]

_RARE = re.compile("[^\u0000-\u058f\u05d0-\u05ea\u0600-\u06ff\u10d0-\u10fa\u1e00-\u22ff\u25a0-\u25ff]")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands: language, width in pixels, level of the heading above it, anchors a link may name."""

    language: str
    anchors: frozenset[str] = frozenset()
    width: float = WIDE
    level: int = 1
    lone: bool = False
    tall: float = 0.0


def write_pdf(document: Document, path: Path | str) -> Path:
    """Writes the document as PDF; gives its path."""
    return keep(path, pdf(document))


def pdf(document: Document) -> bytes:
    """The document as the bytes of a PDF; the same document gives the same bytes.

    Raises: NoAnswerError when the typesetter refuses it.
    """
    data = as_data(document)
    known = _known_pages(document, bool(data["contents"]))
    # Measuring a page costs a third of setting it: profiles are only measured when one of them ran over its page.
    made = _set({**data, "fit": not known}, document.date)
    return _set({**data, "fit": True}, document.date) if known and _pages(made) != known else made


def _known_pages(document: Document, contents: bool) -> int:
    """Number of pages where each section is to fill just one; 0 where that cannot be told beforehand."""
    whole = all(section.one_page and section.page for section in document.sections)
    return len(document.sections) + (document.cover is not None) if whole and not contents else 0


def _set(data: Json, date: str) -> bytes:
    import typst

    text, day = json.dumps(data, ensure_ascii=False), _made(date)
    for written in (text, _RARE.sub("□", text)):  # a sign that no font has would stop the work: it becomes a box
        inputs = {"document": written}
        try:
            made = _compiler().compile(
                input=_template(), sys_inputs=inputs, format="pdf", pdf_standards=STANDARDS, timestamp=day
            )
            return bytes(made)
        except typst.TypstError as error:
            reason = str(error)
            if "could not be displayed" not in reason:
                break
    raise NoAnswerError("The PDF could not be set: {reason}", reason=reason)


def png(svg: str, date: str = "", dots: float = 144.0) -> bytes:
    """A picture in dots from one that the drawer made for print; `dots` to an inch, 72 pixels of the drawing each.

    Raises: NoAnswerError where it cannot be set.
    """
    import typst

    page = '#set page(width: auto, height: auto, margin: 18pt)\n#image(bytes(sys.inputs.picture), format: "svg")'
    told = svg.replace("<svg ", '<svg shape-rendering="geometricPrecision" ', 1)
    try:
        made = _compiler().compile(
            input=page.encode(), sys_inputs={"picture": told}, format="png", ppi=dots, timestamp=_made(date)
        )
    except typst.TypstError as error:
        raise NoAnswerError("The PDF could not be set: {reason}", reason=str(error)) from None
    return bytes(made)


def _pages(made: bytes) -> int:
    """Number of pages of a PDF as Typst writes it; 0 when it does not say."""
    found = re.search(rb"/Type/Pages/Count (\d+)", made)
    return int(found[1]) if found else 0


@cache
def _compiler() -> Any:
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(print_fonts())])
    return typst.Compiler(font_paths=fonts)


@cache
def _template() -> bytes:
    return (files("sozialraum.reports.writers") / "report.typ").read_bytes()


def _made(date: str) -> datetime:
    """The moment that stands in the file: the release's day, or a fixed one where there is none."""
    day = datetime.fromisoformat(date or "2000-01-01")
    return day.replace(tzinfo=day.tzinfo or UTC)


def as_data(document: Document) -> Json:
    """The document as plain data for the template: texts cleaned, pictures drawn, colours resolved."""
    place = Place(document.language, _anchors(document), lone=is_lone(document))
    invented = say("Invented example: all numbers are made up.", document.language) if document.invented else ""
    source = shortened(clean(document.source_line), 7.5, 820.0)  # two lines; the rest stands among the sources
    foot = " · ".join(filter(None, (source, clean(document.release_line), invented)))
    cover, listed = document.cover, sum(section.contents for section in document.sections)
    return {
        "title": clean(document.title) or "–",
        "subtitle": clean(document.subtitle),
        "language": document.language,
        "foot": foot,
        "warning": clean(document.warning),
        "palette": with_labels(LIGHT),
        "cover": _cover(document, place) if cover is not None else None,
        "lone": place.lone,
        "contents": say("Contents", document.language) if document.contents and listed > 5 else "",
        "sections": [_section(section, place, at) for at, section in enumerate(document.sections, 1)],
    }


def _anchors(document: Document) -> frozenset[str]:
    headings = (block.id for section in document.sections for block in section.blocks if isinstance(block, Heading))
    return frozenset(filter(None, [*(section.id for section in document.sections), *headings]))


def _cover(document: Document, place: Place) -> Json:
    cover = document.cover
    assert cover is not None
    chosen = replace(cover.map, key_beside=False) if cover.map else None
    picture = _map(chosen, replace(place, width=WIDE), tallest=690) if chosen else None
    right = say("Invented", document.language) if document.invented and not cover.top_right else clean(cover.top_right)
    return {"left": clean(cover.top_left or document.place), "right": right, "line": clean(cover.line), "map": picture}


def _section(section: Section, place: Place, at: int) -> Json:
    share = 0.74 if section.aside else 1.0
    left = replace(place, width=(place.width - GAP) * share)
    return {
        "id": section.id or f"section-{at}",
        "title": clean(section.title) or "–",
        "eyebrow": clean(section.eyebrow),
        "page": section.page,
        "one-page": section.one_page,
        "contents": section.contents,
        "head": blocks(section.head, left),
        "aside": blocks(section.aside, replace(place, width=(place.width - GAP) * 0.26)),
        "blocks": blocks(section.blocks, place),
    }


def blocks(chosen: Iterable[Block], place: Place) -> list[Json]:
    """Blocks as data; a heading is at most one level below the one before it (PDF/UA asks for it)."""
    parts = []
    for block in chosen:
        if isinstance(block, Heading):
            place = replace(place, level=max(2, min(block.level - 1, place.level + 1, 6)))
            parts.append({"kind": "heading", "level": place.level, "text": clean(block.text) or "–", "id": block.id})
        else:
            parts.append(WRITERS[type(block)](block, place))
    return parts


def _runs(runs: Text, place: Place) -> list[Json]:
    return [_run(Run(run) if isinstance(run, str) else run, place) for run in runs]


def _run(run: Run, place: Place) -> Json:
    words = clean(run.text)
    before, after = (" " if run.text[:1].isspace() else ""), (" " if words and run.text[-1:].isspace() else "")
    known = run.href.startswith(("https://", "http://", "mailto:")) or run.href[1:] in place.anchors
    return {"text": before + words + after, "bold": run.bold, "muted": run.muted, "href": run.href if known else ""}


def _paragraph(block: Paragraph, place: Place) -> Json:
    return {"kind": "paragraph", "role": block.role, "runs": _runs(block.runs, place)}


def _bullets(block: Bullets, place: Place) -> Json:
    return {"kind": "bullets", "ordered": block.ordered, "items": [_runs(item, place) for item in block.items]}


def _key_figures(block: KeyFigures, _: Place) -> Json:
    items = [
        {
            "label": clean(one.label),
            "value": clean(one.value),
            "note": clean(one.note),
            "fill": one.fill,
            "mark": one.mark,
        }
        for one in block.items
    ]
    return {"kind": "figures", "items": items}


def _callout(block: Callout, place: Place) -> Json:
    return {"kind": "paragraph", "role": "warn" if block.kind == "warn" else "note", "runs": _runs(block.runs, place)}


def _columns(block: Columns, place: Place) -> Json:
    shares = block.shares or (1.0,) * len(block.parts)
    room = place.width - GAP * (len(block.parts) - 1)
    widths = [room * share / sum(shares) for share in shares]
    inside = replace(place, tall=common_height(block.parts, widths))
    parts = [blocks(part, replace(inside, width=width)) for part, width in zip(block.parts, widths, strict=True)]
    return {"kind": "columns", "shares": [share / sum(shares) for share in shares], "parts": parts}


def picture(canvas: Canvas, alt: str) -> Json:
    """A drawing as SVG with its size in points and its alternative text."""
    return {
        "svg": canvas.svg(),
        "width": canvas.width * POINT,
        "height": canvas.height * POINT,
        "alt": clean(alt) or "–",
    }


def _chart(block: Chart, place: Place) -> Json:
    drawn = draw(block, place.width, "print", place.language)
    drawn.height = max(drawn.height, place.tall)
    return _figure(block, picture(drawn, block.alt), place)


def _map(block: Map, place: Place, tallest: float = 600.0) -> Json:
    beside = block.key_beside and block.key is not None
    width = place.width * (0.66 if beside else 1)
    drawn = picture(draw_map(block, width, "print", place.language, tallest), block.alt)
    key = _table(block.key, place) if block.key is not None else None
    return {**_figure(block, drawn, place), "key": key, "beside": beside}


def _figure(block: Chart | Map, drawn: Json, place: Place) -> Json:
    return {
        "kind": "figure",
        "title": clean(block.title) if block.show_title else "",
        "facts": " · ".join(clean(part) for part in (block.unit, block.date) if part),
        "picture": drawn,
        **_below(block, place),
    }


def _below(block: Chart | Map | Matrix | Table, place: Place) -> Mapping[str, str]:
    source = say("Source: {source}", place.language, source=clean(block.source)) if block.source else ""
    return {"note": clean(block.note), "source": source}


def _table(block: Table, place: Place) -> Json:
    if block.folded:
        return {"kind": "nothing"}
    numbers = [one.number for line in block.rows for one in line if isinstance(one, Cell) and one.number is not None]
    biggest = max((abs(one) for one in numbers), default=1.0) or 1.0
    rows = [[_cell(cell, biggest, place) for cell in row] for row in block.rows]
    widths = column_widths(block.columns, rows, place.width * POINT)
    columns = [
        {"head": " ".join(filter(None, (clean(one.head), clean(one.unit)))), "kind": one.kind, "width": width}
        for one, width in zip(block.columns, widths, strict=True)
    ]
    return {
        "kind": "table",
        "title": clean(block.title) if block.show_title else "",
        "columns": columns,
        "rows": rows,
        "groups": {str(row): clean(title) for row, title in block.groups},
        "highlight": list(block.highlight),
        **_below(block, place),
    }


def _cell(cell: Cell | str, biggest: float, place: Place) -> Json:
    cell = Cell(cell) if isinstance(cell, str) else cell
    drawn = None
    if cell.chart is not None:
        width = SPARK if cell.chart.kind == "sparkline" else STRIP
        drawn = picture(draw(cell.chart, width, "print", place.language), cell.chart.alt)
    return {
        "text": clean(cell.text),
        "note": clean(cell.note),
        "fill": cell.fill or EMPTY.get(cell.state, ""),
        "mark": cell.mark,
        "strong": cell.strong,
        "meter": abs(cell.number) / biggest if cell.number is not None else None,
        "picture": drawn,
    }


def _matrix(block: Matrix, place: Place) -> Json:
    return {
        "kind": "matrix",
        "title": clean(block.title) if block.show_title else "",
        "facts": clean(block.unit),
        "corner": clean(block.corner),
        "over": clean(block.columns_head),
        "columns": [_matrix_head(one) for one in block.columns],
        "rows": [_matrix_head(one) for one in block.rows],
        "cells": [
            [_matrix_cell(one, block.kind, row == column) for column, one in enumerate(line)]
            for row, line in enumerate(block.cells)
        ],
        "ends": [[clean(value), clean(note)] for value, note in block.ends],
        "ends_head": clean(block.ends_head),
        **_below(block, place),
    }


def _matrix_head(one: MatrixHead) -> Json:
    return {
        "text": clean(one.text),
        "strong": clean(one.strong),
        "note": clean(one.note),
        "mark": one.mark,
        "fill": one.fill,
    }


def _matrix_cell(one: MatrixCell, kind: str, same: bool) -> Json:
    fill = one.fill or transition_fill(kind, same, one.text)
    return {"text": clean(one.text), "note": clean(one.note), "fill": fill, "mark": one.mark, "outlined": one.outlined}


WRITERS: dict[type, Callable[[Any, Place], Json]] = {
    Paragraph: _paragraph,
    Bullets: _bullets,
    KeyFigures: _key_figures,
    Callout: _callout,
    Columns: _columns,
    Chart: _chart,
    Map: _map,
    Table: _table,
    Matrix: _matrix,
}
"""One function per kind of block (headings are written by `blocks`, which keeps their order)."""
