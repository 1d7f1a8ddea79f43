"""Correlation against published and independent values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sozialraum.analysis import correlation
from sozialraum.errors import NoAnswerError

X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
Y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]


def test_anscombes_first_set_with_the_interval_that_r_prints() -> None:
    """R 4: cor.test(x, y) gives 0.8164205 with 0.4243912 to 0.9506933; method spearman 0.8181818."""
    found = correlation(X, Y)
    assert (found.areas, found.straight) == (11, pytest.approx(0.8164205, abs=5e-8))
    assert found.straight_range == pytest.approx((0.4243912, 0.9506933), abs=5e-8)
    assert found.ranked == pytest.approx(0.8181818, abs=5e-8)
    half = 1.959964 * np.sqrt((1 + 0.8181818**2 / 2) / 8)
    assert found.ranked_range == pytest.approx(
        tuple(np.tanh(np.arctanh(0.8181818) + np.array([-half, half]))), abs=1e-6
    )


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=10, max_size=40))
def test_equal_values_are_ranked_as_scipy_does(pairs: list[tuple[int, int]]) -> None:
    one, other = np.array(pairs, dtype=float).T
    if np.ptp(one) and np.ptp(other):
        found = correlation(one, other)
        assert found.ranked == pytest.approx(stats.spearmanr(one, other).statistic, abs=1e-9)
        assert found.straight == pytest.approx(stats.pearsonr(one, other).statistic, abs=1e-9)
        assert found.ranked_range[0] <= found.ranked <= found.ranked_range[1]


def test_areas_without_a_value_are_left_out_and_too_few_give_no_answer() -> None:
    assert correlation([*X, np.nan, 3], [*Y, 2, np.nan]) == correlation(X, Y)
    with pytest.raises(NoAnswerError, match="Only 9 areas"):
        correlation(X[:9], Y[:9])
    with pytest.raises(NoAnswerError, match="same everywhere"):
        correlation([1] * 11, Y)
    assert correlation(X, X).straight_range == (1, 1)
