"""Draws the pictures of the method pages from the publishers' files: `python docs/pictures/draw.py DATA [FOLDER]`.

Sources: Amt für Statistik Berlin-Brandenburg, Einwohnerregisterstatistik and LOR geometry; Senatsverwaltung für Stadtentwicklung
Berlin, Monitoring Soziale Stadtentwicklung (all CC BY 3.0 DE); BBSR (INKAR) and Robert Koch-Institut, GISD (CC BY 4.0);
© GeoBasis-DE / BKG 2021, VG5000 (dl-de/by-2-0). What the pictures show is checked with numbers in tests/reference.
"""

from __future__ import annotations

import csv
import gzip
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from sozialraum.analysis.places import places_of
from sozialraum.analysis.segregation import measures, split
from sozialraum.analysis.spatial_segregation import spatial_h, surroundings
from sozialraum.areas import AreaLayer, plain_layer
from sozialraum.areas.borders import neighbour_table
from sozialraum.reports.blocks import Chart, Map
from sozialraum.reports.charts import draw
from sozialraum.reports.charts.axes import legend
from sozialraum.reports.drawing import Canvas
from sozialraum.reports.fonts import print_fonts
from sozialraum.reports.maps import draw_map

ORIGIN = ("inhabitants_germans_without_migration_background", "inhabitants_germans_with_migration_background",
          "inhabitants_foreigners")  # fmt: skip
AGES = tuple(
    f"inhabitants_age_{one}" for one in ("below_6", "6_15", "15_18", "18_27", "27_45", "45_55", "55_65", "above_65")
)
CHILDREN, POOR = AGES[:2], "s4_percentage_transfer_payments_recipients_below_15_years"
CLASSES = ("hoch", "mittel", "niedrig", "sehr niedrig")
PEOPLE = "erwerbsfaehige_15_65"
STEPS = (0.1, 0.15, 0.2, 0.35)
"""Where one class of the map ends and the next begins."""
REFORM = 2021
"""New boundaries hold from 1 January of this year."""
WIDTH, DOTS = 720.0, 144.0
"""Pixels of a picture, and dots to the inch it is drawn with."""
Counts = np.ndarray[Any, np.dtype[np.float64]]


class Berlin:
    """Residents by planning area at each date, and the areas of that date."""

    def __init__(self, data: Path):
        self.data = data
        names = {False: "berlin_lor_pre2021.gpkg", True: "berlin_lor_2021.gpkg"}
        self.layers = {
            new: plain_layer(data / "berlin-lor-geometry" / name, "PLR_ID", layer="plr") for new, name in names.items()
        }

    def layer(self, date: str) -> AreaLayer:
        """The planning areas that held on that day."""
        return self.layers[date >= str(REFORM)]

    def counts(self, file: str, names: tuple[str, ...]) -> Iterator[tuple[str, AreaLayer, Counts]]:
        """Date, areas, people (areas, groups), oldest first."""
        held: dict[str, dict[str, list[float]]] = defaultdict(dict)
        for row in rows(self.data / "berlin-population" / file):
            held[row["date"]][row["PLR_ID"]] = [float(row[name]) for name in names]
        for date in sorted(held):
            layer, nobody = self.layer(date), [0.0] * len(names)
            yield date, layer, np.array([held[date].get(key, nobody) for key in layer.keys])


def rows(path: Path) -> list[dict[str, str]]:
    """The lines of a delivered file."""
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def across_the_reform(berlin: Berlin, file: str, names: tuple[str, ...]) -> Canvas:
    """H of the areas themselves, and of environments of 1 km and 4 km, at every date of the register."""
    lines = []
    for date, layer, counts in berlin.counts(file, names):
        at = int(date[:4]) + (0.5 if date[5:7] == "06" else 1.0)
        metres = places_of(layer).metres
        found = {"planning areas": float(measures.theil(counts))}
        found |= {f"within {km} km": float(spatial_h(counts, surroundings(metres, counts, km * 1e3))) for km in (1, 4)}
        lines += [
            {"x": at, "label": date[:4] if date[5:7] == "06" else "", "value": value, "series": name}
            for name, value in found.items()
        ]
    title = "Segregation before and after the boundaries changed"
    breaks = {"breaks": [{"x": REFORM + 0.25, "label": "new boundaries"}], "zero": True}
    return draw(Chart("line", title, title, pa.Table.from_pylist(lines), options=breaks), WIDTH, "print", "en")


def surrounded(berlin: Berlin) -> Canvas:
    """Share of foreigners among the people within 2 km of each planning area, last date."""
    *_, (_, layer, counts) = berlin.counts("population_origin_plr.csv", ORIGIN)
    around = surroundings(places_of(layer).metres, counts, 2000.0)
    shares = around[:, 2] / around.sum(axis=1)
    areas = pa.table({
        "key": layer.keys, "label": layer.names, "geometry": [shapely.to_wkb(one) for one in layer.geometry],
        "fill": [f"rate-{1 + np.searchsorted(STEPS, one, side='right')}" for one in shares],
    })  # fmt: skip
    canvas = draw_map(Map("", "", areas, labels=False), WIDTH, "print", "en")
    ends = ("0", *(f"{100 * step:.0f}" for step in STEPS))
    texts = [*(f"{low} to {high} %" for low, high in pairwise(ends)), f"{ends[-1]} % and more"]
    words = [(f"rate-{at}", text) for at, text in enumerate(texts, 1)]
    canvas.height = legend(canvas, canvas.height + 8, words)
    return canvas


def classes(data: Path) -> Canvas:
    """How much of the segregation of poor children lies between the official status classes, and how much inside them."""
    bars = []
    for edition, day in (("2017", "2016-12-31"), ("2019", "2018-12-31")):
        counts, status = _poor_children(data, edition, day)
        found = split(counts, status, len(CLASSES))
        parts = (("between the classes", found.m_between, "status-4"), ("inside them", found.m_within, "status-2"))
        bars += [
            {"label": day, "part": part, "value": float(value), "fill": fill, "text": f"{value:.3f}"}
            for part, value, fill in parts
        ]
    return draw(Chart("stacked_bar", "", "", pa.Table.from_pylist(bars)), WIDTH, "print", "en")


def _poor_children(data: Path, edition: str, day: str) -> tuple[Counts, Any]:
    """Children under 15 in benefit households and others, by planning area, and the area's official status class."""
    register = rows(data / "berlin-population" / "population_age_sex_plr.csv")
    lived = {one["PLR_ID"]: one for one in register if one["date"] == day}
    rated = rows(data / "berlin-mss" / f"mss_{edition}_plr.csv")
    children = np.array([sum(float(lived[one["PLR_ID"]][age]) for age in CHILDREN) for one in rated])
    poor = children * np.array([float(one[POOR]) for one in rated]) / 100
    return np.column_stack([poor, children - poor]), np.array(
        [CLASSES.index(one["status_index_class"]) for one in rated]
    )


def hinterland(data: Path) -> Canvas:
    """Unemployed of 100 people of working age: 106 cities against the counties around them, difference in points, 2021."""
    counts: dict[tuple[str, str], float] = {}
    with gzip.open(data / "de-gisd-inkar" / "inkar_kreise_indicators.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["year"] == "2021":
                counts[row["indicator"], row["AGS"]] = float(row["value"])

    def rate(keys: list[str]) -> float:
        return 100 * sum(counts["arbeitslose", key] for key in keys) / sum(counts[PEOPLE, key] for key in keys)

    around = _around(data / "de-vg5000-2021" / "vg5000_2021.gpkg")
    apart = [rate([city]) - rate(others) for city, others in around.items() if (PEOPLE, city) in counts]
    edges = np.arange(np.floor(min(apart) * 2) / 2, max(apart) + 0.5, 0.5)
    bins = zip(edges[:-1], edges[1:], np.histogram(apart, edges)[0], strict=True)
    drawn = [
        {"from": low, "to": high, "count": int(n), "fill": "rate-4" if low >= 0 else "status-2"}
        for low, high, n in bins
    ]
    options = {"cut": 0.0, "right": "city higher", "height": 180}
    return draw(Chart("histogram", "", "", pa.Table.from_pylist(drawn), options=options), WIDTH, "print", "en")


def _around(path: Path) -> dict[str, list[str]]:
    """City that is a county of its own -> the other counties that share a border with it."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
        kinds = dict(connection.execute("SELECT AGS, BEZ FROM krs"))
    cities = {key for key, kind in kinds.items() if kind in ("Kreisfreie Stadt", "Stadtkreis")}
    layer = plain_layer(path, "AGS", layer="krs")
    table = neighbour_table(layer.keys, layer.geometry, points=False)
    found: dict[str, list[str]] = {}
    for one, other in zip(table["area"].to_pylist(), table["neighbour"].to_pylist(), strict=True):
        if one in cities and other not in cities:
            found.setdefault(one, []).append(other)
    return found


def save(canvas: Canvas, path: Path) -> None:
    """The picture as PNG, with the product's own letters."""
    import typst

    width, height = (0.75 * side + 24 for side in (canvas.width, canvas.height))  # points
    page = f"#set page(width: {width}pt, height: {height}pt, margin: 12pt)"
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(print_fonts())])
    inputs = {"svg": canvas.svg()}
    text = f'{page}\n#image(bytes(sys.inputs.svg), format: "svg")'
    path.write_bytes(typst.compile(text.encode(), format="png", ppi=DOTS, font_paths=fonts, sys_inputs=inputs))


def pictures(data: Path) -> Iterator[tuple[str, Canvas]]:
    """Every picture with its name."""
    berlin = Berlin(data)
    yield "berlin-by-origin.png", across_the_reform(berlin, "population_origin_plr.csv", ORIGIN)
    yield "berlin-by-age.png", across_the_reform(berlin, "population_age_sex_plr.csv", AGES)
    yield "berlin-surroundings.png", surrounded(berlin)
    yield "berlin-poor-children.png", classes(data)
    yield "city-and-hinterland.png", hinterland(data)


if __name__ == "__main__":
    there = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent
    for name, canvas in pictures(Path(sys.argv[1])):
        save(canvas, there / name)
        print(there / name)
