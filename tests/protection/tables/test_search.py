"""The search against proved optima and proved lower bounds, and the cuts against what they must not forbid."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sozialraum.protection.tables import Column, Demand, protected
from sozialraum.protection.tables.dimension import dimensions
from sozialraum.protection.tables.model import lines, system
from sozialraum.protection.tables.primary import task
from sozialraum.protection.tables.suppression.bound import lower_bound
from tests.protection.tables.towns import CHAINS, protect, town

SMALL_TOWN = [["block", "quartier", "stadtteil"], ["age", "agegrp"], ["sex"], ["status"]]


@pytest.mark.parametrize(("weight", "hidden", "persons"), [("value", 116, 3976), ("cells", 108, 4018)])
@pytest.mark.parametrize("effort", ["usual", "thorough"])
def test_small_town_reaches_its_published_optimum(
    real_data: Path, weight: str, hidden: int, persons: int, effort: str
) -> None:
    with (real_data / "suppression" / "synth_s.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = [[Column(name, [row[name] for row in rows]) for name in chain] for chain in SMALL_TOWN]
    counts = np.array([int(row["n"]) for row in rows])
    found = protected(columns, counts, Demand(weight=weight, effort=effort))
    assert found.hidden("primary") == 22
    assert (found.hidden("primary") + found.hidden("secondary"), found.hidden_value) == (hidden, persons)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("weight", ["value", "cells"])
def test_no_table_costs_less_than_the_bound_and_thorough_not_more_than_usual(seed: int, weight: str) -> None:
    cells, counts = town(seed, blocks=8, mean=6)
    columns = [[Column(name, cells[name]) for name in chain] for chain in CHAINS]
    found, rows = dimensions(columns)
    whole = system(found, rows, np.array(counts))
    asked = task(whole, Demand(weight=weight, top=True))
    least = lower_bound(whole, asked)
    costs = []
    for effort in ("usual", "thorough"):
        table = protect(cells, counts, Demand(weight=weight, top=True, effort=effort))
        kept = np.zeros(len(whole.values), dtype=bool)
        kept[lines(found)[1][np.array(table.flags) != "ok"]] = True
        costs.append(asked.cost[kept].sum())
    assert 0 < least <= costs[1] <= costs[0]
