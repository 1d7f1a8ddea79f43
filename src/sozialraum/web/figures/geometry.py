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
from sozialraum.web.figures.choice import MANY
from sozialraum.web.keeping import Kept, keep
from sozialraum.web.places import link

DEGREE = 111_319.49
PLACES = 5
"""Decimals of a degree: about a metre."""


def geometry(view: View, level: str) -> Kept:
    """Areas, a point in each, the borders of the coarser areas and the outline of the whole, as GeoJSON collections.

    Of many areas the outlines are left out: they come as vector tiles, and the points carry their names.
    """
    layer, told = view.layer_of(level), dict[str, Any]()
    shapes, properties = centred(layer), _properties(view, layer)
    coarse = view.layer_of(view.group_level) if view.group_level and view.group_level != level else None
    whole = _simpler(shapely.get_parts(shapely.coverage_union_all(shapes)), len(layer))
    borders = _simpler(_placed(coarse, layer), len(layer)) if coarse else []
    if len(layer) > MANY:
        told |= _tiled(view, level, shapes)
    else:
        told["areas"] = _collection(_rounded(shapes), properties)
        properties = [{"k": key} for key in layer.keys]
    told |= {
        "points": _collection(_rounded(shapely.point_on_surface(shapes)), properties),
        "borders": _collection(_rounded(borders), [{"n": name} for name in coarse.names] if coarse else []),
        "outline": _collection(_rounded(whole), [{}] * len(whole)),
    }
    return keep(json.dumps(told, ensure_ascii=False, separators=(",", ":")), "application/json")


def _tiled(view: View, level: str, shapes: Any) -> dict[str, Any]:
    """Where the tiles are, between which zooms, and what they span."""
    from sozialraum.web.figures.tiles import squares

    first, last = squares(view, level).zooms
    address = link(view.language, "map-tiles").replace("0/0/0", "{z}/{x}/{y}")
    return {
        "tiles": f"{address}?level={level}&release={view.release.label}",
        "zooms": [first, last],
        "bounds": [round(float(one), PLACES) for one in shapely.total_bounds(shapes)],
    }


def centred(layer: Layer) -> Any:
    """The outlines around the middle of the place, in what the map library takes for degrees."""
    shapes = shapely.from_wkb(list(layer.geometry))
    return _local(shapes, _middle(shapes))


def _placed(coarse: Layer, fine: Layer) -> Any:
    """The coarser outlines around the middle of the finer ones."""
    return _local(shapely.from_wkb(list(coarse.geometry)), _middle(shapely.from_wkb(list(fine.geometry))))


def _simpler(shapes: Any, areas: int) -> Any:
    """Borders that go with tiles are as fine as the whole on a screen can show."""
    if areas <= MANY or not len(shapes):
        return shapes
    west, south, east, north = shapely.total_bounds(shapes)
    return shapely.simplify(shapes, max(east - west, north - south) / 4000)


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
    return shapely.transform(shapes, lambda points: (points - middle) / DEGREE)


def _rounded(shapes: Any) -> Any:
    return shapely.transform(shapes, lambda points: np.round(points, PLACES)) if len(shapes) else shapes


def _collection(shapes: Any, properties: list[dict[str, str]]) -> dict[str, Any]:
    features = [
        {"type": "Feature", "properties": told, "geometry": json.loads(text)}
        for text, told in zip(shapely.to_geojson(shapes) if len(shapes) else [], properties, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}
