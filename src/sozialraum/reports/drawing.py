"""A small SVG drawer: the one renderer of charts and maps for screen and print.

Everything is measured in screen pixels with the printed font. Colours are given by their role and become a CSS variable
on screen (so dark mode turns them) or a fixed colour in print.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape

from sozialraum.reports.fonts import FAMILY, text_width
from sozialraum.reports.tokens import LIGHT, PATTERNS, with_labels

_PRINT = with_labels(LIGHT)
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
_HALO = 'stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
_SPACE = re.compile(r"[ \t\r\n\u2028\u2029]+")


@lru_cache(maxsize=16384)
def clean(text: str) -> str:
    """The text on one line, without signs that no reader sees but that turn or break what stands around them."""
    return _SPACE.sub(" ", _UNSAFE.sub("", text)).strip()


def number(value: float) -> str:
    """A coordinate with at most two decimals, short."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


class Canvas:
    """An SVG picture under way; `medium` is `screen` or `print`. Width and height in pixels; y grows downwards."""

    def __init__(self, width: float, height: float = 0.0, medium: str = "screen"):
        self.width, self.height, self.medium = width, height, medium
        self.parts: list[str] = []
        self.patterns: set[str] = set()
        self.cells = ""  # "-tenths" while coordinates are tenths of a pixel, so that pattern cells keep their size

    def colour(self, role: str) -> str:
        """What stands in the SVG for a role."""
        if role in PATTERNS:
            name = f"p-{role}{self.cells}"
            self.patterns.add(name)
            return f"url(#{name})"
        if role in ("none", "inherit"):
            return role
        return _PRINT[role] if self.medium == "print" else f"var(--{role})"

    def raw(self, markup: str) -> None:
        """Markup made by the caller from numbers and roles only, never from texts of the data."""
        self.parts.append(markup)

    def rect(
        self, x: float, y: float, width: float, height: float, fill: str, stroke: str = "", line: float = 1
    ) -> None:
        """A rectangle in a colour role, with an edge where one is named."""
        edge = f' stroke="{self.colour(stroke)}" stroke-width="{number(line)}"' if stroke else ""
        box = f'x="{number(x)}" y="{number(y)}" width="{number(max(width, 0))}" height="{number(height)}"'
        self.raw(f'<rect {box} fill="{self.colour(fill)}"{edge}/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, role: str, width: float = 1, dashes: str = "") -> None:
        """A straight line; `dashes` as SVG writes them."""
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        place = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
        self.raw(f'<line {place} stroke="{self.colour(role)}" stroke-width="{number(width)}"{dashed}/>')

    def path(self, data: str, fill: str = "none", stroke: str = "", width: float = 1, more: str = "") -> None:
        """A path from its data."""
        edge = f' stroke="{self.colour(stroke)}" stroke-width="{number(width)}"' if stroke else ""
        self.raw(f'<path d="{data}" fill="{self.colour(fill)}"{edge}{" " + more if more else ""}/>')

    def polyline(self, points: Iterable[tuple[float, float]], role: str, width: float = 1.5) -> None:
        """A line through points with round corners."""
        data = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
        self.path(data, stroke=role, width=width, more='stroke-linejoin="round" stroke-linecap="round"')

    def dots(self, points: Iterable[tuple[float, float]], role: str, size: float) -> None:
        """Many round dots as one path."""
        self.path(dot_path(points), stroke=role, width=size, more='stroke-linecap="round"')

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 13,
        weight: int = 400,
        role: str = "text",
        anchor: str = "start",
        halo: bool = False,
    ) -> None:
        """One line of text; y is its baseline."""
        edge = f' stroke="{self.colour("ground")}" {_HALO}' if halo else ""
        side = "" if anchor == "start" else f' text-anchor="{anchor}"'
        bold = "" if weight == 400 else f' font-weight="{weight}"'
        place = f'x="{number(x)}" y="{number(y)}" font-size="{number(size)}"'
        self.raw(f'<text {place}{bold}{side} fill="{self.colour(role)}"{edge}>{escape(clean(text))}</text>')

    def texts(self, x: float, y: float, pieces: Iterable[tuple[str, int, str]], size: float = 13) -> float:
        """Pieces (text, weight, role) one after another; gives the x behind the last."""
        for text, weight, role in pieces:
            if text:
                self.text(x, y, text, size, weight, role)
                x += text_width(clean(text), size, weight) + 4
        return x

    def triangle(self, x: float, y: float, size: float, up: bool = True) -> None:
        """A white triangle with a dark edge around (x, y)."""
        high, half = size * 0.87, size / 2
        tip, foot = (y - high * 0.6, y + high * 0.4) if up else (y + high * 0.6, y - high * 0.4)
        data = f"M{number(x)} {number(tip)}L{number(x + half)} {number(foot)}H{number(x - half)}Z"
        self.path(data, "mark", "mark-line", 1.1, 'stroke-linejoin="round"')

    def diamond(self, x: float, y: float, half: float = 7) -> None:
        """This area."""
        step, back = number(half), number(-half)
        data = f"M{number(x)} {number(y - half)}l{step} {step} {back} {step} {back} {back}Z"
        self.path(data, "diamond", "diamond-line", 1.8, 'stroke-linejoin="round"')

    def svg(self, alt: str = "", css: str = "", below: float = 0.0) -> str:
        """The picture as text; `alt` names it for those who do not see it (empty: decoration); `below`: space under it."""
        box = f'viewBox="0 0 {number(self.width)} {number(self.height + below)}"'
        body = "".join(self.parts)
        if self.medium == "print":
            size = f'width="{number(self.width)}" height="{number(self.height)}"'
            head = f'xmlns="http://www.w3.org/2000/svg" {box} {size} font-family="{FAMILY}"'
            return f"<svg {head}>{self._defs()}{body}</svg>"
        name = f'role="img" aria-label="{escape(clean(alt))}"' if alt else 'aria-hidden="true"'
        chosen = f' class="{css}"' if css else ""
        return f'<svg {box} width="{number(self.width)}"{chosen} {name}>{body}</svg>'

    def _defs(self) -> str:
        inks = ((name, [self.colour(one) for one in ink(name)]) for name in sorted(self.patterns))
        made = "".join(pattern(name, *colours) for name, colours in inks)
        return f"<defs>{made}</defs>" if made else ""


def dot_path(points: Iterable[tuple[float, float]]) -> str:
    """Path of zero-length strokes: with round ends each is a dot."""
    return "".join(f"M{number(x)} {number(y)}h.01" for x, y in points)


def ink(name: str) -> tuple[str, str]:
    """Tokens of a pattern's line and ground: what is hidden to protect others only is pale blue."""
    return ("action", "chosen") if name.startswith("p-protecting") else ("pattern", "ground")


def pattern(name: str, line: str, ground: str) -> str:
    """SVG definition of `p-hidden`, `p-unknown`, `p-protecting` with 5 px cells (`-tenths`: for tenths of a pixel)."""
    back = f'<rect width="5" height="5" fill="{ground}"/>'
    marks = {
        "hidden": f'<path d="M-1 1L1 -1M0 5L5 0M4 6L6 4" stroke="{line}" stroke-width="1.2"/>',
        "protecting": f'<path d="M-1 4L1 6M0 0L5 5M4 -1L6 1" stroke="{line}" stroke-width="1.2"/>',
        "unknown": f'<circle cx="2.5" cy="2.5" r=".8" fill="{line}"/>',
    }
    kind = name.removeprefix("p-").removesuffix("-tenths")
    scaled = ' patternTransform="scale(10)"' if name.endswith("-tenths") else ""
    cell = f'id="{name}" width="5" height="5" patternUnits="userSpaceOnUse"{scaled}'
    return f"<pattern {cell}>{back}{marks[kind]}</pattern>"
