"""Where the rows of a table lie: from an outline file by area key, or from its columns x and y."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.places import UNITS, Places, coordinate_doubts
from sozialraum.areas import is_known, is_metric, read_layer, transformed
from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.runs.checks import missing_column
from sozialraum.runs.tables import TextTable, numbers

Array = NDArray[np.float64]
REMEDIES = {
    "missing_layer": "Name the wanted one: --layer.",
    "missing_column": "Name the column that holds the area keys: --key.",
    "missing_file": "Check the path of --geometry.",
}


@dataclass(frozen=True)
class Outlines:
    """Outlines in the order of the table's rows, None where the file has none; reference system as the file names it."""

    file: str
    shapes: NDArray[np.object_]
    crs: str | None

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which rows have an outline."""
        return np.array([one is not None for one in self.shapes])

    @property
    def centres(self) -> Array:
        """Centroids in the file's own system, NaN where there is no outline."""
        import shapely

        found = np.full((len(self.shapes), 2), np.nan)
        found[self.known] = shapely.get_coordinates(shapely.centroid(self.shapes[self.known]))
        return found

    def polygons(self) -> NDArray[np.object_]:
        """The outlines, broken ones repaired. Raises: CallError where they are points or lines."""
        import shapely

        shapes = self.shapes.copy()
        shapes[self.known] = shapely.make_valid(shapes[self.known], method="structure")
        if not np.isin(shapely.get_type_id(shapes[self.known]), (3, 6)).all():
            what, remedy = (
                "'{file}' holds points or lines, and these have no borders.",
                "For points use --distance or --k.",
            )
            raise CallError(what, remedy=remedy, file=self.file)
        return shapes


def read_outlines(table: TextTable, options: Mapping[str, Any]) -> Outlines:
    """The outlines of the table's areas, from --geometry, --layer and --key.

    Raises: CallError without a file; InputError where the file cannot be read, a key stands twice, or no key fits.
    """
    path, key = Path(str(options["geometry"])), options.get("key") or "area"
    try:
        raw = read_layer(path, options.get("layer"), [key])
    except InputError as problem:
        raise InputError([replace(one, remedy=REMEDIES.get(one.code, one.remedy)) for one in problem.faults]) from None
    found: dict[str, Any] = {}
    faults = []
    for row, (name, shape) in enumerate(zip(raw.columns[key], raw.shapes, strict=True)):
        if name in found:
            what, remedy = "this key stands twice in the geometry file.", "Give each area one outline."
            faults.append(Fault("key_twice", what, raw.place(row, key), name, remedy=remedy))
        found[name] = None if shape is None or shape.is_empty else shape
    if not faults and not any(area in found for area in table.columns["area"]):
        what, remedy = (
            "no area of the table is in the geometry file; it has '{keys}'.",
            "Check --key and leading zeros.",
        )
        values = {"keys": "', '".join(list(found)[:3])}
        faults.append(Fault("no_area", what, raw.place(column=key), remedy=remedy, values=values))
    if faults:
        raise InputError(faults)
    shapes = np.array([found.get(area) for area in table.columns["area"]] + [None], dtype=object)[:-1]
    return Outlines(raw.file, shapes, raw.crs)


def read_places(table: TextTable, options: Mapping[str, Any]) -> Places:
    """Places in metres, NaN where unknown: from --geometry, else from the columns x and y (--unit m or km).

    Raises: CallError, InputError where they cannot be metres of one reference system.
    """
    if options.get("geometry"):
        return _somewhere(table, _centroids(table, read_outlines(table, options), options))
    if options.get("crs") or options.get("key") or options.get("layer"):
        raise CallError("--crs, --key and --layer speak of the file in --geometry, which is not given.")
    return _somewhere(table, _columns(table, options.get("unit")))


def _somewhere(table: TextTable, places: Places) -> Places:
    if not places.known.any():
        remedy = "Check x and y, or the outlines and their reference system."
        raise InputError([Fault("no_place", "no area has a known place.", Place(table.file), remedy=remedy)])
    return places


def _centroids(table: TextTable, outlines: Outlines, options: Mapping[str, Any]) -> Places:
    import shapely

    if options.get("unit"):
        raise CallError("--unit speaks of the columns x and y; the unit of --geometry is in the file.")
    shapes = _in_metres(outlines, options.get("crs"))
    projected = Outlines(outlines.file, shapes, outlines.crs)
    known, metres, sizes = projected.known, projected.centres, np.full(len(shapes), np.nan)
    sizes[known] = shapely.area(shapes[known])
    demand_one_system(table, metres, trusted=is_metric(outlines.crs or "") or bool(options.get("crs")))
    return Places(tuple(table.columns["area"]), metres, sizes if sizes[known].all() else None)


def _in_metres(outlines: Outlines, wanted: str | None) -> NDArray[np.object_]:
    """The outlines in a system of metres, None where they lie outside it.

    Raises: CallError where that needs a word of the user.
    """
    import shapely

    if wanted is not None and not (is_known(wanted) and is_metric(wanted)):
        raise CallError(
            "--crs '{crs}' is no system that measures in metres.", remedy="UTM: EPSG:25832, EPSG:25833.", crs=wanted
        )
    if outlines.crs is None or (wanted is None and is_metric(outlines.crs)):
        return outlines.shapes
    if wanted is None:
        what = "'{file}' does not measure in metres ({crs}), and distances need metres."
        remedy = (
            "Say into which system to project it: --crs EPSG:25832 (west and middle of Germany) or EPSG:25833 (east)."
        )
        raise CallError(what, remedy=remedy, file=outlines.file, crs=outlines.crs)
    shapes = outlines.shapes.copy()
    shapes[outlines.known] = transformed(shapes[outlines.known], outlines.crs, wanted)
    shapes[~np.isfinite(shapely.bounds(shapes)).all(axis=1)] = None
    return shapes


def _columns(table: TextTable, unit: str | None) -> Places:
    absent = [missing_column(table, name) for name in ("x", "y") if name not in table.columns]
    if absent:
        raise InputError([replace(one, remedy="Give columns x and y, or outlines: --geometry.") for one in absent])
    found = [numbers(table, name) for name in ("x", "y")]
    faults = [fault for _, wrong in found for fault in wrong]
    if faults:
        raise InputError(faults)
    coordinates = np.column_stack([values for values, _ in found])
    coordinates[np.isnan(coordinates).any(axis=1)] = np.nan
    demand_one_system(table, coordinates, trusted=unit is not None, column="x", unit=unit or "m")
    return Places(tuple(table.columns["area"]), coordinates * UNITS[unit or "m"])


def demand_one_system(table: TextTable, coordinates: Array, trusted: bool, column: str = "", unit: str = "m") -> None:
    """Raises: InputError where coordinates are of several reference systems, or degrees unless `trusted`."""
    faults = [
        replace(fault, place=table.place(row, column) if row is not None else Place(table.file))
        for row, fault in coordinate_doubts(coordinates, trusted, UNITS[unit])
    ]
    if faults:
        raise InputError(faults)


def unknown_places(table: TextTable, known: NDArray[np.bool_]) -> Iterator[Fault]:
    """A warning where rows have no place."""
    lost = np.flatnonzero(~known).tolist()
    if lost:
        what = "{count} areas have no known place and are left out, the first is '{area}'."
        values = {"count": len(lost), "area": table.columns["area"][lost[0]]}
        yield Fault("no_place", what, Place(table.file), remedy="Add them.", severity="warning", values=values)
