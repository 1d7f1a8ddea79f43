"""`run reach`: supply per head within reach (floating catchments), from travel times, people and sites in plain tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.analysis import ENHANCED, floating_catchment
from sozialraum.errors import CallError, Fault, InputError, NoAnswerError, Place
from sozialraum.runs.checks import counts, key_faults, missing_column, number, pair_faults
from sozialraum.runs.tables import TextTable, cells, check_target, numbers, read_table, write_table

Array = NDArray[np.float64]
Options = Mapping[str, Any]
MOST = 50_000_000  # pairs of place and site held at once


def run(source: str, target: str, options: Options) -> list[Fault]:
    """Supply per head of every place of people, written to `target`; warnings come back.

    Raises: CallError (2), InputError with every fault (3), NoAnswerError (4).
    """
    limit = number(options, "limit", 0.0)
    if options.get("limit") and not 0 < limit < float("inf"):
        raise CallError("--limit is a number of minutes above 0.")
    check_target(source, target)
    people, supply = (_amounts(str(options[name]), name) for name in ("demand", "supply"))
    table = read_table(source)
    minutes = read_minutes(table, list(people), list(supply))
    steps = ((limit, 1.0),) if limit else ENHANCED
    found = floating_catchment(list(people.values()), list(supply.values()), minutes, steps)
    write_table(target, {"area": list(people), "people": list(people.values()), "per_head": cells(found.per_head)})
    return list(_warnings(table, minutes, found.ratio))


def _amounts(file: str, column: str) -> dict[str, float]:
    """Key -> people or supply. Raises: InputError with every fault."""
    table = read_table(file)
    absent = [missing_column(table, name) for name in ("area", column) if name not in table.columns]
    if absent:
        raise InputError(absent)
    values, faults = counts(table, column)
    faults += key_faults(table, "area")
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return dict(zip(table.columns["area"], values.tolist(), strict=True))


def read_minutes(table: TextTable, places: list[str], sites: list[str]) -> Array:
    """Travel times (places, sites): a pair without a line is out of reach, an empty time or a place without any line unknown.

    Raises: InputError with every fault; NoAnswerError where the tables are too large or have no key in common.
    """
    absent = [missing_column(table, name) for name in ("from", "to", "minutes") if name not in table.columns]
    if absent:
        raise InputError(absent)
    values, faults = numbers(table, "minutes")
    faults += [*_negative(table, values), *pair_faults(table)]
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    if len(places) * len(sites) > MOST:
        raise NoAnswerError("There are too many pairs of places and sites.", remedy="Leave out what is far away.")
    row, column = ({key: at for at, key in enumerate(keys)} for keys in (places, sites))
    held, known = np.full((len(places), len(sites)), np.inf), np.zeros(len(places), np.bool_)
    for one, other, time in zip(table.columns["from"], table.columns["to"], values, strict=True):
        if one in row and other in column:
            held[row[one], column[other]], known[row[one]] = time, True
    if not known.any():
        raise NoAnswerError("No pair has a place of --demand and a site of --supply.", remedy="Check the keys.")
    held[~known] = np.nan
    return held


def _negative(table: TextTable, values: list[float]) -> Iterator[Fault]:
    for row, time in enumerate(values):
        if time < 0:
            place, cell = table.place(row, "minutes"), table.columns["minutes"][row]
            yield Fault("negative", "a travel time cannot be negative.", place, cell)


def _warnings(table: TextTable, minutes: Array, ratio: Array) -> Iterator[Fault]:
    unknown, empty = int(np.isnan(minutes).any(axis=1).sum()), int(np.isnan(ratio).sum())
    for count, what in (
        (unknown, "places without a value, because a travel time is not known: {count}."),
        (empty, "sites that nobody reaches: {count}."),
    ):
        if count:
            yield Fault("reach", what, Place(table.file), severity="warning", values={"count": count})
