"""Bars from zero: plain bars, composition by age with a reference stroke, and the histogram."""

from __future__ import annotations

from typing import Any

from sozialraum.reports.charts.axes import (
    SIZE,
    SMALL,
    Frame,
    Scale,
    axis_numbers,
    fitted,
    known,
    round_up,
    ticks,
)
from sozialraum.reports.drawing import Canvas, clean
from sozialraum.reports.fonts import text_width

STEP, THICK = 27.0, 16.0
LEAST = 80.0
"""Room for the bars themselves, beside the texts."""


def widest(texts: list[Any], size: float, weight: int = 400) -> float:
    """Width of the widest text."""
    return max((text_width(clean(str(one)), size, weight) for one in texts if one), default=0.0)


def bar(frame: Frame) -> Canvas:
    """One bar a row; texts stand at the right, labels at the left or, where they are long, above."""
    labels, values = frame.column("label"), frame.column("value")
    texts, notes = frame.optional("text", ""), frame.optional("note", "")
    ends = [widest([text], SIZE, 600) + widest([note], SMALL) + 5 for text, note in zip(texts, notes, strict=True)]
    right = min(max(ends, default=0) + 8, frame.width - 60)
    left = widest(labels, SIZE)
    above = left > frame.width * 0.42
    start = 0.0 if above or not left else left + 10
    lines = known([*values, *frame.optional("upper")])
    scale = Scale(
        0, frame.option("maximum") or round_up(max(lines, default=1)), start, max(frame.width - right, start + 40)
    )
    canvas, step = frame.canvas(), STEP + (17 if above else 0)
    for row, label in enumerate(labels):
        y = row * step + (17 if above else 0)
        strong = 600 if frame.optional("strong", False)[row] else 400
        if above:
            canvas.text(0, y - 4, fitted(label, SIZE, frame.width, strong), SIZE, strong)
        elif label:
            canvas.text(left, y + 12.5, label, SIZE, strong, anchor="end")
        _one_bar(canvas, frame, row, scale, y)
        canvas.texts(scale.end + 8, y + 12.5, [(texts[row], 600, "text"), (notes[row], 400, "text")], SMALL)
    canvas.height = len(labels) * step - (STEP - THICK) + 1
    if frame.option("axis", False):
        canvas.height += 15
        axis_numbers(canvas, scale, canvas.height - 3, [0, scale.high], frame.language)
    return canvas


def _one_bar(canvas: Canvas, frame: Frame, row: int, scale: Scale, y: float) -> None:
    value, fill = frame.column("value")[row], frame.optional("fill", "bar")[row]
    lower, upper = frame.optional("lower")[row], frame.optional("upper")[row]
    if frame.option("track", False):
        canvas.rect(scale.start, y, scale.end - scale.start, THICK, "track")
    if value is not None:
        canvas.rect(scale.start, y, scale(value) - scale.start, THICK, fill)
    if lower is not None and upper is not None:
        canvas.line(scale(lower), y + THICK / 2, scale(upper), y + THICK / 2, "text", 1.6)


def age_bars(frame: Frame) -> Canvas:
    """Shares by age group as bars, the reference as a stroke, both numbers at the right."""
    labels, values, references = frame.column("label"), frame.column("value"), frame.column("reference")
    texts, others = frame.optional("text", ""), frame.optional("reference_text", "")
    left = widest(labels, SMALL) + 8
    if left + max(LEAST, frame.width / 2) + widest(texts, SMALL, 600) + widest(others, SMALL) + 16 > frame.width:
        others = [str(one).rpartition(" ")[2] for one in others]  # the place's name is said above the bars
    right = widest(texts, SMALL, 600) + widest(others, SMALL) + 16
    end = round_up(max(known([*values, *references]), default=1))
    scale = Scale(0, end, left, max(frame.width - right, left + 40))
    canvas = frame.canvas(len(labels) * 21.0)
    for row, label in enumerate(labels):
        y = row * 21.0
        canvas.text(left - 8, y + 14, label, SMALL, anchor="end")
        if values[row] is not None:
            canvas.rect(left, y + 3, scale(values[row]) - left, 14, "bar")
        if references[row] is not None:
            canvas.line(scale(references[row]), y, scale(references[row]), y + 20, "text", 2)
        wide = widest(texts, SMALL, 600)
        canvas.text(scale.end + 10 + wide, y + 14, texts[row], SMALL, 600, anchor="end")
        canvas.text(scale.end + 16 + wide, y + 14, others[row], SMALL, role="muted")
    return canvas


def histogram(frame: Frame) -> Canvas:
    """Counts in intervals of a measure, with a cut line and a text on each side of it."""
    starts, ends, counts = frame.column("from"), frame.column("to"), frame.column("count")
    fills, cut = frame.optional("fill", "bar"), frame.option("cut")
    tall, top = float(frame.option("height", 90)), 18.0
    canvas = frame.canvas(top + tall + 20)
    low, high = min(known(starts), default=0), max(known(ends), default=1)
    across = Scale(low, high, 0, frame.width)
    upward = Scale(0, max(known(counts), default=1), top + tall, top + 2)
    for start, end, count, fill in zip(starts, ends, counts, fills, strict=True):
        if count:
            x, y = across(start), upward(count)
            canvas.rect(x + 0.5, y, across(end) - x - 1, top + tall - y, fill)
    canvas.line(0, top + tall, frame.width, top + tall, "rule", 1)
    signed = low < 0
    axis_numbers(canvas, across, canvas.height - 4, ticks(low, high, 5), frame.language, signed)
    crossed = _sides(canvas, frame, across(cut) if cut is not None else 0.0)
    if cut is not None:
        canvas.line(across(cut), top if crossed else 0, across(cut), top + tall, "text", 1.2)
    return canvas


def _sides(canvas: Canvas, frame: Frame, cut: float) -> bool:
    """Texts at both sides of the cut; tells whether one of them runs across it."""
    left, right = str(frame.option("left", "")), str(frame.option("right", ""))
    if left and text_width(left, SMALL) + 6 <= cut:
        canvas.text(cut - 6, 11, left, SMALL, anchor="end")
    elif left:
        canvas.text(cut + 6, 11, left, SMALL)
    if right:
        canvas.text(frame.width, 11, right, SMALL, 600, anchor="end")
    return bool(right) and frame.width - text_width(right, SMALL, 600) < cut + 6
