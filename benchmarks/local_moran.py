"""Local Moran of 5,000 areas, 999 draws, against esda itself, nine times.

Ours adds two-sided p, islands and gaps, and may cost little more than esda; both sides must find the same p up to the tail.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

AIM = "at most 5 % slower"
FLOORS = {"times": 0.95}
PEER = "esda"
DRAWS, SEED, TIMES = 999, 1, 9


def prepare(folder: Path) -> None:
    """Places at random with a value that neighbours share in part."""
    import numpy as np

    chance = np.random.default_rng(5)
    places = chance.random((5000, 2)) * 20_000
    np.savez(folder / "places.npz", places=places, values=np.sin(places[:, 0] / 2000) + chance.normal(size=5000))


def ready(folder: Path) -> Any:
    """Values, neighbours and their graph; both sides have run once, so that nothing is loaded or compiled in the time."""
    import numpy as np

    from sozialraum.analysis.autocorrelation import local_moran, nearest

    held = np.load(folder / "places.npz")
    among = nearest(held["places"], 6)
    local_moran(held["values"], among, 9)
    return held["values"], among, among.graph


def ours(given: Any) -> list[float]:
    """The product's local Moran."""
    from sozialraum.analysis.autocorrelation import local_moran

    for _ in range(TIMES):
        found = local_moran(given[0], given[1], DRAWS, SEED)
    return [float(found.value.sum()), float(found.p.sum())]


def peer(given: Any) -> list[float]:
    """esda alone; its value brought to the same divisor, its one tail doubled."""
    import warnings

    import numpy as np
    from esda import Moran_Local

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(TIMES):
            found = Moran_Local(given[0], given[2], permutations=DRAWS, seed=SEED)
    size = len(given[0])
    return [float(found.Is.sum()) * size / (size - 1), float(np.minimum(1.0, 2 * found.p_sim).sum())]
