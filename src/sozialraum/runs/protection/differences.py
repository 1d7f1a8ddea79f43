"""`run differences`: which sums of two geographies would together tell of a few people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sozialraum.errors import CallError, Fault, InputError
from sozialraum.protection.screening import Difference, Held, differences
from sozialraum.runs.checks import counts, key_faults, missing_column
from sozialraum.runs.places import read_outlines
from sozialraum.runs.protection.demands import minimum_of
from sozialraum.runs.tables import TextTable, check_target, no_file, read_table, write_table

COLUMNS = ("count", "larger", "larger_areas", "smaller", "smaller_areas", "parts")
DRAWN = "drawn"
OUTLINES = (".gpkg", ".geojson", ".json", ".shp")
Options = Mapping[str, Any]


def run(source: str, target: str, options: Options) -> list[Fault]:
    """Look through the geographies of the finest areas in `source`; what comes back says how many differences tell something.

    Raises: CallError (2), InputError with every fault (3).
    """
    names = [one.strip() for one in str(options["count"]).split(",") if one.strip()]
    zonings = [one.strip() for one in str(options.get("zoning") or "").split(",") if one.strip()]
    least = minimum_of(str(options.get("minimum") or 3), "--minimum")
    if not names or len(zonings) + bool(options.get("drawn")) < 1:
        raise CallError("Name the counts with --count, and geographies with --zoning or --drawn.")
    check_target(source, target)
    table = read_table(source)
    people = _read(table, names, zonings)
    areas = {name: _areas(table.columns[name]) for name in zonings}
    areas["area"] = {key: frozenset([row]) for row, key in enumerate(table.columns["area"])}
    if options.get("drawn"):
        areas[DRAWN] = _drawn(table, options)
    shown = areas if options.get("finest") == "published" else {k: one for k, one in areas.items() if k != "area"}
    found = [(name, one) for name in names for one in differences(people[name], shown, least)]
    write_table(target, _columns(table, found))
    what = "{count} differences tell of fewer than {minimum} people."
    return [Fault("differences", what, severity="note", values={"count": len(found), "minimum": least})]


def _read(table: TextTable, names: Sequence[str], zonings: Sequence[str]) -> dict[str, list[int]]:
    """The counts. Raises: InputError with every fault."""
    absent = [missing_column(table, name) for name in ("area", *names, *zonings) if name not in table.columns]
    if absent:
        raise InputError(absent)
    faults, people = list(key_faults(table, "area")), {}
    for name in names:
        values, wrong = counts(table, name)
        faults += wrong or list(_fractions(table, name, values))
        people[name] = np.nan_to_num(values).clip(0, 2**53).astype(np.int64).tolist()
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return people


def _fractions(table: TextTable, name: str, values: Any) -> Iterator[Fault]:
    for row in np.flatnonzero((values != np.rint(values)) | (values > 2**53)).tolist():
        cell = table.columns[name][row]
        yield Fault("no_count", "a count is a whole number.", table.place(row, name), cell, remedy="Correct the count.")


def _areas(column: Sequence[str]) -> dict[str, Held]:
    """The finest areas of each area; those without one lie in none."""
    found: dict[str, set[int]] = {}
    for row, area in enumerate(column):
        if area:
            found.setdefault(area, set()).add(row)
    return {area: frozenset(held) for area, held in found.items()}


def _drawn(table: TextTable, options: Options) -> dict[str, Held]:
    """Drawn areas from a list of their finest areas, or from outlines. Raises: CallError, InputError."""
    path = Path(str(options["drawn"]))
    if not path.is_file():
        raise no_file(str(path))
    return _outlined(table, path, options) if path.suffix.lower() in OUTLINES else _listed(table, read_table(str(path)))


def _listed(table: TextTable, given: TextTable) -> dict[str, Held]:
    absent = [missing_column(given, name) for name in ("area", "part") if name not in given.columns]
    if absent:
        raise InputError(absent)
    rows = {key: row for row, key in enumerate(table.columns["area"])}
    what, remedy = "there is no finest area of that key.", "Write it as it stands in the table."
    unknown = [
        Fault("unknown_area", what, given.place(row, "part"), part, remedy=remedy)
        for row, part in enumerate(given.columns["part"])
        if part not in rows
    ]
    if unknown:
        raise InputError(unknown)
    found: dict[str, set[int]] = {}
    for area, part in zip(given.columns["area"], given.columns["part"], strict=True):
        found.setdefault(area, set()).add(rows[part])
    return {area: frozenset(held) for area, held in found.items()}


def _outlined(table: TextTable, path: Path, options: Options) -> dict[str, Held]:
    """Each drawn area as the finest areas of which more than half lies in it."""
    import shapely

    from sozialraum.areas import read_layer

    if not options.get("geometry"):
        raise CallError("Outlines of drawn areas need --geometry, the outlines of the finest areas.")
    finest = read_outlines(table, options).polygons()
    drawn = read_layer(path, None, [str(options.get("drawn_key") or "area")])
    shapes = shapely.make_valid(np.array(drawn.shapes, dtype=object))
    found = {}
    for name, shape in zip(drawn.columns[str(options.get("drawn_key") or "area")], shapes, strict=True):
        share = shapely.area(shapely.intersection(finest, shape)) / shapely.area(finest)
        found[str(name)] = frozenset(np.flatnonzero(share > 0.5).tolist())
    return {name: held for name, held in found.items() if held}


def _columns(table: TextTable, found: Sequence[tuple[str, Difference]]) -> dict[str, list[str]]:
    keys = table.columns["area"]
    rows = [
        (count, one.larger, " ".join(one.larger_areas), one.smaller, " ".join(one.smaller_areas),
         " ".join(keys[part] for part in sorted(one.parts)))
        for count, one in found
    ]  # fmt: skip
    return {name: [row[at] for row in rows] for at, name in enumerate(COLUMNS)}
