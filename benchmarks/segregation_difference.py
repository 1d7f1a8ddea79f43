"""Difference of H between two dates: 500 areas, 5 groups, 1,000 draws.

Both sides swap the dates of areas at random, with other draws; the differences seen must agree.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks._cities import read_city, write_city

AIM = "at least 30 times faster"
FLOORS = {"times": 30}
PEER = "segregation"
LOADED = ("segregation.inference", "segregation.multigroup")
DRAWS, SEED = 1000, 1


def prepare(folder: Path) -> None:
    """A city of 500 areas with 4,000 people each."""
    write_city(folder, 500, 5, 4000)


def ready(folder: Path) -> Any:
    """The counts of both dates; every count moves by up to 30 people."""
    import numpy as np

    counts = read_city(folder)
    moved = np.random.default_rng(SEED).integers(-30, 31, counts.shape)
    return counts, np.maximum(counts + moved, 0.0)


def ours(dates: Any) -> float:
    """The product's test."""
    import numpy as np

    from sozialraum.analysis.segregation import difference_test
    from sozialraum.analysis.segregation.measures import theil

    return abs(difference_test(*dates, theil, DRAWS, np.random.default_rng(SEED)).value)


def peer(dates: Any) -> float:
    """The same with PySAL's package, one process."""
    import pandas as pd
    from segregation.inference import TwoValueTest
    from segregation.multigroup import MultiInfoTheory

    groups = [f"g{at}" for at in range(dates[0].shape[1])]
    both = [MultiInfoTheory(pd.DataFrame(one, columns=groups), groups) for one in dates]
    return abs(float(TwoValueTest(*both, iterations_under_null=DRAWS, n_jobs=1).est_point_diff))
