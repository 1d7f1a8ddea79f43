"""What a report is made of: plain frozen values, with texts that are ready to read and no markup in them.

Sections build blocks, writers turn them into HTML and PDF. All texts are shown literally, whatever signs they hold.
Colours are named, never written: a `fill` is one of `tokens.FILLS` (`status-1` hoch to `status-4` sehr niedrig,
`rate-1` to `rate-5`, `zero`, `hidden`, `unknown`, `flat`, ...), a `mark` is one of MARKS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import pyarrow as pa

MARKS = ("", "up", "down", "stable", "diamond")
"""Signs drawn beside a word or in an area: up = positive, down = negative development; `stable` is drawn as a dash."""

Mark: TypeAlias = Literal["", "up", "down", "stable", "diamond"]
State: TypeAlias = Literal["", "zero", "hidden", "unknown", "not_applicable"]
ChartKind: TypeAlias = Literal[
    "bar",
    "stacked_bar",
    "histogram",
    "line",
    "dot_strip",
    "ordered_intervals",
    "sparkline",
    "age_bars",
    "class_band",
    "small_multiples",
    "funnel",
    "scatter",
    "lorenz",
    "radar",
]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of running text; `href` makes it a link (`#id` inside the document or a web address)."""

    text: str
    bold: bool = False
    href: str = ""
    muted: bool = False


Text: TypeAlias = tuple[Run | str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section: level 3 or 4 (1 is the document's title, 2 a section's)."""

    level: int
    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. Roles: text, lead (large), caption (small, muted), limits and note (set off by a bar)."""

    runs: Text
    role: Literal["text", "lead", "caption", "limits", "note"] = "text"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; with `ordered` a numbered one."""

    items: tuple[Text, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One big word or number: small label above, small note below, swatch (`fill`) or sign (`mark`) before it."""

    label: str
    value: str
    note: str = ""
    fill: str = ""
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """A row of key figures (people, status, development)."""

    items: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """Head of a table column. `number` stands right, `chart` holds small charts, `bar` draws Cell.number from zero.

    `phone = False` leaves the column out on narrow screens; `share` is the part of the width (0: what it needs).
    """

    head: str
    kind: Literal["text", "number", "chart", "bar"] = "text"
    unit: str = ""
    phone: bool = True
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: ready text, a small `note` under it, a swatch (`fill`) or sign (`mark`) before it, or a small chart.

    `state` says which empty state it is: `zero` is a true zero, `hidden` is secret, `unknown` has no value,
    `not_applicable` makes no sense here; the text then gives the word ("geheim").
    """

    text: str = ""
    number: float | None = None
    state: State = ""
    note: str = ""
    chart: Chart | None = None
    fill: str = ""
    mark: Mark = ""
    strong: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `title` is its caption; `groups` are (row number, title) for lines that head a group of rows.

    The first column heads its rows. `stack` shows each row as a block of its own on phones (else the table scrolls inside
    its frame), with `named` every cell there says the head of its column, else every number after the first; `highlight`
    are row numbers set off; `folded` shows the title until opened (print: left out).
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | str, ...], ...]
    source: str = ""
    note: str = ""
    groups: tuple[tuple[int, str], ...] = ()
    highlight: tuple[int, ...] = ()
    stack: bool = False
    named: bool = False
    folded: bool = False
    show_title: bool = True
    id: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. `title` says a finding or names the measure; `alt` tells in a sentence what can be seen.

    `table` is its twin with the same numbers (always given, except for charts inside a table's cell). Columns of `data`
    (those in brackets may be left out) and `options` by kind; numbers are plain, texts ready; `fill` is a fill's name:

    * bar: label, value, [lower, upper, text, note, fill, strong]; options: maximum, track (bool), axis (bool)
    * stacked_bar: label, part, value, fill, [text]; options: parts_total (bool: stretch each row to 100 %),
      ends (dict label -> text at the right), ends_head, head (text above the bars), label_above, legend (bools)
    * histogram: from, to, count, [fill]; options: cut (number), left, right (texts beside the cut), height
    * line: x (number), label (text under the axis), value (null = gap), [series, lower, upper, text]; options: zero
      (bool), decimals, breaks ([{"x": number, "label": text}])
    * dot_strip: value, own (bool: belongs to the peer group drawn blue); options: value, lower, upper (this area; no
      value: no diamond), median, quartiles ((q1, q3)), decimals
    * ordered_intervals: value, lower, upper, fill, [label]; options: cuts ([{"value", "above", "below"}]),
      highlight (row number) and highlight_text
    * sparkline: x (number), value (null = gap), [text]; options: breaks ([x, ...]), decimals
    * age_bars: label, value, reference, text, reference_text
    * small_multiples: label (a panel each), x (number), value (null = gap), [lower, upper, reference, text, date, note];
      options: breaks ([x, ...]), decimals
    * funnel: x (size), value, [fill, label]; options: limits ([(size, lower, upper), ...]), whole, whole_text, head, height
    * scatter: x, value, [label, key, fill]; options: x_head, head, x_middle, middle (lines), chosen (row numbers)
    * lorenz: x, value (shares from 0 to 1 along the curve); options: x_head, head, text (beside the widest gap)
    * radar: label, series, value (from 0 to 1), fill; options: ring_text (of the ring at one half)
    * class_band: from, to, label, fill (one row per class along its axis); options: value, lower, upper, ticks
    """

    kind: ChartKind
    title: str
    alt: str
    data: pa.Table
    unit: str = ""
    date: str = ""
    source: str = ""
    note: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    table: Table | None = None
    show_title: bool = True


@dataclass(frozen=True, slots=True)
class Map:
    """A classed map with its key.

    `areas`: key, label, geometry (WKB in metres, shared borders equal), fill, [mark, text: what the info line says].
    `outlines`: key, label, geometry of the coarser areas whose borders and names are drawn. `key` is the legend as a
    table with counts; `table` the twin with all numbers. `focus` are keys of areas or outlines to zoom to; `highlight`
    the keys drawn with a strong border. `labels` writes the outlines' names; `key_beside` puts the key at the right.
    """

    title: str
    alt: str
    areas: pa.Table
    key: Table | None = None
    outlines: pa.Table | None = None
    unit: str = ""
    date: str = ""
    source: str = ""
    note: str = ""
    highlight: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    labels: bool = True
    scale_bar: bool = True
    table: Table | None = None
    show_title: bool = True
    key_beside: bool = False


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A field: `text` is the number shown large, `note` the small line under it; `outlined` frames it for attention."""

    text: str
    note: str = ""
    fill: str = ""
    mark: Mark = ""
    outlined: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class MatrixHead:
    """Head of a row or column: `text` before the `strong` word, sign and small note."""

    strong: str
    text: str = ""
    note: str = ""
    mark: Mark = ""
    fill: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Counts by two classifications: key of the map and result in one (status x dynamics), or who changed class.

    Kind `types` fills each field with its class; `transition` sets off by meaning: equal class dark, changed grey.
    `ends` are texts at the right of each row (people) with their head `ends_head`; `corner` names rows and columns.
    """

    title: str
    rows: tuple[MatrixHead, ...]
    columns: tuple[MatrixHead, ...]
    cells: tuple[tuple[MatrixCell, ...], ...]
    kind: Literal["types", "transition"] = "types"
    corner: str = ""
    columns_head: str = ""
    ends: tuple[tuple[str, str], ...] = ()
    ends_head: str = ""
    unit: str = ""
    note: str = ""
    source: str = ""
    show_title: bool = True


@dataclass(frozen=True, slots=True)
class Columns:
    """Blocks side by side on wide pages, below one another on phones; `shares` are the parts of the width."""

    parts: tuple[tuple[Block, ...], ...]
    shares: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Callout:
    """A text set off by a bar: `note` explains, `warn` says what must not be overlooked."""

    runs: Text
    kind: Literal["note", "warn"] = "note"


Block: TypeAlias = Heading | Paragraph | Bullets | KeyFigures | Table | Chart | Map | Matrix | Columns | Callout


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report under a heading of level 2.

    `eyebrow` stands small above the title; `head` stands under the title and beside `aside` (a locator map). `page`
    starts a new page in print, `one_page` draws it a little smaller where it would run over; `contents` lists the
    section in the table of contents.
    """

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    eyebrow: str = ""
    head: tuple[Block, ...] = ()
    aside: tuple[Block, ...] = ()
    page: bool = False
    contents: bool = True
    one_page: bool = False


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page in print and the head of the page on screen: small texts at the top, map, date line."""

    top_left: str = ""
    top_right: str = ""
    map: Map | None = None
    line: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. `release_line` stands under the header, `source_line` at the foot of each printed page.

    `date` (ISO date of the release) becomes the PDF's creation date: the same document gives the same bytes. `invented`
    marks every page as an example with invented data; `warning` puts a line in amber in place of the release line.
    """

    title: str
    sections: tuple[Section, ...]
    subtitle: str = ""
    language: str = "de"
    release_label: str = ""
    release_line: str = ""
    source_line: str = ""
    date: str = ""
    cover: Cover | None = None
    invented: bool = False
    warning: str = ""
    place: str = ""
    contents: bool = True
