"""The codes of a table as columns of text, and what can be wrong with them: gaps, sums, two parents, two meanings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sozialraum.errors import Fault, Place

TOTAL = "Total"
SUMS = frozenset(("gesamt", "gesamtsumme", "insgesamt", "sum", "summe", "total", "totals", "zusammen"))
"""What lines of sums are called; beside other codes in a column none of them is a code of its own."""
Chain = Sequence["Column"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the cells as text, with the line of each row in its file."""

    name: str
    cells: Sequence[str]
    file: str = ""
    lines: Sequence[int] = ()

    def place(self, row: int) -> Place:
        """Where the row (counted from 0) stands."""
        return Place(self.file, row=self.line(row), column=self.name)

    def line(self, row: int) -> int:
        """The line of the row (counted from 0)."""
        return self.lines[row] if self.lines else row + 1

    def only(self, rows: Sequence[int]) -> Column:
        """The column with these rows alone."""
        return Column(self.name, [self.cells[row] for row in rows], self.file, [self.line(row) for row in rows])


def by_dimension(hierarchies: Sequence[Chain]) -> list[list[Chain]]:
    """The hierarchies of each dimension: those that begin with the same column."""
    found: dict[str, list[Chain]] = {}
    for chain in hierarchies:
        found.setdefault(chain[0].name, []).append(chain)
    return list(found.values())


def hierarchy_faults(hierarchies: Sequence[Chain]) -> list[Fault]:
    """Every fault of the hierarchies of a table, each once: gaps, sums, codes with two parents or two meanings."""
    faults: list[Fault] = []
    seen: set[str] = set()
    for chains in by_dimension(hierarchies):
        columns = {one.name: one for chain in chains for one in chain}
        faults += [fault for name, one in columns.items() if name not in seen for fault in _gaps_and_sums(one)]
        distinct = _distinct(columns)
        faults += _unfit([[distinct[one.name] for one in chain] for chain in chains])
        seen |= columns.keys()
    return faults


def _unfit(chains: Sequence[Chain]) -> list[Fault]:
    """Codes of one dimension that belong to two others or mean two things; the latter where nothing else is wrong."""
    pairs = {(fine.name, coarse.name): (fine, coarse) for chain in chains for fine, coarse in pairwise(chain)}
    faults = [fault for fine, coarse in pairs.values() for fault in _two_parents(fine, coarse)]
    torn = {(fault.values["fine"], fault.values["code"]) for fault in faults}
    columns = {one.name: one for chain in chains for one in chain}
    rows = range(len(chains[0][0].cells))
    torn |= {(name, "") for name in columns}
    sound = [row for row in rows if not any((name, one.cells[row]) in torn for name, one in columns.items())]
    return [*faults, *_two_meanings([one.only(sound) for one in columns.values()])]


def _distinct(columns: Mapping[str, Column]) -> dict[str, Column]:
    """The columns with every combination of codes once, at its first row."""
    rows = list(zip(*(one.cells for one in columns.values()), strict=True))
    first = dict(zip(reversed(rows), range(len(rows) - 1, -1, -1), strict=True))
    kept = sorted(first.values())
    return {name: one.only(kept) for name, one in columns.items()}


def _gaps_and_sums(column: Column) -> Iterator[Fault]:
    codes = set(column.cells)
    sums = {code for code in codes if code == TOTAL or (len(codes) > 1 and code.casefold() in SUMS)}
    if not sums and "" not in codes:
        return
    for row, code in enumerate(column.cells):
        if not code:
            what = "the code is empty: the hierarchy has a gap."
            yield Fault("hierarchy_gap", what, column.place(row), remedy="Fill it in every line.")
        elif code in sums:
            what = "this is the code of a sum over all: the cells may hold no sums."
            yield Fault("sum_among_cells", what, column.place(row), code, remedy="Give the inner cells only.")


def _two_parents(fine: Column, coarse: Column) -> Iterator[Fault]:
    parents: dict[str, str] = {}
    pairs = list(zip(fine.cells, coarse.cells, strict=True))
    for code, parent in dict.fromkeys(pairs):
        if not (code and parent):
            continue  # told as a gap
        first = parents.setdefault(code, parent)
        if first != parent:
            line = coarse.line(pairs.index((code, first)))
            yield Fault(
                "two_parents",
                "'{code}' of '{fine}' belongs to two codes of '{coarse}': '{first}' (line {line}) and '{second}'.",
                coarse.place(pairs.index((code, parent))),
                remedy="Give every code one parent; a second geography is a second --dimension.",
                values={
                    "code": code,
                    "fine": fine.name,
                    "coarse": coarse.name,
                    "first": first,
                    "second": parent,
                    "line": line,
                },
            )


def _two_meanings(columns: Sequence[Column]) -> Iterator[Fault]:
    """Codes that stand in two columns of one dimension, finest first, and hold different inner codes there."""
    seen: dict[str, tuple[Column, set[str]]] = {}
    for column in columns:
        held: dict[str, set[str]] = {}
        for code, leaf in zip(column.cells, columns[0].cells, strict=True):
            held.setdefault(code, set()).add(leaf)
        for code, leaves in held.items():
            first, meant = seen.setdefault(code, (column, leaves))
            if meant != leaves:
                what = "the code stands in '{other}' too (line {line}) and means something else there."
                remedy = "Make the codes of all levels of a dimension distinct, and leave out lines of sums."
                values = {"other": column.name, "line": column.line(column.cells.index(code))}
                place = first.place(first.cells.index(code))
                yield Fault("two_meanings", what, place, code, remedy=remedy, values=values)
