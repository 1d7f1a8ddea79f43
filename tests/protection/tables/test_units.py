"""A cell of persons also needs enough households: counted by hand, proved, and missed when the proof is weaker."""

from __future__ import annotations

import numpy as np
import pytest

from sozialraum.protection.tables import Claim, Column, Demand, Unit, protected, verify
from sozialraum.protection.tables.dimension import dimensions
from sozialraum.protection.tables.model import system
from sozialraum.protection.tables.rules.units import numbers_of
from tests.protection.tables.attack import Attacker
from tests.protection.tables.towns import CHAINS as TOWN_CHAINS
from tests.protection.tables.towns import Cells, check, protect, shown, town

BLOCKS = {"block": ["B1", "B1", "B2", "B2", "B3", "B3"], "sex": ["f", "m"] * 3}
CHAINS = [["block"], ["sex"]]
PERSONS = [5, 9, 12, 14, 20, 8]
HOUSEHOLDS = ["1", "4", "6", "7", "9", "5"]
UNIT = Unit("households", 3)


def lines(table: Cells, flag: str) -> list[tuple[str, str]]:
    rows = zip(table["block"], table["sex"], table["flag"], strict=True)
    return [(block, sex) for block, sex, found in rows if found == flag]


def numbers(cells: Cells, unit: Unit, column: list[object], chains: list[list[str]]) -> dict[tuple[str, ...], int]:
    found, rows = dimensions([[Column(name, cells[name]) for name in chain] for chain in chains])
    one = system(found, rows, np.ones(len(column), dtype=np.int64))
    counted = numbers_of(unit, one, rows, column)
    return {one.codes(cell): int(number) for cell, number in enumerate(counted)}


def test_units_add_up_over_blocks_and_the_largest_part_counts_over_ages() -> None:
    cells = {"block": ["B1", "B1", "B2", "B2"], "age": ["a0", "a1"] * 2}
    found = numbers(cells, UNIT, [2, 3, 1, 4], [["block"], ["age"]])
    assert found == {
        ("B1", "a0"): 2, ("B1", "a1"): 3, ("B1", "Total"): 3,
        ("B2", "a0"): 1, ("B2", "a1"): 4, ("B2", "Total"): 4,
        ("Total", "a0"): 3, ("Total", "a1"): 7, ("Total", "Total"): 7,
    }  # fmt: skip


def test_keys_are_counted_once_in_every_sum() -> None:
    cells = {"block": ["B1", "B1", "B1", "B2"], "age": ["a0", "a0", "a1", "a1"]}
    found = numbers(cells, Unit("household", 3, keys=True), ["h1", "h2", "h1", "h3"], [["block"], ["age"]])
    assert found["B1", "a0"] == 2
    assert found["B1", "Total"] == 2
    assert found["Total", "a1"] == 2
    assert found["Total", "Total"] == 3


def test_five_persons_of_one_household_are_hidden_and_may_be_nobody_or_seven() -> None:
    columns = [[Column("block", BLOCKS["block"])], [Column("sex", BLOCKS["sex"])]]
    demand = Demand(top=True, units=(UNIT,))
    table = protected(columns, np.array(PERSONS), demand, {"households": [int(one) for one in HOUSEHOLDS]})
    text = shown(table)
    assert lines(text, "primary") == [("B1", "f")]
    verdict = verify(Claim({**BLOCKS, "households": HOUSEHOLDS}, PERSONS, CHAINS, text, table.certificates))
    assert verdict.faults == ()
    line = list(zip(text["block"], text["sex"], strict=True)).index(("B1", "f"))
    low, high = Attacker(BLOCKS, CHAINS, text).bounds(line)
    assert low == pytest.approx(0)
    assert high >= 7


def test_the_verifier_asks_for_the_unit_that_the_engine_did_not_know() -> None:
    table = protect(BLOCKS, PERSONS, Demand(top=True), CHAINS)
    cells = {**BLOCKS, "households": HOUSEHOLDS}
    units = [{"column": "households", "minimum": 3, "keys": False}]
    claim = Claim(cells, PERSONS, CHAINS, shown(table), table.certificates, rule={"units": units})
    assert [fault.code for fault in verify(claim).faults] == ["other_rule"]
    stated = table.certificates | {"units": units}
    codes = {fault.code for fault in verify(Claim(cells, PERSONS, CHAINS, shown(table), stated)).faults}
    assert codes == {"sensitive_published", "unproved"}


@pytest.mark.parametrize(
    "units", [[{"column": "flats", "minimum": 3}], [{"column": "households"}], [7], "households", [{"minimum": 3}]]
)
def test_a_rule_that_cannot_be_read_is_named(units: object) -> None:
    table = protect(BLOCKS, PERSONS, Demand(top=True), CHAINS)
    cells = {**BLOCKS, "households": HOUSEHOLDS}
    claim = Claim(cells, PERSONS, CHAINS, shown(table), table.certificates | {"units": units})
    assert [fault.code for fault in verify(claim).faults] == ["rule_form"]


def test_a_zero_may_be_a_partner_when_asked() -> None:
    """Hidden zeros are secondary, the verifier accepts them, and the attacker gains nothing."""
    partners = 0
    for seed in (2, 5):
        cells, counts = town(seed, blocks=4, mean=2)
        table = protect(cells, counts, Demand(top=True, partners=True))
        text = shown(table)
        assert check(cells, counts, text, table.certificates).faults == ()
        attacker = Attacker(cells, TOWN_CHAINS, text)
        partners += sum(
            flag == "secondary" and truth == 0 for flag, truth in zip(text["flag"], attacker.sums @ counts, strict=True)
        )
        primary = [line for line, flag in enumerate(text["flag"]) if flag == "primary"]
        assert attacker.narrowed(primary, 3) == []
    assert partners
