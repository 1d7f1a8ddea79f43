"""Lines over time. A gap stays a gap; new boundaries are a dashed bar; first and last value are written."""

from __future__ import annotations

from collections.abc import Sequence

from sozialraum.reports.charts.axes import SMALL, TINY, Frame, Scale, decimals_of, known, shown, ticks
from sozialraum.reports.drawing import Canvas, clean
from sozialraum.reports.fonts import text_width

Point = tuple[float, float]
COLOURS = ("text", "own", "dynamics-negative", "dynamics-positive", "series")


def stretches(points: Sequence[Point | None]) -> list[list[Point]]:
    """Runs of points that follow one another without a gap."""
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def sparkline(frame: Frame) -> Canvas:
    """A small line with its first and last value; data stand in time order, breaks are dotted bars."""
    xs, values = frame.column("x"), frame.column("value")
    texts = frame.optional("text", "")
    canvas, numbers = frame.canvas(34), known(values)
    if not numbers:
        return canvas
    there = [row for row, value in enumerate(values) if value is not None]
    words = [texts[row] or shown(float(values[row]), frame.option("decimals", 1), frame.language) for row in there]
    left, right = text_width(words[0], TINY) + 5, text_width(words[-1], TINY, 600) + 6
    across = Scale(min(xs), max(xs), left + 2, frame.width - right - 4)
    upward = Scale(min(numbers), max(numbers), 28, 6)
    for at in frame.option("breaks", ()):
        canvas.line(across(at), 2, across(at), 32, "rule", 1, "2 2")
    where = [None if v is None else (across(x), upward(v)) for x, v in zip(xs, values, strict=True)]
    for run in _cut(where, xs, frame.option("breaks", ())):
        canvas.polyline(run, "series", 1.6) if len(run) > 1 else None
    known_points = [point for point in where if point]
    canvas.dots(known_points[:-1], "series", 4)
    canvas.dots(known_points[-1:], "text", 7)
    canvas.text(known_points[-1][0] + 6, known_points[-1][1] + 3.7, words[-1], TINY, 600)
    if len(there) > 1:
        canvas.text(known_points[0][0] - 5, known_points[0][1] + 3.7, words[0], TINY, role="muted", anchor="end")
    return canvas


def _cut(points: Sequence[Point | None], xs: Sequence[float], breaks: Sequence[float]) -> list[list[Point]]:
    """Stretches that also end at each break: no line is drawn across it."""
    whole: list[Point | None] = []
    for row, point in enumerate(points):
        if row and any(xs[row - 1] < at <= xs[row] for at in breaks):
            whole.append(None)
        whole.append(point)
    return stretches(whole)


def line(frame: Frame) -> Canvas:
    """One or several lines; a single one carries its numbers, several carry their names at the end and an axis."""
    names = frame.optional("series", "")
    chosen = list(dict.fromkeys(names))
    tall, single = float(frame.option("height", 110 if len(chosen) == 1 else 210)), len(chosen) == 1
    canvas = frame.canvas(tall + 24)
    numbers = known([*frame.column("value"), *frame.optional("lower"), *frame.optional("upper")]) or [0.0, 1.0]
    low, high = (0.0 if frame.option("zero", False) else min(numbers)), max(numbers)
    if high <= low:
        low, high = low - 1, low + 1
    steps = ticks(low, high, 4)
    side = 16.0 if single else max(text_width(shown(s, decimals_of(steps), frame.language), TINY) for s in steps) + 8
    right = 16.0 if single else max((text_width(clean(str(name)), SMALL, 500) for name in chosen), default=0) + 14
    xs = [float(x) for x in frame.column("x")]
    across = Scale(min(xs, default=0), max(xs, default=1), side + 8, frame.width - right - 8)
    foot = tall + 2 if frame.option("zero", False) else tall - 10
    upward = Scale(low, high, foot, 24)
    _ground(canvas, frame, across, upward, [] if single else steps)
    ends = []
    for place, name in enumerate(chosen):
        rows = [row for row, one in enumerate(names) if one == name]
        ends.append(_series(canvas, frame, rows, (across, upward), COLOURS[place % len(COLOURS)], single))
    if not single:
        _names(canvas, chosen, ends, frame.width - right)
    return canvas


def _ground(canvas: Canvas, frame: Frame, across: Scale, upward: Scale, steps: Sequence[float]) -> None:
    bottom = canvas.height - 22
    for step in steps:
        canvas.line(across.start - 8, upward(step), across.end + 8, upward(step), "hairline", 1)
        text = shown(step, decimals_of(steps), frame.language)
        canvas.text(across.start - 12, upward(step) + 3.5, text, TINY, role="muted", anchor="end")
    canvas.line(across.start - 8, bottom, across.end + 8, bottom, "rule", 1)
    for one in frame.option("breaks", ()):
        canvas.line(across(one["x"]), 14, across(one["x"]), bottom, "muted", 1, "3 3")
        width = text_width(clean(str(one.get("label", ""))), TINY)
        middle = min(max(across(one["x"]), width / 2), frame.width - width / 2)
        canvas.text(middle, 10, str(one.get("label", "")), TINY, role="muted", anchor="middle")
    edge = -1e9
    for x, label in sorted(dict(zip(frame.column("x"), frame.optional("label", ""), strict=True)).items()):
        half = text_width(clean(label), TINY + 0.5) / 2
        middle = min(max(across(x), half), frame.width - half)
        if middle - half > edge:
            canvas.text(middle, canvas.height - 6, label, TINY + 0.5, role="muted", anchor="middle")
            edge = middle + half + 8


def _series(
    canvas: Canvas, frame: Frame, rows: Sequence[int], scales: tuple[Scale, Scale], role: str, numbers: bool
) -> tuple[float, str]:
    """Draws one line; gives the y of its last point and its colour."""
    across, upward = scales
    xs, values = ([frame.column(name)[row] for row in rows] for name in ("x", "value"))
    points = [None if v is None else (across(x), upward(v)) for x, v in zip(xs, values, strict=True)]
    breaks = [one["x"] for one in frame.option("breaks", ())]
    _band(canvas, frame, rows, scales)
    for run in _cut(points, xs, breaks):
        canvas.polyline(run, role, 2) if len(run) > 1 else None
    canvas.dots([point for point in points if point], role, 7)
    if numbers:
        _numbers(canvas, frame, rows, points)
    last = [point for point in points if point]
    return (last[-1][1] if last else upward.start), role


def _band(canvas: Canvas, frame: Frame, rows: Sequence[int], scales: tuple[Scale, Scale]) -> None:
    across, upward = scales
    lower, upper, xs = frame.optional("lower"), frame.optional("upper"), frame.column("x")
    for row in rows:
        if lower[row] is not None and upper[row] is not None:
            canvas.line(across(xs[row]), upward(lower[row]), across(xs[row]), upward(upper[row]), "rule", 3)


def _numbers(canvas: Canvas, frame: Frame, rows: Sequence[int], points: Sequence[Point | None]) -> None:
    """The value above each point, beside the stroke of a range; those that would touch the next are left out."""
    texts, values = frame.optional("text", ""), frame.column("value")
    words = [
        texts[row]
        or ("" if values[row] is None else shown(float(values[row]), frame.option("decimals", 1), frame.language))
        for row in rows
    ]
    beside = [6.0 if upper is not None else 0.0 for upper in (frame.optional("upper")[row] for row in rows)]
    shown_points = [(point, word, by) for point, word, by in zip(points, words, beside, strict=True) if point]
    free = frame.width + 1e9
    for (x, y), word, by in reversed(shown_points):
        half = text_width(word, SMALL, 500) / 2
        middle = _clear(x, half, by, frame.width)
        if middle + half < free:
            canvas.text(middle, y - 9, word, SMALL, 500, anchor="middle", halo=True)
            free = middle - half - 4


def _clear(x: float, half: float, by: float, width: float) -> float:
    """The middle of a text at x: on it, or `by` beside it where a stroke stands there; never over the edge."""
    if not by:
        return min(max(x, half), width - half)
    right = x + by + half
    return right if right + half <= width else x - by - half


def _names(canvas: Canvas, names: Sequence[str], ends: Sequence[tuple[float, str]], x: float) -> None:
    """Names behind the last points, moved apart where they would overlap."""
    free = -1e9
    for y, role, name in sorted((y, role, name) for (y, role), name in zip(ends, names, strict=True)):
        free = max(y + 4, free + 15)
        canvas.text(x + 6, min(free, canvas.height - 4), name, SMALL, 500, role)
