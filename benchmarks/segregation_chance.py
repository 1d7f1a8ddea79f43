"""Test of H against chance: 500 areas, 5 groups, 1,000 draws.

Both packages draw under the same assumption: groups keep their totals, areas have theirs on average. They draw different
tables, so H and p must agree, not the draws. What the product does unasked, totals of areas kept too: segregation_margins.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks._cities import frame_of, plain_entropy, plain_m, read_city, write_city

AIM = "at least 15 times faster"
FLOORS = {"times": 15}
PEER = "segregation"
LOADED = ("segregation.inference", "segregation.multigroup")
DRAWS, SEED = 1000, 1


def prepare(folder: Path) -> None:
    """A city of 500 areas with 4,000 people each."""
    write_city(folder, 500, 5, 4000)


def ready(folder: Path) -> Any:
    """The counts."""
    import scipy.stats  # noqa: F401  # only the plain side needs it; loading is not timed

    return read_city(folder)


def ours(counts: Any) -> list[float]:
    """The product's permutation test."""
    import numpy as np

    from sozialraum.analysis.segregation import chance_test
    from sozialraum.analysis.segregation.measures import theil

    found = chance_test(counts, theil, DRAWS, np.random.default_rng(SEED), "groups")
    return [found.value, found.p]


def plain(counts: Any) -> list[float]:
    """One pandas frame per drawn table."""
    from scipy.stats import random_table

    seen = _theil(counts)
    tables = random_table(counts.sum(axis=1).astype(int), counts.sum(axis=0).astype(int), seed=SEED)
    beyond = sum(_theil(tables.rvs()) >= seen for _ in range(DRAWS))
    return [seen, (1 + beyond) / (1 + DRAWS)]


def _theil(counts: Any) -> float:
    frame = frame_of(counts)
    return plain_m(frame) / plain_entropy(frame)


def peer(counts: Any) -> list[float]:
    """The same with PySAL's package, one process; p counted as ours is."""
    import pandas as pd
    from segregation.inference import SingleValueTest
    from segregation.multigroup import MultiInfoTheory

    groups = [f"g{at}" for at in range(counts.shape[1])]
    seen = MultiInfoTheory(pd.DataFrame(counts, columns=groups), groups)
    found = SingleValueTest(seen, iterations_under_null=DRAWS, n_jobs=1)
    beyond = int((found.est_sim >= seen.statistic).sum())
    return [float(seen.statistic), (1 + beyond) / (1 + DRAWS)]
