"""The 1,600 nearest people of each of 500,000 cells of a raster, two groups.

Both sides take whole distances, so people, group and metres must agree cell by cell.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

AIM = "at least 50 times faster"
FLOORS = {"times": 50}
PEER = "equipop"
LOADED = ("equipop.cells", "equipop.fastcounts")
ROWS, COLUMNS, SIDE, K = 1000, 500, 100.0, 1600


def prepare(folder: Path) -> None:
    """Some five people a cell, every fourth in the group, denser here than there."""
    import numpy as np

    chance = np.random.default_rng(1)
    people = chance.poisson(chance.gamma(1.5, 8 / 3, (ROWS, COLUMNS))) + 1
    np.savez(folder / "raster.npz", people=people, group=chance.binomial(people, 0.25))


def ready(folder: Path) -> Any:
    """Places of the cells' centres, counts of the group and of the others."""
    import numpy as np
    import scipy.spatial  # noqa: F401  # loading modules is not timed on either side

    import sozialraum.analysis.spatial_segregation  # noqa: F401

    held = np.load(folder / "raster.npz")
    down, right = np.mgrid[:ROWS, :COLUMNS]
    places = np.column_stack([right.ravel(), down.ravel()]) * SIDE + SIDE / 2
    return places, np.column_stack([held["group"].ravel(), (held["people"] - held["group"]).ravel()]).astype(float)


def ours(given: Any) -> list[float]:
    """The product's neighbourhoods."""
    from sozialraum.analysis.spatial_segregation import nearest_people

    (found,) = nearest_people(*given, [K])
    return _summary(found.counts.sum(axis=1), found.counts[:, 0], found.distance)


def peer(given: Any) -> list[float]:
    """The same with equipop, its fast way."""
    import contextlib
    import io

    from equipop import run_knn_counts
    from equipop.cells import CellData

    places, counts = given
    cells = CellData(places[:, 0], places[:, 1], counts.sum(axis=1), {"g": counts[:, 0]}, unit_size=SIDE)
    with contextlib.redirect_stdout(io.StringIO()):
        found = run_knn_counts(cells, [K], report=False, self_potential=0.0, overshoot_mode="whole")
    return _summary(*(found[name].to_numpy() for name in (f"N_{K}", f"T_g_{K}", f"Dist_{K}")))


def _summary(people: Any, group: Any, metres: Any) -> list[float]:
    """Numbers that change when any cell does: sums, and sums with weights."""
    import numpy as np

    weights = np.sin(np.arange(len(people)))
    return [float(one @ by) for one in (people, group, metres) for by in (np.ones(len(people)), weights)]
