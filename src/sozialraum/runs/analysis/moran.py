"""`run moran`: are neighbouring areas alike, and where do high or low values lie together?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis.autocorrelation import (
    KINDS,
    Alikeness,
    Found,
    Neighbours,
    contiguity,
    found,
    nearest,
    shown,
    within,
)
from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.runs.checks import key_faults, missing_column
from sozialraum.runs.places import demand_one_system, read_outlines, read_places, unknown_places
from sozialraum.runs.tables import TextTable, cells, check_target, numbers, read_table, write_table
from sozialraum.texts import Numeral

Array = NDArray[np.float64]
Options = Mapping[str, Any]
CLEAR = 0.05
LEAST = 0.001  # the smallest p that is told; below it, only that it is smaller
FEW = 30  # below this, chance patterns are the rule


def run(source: str, target: str, options: Options) -> list[Fault]:
    """Coefficients of every area of `source`, written to `target`; those of the whole and warnings come back.

    Raises: CallError (2), InputError with every fault (3), NoAnswerError (4).
    """
    kind, draws, seed, level = read_settings(options)
    check_target(source, target)
    check_target(source, options.get("whole") or "-", "whole")
    table = read_table(source)
    values = read_values(table, str(options["value"]))
    neighbours, known = read_neighbours(table, kind, options)
    values = np.where(known, values, np.nan)
    result = found(values, neighbours, draws, seed)
    if options.get("whole"):
        write_table(str(options["whole"]), _of_whole(result))
    write_table(target, _by_area(table, values, neighbours, result, level))
    told = [_told(result.moran), *unknown_places(table, known), *_warnings(table, values, neighbours)]
    return [*told, *_too_few_draws(table, result, draws, level)]


def read_settings(options: Options) -> tuple[str, int, int, float]:
    """Kind of neighbours, draws, seed and level. Raises: CallError."""
    kind = options.get("neighbours") or (
        "distance" if options.get("distance") else "nearest" if options.get("k") else "queen"
    )
    if kind not in KINDS or any(
        bool(options.get(name)) != (kind == one) for name, one in (("distance", "distance"), ("k", "nearest"))
    ):
        what = "--neighbours is one of: {known}; distance goes with --distance, nearest with --k."
        raise CallError(what, known=", ".join(KINDS))
    draws, seed = _whole_number(options, "draws", 999), _whole_number(options, "seed", 1)
    level = _positive(options, "level", 0.05)
    if level >= 1:
        raise CallError("--level lies between 0 and 1.")
    return kind, draws, seed, level


def _whole_number(options: Options, name: str, default: int) -> int:
    given = str(options.get(name) or default)
    if not given.isdecimal() or int(given) > 1_000_000:
        raise CallError("--{name} '{given}' is no whole number from 0 to 1,000,000.", name=name, given=given)
    return int(given)


def _positive(options: Options, name: str, default: float = 0.0) -> float:
    given = options.get(name) or default
    try:
        number = float(given)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise CallError("--{name} is no number above 0: '{given}'.", name=name, given=given)
    return number


def read_values(table: TextTable, column: str) -> Array:
    """The column as numbers, empty = NaN. Raises: InputError with every fault."""
    absent = [missing_column(table, name) for name in dict.fromkeys(("area", column)) if name not in table.columns]
    if absent:
        raise InputError(absent)
    values, faults = numbers(table, column)
    faults += key_faults(table, "area")
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return np.array(values)


def read_neighbours(table: TextTable, kind: str, options: Options) -> tuple[Neighbours, NDArray[np.bool_]]:
    """The neighbourhood of the table's areas, and which of them have a place. Raises: CallError, InputError."""
    if kind in ("queen", "rook"):
        if not options.get("geometry"):
            raise CallError("Common borders need outlines: --geometry.", remedy="For points use --distance or --k.")
        outlines = read_outlines(table, options)
        demand_one_system(table, outlines.centres, trusted=True)
        return contiguity(outlines.polygons(), corners=kind == "queen"), outlines.known
    places = read_places(table, options)
    if kind == "distance":
        return within(places.metres, _positive(options, "distance")), places.known
    return nearest(places.metres, _whole_number(options, "k", 0)), places.known


def _by_area(
    table: TextTable, values: Array, neighbours: Neighbours, result: Found, level: float
) -> dict[str, list[Any]]:
    local, spots = result.local, result.spots
    columns: dict[str, list[Any]] = {"area": table.columns["area"], "value": cells(values)}
    columns["neighbours"] = neighbours.count.tolist()
    columns |= {"local_moran": cells(local.value), "p": cells(local.p), "q": cells(result.local_q)}
    columns["pattern"] = shown(local, result.local_q, level).tolist()
    columns |= {"gi_star": cells(spots.value), "gi_p": cells(spots.p), "gi_q": cells(result.spots_q)}
    return columns | {"hot_spot": shown(spots, result.spots_q, level).tolist()}


def _of_whole(result: Found) -> dict[str, list[Any]]:
    names = ("value", "expected", "variance_normal", "variance", "z_normal", "z", "p", "p_shuffled")
    columns: dict[str, list[Any]] = {"measure": ["Moran's I", "Geary's C"]}
    return columns | {
        name: cells(np.array([getattr(one, name) for one in (result.moran, result.geary)])) for name in names
    }


def _told(one: Alikeness) -> Fault:
    p = one.p if np.isnan(one.p_shuffled) else one.p_shuffled
    what = "Moran's I is {value} where chance alone gives {expected} (p {sign} {p})."
    alike = "Neighbouring areas are alike." if one.value > one.expected else "Neighbouring areas are unlike."
    why = alike if p <= CLEAR else "Chance alone could make this pattern."
    values = {
        "value": Numeral(one.value, ".3f"),
        "expected": Numeral(one.expected, ".3f"),
        "sign": "=" if p >= LEAST else "<",
        "p": Numeral(max(p, LEAST), ".3f"),
    }
    return Fault("moran", what, why=why, severity="note", values=values)


def _warnings(table: TextTable, values: Array, neighbours: Neighbours) -> Iterator[Fault]:
    lone = np.flatnonzero(neighbours.count == 0).tolist()
    if lone:
        what = "areas without a neighbour and so without a local value: {count}, the first is '{area}'."
        numbers_ = {"count": len(lone), "area": table.columns["area"][lone[0]]}
        yield Fault("island", what, Place(table.file), severity="warning", values=numbers_)
    if np.isfinite(values).sum() < FEW:
        what = "with fewer than {few} areas, patterns by chance are the rule; read nothing into single areas."
        yield Fault("few_areas", what, Place(table.file), severity="warning", values={"few": FEW})


def _too_few_draws(table: TextTable, result: Found, draws: int, level: float) -> Iterator[Fault]:
    """A warning where areas beat every draw, and yet so few draws cannot make any of them clear."""
    least = 2 / (1 + draws)
    if draws and np.nanmin(result.local.p) <= least and np.nanmin(result.local_q) > level:
        what, remedy = "{draws} draws are too few to call any of so many areas clear.", "Take more: --draws 9999."
        yield Fault("few_draws", what, Place(table.file), remedy=remedy, severity="warning", values={"draws": draws})
