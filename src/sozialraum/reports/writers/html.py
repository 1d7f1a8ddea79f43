"""HTML: one file that works offline, in light and dark, on phones and on paper (WCAG 2.1 AA).

Fonts, styles and pictures are inside; reading needs no script. A content policy in the head forbids everything else.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from sozialraum.reports.blocks import (
    Block,
    Bullets,
    Callout,
    Chart,
    Columns,
    Document,
    Heading,
    KeyFigure,
    KeyFigures,
    Map,
    Matrix,
    Paragraph,
    Section,
    Table,
)
from sozialraum.reports.charts import common_height, draw
from sozialraum.reports.drawing import clean, ink, pattern
from sozialraum.reports.fonts import WEIGHTS, screen_font
from sozialraum.reports.maps import ON_A_PAGE, draw_map
from sozialraum.reports.tokens import DARK, FILLS, LIGHT, PATTERNS, with_labels
from sozialraum.reports.writers.files import keep
from sozialraum.reports.writers.html_tables import matrix, table, text
from sozialraum.texts import say

_LONG = re.compile(r'<path d="([^"]{1000,})"')
WIDE, PHONE, GAP = 1104.0, 350.0, 44.0
"""Width of the content on a desktop and on a phone, and the gap between columns, in pixels."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block stands: language, width in pixels, level of the heading above it; `tall`: least height of charts."""

    language: str
    width: float = WIDE
    level: int = 2
    lone: bool = False
    tall: float = 0.0

    def say(self, template: str, **values: object) -> str:
        """The writer's own words, escaped."""
        return escape(say(template, self.language, **values))


def write_html(document: Document, path: Path | str) -> Path:
    """Writes the document as one HTML file; gives its path."""
    return keep(path, html(document).encode("utf-8"))


def html(document: Document) -> str:
    """The document as the text of one HTML file."""
    lone = is_lone(document)
    place = Place(document.language, lone=lone)
    script = _file("page.js")
    style = stylesheet(_faces())
    policy = (
        f"default-src 'none'; style-src {_proof(style)}; font-src data:; img-src data:; script-src {_proof(script)}"
    )
    head = (
        f'<!doctype html>\n<html lang="{escape(document.language)}">\n<head>\n<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{escape(clean(document.title))}</title>'
        f"<style>{style}</style>\n</head>\n"
    )
    inner = f'<main id="main">{_main(document, place)}</main>'
    parts = pictured(_top(document, place) + inner + _foot(document, place))
    body = f'<body>\n<a class="skip" href="#main">{place.say("Skip to the text")}</a>{parts}'
    return f"{head}{body}<script>{script}</script>\n</body>\n</html>\n"


def _proof(text: str) -> str:
    """What the content policy says of a style or script that may be used."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def pictured(markup: str) -> str:
    """The markup with the patterns, signs and repeated outlines that its pictures refer to."""
    outlines, used = _shared(markup)
    return _definitions().replace("</defs>", f"{outlines}</defs>") + used


def _shared(page: str) -> tuple[str, str]:
    """Definitions of long outlines that occur more than once (strips of 542 profiles), and the page that uses them."""
    counted = Counter(_LONG.findall(page))
    names = {data: f"o-{at}" for at, data in enumerate(one for one, times in counted.items() if times > 1)}
    made = "".join(f'<path id="{name}" d="{data}"/>' for data, name in names.items())
    used = _LONG.sub(lambda found: f'<use href="#{names[found[1]]}"' if found[1] in names else found[0], page)
    return made, used


def markup(chosen: Iterable[Block], language: str, width: float = WIDE, level: int = 2) -> str:
    """Blocks for a page that brings its own head and foot; `level` is that of the heading above them."""
    return blocks(chosen, Place(language, width, level))


def body(document: Document) -> str:
    """What stands between head and foot of the document's page, with its own heading of level 1."""
    return _main(document, Place(document.language, lone=is_lone(document)))


def is_lone(document: Document) -> bool:
    """Whether the document is a single section of the same title, so that the section's title heads the page."""
    return len(document.sections) == 1 and document.sections[0].title == document.title


@cache
def _file(name: str) -> str:
    return (files("sozialraum.reports.writers") / name).read_text(encoding="utf-8")


@cache
def stylesheet(faces: str) -> str:
    """Fonts, colours in light and dark, and the look of every block; `data-scheme` on the root overrules the system."""
    light, dark = (_variables(palette) for palette in (LIGHT, DARK))
    turned = (
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-scheme=light]){{color-scheme:dark;{dark}}}}}"
    )
    turned += f"@media screen{{:root[data-scheme=dark]{{color-scheme:dark;{dark}}}}}"
    fills = "".join(
        f".f-{name}{{background-color:var(--{name});color:var(--on-{name})}}" for name in FILLS if name in LIGHT
    )
    return f"{faces}:root{{color-scheme:light;{light}}}{turned}{fills}{_file('page.css')}"


@cache
def _faces() -> str:
    return "".join(_face(weight) for weight in WEIGHTS)


def _face(weight: int) -> str:
    data = base64.b64encode(screen_font(weight)).decode()
    return (
        f"@font-face{{font-family:'Fira Sans';font-weight:{weight};font-display:block;"
        f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
    )


def _variables(palette: Any) -> str:
    return "".join(f"--{name}:{colour};" for name, colour in with_labels(palette).items())


@cache
def _definitions() -> str:
    """Patterns and signs that all pictures of the page share."""
    cells = [f"p-{name}{size}" for name in PATTERNS for size in ("", "-tenths")]
    drawn = "".join(pattern(name, *(f"var(--{one})" for one in ink(name))) for name in cells)
    edge = 'fill="var(--mark)" stroke="var(--mark-line)" stroke-width="1.1" stroke-linejoin="round"'
    signs = (
        f'<symbol id="m-up" viewBox="0 0 14 14"><path d="M7 1.5 12.6 12H1.4Z" {edge}/></symbol>'
        f'<symbol id="m-down" viewBox="0 0 14 14"><path d="M7 12.5 1.4 2h11.2Z" {edge}/></symbol>'
        '<symbol id="m-stable" viewBox="0 0 14 14"><path d="M1.5 5.7h11v2.6h-11Z" fill="currentColor"/></symbol>'
        '<symbol id="m-diamond" viewBox="0 0 14 14"><path d="M7 1l6 6-6 6-6-6Z" fill="var(--diamond)" '
        'stroke="var(--diamond-line)" stroke-width="1.5"/></symbol>'
    )
    return f'<svg class="defs" width="0" height="0" aria-hidden="true"><defs>{drawn}{signs}</defs></svg>'


def _top(document: Document, place: Place) -> str:
    warning = (
        f'<p class="release warn"><strong>{escape(clean(document.warning))}</strong></p>' if document.warning else ""
    )
    line = f'<p class="release"><span class="dot" aria-hidden="true"></span>{escape(clean(document.release_line))}</p>'
    brand = escape(clean(document.place or document.title))
    label = f'<span class="label">{escape(clean(document.release_label))}</span>' if document.release_label else ""
    invented = f'<p class="release invented">{place.say("Invented example: all numbers are made up.")}</p>'
    lines = (warning or (line if document.release_line else "")) + (invented if document.invented else "")
    return f'<header><p class="brand"><strong>{brand}</strong>{label}</p>{lines}</header>'


def _main(document: Document, place: Place) -> str:
    opening = "" if place.lone else _opening(document, place)
    sections = "".join(_section(section, place) for section in document.sections)
    return opening + sections


def _opening(document: Document, place: Place) -> str:
    subtitle = f'<p class="lead">{escape(clean(document.subtitle))}</p>' if document.subtitle else ""
    title = f"<h1>{escape(clean(document.title))}</h1>{subtitle}"
    listed = [one for one in document.sections if one.contents]
    links = "".join(f'<li><a href="#{escape(one.id)}">{escape(clean(one.title))}</a></li>' for one in listed)
    head = place.say("Contents")
    contents = f'<nav aria-labelledby="contents"><h2 id="contents">{head}</h2><ol>{links}</ol></nav>'
    text_side = title + (contents if document.contents and len(listed) > 2 else "")
    block = document.cover.map if document.cover else None
    if block is None:
        return f'<div class="opening">{text_side}</div>'
    picture = _map(replace(block, key=None), replace(place, width=place.width * 0.55, level=1))
    key = table(block.key, place.language, compact=True) if block.key is not None else ""
    return f'<div class="opening beside"><div>{text_side}{key}</div><div>{picture}</div></div>'


def _foot(document: Document, place: Place) -> str:
    source = f"<p>{escape(clean(document.source_line))}</p>" if document.source_line else ""
    return f"<footer><h2>{place.say('Sources')}</h2>{source}</footer>" if source else ""


def _section(section: Section, place: Place) -> str:
    tag = 1 if place.lone else 2
    eyebrow = f'<p class="eyebrow">{escape(clean(section.eyebrow))}</p>' if section.eyebrow else ""
    name = escape(section.id)
    title = f'<h{tag} id="{name}-title">{escape(clean(section.title))}</h{tag}>'
    inside = replace(place, level=tag)
    wide = inside if not section.aside else replace(inside, width=(place.width - GAP) * 0.72)
    top = eyebrow + title + blocks(section.head, wide)
    if section.aside:
        side = blocks(section.aside, replace(inside, width=(place.width - GAP) * 0.28))
        top = f'<div class="beside locator"><div>{top}</div><div>{side}</div></div>'
    body = blocks(section.blocks, inside)
    page = ' class="page"' if section.page else ""
    return f'<section id="{name}"{page} aria-labelledby="{name}-title">{top}{body}</section>'


def blocks(chosen: Iterable[Block], place: Place) -> str:
    """Blocks one under another; a heading sets the level for those behind it."""
    parts = []
    for block in chosen:
        if isinstance(block, Heading):
            place, part = _heading(block, place)
        else:
            part = WRITERS[type(block)](block, place)
        parts.append(part)
    return "".join(parts)


def _heading(block: Heading, place: Place) -> tuple[Place, str]:
    """The heading, at most one level below the one before it."""
    level = max(2, min(block.level - (1 if place.lone else 0), place.level + 1, 6))
    name = f' id="{escape(block.id)}"' if block.id else ""
    return replace(place, level=level), f"<h{level}{name}>{escape(clean(block.text))}</h{level}>"


def _paragraph(block: Paragraph, _: Place) -> str:
    return f'<p class="{block.role}">{text(block.runs)}</p>'


def _bullets(block: Bullets, _: Place) -> str:
    tag = "ol" if block.ordered else "ul"
    return f'<{tag} class="bullets">{"".join(f"<li>{text(item)}</li>" for item in block.items)}</{tag}>'


def _key_figures(block: KeyFigures, _: Place) -> str:
    return f'<dl class="figures">{"".join(_key_figure(one) for one in block.items)}</dl>'


def _key_figure(one: KeyFigure) -> str:
    sign = f'<span class="sw f-{one.fill}"></span>' if one.fill else ""
    sign += f'<svg class="mark"><use href="#m-{one.mark}"/></svg>' if one.mark else ""
    note = f'<dd class="note">{escape(clean(one.note))}</dd>' if one.note else ""
    return (
        f'<div><dt>{escape(clean(one.label))}</dt><dd class="value">{sign}{escape(clean(one.value))}</dd>{note}</div>'
    )


def _callout(block: Callout, _: Place) -> str:
    return f'<p class="callout {block.kind}">{text(block.runs)}</p>'


def _columns(block: Columns, place: Place) -> str:
    shares = block.shares or (1.0,) * len(block.parts)
    room = place.width - GAP * (len(block.parts) - 1)
    widths = [room * share / sum(shares) for share in shares]
    tall = common_height(block.parts, widths)
    inner = (
        blocks(part, replace(place, width=width, tall=tall)) for part, width in zip(block.parts, widths, strict=True)
    )
    parts = (
        f'<div class="g{round(20 * share / sum(shares))}">{part}</div>'
        for share, part in zip(shares, inner, strict=True)
    )
    return f'<div class="columns">{"".join(parts)}</div>'


def _chart(block: Chart, place: Place) -> str:
    wide = draw(block, place.width, language=place.language)
    gap = max(place.tall - wide.height, 0.0)
    both = bool(gap) or place.width > PHONE + 40  # one below the other, nothing is evened out
    pictures = [wide.svg(block.alt, "wide" if both else "", below=gap + 10 if gap else 0)]
    pictures += [draw(block, PHONE, language=place.language).svg(block.alt, "narrow")] if both else []
    if block.kind == "scatter":  # the line below it names the dot that is pointed at
        pictures = [f'<div class="picture">{one}</div>' for one in pictures]
    return _figure(block, "".join(pictures), "chart", place)


def _map(block: Map, place: Place) -> str:
    key = table(block.key, place.language, compact=True) if block.key is not None else ""
    width = place.width * (0.66 if block.key_beside and key else 1)
    widest, tallest = ON_A_PAGE
    picture = draw_map(block, min(width, widest), language=place.language, tallest=tallest).svg(block.alt)
    hint = place.say("Point at an area to read its name and class.")
    named = "text" in block.areas.schema.names and not block.focus and block.table is not None
    info = f'<p class="info" data-hint="{hint}" hidden></p>' if named else ""
    inner = f'<div class="picture">{picture}{info}</div>{key}'
    kind = "map key-beside" if block.key_beside and key else "map"
    return _figure(block, f'<div class="{kind}">{inner}</div>', "map-figure", place)


def _figure(block: Chart | Map, inner: str, css: str, place: Place) -> str:
    """Title, unit and date; the picture; note and source; the same numbers as a table."""
    facts = " · ".join(escape(clean(part)) for part in (block.unit, block.date) if part)
    title = f"<strong>{escape(clean(block.title))}</strong>" if block.show_title else ""
    caption = title + (f'<span class="unit">{facts}</span>' if facts else "")
    head = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure class="{css}">{head}{inner}{_below(block, place)}</figure>'


def _below(block: Chart | Map | Matrix, place: Place) -> str:
    note = f'<p class="caption">{escape(clean(block.note))}</p>' if block.note else ""
    source = (
        f'<p class="caption">{place.say("Source: {source}", source=clean(block.source))}</p>' if block.source else ""
    )
    twin = getattr(block, "table", None)
    if twin is None:
        return note + source
    words = place.say("Numbers as a table")
    named = f'{words}<span class="hidden">: {escape(clean(block.title))}</span>'
    return f"{note}{source}<details><summary>{named}</summary>{table(twin, place.language)}</details>"


def _table(block: Table, place: Place) -> str:
    inner = table(block, place.language)
    if not block.folded:
        return inner
    return f"<details><summary>{escape(clean(block.title))}</summary>{inner}</details>"


def _matrix(block: Matrix, place: Place) -> str:
    unit = f'<span class="unit">{escape(clean(block.unit))}</span>' if block.unit else ""
    return f'<div class="figure">{matrix(block, unit)}{_below(block, place)}</div>'


WRITERS: dict[type, Callable[[Any, Place], str]] = {
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
