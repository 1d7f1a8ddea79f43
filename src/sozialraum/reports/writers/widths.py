"""How wide the columns of a printed table are: what their texts need, the rest shared fairly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sozialraum.reports.blocks import Column
from sozialraum.reports.fonts import text_width

BODY, LARGE, NOTE, HEAD, PAD = 9.5, 11.0, 7.3, 8.0, 8.5
"""Type sizes of cells in points (text, strong number with a note, note, head) and the space behind a column."""
LOOSE = 1.8
"""How much wider than its texts a column may become, so that numbers stay near their words."""


def column_widths(columns: Sequence[Column], rows: Sequence[Sequence[Mapping[str, Any]]], room: float) -> list[float]:
    """Widths in points that together fill the room or, for short texts, a part of it; `rows` are the cells as the template gets them.

    Declared shares come first, numbers and charts get what they need, columns of text share what is left.
    """
    needed = [_needed(column, [row[at] for row in rows]) for at, column in enumerate(columns)]
    widths = [column.share * room if column.share else wide for column, wide in zip(columns, needed, strict=True)]
    loose = [at for at, column in enumerate(columns) if column.kind == "text" and not column.share]
    loose = loose or list(range(len(columns)))
    left = room - sum(wide for at, wide in enumerate(widths) if at not in loose)
    shares = _shared([widths[at] for at in loose], max(left, room * 0.15))
    for at, wide in zip(loose, shares, strict=True):
        widths[at] = wide
    total = sum(widths)
    return [wide * room / total for wide in widths] if total > room else widths


def _needed(column: Column, cells: Sequence[Mapping[str, Any]]) -> float:
    head = text_width(" ".join(filter(None, (column.head, column.unit))), HEAD)
    return max([head, *(_cell(cell, column.kind) for cell in cells)]) + PAD


def _cell(cell: Mapping[str, Any], kind: str) -> float:
    if cell["picture"]:
        return float(cell["picture"]["width"])
    large = LARGE if kind == "number" and cell["strong"] and cell["note"] else BODY
    signs = (15.5 if cell["fill"] else 0) + (12 if cell["mark"] else 0)
    meter = 40 if kind == "bar" and cell["meter"] is not None else 0
    words = text_width(cell["text"], large, 600 if cell["strong"] else 400)
    return max(signs + meter + words, text_width(cell["note"], NOTE))


def _shared(needed: Sequence[float], room: float) -> list[float]:
    """The room for columns of text: each what it needs when there is enough, else narrow ones first."""
    total = sum(needed)
    if total <= room:
        return [wide * min(room / total, LOOSE) for wide in needed] if total else []
    widths, open_ = list(needed), sorted(range(len(needed)), key=lambda at: needed[at])
    for place, at in enumerate(open_):
        fair = room / (len(open_) - place)
        widths[at] = min(needed[at], fair)
        room -= widths[at]
    return widths
