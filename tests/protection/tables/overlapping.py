"""Invented towns whose blocks lie in three geographies and whose ages stand in two groupings, none inside another."""

from __future__ import annotations

import numpy as np

from tests.protection.tables.towns import Cells

GEOGRAPHIES = [["block", "district"], ["block", "school"], ["block", "postcode"]]
AGES = [["age", "stage"], ["age", "decade"]]
NAMES = ("block", "district", "school", "postcode", "age", "stage", "decade", "sex")
AGE_ROWS = (("a0", "child", "d0"), ("a1", "child", "d1"), ("a2", "adult", "d1"), ("a3", "adult", "d3"))


def overlapping(seed: int, blocks: int, mean: float = 4.0) -> tuple[Cells, list[int]]:
    """Blocks with their codes drawn: about three to a district, a school and a postcode; counts around `mean`."""
    chance = np.random.default_rng(seed)
    areas = chance.integers(0, max(2, blocks // 3), (3, blocks))
    rows = [
        (f"B{block}", f"D{areas[0, block]}", f"S{areas[1, block]}", f"P{areas[2, block]}", *age, sex)
        for block in range(blocks)
        for age in AGE_ROWS
        for sex in ("f", "m")
    ]
    size = chance.lognormal(0, 0.7, blocks).repeat(2 * len(AGE_ROWS))
    columns = dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=True))
    return columns, chance.poisson(mean * size).tolist()
