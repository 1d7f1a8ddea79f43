"""Outlines for maps in the browser: made once per release and level, values come apart from them.

The map library wants degrees. It gets metres around the middle of the place, divided by the length of a degree at the
equator: there its projection keeps angles and lengths, so the map looks as on paper whatever the reference system.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely

from sozialraum.reports import Layer, View
from sozialraum.web.keeping import Kept, keep

DEGREE = 111_319.49
PLACES = 5
"""Decimals of a degree: about a metre."""


def geometry(view: View, level: str) -> Kept:
    """Areas, a point in each, the borders of the coarser areas and the outline of the whole, as GeoJSON collections."""
    layer = view.layer_of(level)
    shapes = shapely.from_wkb(list(layer.geometry))
    middle = _middle(shapes)
    coarse = view.layer_of(view.group_level) if view.group_level and view.group_level != level else None
    whole = shapely.get_parts(shapely.coverage_union_all(shapes))
    told = {
        "areas": _collection(_local(shapes, middle), _properties(view, layer)),
        "points": _collection(_local(shapely.point_on_surface(shapes), middle), [{"k": key} for key in layer.keys]),
        "borders": _collection(_local(shapely.from_wkb(list(coarse.geometry)), middle) if coarse else [],
                               [{"n": name} for name in coarse.names] if coarse else []),
        "outline": _collection(_local(whole, middle), [{}] * len(whole)),
    }  # fmt: skip
    return keep(json.dumps(told, ensure_ascii=False, separators=(",", ":")), "application/json")


def _properties(view: View, layer: Layer) -> list[dict[str, str]]:
    """Key, name, coarser area and page of every area; only areas of the finest level have pages."""
    group = view.group_level if view.group_level != layer.level else None
    found = []
    for key, name, above in zip(layer.keys, layer.names, layer.parents, strict=True):
        told = {"k": key, "n": name}
        if group and group in above:
            coarse = view.layer_of(group)
            told["g"] = coarse.names[coarse.place[above[group]]] if above[group] in coarse.place else above[group]
        if layer.level == view.level:
            told["p"] = view.address("area", key)
        found.append(told)
    return found


def _middle(shapes: Any) -> Any:
    west, south, east, north = shapely.total_bounds(shapes)
    return np.array([(west + east) / 2, (south + north) / 2])


def _local(shapes: Any, middle: Any) -> Any:
    return shapely.transform(shapes, lambda points: np.round((points - middle) / DEGREE, PLACES))


def _collection(shapes: Any, properties: list[dict[str, str]]) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": told, "geometry": json.loads(text)}
        for text, told in zip(shapely.to_geojson(shapes) if len(shapes) else [], properties, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}
