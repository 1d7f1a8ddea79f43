"""Who is a neighbour of whom: common borders, a distance, or the k nearest; islands stay islands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.areas import clean
from sozialraum.errors import CallError, MismatchError

Array = NDArray[np.float64]
_SLACK = 1e-4  # of the side of a usual area: 10 cm where areas are 1 km across


@dataclass(frozen=True, eq=False)
class Neighbours:
    """Binary neighbourhood of n areas: a sparse matrix (n, n) of ones, nobody a neighbour of itself."""

    matrix: Any

    def __len__(self) -> int:
        return int(self.matrix.shape[0])

    @property
    def count(self) -> NDArray[np.int64]:
        """Number of neighbours of each area; 0 = an island."""
        return np.asarray(np.diff(self.matrix.indptr), np.int64)

    def among(self, chosen: NDArray[np.bool_]) -> Neighbours:
        """The neighbourhood of the chosen areas, as if the others were not there."""
        return self if chosen.all() else Neighbours(self.matrix[chosen][:, chosen].tocsr())

    @cached_property
    def graph(self) -> Any:
        """The same as libpysal's Graph, binary, made once. No island may be left in it."""
        from libpysal.graph import Graph

        found = self.matrix.tocoo()
        return Graph.from_arrays(found.row, found.col, found.data)


def contiguity(shapes: NDArray[np.object_], corners: bool = True) -> Neighbours:
    """Areas that share a border; with `corners` also those that meet in a point only (queen, otherwise rook).

    Any reference system will do. Borders that miss or cross each other by a ten-thousandth of a usual area's side are made
    to meet first; None has no neighbours. Raises: NoAnswerError when an area lies completely under others.
    """
    import shapely
    from geopandas import GeoSeries
    from libpysal.graph import Graph

    known = np.flatnonzero([one is not None for one in shapes])
    outlines = np.asarray(shapes)[known]
    meeting = clean(outlines, _SLACK * float(np.sqrt(np.median(shapely.area(outlines))))) if len(known) else outlines
    found = Graph.build_contiguity(GeoSeries(meeting), rook=not corners).sparse.tocoo()
    real = found.data > 0
    return _binary(len(shapes), known[found.row[real]], known[found.col[real]])


def within(metres: Array, distance: float) -> Neighbours:
    """Places not farther than `distance` metres from each other; unknown places (NaN) have no neighbours."""
    from scipy.spatial import cKDTree

    if not 0 < distance < np.inf:
        raise CallError("The distance of neighbours must be above 0.")
    known = np.flatnonzero(np.isfinite(metres).all(axis=1))
    pairs = known[cKDTree(metres[known]).query_pairs(distance * (1 + 1e-9), output_type="ndarray").astype(np.intp)]
    return _binary(len(metres), *np.concatenate([pairs, pairs[:, ::-1]]).T)


def nearest(metres: Array, k: int) -> Neighbours:
    """The k nearest places of each, and all others as near as the k-th; unknown places (NaN) have no neighbours."""
    from scipy.spatial import cKDTree

    known = np.flatnonzero(np.isfinite(metres).all(axis=1))
    if not 0 < k < len(known):
        raise CallError("The number of nearest neighbours must be from 1 to {most}.", most=max(1, len(known) - 1))
    tree = cKDTree(metres[known])
    reach = tree.query(metres[known], k=k + 1)[0][:, -1]
    found = tree.query_ball_point(metres[known], reach * (1 + 1e-9))
    rows = np.repeat(np.arange(len(known)), [len(one) for one in found])
    columns = np.concatenate([np.array(sorted(one), np.intp) for one in found])
    other = rows != columns
    return _binary(len(metres), known[rows[other]], known[columns[other]])


def _binary(size: int, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Neighbours:
    from scipy.sparse import csr_array

    matrix = csr_array((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    matrix.sort_indices()
    return Neighbours(matrix)


def usable(values: Array, neighbours: Neighbours) -> NDArray[np.bool_]:
    """Which areas have a value and a neighbour with a value; all others take no part. Raises: MismatchError."""
    if len(values) != len(neighbours):
        what = "There are {values} values and {areas} areas with neighbours."
        raise MismatchError(what, values=len(values), areas=len(neighbours))
    known = np.isfinite(values)
    return np.asarray(known & (neighbours.matrix @ known.astype(np.float64) > 0))
