"""Stacked bars: how sure (counts) and composition (stretched to 100 %)."""

from __future__ import annotations

from dataclasses import dataclass

from sozialraum.reports.charts.axes import SIZE, SMALL, Frame, fitted, legend, wrapped
from sozialraum.reports.charts.bars import widest
from sozialraum.reports.drawing import Canvas, clean
from sozialraum.reports.fonts import text_width

LINE = 15.0
"""From one line of a head to the next."""


@dataclass(frozen=True, slots=True)
class _Part:
    part: str
    value: float
    fill: str
    text: str


def _rows(frame: Frame) -> dict[str, list[_Part]]:
    rows: dict[str, list[_Part]] = {}
    columns = (frame.column("part"), frame.column("value"), frame.column("fill"), frame.optional("text", ""))
    for label, *part in zip(frame.column("label"), *columns, strict=True):
        rows.setdefault(label, []).append(_Part(part[0], float(part[1] or 0), part[2], part[3]))
    return rows


def stacked_bar(frame: Frame) -> Canvas:
    """Bars of parts; labels left or above, texts inside their part or, where it is too narrow, above it."""
    rows, ends = _rows(frame), dict(frame.option("ends") or {})
    canvas = frame.canvas()
    left = widest(list(rows), SIZE)
    above = bool(frame.option("label_above", left > frame.width * 0.42))
    right = max(widest(list(ends.values()), SIZE, 600), widest([frame.option("ends_head", "")], SMALL))
    start, end = (0.0 if above else left + 12), frame.width - (right + 12 if ends else 1)
    y = _heads(canvas, frame, start)
    whole = max((sum(part.value for part in parts) for parts in rows.values()), default=1)
    for label, parts in rows.items():
        total = sum(part.value for part in parts) if frame.option("parts_total", False) else whole
        y += 18 if above else 0
        thick = 24.0 if above else 15.0
        head = fitted(label, SIZE, frame.width * 0.8, 600) if above else ""
        if above:
            canvas.text(0, y - 5, head, SIZE, 600)
        else:
            canvas.text(left, y + 12, label, SIZE, anchor="end")
        _parts(canvas, parts, (start, end), total or 1, (y, thick), text_width(clean(head), SIZE, 600))
        canvas.text(frame.width, y + 12.5, str(ends.get(label, "")), SIZE, 600, anchor="end") if ends else None
        y += thick + (16 if above else 7)
    canvas.height = y - (8 if above else 4)
    if frame.option("legend", True):
        canvas.height = legend(canvas, canvas.height + 4, _key(rows), start)
    return canvas


def _heads(canvas: Canvas, frame: Frame, start: float) -> float:
    """What the bars and the numbers behind them are, in one line or in two; the y where the rows begin."""
    head, ends_head = str(frame.option("head", "")), str(frame.option("ends_head", ""))
    if not head and not ends_head:
        return 0.0
    beside = start + text_width(clean(head), SMALL) + 12 + text_width(ends_head, SMALL) <= frame.width
    lines = [head] if beside else wrapped(head, SMALL, frame.width)
    for place, line in enumerate(lines if head else ()):
        canvas.text(start if beside else 0, 11 + LINE * place, line, SMALL, role="muted")
    last = 11 + LINE * (len(lines) - (1 if beside or not ends_head else 0))
    canvas.text(frame.width, last, ends_head, SMALL, role="muted", anchor="end") if ends_head else None
    return last + 9.0


def _key(rows: dict[str, list[_Part]]) -> list[tuple[str, str]]:
    seen = {part.part: part.fill for parts in rows.values() for part in parts}
    return [(fill, part) for part, fill in seen.items()]


def _parts(
    canvas: Canvas,
    parts: list[_Part],
    across: tuple[float, float],
    total: float,
    place: tuple[float, float],
    head: float,
) -> None:
    """The parts of one row; `head` is the width of the label above it, beside which narrow parts write their text."""
    (start, end), (y, thick) = across, place
    x, free, above = start, start + head + 10.0, head > 0
    for part in parts:
        wide = part.value / total * (end - start)
        edge = "text" if part.fill.startswith("sure") else "ground"
        if wide > 0:
            canvas.rect(x, y, wide, thick, part.fill, edge, 1)
        free = _label(canvas, part, (x, wide), place, free, above)
        x += wide


def _label(
    canvas: Canvas, part: _Part, span: tuple[float, float], place: tuple[float, float], free: float, above: bool
) -> float:
    (x, wide), (y, thick) = span, place
    width = text_width(clean(part.text), SMALL, 600)
    if not part.text or not part.value:
        return free
    if width + 12 <= wide:
        canvas.text(x + 6, y + thick / 2 + 4.5, part.text, SMALL, 600, f"on-{part.fill}")
        return free
    middle = min(max(x + wide / 2 - width / 2, free), canvas.width - width)
    if above and middle >= free:
        canvas.text(middle, y - 5, part.text, SMALL)
        return middle + width + 6
    return free
