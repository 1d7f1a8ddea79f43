"""What every method asks of its table: the columns it needs, keys that are text and stand once, counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError, Fault, Place
from sozialraum.runs.tables import TextTable, numbers
from sozialraum.texts import Names


def missing_column(table: TextTable, wanted: str) -> Fault:
    """The fault that a column is not there, with the likely one."""
    from sozialraum.declared import nearest

    near = nearest(wanted, table.columns)
    what = "column '{wanted}' is missing; found: {found}."
    meant = "If '{near}' is meant, rename the column to '{wanted}', or give '{near}' where the call names it."
    remedy = meant if near else "Add the column '{wanted}'."
    found = Names(list(table.columns)[:30])
    return Fault(
        "missing_column",
        what,
        Place(table.file),
        remedy=remedy,
        values={"wanted": wanted, "found": found, "near": near},
    )


def key_faults(table: TextTable, column: str) -> Iterator[Fault]:
    """Faults of a column of area keys: numbers, empty cells, an area twice."""
    if column in table.numeric:
        remedy = "Write it as text: numbers lose their leading zeros."
        yield Fault("key_not_text", "the area key is no text.", Place(table.file, column=column), remedy=remedy)
    first: dict[str, int] = {}
    for row, area in enumerate(table.columns[column]):
        if not area:
            yield Fault(
                "empty_area",
                "the area key is empty.",
                table.place(int(row), column),
                remedy="Fill it, or remove the line.",
            )
        elif area in first:
            what = "this area stands already in line {line}."
            values = {"line": table.lines[first[area]]}
            yield Fault(
                "area_twice", what, table.place(int(row), column), area, remedy="Keep one line per area.", values=values
            )
        first.setdefault(area, row)


def pair_faults(table: TextTable) -> Iterator[Fault]:
    """Faults of the keys of pairs of areas, `from` and `to`: numbers, empty cells, a pair twice."""
    for column in ("from", "to"):
        if column in table.numeric:
            remedy = "Write it as text: numbers lose their leading zeros."
            yield Fault("key_not_text", "the area key is no text.", Place(table.file, column=column), remedy=remedy)
    first: dict[tuple[str, str], int] = {}
    for row, pair in enumerate(zip(table.columns["from"], table.columns["to"], strict=True)):
        if not all(pair):
            place = table.place(row, "from" if not pair[0] else "to")
            yield Fault("empty_area", "the area key is empty.", place, remedy="Fill it, or remove the line.")
        elif pair in first:
            what, values = "this pair stands already in line {line}.", {"line": table.lines[first[pair]]}
            remedy = "Keep one line per pair."
            yield Fault("pair_twice", what, table.place(row), " -> ".join(pair), remedy=remedy, values=values)
        first.setdefault(pair, row)


def counts(table: TextTable, column: str) -> tuple[NDArray[np.float64], list[Fault]]:
    """The column as counts, with a fault for each cell that is none, negative or empty: a hidden count is not 0."""
    found, faults = numbers(table, column)
    values, wrong = np.array(found), {one.place.row for one in faults}
    for row in np.flatnonzero(np.isnan(values) | (values < 0)).tolist():
        place, cell = table.place(row, column), table.columns[column][row]
        if place.row not in wrong:
            faults.append(_no_count(place, cell))
    return values, faults


def _no_count(place: Place, cell: str) -> Fault:
    if cell:
        return Fault("negative", "a count cannot be negative.", place, cell, remedy="Correct the count.")
    remedy = "Fill it in; without it use coarser areas or groups. A hidden count is not 0."
    return Fault("missing_count", "the count is missing.", place, remedy=remedy)


def whole(options: Mapping[str, Any], name: str, least: int) -> int | None:
    """An option as a whole number, None where it is not given. Raises: CallError for anything else."""
    given = options.get(name)
    if given is None:
        return None
    if not str(given).isdecimal() or int(given) < least:
        raise CallError(
            "--{name} is a whole number from {least} on, not '{given}'.", name=name, least=least, given=given
        )
    return int(given)


def number(options: Mapping[str, Any], name: str, default: float) -> float:
    """An option as a number. Raises: CallError where it is none."""
    given = options.get(name)
    try:
        return default if given is None else float(given)
    except ValueError:
        raise CallError("--{name} is no number: '{given}'.", name=name, given=given) from None


def without_parent(table: TextTable, column: str) -> Iterator[Fault]:
    """A fault for each area whose coarser area is empty."""
    for row, parent in enumerate(table.columns[column]):
        if not parent:
            remedy = "Fill it in, or leave out --within."
            yield Fault("empty_area", "the coarser area is empty.", table.place(row, column), remedy=remedy)
