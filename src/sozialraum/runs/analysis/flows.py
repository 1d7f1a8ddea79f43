"""`run flows`: commuters or moves as pairs of areas; balances, rates, main destination, functional area by area."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sozialraum.analysis.flows import Flows, balances, exchange, flows, functional_areas, main_flows, partner_entropy
from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.runs.checks import missing_column, pair_faults
from sozialraum.runs.tables import TextTable, cells, check_target, numbers, read_table, write_table

COLUMNS = ("from", "to", "count")


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Measures by area from the pairs in `source`. Raises: CallError (2), InputError (3)."""
    most, smallest = (_number(options, name) for name in ("hidden-at-most", "smallest"))
    check_target(source, target)
    table = read_table(source)
    given = read_pairs(table, most)
    columns = by_area(given)
    if smallest is not None:
        columns["functional_area"] = _named(given, functional_areas(given, smallest).tolist())
    centre = options.get("centre")
    if centre is not None:
        if centre not in given.areas:
            raise CallError("The centre '{centre}' is not among the areas.", centre=centre)
        columns |= {name: cells(one) for name, one in exchange(given, given.areas.index(centre)).items()}
    write_table(target, columns)
    return list(_warnings(table, given))


def by_area(given: Flows) -> dict[str, list[Any]]:
    """Columns by area: every balance and rate, bounds where counts are hidden, spread of partners, main destination."""
    found = balances(given)
    columns: dict[str, list[Any]] = {"area": list(given.areas)}
    columns |= {name: cells(one.value) for name, one in found.items()}
    columns["hidden_in"], columns["hidden_out"] = (_whole(found[name].hidden) for name in ("in", "out"))
    columns["hidden_inside"] = _whole(found["inside"].hidden)
    if given.most_hidden is not None:
        for name, one in found.items():
            columns |= {f"{name}_lower": cells(one.lower), f"{name}_upper": cells(one.upper)}
    columns["partner_entropy"] = cells(partner_entropy(given))
    return columns | {"main_flow": _named(given, main_flows(given).tolist())}


def _whole(values: Any) -> list[int]:
    return [int(one) for one in values.tolist()]


def _named(given: Flows, found: list[int]) -> list[str | None]:
    return [given.areas[at] if at >= 0 else None for at in found]


def _number(options: Mapping[str, Any], name: str) -> float | None:
    given = options.get(name.replace("-", "_"))
    try:
        number = None if given is None else float(given)
    except ValueError:
        raise CallError("--{name} is no number: '{given}'.", name=name, given=given) from None
    if number is not None and not 0 <= number < float("inf"):
        raise CallError("--{name} is no number from 0 on: '{given}'.", name=name, given=given)
    return number


def read_pairs(table: TextTable, most_hidden: float | None = None) -> Flows:
    """The checked pairs; an empty count is hidden, not 0. Raises: InputError with every fault."""
    absent = [missing_column(table, name) for name in COLUMNS if name not in table.columns]
    if absent:
        raise InputError(absent)
    counts, faults = numbers(table, "count")
    faults += [*_negative(table, counts), *pair_faults(table)]
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))
    return flows(table.columns["from"], table.columns["to"], counts, most_hidden)


def _negative(table: TextTable, counts: list[float]) -> Iterator[Fault]:
    for row, count in enumerate(counts):
        if count < 0:
            what, cell = "a count cannot be negative.", table.columns["count"][row]
            yield Fault("negative", what, table.place(row, "count"), cell, remedy="Correct the count.")


def _warnings(table: TextTable, given: Flows) -> Iterator[Fault]:
    hidden = int(given.hidden.sum())
    if hidden:
        what = "{hidden} of {all} pairs are hidden; sums are of the known ones, and hidden_in and hidden_out say where."
        remedy = "Give the largest hidden count for bounds: --hidden-at-most."
        values = {"hidden": hidden, "all": len(given.count)}
        yield Fault("hidden", what, Place(table.file, column="count"), remedy=remedy, severity="warning", values=values)
