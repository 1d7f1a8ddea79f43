"""`run protect`: a table of counts of all levels with small counts hidden, proved safe before it is written."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError, Fault, InputError, Place, UnsafeReleaseError
from sozialraum.protection.tables import (
    WEIGHTS,
    Claim,
    Column,
    Demand,
    ProtectedTable,
    Unit,
    protected,
    stated,
    verify,
)
from sozialraum.runs.checks import counts, missing_column
from sozialraum.runs.protection.demands import amounts_of, columns_behind, demand_of, named_columns
from sozialraum.runs.protection.persons import counted, with_levels
from sozialraum.runs.tables import TextTable, check_target, looks_like_thousands, read_table, write_table

LARGEST = 1_000_000_000
RESERVED = ("n", "flag")


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Protect the cells in `source` and write the table to `target`; what comes back is what the protection costs.

    Raises: CallError (2), InputError with every fault (3), UnsafeReleaseError (4).
    """
    chains, demand = chains_of(options["dimension"]), demand_of(options)
    proof = options.get("certificates") or ""
    check_target(source, target)
    check_target(source, proof or "-")
    given = read_table(source)
    chains = with_levels(given, chains)
    rule = cast("dict[str, Any] | None", stated(demand).get("magnitude"))
    named = str(options.get("count") or options.get("amount") or "")
    cells, count = counted(given, named, chains, units=[one.column for one in demand.units])
    read = read_cells(cells, count, chains, demand.units, rule)[1]
    numbers, plain = amounts_of(cells, rule, read)
    behind = columns_behind(cells, demand, plain)
    columns = [[Column(name, cells.columns[name], cells.file, cells.lines) for name in chain] for chain in chains]
    found = protected(columns, numbers, demand, behind)
    content = found.certificates | {"count": named, "dimensions": [" < ".join(one) for one in chains]}
    _prove(cells, numbers, chains, found, content)
    _write(target, proof, found, content)
    return [
        _price(found),
        _gap(found, demand.weight),
        *(_other_prices(columns, numbers, demand, behind) if options.get("prices") == "all" else ()),
    ]


def chains_of(given: Sequence[str]) -> list[list[str]]:
    """The hierarchies of the call: "block < quarter" becomes [block, quarter]. Raises: CallError."""
    chains = [[name.strip() for name in one.split("<")] for one in given]
    for one, chain in zip(given, chains, strict=True):
        if not all(chain) or len(set(chain)) < len(chain):
            remedy = 'Write the finest column first: "block < quarter < district".'
            raise CallError("--dimension '{given}' names no chain of columns.", remedy=remedy, given=one)
        if chain[0] in RESERVED:
            raise CallError("A dimension cannot be called '{name}'.", remedy="Rename the column.", name=chain[0])
    if len({tuple(chain) for chain in chains}) < len(chains):
        raise CallError("A --dimension is given twice.", remedy="Give each hierarchy once.")
    return chains


def read_cells(
    table: TextTable,
    count: str,
    chains: Sequence[Sequence[str]],
    units: Sequence[Unit] = (),
    amounts: Mapping[str, Any] | None = None,
) -> tuple[TextTable, NDArray[np.int64]]:
    """The table and its counts, checked; with keys of units or amounts the lines may be persons instead of cells.

    Raises: InputError with every fault.
    """
    more = [*(one.column for one in units), *named_columns(amounts)]
    wanted = dict.fromkeys([*(name for chain in chains for name in chain), count, *more])
    faults = [missing_column(table, name) for name in wanted if name not in table.columns]
    if faults:
        raise InputError(faults)
    values, faults = counts(table, count)
    faults += _no_whole_numbers(table, count, values)
    if not amounts and not any(one.keys for one in units):
        faults += _doubled(table, list(dict.fromkeys(chain[0] for chain in chains)))
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return table, values.astype(np.int64)


def _no_whole_numbers(table: TextTable, count: str, values: NDArray[np.float64]) -> Iterator[Fault]:
    for row in np.flatnonzero((values % 1 > 0) | (values > LARGEST)).tolist():
        what = "a count must be a whole number up to 1,000,000,000."
        remedy = "Give counts of persons or cases, not weighted or rounded values."
        yield Fault("no_whole_number", what, table.place(row, count), table.columns[count][row], remedy=remedy)
    for row, cell in enumerate(table.columns[count]):
        if "." in cell and looks_like_thousands(cell) and not values[row] % 1:
            what, remedy = (
                "this is {value} persons, or a sign for thousands?",
                "Write the number without a sign for thousands.",
            )
            place, value = table.place(row, count), {"value": f"{values[row]:.0f}"}
            yield Fault("thousands", what, place, cell, remedy=remedy, values=value)


def _doubled(table: TextTable, names: Sequence[str]) -> Iterator[Fault]:
    first: dict[tuple[str, ...], int] = {}
    for row, codes in enumerate(zip(*(table.columns[name] for name in names), strict=True)):
        before = first.setdefault(codes, row)
        if before != row:
            what = "this cell stands already in line {line}."
            values = {"line": table.lines[before]}
            remedy = "Give one line per inner cell; add up lines of persons first."
            yield Fault("cell_twice", what, Place(table.file, row=table.lines[row]), remedy=remedy, values=values)


def _prove(
    cells: TextTable,
    numbers: NDArray[np.int64],
    chains: Sequence[Sequence[str]],
    found: ProtectedTable,
    content: Mapping[str, object],
) -> None:
    """The verifier's word on what is about to be written. Raises: UnsafeReleaseError."""
    shown = ["" if one is None else str(one) for one in found.counts]
    table = {**found.codes, "n": shown, "flag": found.flags}
    verdict = verify(Claim(cells.columns, numbers.tolist(), chains, table, content))
    if verdict.faults:
        raise UnsafeReleaseError(
            "The protection could not be proved ({fault}); nothing is written.", fault=verdict.faults[0].say()
        )


def _write(target: str, proof: str, found: ProtectedTable, content: Mapping[str, object]) -> None:
    table: dict[str, Sequence[object]] = {**found.codes, "n": found.counts, "flag": found.flags}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
    write_table(target, table, {Path(proof): text.encode()} if proof else None)


def _price(found: ProtectedTable) -> Fault:
    what = (
        "{lines} cells: {primary} hidden as too small, {secondary} more so that none can be computed; "
        "{persons} persons stand in hidden cells (each level counted). All proved by {certificates} certificates."
    )
    if "magnitude" in found.certificates:
        what = (
            "{lines} sums: {primary} hidden because they give a contributor away, {secondary} more so that none can be "
            "computed; {persons} stand in hidden sums (each level counted). All proved by {certificates} certificates."
        )
    given = found.certificates["certificates"]
    values = {
        "lines": len(found.flags),
        "primary": found.hidden("primary"),
        "secondary": found.hidden("secondary"),
        "persons": found.hidden_value,
        "certificates": len(given) if isinstance(given, list) else 0,
    }
    return Fault("price", what, severity="note", values=values)


def _gap(found: ProtectedTable, weight: str) -> Fault:
    """How much less another table could cost at most; costs are rounded so that this stays true."""
    what = {
        "value": "By --weight value (the hidden numbers added up, and 0.5 a cell) that costs {cost}; no safe table costs "
        "less than {least} (proved): at most {share} % could be spared.",
        "cells": "By --weight cells (hidden cells, and 0.0001 of their numbers) that costs {cost}; no safe table costs "
        "less than {least} (proved): at most {share} % could be spared.",
        "mix": "By --weight mix (hidden cells, and 0.01 of their numbers) that costs {cost}; no safe table costs "
        "less than {least} (proved): at most {share} % could be spared.",
    }[weight]
    cost, least = math.ceil(found.cost), math.floor(found.least)
    values = {"cost": cost, "least": least, "share": math.ceil(100 * (1 - least / cost)) if cost else 0}
    return Fault("gap", what, severity="note", values=values)


def _other_prices(
    columns: Sequence[Sequence[Column]],
    numbers: NDArray[np.int64],
    demand: Demand,
    behind: Mapping[str, Sequence[object]],
) -> Iterator[Fault]:
    """What each of the other weights would hide; their tables are dropped."""
    for weight in WEIGHTS:
        if weight != demand.weight:
            found = protected(columns, numbers, replace(demand, weight=weight), behind)
            what = "--weight {weight} would hide {hidden} cells in all; {persons} persons stand in them."
            hidden = found.hidden("primary") + found.hidden("secondary")
            values = {"weight": weight, "hidden": hidden, "persons": found.hidden_value}
            yield Fault("other_price", what, severity="note", values=values)
            yield _gap(found, weight)
