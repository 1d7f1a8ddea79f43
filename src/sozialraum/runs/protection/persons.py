"""Lines of persons become cells, and a dimension gets the levels that a described file knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import InputError
from sozialraum.runs.checks import missing_column
from sozialraum.runs.tables import TextTable

LARGEST_NUMBER = 1 << 62
PERSONS = "n"  # what the count of lines of persons is called


def with_levels(table: TextTable, chains: Sequence[Sequence[str]]) -> list[list[str]]:
    """The hierarchies of the call; one that names its finest column only gets the levels that the file itself knows."""
    return [[*chain, *(table.levels.get(chain[0], ()) if len(chain) == 1 else ())] for chain in chains]


def counted(
    table: TextTable, count: str, chains: Sequence[Sequence[str]], *, each: bool = False
) -> tuple[TextTable, str]:
    """The table of cells and its column of counts: the given one, the one that the file names, or lines counted.

    `each`: lines of persons stay lines, because more is asked of them than their number.
    Raises: InputError when a column is missing.
    """
    if count or table.counted:
        return table, count or table.counted
    names = list(dict.fromkeys(name for chain in chains for name in chain))
    faults = [missing_column(table, name) for name in names if name not in table.columns]
    if faults:
        raise InputError(faults)
    name = PERSONS
    while name in table.columns:
        name += "_"
    if each:
        return replace(table, columns={**table.columns, name: ["1"] * len(table.lines)}), name
    distinct, rank = distinct_rows(table, names)
    counts = [str(one) for one in np.bincount(rank).tolist()]
    return TextTable(table.file, {**distinct.columns, name: counts}, distinct.lines, table.comma), name


def distinct_rows(table: TextTable, names: Sequence[str]) -> tuple[TextTable, NDArray[np.int64]]:
    """One row per combination of codes in the order of their first line, and the row of each line."""
    number, size = np.zeros(len(table.lines), dtype=np.int64), 1
    for name in names:
        codes = {code: at for at, code in enumerate(dict.fromkeys(table.columns[name]))}
        places = np.fromiter(map(codes.__getitem__, table.columns[name]), np.int64, len(table.lines))
        if size * len(codes) > LARGEST_NUMBER:
            _, number = np.unique(number, return_inverse=True)
            size = len(table.lines)
        number, size = number * len(codes) + places, size * len(codes)
    _, first, of_row = np.unique(number, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rows = first[order].tolist()
    kept = {name: [table.columns[name][row] for row in rows] for name in names}
    return TextTable(table.file, kept, [table.lines[row] for row in rows], table.comma), np.argsort(order)[of_row]
