"""Header rows: one name per column out of one or more rows, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sozialraum.declared import nearest
from sozialraum.errors import Fault, Place
from sozialraum.texts import Names


def names(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Column names out of header rows; names of several rows are joined by " | ", merged cells reach to the right."""
    width = max((len(row) for row in rows), default=0)
    filled = [_clean(row, width) for row in rows]
    upper = [_to_the_right(row) for row in filled[:-1]]
    joined = (
        " | ".join(dict.fromkeys(part for part in parts if part)) for parts in zip(*upper, *filled[-1:], strict=True)
    )
    return tuple(name or f"column {place}" for place, name in enumerate(joined, 1))


def _clean(row: Sequence[str], width: int) -> list[str]:
    return [" ".join(cell.split()) for cell in row] + [""] * (width - len(row))


def _to_the_right(row: list[str]) -> list[str]:
    found, last = [], ""
    for cell in row:
        last = cell or last
        found.append(last)
    return found


def unique(header: Iterable[str]) -> list[str]:
    """Names that occur again get their number, so that each column can be told apart."""
    seen: dict[str, int] = {}
    found = []
    for name in header:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def faults(header: Sequence[str], needed: Sequence[str], place: Place) -> tuple[Fault, ...]:
    """A fault for each needed column that is missing or stands there twice."""
    absent = [_missing(name, header, needed, place) for name in needed if name not in header]
    doubled = [_doubled(name, place) for name in needed if list(header).count(name) > 1]
    return (*absent, *doubled)


def _missing(name: str, header: Sequence[str], needed: Sequence[str], place: Place) -> Fault:
    others = [one for one in header if one not in needed] or list(header)
    close = nearest(name, others)
    return Fault(
        "column_missing",
        "Column '{column}' is missing; not used so far: {found}.",
        Place(place.file, place.sheet, column=name),
        why="The source reads it.",
        remedy="If '{close}' is meant, write that name in the source, or rename it by a correction."
        if close
        else "If another column holds it, write its name in the source; if the table starts further down, set skip.",
        values={"column": name, "found": Names(others[:12]) if others else "-", "close": close},
    )


def _doubled(name: str, place: Place) -> Fault:
    return Fault(
        "column_doubled",
        "Two columns are called '{column}'.",
        Place(place.file, place.sheet, column=name),
        why="It is not clear which one is meant.",
        remedy="Ask for a file with one such column, or read both header rows (header = 2 under [file]).",
        values={"column": name},
    )
