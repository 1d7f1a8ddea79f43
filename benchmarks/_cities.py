"""Invented cities for the benchmarks of segregation: counts of areas and groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def write_city(folder: Path, areas: int, groups: int, people: int) -> None:
    """Areas of very different size, groups spread unevenly over them; `people` is a usual size."""
    import numpy as np

    chance = np.random.default_rng(areas)
    mixes = chance.dirichlet(chance.dirichlet(np.full(groups, 2.0)) * 8, size=areas)
    sizes = chance.lognormal(np.log(people), 0.6, areas).astype(int) + 1
    np.save(folder / "counts.npy", np.stack([chance.multinomial(*one) for one in zip(sizes, mixes, strict=True)]))


def read_city(folder: Path) -> Any:
    """The counts, (areas, groups), as numbers with a fraction; the measures are loaded beforehand."""
    import numpy as np
    import pandas as pd  # noqa: F401  # loading modules is not timed on either side

    import sozialraum.analysis.segregation  # noqa: F401

    return np.load(folder / "counts.npy").astype(float)


def write_places(folder: Path, places: int, groups: int) -> None:
    """Places at random, 250 m apart on average, some 50 people of each group."""
    import numpy as np

    chance = np.random.default_rng(places)
    metres = chance.random((places, 2)) * 250 * places**0.5
    np.savez(folder / "places.npz", metres=metres, counts=chance.poisson(50, (places, groups)))


def read_places(folder: Path) -> Any:
    """Places (n, 2) in metres and counts; libraries are loaded and warm."""
    import numpy as np
    import scipy.spatial  # noqa: F401

    from sozialraum.analysis.spatial_segregation import surroundings

    held = np.load(folder / "places.npz")
    surroundings(np.eye(2), np.eye(2), 1.0)
    return held["metres"], held["counts"].astype(float)


def frame_of(counts: Any) -> Any:
    """The counts as people keep them: area, group, n."""
    import pandas as pd

    wide = pd.DataFrame(counts, columns=[f"g{at}" for at in range(counts.shape[1])])
    return wide.rename_axis("area").reset_index().melt("area", var_name="group", value_name="n")


def plain_m(frame: Any) -> float:
    """Mutual information of area and group with pandas."""
    import numpy as np

    lived = frame[frame["n"] > 0]
    total = lived["n"].sum()
    areas, groups = (lived.groupby(name)["n"].transform("sum") for name in ("area", "group"))
    return float((lived["n"] / total * np.log(lived["n"] * total / (areas * groups))).sum())


def plain_entropy(frame: Any) -> float:
    """Entropy of the groups with pandas."""
    import numpy as np

    share = frame.groupby("group")["n"].sum() / frame["n"].sum()
    return float(-(share * np.log(share)).sum())
