"""Outlines for maps in the browser: made once per release and level, values come apart from them.

The map library wants degrees. It gets metres around the middle of the place, divided by the length of a degree at the
equator: there its projection keeps angles and lengths, so the map looks as on paper whatever the reference system.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import shapely

from sozialraum.reports import Layer, View
from sozialraum.web.figures.maps.choice import MANY
from sozialraum.web.places import link
from sozialraum.web.ready.keeping import Kept, keep

DEGREE = 111_319.49
PLACES = 5
"""Decimals of a degree: about a metre."""


def geometry(view: View, level: str) -> Kept:
    """Areas, a point in each, the borders of the coarser areas and the outline of the whole, as GeoJSON collections.

    Of many areas the outlines and points are left out: they come as vector tiles. Ids are places in the level.
    """
    layer, told = view.layer_of(level), dict[str, Any]()
    shapes = centred(view, layer)
    if len(view.layer) > MANY >= len(layer):
        shapes = shapely.coverage_simplify(shapes, _fine(shapes))  # looked at from far away only
    coarse = view.layer_of(view.group_level) if view.group_level and view.group_level != level else None
    inner = centred(view, coarse) if coarse else []
    whole = _simpler(shapely.get_parts(shapely.coverage_union_all(inner if coarse else shapes)), len(layer))
    borders = _simpler(inner, len(layer))
    if len(layer) > MANY:
        told |= _tiled(view, level, shapes)
    else:
        told["areas"] = _collection(_rounded(shapes), _properties(view, layer))
        told["points"] = _collection(_rounded(shapely.point_on_surface(shapes)), [{}] * len(layer))
    told |= {
        "borders": _collection(_rounded(borders), [{"n": name} for name in coarse.names] if coarse else []),
        "outline": _collection(_rounded(whole), [{}] * len(whole)),
    }
    return keep(json.dumps(told, ensure_ascii=False, separators=(",", ":")), "application/json")


def _tiled(view: View, level: str, shapes: Any) -> dict[str, Any]:
    """Where the tiles are, between which zooms, and what they span."""
    from sozialraum.web.figures.maps.tiles import squares

    cut = squares(view, level)
    first, last = cut.zooms
    address = link(view.language, "map-tiles").replace("0/0/0", "{z}/{x}/{y}")
    return {
        "tiles": f"{address}?level={level}&release={view.release.label}",
        "zooms": [first, last],
        "split": round(cut.split, 2),
        "bounds": [round(float(one), PLACES) for one in shapely.total_bounds(shapes)],
    }


def centred(view: View, layer: Layer, *areas: int, then: Callable[[Any], Any] = lambda points: points) -> Any:
    """The outlines of a level, or of some of its areas, in what the map library takes for degrees.

    All levels lie around the middle of the finest one, so that they fit together. `then` carries the points further.
    """
    chosen = [layer.geometry[one] for one in areas] if areas else list(layer.geometry)
    shapes = shapely.from_wkb(chosen)
    middle = _middle(view, shapes if layer is view.layer and not areas else None)
    return shapely.transform(shapes, lambda points: then((points - middle) / DEGREE))


def _simpler(shapes: Any, areas: int) -> Any:
    """Borders that go with tiles are as fine as the whole on a screen can show."""
    if areas <= MANY or not len(shapes):
        return shapes
    return shapely.simplify(shapes, _fine(shapes))


def _fine(shapes: Any) -> float:
    """What cannot be seen where the whole fills a screen."""
    west, south, east, north = shapely.total_bounds(shapes)
    return float(max(east - west, north - south)) / 4000


def outline(view: View, layer: Layer, area: int) -> dict[str, Any]:
    """One area as a feature, with what is told about each; its geometry is None where it has no outline."""
    text = shapely.to_geojson(_rounded(centred(view, layer, area)))[0]
    return {"type": "Feature", "properties": _told(view, layer, area), "geometry": text and json.loads(text)}


def _properties(view: View, layer: Layer) -> list[dict[str, str]]:
    return [_told(view, layer, area) for area in range(len(layer))]


def _told(view: View, layer: Layer, area: int) -> dict[str, str]:
    """Key, name, coarser area and page of an area; only areas of the finest level have pages."""
    told, above = {"k": layer.keys[area], "n": layer.names[area]}, group_of(view, layer, area)
    if above:
        told["g"] = above
    if layer.level == view.level:
        told["p"] = view.address("area", layer.keys[area])
    return told


def group_of(view: View, layer: Layer, area: int) -> str:
    """Name of the coarser area that an area lies in; empty where there is none."""
    level = view.group_level or layer.level
    key = layer.parents[area].get(level, "") if level != layer.level else ""
    if not key:
        return ""
    coarse = view.layer_of(level)
    return coarse.names[coarse.place[key]] if key in coarse.place else key


def _middle(view: View, finest: Any = None) -> Any:
    """The middle of the finest areas, looked for once; who has read their outlines hands them over."""
    if "middle" not in view.kept:
        read = shapely.from_wkb(list(view.layer.geometry)) if finest is None else finest
        west, south, east, north = shapely.total_bounds(read)
        view.kept["middle"] = np.array([(west + east) / 2, (south + north) / 2])
    return view.kept["middle"]


def _rounded(shapes: Any) -> Any:
    return shapely.transform(shapes, lambda points: np.round(points, PLACES)) if len(shapes) else shapes


def _collection(shapes: Any, properties: Sequence[dict[str, str]]) -> dict[str, Any]:
    """Shapes as features whose ids are their places; what has no shape is left out."""
    texts = shapely.to_geojson(shapes) if len(shapes) else []
    features = [
        {"type": "Feature", "id": at, "properties": told, "geometry": json.loads(text)}
        for at, (text, told) in enumerate(zip(texts, properties, strict=True))
        if text is not None
    ]
    return {"type": "FeatureCollection", "features": features}
