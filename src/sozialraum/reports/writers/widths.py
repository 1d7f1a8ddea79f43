"""How wide the columns of a printed table are, and how much of a long line fits: measured with the printed font."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sozialraum.reports.blocks import Column
from sozialraum.reports.fonts import table_width

BODY, LARGE, NOTE, HEAD, PAD = 9.5, 11.0, 7.3, 8.0, 8.5
"""Type sizes of cells in points (text, strong number with a note, note, head) and the space behind a column."""
LOOSE = 1.8
"""How much wider than its texts a column may become, so that numbers stay near their words."""
_WHOLE = 14  # numbers and words up to this many signs together are not broken

Span = tuple[float, float]


def column_widths(columns: Sequence[Column], rows: Sequence[Sequence[Mapping[str, Any]]], room: float) -> list[float]:
    """Widths in points that fill the room or, for short texts, a part of it; `rows` are cells as the template gets them.

    Each column lies between its longest word and its longest line; what is left is shared by how much they differ.
    Tables that cannot fit are made narrower as a whole.
    """
    spans = [_span(column, [row[at] for row in rows], room) for at, column in enumerate(columns)]
    least, wished = (sum(span[end] for span in spans) for end in (0, 1))
    if wished <= room:
        return _widened(columns, [span[1] for span in spans], room)
    if least >= room:
        return [span[0] * room / least for span in spans]
    part = (room - least) / (wished - least)
    return [low + (high - low) * part for low, high in spans]


def _widened(columns: Sequence[Column], widths: list[float], room: float) -> list[float]:
    """Columns of text take what is over, up to LOOSE times their own width."""
    loose = [at for at, column in enumerate(columns) if column.kind == "text" and not column.share]
    own = sum(widths[at] for at in loose)
    factor = min((own + room - sum(widths)) / own, LOOSE) if own else 1.0
    return [wide * factor if at in loose else wide for at, wide in enumerate(widths)]


def _span(column: Column, cells: Sequence[Mapping[str, Any]], room: float) -> Span:
    """Least and wished width of a column; a declared share is the wish, unless the words need more."""
    head = " ".join(filter(None, (column.head, column.unit)))
    spans = [(_longest(head, HEAD), table_width(head, HEAD)), *(_cell(cell, column.kind) for cell in cells)]
    low, high = max(low for low, _ in spans) + PAD, max(high for _, high in spans) + PAD
    return low, max(column.share * room, low) if column.share else high


def _cell(cell: Mapping[str, Any], kind: str) -> Span:
    if cell["picture"]:
        return (float(cell["picture"]["width"]),) * 2
    large = LARGE if kind == "number" and cell["strong"] and cell["note"] else BODY
    signs = (15.5 if cell["fill"] else 0) + (12 if cell["mark"] else 0)
    signs += 40 if kind == "bar" and cell["meter"] is not None else 0
    weight = 600 if cell["strong"] else 400
    text, note = _line(cell["text"], large, True, weight), _line(cell["note"], NOTE, kind != "text")
    return max(signs + text[0], note[0]), max(signs + text[1], note[1])


def _line(text: str, size: float, whole: bool, weight: int = 400) -> Span:
    """Least and wished width of a text; a short one may be kept whole."""
    wished = table_width(text, size, weight)
    return (wished if whole and len(text) <= _WHOLE else _longest(text, size, weight)), wished


def _longest(text: str, size: float, weight: int = 400) -> float:
    """Width of the longest word; lines may break at spaces and behind hyphens."""
    words = text.replace("-", "- ").split()
    return max((table_width(word, size, weight) for word in words), default=0.0)


def shortened(text: str, size: float, room: float) -> str:
    """The text up to the last whole part (between semicolons, else words) that fits into that many points."""
    if table_width(text, size) <= room:
        return text
    for sign in (";", " "):
        parts = text.split(sign)
        while len(parts) > 1 and table_width(sign.join(parts), size) > room:
            parts.pop()
        if len(parts) > 1 or sign == " ":
            return sign.join(parts).rstrip(" ,;·") + " …"
    return text
