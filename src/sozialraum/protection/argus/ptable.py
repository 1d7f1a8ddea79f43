"""Perturbation tables in the files of tau-Argus: i;j;p;v;upper bound, one line per change of a count."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sozialraum.errors import Fault, InputError, Place
from sozialraum.protection.argus.files import text_lines
from sozialraum.protection.noise import PerturbationTable
from sozialraum.texts import Numeral

Line = tuple[int, int, int, float, int]  # line, i, j, p, v
EXACT = 1e-5


def read_ptable(path: Path) -> PerturbationTable:
    """The table in the file. Raises: CallError, InputError with every fault and its line."""
    faults: list[Fault] = []
    rows: dict[int, list[Line]] = {}
    for line, text in enumerate(text_lines(path)[1:], start=2):
        if text.strip():
            found = _line(text, line)
            if found is None:
                what, remedy = "the line holds no i;j;p;v.", "Give a table of counts (no table of values)."
                faults.append(Fault("ptable", what, Place(path.name, row=line), remedy=remedy))
            else:
                rows.setdefault(found[1], []).append(found)
    faults = faults or list(_faults(rows, path.name))
    if faults:
        raise InputError(faults)
    made = []
    for count in sorted(rows):
        ordered = sorted((v, p) for _, _, _, p, v in rows[count])
        p = np.array([one for _, one in ordered])
        made.append((np.array([v for v, _ in ordered], dtype=np.int64), p / p.sum()))
    return PerturbationTable(tuple(made))


def _line(text: str, line: int) -> Line | None:
    cells = [cell.strip().strip('"').replace(",", ".") for cell in text.split(";")]
    try:
        i, j, p, v = (float(cell) for cell in cells[:4])
    except ValueError:
        return None
    if i % 1 or j % 1 or v % 1 or not 0 <= p <= 1 or i < 0:
        return None
    return line, int(i), int(j), p, int(v)


def _faults(rows: dict[int, list[Line]], file: str) -> Iterator[Fault]:
    if sorted(rows) != list(range(len(rows))) or not rows:
        what, remedy = "the counts i have a gap.", "Every count from 0 to the largest needs its lines."
        yield Fault("ptable", what, Place(file), remedy=remedy)
    for count, lines in rows.items():
        total = sum(p for _, _, _, p, _ in lines)
        if abs(total - 1) > EXACT:
            what, values = (
                "the probabilities of count {count} add up to {total}.",
                {"count": count, "total": Numeral(total, ".6f")},
            )
            yield Fault("ptable", what, Place(file, row=lines[0][0]), remedy="They must add up to 1.", values=values)
        for line, i, j, _, v in lines:
            if j != i + v or j < 0:
                yield Fault("ptable", "j is not i + v.", Place(file, row=line), remedy="Correct the line.")
    if 0 in rows and [v for *_, v in rows[0]] != [0]:
        what, remedy = "a count of 0 would change.", "0 must stay 0."
        yield Fault("ptable", what, Place(file, row=rows[0][0][0]), remedy=remedy)
