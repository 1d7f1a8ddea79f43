"""Rates and means told back into counts: by hand, and for every rate of small bases by trying all counts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sozialraum.protection.rates import decimals_for_base, denominators, numerators, safe_decimals


def printed(count: int, base: int, decimals: int, per: int = 100) -> str:
    """The rate as a program prints it."""
    return str((Decimal(count * per) / Decimal(base)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("published", "base", "counts"),
    [
        ("3.3", 30, [1]),  # 1 of 30 and nothing else
        ("3", 30, [1]),
        ("0", 1000, [0, 1, 2, 3, 4]),  # below 0.5 %
        ("0,1", 1000, [1]),
        ("50", 2, [1]),
        ("100", 7, [7]),
        ("12.3", 8, []),  # nobody has it
    ],
)
def test_counts_behind_a_rate(published: str, base: int, counts: list[int]) -> None:
    assert list(numerators(published, base)) == counts


@given(st.integers(1, 400), st.data(), st.integers(0, 3), st.sampled_from([100, 1000]))
def test_counts_behind_any_rate_are_those_that_print_alike(
    base: int, data: st.DataObject, digits: int, per: int
) -> None:
    count = data.draw(st.integers(0, base))
    rate = printed(count, base, digits, per)
    alike = [one for one in range(base + 1) if printed(one, base, digits, per) == rate]
    assert list(numerators(rate, base, per)) == alike


@pytest.mark.parametrize(
    ("count", "base", "decimals"),
    [
        (1, 1000, 0),  # 0 %: 0 to 4; with a decimal 0.1 %: only 1
        (2, 600, -1),  # 0 %: 0 to 2, which leaves out 3
        (2, 601, 0),
        (1, 100, -1),
        (999, 1000, 0),  # the rest of 1 counts as well
        (1, 4, None),
        (50, 100, 6),  # nothing small about it
        (0, 100, 6),
    ],
)
def test_safe_decimals_by_hand(count: int, base: int, decimals: int | None) -> None:
    assert safe_decimals(count, base) == decimals


@given(st.integers(1, 3000), st.integers(2, 6))
def test_safe_decimals_leave_zero_and_the_minimum_possible(base: int, minimum: int) -> None:
    decimals = decimals_for_base(base, minimum)
    if decimals is None or decimals < 0:
        assert base <= 2 * minimum * 100
        return
    for count in range(1, min(minimum, base)):
        possible = numerators(printed(count, base, decimals), base)
        assert possible[0] == 0
        assert possible[-1] >= minimum


def test_a_mean_tells_its_number_of_cases() -> None:
    """37.33 is a third: 3, 6, 9 ... cases; 37.3 fits nearly every number (149 of 4 is 37.25)."""
    assert denominators("37.33", 12) == [3, 6, 9, 12]
    assert denominators("37.3", 8) == [3, 4, 6, 7, 8]
    assert denominators("37", 4) == [1, 2, 3, 4]
