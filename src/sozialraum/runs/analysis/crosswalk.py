"""`run crosswalk`: which share of each old area went into which new one, and counts carried over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sozialraum.analysis.places import coordinate_doubts, places_of
from sozialraum.areas import (
    AreaLayer,
    Crosswalk,
    by_area,
    by_inhabited_area,
    by_overlap,
    by_points,
    by_population,
    calibrated,
    plain_layer,
    plain_zones,
)
from sozialraum.errors import CallError, Fault, InputError, MismatchError, Place
from sozialraum.runs.checks import key_faults, missing_column
from sozialraum.runs.tables import TextTable, check_target, no_file, numbers, read_table, write_table
from sozialraum.texts import Numeral
from sozialraum.writing import write_whole

METHODS = ("area", "inhabited", "points", "population")
ESTIMATED = 0.1  # from this share of a value on, a reader should be told
Options = Mapping[str, Any]


def run(source: str, target: str, options: Options) -> list[Fault]:
    """The crosswalk between two files of areas (or a stored one), written to `target`; counts carried where asked.

    Raises: CallError (2), InputError with every fault, MismatchError (3).
    """
    _must_fit(options)
    check_target(source, target)
    for option in ("carried", "record"):
        check_target(source, options.get(option) or "-", option)
    walk = _stored(source, options) if source.lower().endswith(".parquet") else _made(source, options)
    carried = _carry(walk, options)
    _write(walk, target)
    if carried is not None:
        write_table(str(options["carried"]), carried[0])
    if options.get("record"):
        _write_record(walk, str(options["record"]))
    return [*_notes(walk), *(carried[1] if carried else ())]


def _must_fit(options: Options) -> None:
    """Raises: CallError for options that do not belong together."""
    method, basis = options.get("method") or "area", options.get("basis")
    if method not in METHODS:
        raise CallError("There is no method '{method}'; there are: {known}.", method=method, known=", ".join(METHODS))
    if (method == "area") != (basis is None):
        raise CallError("--basis belongs to the methods inhabited, points and population.")
    if method == "population" and not options.get("weight"):
        raise CallError("The method population needs --weight, the column of persons.")
    if bool(options.get("old_counts")) != bool(options.get("new_counts")):
        raise CallError("Calibration needs both --old-counts and --new-counts.")
    asked = [bool(options.get(name)) for name in ("carry", "counts", "carried")]
    if any(asked) and not all(asked):
        raise CallError("To carry counts give --carry, --counts and --carried.")


def _stored(source: str, options: Options) -> Crosswalk:
    given = [name for name in ("to", "key", "basis", "old_counts") if options.get(name)]
    if given:
        raise CallError("A stored crosswalk is made already; --{name} does not fit.", name=given[0].replace("_", "-"))
    _must_exist(source)
    return Crosswalk.read(Path(source))


def _must_exist(path: str) -> Path:
    if not Path(path).is_file():
        raise no_file(path)
    return Path(path)


def _made(source: str, options: Options) -> Crosswalk:
    if not options.get("to") or not options.get("key"):
        raise CallError("Two files of areas are needed: give --to, and --key, the column of the keys.")
    paths = [_must_exist(one) for one in (source, str(options["to"]))]
    layers = _layers(paths, options)
    walk = _weighted(*layers, options)
    if not walk.table.num_rows:
        raise MismatchError("No old area meets a new one.", remedy="Check whether both files show the same place.")
    used = [*paths, *(_must_exist(str(options[name])) for name in _FILES if options.get(name))]
    if options.get("old_counts"):
        old, new = (_population(str(options[name])) for name in ("old_counts", "new_counts"))
        before = walk.measured("before calibration", old, new).error
        walk = replace(calibrated(walk, old, new), error=before).measured("after calibration", old, new)
    return replace(walk, notes={**walk.notes, "crs": layers[0].crs, "files": [_digest(path) for path in used]})


_FILES = ("basis", "old_counts", "new_counts")


def _digest(path: Path) -> dict[str, str]:
    return {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def _layers(paths: Sequence[Path], options: Options) -> tuple[AreaLayer, AreaLayer]:
    """Both layers. Raises: InputError with the faults of both files."""
    keys = (str(options["key"]), str(options.get("to_key") or options["key"]))
    wanted = (options.get("layer"), options.get("to_layer") or options.get("layer"))
    names = ("old", "new") if paths[0].stem == paths[1].stem else tuple(path.stem for path in paths)
    found, faults = list[AreaLayer](), list[Fault]()
    for path, key, layer, name in zip(paths, keys, wanted, names, strict=True):
        try:
            found.append(plain_layer(path, key, name, layer, options.get("crs")))
            faults += _of_several_systems(found[-1], path)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return found[0], found[1]


def _of_several_systems(layer: AreaLayer, path: Path) -> Iterator[Fault]:
    """Areas of a file whose coordinates are degrees among metres, or which lie farther apart than any country is wide."""
    for row, fault in coordinate_doubts(places_of(layer).metres, trusted=True):
        yield replace(fault, place=Place(path.name), value="" if row is None else layer.keys[row])


def _weighted(source: AreaLayer, target: AreaLayer, options: Options) -> Crosswalk:
    method, whole = options.get("method") or "area", options.get("redrawn") == "whole"
    if method == "area":
        return by_overlap(source, target) if whole else by_area(source, target)
    zones, amount = plain_zones(
        _must_exist(str(options["basis"])), source.crs, options.get("weight"), options.get("basis_layer")
    )
    if method == "points":
        made = by_points(source, target, zones, amount)
    elif method == "population":
        made = by_population(source, target, zones, amount or [])
    else:
        made = by_inhabited_area(source, target, zones, amount)
    return made.closed() if whole else made


def _population(path: str) -> dict[str, float | None]:
    return _columns(read_table(path), ["count"])["count"]


def _columns(table: TextTable, names: Sequence[str]) -> dict[str, dict[str, float | None]]:
    """Column -> area -> count, None = empty. Raises: InputError with every fault."""
    absent = [missing_column(table, name) for name in ("area", *names) if name not in table.columns]
    if absent:
        raise InputError(absent)
    faults, found = list(key_faults(table, "area")), {}
    for name in names:
        values, wrong = numbers(table, name)
        faults += [*wrong, *_negative(table, name, values)]
        pairs = zip(table.columns["area"], values, strict=True)
        found[name] = {area: value if value == value else None for area, value in pairs}
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return found


def _negative(table: TextTable, column: str, values: Sequence[float]) -> Iterator[Fault]:
    for row, value in enumerate(values):
        if value < 0:
            cell, remedy = table.columns[column][row], "Correct the count."
            yield Fault("negative", "a count cannot be negative.", table.place(row, column), cell, remedy=remedy)


def _carry(walk: Crosswalk, options: Options) -> tuple[dict[str, list[Any]], list[Fault]] | None:
    """The counts on the new areas: value, share of it that is estimated, flag; and what lies outside."""
    if not options.get("carry"):
        return None
    names = [one.strip() for one in str(options["counts"]).split(",") if one.strip()]
    given = _columns(read_table(str(options["carry"])), names)
    columns: dict[str, list[Any]] = {"area": list(walk.targets)}
    notes = list[Fault]()
    for name in names:
        found = walk.carry(given[name])
        columns[name] = found.table["value"].to_pylist()
        columns[f"{name}_estimated_share"] = found.table["estimated_share"].to_pylist()
        columns[f"{name}_flag"] = found.table["flag"].to_pylist()
        notes += _carried_notes(name, found.outside, columns)
    return columns, notes


def _carried_notes(name: str, outside: float, columns: Mapping[str, list[Any]]) -> Iterator[Fault]:
    if outside > 1e-6:
        what = "{amount} of '{name}' lie in no new area; they are left out, nothing is scaled up."
        values = {"amount": Numeral(outside, ".1f"), "name": name}
        yield Fault("outside", what, severity="warning", values=values)
    guessed = sum(one is not None and one > ESTIMATED for one in columns[f"{name}_estimated_share"])
    if guessed:
        what = "'{name}': in {count} of {all} areas more than a tenth is estimated."
        told = {"name": name, "count": guessed, "all": len(columns["area"])}
        yield Fault("estimated", what, severity="note", values=told)


def _write(walk: Crosswalk, target: str) -> None:
    """CSV, or one Parquet file that also holds method, error and origin (`Crosswalk.read`)."""
    if target.lower().endswith((".parquet", ".pq")):
        walk.save(Path(target))
        return
    columns = {name: walk.table[name].to_pylist() for name in ("from", "to", "weight", "amount")}
    write_table(target, columns | {"estimated": ["no" if one == 1 else "yes" for one in columns["weight"]]})


def _write_record(walk: Crosswalk, path: str) -> None:
    sums = walk.row_sums()
    record = {
        "method": walk.method,
        "from": walk.from_vintage,
        "to": walk.to_vintage,
        "sources": len(sums),
        "targets": len(walk.targets),
        "rows_that_sum_to_less_than_1": {key: one for key, one in sums.items() if one < 1 - 1e-9},
        "error": walk.error,
        "notes": walk.notes,
        "in_words": {language: walk.describe(language) for language in ("de", "en")},
    }
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    write_whole({Path(path): text.encode()})


def _notes(walk: Crosswalk) -> Iterator[Fault]:
    outside = [*walk.notes.get("outside", ())]
    partly = [key for key, one in walk.row_sums().items() if one < 1 - 1e-6]
    if outside or partly:
        what = "{wholly} old areas lie wholly, {partly} partly outside all new ones; their rows sum to less than 1."
        told = {"wholly": len(outside), "partly": len(partly)}
        yield Fault("rows_below_1", what, severity="warning", values=told)
    instead = [*walk.notes.get("by_area_instead", ())]
    if instead and not walk.method.startswith("area"):
        what = "{count} old areas have nothing of the basis in them and are divided by area."
        yield Fault("by_area_instead", what, severity="warning", values={"count": len(instead)})
    for name, error in walk.error.items():
        what, values = (
            "error {name}: {wape} % of all counts (WAPE).",
            {"name": name, "wape": Numeral(error["wape"], ".3f")},
        )
        yield Fault("error", what, severity="note", values=values)
