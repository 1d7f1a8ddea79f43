"""What a map shows, to take along: CSV, XLSX, GeoJSON, SVG, PNG, each with its source."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import shapely

from sozialraum.reports import View
from sozialraum.reports import language as words
from sozialraum.reports.blocks import Cell
from sozialraum.reports.charts.axes import swatch, wrapped
from sozialraum.reports.drawing import Canvas, number
from sozialraum.reports.maps import draw_map
from sozialraum.reports.writers import png
from sozialraum.texts import say
from sozialraum.web.figures.files import Cells, source, table_csv
from sozialraum.web.figures.maps.choice import Choice
from sozialraum.web.figures.maps.classes import Drawn, drawn_map
from sozialraum.web.figures.pages.map import block, title
from sozialraum.web.figures.pages.map import source as source_of
from sozialraum.web.ready.keeping import Kept, keep

HEADS = ("area", "name", "indicator", "title", "period", "value", "lower", "upper", "state", "unit")
WIDTH, TALLEST = 1000.0, 900.0
"""Pixels of a picture to take along: its width, and the most that the map in it may be high."""
UNDATED = "2000-01-01"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows(view: View, choice: Choice) -> Iterator[Cells]:
    """One row per area and map."""
    for one in (drawn_map(view, choice, picture) for picture in choice.pictures):
        for area in range(len(one.layer)):
            yield tuple(told(one, area).values())


def told(one: Drawn, area: int) -> dict[str, Any]:
    """What is known of an area at the date of a map."""
    found = {"area": one.layer.keys[area], "name": one.layer.labels[area], **one.told(area)}
    return {name: found[name] for name in HEADS}


def csv_file(view: View, choice: Choice, _folder: Path) -> Kept:
    """The numbers as text."""
    return table_csv(view, HEADS, rows(view, choice), _name(view, choice, "csv"))


def xlsx_file(view: View, choice: Choice, _folder: Path) -> Kept:
    """The numbers as a workbook; texts stay texts, whatever sign they begin with."""
    import xlsxwriter

    held = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, plain) as book:
        day = str(view.release.record.get("made") or UNDATED)[:10]
        book.set_properties({"created": datetime.fromisoformat(day)})  # else it notes the moment of the download
        sheet = book.add_worksheet(say("Figures", view.language))
        sheet.write_row(0, 0, HEADS, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        sheet.set_column(1, 3, 28)
        at = 0
        for at, cells in enumerate(rows(view, choice), start=1):
            for column, cell in enumerate(cells):
                sheet.write(at, column, cell)
        sheet.write(at + 2, 0, source(view))
    return keep(held.getvalue(), SHEET, _name(view, choice, "xlsx"))


def geojson_file(view: View, choice: Choice, folder: Path) -> Kept:
    """Outlines in degrees (WGS 84) with the numbers of the first map; source and licence stand beside the features."""
    from pyproj import Transformer

    from sozialraum.workspace import reference_system

    one = drawn_map(view, choice, choice.first)
    turn = Transformer.from_crs(reference_system(folder), "EPSG:4326", always_xy=True)
    shapes = shapely.transform(
        shapely.from_wkb(list(one.layer.geometry)), lambda x, y: turn.transform(x, y), interleaved=False
    )
    oriented = shapely.orient_polygons(shapely.set_precision(shapes, 1e-6))
    features = [
        {"type": "Feature", "properties": told(one, area), "geometry": json.loads(text) if text else None}
        for area, text in enumerate(shapely.to_geojson(oriented))
    ]
    whole = {"type": "FeatureCollection", "source": source(view), "features": features}
    return keep(json.dumps(whole, ensure_ascii=False), "application/geo+json", _name(view, choice, "geojson"))


def svg_file(view: View, choice: Choice, _folder: Path) -> Kept:
    """The first map as a picture with fixed colours, its key and its source."""
    return keep(sheet(view, choice).svg(), "image/svg+xml", _name(view, choice, "svg"))


def png_file(view: View, choice: Choice, _folder: Path) -> Kept:
    """The same picture in dots, for letters and slides."""
    return keep(
        png(sheet(view, choice).svg(), view.release.record.get("made", "")), "image/png", _name(view, choice, "png")
    )


def sheet(view: View, choice: Choice) -> Canvas:
    """Title, map, key and source of the first map, one under another."""
    one, language = drawn_map(view, choice, choice.first), view.language
    alone = choice.alone(choice.first)
    picture = draw_map(block(view, one), WIDTH, "print", language, tallest=TALLEST)
    canvas = Canvas(WIDTH, 0, "print")
    canvas.patterns |= picture.patterns
    y = _lines(canvas, wrapped(title(view, alone), 22, WIDTH, 600), 30, 22, 600)
    canvas.raw(
        f'<g transform="translate({number((WIDTH - picture.width) / 2)},{number(y)})">{"".join(picture.parts)}</g>'
    )
    y += picture.height + 16
    for cell, count in one.key:
        _key_line(canvas, y, cell, f"{cell.text}: {words.number(count, 0, language)}")
        y += 22
    place = f"{view.place}. {say('Release {label}', language, label=view.release.label)}. "
    told_source = place + say("Source: {source}", language, source=source_of(view, choice))
    canvas.height = _lines(canvas, wrapped(told_source, 12, WIDTH), y + 20, 12) + 6
    return canvas


def _lines(canvas: Canvas, lines: list[str], y: float, size: float, weight: int = 400) -> float:
    for line in lines:
        canvas.text(0, y, line, size, weight)
        y += size * 1.4
    return y


def _key_line(canvas: Canvas, y: float, cell: Cell, text: str) -> None:
    if cell.mark:
        canvas.triangle(9, y + 8, 11, cell.mark == "up")
    else:
        swatch(canvas, 0, y + 2, cell.fill)
    canvas.text(26, y + 13, text, 14)


def _name(view: View, choice: Choice, ending: str) -> str:
    period = "".join(one if one.isalnum() and one.isascii() else "-" for one in choice.first.period)
    return f"{choice.first.indicator}-{choice.level}-{period}-{view.release.label}.{ending}"


MAP_FILES: Mapping[str, Callable[[View, Choice, Path], Kept]] = {
    "csv": csv_file,
    "xlsx": xlsx_file,
    "geojson": geojson_file,
    "svg": svg_file,
    "png": png_file,
}
"""Ending -> what makes the file for a choice; the folder is that of the workspace, for its reference system."""
