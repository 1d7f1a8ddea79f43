"""Invented towns for the protection of tables: Poisson counts by block, age, sex and status, from a seed."""

from __future__ import annotations

import csv
import math
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray

    from sozialraum.protection.tables.model import System
    from sozialraum.protection.tables.primary import Task

CHAINS = (("block", "quartier", "stadtteil"), ("age", "agegrp"), ("sex",), ("status",))
AGES = (0.05, 0.07, 0.06, 0.12, 0.28, 0.20, 0.13, 0.09)
GROUPS = ("u18", "u18", "u18", "18-64", "18-64", "18-64", "65+", "65+")


@dataclass(frozen=True, slots=True)
class Town:
    """How many blocks, quarters and districts; people in the median block.

    A quarter of the quarters are small places of one block; the others share the rest of the blocks by chance, and so
    do the districts all quarters.
    """

    blocks: int
    quarters: int
    districts: int
    people: float
    seed: int


MIDDLE = Town(60, 15, 5, 1000, 60)  # 8,748 cells, as in synth_m
LARGE = Town(1000, 200, 20, 850, 225)  # 131,868 cells, 8,112 of them counts of 1 and 2
ALONE = 0.25


def write_town(path: Path, town: Town) -> None:
    """Inner cells with one line each; sizes log-normal, share on benefits Beta, ages Dirichlet around the town's."""
    import numpy as np

    chance = np.random.default_rng(town.seed)
    quarter = _nested(chance, town.blocks, town.quarters, int(town.quarters * ALONE))
    district = _nested(chance, town.quarters, town.districts, 0)
    size = chance.lognormal(np.log(town.people), 0.7, town.blocks)
    benefits = chance.beta(1.7, 18, town.blocks)
    parts = chance.dirichlet(np.array(AGES) * 60, town.blocks)
    shares = np.stack([benefits, 1 - benefits], axis=1)
    mean = size[:, None, None, None] * parts[:, :, None, None] * shares[:, None, None, :] / 2
    counts = chance.poisson(np.repeat(mean, 2, axis=2))
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow([*(name for chain in CHAINS for name in chain), "n"])
        for (block, age, sex, status), count in np.ndenumerate(counts):
            place = [f"B{block:04d}", f"Q{quarter[block]:03d}", f"S{district[quarter[block]]:02d}"]
            out.writerow([*place, f"a{age}", GROUPS[age], "mw"[sex], ("sgb2", "ohne")[status], int(count)])


def _nested(chance: Generator, many: int, groups: int, alone: int) -> NDArray[np.int64]:
    """The group of each of many: one in each at least, the first `alone` groups with no more than that."""
    import numpy as np

    return np.sort(np.concatenate([np.arange(groups), chance.integers(alone, groups, many - groups)]))


def read_town(path: Path) -> dict[str, list[str]]:
    """The columns as text."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return {name: [row[place] for row in rows[1:]] for place, name in enumerate(rows[0])}


def protect(folder: Path, weight: str = "value") -> dict[str, Any]:
    """`run protect` on `town.csv` as a process of its own, as a user starts it, with certificates and verifier."""
    call = [sys.executable, "-m", "sozialraum", "run", "protect", str(folder / "town.csv"), "--count", "n"]
    for chain in CHAINS:
        call += ["--dimension", " < ".join(chain)]
    call += ["--weight", weight, "--out", str(folder / "table.csv"), "--certificates", str(folder / "proof.json")]
    subprocess.run(call, check=True, capture_output=True)
    flags = read_town(folder / "table.csv")["flag"]
    return {flag: flags.count(flag) for flag in ("ok", "primary", "secondary")}


def price(folder: Path) -> str:
    """Lines, hidden ones, people in these, and how far the cost lies above its proved lower bound, in one line."""
    import numpy as np

    from sozialraum.protection.tables.model import lines
    from sozialraum.protection.tables.suppression.bound import lower_bound

    cells, asked = town_system(folder)
    flags = np.array(read_town(folder / "table.csv")["flag"])
    kept = np.zeros(len(cells.values), dtype=bool)
    kept[lines(cells.dimensions)[1][flags != "ok"]] = True
    least, cost = lower_bound(cells, asked), float(asked.cost[kept].sum())
    return (
        f"  {len(flags):,} lines, {(flags == 'primary').sum():,} sensitive, {(flags != 'ok').sum():,} hidden, "
        f"{int((cells.values * cells.times)[kept].sum()):,} people in these; value + 0.5 a cell is {cost:,.0f}, "
        f"proved to be at least {math.floor(least):,}: gap {cost / least - 1:.1%}"
    )


def town_system(folder: Path) -> tuple[System, Task]:
    """All cells of `town.csv` with their relations, and what the rule asks of them."""
    import numpy as np

    from sozialraum.protection.tables import Column, Demand
    from sozialraum.protection.tables.dimension import dimensions
    from sozialraum.protection.tables.model import system
    from sozialraum.protection.tables.primary import task

    town = read_town(folder / "town.csv")
    found, rows = dimensions([[Column(name, town[name]) for name in chain] for chain in CHAINS])
    cells = system(found, rows, np.array(town["n"], dtype=np.int64))
    return cells, task(cells, Demand())
