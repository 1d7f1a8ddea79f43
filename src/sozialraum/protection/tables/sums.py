"""Lines of sums among the inner cells that no name gives away: a code that always holds what the others hold together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import Fault
from sozialraum.protection.tables.codes import TOTAL, Chain, Column, by_dimension

LEAST = 20
"""From so many persons on, over two combinations at least, a code is hardly the sum of the others by chance."""
Ints = NDArray[np.int64]


def hidden_sums(hierarchies: Sequence[Chain], counts: Ints) -> list[Fault]:
    """A warning for each code that holds in every combination as many as all others under the same coarser code.

    `hierarchies`: without faults, finest column first; `counts`: of every row.
    """
    found: dict[tuple[str, str], Fault] = {}
    numbers = {chains[0][0].name: _numbered(chains[0][0].cells) for chains in by_dimension(hierarchies)}
    for chains in by_dimension(hierarchies):
        finest = chains[0][0]
        cells = _by_code(numbers, finest.name, counts)
        first = np.unique(numbers[finest.name], return_index=True)[1]
        for coarse in (None, *(one for chain in chains for one in chain[1:])):
            above = [TOTAL] * len(first) if coarse is None else [coarse.cells[row] for row in first.tolist()]
            for code in _sums(cells, _numbered(above)):
                row = int(first[code])
                found.setdefault((finest.name, finest.cells[row]), _fault(finest, row, above[code]))
    return list(found.values())


def _numbered(codes: Sequence[str]) -> Ints:
    """The number of each code, from 0 in the order of their first rows."""
    known = {code: number for number, code in enumerate(dict.fromkeys(codes))}
    return np.fromiter(map(known.__getitem__, codes), np.int64, len(codes))


def _by_code(numbers: dict[str, Ints], name: str, counts: Ints) -> Ints:
    """The counts of each code of a dimension (rows) in each combination of the other dimensions (columns)."""
    combination = np.zeros_like(counts)
    for other, one in numbers.items():
        if other != name:
            _, combination = np.unique(combination * (int(one.max()) + 1) + one, return_inverse=True)
    cells = np.zeros((int(numbers[name].max()) + 1, int(combination.max()) + 1), dtype=np.int64)
    np.add.at(cells, (numbers[name], combination), counts)
    return cells


def _sums(cells: Ints, above: Ints) -> Iterator[int]:
    """The codes whose counts are those of all others under the same coarser code."""
    groups = np.zeros((int(above.max()) + 1, cells.shape[1]), dtype=np.int64)
    np.add.at(groups, above, cells)
    filled = cells.any(axis=1)
    others = np.bincount(above, weights=filled)[above] - filled
    equal = (2 * cells == groups[above]).all(axis=1) & (others > 1)
    enough = (cells.sum(axis=1) >= LEAST) & ((cells > 0).sum(axis=1) > 1)
    yield from np.flatnonzero(equal & enough).tolist()


def _fault(finest: Column, row: int, above: str) -> Fault:
    return Fault(
        "looks_like_sum",
        "this code holds in every combination as many as all others of '{above}' together.",
        finest.place(row),
        finest.cells[row],
        why="With lines of sums among the cells everybody counts twice, and hidden counts can be computed.",
        remedy="If it is their sum, leave its lines out; levels are written as columns.",
        severity="warning",
        values={"above": above},
    )
