"""The attacker must fail on what the engine releases, and succeed when a release is weakened."""

from __future__ import annotations

import pytest

from sozialraum.protection.tables import Demand
from tests.protection.tables.attack import Attacker
from tests.protection.tables.towns import CHAINS, protect, shown, town

ONE_GEOGRAPHY = [["block", "quarter"], ["age", "group"], ["sex"]]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("chains", [CHAINS, ONE_GEOGRAPHY], ids=["two geographies", "one geography"])
def test_attacker_narrows_no_sensitive_cell(seed: int, chains: list[list[str]]) -> None:
    cells, counts = town(seed, blocks=4)
    table = shown(protect(cells, counts, Demand(top=True), chains))
    lines = [line for line, flag in enumerate(table["flag"]) if flag == "primary"]
    assert lines
    assert Attacker(cells, chains, table).narrowed(lines, 3) == []


@pytest.mark.parametrize("minimum", [3, 5])
def test_attacker_fails_with_other_minimum_and_hidden_zeros(minimum: int) -> None:
    cells, counts = town(11, blocks=4)
    table = shown(protect(cells, counts, Demand(minimum=minimum, zeros=True, top=True)))
    lines = [line for line, flag in enumerate(table["flag"]) if flag == "primary"]
    assert Attacker(cells, CHAINS, table).narrowed(lines, minimum) == []


def test_attacker_narrows_a_table_without_secondary_cells() -> None:
    cells, counts = town(1, blocks=4)
    strong = protect(cells, counts, Demand(top=True))
    table = shown(strong)
    truth = _truth(cells, counts, table)
    for line, flag in enumerate(table["flag"]):
        if flag == "secondary":
            table["n"][line] = str(truth[line])
    lines = [line for line, flag in enumerate(table["flag"]) if flag == "primary"]
    assert Attacker(cells, CHAINS, table).narrowed(lines, 3)


def test_attacker_uses_every_hidden_cell_that_is_given_away() -> None:
    """A single secondary cell published again lets the attacker narrow something, for most of them."""
    cells, counts = town(2, blocks=4)
    whole = shown(protect(cells, counts, Demand(top=True)))
    truth = _truth(cells, counts, whole)
    primary = [line for line, flag in enumerate(whole["flag"]) if flag == "primary"]
    secondary = [line for line, flag in enumerate(whole["flag"]) if flag == "secondary"][:8]
    found = 0
    for line in secondary:
        weak = {**whole, "n": [str(truth[line]) if at == line else text for at, text in enumerate(whole["n"])]}
        found += bool(Attacker(cells, CHAINS, weak).narrowed(primary, 3))
    assert found > len(secondary) / 2


def test_each_geography_protected_alone_is_narrowed_together() -> None:
    """Two tables that are safe alone: quarters and school districts over the same blocks, read together."""
    found = 0
    for seed in range(8):
        cells, counts = town(seed, blocks=4)
        both = shown(protect(cells, counts, Demand(top=True)))
        truth = _truth(cells, counts, both)
        shared = {key: list(column) for key, column in both.items()}
        for chains in (ONE_GEOGRAPHY, [["block", "school"], ["age", "group"], ["sex"]]):
            alone = shown(protect(cells, counts, Demand(top=True), chains))
            keys = list(zip(alone["block"], alone["age"], alone["sex"], alone["n"], strict=True))
            given = {key[:3] for key in keys if key[3]}
            for line, key in enumerate(zip(both["block"], both["age"], both["sex"], strict=True)):
                if key in given:
                    shared["n"][line] = str(truth[line])
        lines = [line for line, count in enumerate(truth) if 0 < count < 3]
        found += bool(Attacker(cells, CHAINS, shared).narrowed(lines, 3))
    assert found


def _truth(cells: dict[str, list[str]], counts: list[int], table: dict[str, list[str]]) -> list[int]:
    return [int(one) for one in Attacker(cells, CHAINS, table).sums @ counts]
