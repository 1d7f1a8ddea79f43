"""How many households, establishments or other units stand behind every cell, from inner cells or from records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.model import System, holding

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Unit:
    """A second counting unit: a cell of persons also needs `minimum` of them.

    `column`: where it stands in the lines of the cells; `keys`: whether the column names the unit of each line (one line
    per person) instead of counting the units of the inner cell.
    """

    column: str
    minimum: int
    keys: bool = False


def numbers_of(unit: Unit, system: System, rows: Sequence[Ints], column: Sequence[object]) -> Ints:
    """How many of that unit stand behind each cell: exactly from keys, at least from counts per inner cell."""
    if unit.keys:
        return _distinct(system, rows, [str(one) for one in column])
    return _fewest(system, rows, np.array(column, dtype=np.int64))


def _distinct(system: System, rows: Sequence[Ints], keys: Sequence[str]) -> Ints:
    from scipy.sparse import coo_matrix

    number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    places = np.array([number[key] for key in keys], dtype=np.int64)
    inner = np.ravel_multi_index(tuple(rows), tuple(len(one.leaves) for one in system.dimensions))
    holds = holding(system)
    units = coo_matrix((np.ones(len(inner)), (inner, places)), shape=(holds.shape[1], len(number)))
    found: Ints = np.diff((holds @ units.tocsr()).tocsr().indptr).astype(np.int64)
    return found


def _fewest(system: System, rows: Sequence[Ints], counts: Ints) -> Ints:
    """A unit stands in one code of the first dimension and may stand in several of every other: the largest part counts.

    So what comes back is the least number of units that the counts of the inner cells allow.
    """
    cells = np.zeros(tuple(len(one.leaves) for one in system.dimensions), dtype=np.int64)
    np.add.at(cells, tuple(rows), counts)
    for axis, one in reversed(list(enumerate(system.dimensions))):
        parts = [np.take(cells, np.flatnonzero(held), axis=axis) for held in one.members]
        joined = [part.sum(axis=axis) if axis == 0 else part.max(axis=axis) for part in parts]
        cells = np.stack(joined, axis=axis)
    return cells.ravel()
