"""Floating catchments: the reference values, what nobody reaches, and times that are not known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sozialraum.analysis import ENHANCED, floating_catchment
from sozialraum.errors import CallError, InputError

PEOPLE, SUPPLY = [100, 200, 300], [10, 5]
MINUTES = [[5.0, 25.0], [12.0, 8.0], [40.0, 18.0]]
close = pytest.approx


def test_reference_values() -> None:
    assert floating_catchment(PEOPLE, SUPPLY, MINUTES).per_head == close(
        [0.0416666667, 0.0416666667, 0.0083333333], abs=5e-11
    )
    assert floating_catchment(PEOPLE, SUPPLY, MINUTES, ENHANCED).per_head == close(
        [0.0449550410, 0.0405506485, 0.0079812207], abs=5e-11
    )
    assert floating_catchment(PEOPLE, SUPPLY, MINUTES).ratio == close([10 / 300, 5 / 600])


def test_nothing_in_reach_is_0_and_an_unknown_time_is_missing() -> None:
    found = floating_catchment([*PEOPLE, 50, 70], SUPPLY, [*MINUTES, [31.0, np.inf], [np.nan, 90.0]])
    assert found.per_head[:3] == close([0.0416666667, 0.0416666667, 0.0083333333], abs=5e-11)
    assert found.per_head[3] == 0
    assert np.isnan(found.per_head[4])


def test_the_last_minute_still_counts_and_a_site_that_nobody_reaches_has_no_ratio() -> None:
    found = floating_catchment([100], [5, 5], [[30.0, 30.001]])
    assert found.per_head == close([0.05])
    assert np.isnan(found.ratio).tolist() == [False, True]


@given(
    arrays(np.float64, (4, 3), elements=st.floats(0, 60)),
    arrays(np.float64, 4, elements=st.integers(0, 10**6).map(float)),
)
def test_all_supply_that_anybody_reaches_is_shared_out(minutes: np.ndarray, people: np.ndarray) -> None:
    supply = np.array([3.0, 0.0, 7.5])
    for steps in (((30.0, 1.0),), ENHANCED):
        found = floating_catchment(people, supply, minutes, steps)
        reached = ~np.isnan(found.ratio)
        assert people @ found.per_head == close(supply[reached].sum(), rel=1e-9)


@pytest.mark.parametrize(
    ("people", "supply", "minutes", "steps", "problem"),
    [
        ([1], [1], [[1.0, 2.0]], ((30.0, 1.0),), CallError),
        ([1], [1], [[1.0]], (), CallError),
        ([1], [1], [[1.0]], ((20.0, 1.0), (10.0, 0.5)), CallError),
        ([1], [1], [[1.0]], ((20.0, 0.0),), CallError),
        ([-1], [1], [[1.0]], ((30.0, 1.0),), InputError),
        ([1], [np.nan], [[1.0]], ((30.0, 1.0),), InputError),
        ([1], [1], [[-1.0]], ((30.0, 1.0),), InputError),
    ],
)
def test_impossible_input(people: list, supply: list, minutes: list, steps: tuple, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        floating_catchment(people, supply, minutes, steps)
