"""One level of one vintage: keys, names and outlines, in the order of the keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from sozialraum.errors import CallError

Shapes = Any
"""A NumPy array of shapely polygons and multipolygons."""


@dataclass(frozen=True, eq=False)
class AreaLayer:
    """Areas of one level as they were in one vintage; everything stands in the order of the (sorted) keys.

    Unit: metres of `crs`. `labels` are unique where names are not: "name (parent name)".
    """

    level: str
    vintage: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    labels: tuple[str, ...]
    crs: str
    shapes: Callable[[], Shapes]  # unions are made only when somebody looks at them

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def geometry(self) -> Shapes:
        """Outlines (NumPy object array of shapely geometries, metres)."""
        return self.shapes()

    @cached_property
    def area_m2(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Size of each area in square metres, measured from the outline."""
        return np.asarray(shapely.area(self.geometry), dtype=np.float64)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the whole layer in metres."""
        west, south, east, north = shapely.total_bounds(self.geometry)
        return float(west), float(south), float(east), float(north)

    @cached_property
    def points(self) -> Shapes:
        """A point inside each area, for labels and symbols."""
        return shapely.point_on_surface(self.geometry)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Key -> position in the layer."""
        return {key: place for place, key in enumerate(self.keys)}

    def wkb(self) -> list[bytes]:
        """Outlines as well-known binary (little-endian, two dimensions), as a release stores them."""
        return list(shapely.to_wkb(shapely.force_2d(self.geometry), byte_order=1))

    def table(self) -> pa.Table:
        """Columns area, level, vintage, name, label, area_m2 and geometry (WKB)."""
        same = len(self) * [""]
        return pa.table(
            {
                "area": pa.array(self.keys, pa.string()),
                "level": pa.array([self.level for _ in same], pa.string()),
                "vintage": pa.array([self.vintage for _ in same], pa.string()),
                "name": pa.array(self.names, pa.string()),
                "label": pa.array(self.labels, pa.string()),
                "area_m2": pa.array(self.area_m2, pa.float64()),
                "geometry": pa.array(self.wkb(), pa.binary()),
            }
        )

    def outlines(self, groups: Mapping[str, str]) -> dict[str, Any]:
        """Group -> outline of all its areas together; `groups` maps each area key to its group (a parent, a type).

        Borders run exactly where those of this layer run, so a simplified layer gives fitting simplified outlines.
        """
        return dict(union_by([groups.get(key, "") for key in self.keys], self.geometry))

    def name_of(self, key: str) -> str:
        """The unique label of an area. Raises: CallError for an unknown key."""
        if key not in self.place:
            raise CallError(
                "No area '{key}' on the level '{level}' of {vintage}.", key=key, level=self.level, vintage=self.vintage
            )
        return self.labels[self.place[key]]


def area_layer(
    level: str, vintage: str, keys: Sequence[str], names: Sequence[str], geometry: Sequence[Any], crs: str
) -> AreaLayer:
    """A layer from plain values in any order; names that occur twice are labelled with their key."""
    order = sorted(range(len(keys)), key=keys.__getitem__)
    shapes = np.array([geometry[place] for place in order], dtype=object)
    named = tuple(names[place] for place in order)
    labels = tuple(f"{names[at]} ({keys[at]})" if named.count(names[at]) > 1 else names[at] for at in order)
    return AreaLayer(level, vintage, tuple(keys[place] for place in order), named, labels, crs, lambda: shapes)


def transformed(shapes: Shapes, crs: str, wanted: str) -> Shapes:
    """The shapes in another reference system, in two dimensions."""
    if crs.upper() == wanted.upper():
        return shapes
    from pyproj import Transformer

    turn = Transformer.from_crs(crs, wanted, always_xy=True).transform
    return shapely.transform(shapely.force_2d(shapes), lambda xy: np.column_stack(turn(xy[:, 0], xy[:, 1])))


def union_by(groups: list[str], shapes: Shapes) -> list[tuple[str, Any]]:
    """(group, union of its shapes), sorted by group; shapes with an empty group are left out."""
    where: dict[str, list[int]] = {}
    for place, group in enumerate(groups):
        if group:
            where.setdefault(group, []).append(place)
    return [(group, _union(shapes[places])) for group, places in sorted(where.items())]


def _union(shapes: Shapes) -> Any:
    """The fast union for areas that share their borders exactly, the general one for all others."""
    try:
        return shapely.coverage_union_all(shapes)
    except shapely.GEOSException:
        return shapely.union_all(shapes)
