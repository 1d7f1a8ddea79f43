"""Lines of persons become cells, and a dimension gets the levels that a described file knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError
from sozialraum.runs.protection.reading import code_faults, refuse
from sozialraum.runs.tables import TextTable

LARGEST_NUMBER = 1 << 62
PERSONS = "n"  # what the count of lines of persons is called
NAMES = frozenset((  # what columns of counts are called
    "anzahl", "bestand", "cases", "count", "counts", "einwohner", "fallzahl", "faelle", "fälle", "freq",
    "frequency", "haeufigkeit", "häufigkeit", "n", "number", "people", "personen", "persons", "population",
    "residents", "zahl",
))  # fmt: skip


def with_levels(table: TextTable, chains: Sequence[Sequence[str]]) -> list[list[str]]:
    """The hierarchies of the call; one that names its finest column only gets the levels that the file itself knows."""
    return [[*chain, *(table.levels.get(chain[0], ()) if len(chain) == 1 else ())] for chain in chains]


def counted(
    table: TextTable, count: str, chains: Sequence[Sequence[str]], *, units: Sequence[str] = ()
) -> tuple[TextTable, str]:
    """The table of cells and its column of counts: the given one, the one that the file names, or lines counted.

    `units`: columns of counting units; lines of persons then stay lines, because more is asked of them than their number.
    Raises: InputError with every fault of the codes; CallError when the lines look like cells with a count.
    """
    if count or table.counted:
        return table, count or table.counted
    if not units:
        refuse(code_faults(table, chains))
    names = list(dict.fromkeys(name for chain in chains for name in chain))
    if all(name in table.columns for name in names):  # else told with all other faults of the lines
        distinct, rank = distinct_rows(table, names)
        refuse_cells(table, [*names, *units], once=len(distinct.lines) == len(table.lines))
    name = PERSONS
    while name in table.columns:
        name += "_"
    if units:
        return replace(table, columns={**table.columns, name: ["1"] * len(table.lines)}), name
    counts = [str(one) for one in np.bincount(rank).tolist()]
    return TextTable(table.file, {**distinct.columns, name: counts}, distinct.lines, table.comma), name


def refuse_cells(table: TextTable, named: Sequence[str], *, once: bool = False) -> None:
    """Ask for --count where the lines are to be counted as persons and a column says that they are cells.

    `once`: every combination of codes stands in one line only, as in a table of cells. Columns that the call has
    `named` are no counts. Raises: CallError.
    """
    if table.records:
        return
    doubtful = (name for name in table.columns if name not in named and (once or name.lower() in NAMES))
    if found := next(filter(lambda name: _counts(table.columns[name]), doubtful), ""):
        raise CallError(
            "Nothing says whether a line is a person or a cell: column '{column}' of {file} looks like a count.",
            why="Counted as persons, every line would be 1.",
            remedy="Give --count {column}; if every line is a person, leave that column out of the file.",
            column=found,
            file=table.file,
        )


def _counts(cells: Sequence[str]) -> bool:
    """Whether these are whole numbers other than 1."""
    return all(one.isascii() and one.isdecimal() for one in cells) and set(cells) != {"1"}


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
