"""Small multiples: the same little line for many areas, all on one scale, so that courses can be compared at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from sozialraum.reports.charts.axes import SMALL, TINY, Frame, Scale, decimals_of, fitted, known, shown, ticks
from sozialraum.reports.charts.bars import widest
from sozialraum.reports.charts.lines import Point, stretches
from sozialraum.reports.drawing import Canvas, number
from sozialraum.reports.fonts import text_width

LEAST, HIGH, GAP = 150.0, 74.0, 14.0  # width of a panel, height of its plot, space between panels
HEAD, FOOT = 42.0, 16.0
NOTE = TINY + 0.5


def small_multiples(frame: Frame) -> Canvas:
    """A panel per label in the order of the data: line, band of its interval, grey line to compare with, end values."""
    labels = frame.column("label")
    panels = list(dict.fromkeys(labels))
    if not panels:
        return frame.canvas(10)
    side = _side(frame)
    least = max(LEAST, widest(frame.optional("note", ""), NOTE))
    many = max(1, min(len(panels), int((frame.width - side + GAP) // (least + GAP))))
    wide = (frame.width - side - GAP * (many - 1)) / many
    canvas = frame.canvas(-(-len(panels) // many) * (HEAD + HIGH + FOOT + GAP) - GAP)
    xs = [float(x) for x in frame.column("x")]
    for place, label in enumerate(panels):
        left, top = side + place % many * (wide + GAP), place // many * (HEAD + HIGH + FOOT + GAP)
        across = Scale(min(xs), max(xs), left + 6, left + wide - 6)
        upward = _upward(frame, top)
        rows = [row for row, one in enumerate(labels) if one == label]
        _ground(canvas, frame, across, upward, first=place % many == 0)
        _head(canvas, frame, str(label), rows, left, top, wide)
        _line(canvas, frame, rows, across, upward)
    return canvas


def _range(frame: Frame) -> tuple[float, float]:
    """Least and most of all panels; the outermost ends of intervals may be cut."""
    numbers = known([*frame.column("value"), *frame.optional("reference")]) or [0.0, 1.0]
    low, high = min(numbers), max(numbers)
    room = 0.15 * (high - low) or 1.0
    low = max(0.0, low - room) if low >= 0 else low - room
    return low, high + room


def _side(frame: Frame) -> float:
    steps = ticks(*_range(frame), 3)
    return max(text_width(shown(step, decimals_of(steps), frame.language), TINY) for step in steps) + 8


def _upward(frame: Frame, top: float) -> Scale:
    return Scale(*_range(frame), top + HEAD + HIGH, top + HEAD)


def _ground(canvas: Canvas, frame: Frame, across: Scale, upward: Scale, first: bool) -> None:
    steps = ticks(upward.low, upward.high, 3)
    for step in steps:
        canvas.line(across.start - 6, upward(step), across.end + 6, upward(step), "hairline", 1)
        if first:
            text = shown(step, decimals_of(steps), frame.language)
            canvas.text(across.start - 12, upward(step) + 3.5, text, TINY, role="muted", anchor="end")
    for at in frame.option("breaks", ()):
        canvas.line(across(at), upward.end, across(at), upward.start, "muted", 1, "3 3")


def _head(canvas: Canvas, frame: Frame, label: str, rows: Sequence[int], left: float, top: float, wide: float) -> None:
    """Name, below it what is said about the course, and the first and last date at the foot."""
    notes, dates = frame.optional("note", ""), frame.optional("date", "")
    canvas.text(left, top + 11, fitted(label, SMALL, wide, 500), SMALL, 500)
    note = next((notes[row] for row in rows if notes[row]), "")
    canvas.text(left, top + 25, fitted(note, NOTE, wide), NOTE, role="muted")
    y = top + HEAD + HIGH + 12
    canvas.text(left, y, dates[rows[0]], TINY, role="muted")
    canvas.text(left + wide, y, dates[rows[-1]], TINY, role="muted", anchor="end")


def _line(canvas: Canvas, frame: Frame, rows: Sequence[int], across: Scale, upward: Scale) -> None:
    xs, values, reference = frame.column("x"), frame.column("value"), frame.optional("reference")
    _band(canvas, frame, rows, across, upward)
    for run in _runs(frame, rows, reference, across, upward):
        canvas.polyline(run, "others", 1.4) if len(run) > 1 else None
    runs = _runs(frame, rows, values, across, upward)
    for run in runs:
        canvas.polyline(run, "own", 2) if len(run) > 1 else None
    points = [(across(xs[row]), upward(values[row])) for row in rows if values[row] is not None]
    canvas.dots(points, "own", 5)
    texts = frame.optional("text", "")
    there = [row for row in rows if values[row] is not None]
    for row in dict.fromkeys([*there[:1], *there[-1:]]):
        text = texts[row] or shown(float(values[row]), frame.option("decimals", 1), frame.language)
        half = text_width(text, TINY + 0.5) / 2
        middle = min(max(across(xs[row]), across.start - 4 + half), across.end + 4 - half)
        canvas.text(
            middle, max(upward(values[row]) - 7, upward.end - 2), text, TINY + 0.5, 500, anchor="middle", halo=True
        )


def _runs(
    frame: Frame, rows: Sequence[int], values: Sequence[float | None], across: Scale, upward: Scale
) -> list[list[Point]]:
    """Stretches without a gap; no line runs across a break."""
    xs, points, before = frame.column("x"), list[Point | None](), None
    for row in rows:
        if before is not None and any(before < at <= xs[row] for at in frame.option("breaks", ())):
            points.append(None)
        value, before = values[row], xs[row]
        points.append(None if value is None else (across(xs[row]), upward(value)))
    return stretches(points)


def _band(canvas: Canvas, frame: Frame, rows: Sequence[int], across: Scale, upward: Scale) -> None:
    lower, upper = frame.optional("lower"), frame.optional("upper")
    pairs = zip(_runs(frame, rows, lower, across, upward), _runs(frame, rows, upper, across, upward), strict=False)
    for low, high in pairs:
        path = "L".join(f"{number(x)} {number(y)}" for x, y in [*low, *high[::-1]])
        canvas.path(f"M{path}Z", fill="track")
