"""Linear and 0/1 programs through HiGHS: one thread, fixed seed, limits in nodes and never in seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Floats = NDArray[np.float64]


# Cover models are small and nearly solved at the root: most cuts of HiGHS idle, and its other tricks cost more than they bring.
LEAN = {
    "mip_pool_soft_limit": 1,
    "mip_pool_age_limit": 1,
    "mip_allow_restart": False,
    "mip_detect_symmetry": False,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_pscost_minreliable": 0,
}
IDLE = 10  # as HiGHS does by itself


@dataclass(frozen=True, slots=True)
class Bounds:
    """Lower and upper bounds of a vector."""

    lower: Floats
    upper: Floats


class Program:
    """min cost x, rows.lower <= A x <= rows.upper, columns within bounds; may be solved again with other costs."""

    def __init__(
        self,
        matrix: csr_matrix,
        rows: Bounds,
        columns: Bounds,
        cost: Floats,
        *,
        whole: bool = False,
        nodes: int = 0,
        gap: float = 1e-3,
        idle: int = IDLE,
        presolve: bool = True,
    ):
        """`idle`: rounds after which a search over whole numbers lets go of cuts that hold nothing back."""
        import highspy

        self.highs: Any = highspy.Highs()
        options: dict[str, Any] = {"output_flag": False, "threads": 1, "parallel": "off", "random_seed": 1}
        if whole:
            options |= {"mip_max_nodes": nodes, "mip_rel_gap": gap, "mip_lp_age_limit": idle, **LEAN}
        if not presolve:
            options["presolve"] = "off"
        for name, value in options.items():
            self.highs.setOptionValue(name, value)
        self.size = matrix.shape[1]
        self._pass(matrix, rows, columns, cost, whole=whole)
        self._optimal = highspy.HighsModelStatus.kOptimal

    def _pass(self, matrix: csr_matrix, rows: Bounds, columns: Bounds, cost: Floats, *, whole: bool) -> None:
        """The model as arrays: as lists they take several times as long."""
        import highspy

        by_rows, smallest = highspy.MatrixFormat.kRowwise.value, highspy.ObjSense.kMinimize.value
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        size = (matrix.shape[1], matrix.shape[0], matrix.nnz)
        bounds = (columns.lower, columns.upper, rows.lower, rows.upper)
        entries = (matrix.indptr, matrix.indices, matrix.data.astype(np.float64))
        kinds = np.full(self.size, kind.value, dtype=np.int32)
        self.highs.passModel(*size, by_rows, smallest, 0.0, cost, *bounds, *entries, kinds)

    def relax(self, first: int) -> None:
        """Columns from this one on need not be whole: where others make them whole anyway, cuts on them cost time."""
        import highspy

        columns = np.arange(first, self.size, dtype=np.int32)
        kinds = np.full(len(columns), highspy.HighsVarType.kContinuous)
        self.highs.changeColsIntegrality(len(columns), columns, kinds)

    def start(self, values: Floats) -> None:
        """Begin a 0/1 program from this solution."""
        import highspy

        solution = highspy.HighsSolution()
        solution.col_value = values.tolist()
        self.highs.setSolution(solution)

    def price(self, cost: Floats) -> None:
        """Other costs."""
        self.highs.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), cost)

    def bound(self, columns: NDArray[np.int64], lower: Floats, upper: Floats) -> None:
        """Other bounds of these columns."""
        self.highs.changeColsBounds(len(columns), columns.astype(np.int32), lower, upper)

    def solve(self) -> Floats | None:
        """The best solution found, None when there is none."""
        self.highs.run()
        if self.highs.getModelStatus() != self._optimal and self.highs.getInfo().primal_solution_status != 2:
            return None
        return np.array(self.highs.getSolution().col_value)

    def duals(self) -> Floats:
        """One per row of the last linear program."""
        return np.array(self.highs.getSolution().row_dual)


def equal(size: int) -> Bounds:
    """Rows that are zero."""
    return Bounds(np.zeros(size), np.zeros(size))
