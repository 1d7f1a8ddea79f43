"""From a solution in fractions to one in whole numbers: fix the nearest values, solve again, turn back where it fails.

The vertices of a program over three or more dimensions, or over two geographies, are often in halves and thirds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.solver import Bounds, Floats, Program

TINY = 1e-6
SHARE = 0.25  # of the fractional columns fixed in one step
MISSES = 6


def whole(program: Program, solution: Floats, columns: Bounds) -> Floats:
    """The solution in whole numbers as far as the steps lead; the bounds of the program are left changed.

    `columns`: the bounds under which the solution was found. Columns that are still fractional in what comes back
    could not be rounded: the reader has to leave them out with all that hangs together with them.
    """
    lower, upper, share = columns.lower.copy(), columns.upper.copy(), SHARE
    misses = 0
    while misses < MISSES and (loose := odd(solution)).any():
        near = _nearest(solution, np.flatnonzero(loose), share)
        values = np.clip(np.rint(solution[near]), lower[near], upper[near])
        program.bound(near, values, values)
        found = program.solve()
        if found is not None:
            lower[near], upper[near], solution = values, values, found
            continue
        misses += 1
        if len(near) == 1:
            _turn_back(int(near[0]), float(values[0]), solution, lower, upper)
        program.bound(near, lower[near], upper[near])
        share = 0.0 if len(near) < 5 else share / 4
    return solution


def odd(solution: Floats) -> NDArray[np.bool_]:
    """Which values are no whole numbers."""
    return np.asarray(np.abs(solution - np.rint(solution)) > TINY)


def _nearest(solution: Floats, loose: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    """The share of the loose columns that lie nearest to whole numbers, one at least."""
    away = np.abs(solution[loose] - np.rint(solution[loose]))
    return loose[np.argsort(away, kind="stable")[: max(1, int(len(loose) * share))]]


def _turn_back(column: int, value: float, solution: Floats, lower: Floats, upper: Floats) -> None:
    """Where a column cannot take its nearest whole number it goes to the other side."""
    if value > solution[column]:
        upper[column] = value - 1
    else:
        lower[column] = value + 1
