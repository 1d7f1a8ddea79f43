"""Dominance, p % and pq: levels by hand and as published, tables open that far, and the verifier's own reading."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.protection.tables import Claim, Column, Demand, Magnitude, ProtectedTable, Verdict, protected, verify
from sozialraum.protection.tables.rules.magnitudes import copies_of, protection_levels
from tests.protection.tables.attack import Attacker
from tests.protection.tables.towns import Cells, shown

P10 = Magnitude("firm", p_percent=Fraction(10))
CHAINS = [["district", "region"], ["trade"]]


@pytest.mark.parametrize(
    ("rule", "amounts", "level"),
    [
        (P10, [100, 50, 5, 3], 2),  # R = 8, 10 % of 100 = 10
        (Magnitude("firm", p_percent=Fraction(8)), [100, 50, 5, 3], 0),  # 8 is not less than 8
        (P10, [100], 10),  # alone: R = 0
        (P10, [100, 90], 10),  # two: each sees the other exactly
        (P10, [], 0),
        (Magnitude("firm", dominance=(1, Fraction(80))), [90, 10, 5], 8),  # 112.5 - 105
        (Magnitude("firm", dominance=(1, Fraction(80))), [80, 12, 8], 0),  # 80 of 100 is not more than 80 %
        (Magnitude("firm", dominance=(2, Fraction(85))), [60, 30, 10], 6),  # 90 / 0.85 = 105.88
        (Magnitude("firm", pq=(Fraction(10), Fraction(50))), [100, 50, 5, 3], 12),  # 20 - 8
        (Magnitude("firm", (1, Fraction(60)), Fraction(10), (Fraction(10), Fraction(50))), [100, 50, 5, 3], 12),
    ],
)
def test_levels_by_hand(rule: Magnitude, amounts: list[int], level: int) -> None:
    assert protection_levels(rule, sum(amounts), amounts, [1] * len(amounts)) == level


def test_a_weight_stands_for_so_many_contributors() -> None:
    """100 four times and 10 seven times are 470; the two largest are 200 of it and not 110 of 110."""
    rule = Magnitude("firm", dominance=(2, Fraction(80)))
    assert protection_levels(rule, 470, [100, 10], [4, 7]) == 0
    assert protection_levels(rule, 110, [100, 10], [1, 1]) == 28  # 137.5 - 110
    assert protection_levels(P10, 470, [100, 10], [4, 7]) == 0
    assert copies_of([0.4, 1.4, 1.5, 2.5, 4.0]).tolist() == [1, 1, 2, 3, 4]


def test_published_cells_of_the_two_ninety_rule() -> None:
    """Seven cells and their result with and without weights, from the tests of the R package GaussSuppression."""
    cells = [[100], [90, 10], [80, 20], [70, 30], [80, 10, 10], [70, 10, 10, 10], [60, 20, 10, 10]]
    weights = [[1], [2, 1], [2, 1], [2, 1], [2, 1, 1], [2, 1, 1, 1], [2, 1, 1, 1]]
    rule = Magnitude("firm", dominance=(2, Fraction(90)))
    plain = [protection_levels(rule, sum(one), one, [1] * len(one)) > 0 for one in cells]
    assert plain == [True, True, True, True, False, False, False]
    weighted = [
        protection_levels(rule, sum(x * w for x, w in zip(one, by, strict=True)), one, by) > 0
        for one, by in zip(cells, weights, strict=True)
    ]
    assert weighted == [True, True, False, False, False, False, False]


def firms(seed: int, scale: float = 1000.0) -> Cells:
    """Firms with a turnover, in districts of two regions and three trades."""
    chance = np.random.default_rng(seed)
    rows = [
        (f"D{district}", f"R{district // 3}", f"T{trade}", f"{district}-{trade}-{number}")
        for district in range(6)
        for trade in range(3)
        for number in range(int(chance.integers(1, 9)))
    ]
    columns = dict(zip(("district", "region", "trade", "firm"), map(list, zip(*rows, strict=True)), strict=True))
    return columns | {"turnover": [str(int(one)) for one in chance.lognormal(0, 1, len(rows)) * scale + 1]}


def amounts_table(cells: Cells, demand: Demand, counts: list[int]) -> tuple[ProtectedTable, Verdict]:
    columns = [[Column(name, cells[name]) for name in chain] for chain in CHAINS]
    table = protected(columns, np.array(counts), demand, {name: cells[name] for name in ("firm", "weight", "turnover")
                                                          if name in cells})  # fmt: skip
    return table, verify(Claim(cells, counts, CHAINS, shown(table), table.certificates))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("scale", [100.0, 1e6, 1e9])
def test_every_sum_is_open_as_far_as_its_rule_asks(seed: int, scale: float) -> None:
    cells = firms(seed, scale)
    counts = [int(one) for one in cells["turnover"]]
    rule = Magnitude("firm", (1, Fraction(75)), Fraction(15))
    table, verdict = amounts_table(cells, Demand(magnitude=rule, top=True, insiders=seed == 2), counts)
    assert verdict.faults == ()
    text = shown(table)
    attacker = Attacker(cells, CHAINS, text)
    primary = [line for line, flag in enumerate(text["flag"]) if flag == "primary"]
    assert primary
    for line in primary[:6]:
        held = np.flatnonzero(attacker.sums[line]).tolist()
        parts, total = [counts[one] for one in held], sum(counts[one] for one in held)
        level = protection_levels(rule, total, parts, [1] * len(parts))
        low, high = attacker.bounds(line)
        blurred = 1e-3 + 1e-9 * total
        assert low <= max(total - level, 0) + blurred
        assert high >= total + level - blurred


def test_the_verifier_asks_for_more_when_the_rule_is_stricter() -> None:
    cells = firms(1)
    counts = [int(one) for one in cells["turnover"]]
    table, verdict = amounts_table(cells, Demand(magnitude=P10, top=True), counts)
    assert verdict.faults == ()
    stricter = table.certificates | {"magnitude": {"contributor": "firm", "p_percent": ["40"]}}
    found = {fault.code for fault in verify(Claim(cells, counts, CHAINS, shown(table), stricter)).faults}
    assert "unproved" in found


@pytest.mark.parametrize(
    "rule",
    [
        "p", {"contributor": "owner", "pq": ["1", "2"]}, {"contributor": "firm"}, {"contributor": "firm", "pq": ["1"]},
        {"contributor": "firm", "p_percent": ["x"]}, {"contributor": "firm", "p_percent": ["0"]},
        {"contributor": "firm", "p_percent": ["5"], "weight": "w"},
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_read_is_named(rule: object) -> None:
    cells = firms(1)
    counts = [int(one) for one in cells["turnover"]]
    table, _ = amounts_table(cells, Demand(magnitude=P10, top=True), counts)
    stated = table.certificates | {"magnitude": rule}
    assert [fault.code for fault in verify(Claim(cells, counts, CHAINS, shown(table), stated)).faults] == ["rule_form"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 4)), min_size=1, max_size=6), st.integers(1, 60))
def test_engine_and_verifier_read_the_rules_alike(given_: list[tuple[int, int]], percent: int) -> None:
    from sozialraum.protection.tables.checked.amounts import _level

    rule = Magnitude("firm", (2, Fraction(100 - percent)), Fraction(percent), (Fraction(percent), Fraction(95)))
    stated = {"dominance": ["2", str(100 - percent)], "p_percent": [str(percent)], "pq": [str(percent), "95"]}
    total = sum(amount * copies for amount, copies in given_)
    level = protection_levels(rule, total, [one for one, _ in given_], [copies for _, copies in given_])
    assert level == _level(stated, total, sorted(given_, reverse=True))
