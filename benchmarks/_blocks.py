"""An invented city for the release gate: a workspace of blocks in quarters in districts, with residents and recipients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sozialraum.workspace import Workspace

AGES = ((0, 6, 0.06), (6, 15, 0.08), (15, 18, 0.03), (18, 65, 0.62), (65, 80, 0.15), (80, 0, 0.06))
LEVELS = ("block", "quarter", "district", "city")
PLAN = """[release.bericht]
title = "Bericht der Blockstadt"

[[release.bericht.figures]]
level = "block"
totals = ["quarter", "district", "city"]
indicators = ["population_total", "share_under_18", "share_65_plus", "share_80_plus", "share_foreigners", "sgb2_rate",
              "child_poverty_u15"]
years = {{ first = {first}, last = {last} }}

[[release.bericht.report]]
id = "social-report"
"""
SETTINGS = """[workspace]
name = "blockstadt"
title = "Blockstadt"
invented = true

[protection]
minimum = 3

[areas]
crs = "EPSG:25832"
levels = ["block", "quarter", "district", "city"]

[[areas.vintage]]
id = "1"
valid_from = 2000-01-01

[areas.vintage.layer.block]
file = "areas/blocks.gpkg"
key = "key"
name = "name"
parent = { quarter = { column = "quarter" } }

[areas.vintage.layer.quarter]
file = "areas/quarters.gpkg"
key = "key"
name = "name"
parent = { district = { column = "district" } }

[areas.vintage.layer.district]
union_of = "quarter"
key = { prefix = 2 }

[areas.vintage.layer.city]
union_of = "district"
key = "1"
name = "Blockstadt"
"""
SOURCE = """id = "{id}"
publisher = "Stadt (erfunden)"
licence = "EUPL-1.2"
title = {{ de = "{id}", en = "{id}" }}

[area]
column = "Block"
level = "block"

[period]
column = "Jahr"

[[facts]]
table = "{id}"
measure = "persons"
dimensions = {{ {dimensions} }}

[facts.columns]
"""


@dataclass(frozen=True, slots=True)
class City:
    """Quarters hold `blocks` blocks each, districts `quarters` quarters; people in the median block."""

    districts: int
    quarters: int
    blocks: int
    people: float
    years: tuple[int, ...]
    seed: int = 1

    def keys(self) -> list[str]:
        """Keys of all blocks: district, quarter, block."""
        return [
            f"{d:02d}{q:02d}{b:02d}"
            for d in range(1, self.districts + 1)
            for q in range(1, self.quarters + 1)
            for b in range(1, self.blocks + 1)
        ]


def write_city(folder: Path, city: City) -> Workspace:
    """The workspace with all deliveries, nothing released."""
    from sozialraum.workspace import open as open_workspace

    (folder / "areas").mkdir(parents=True)
    (folder / "sources").mkdir()
    _areas(folder / "areas", city)
    first, last = city.years[0], city.years[-1]
    (folder / "sozialraum.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "release.toml").write_text(PLAN.format(first=first, last=last), encoding="utf-8")
    for name, columns, dimensions in (
        ("population", _columns(), 'residence = { constant = "main" }'),
        ("sgb2_persons", _columns()[:8], ""),
    ):
        text = SOURCE.format(id=name, dimensions=dimensions) + "\n".join(line for line, _ in columns) + "\n"
        (folder / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")
    workspace = open_workspace(folder)
    for name, text in _deliveries(city):
        file = folder.parent / f"{name}.csv"
        file.write_text(text, encoding="utf-8")
        workspace.add(file, name, by="A", received="2025-01-20T08:00:00")
    return workspace


def _columns() -> list[tuple[str, float]]:
    """Lines of columns in a source, and the share of residents in each."""
    found = []
    for low, below, share in AGES:
        age = f"[{low}, {below}]" if below else f"[{low}]"
        for nation, part in (("german", 0.8), ("foreign", 0.2)):
            found.append((f'"{low} {nation}" = {{ age = {age}, nationality = "{nation}" }}', share * part))
    return found


def _areas(folder: Path, city: City) -> None:
    import geopandas as gpd
    from shapely import box, union_all

    keys, side = city.keys(), city.blocks
    squares = [box(100 * (at % side), 100 * (at // side), 100 * (at % side + 1), 100 * (at // side + 1))
               for at in range(len(keys))]  # fmt: skip
    blocks = {"key": keys, "name": [f"Block {key}" for key in keys], "quarter": [key[:4] for key in keys]}
    gpd.GeoDataFrame(blocks, geometry=squares, crs=25832).to_file(folder / "blocks.gpkg")
    quarters = sorted({key[:4] for key in keys})
    shapes = [union_all(squares[at * side : (at + 1) * side]) for at in range(len(quarters))]
    names: dict[str, Any] = {"key": quarters, "name": [f"Quartier {key}" for key in quarters]}
    names["district"] = [key[:2] for key in quarters]
    gpd.GeoDataFrame(names, geometry=shapes, crs=25832).to_file(folder / "quarters.gpkg")


def _deliveries(city: City) -> Iterator[tuple[str, str]]:
    """Name of the source and the file as CSV: log-normal blocks, Poisson residents, a Beta share of recipients."""
    import numpy as np

    chance, keys = np.random.default_rng(city.seed), city.keys()
    size = chance.lognormal(np.log(city.people), 0.7, len(keys))
    share = chance.beta(1.7, 18, len(keys))
    parts = np.array([part for _, part in _columns()])
    lines: dict[str, list[str]] = {"population": [], "sgb2_persons": []}
    for year in city.years:
        people = chance.poisson(size[:, None] * parts)
        recipients = chance.binomial(people[:, :8], share[:, None])
        for name, counts in (("population", people), ("sgb2_persons", recipients)):
            lines[name] += [f"{key};{year};" + ";".join(map(str, row)) for key, row in zip(keys, counts, strict=True)]
    for name, rows in lines.items():
        columns = [line.split('"')[1] for line, _ in (_columns() if name == "population" else _columns()[:8])]
        yield name, "\n".join(["Block;Jahr;" + ";".join(columns), *rows, ""])
