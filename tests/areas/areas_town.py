"""A small invented town: six blocks in three quarters in two districts, before and after a reform."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

CRS = "EPSG:25832"
EAST, NORTH = 500_000.0, 6_000_000.0

Write = Callable[..., Path]


def square(column: float, row: float, width: float = 100.0, height: float = 100.0) -> Any:
    """A rectangle on the town's grid, metres."""
    return shapely.box(EAST + column, NORTH + row, EAST + column + width, NORTH + row + height)


BLOCKS = {
    "010101": ("Am Markt", square(0, 0)),
    "010102": ("Hafen", square(100, 0)),
    "010201": ("Altes Feld", square(0, 100)),
    "010202": ("Neues Feld", square(100, 100)),
    "020101": ("Ostend", square(200, 0)),
    "020102": ("Am Wald", square(200, 100)),
}
DISTRICTS = {"01": ("West", square(0, 0, 200, 200)), "02": ("Ost", square(200, 0, 100, 200))}


def write(
    path: Path, layer: str, columns: dict[str, Sequence[Any]], shapes: Sequence[Any], crs: str | None = CRS
) -> Path:
    """A vector file of any kind, by its ending."""
    import pyogrio

    driver = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".shp": "ESRI Shapefile"}[path.suffix]
    warnings.simplefilter("ignore")  # a layer without reference system is written on purpose
    path.parent.mkdir(parents=True, exist_ok=True)
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.array(shapes, dtype=object)),
        field_data=[
            np.array(values) if isinstance(values[0], int) else np.array(values, dtype=object)
            for values in columns.values()
        ],
        fields=list(columns),
        layer=layer,
        geometry_type=shapes[0].geom_type if len({one.geom_type for one in shapes if one}) == 1 else "Unknown",
        crs=crs,
        driver=driver,
        append=path.exists(),
    )
    return path


def layer_of(areas: dict[str, tuple[str, Any]]) -> tuple[dict[str, Sequence[Any]], list[Any]]:
    """Columns and shapes of a layer."""
    return {"KEY": list(areas), "NAME": [name for name, _ in areas.values()]}, [shape for _, shape in areas.values()]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A workspace folder with `areas/town.gpkg`: layers blocks and districts."""
    for name, areas in (("blocks", BLOCKS), ("districts", DISTRICTS)):
        write(tmp_path / "areas" / "town.gpkg", name, *layer_of(areas))
    return tmp_path


def settings(**changes: Any) -> dict[str, Any]:
    """The `[areas]` table of the town; `changes` go into the layer of the blocks."""
    blocks = {"file": "areas/town.gpkg", "layer": "blocks", "key": "KEY", "name": "NAME", "width": 6}
    blocks["parent"] = {"quarter": {"prefix": 4}, "district": {"prefix": 2}}
    districts = {"file": "areas/town.gpkg", "layer": "districts", "key": "KEY", "name": "NAME", "width": 2}
    quarters = {"union_of": "block", "key": {"prefix": 4}, "names": {"0101": "Mitte", "0102": "Feld", "0201": "Osten"}}
    city = {"union_of": "district", "key": "00", "name": "Musterstadt"}
    layer = {"block": blocks | changes, "quarter": quarters, "district": districts, "city": city}
    return {
        "crs": CRS,
        "levels": ["block", "quarter", "district", "city"],
        "titles": {"block": {"de": ["Block", "Blöcke"], "en": ["block", "blocks"]}},
        "vintage": [{"id": "2020", "layer": layer}],
    }
