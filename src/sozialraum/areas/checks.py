"""What can be wrong with delivered areas: keys, names, outlines, reference system, nesting."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely

from sozialraum.areas.files import RawLayer
from sozialraum.areas.layers import AreaLayer, Shapes
from sozialraum.errors import Fault, Place
from sozialraum.texts import Numeral


def key_faults(
    raw: RawLayer, keys: Sequence[str], names: Sequence[str], column: str, width: int | None
) -> Iterator[Fault]:
    """Empty keys, keys of the wrong length (lost leading zeros) and keys that occur more than once."""
    for row, key in enumerate(keys):
        if not key:
            yield _empty_key(raw.place(row, column))
        elif width is not None and len(key) != width:
            yield _wrong_width(raw.place(row, column), key, width)
    for key, count in sorted(Counter(keys).items()):
        if count > 1 and key:
            rows = [row for row, one in enumerate(keys) if one == key]
            numbers = [raw.number(row) for row in rows]
            yield _duplicate_key(raw.place(rows[1], column), key, numbers, [names[row] for row in rows])


def _empty_key(place: Place) -> Fault:
    remedy = "Fill in the key, or ask for the layer again."
    return Fault("empty_key", "The area has no key.", place, why="No figure can be joined to it.", remedy=remedy)


def _wrong_width(place: Place, key: str, width: int) -> Fault:
    short = len(key) < width and key.isdigit()
    return Fault(
        "lost_leading_zeros" if short else "wrong_key_width",
        "The key has {found} characters instead of {wanted}.",
        place,
        value=key,
        why="Leading zeros were probably lost when the file was opened as numbers."
        if short
        else "It will not meet the figures' keys.",
        remedy="Store the column as text with leading zeros, or write `pad = true` for this layer in sozialraum.toml."
        if short
        else "Correct the key, or the `width` in sozialraum.toml.",
        values={"found": len(key), "wanted": width},
    )


def _duplicate_key(place: Place, key: str, rows: Sequence[int], names: Sequence[str]) -> Fault:
    return Fault(
        "duplicate_key",
        "{count} areas have this key (rows {rows}: {names}).",
        place,
        value=key,
        why="Figures would be counted twice or shown for the wrong area.",
        remedy="Give each area its own key: in the file, by another `key` column, or by a `correction` in sozialraum.toml.",
        values={"count": len(rows), "rows": ", ".join(map(str, rows)), "names": ", ".join(names)},
    )


_GARBLED = re.compile("\ufffd|Ã[\x80-\xbfŸœ„–]|[A-Za-z]\\?[a-z]")  # UTF-8 read as something else, or lost signs


def name_faults(layer: AreaLayer, file: str, column: str) -> Iterator[Fault]:
    """Warnings: names that several areas carry, names with broken umlauts, areas without a name."""
    place = Place(file=file, column=column)
    several = {name: count for name, count in Counter(layer.names).items() if count > 1 and name}
    if several:
        yield _several_areas(place, several)
    garbled = sorted(name for name in layer.names if _GARBLED.search(name))
    if garbled:
        yield _garbled(place, garbled)
    for key, name in zip(layer.keys, layer.names, strict=True):
        if not name:
            remedy = "Fill in the name, or write it under `names` of this layer."
            yield Fault("empty_name", "The area has no name.", place, value=key, remedy=remedy, severity="warning")


def _several_areas(place: Place, several: dict[str, int]) -> Fault:
    return Fault(
        "name_not_unique",
        "Names that several areas carry: {names}.",
        place,
        why="Joining on names would mix these areas; they are shown with the name of their parent.",
        remedy="Join on keys only.",
        severity="warning",
        values={"names": ", ".join(f"{name} ({count})" for name, count in sorted(several.items()))},
    )


def _garbled(place: Place, names: Sequence[str]) -> Fault:
    return Fault(
        "garbled_names",
        "Names with broken umlauts: {names}.",
        place,
        why="The file was read in another encoding than it was written in.",
        remedy="Write `encoding` for this layer in sozialraum.toml, e.g. UTF-8 or cp1252, or ask for the layer again.",
        severity="warning",
        values={"names": ", ".join(names[:5])},
    )


def shape_faults(raw: RawLayer, keys: Sequence[str], repair: bool) -> Iterator[Fault]:
    """Missing, non-polygon, invalid and vanishing outlines, each with its row and the point where it is broken."""
    shapes = raw.shapes
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    areal = np.isin(shapely.get_type_id(shapes), (3, 6))
    invalid = ~missing & areal & ~shapely.is_valid(shapes)
    tiny = ~missing & areal & (shapely.area(shapes) <= 0) & (shapely.area(shapely.convex_hull(shapes)) <= 0)
    for row in _rows(missing):
        yield _shape_fault("missing_geometry", "The area has no outline.", raw.place(row), keys[row])
    for row in _rows(~missing & ~areal):
        what, kind = "The outline is a {reason}, not a polygon.", shapes[row].geom_type
        yield _shape_fault("wrong_geometry_type", what, raw.place(row), keys[row], kind)
    for row in [] if repair else _rows(invalid & ~tiny):
        reason, _, at = shapely.is_valid_reason(shapes[row]).rstrip("]").partition("[")
        what = _INVALID.get(reason, "The outline is invalid: {reason} at {at}.")
        yield _shape_fault("invalid_geometry", what, raw.place(row), keys[row], reason, at)
    for row in _rows(tiny):
        yield _shape_fault("no_area", "The outline covers no area.", raw.place(row), keys[row])


def _rows(chosen: Any) -> list[int]:
    return [int(row) for row in np.flatnonzero(chosen)]


_INVALID = {
    "Self-intersection": "The outline crosses itself at {at}.",
    "Ring Self-intersection": "The outline touches itself at {at}.",
    "Hole lies outside shell": "A hole lies outside the outline at {at}.",
    "Holes are nested": "A hole lies within another hole at {at}.",
    "Nested shells": "A part of the outline lies within another part at {at}.",
    "Interior is disconnected": "Holes cut the area into parts at {at}.",
    "Duplicate Rings": "The outline holds the same ring twice at {at}.",
    "Too few points in geometry component": "A part of the outline has too few points at {at}.",
    "Invalid Coordinate": "The outline has a point without usable coordinates.",
}


def _shape_fault(code: str, what: str, place: Place, key: str, reason: str = "", at: str = "") -> Fault:
    remedy = "Repair the outline in a geographic information system, or ask for the layer again."
    if code == "invalid_geometry":
        remedy = "Repair the outline, or write `repair = true` for this layer in sozialraum.toml."
    why = "Sizes, neighbours and crosswalks would be wrong."
    return Fault(code, what, place, value=key, why=why, remedy=remedy, values={"reason": reason, "at": at})


def crs_faults(raw: RawLayer, declared: str | None, wanted: str) -> Iterator[Fault]:
    """A layer that names no reference system, or whose coordinates cannot be in the one it names."""
    crs = declared or raw.crs
    if crs is None:
        yield Fault(
            "no_crs",
            "The layer names no coordinate reference system.",
            raw.place(),
            why="Its place on the ground is unknown.",
            remedy="Write the right one as `crs` of this layer in sozialraum.toml, e.g. EPSG:25832.",
        )
        return
    bounds = _bounds(raw.shapes)
    if not is_known(crs):
        what = "The reference system '{crs}' is not known."
        remedy = "Write it as EPSG:25832 or EPSG:25833."
        yield Fault("unknown_crs", what, raw.place(), remedy=remedy, values={"crs": crs})
    elif bounds is not None and (_degrees(bounds) != _geographic(crs) or not _in_use(bounds, crs, wanted)):
        yield _wrong_crs(raw.place(), crs, bounds)


def _bounds(shapes: Shapes) -> tuple[float, ...] | None:
    bounds = shapely.total_bounds(shapes)
    return None if np.isnan(bounds).any() else tuple(float(one) for one in bounds)


def _degrees(bounds: tuple[float, ...]) -> bool:
    west, south, east, north = bounds
    return west >= -180.5 and east <= 180.5 and south >= -90.5 and north <= 90.5


_METRIC = ("EPSG:25831", "EPSG:25832", "EPSG:25833", "EPSG:3035", "EPSG:32631", "EPSG:32632", "EPSG:32633")


def is_known(crs: str) -> bool:
    """Whether this is the name of a reference system."""
    if crs.upper() in _METRIC:
        return True
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        CRS.from_user_input(crs)
    except CRSError:
        return False
    return True


def is_metric(crs: str) -> bool:
    """Whether lengths in this reference system are metres."""
    if crs.upper() in _METRIC:
        return True
    if not is_known(crs):
        return False
    from pyproj import CRS

    system = CRS.from_user_input(crs)
    return bool(system.is_projected and all(axis.unit_name == "metre" for axis in system.axis_info[:2]))


def is_same(one: str, other: str) -> bool:
    """Whether both name the same reference system, by number or by definition."""
    if one.upper() == other.upper():
        return True
    if not (is_known(one) and is_known(other)):
        return False
    from pyproj import CRS

    return bool(CRS.from_user_input(one).equals(CRS.from_user_input(other), ignore_axis_order=True))


def _geographic(crs: str) -> bool:
    if crs.upper() in _METRIC:
        return False
    from pyproj import CRS

    return bool(CRS.from_user_input(crs).is_geographic)


def _in_use(bounds: tuple[float, ...], crs: str, wanted: str) -> bool:
    """Whether the middle of the layer lies where the workspace's reference system is used (six degrees of margin)."""
    if crs.upper() == wanted.upper() and crs.upper() in _METRIC:
        return True  # comparing the layers with one another finds what is left
    from pyproj import CRS, Transformer

    use = CRS.from_user_input(wanted).area_of_use
    middle = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    longitude, latitude = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(*middle)
    return use is None or (use.west - 6 <= longitude <= use.east + 6 and use.south - 1 <= latitude <= use.north + 1)


_SIDES = ("west", "south", "east", "north")


def _wrong_crs(place: Place, crs: str, bounds: tuple[float, ...]) -> Fault:
    return Fault(
        "wrong_crs",
        "The coordinates ({west} to {east}, {south} to {north}) do not fit {crs}.",
        place,
        why="The areas would lie somewhere else on the map.",
        remedy="Write the right reference system as `crs` of this layer, or ask for the layer again.",
        values={"crs": crs, **{name: Numeral(one, ".6g") for name, one in zip(_SIDES, bounds, strict=True)}},
    )


def apart_faults(layers: Sequence[tuple[str, AreaLayer]]) -> Iterator[Fault]:
    """Layers that lie outside all the others: the sign of a wrong reference system or of another city's file."""
    if not layers:
        return
    boxes = shapely.box(*np.array([layer.bounds for _, layer in layers]).T)
    for place, (file, layer) in enumerate(layers):
        others = np.delete(boxes, place)
        if len(others) and not shapely.intersects(boxes[place], others).any():
            what = "The layer lies outside all other layers."
            yield Fault(
                "layers_apart",
                what,
                Place(file=file),
                value=f"{layer.level} {layer.vintage}",
                why="Its reference system is wrong, or it belongs to another place.",
                remedy="Write the right reference system as `crs` of this layer in sozialraum.toml.",
            )


def coverage_faults(layer: AreaLayer, file: str, gap_width_m: float = 1.0) -> Iterator[Fault]:
    """A warning per area whose border overlaps a neighbour's or leaves a gap narrower than `gap_width_m` (slow)."""
    edges = shapely.coverage_invalid_edges(layer.geometry, gap_width=gap_width_m)
    for place in np.flatnonzero(~shapely.is_empty(edges)):
        yield Fault(
            "overlap_or_gap",
            "The border does not meet its neighbours' on {metres} m.",
            Place(file=file),
            value=layer.keys[place],
            why="Points there belong to two areas or to none.",
            remedy="Repair the layer with the topology check of a geographic information system.",
            severity="warning",
            values={"metres": Numeral(shapely.length(edges[place]), ".1f")},
        )
