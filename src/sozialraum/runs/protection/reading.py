"""The cells of a call, checked as a whole: counts, codes and the columns that the rules name, every fault at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import Fault, InputError, NoAnswerError, Place
from sozialraum.protection.tables import TOTAL, Column, Unit, hierarchy_faults
from sozialraum.runs.checks import counts, missing_column
from sozialraum.runs.protection.demands import named_columns, rule_faults
from sozialraum.runs.tables import TextTable, looks_like_thousands

LARGEST = 1_000_000_000
MOST_CELLS, MOST_CODES = 20_000_000, 10_000
"""What a table of all levels may hold, and a dimension of it: more needs more memory than an ordinary computer has."""


def read_cells(
    table: TextTable,
    count: str,
    chains: Sequence[Sequence[str]],
    units: Sequence[Unit] = (),
    amounts: Mapping[str, Any] | None = None,
    more: Sequence[Fault] = (),
) -> NDArray[np.int64]:
    """The counts of the table; with keys of units or amounts the lines may be persons instead of cells.

    Raises: InputError with every fault of the counts, the codes, the columns that units and amounts name, and with the
    faults that were found elsewhere in the file (`more`).
    """
    named = [*(one.column for one in units), *named_columns(amounts)]
    faults = [*more, *code_faults(table, chains, [count, *named])]
    values = np.full(len(table.lines), np.nan)
    if count in table.columns:
        values, wrong = counts(table, count)
        faults += [*wrong, *_no_whole_numbers(table, count, values)]
    faults += rule_faults(table, units, amounts, values)
    if not amounts and not any(one.keys for one in units):
        faults += _doubled(table, list(dict.fromkeys(chain[0] for chain in chains)))
    refuse(faults)
    refuse_too_large(table, chains)
    return values.astype(np.int64)


@contextmanager
def together(faults: Sequence[Fault]) -> Iterator[None]:
    """Refuse what has these faults with those that reading on finds. Raises: InputError with all, where there is any."""
    try:
        yield
    except InputError as more:
        refuse([*faults, *more.faults])
    refuse(faults)


def hierarchies_of(table: TextTable, chains: Sequence[Sequence[str]]) -> list[list[Column]]:
    """The columns of each hierarchy."""
    return [[Column(name, table.columns[name], table.file, table.lines) for name in chain] for chain in chains]


def code_faults(table: TextTable, chains: Sequence[Sequence[str]], more: Sequence[str] = ()) -> list[Fault]:
    """Columns of the hierarchies and further ones that are missing, and every fault of the hierarchies that are there."""
    wanted = dict.fromkeys([*(name for chain in chains for name in chain), *more])
    there = [[name for name in chain if name in table.columns] for chain in chains]
    return [
        *(missing_column(table, name) for name in wanted if name not in table.columns),
        *hierarchy_faults(hierarchies_of(table, [chain for chain in there if chain])),
    ]


def refuse(faults: Sequence[Fault]) -> None:
    """Refuse an input that has faults, told in the order of their lines. Raises: InputError."""
    if faults:
        raise InputError(sorted(faults, key=lambda one: one.place.row or 0))


def refuse_too_large(table: TextTable, chains: Sequence[Sequence[str]]) -> None:
    """Raises: NoAnswerError when the table of all levels over these hierarchies would be too large to work on."""
    codes: dict[str, set[str]] = {}
    for chain in chains:
        codes.setdefault(chain[0], {TOTAL}).update(code for name in chain for code in table.columns[name])
    cells = prod(map(len, codes.values()))
    if cells > MOST_CELLS or max(map(len, codes.values())) > MOST_CODES:
        raise NoAnswerError(
            "The table of all levels would be too large: {cells} cells, made of codes by dimension: {codes}.",
            remedy="Name columns with fewer codes; a column of ids is no dimension.",
            cells=cells,
            codes=", ".join(f"{name} {len(one)}" for name, one in codes.items()),
        )


def _no_whole_numbers(table: TextTable, count: str, values: NDArray[np.float64]) -> Iterator[Fault]:
    cells = table.columns[count]
    for row in np.flatnonzero((values % 1 > 0) | (values > LARGEST)).tolist():
        what = "a count must be a whole number up to 1,000,000,000."
        remedy = "Give counts of persons or cases, not weighted or rounded values."
        if looks_like_thousands(cells[row]):
            remedy = "Write the number without a sign for thousands."
        yield Fault("no_whole_number", what, table.place(row, count), cells[row], remedy=remedy)
    for row, cell in enumerate(cells):
        if "." in cell and looks_like_thousands(cell) and not values[row] % 1:
            what, remedy = (
                "does this mean {value}, or is the point a sign for thousands?",
                "Write the number without a sign for thousands.",
            )
            place, value = table.place(row, count), {"value": f"{values[row]:.0f}"}
            yield Fault("thousands", what, place, cell, remedy=remedy, values=value)


def _doubled(table: TextTable, names: Sequence[str]) -> Iterator[Fault]:
    """Lines of one inner cell; a line with an empty code, told as a gap, may be any cell."""
    if not all(name in table.columns for name in names):
        return
    first: dict[tuple[str, ...], int] = {}
    for row, codes in enumerate(zip(*(table.columns[name] for name in names), strict=True)):
        before = first.setdefault(codes, row)
        if before != row and all(codes):
            what = "this cell stands already in line {line}."
            values = {"line": table.lines[before]}
            remedy = "Give one line per inner cell; add up lines of persons first."
            yield Fault("cell_twice", what, Place(table.file, row=table.lines[row]), remedy=remedy, values=values)
