"""Invented towns as inner cells, and a reader's view of a protected table."""

from __future__ import annotations

import numpy as np

from sozialraum.protection.tables import Claim, Column, Demand, ProtectedTable, Verdict, protected, verify

Cells = dict[str, list[str]]
CHAINS = [["block", "quarter"], ["block", "school"], ["age", "group"], ["sex"]]


def town(seed: int, blocks: int = 6, mean: float = 4.0) -> tuple[Cells, list[int]]:
    """Blocks in quarters and, across them, in school districts; ages in groups; counts drawn around `mean`."""
    chance = np.random.default_rng(seed)
    rows = [
        (f"B{block}", f"Q{block // 2}", f"S{block % 2}", age, group, sex)
        for block in range(blocks)
        for age, group in (("a0", "young"), ("a1", "young"), ("a2", "old"))
        for sex in ("f", "m")
    ]
    size = chance.lognormal(0, 0.8, blocks).repeat(6)
    names = ("block", "quarter", "school", "age", "group", "sex")
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)), chance.poisson(mean * size).tolist()


def protect(cells: Cells, counts: list[int], demand: Demand, chains: list[list[str]] = CHAINS) -> ProtectedTable:
    """The protected table over these cells."""
    columns = [[Column(name, cells[name]) for name in chain] for chain in chains]
    return protected(columns, np.array(counts), demand)


def shown(table: ProtectedTable) -> Cells:
    """The protected table as text, as it stands in a file."""
    counts = ["" if count is None else str(count) for count in table.counts]
    return {**table.codes, "n": counts, "flag": list(table.flags)}


def check(
    cells: Cells, counts: list[int], table: Cells, certificates: dict[str, object], chains: list[list[str]] = CHAINS
) -> Verdict:
    """What the verifier says."""
    return verify(Claim(cells, counts, chains, table, certificates))
