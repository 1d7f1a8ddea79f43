"""Colours, type and spaces of the reports: one list for screen (light, dark) and print, after design/pages.

Names say a role. A fill is what an area, bar or swatch is filled with; `on-...` is the text colour that stands on it.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "text": "#131525", "muted": "#51577a", "ground": "#ffffff", "hued": "#f3f4f7", "hairline": "#dfe1ea",
    "rule": "#a9aec6",
    "action": "#2044aa", "chosen": "#eef2fb", "done": "#007155", "warn": "#925400", "warn-ground": "#ffe7b6",
    "status-1": "#DDEBE3", "status-2": "#A7C8D8", "status-3": "#5072AE", "status-4": "#3A1C71",
    "dynamics-positive": "#1B7F79", "dynamics-stable": "#D5D9E0", "dynamics-negative": "#B85410",
    "rate-1": "#FBF0D9", "rate-2": "#F0CE92", "rate-3": "#DD9E4C", "rate-4": "#AD6426", "rate-5": "#66331A",
    "zero": "#DCE8F2", "flat": "#E8E9EF", "pattern": "#5b6185", "outline": "#5b6185",
    "own": "#3d68b2", "others": "#bcc0d2", "series": "#51577a", "bar": "#7f98ce", "track": "#E8E9EF",
    "type-1": "#88CCEE", "type-2": "#DDCC77", "type-3": "#44AA99", "type-4": "#CC6677", "type-5": "#332288",
    "type-6": "#AA4499", "type-7": "#117733", "type-8": "#882255",
    "sure-1": "#131525", "sure-2": "#8b90b3", "sure-3": "#ffffff",
    "diamond": "#ffd24d", "diamond-line": "#131525", "mark": "#ffffff", "mark-line": "#131525",
}  # fmt: skip
DARK: Mapping[str, str] = {
    "text": "#f3f4f7", "muted": "#b9bdd1", "ground": "#0f1120", "hued": "#181b2d", "hairline": "#343954",
    "rule": "#5b6185",
    "action": "#97afe1", "chosen": "#1b2547", "done": "#5CC9BF", "warn": "#f2b65a", "warn-ground": "#3a2a0c",
    "status-1": "#24434A", "status-2": "#3C728B", "status-3": "#8E9FE6", "status-4": "#F2DAFF",
    "dynamics-positive": "#5CC9BF", "dynamics-stable": "#454B6B", "dynamics-negative": "#F0A25C",
    "rate-1": "#3A2E20", "rate-2": "#6E4A22", "rate-3": "#A66A28", "rate-4": "#DD9E4C", "rate-5": "#FBE3B4",
    "zero": "#22384D", "flat": "#232740", "pattern": "#a9aec6", "outline": "#a9aec6",
    "own": "#8fb2f5", "others": "#4a5074", "series": "#b9bdd1", "bar": "#7f98ce", "track": "#232740",
    "type-1": "#88CCEE", "type-2": "#DDCC77", "type-3": "#44AA99", "type-4": "#E08592", "type-5": "#8F85E0",
    "type-6": "#CC78BF", "type-7": "#4FAE6E", "type-8": "#C4668F",
    "sure-1": "#f3f4f7", "sure-2": "#7e84a8", "sure-3": "#0f1120",
    "diamond": "#ffd24d", "diamond-line": "#131525", "mark": "#ffffff", "mark-line": "#131525",
}  # fmt: skip

STATUS = ("status-1", "status-2", "status-3", "status-4")
"""Status from high to very low."""
RATES = ("rate-1", "rate-2", "rate-3", "rate-4", "rate-5")
"""Classes of a rate from low to high."""
DYNAMICS = ("dynamics-positive", "dynamics-stable", "dynamics-negative")
SURE = ("sure-1", "sure-2", "sure-3")
"""Sure, rather sure, borderline."""
TYPES = tuple(f"type-{number}" for number in range(1, 9))
"""Kinds without an order (area types): told apart also by those who see few colours (Tol 2021, muted scheme)."""
PATTERNS = ("hidden", "unknown", "protecting")
"""Hatched = hidden, dots = unknown, counter-hatched = hidden to protect others (staff only)."""
FILLS = (
    *STATUS,
    *RATES,
    *DYNAMICS,
    *SURE,
    *TYPES,
    *PATTERNS,
    "zero",
    "flat",
    "own",
    "others",
    "bar",
    "track",
    "action",
    "series",
)
"""Every name that a block may give as `fill`."""


def contrast(first: str, second: str) -> float:
    """Contrast of two colours after WCAG 2.1, from 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def with_labels(palette: Mapping[str, str]) -> dict[str, str]:
    """The palette with an `on-<fill>` for each fill: dark or white, whichever stands out more (black on middle tones)."""
    plain = {name: palette[name] for name in FILLS if name in palette}
    labels = {f"on-{name}": _label(colour) for name, colour in plain.items()}
    patterns = {f"on-{name}": palette["text"] for name in PATTERNS}
    return {**palette, **labels, **patterns}


def _label(ground: str) -> str:
    best = max((LIGHT["text"], LIGHT["ground"]), key=lambda one: contrast(one, ground))
    return best if contrast(best, ground) >= 4.5 else "#000000"
