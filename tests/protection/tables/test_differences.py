"""Group disclosure and differences: what nobody publishes but everybody can subtract, by hand and by attack."""

from __future__ import annotations

import numpy as np
import pytest

from sozialraum.errors import CallError
from sozialraum.protection.tables import Attribute, Demand
from tests.protection.tables.attack import Attacker
from tests.protection.tables.towns import Cells, check, protect, shown

CELLS = {"block": ["B0"] * 4 + ["B1"] * 4 + ["B2"] * 4, "status": ["a", "b", "c", "d"] * 3}
CHAINS = [["block"], ["status"]]
ALL_IN_ONE = [40, 0, 0, 0, 30, 20, 10, 8, 25, 30, 12, 9]
RULE = Demand(attributes=(Attribute("status", "a", 5),))


def line(table: Cells, block: str, status: str) -> int:
    return list(zip(table["block"], table["status"], strict=True)).index((block, status))


def rest_bounds(cells: Cells, table: Cells, whole: tuple[str, str], part: tuple[str, str]) -> tuple[float, float]:
    """Bounds of the difference of two lines."""
    attacker = Attacker(cells, CHAINS, table)
    attacker.sums = np.vstack([attacker.sums, attacker.sums[line(table, *whole)] - attacker.sums[line(table, *part)]])
    attacker.open = np.append(attacker.open, False)
    attacker.published = np.append(attacker.published, 0)
    return attacker.bounds(len(attacker.open) - 1)


def test_all_of_a_block_have_the_attribute() -> None:
    """B0: 40 of 40 have a. Hidden, and at least 5 without a must be possible; otherwise everybody's is known."""
    plain, safe = shown(protect(CELLS, ALL_IN_ONE, Demand(), CHAINS)), protect(CELLS, ALL_IN_ONE, RULE, CHAINS)
    assert set(plain["flag"]) == {"ok"}
    assert rest_bounds(CELLS, plain, ("B0", "Total"), ("B0", "a")) == (0, 0)
    text = shown(safe)
    assert text["flag"][line(text, "B0", "a")] == "primary"
    assert rest_bounds(CELLS, text, ("B0", "Total"), ("B0", "a"))[1] >= 5
    assert check(CELLS, ALL_IN_ONE, text, safe.certificates, CHAINS).faults == ()


def test_the_verifier_finds_what_the_rule_would_have_hidden() -> None:
    plain, safe = (protect(CELLS, ALL_IN_ONE, one, CHAINS) for one in (Demand(), RULE))
    stated = plain.certificates | {"attributes": safe.certificates["attributes"]}
    found = check(CELLS, ALL_IN_ONE, shown(plain), stated, CHAINS).faults
    assert [fault.code for fault in found] == ["sensitive_published", "unproved"]


def test_two_categories_where_the_rest_is_a_line_of_its_own() -> None:
    cells = {"block": [f"B{number}" for number in range(6) for _ in range(2)], "status": ["benefit", "none"] * 6}
    counts = [9, 0, 8, 9, 6, 8, 9, 7, 8, 9, 7, 6]
    rule = Demand(attributes=(Attribute("status", "benefit", 3),))
    table = protect(cells, counts, rule, CHAINS)
    text = shown(table)
    primary = [key for key, flag in zip(zip(text["block"], text["status"], strict=True), text["flag"], strict=True)
               if flag == "primary"]  # fmt: skip
    assert primary == [("B0", "benefit"), ("B0", "none")]
    assert check(cells, counts, text, table.certificates, CHAINS).faults == ()


def test_one_and_one_are_two_by_subtraction() -> None:
    """Total 42 less a 40 leaves 2: the difference of two published sums, each of whose parts is hidden."""
    counts = [40, 1, 1, 0, 30, 20, 10, 8, 25, 30, 12, 9]
    plain = shown(protect(CELLS, counts, Demand(), CHAINS))
    table = protect(CELLS, counts, Demand(differences=("status",)), CHAINS)
    text = shown(table)
    low, high = rest_bounds(CELLS, text, ("B0", "Total"), ("B0", "a"))
    assert low < 1e-6
    assert high >= 3
    assert check(CELLS, counts, text, table.certificates, CHAINS).faults == ()
    stated = {"format": table.certificates["format"], "minimum": 3, "zeros": False, "certificates": []}
    open_ = {**plain, "n": list(plain["n"]), "flag": list(plain["flag"])}
    codes = {fault.code for fault in check(CELLS, counts, open_, stated | {"differences": ["status"]}, CHAINS).faults}
    assert codes == {"unproved"}


@pytest.mark.parametrize("seed", range(4))
def test_every_table_is_proved_under_all_rules_at_once(seed: int) -> None:
    chance = np.random.default_rng(seed)
    counts = chance.poisson(chance.lognormal(1.5, 1, 12)).tolist()
    attributes = (Attribute("status", "a", 4), Attribute("status", "b", 2))
    rule = Demand(top=True, attributes=attributes, differences=("block", "status"), insiders=seed % 2 == 0)
    table = protect(CELLS, counts, rule, CHAINS)
    assert check(CELLS, counts, shown(table), table.certificates, CHAINS).faults == ()


@pytest.mark.parametrize(
    "rule",
    [
        Demand(attributes=(Attribute("state", "a", 3),)),
        Demand(attributes=(Attribute("status", "z", 3),)),
        Demand(attributes=(Attribute("status", "Total", 3),)),
        Demand(differences=("age",)),
    ],
)
def test_names_that_are_not_there_are_wrong_calls(rule: Demand) -> None:
    with pytest.raises(CallError):
        protect(CELLS, ALL_IN_ONE, rule, CHAINS)
