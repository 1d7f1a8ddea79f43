"""Radar: the places of a few areas among all, figure by figure. Never the main view: lengths on spokes compare badly."""

from __future__ import annotations

import math

from sozialraum.reports.charts.axes import TINY, Frame, legend, wrapped
from sozialraum.reports.drawing import Canvas, number


def radar(frame: Frame) -> Canvas:
    """A spoke for every figure from 0 (lowest area) to 1 (highest), a ring at one half, an outline for every area."""
    spokes = list(dict.fromkeys(frame.column("label")))
    side = 96 if frame.width > 420 else 70
    reach = (min(frame.width, 520) - 2 * side) / 2
    middle = (frame.width / 2, reach + 34)
    canvas = frame.canvas(2 * reach + 68)
    _ground(canvas, frame, spokes, middle, reach)
    series = frame.optional("series", "")
    rows = list(zip(series, *(frame.column(name) for name in ("label", "value", "fill")), strict=True))
    names = {name: fill for name, _, _, fill in rows}
    for at, (name, fill) in enumerate(names.items()):
        found = {label: value for one, label, value, _ in rows if one == name}
        points = [_point(middle, reach * found[one], spokes.index(one), len(spokes)) for one in spokes
                  if found.get(one) is not None]  # fmt: skip
        _outline(canvas, points, fill, at)
    canvas.height = legend(canvas, canvas.height + 4, [(fill, name) for name, fill in names.items()]) + 4
    return canvas


def _point(middle: tuple[float, float], length: float, place: int, count: int) -> tuple[float, float]:
    turn = 2 * math.pi * place / count - math.pi / 2
    return middle[0] + length * math.cos(turn), middle[1] + length * math.sin(turn)


def _ground(canvas: Canvas, frame: Frame, spokes: list[str], middle: tuple[float, float], reach: float) -> None:
    for share, role in ((1.0, "hairline"), (0.5, "rule")):
        ring = [_point(middle, reach * share, place, len(spokes)) for place in range(len(spokes))]
        canvas.path(_closed(ring), stroke=role, width=1)
    for place, name in enumerate(spokes):
        end = _point(middle, reach, place, len(spokes))
        canvas.line(*middle, *end, "hairline", 1)
        x, y = _point(middle, reach + 10, place, len(spokes))
        aside = "middle" if abs(x - middle[0]) < 12 else "start" if x > middle[0] else "end"
        room = frame.width - x if aside == "start" else x if aside == "end" else 160
        lines = wrapped(name, TINY, max(room - 2, 40))
        for line, text in enumerate(lines):
            lift = (len(lines) - 1) * 12 if y < middle[1] else 0
            canvas.text(x, y + 4 + 12 * line - lift, text, TINY, role="muted", anchor=aside)
    canvas.text(
        middle[0] + 4, middle[1] - reach / 2 - 3, str(frame.option("ring_text", "")), TINY, role="muted", halo=True
    )


def _outline(canvas: Canvas, points: list[tuple[float, float]], fill: str, at: int) -> None:
    """Areas differ by colour and by the form of their corners, so that nobody needs to tell colours apart."""
    if not points:
        return
    canvas.path(_closed(points), stroke=fill, width=2.2, more=f'stroke-dasharray="{("none", "6 3", "2 3")[at % 3]}"')
    for x, y in points:
        canvas.rect(x - 3, y - 3, 6, 6, fill) if at % 2 else canvas.dots([(x, y)], fill, 7)


def _closed(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "Z"
