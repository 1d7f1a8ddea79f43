"""Places with coordinates (GeoPackage, GeoJSON, Shapefile), and which area each lies in."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.errors import Fault, Place
from sozialraum.sources.definition import FileSettings
from sozialraum.sources.readers import header
from sozialraum.sources.readers.sheet import Sheet, nothing


def read_points(path: Path, settings: FileSettings, needed: Sequence[str]) -> Sheet:
    """Attributes as texts and one point per row (the middle of lines and polygons); faults stand in the sheet."""
    import pyogrio
    import shapely

    try:
        with warnings.catch_warnings():  # what is wrong with a file is said by the fault
            warnings.simplefilter("ignore", RuntimeWarning)
            meta, _, shapes, columns = pyogrio.raw.read(path, layer=settings.layer or None)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        fault = Fault(
            "unreadable",
            "The file cannot be read: {reason}.",
            Place(path.name),
            remedy="Check file and layer; ask for it again if it is damaged.",
            values={"reason": str(error)},
        )
        return nothing(path.name, (fault,))
    names = tuple(meta["fields"].tolist())
    faults = header.faults(names, needed, Place(path.name))
    if faults:
        return nothing(path.name, faults, names)
    texts = {name: _texts(values, settings.decimal) for name, values in zip(names, columns, strict=True)}
    points = shapely.centroid(shapely.from_wkb(shapes))
    rows = np.arange(1, len(points) + 1, dtype=np.int64)
    return Sheet(path.name, pa.table(texts), rows, names, settings.layer, (), points, meta["crs"] or "", {})


def _texts(values: Any, decimal: str) -> Any:
    return pa.array([_text(one, decimal) for one in values.tolist()], pa.string())


def _text(value: Any, decimal: str) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value).replace(".", decimal)
    return str(value)


def assign(points: Any, crs: str, keys: Sequence[str], geometry: Any, area_crs: str) -> list[str | None]:
    """Key of the area that each point lies in, None outside; on a border the first key."""
    import shapely

    moved = _transformed(points, crs, area_crs)
    places, found = shapely.STRtree(geometry).query(moved, predicate="intersects")
    result: list[str | None] = [None] * len(points)
    for place, area in sorted(zip(places.tolist(), found.tolist(), strict=True), reverse=True):
        result[place] = keys[area]
    return result


def _transformed(points: Any, crs: str, area_crs: str) -> Any:
    import shapely
    from pyproj import Transformer

    if not crs or crs == area_crs:
        return points
    move = Transformer.from_crs(crs, area_crs, always_xy=True)
    return shapely.transform(points, lambda pairs: np.column_stack(move.transform(pairs[:, 0], pairs[:, 1])))
