"""A small invented town with twelve areas in three districts, a source of its own, deliveries and a planned release."""

from __future__ import annotations

from pathlib import Path

from sozialraum.workspace import Workspace
from sozialraum.workspace import open as open_workspace

SETTINGS = """[workspace]
name = "kleinstadt"
title = "Kleinstadt"
invented = true

[protection]
minimum = 3

[areas]
crs = "EPSG:25832"
levels = ["planning_area", "district"]

[areas.titles.planning_area]
de = ["Planungsraum", "Planungsräume"]
en = ["planning area", "planning areas"]

[areas.titles.district]
de = ["Bezirk", "Bezirke"]
en = ["district", "districts"]

[[areas.vintage]]
id = "1"
valid_from = 2000-01-01

[areas.vintage.layer.planning_area]
file = "areas/areas.gpkg"
key = "key"
name = "name"
parent = { district = { column = "district" } }

[areas.vintage.layer.district]
file = "areas/districts.gpkg"
key = "key"
name = "name"
"""

SOURCE = """id = "einwohner"
publisher = "Meldebehörde (erfunden)"
licence = "EUPL-1.2"
title = { de = "Einwohner", en = "Residents" }

[area]
column = "Raum"
level = "planning_area"

[period]
column = "Jahr"

[[facts]]
table = "population"
measure = "persons"
dimensions = { residence = { constant = "main" } }

[facts.columns]
"unter 18" = { age = [0, 18] }
"18 bis unter 65" = { age = [18, 65] }
"65 und älter" = { age = [65] }
"""

PLAN = """[release.bericht]
title = "Bericht der Kleinstadt"

[[release.bericht.figures]]
level = "planning_area"
totals = ["district"]
indicators = ["population_total", "share_under_18"]
periods = ["2024"]

[[release.bericht.report]]
id = "social-report"
"""

KEYS = [f"0{district}0{place}" for district in (1, 2, 3) for place in (1, 2, 3, 4)]
CHILDREN = [2, 30, 25, 41, 12, 33, 2, 18, 55, 20, 31, 27]


def rows(children: list[int] = CHILDREN, year: str = "2024") -> str:
    """A delivery: residents of each area by age; two areas have two children only."""
    head = "Raum;Jahr;unter 18;18 bis unter 65;65 und älter"
    counted = enumerate(zip(KEYS, children, strict=True))
    body = [f"{key};{year};{count};{90 + 7 * at};{40 + 3 * at}" for at, (key, count) in counted]
    return "\n".join([head, *body, ""])


def make_town(folder: Path, *, delivered: bool = True) -> Workspace:
    """The town's workspace in that folder; with its first delivery unless told otherwise."""
    import geopandas as gpd
    from shapely import box

    (folder / "areas").mkdir(parents=True)
    (folder / "sources").mkdir()
    for name, text in (("sozialraum.toml", SETTINGS), ("sources/einwohner.toml", SOURCE), ("release.toml", PLAN)):
        (folder / name).write_text(text, encoding="utf-8")
    squares = [box(1000 * (at % 4), 1000 * (at // 4), 1000 * (at % 4 + 1), 1000 * (at // 4 + 1)) for at in range(12)]
    names = {"key": KEYS, "name": [f"Gebiet {key}" for key in KEYS], "district": [key[:2] for key in KEYS]}
    gpd.GeoDataFrame(names, geometry=squares, crs=25832).to_file(folder / "areas" / "areas.gpkg")
    bands = [box(0, 1000 * at, 4000, 1000 * (at + 1)) for at in range(3)]
    districts = {"key": ["01", "02", "03"], "name": ["Nord", "Mitte", "Süd"]}
    gpd.GeoDataFrame(districts, geometry=bands, crs=25832).to_file(folder / "areas" / "districts.gpkg")
    workspace = open_workspace(folder)
    if delivered:
        workspace.add(deliver(folder.parent), "einwohner", by="Petra Plan", received="2025-01-20T08:00:00")
    return workspace


def deliver(folder: Path, name: str = "einwohner_2024.csv", text: str = "") -> Path:
    """A file of residents as the registry sends it."""
    file = folder / name
    file.write_text(text or rows(), encoding="utf-8")
    return file
