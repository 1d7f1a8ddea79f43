"""Protects 11,800 cells over two overlapping geographies and proves every one.

Invented: 437 municipalities, each in one of 19 counties and, across them, in one of 15 kinds; four sources of income,
three spans of months in two halves. Counts are as small and as uneven as those of social assistance.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

AIM = "under 60 CPU s, 0 faults (some minutes so far)"
NAMES = ("municipality", "county", "kind", "source", "months", "half")
CHAINS = [["municipality", "county"], ["municipality", "kind"], ["months", "half"], ["source"]]
MONTHS = (("m1", "h1", 0.6), ("m2", "h2", 0.2), ("m3", "h2", 0.2))


def prepare(folder: Path) -> None:
    """Inner cells with their counts."""
    chance = np.random.default_rng(7)
    counties, kinds = chance.integers(0, 19, 437), chance.integers(0, 15, 437)
    sizes = chance.lognormal(3.6, 1.2, 437)
    with (folder / "cells.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow([*NAMES, "n"])
        for place, size in enumerate(sizes):
            for source, share in enumerate(chance.dirichlet([2, 1, 6, 3])):
                for month, half, part in MONTHS:
                    codes = [f"m{place:03}", f"c{counties[place]}", f"k{kinds[place]}", f"s{source}", month, half]
                    rows.writerow([*codes, chance.poisson(size * share * part * 3)])


def ours(folder: Path) -> dict[str, int]:
    """Hidden lines, sensitive ones among them, certificates, and faults that the verifier finds (0)."""
    from sozialraum.protection.tables import Claim, Column, Demand, protected, verify

    with (folder / "cells.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cells, counts = {name: [row[name] for row in rows] for name in NAMES}, [int(row["n"]) for row in rows]
    chains = [[Column(name, cells[name]) for name in chain] for chain in CHAINS]
    table = protected(chains, np.array(counts), Demand())
    shown = {**table.codes, "n": ["" if one is None else str(one) for one in table.counts], "flag": table.flags}
    verdict = verify(Claim(cells, counts, CHAINS, shown, table.certificates))
    return {
        "hidden": verdict.hidden,
        "sensitive": verdict.sensitive,
        "certificates": verdict.certificates,
        "faults": len(verdict.faults),
    }
