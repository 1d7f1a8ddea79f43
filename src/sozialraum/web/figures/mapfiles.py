"""What a map shows, to take along: CSV, XLSX, GeoJSON, SVG, each with its source."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import shapely

from sozialraum.reports import View
from sozialraum.reports import sentences as tell
from sozialraum.reports.maps import draw_map
from sozialraum.reports.sections import parts
from sozialraum.texts import say
from sozialraum.web.figures.choice import Choice
from sozialraum.web.figures.classes import Classed, classed
from sozialraum.web.figures.files import Cells, known, source, table_csv
from sozialraum.web.figures.pages.map import block
from sozialraum.web.keeping import Kept, keep

HEADS = ("area", "name", "indicator", "title", "period", "value", "lower", "upper", "state", "unit")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows(view: View, choice: Choice) -> Iterator[Cells]:
    """One row per area and map."""
    for one in (classed(view, choice, picture) for picture in choice.pictures):
        for area in range(len(one.series.layer)):
            yield tuple(told(one, area).values())


def told(one: Classed, area: int) -> dict[str, Any]:
    """What is known of an area at the date of a map."""
    series, layer = one.series, one.series.layer
    found, description = series.at(one.at, area), series.description
    state = "" if found["state"] == "ok" else parts.empty_cell(found["state"], one.language).text
    title = tell.in_language(description.title, one.language)
    numbers = [known(found[name]) for name in ("value", "lower", "upper")]
    cells = (layer.keys[area], layer.labels[area], description.id, title, series.periods[one.at], *numbers, state)
    return dict(zip(HEADS, (*cells, description.unit), strict=True))


def csv_file(view: View, choice: Choice, _folder: Path) -> Kept:
    """The numbers as text."""
    return table_csv(view, HEADS, rows(view, choice), _name(view, choice, "csv"))


def xlsx_file(view: View, choice: Choice, _folder: Path) -> Kept:
    """The numbers as a workbook; texts stay texts, whatever sign they begin with."""
    import xlsxwriter

    held = io.BytesIO()
    plain = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, plain) as book:
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

    one = classed(view, choice, choice.first)
    turn = Transformer.from_crs(reference_system(folder), "EPSG:4326", always_xy=True)
    shapes = shapely.transform(
        shapely.from_wkb(list(one.series.layer.geometry)), lambda x, y: turn.transform(x, y), interleaved=False
    )
    oriented = shapely.orient_polygons(shapely.set_precision(shapes, 1e-6))
    features = [
        {"type": "Feature", "properties": told(one, area), "geometry": json.loads(text)}
        for area, text in enumerate(shapely.to_geojson(oriented))
    ]
    whole = {"type": "FeatureCollection", "source": source(view), "features": features}
    return keep(json.dumps(whole, ensure_ascii=False), "application/geo+json", _name(view, choice, "geojson"))


def svg_file(view: View, choice: Choice, _folder: Path) -> Kept:
    """The first map as a picture with fixed colours."""
    one = classed(view, choice, choice.first)
    picture = draw_map(block(view, choice, one, choice.first), 1000, "print", view.language)
    return keep(picture.svg(), "image/svg+xml", _name(view, choice, "svg"))


def _name(view: View, choice: Choice, ending: str) -> str:
    period = "".join(one if one.isalnum() and one.isascii() else "-" for one in choice.first.period)
    return f"{choice.first.indicator}-{choice.level}-{period}-{view.release.label}.{ending}"


MAP_FILES: Mapping[str, Callable[[View, Choice, Path], Kept]] = {
    "csv": csv_file,
    "xlsx": xlsx_file,
    "geojson": geojson_file,
    "svg": svg_file,
}
"""Ending -> what makes the file for a choice; the folder is that of the workspace, for its reference system."""
