"""Invented towns for the protection of tables: Poisson counts by block, age, sex and status, from a seed."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHAINS = (("block", "quartier", "stadtteil"), ("age", "agegrp"), ("sex",), ("status",))
AGES = (0.05, 0.07, 0.06, 0.12, 0.28, 0.20, 0.13, 0.09)
GROUPS = ("u18", "u18", "u18", "18-64", "18-64", "18-64", "65+", "65+")


@dataclass(frozen=True, slots=True)
class Town:
    """How many blocks, how many of them in a quarter and quarters in a district; people in the median block."""

    blocks: int
    blocks_a_quarter: int
    quarters_a_district: int
    people: float
    seed: int


MIDDLE = Town(60, 4, 3, 1000, 60)  # 8,748 cells
LARGE = Town(1000, 5, 10, 1000, 1000)  # 131,868 cells


def write_town(path: Path, town: Town) -> None:
    """Inner cells with one line each; sizes log-normal, share on benefits Beta, ages Dirichlet around the town's."""
    import numpy as np

    chance = np.random.default_rng(town.seed)
    size = chance.lognormal(np.log(town.people), 0.7, town.blocks)
    benefits = chance.beta(1.7, 18, town.blocks)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow([*(name for chain in CHAINS for name in chain), "n"])
        for block in range(town.blocks):
            quarter = block // town.blocks_a_quarter
            place = [f"B{block:04d}", f"Q{quarter:03d}", f"S{quarter // town.quarters_a_district:02d}"]
            for age, part in enumerate(chance.dirichlet(np.array(AGES) * 60)):
                for sex in ("m", "w"):
                    for status, share in (("sgb2", benefits[block]), ("ohne", 1 - benefits[block])):
                        count = chance.poisson(size[block] * part * share / 2)
                        out.writerow([*place, f"a{age}", GROUPS[age], sex, status, int(count)])


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

    from sozialraum.protection.tables import Column, Demand
    from sozialraum.protection.tables.dimension import dimensions
    from sozialraum.protection.tables.model import lines, system
    from sozialraum.protection.tables.primary import task
    from sozialraum.protection.tables.suppression.bound import lower_bound

    town, flags = read_town(folder / "town.csv"), np.array(read_town(folder / "table.csv")["flag"])
    columns = [[Column(name, town[name]) for name in chain] for chain in CHAINS]
    found, rows = dimensions(columns)
    cells = system(found, rows, np.array(town["n"], dtype=np.int64))
    asked = task(cells, Demand())
    kept = np.zeros(len(cells.values), dtype=bool)
    kept[lines(found)[1][flags != "ok"]] = True
    least, cost = lower_bound(cells, asked), float(asked.cost[kept].sum())
    return (
        f"  {len(flags):,} lines, {(flags == 'primary').sum():,} sensitive, {(flags != 'ok').sum():,} hidden, "
        f"{int((cells.values * cells.times)[kept].sum()):,} people in these; value + 0.5 a cell is {cost:,.0f}, "
        f"proved to be at least {least:,.0f}: gap {cost / least - 1:.1%}"
    )
