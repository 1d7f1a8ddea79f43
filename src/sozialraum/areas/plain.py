"""Areas and zones from plain files, without a workspace: keys, outlines and reference system checked, all faults at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from sozialraum.areas import checks
from sozialraum.areas.files import RawLayer, empty_layer, read_layer
from sozialraum.areas.layers import AreaLayer, Shapes, area_layer, transformed
from sozialraum.errors import Fault, InputError

_REMEDIES = {
    "missing_layer": "Name the layer.",
    "missing_column": "Name a column that the file has.",
    "no_crs": "Name the right one, e.g. EPSG:25832.",
    "invalid_geometry": "Repair the outline in a geographic information system, or ask for the layer again.",
    "duplicate_key": "Give each area its own key, or name another column.",
    "wrong_crs": "Name the right reference system, or ask for the layer again.",
}


def plain_layer(path: Path, key: str, vintage: str = "", layer: str | None = None, crs: str | None = None) -> AreaLayer:
    """The areas of a GeoPackage, GeoJSON or Shapefile; names are the keys, the level is `area`.

    Without `crs` they stay in the file's own reference system, which must measure in metres; with it they are brought there.
    Raises: InputError with every fault: no file, layer or column, doubled or empty keys, broken outlines, degrees.
    """
    try:
        raw = read_layer(path, layer, [key], path.name)
        found = _faults(raw, key, crs)
    except InputError as error:
        raise InputError([_told(one) for one in error.faults]) from None
    if found:
        raise InputError([_told(one) for one in found])
    wanted = crs or raw.crs or ""
    shapes = transformed(raw.shapes, raw.crs or wanted, wanted)
    keys = raw.columns[key]
    return area_layer("area", vintage or path.stem, keys, keys, list(shapes), wanted)


def plain_zones(
    path: Path, crs: str, weight: str | None = None, layer: str | None = None
) -> tuple[Shapes, list[float] | None]:
    """Polygons or points in that reference system, and their weights where a column is named. Raises: InputError."""
    try:
        raw = read_layer(path, layer, [weight] if weight else [], path.name)
        faults = [] if len(raw.shapes) else [empty_layer(raw)]
        faults += checks.crs_faults(raw, None, crs) if len(raw.shapes) else []
    except InputError as error:
        raise InputError([_told(one) for one in error.faults]) from None
    numbers = _numbers(raw, weight, faults) if weight else None
    if faults:
        raise InputError([_told(one) for one in faults])
    return transformed(raw.shapes, raw.crs or crs, crs), numbers


def _faults(raw: RawLayer, key: str, crs: str | None) -> list[Fault]:
    if not len(raw.shapes):
        return [empty_layer(raw)]
    keys = raw.columns[key]
    found = [*checks.key_faults(raw, keys, keys, key, None), *checks.shape_faults(raw, keys, repair=False)]
    found += checks.crs_faults(raw, None, crs or raw.crs or "")
    known = crs or raw.crs
    if known and not checks.is_metric(known):
        what = "The reference system '{crs}' does not measure in metres, so areas in it have no size."
        remedy = "Bring the areas into metres by naming a projected system, in Germany EPSG:25832 or EPSG:25833."
        found.append(
            Fault("crs_without_metres", what, raw.place(), remedy=remedy, values={"crs": known.split("\n")[0][:60]})
        )
    return found


def _numbers(raw: RawLayer, column: str, faults: list[Fault]) -> list[float]:
    """The column as numbers, empty = 0; a fault for each cell that is none or negative."""
    values = []
    for row, text in enumerate(raw.columns[column]):
        try:
            value = float(text or 0)
        except ValueError:
            value = np.nan
        if not (np.isfinite(value) and value >= 0):
            remedy = "Correct the value, or name another column."
            faults.append(Fault("no_number", "This is no number.", raw.place(row, column), value=text, remedy=remedy))
        values.append(value)
    return values


def _told(one: Fault) -> Fault:
    """The fault with a remedy that speaks of this file, not of settings in a workspace."""
    return replace(one, remedy=_REMEDIES[one.code]) if one.code in _REMEDIES else one
