"""The joint system: every published cell of every combination of codes, and every sum that ties them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.dimension import Dimension
from sozialraum.texts import Names

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any


@dataclass(frozen=True, slots=True)
class System:
    """Cells in one vector (row-major over the nodes of the dimensions) with A x = 0, one row per published sum.

    `values`: int64 count of each cell; `times`: in how many lines of the table each cell stands.
    """

    dimensions: tuple[Dimension, ...]
    values: NDArray[np.int64]
    relations: csr_matrix
    times: NDArray[np.int64]

    @property
    def shape(self) -> tuple[int, ...]:
        """Nodes per dimension."""
        return tuple(len(one.members) for one in self.dimensions)

    def places(self, dimension: int) -> NDArray[np.int64]:
        """The node of every cell in that dimension."""
        axes = [1] * len(self.shape)
        axes[dimension] = self.shape[dimension]
        return np.broadcast_to(np.arange(self.shape[dimension]).reshape(axes), self.shape).ravel()

    def codes(self, cell: int) -> tuple[str, ...]:
        """The first code of the cell in each dimension."""
        nodes = np.unravel_index(cell, self.shape)
        found = zip(self.dimensions, nodes, strict=True)
        return tuple(one.code(int(node)) for one, node in found)


def named_cells(system: System, cells: Sequence[int], most: int = 20) -> Names:
    """The codes of these cells for a message, of no more than `most` of them."""
    return Names(" / ".join(system.codes(cell)) for cell in cells[:most])


def system(dimensions: Sequence[Dimension], rows: Sequence[NDArray[np.int64]], counts: NDArray[np.int64]) -> System:
    """The system over inner cells: `rows` holds the inner code of every line per dimension, `counts` its count."""
    inner = np.zeros(tuple(len(one.leaves) for one in dimensions), dtype=np.int64)
    np.add.at(inner, tuple(rows), counts)
    times = np.ones((), dtype=np.int64)
    for one in dimensions:
        times = np.multiply.outer(times, np.bincount(one.nodes, minlength=len(one.members)))
    return System(tuple(dimensions), summed(dimensions, inner), _relations(dimensions), times.ravel())


def summed(dimensions: Sequence[Dimension], inner: NDArray[np.int64]) -> NDArray[np.int64]:
    """All cells from the inner ones, as one vector."""
    cells = inner
    for axis, one in enumerate(dimensions):
        cells = np.moveaxis(np.tensordot(one.members.astype(np.int64), cells, axes=(1, axis)), 0, axis)
    return cells.ravel()


def holding(system: System) -> csr_matrix:
    """Which inner cells each cell holds: cells x inner cells (row-major over the inner codes), 1 where it does."""
    return held_by(system.dimensions)


def held_by(dimensions: Sequence[Dimension]) -> csr_matrix:
    """The inner cells that each cell over these dimensions holds, as in `holding`."""
    from functools import reduce

    from scipy.sparse import csr_matrix as csr
    from scipy.sparse import kron

    found = reduce(kron, [csr(one.members.astype(np.int64)) for one in dimensions]).tocsr()
    found.eliminate_zeros()  # kron keeps the zeros of blocks that are mostly filled
    return found


def lines(dimensions: Sequence[Dimension]) -> tuple[dict[str, list[str]], NDArray[np.int64]]:
    """The lines of the table: per dimension the code of every line, and the cell that each line shows."""
    shape = tuple(len(one.members) for one in dimensions)
    size = [len(one.codes) for one in dimensions]
    at = np.meshgrid(*(one.nodes for one in dimensions), indexing="ij")
    codes = {
        one.name: np.moveaxis(
            np.broadcast_to(np.array(one.codes, dtype=object), [*size[:axis], *size[axis + 1 :], size[axis]]), -1, axis
        )
        .ravel()
        .tolist()
        for axis, one in enumerate(dimensions)
    }
    return codes, np.ravel_multi_index(tuple(part.ravel() for part in at), shape)


def _relations(dimensions: Sequence[Dimension]) -> csr_matrix:
    from scipy.sparse import coo_matrix

    shape = tuple(len(one.members) for one in dimensions)
    numbers = np.arange(int(np.prod(shape))).reshape(shape)
    found = [np.empty((3, 0), dtype=np.int64)]
    first = 0
    for axis, one in enumerate(dimensions):
        lines = np.moveaxis(numbers, axis, 0).reshape(shape[axis], -1)
        for parent, children in one.relations:
            cells = lines[[parent, *children]]
            rows = np.broadcast_to(first + np.arange(lines.shape[1]), cells.shape)
            signs = np.full(cells.shape, -1)
            signs[0] = 1
            found.append(np.stack([rows.ravel(), cells.ravel(), signs.ravel()]))
            first += lines.shape[1]
    rows, cells, signs = np.concatenate(found, axis=1)
    return coo_matrix((signs.astype(np.int64), (rows, cells)), shape=(first, numbers.size)).tocsr()
