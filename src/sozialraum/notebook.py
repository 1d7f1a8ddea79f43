"""How figures show themselves in a notebook: a small table with German numbers and a small map with its legend."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol, Self

import pyarrow.compute as pc

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

ROWS, WIDTH, HEIGHT = 10, 300, 240
COLOURS = ("#fef0d9", "#fdcc8a", "#fc8d59", "#e34a33", "#b30000")  # ColorBrewer OrRd, safe for colour-blind readers
UNKNOWN = "#d9d9d9"
MARKS = {"missing": "unbekannt", "not_applicable": "nicht anwendbar", "suppressed_at_source": "geheim"}
_SIGNS = str.maketrans(",.-", ".,\N{MINUS SIGN}")


class Shown(Protocol):
    """What is shown of `Figures`, which import this file and not the other way round."""

    @property
    def table(self) -> pa.Table:
        """The rows."""

    @property
    def descriptions(self) -> Sequence[Any]:
        """What stands in them."""

    @property
    def periods(self) -> Sequence[str]:
        """Labels in time order."""

    @property
    def areas(self) -> Any:
        """The outlines, None where they are not known."""

    def at(self, *periods: str | int) -> Self:
        """Only these periods."""

    def select(self, *indicators: str) -> Self:
        """Only these indicators."""

    def to_pandas(self) -> pd.DataFrame:
        """A plain data frame."""


def number(value: float, decimals: int) -> str:
    """German form: 1234.5 -> 1.234,5."""
    return f"{value:,.{decimals}f}".translate(_SIGNS)


def figures_html(figures: Shown) -> str:
    """Title, first rows of the last period, and a map of the first indicator where the areas are known."""
    titles = ", ".join(html.escape(one.title.get("de", one.id)) for one in figures.descriptions)
    head = f"<p><strong>{titles}</strong> ({number(figures.table.num_rows, 0)} Zeilen; unprotected, nur intern)</p>"
    if not figures.table.num_rows:
        return head
    last = figures.at(figures.periods[-1])
    drawn = map_svg(last, figures.areas) if figures.areas is not None else ""
    return f'{head}<div style="display:flex;gap:1em;align-items:start">{_table(last)}{drawn}</div>'


def _table(figures: Shown) -> str:
    known = {one.id: one for one in figures.descriptions}
    labels = _labels(figures)
    lines = [_line(row, known[row["indicator"]], labels) for row in figures.table.slice(0, ROWS).to_pylist()]
    heads = "".join(f"<th>{name}</th>" for name in ("Gebiet", "Zeitpunkt", "Kennzahl", "Wert", "95-%-Intervall"))
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _line(row: Mapping[str, Any], one: Any, labels: Mapping[str, str]) -> str:
    limits = [row["lower"], row["upper"]]
    span = "" if None in limits else " bis ".join(number(limit, one.decimals) for limit in limits)
    name = one.short.get("de") or one.title.get("de", one.id)
    texts = (labels.get(row["area"], row["area"]), row["period"], name)
    cells = "".join(f"<td>{html.escape(text)}</td>" for text in texts)
    return f'<tr>{cells}<td style="text-align:right">{_said(row, one)}</td><td>{span}</td></tr>'


def _said(row: Mapping[str, Any], one: Any) -> str:
    if row["value"] is None:
        return MARKS.get(row["flag"], "")
    return number(row["value"], one.decimals) + (" (geschätzt)" if row["flag"] == "estimated" else "")


def _labels(figures: Shown) -> dict[str, str]:
    layer = _layer(figures, figures.areas)
    return dict(zip(layer.keys, layer.labels, strict=True)) if layer is not None else {}


def _layer(figures: Shown, areas: Any) -> Any:
    if areas is None:
        return None
    first = figures.table.slice(0, 1).to_pylist()[0]
    return areas.layer(first["level"], first["vintage"])


def map_svg(figures: Shown, areas: Any) -> str:
    """The first indicator of the figures (one period) as a map of up to five classes of equal number, with a legend."""
    one = figures.descriptions[0]
    layer = _layer(figures, areas)
    rows = {row["area"]: row for row in figures.select(one.id).table.to_pylist()}
    limits = classes([row["value"] for row in rows.values() if row["value"] is not None])
    scale, shapes = _shapes(areas, layer)
    paths = []
    for key, label, shape in zip(layer.keys, layer.labels, shapes, strict=True):
        row = rows.get(key, {"value": None, "flag": "missing"})
        fill = UNKNOWN if row["value"] is None else COLOURS[place(row["value"], limits)]
        said = html.escape(f"{label}: {_said(row, one)}")
        paths.append(f'<path d="{_path(shape, scale)}" fill="{fill}"><title>{said}</title></path>')
    title = html.escape(f"{one.title.get('de', one.id)}, {figures.periods[-1]}")
    head = f'<svg role="img" aria-label="{title}" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    drawn = f'{head} stroke="#fff" stroke-width="0.4">{"".join(paths)}</svg>'
    return f"<figure><figcaption>{title}</figcaption>{drawn}{_legend(limits, one.decimals)}</figure>"


def classes(values: Sequence[float]) -> list[float]:
    """Limits of up to five classes with about the same number of areas: lowest value, inner limits, highest value."""
    ordered = sorted(values)
    if not ordered:
        return []
    steps = len(COLOURS)
    inner = [ordered[len(ordered) * step // steps] for step in range(1, steps)]
    return [*sorted({ordered[0], *inner}), ordered[-1]]


def place(value: float, limits: Sequence[float]) -> int:
    """Place of the class of a value: its lower limit belongs to it."""
    return max(0, min(sum(value >= limit for limit in limits[:-1]), len(COLOURS)) - 1)


def _shapes(areas: Any, layer: Any) -> tuple[tuple[float, float, float], Any]:
    import shapely

    left, low, right, high = shapely.total_bounds(layer.geometry)
    step = max((right - left) / WIDTH, (high - low) / HEIGHT) or 1.0
    return (left, high, step), areas.simplified(layer.level, layer.vintage, step).geometry


def _path(shape: Any, scale: tuple[float, float, float]) -> str:
    left, high, step = scale
    parts = getattr(shape, "geoms", [shape])
    rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
    return "".join(
        "M" + "L".join(f"{(x - left) / step:.1f} {(high - y) / step:.1f}" for x, y, *_ in ring.coords) + "Z"
        for ring in rings
    )


def _legend(limits: Sequence[float], decimals: int) -> str:
    said = [f"{number(low, decimals)} bis {number(high, decimals)}" for low, high in pairwise(limits)]
    entries = [*zip(COLOURS, said, strict=False), (UNKNOWN, "kein Wert")]
    boxes = [f'<span style="background:{colour};padding:0 .6em"></span> {text}' for colour, text in entries]
    return f'<div style="font-size:small">{"<br>".join(boxes)}</div>'


def with_outlines(figures: Shown, areas: Any) -> Any:
    """The rows as a GeoDataFrame with label and geometry of each area, in metres of the layers' coordinate system."""
    import geopandas
    import shapely

    keys = [pc.unique(figures.table[name]).to_pylist() for name in ("level", "vintage")]
    layers = {
        (level, vintage): areas.layer(level, vintage)
        for level in keys[0]
        for vintage in keys[1]
        if _has(figures, level, vintage)
    }
    known = {
        (*name, key): (label, shape)
        for name, layer in layers.items()
        for key, label, shape in zip(layer.keys, layer.labels, layer.geometry, strict=True)
    }
    frame = figures.to_pandas()
    found = [
        known.get(name, (None, None)) for name in zip(frame["level"], frame["vintage"], frame["area"], strict=True)
    ]
    frame["label"] = [label for label, _ in found]
    crs = next((layer.crs for layer in layers.values()), None)
    return geopandas.GeoDataFrame(
        frame, geometry=[shape if shape is None else shapely.force_2d(shape) for _, shape in found], crs=crs
    )


def _has(figures: Shown, level: str, vintage: str) -> bool:
    both = pc.and_(pc.equal(figures.table["level"], level), pc.equal(figures.table["vintage"], vintage))
    return bool(pc.any(both).as_py())
