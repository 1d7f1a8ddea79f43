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

from sozialraum.errors import CallError, Fault, Told, UnsafeReleaseError
from sozialraum.protection.tables import (
    WEIGHTS,
    Claim,
    Column,
    Demand,
    ProtectedTable,
    hidden_sums,
    protected,
    stated,
    verify,
)
from sozialraum.runs.protection.demands import amounts_of, columns_behind, demand_of
from sozialraum.runs.protection.persons import counted, with_levels
from sozialraum.runs.protection.reading import hierarchies_of, read_cells, together
from sozialraum.runs.tables import TextTable, check_target, readable_lines, write_table

RESERVED = ("n", "flag")


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Protect the cells in `source` and write the table to `target`; what comes back is what the protection costs.

    Raises: CallError (2), InputError with every fault (3), UnsafeReleaseError (4).
    """
    chains, demand = chains_of(options["dimension"]), demand_of(options)
    proof = options.get("certificates") or ""
    _check_targets(source, target, proof)
    given, ragged = readable_lines(source)
    rule = cast("dict[str, Any] | None", stated(demand).get("magnitude"))
    named = str(options.get("count") or options.get("amount") or "")
    with together(ragged):
        chains = with_levels(given, chains)
        cells, count = counted(given, named, chains, units=[one.column for one in demand.units])
        plain = read_cells(cells, count, chains, demand.units, rule)
    numbers, behind = amounts_of(cells, rule, plain), columns_behind(cells, demand, plain)
    columns = hierarchies_of(cells, chains)
    found = protected(columns, numbers, demand, behind)
    content = found.certificates | {"count": named, "dimensions": [" < ".join(one) for one in chains]}
    _prove(cells, numbers, chains, found, content)
    _write(target, proof, found, content)
    return [
        *hidden_sums(columns, plain),
        _price(found),
        _gap(found, demand.weight),
        *(_other_prices(columns, numbers, demand, behind) if options.get("prices") == "all" else ()),
    ]


def _check_targets(source: str, target: str, proof: str) -> None:
    check_target(source, target)
    check_target(source, proof or "-", "certificates")
    if proof and Path(proof).resolve() == Path(target).resolve():
        remedy = "Give each a name of its own: the proof tells the hidden counts."
        raise CallError("--out and --certificates name the same file.", remedy=remedy)


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
            "The protection could not be proved ({fault}); nothing is written.", fault=Told(verdict.faults[0])
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
