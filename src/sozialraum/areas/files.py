"""Layers of GeoPackage, GeoJSON and Shapefile in, GeoPackage out.

GeoPackage is a SQLite file, so it is read with the standard library: importing a geometry reader costs more than two
seconds, reading 542 areas this way a few hundredths of one (docs/decisions/0020-geopackage-by-sqlite.md).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from sozialraum.areas.layers import AreaLayer, Shapes
from sozialraum.declared import nearest
from sozialraum.errors import Fault, InputError, Place

_ENVELOPES = (0, 32, 48, 48, 64)  # bytes of the envelope in a GeoPackage geometry, by its indicator


@dataclass(frozen=True, eq=False)
class RawLayer:
    """A layer as it came: columns as text, outlines, and the reference system the file names (or none)."""

    file: str
    columns: Mapping[str, list[str]]
    shapes: Shapes
    crs: str | None
    rows: Sequence[int] = ()  # their numbers in the file, where not all of them are here

    def only(self, wanted: Mapping[str, str]) -> RawLayer:
        """The rows that have all these values."""
        tests = zip(*([one == value for one in self.columns[name]] for name, value in wanted.items()), strict=True)
        keep = [row for row, passed in enumerate(tests) if all(passed)]
        columns = {name: [values[row] for row in keep] for name, values in self.columns.items()}
        return replace(self, columns=columns, shapes=self.shapes[keep], rows=[self.number(row) for row in keep])

    def number(self, row: int) -> int:
        """The number of a row in the file, from 1."""
        return self.rows[row] if self.rows else row + 1

    def place(self, row: int | None = None, column: str = "") -> Place:
        """The place of a finding in a row of this layer (from 0)."""
        return Place(file=self.file, row=None if row is None else self.number(row), column=column)


def read_layer(
    path: Path, layer: str | None, columns: Sequence[str], shown: str = "", encoding: str | None = None
) -> RawLayer:
    """The wanted columns and the outlines of one layer.

    Raises: InputError when the file, the layer or a column is missing, or the file is broken.
    """
    shown = shown or path.name
    if not path.is_file():
        raise InputError([_missing_file(shown)])
    named = f"{shown}, Layer '{layer}'" if layer else shown
    try:
        if path.suffix.lower() == ".gpkg":
            with suppress(NotImplementedError):  # arcs, as land registers have them: the other reader straightens them
                return _geopackage(path, layer, columns, named)
        return _any(path, layer, columns, named, encoding)
    except (sqlite3.Error, shapely.GEOSException, ValueError, OSError) as error:
        raise InputError([_broken_file(named, error)]) from None


def _missing_file(shown: str) -> Fault:
    remedy = "Put the file there, or correct `file` in sozialraum.toml."
    return Fault("missing_file", "The area file does not exist.", Place(file=shown), remedy=remedy)


def empty_layer(raw: RawLayer) -> Fault:
    """The fault of a layer without areas."""
    remedy = "Check the layer's name, and `where` if it is given; or ask for the file again."
    return Fault("empty_layer", "The layer holds no areas.", raw.place(), remedy=remedy)


def _broken_file(shown: str, error: Exception) -> Fault:
    return Fault(
        "broken_file",
        "The file cannot be read as GeoPackage, GeoJSON or Shapefile ({reason}).",
        Place(file=shown),
        why="It may be incomplete or of another kind.",
        remedy="Ask for the file again; a Shapefile needs its .shp, .dbf, .shx and .prj side by side.",
        values={"reason": str(error).splitlines()[0] if str(error) else type(error).__name__},
    )


def _geopackage(path: Path, layer: str | None, columns: Sequence[str], shown: str) -> RawLayer:
    with closing(sqlite3.connect(_address(path), uri=True)) as connection:
        layers = _layers(connection)
        chosen = _chosen_layer(layer, list(layers), shown)
        shape_column, crs = layers[chosen]
        known = [row[1] for row in connection.execute(f"PRAGMA table_info({_quoted(chosen)})")]
        _demand_columns(columns, [one for one in known if one != shape_column], shown)
        fields = ", ".join(_quoted(one) for one in (shape_column, *columns))
        rows = connection.execute(f"SELECT {fields} FROM {_quoted(chosen)} ORDER BY rowid").fetchall()
    shapes = shapely.from_wkb(np.array([_wkb(row[0]) for row in rows], dtype=object))
    texts = {name: [as_text(row[place + 1]) for row in rows] for place, name in enumerate(columns)}
    return RawLayer(shown, texts, np.atleast_1d(shapes), crs)


def _address(path: Path) -> str:
    """Read-only; without any lock unless a program that has the file open keeps its latest changes beside it."""
    beside = path.with_name(path.name + "-wal")
    changing = beside.is_file() and beside.stat().st_size > 0
    return f"{path.resolve().as_uri()}?mode=ro" + ("" if changing else "&immutable=1")


def _layers(connection: sqlite3.Connection) -> dict[str, tuple[str, str | None]]:
    """Layer -> its geometry column and reference system."""
    found = connection.execute(
        "SELECT g.table_name, g.column_name, s.organization, s.organization_coordsys_id, s.definition "
        "FROM gpkg_geometry_columns g "
        "LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id ORDER BY g.table_name"
    )
    return {name: (column, _crs(*system)) for name, column, *system in found}


def _crs(authority: str | None, code: int | None, definition: str | None) -> str | None:
    """The reference system as `EPSG:25832`, as its definition where it has no such number, or None where undefined."""
    if not authority or definition is None or definition.startswith(("undefined", "LOCAL_CS")):
        return None
    return f"EPSG:{code}" if authority.upper() == "EPSG" else definition


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _wkb(blob: bytes | None) -> bytes | None:
    """Well-known binary inside a GeoPackage geometry: behind a header of 8 bytes and an envelope."""
    if blob is None:
        return None
    kind = blob[3] >> 1 & 7 if blob[:2] == b"GP" and len(blob) > 8 else len(_ENVELOPES)
    if kind >= len(_ENVELOPES):
        raise ValueError("a geometry without the GeoPackage header")
    return blob[8 + _ENVELOPES[kind] :]


def _any(path: Path, layer: str | None, columns: Sequence[str], shown: str, encoding: str | None) -> RawLayer:
    import pyogrio
    from pyogrio.errors import DataSourceError

    try:
        chosen = _chosen_layer(layer, [str(one) for one in pyogrio.list_layers(path)[:, 0]], shown)
        info = pyogrio.read_info(path, layer=chosen)
        _demand_columns(columns, [str(one) for one in info["fields"]], shown)
        meta, _, wkb, fields = pyogrio.raw.read(path, layer=chosen, columns=list(columns), encoding=encoding)
    except DataSourceError as error:
        raise ValueError(str(error)) from None
    texts = {str(name): [as_text(one) for one in values] for name, values in zip(meta["fields"], fields, strict=True)}
    return RawLayer(shown, texts, np.atleast_1d(shapely.from_wkb(wkb)), meta["crs"])


def _chosen_layer(layer: str | None, layers: list[str], shown: str) -> str:
    """The wanted layer, or the only one."""
    if layer in layers:
        return str(layer)
    if layer is None and len(layers) == 1:
        return layers[0]
    what = "The file has no layer '{layer}'; it has: {known}." if layer else "The file has several layers: {known}."
    remedy = "Write the wanted one as `layer` in sozialraum.toml."
    values: dict[str, object] = {"layer": layer, "known": ", ".join(layers) or "-"}
    raise InputError([Fault("missing_layer", what, Place(file=shown), remedy=remedy, values=values)])


def _demand_columns(wanted: Sequence[str], known: Sequence[str], shown: str) -> None:
    faults = find_column_faults(wanted, known, shown)
    if faults:
        raise InputError(faults)


def find_column_faults(wanted: Sequence[str], known: Sequence[str], shown: str) -> list[Fault]:
    """One fault per wanted column that a file does not have, with the nearest name it has."""
    return [_missing_column(one, known, shown) for one in wanted if one not in known]


def _missing_column(name: str, known: Sequence[str], shown: str) -> Fault:
    near = nearest(name, known)
    remedy = "Perhaps '{near}' is meant; correct it in sozialraum.toml." if near else "Correct it in sozialraum.toml."
    return Fault(
        "missing_column",
        "The column is missing; found {known}.",
        Place(file=shown, column=name),
        remedy=remedy,
        values={"known": ", ".join(known), "near": near},
    )


def as_text(value: Any) -> str:
    """A cell as text: whole numbers without a decimal part, nothing as the empty text."""
    if value is None or (isinstance(value, (float, np.floating)) and np.isnan(value)):
        return ""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def write_geopackage(
    path: Path, layers: Mapping[str, AreaLayer], parents: Mapping[str, Mapping[str, Mapping[str, str]]]
) -> None:
    """One GeoPackage with a layer per entry: columns `key`, `name` and one `<coarser level>` per given parent map.

    `parents[layer name][coarser level]` maps each key to its parent. The file appears whole or not at all, and the
    same areas give the same bytes (the time stamp inside is fixed).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".writing-", dir=path.parent))
    try:
        made = folder / path.name
        _write_layers(made, layers, parents)
        with made.open("rb+") as file:
            os.fsync(file.fileno())
        made.replace(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_layers(
    path: Path, layers: Mapping[str, AreaLayer], parents: Mapping[str, Mapping[str, Mapping[str, str]]]
) -> None:
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z"})
    try:
        for name, layer in layers.items():
            _write_layer(path, name, layer, parents.get(name, {}))
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_layer(path: Path, name: str, layer: AreaLayer, parents: Mapping[str, Mapping[str, str]]) -> None:
    import pyogrio

    columns: dict[str, list[str]] = {"key": list(layer.keys), "name": list(layer.names)}
    columns |= {level: [above[key] for key in layer.keys] for level, above in parents.items()}
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(_multi(layer.geometry)),
        field_data=[np.array(values, dtype=object) for values in columns.values()],
        fields=list(columns),
        layer=name,
        geometry_type="MultiPolygon",
        crs=layer.crs,
        driver="GPKG",
        append=path.exists(),
    )


def _multi(shapes: Shapes) -> Shapes:
    """All outlines as multipolygons, so that a layer is of one kind."""
    return np.array(
        [one if one.geom_type == "MultiPolygon" else shapely.multipolygons([one]) for one in shapes], dtype=object
    )
