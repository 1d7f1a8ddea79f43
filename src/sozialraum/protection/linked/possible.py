"""Whole numbers of people that add up to known counts: one possible table, and how people move when counts change."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.linked.remembered import Remembered
from sozialraum.protection.tables import Bounds, Program, together

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Marks = NDArray[np.bool_]
NODES = 1000
BATCH = 500
"""Columns in one program, unless one part alone holds more."""
SMALL = 1e-6
LACKING = 1000.0
"""What a count that cannot be reached costs beside a person who moves."""


def possible(matrix: csr_matrix, sides: Floats, remembered: Remembered) -> Ints:
    """Whole numbers x >= 0 with matrix x = sides, as far as the sides do not contradict each other.

    Where they do, as few persons as can be are added or left out.
    """
    found = np.zeros(matrix.shape[1])
    parts = together(matrix)
    for inside in _batches(parts):
        rows = np.flatnonzero(np.diff(matrix[:, inside].indptr) > 0)
        mine = matrix[rows][:, inside]
        found[inside] = remembered.once(partial(_solved, mine, sides[rows], whole=False), mine, sides[rows])
    for part in np.unique(parts[_odd(found)]).tolist():
        inside = np.flatnonzero(parts == part)
        rows = np.flatnonzero(np.diff(matrix[:, inside].indptr) > 0)
        mine = matrix[rows][:, inside]
        about = mine, sides[rows], found[inside]
        found[inside] = remembered.once(partial(_whole, *about), *about)
    return np.rint(found).astype(np.int64)


def _odd(found: Floats) -> Marks:
    return np.asarray(np.abs(found - np.rint(found)) > SMALL)


def _whole(matrix: csr_matrix, sides: Floats, found: Floats) -> Floats:
    """The best numbers in fractions as whole ones: those near an odd one anew; all of them where more is lacking then."""
    near = np.flatnonzero((abs(matrix) @ _odd(found) > 0) & (np.diff(matrix.indptr) <= BATCH))
    loose = np.union1d(np.unique(matrix[near].indices), np.flatnonzero(_odd(found)))
    rows = np.flatnonzero(np.diff(matrix[:, loose].indptr) > 0)
    rounded = np.rint(found)
    rounded[loose] = 0
    left = (sides - matrix @ rounded)[rows]
    rounded[loose] = np.rint(_solved(matrix[rows][:, loose], left, whole=True))
    lacking = [float(np.abs(matrix @ one - sides).sum()) for one in (found, rounded)]
    enough = lacking[1] <= np.ceil(lacking[0] - SMALL) + SMALL
    return rounded if enough else _solved(matrix, sides, whole=True)


def _batches(parts: Ints) -> Iterator[Ints]:
    """Columns of whole parts, in programs of a size that is solved fast."""
    order = np.argsort(parts, kind="stable")
    sizes = np.bincount(parts)
    number = (np.cumsum(sizes) - sizes) // BATCH
    for one in np.unique(number).tolist():
        yield order[number[parts[order]] == one]


def _solved(matrix: csr_matrix, sides: Floats, *, whole: bool) -> Floats:
    from scipy.sparse import eye, hstack

    rows, size = matrix.shape
    slack = eye(rows, format="csr")
    program = Program(
        hstack([matrix, slack, -slack]).tocsr(),
        Bounds(sides, sides),
        Bounds(np.zeros(size + 2 * rows), np.full(size + 2 * rows, np.inf)),
        np.concatenate([np.zeros(size), np.ones(2 * rows)]),
        whole=whole,
        nodes=NODES,
    )
    solution = program.solve()
    return np.zeros(size) if solution is None else solution[:size]


def moved(matrix: csr_matrix, have: Floats, change: Floats, held: Marks) -> Iterator[Ints | None]:
    """Per line the shortest whole-number change of `have` (nobody below 0) that changes the held counts so.

    `matrix`: counts x atoms; `have`: lines x atoms; `change`, `held`: lines x counts. None where there is no such change.
    """
    solutions = _shortest(matrix, have, change, held, whole=False)
    for row, one in enumerate(solutions):
        if (np.abs(one - np.rint(one)) > 1e-6).any():
            here = slice(row, row + 1)
            one = _shortest(matrix, have[here], change[here], held[here], whole=True)[0]
        amounts = np.rint(one).astype(np.int64)
        exact = (matrix @ amounts == change[row])[held[row]].all() and (have[row] + amounts >= 0).all()
        yield amounts if exact else None


def _shortest(matrix: csr_matrix, have: Floats, change: Floats, held: Marks, *, whole: bool) -> Floats:
    from scipy.sparse import eye, hstack, kron

    lines, size = have.shape
    rows = kron(eye(lines, format="csr"), matrix).tocsr()[np.flatnonzero(held.ravel())]
    slack = eye(rows.shape[0], format="csr")
    sides = change[held]
    program = Program(
        hstack([rows, -rows, slack, -slack]).tocsr(),
        Bounds(sides, sides),
        Bounds(np.zeros(2 * have.size + 2 * len(sides)), _most(have, len(sides))),
        np.concatenate([np.ones(2 * have.size), np.full(2 * len(sides), LACKING)]),
        whole=whole,
        nodes=NODES,
    )
    solution = program.solve()
    if solution is None:
        return np.zeros_like(have)
    return (solution[: have.size] - solution[have.size : 2 * have.size]).reshape(lines, size)


def _most(have: Floats, sides: int) -> Floats:
    return np.concatenate([np.full(have.size, np.inf), have.ravel(), np.full(2 * sides, np.inf)])
