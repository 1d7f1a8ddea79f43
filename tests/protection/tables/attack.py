"""An attacker written apart from the engine: knows the codes, the published counts, and that no count is negative.

Works on the inner cells: every line of the table is the sum of the inner cells that it holds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from tests.protection.tables.towns import Cells


class Attacker:
    """Reads the table and the hierarchies (which are public), not the counts of the cells."""

    def __init__(self, cells: Cells, chains: list[list[str]], table: Cells, known: dict[int, int] | None = None):
        self.sums = _holds(cells, chains, table)
        self.open = np.array([text != "" for text in table["n"]])
        self.published = np.array([int(text or 0) for text in table["n"]])
        self.known = known or {}

    def bounds(self, line: int) -> tuple[float, float]:
        """The least and the largest count that the line may have."""
        rows = self.sums[np.flatnonzero(self.open)]
        sides = self.published[self.open]
        for other, count in self.known.items():  # an insider knows the count of a hidden line
            rows = np.vstack([rows, self.sums[other]])
            sides = np.append(sides, count)
        goal = self.sums[line].astype(float)
        ends = [linprog(sign * goal, A_eq=csr_matrix(rows), b_eq=sides, method="highs") for sign in (1, -1)]
        low, high = (
            sign * end.fun if end.status == 0 else sign * np.inf for sign, end in zip((1, -1), ends, strict=True)
        )
        return low, high if high != -np.inf else np.inf

    def narrowed(self, lines: list[int], minimum: int) -> list[int]:
        """Sensitive lines whose interval is too narrow: above 0 or below the minimum."""
        found = []
        for line in lines:
            low, high = self.bounds(line)
            if low > 1e-6 or high < minimum - 1e-6:
                found.append(line)
        return found


def _holds(cells: Cells, chains: list[list[str]], table: Cells) -> NDArray[np.int64]:
    """Lines x inner cells: 1 where the line holds the cell."""
    count = len(next(iter(cells.values())))
    held = np.ones((len(table["n"]), count), dtype=np.int64)
    for name in dict.fromkeys(chain[0] for chain in chains):
        columns = {column for chain in chains if chain[0] == name for column in chain}
        codes = [{cells[column][cell] for column in columns} | {"Total"} for cell in range(count)]
        held *= np.array([[code in one for one in codes] for code in table[name]], dtype=np.int64)
    return held
