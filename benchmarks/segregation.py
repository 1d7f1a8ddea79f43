"""Multigroup Gini of 5,000 areas and 5 groups.

The plain way compares every pair of areas, as the definition says; ours sorts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks._cities import read_city, write_city

AIM = "at least 100 times faster"
FLOORS = {"times": 100}
PEER = "segregation"
LOADED = ("segregation.multigroup",)


def prepare(folder: Path) -> None:
    """A city of 5,000 areas."""
    write_city(folder, 5000, 5, 400)


def ready(folder: Path) -> Any:
    """The counts."""
    return read_city(folder)


def ours(counts: Any) -> float:
    """The product's Gini."""
    from sozialraum.analysis.segregation.measures import multigroup_gini

    return float(multigroup_gini(counts))


def plain(counts: Any) -> float:
    """All pairs of areas with numpy, one group at a time."""
    import numpy as np

    people, total = counts.sum(axis=1), counts.sum()
    share = counts.sum(axis=0) / total
    gaps = 0.0
    for group in range(counts.shape[1]):
        within = counts[:, group] / people
        gaps += (np.outer(people, people) * np.abs(within[:, None] - within[None, :])).sum()
    return float(gaps / (2 * total**2 * (share * (1 - share)).sum()))


def peer(counts: Any) -> float:
    """The same with PySAL's package."""
    import pandas as pd
    from segregation.multigroup import MultiGini

    groups = [f"g{at}" for at in range(counts.shape[1])]
    return float(MultiGini(pd.DataFrame(counts, columns=groups), groups).statistic)
