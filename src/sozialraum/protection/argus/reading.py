"""Data of tau-Argus as columns of text: records or a table with its sums, with one more column per coarser level."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from sozialraum.errors import CallError, Fault, InputError, Place, Together
from sozialraum.protection.argus.description import Description, Variable, read_description
from sozialraum.protection.argus.files import text_lines
from sozialraum.protection.argus.hierarchy import Hierarchy, hierarchy_of_digits, read_hierarchy

ENDINGS = (".asc", ".csv", ".dat", ".tab", ".txt")


@dataclass(frozen=True, slots=True)
class ArgusData:
    """`columns`: text by variable and level; `lines`: of each row; `levels`: the coarser columns of a variable, finest first.

    `counted`: the column of the counts where the data are a table, whose sums have been left out; else empty.
    """

    file: str
    columns: Mapping[str, list[str]]
    lines: Sequence[int]
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counted: str = ""
    comma: bool = False


def read_argus(path: Path) -> ArgusData:
    """The data that a description (.rda) describes; they lie beside it under the same name with another ending.

    Raises: CallError, InputError with every fault: unknown codes, gaps, lines that do not fit, sums that do not add up.
    """
    described = read_description(path)
    source = _beside(path)
    columns, lines, faults = _fields(described, source)
    ways: dict[str, Hierarchy | None] = {}
    looks = Together()
    for one in described.variables:
        with looks:
            ways |= {one.name: _hierarchy(described, one, columns[one.name])} if one.is_key else {}
    totals = {one.name: one.first("TOTCODE", "Total") for one in described.variables} if described.is_table else {}
    faults += looks.faults
    faults += [
        fault
        for one in described.variables
        if one.name in ways
        for fault in _unknown(described, one, ways[one.name], totals.get(one.name), columns[one.name], source, lines)
    ]
    if faults:
        raise InputError(sorted(faults, key=lambda one: (one.place.file, one.place.row or 0)))
    if described.is_table:
        columns, lines = _inner(described, columns, lines, ways, totals, source)
    levels = {name: tuple(_level_names(name, one.depth)) for name, one in ways.items() if one and one.depth > 1}
    for name, names in levels.items():
        columns |= dict(zip(names, _levels(columns[name], ways[name]), strict=True))
    counted = described.frequency if described.is_table else ""
    return ArgusData(source.name, columns, lines, levels, counted, described.separator == ";")


def _beside(path: Path) -> Path:
    found = [
        one
        for ending in ENDINGS
        for one in (path.with_suffix(ending), path.with_suffix(ending.upper()))
        if one.is_file()
    ]
    if len(found) == 1:
        return found[0]
    if found:
        what = "More than one file may hold the data of '{path}': {found}."
        raise CallError(what, path=str(path), found=", ".join(one.name for one in found), remedy="Leave one there.")
    what = "The data of '{path}' are not there: no file of the same name ends with {endings}."
    raise CallError(what, path=str(path), endings=", ".join(ENDINGS), remedy="Put them beside the description.")


def _fields(described: Description, source: Path) -> tuple[dict[str, list[str]], list[int], list[Fault]]:
    """The fields of every line by variable, stripped, and a fault for each line that does not fit. Raises: InputError."""
    rows, lines, faults = [], [], list[Fault]()
    width = len(described.variables)
    for line, text in enumerate(text_lines(source), start=1):
        if not text.strip():
            continue
        fields = _cut(described, text)
        if len(fields) == width:
            rows.append(fields)
            lines.append(line)
        else:
            what, values = "{found} cells instead of {wanted}.", {"found": len(fields), "wanted": width}
            remedy = "Check the line against the description."
            faults.append(Fault("ragged", what, Place(source.name, row=line), remedy=remedy, values=values))
    if not rows:
        raise InputError(faults or [Fault("empty_file", "the file is empty.", Place(source.name))])
    names = [one.name for one in described.variables]
    cells = zip(names, zip(*rows, strict=True), strict=True)
    return {name: [cell.strip() for cell in column] for name, column in cells}, lines, faults


def _cut(described: Description, text: str) -> list[str]:
    if described.separator:
        if '"' not in text:
            return text.split(described.separator)
        return next(csv.reader([text], delimiter=described.separator))
    ends = [(one.start - 1, one.start - 1 + one.length) for one in described.variables]
    return [text[start:end] for start, end in ends if len(text) > start]


def _hierarchy(described: Description, one: Variable, codes: Sequence[str]) -> Hierarchy | None:
    """The hierarchy of a variable, None where its codes lie directly under the total. Raises: CallError, InputError."""
    place = Place(described.path.name, row=one.line, column=one.name)
    if name := one.first("HIERCODELIST"):
        return read_hierarchy(described.path.parent / name, one.first("HIERLEADSTRING", "@"))
    words = one.settings.get("HIERLEVELS", [])
    if not words:
        return None
    digits = [int(word) for word in words if word.isdecimal()]
    if len(digits) < len(words) or (one.length and sum(digits) != one.length):
        what = "the levels {given} do not make up the {length} digits of the code."
        values = {"given": " ".join(words), "length": one.length}
        raise InputError([Fault("hierarchy_gap", what, place, remedy="Give the digits of each level.", values=values)])
    plain = [code for code in dict.fromkeys(codes) if code not in one.missing]
    short = [code for code in plain if len(code) != sum(digits)]
    if short:
        what = "the code has {found} digits, its levels have {wanted}."
        values = {"found": len(short[0]), "wanted": sum(digits)}
        raise InputError([Fault("hierarchy_gap", what, place, short[0], remedy="Write all digits.", values=values)])
    return hierarchy_of_digits(plain, digits)


def _unknown(
    described: Description,
    one: Variable,
    ways: Hierarchy | None,
    total: str | None,
    codes: Sequence[str],
    source: Path,
    lines: Sequence[int],
) -> Iterator[Fault]:
    """Codes that neither the hierarchy nor the list of codes knows; in records also codes that are sums."""
    listed = _listed(described, one)
    if ways is None and not listed:
        return
    known = set(ways.ways if ways else listed) | set(one.missing)
    sums = ways.sums if ways else frozenset[str]()
    known |= {*sums, total} if total is not None else set()
    for row, code in enumerate(codes):
        if code not in known:
            what = (
                "the code is a sum in its hierarchy."
                if code in sums
                else "the code is in no hierarchy and no list of codes."
            )
            remedy = "Add it there, or correct the line."
            yield Fault("unknown_code", what, Place(source.name, row=lines[row], column=one.name), code, remedy=remedy)


def _listed(described: Description, one: Variable) -> set[str]:
    name = one.first("CODELIST")
    path = described.path.parent / name
    if not name or not path.is_file():
        return set()
    return {text.partition(",")[0].strip() for text in text_lines(path) if text.strip()}


def _level_names(name: str, depth: int) -> list[str]:
    return [f"{name} level {level}" for level in range(depth - 1, 0, -1)]


def _levels(codes: Sequence[str], ways: Hierarchy | None) -> Iterator[list[str]]:
    """The code of each coarser level, finest level first; where a way is shorter, the code stands for itself."""
    assert ways is not None
    whole = [ways.ways.get(code, (code,)) for code in codes]
    for level in range(ways.depth - 1, 0, -1):
        yield [way[min(level, len(way)) - 1] for way in whole]


def _inner(
    described: Description,
    columns: Mapping[str, list[str]],
    lines: Sequence[int],
    ways: Mapping[str, Hierarchy | None],
    totals: Mapping[str, str],
    source: Path,
) -> tuple[dict[str, list[str]], list[int]]:
    """The lines of inner cells; the counts of all other lines must be their sums. Raises: InputError."""
    keys = list(ways)
    above = [{totals[name], *(hierarchy.sums if hierarchy else ())} for name, hierarchy in ways.items()]
    cells = list(zip(*(columns[name] for name in keys), strict=True))
    kept = [
        row for row, codes in enumerate(cells) if not any(code in sums for code, sums in zip(codes, above, strict=True))
    ]
    if not kept:
        what, remedy = "the table holds sums only.", "Give the inner cells too."
        raise InputError([Fault("no_cells", what, Place(source.name), remedy=remedy)])
    if described.frequency:
        faults = list(_not_additive(described.frequency, columns, cells, kept, ways, totals, source, lines))
        if faults:
            raise InputError(faults)
    return {name: [column[row] for row in kept] for name, column in columns.items()}, [lines[row] for row in kept]


def _not_additive(
    frequency: str,
    columns: Mapping[str, list[str]],
    cells: Sequence[tuple[str, ...]],
    kept: Sequence[int],
    ways: Mapping[str, Hierarchy | None],
    totals: Mapping[str, str],
    source: Path,
    lines: Sequence[int],
) -> Iterator[Fault]:
    counts = [int(text) if text.isascii() and text.isdecimal() else None for text in columns[frequency]]
    added: dict[tuple[str, ...], int] = defaultdict(int)
    unsure: set[tuple[str, ...]] = set()  # sums over a count that is none
    for row in kept:
        held = [
            (totals[name], *(hierarchy.ways.get(code, (code,)) if hierarchy else (code,)))
            for (name, hierarchy), code in zip(ways.items(), cells[row], strict=True)
        ]
        count = counts[row]
        for codes in product(*held):
            added[codes] += count or 0
            unsure |= {codes} if count is None else set()
    for row, (codes, count) in enumerate(zip(cells, counts, strict=True)):
        place, text = Place(source.name, row=lines[row], column=frequency), columns[frequency][row]
        if count is None and text:
            what, remedy = "a count must be a whole number from 0.", "Correct the count."
            yield Fault("no_whole_number", what, place, text, remedy=remedy)
        elif count is not None and codes not in unsure and added[codes] != count:
            what = "the sum is {given}, its inner cells make {added}."
            values = {"given": count, "added": added[codes]}
            yield Fault("not_additive", what, place, remedy="Give a table whose sums add up.", values=values)
