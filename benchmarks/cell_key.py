"""Noise on all 130,680 cells of a town of 334,000 persons.

Ours reads the persons, hashes every id, and writes the table. The plain way has the record keys given and only adds up
keys and persons with pandas, level by level, without noise.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

AIM = "whole process under 3 s"
LEVELS = (("block", "quarter", "district"), ("age", "group"), ("sex",), ("status",))


def prepare(folder: Path) -> None:
    """The persons of 1,000 blocks and a secret."""
    import numpy as np

    chance = np.random.default_rng(1)
    blocks = np.repeat(np.arange(1000), chance.poisson(chance.lognormal(0, 0.6, 1000) * 290))
    size = len(blocks)
    ages, sexes, status = chance.integers(0, 8, size), chance.integers(0, 2, size), chance.random(size) < 0.12
    ids = chance.permutation(10 * size)[:size]
    lines = (
        f"P{one:08d},B{block:04d},Q{block // 6:03d},D{block // 24:02d},a{age},g{age // 3},{'fm'[sex]},{'yn'[benefit]}"
        for one, block, age, sex, benefit in zip(ids, blocks, ages, sexes, status.astype(int), strict=True)
    )
    head = ",".join(["person", *(name for chain in LEVELS for name in chain)])
    (folder / "persons.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    (folder / "secret.key").write_text("a secret of the benchmark only", encoding="utf-8")


def ours(folder: Path) -> dict[str, int]:
    """The noisy table written; its lines, and persons in it up to the noise of the total."""
    from sozialraum.runs.protection.perturb import run

    options = {"id": "person", "secret": str(folder / "secret.key"), "dimension": [" < ".join(one) for one in LEVELS]}
    run(str(folder / "persons.csv"), str(folder / "table.csv"), options)
    with (folder / "table.csv").open(encoding="utf-8") as file:
        lines = file.read().splitlines()
    return {"lines": len(lines) - 1, "thousands of persons": round(int(lines[1].split(",")[-2]) / 1000)}


def plain(folder: Path) -> dict[str, int]:
    """Persons counted by every combination of levels with pandas."""
    import pandas as pd

    persons = pd.read_csv(folder / "persons.csv", dtype=str).assign(Total="Total", n=1, key=1)
    lines = 1
    for chain in LEVELS:
        lines *= sum(persons[name].nunique() for name in chain) + 1
    total = 0
    for levels in product(*(("Total", *chain) for chain in LEVELS)):
        total = int(persons.groupby(list(dict.fromkeys(levels)), observed=True)[["n", "key"]].sum()["n"].sum())
    return {"lines": lines, "thousands of persons": round(total / 1000)}
