"""M and H between and within 50 districts, 5,000 areas, 5 groups, 1,000 bootstraps.

Both sides redraw people over cells in the same order, so their limits must agree to the last digits.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks._cities import frame_of, plain_entropy, plain_m, read_city, write_city

AIM = "under 10 s"
FLOORS = {"seconds": 10}
DRAWS, SEED, DISTRICT = 1000, 1, 100


def prepare(folder: Path) -> None:
    """A city of 5,000 areas."""
    write_city(folder, 5000, 5, 400)


def ready(folder: Path) -> Any:
    """The counts."""
    return read_city(folder)


def ours(counts: Any) -> list[float]:
    """The product's split on redrawn tables."""
    import numpy as np

    from sozialraum.analysis.segregation import bootstrap, nested

    places = np.arange(len(counts)) // DISTRICT
    drawn = bootstrap(counts, lambda one: _stacked(nested(one, [places])), DRAWS, np.random.default_rng(SEED))
    return [float(one) for one in np.quantile(drawn, [0.025, 0.975], axis=0).ravel()]


def _stacked(levels: Any) -> Any:
    import numpy as np

    return np.stack([one for pair in levels for one in pair], axis=-1)


def plain(counts: Any) -> list[float]:
    """One pandas frame per redrawn table."""
    import numpy as np

    generator, total = np.random.default_rng(SEED), int(counts.sum())
    rows = []
    for _ in range(DRAWS):
        frame = frame_of(generator.multinomial(total, (counts / total).ravel()).reshape(counts.shape))
        whole, entropy = plain_m(frame), plain_entropy(frame)
        coarse = frame.assign(area=frame["area"] // DISTRICT).groupby(["area", "group"], as_index=False)["n"].sum()
        between = plain_m(coarse)
        rows.append([between, between / entropy, whole - between, (whole - between) / entropy])
    return [float(one) for one in np.quantile(np.array(rows), [0.025, 0.975], axis=0).ravel()]
