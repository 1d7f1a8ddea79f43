"""Published limits, to nine digits (Wilson 1927; Breslow & Day 1987; Armitage & Berry; Newcombe 1998)."""

from __future__ import annotations

import numpy as np
import pytest

from sozialraum.indicators import intervals


@pytest.mark.parametrize(
    ("cases", "of", "level", "lower", "upper"),
    [
        (0, 10, 0.95, 0.0, 0.277532799863),
        (3, 10, 0.95, 0.107791267406, 0.603221852539),
        (65, 100, 0.95, 0.552544432969, 0.736357517569),
        (65, 100, 0.998, 0.495494657407, 0.778354061409),
        (7, 1500, 0.95, 0.00226235408151, 0.00960156861862),
    ],
)
def test_wilson(cases: int, of: int, level: float, lower: float, upper: float) -> None:
    assert intervals.wilson(cases, of, level) == (pytest.approx(lower, abs=1e-11), pytest.approx(upper, abs=1e-11))


@pytest.mark.parametrize(
    ("cases", "lower", "upper"),
    [(10, 4.78744991, 18.39145861), (65, 50.16318771, 82.84913855), (550, 504.98841124, 597.94728594)],
)
def test_byar(cases: int, lower: float, upper: float) -> None:
    assert intervals.byar(cases) == (pytest.approx(lower, abs=1e-8), pytest.approx(upper, abs=1e-8))


@pytest.mark.parametrize(
    ("cases", "lower", "upper"),
    [
        (0, 0.0, 3.68887945411),
        (1, 0.0253178079843, 5.57164339094),
        (5, 1.62348639012, 11.6683320793),
        (9, 4.11537309738, 17.0848034514),
    ],
)
def test_exact(cases: int, lower: float, upper: float) -> None:
    assert intervals.exact(cases) == (pytest.approx(lower, rel=1e-11), pytest.approx(upper, rel=1e-11))


def test_counts_are_exact_below_ten_and_byar_from_ten() -> None:
    lower, upper = intervals.poisson([9.0, 10.0, np.nan])
    assert lower[:2] == pytest.approx([4.11537309738, 4.78744991], abs=1e-8)
    assert upper[:2] == pytest.approx([17.0848034514, 18.39145861], abs=1e-8)
    assert np.isnan([lower[2], upper[2]]).all()


def test_a_share_has_no_limits_without_a_base_and_exact_ends() -> None:
    assert np.isnan(intervals.wilson(0, 0)).all()
    assert intervals.wilson(7, 7)[1] == 1.0


def test_difference_of_two_shares() -> None:
    """Newcombe 1998, table II: 56/70 - 48/80."""
    first, second = np.array([56 / 70]), np.array([48 / 80])
    found = intervals.difference(first, intervals.wilson([56], [70]), second, intervals.wilson([48], [80]))
    assert [round(float(limit[0]), 4) for limit in found] == [0.0524, 0.3339]
