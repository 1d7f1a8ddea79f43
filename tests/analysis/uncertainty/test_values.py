"""Every reference value of the field's literature and peers, and what must hold whatever the input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.analysis.uncertainty import (
    empirical_bayes,
    false_discovery,
    funnel,
    gini_of_values,
    local_empirical_bayes,
    logit_shrinkage,
    slope_index,
    slope_limits,
    standardised,
    theil_t,
)
from sozialraum.errors import NoAnswerError
from sozialraum.indicators.intervals import exact, wilson

close = pytest.approx
CASES, PEOPLE = [1, 4, 0, 9, 15, 3], [100, 400, 250, 1200, 900, 150]
RATES = np.array([31, 28.5, 27, 24.1, 23.8, 20.2, 19.9, 17.5, 16.1, 14]) / 100
GROUPS = [5200, 4800, 5100, 5000, 4900, 5300, 4700, 5050, 4950, 5000]


def test_standardised_rate_after_dobson() -> None:
    found = standardised([12, 30, 45, 60, 5], [1000, 2000, 1500, 1200, 300], [5500, 6000, 6500, 6000, 5000])
    assert 1e5 * found.value == close(2532.18390805, rel=1e-9)
    assert [1e5 * float(found.lower), 1e5 * float(found.upper)] == close([2103.29381336, 3016.01068057], rel=1e-9)


def test_a_standardised_rate_of_few_cases_is_not_shown() -> None:
    found = standardised([[4, 5], [5, 5], [9, 9]], [[100, 100], [100, 100], [100, 0]], [1, 1])
    assert np.isnan(found.value).tolist() == [True, False, True]


def test_global_empirical_bayes() -> None:
    expected = [0.0106234778, 0.0105220228, 0.0090921199, 0.0092292378, 0.0129708053, 0.0115451757]
    found = empirical_bayes(CASES, PEOPLE)
    assert found.value == close(expected, abs=5e-11)
    whole, between = 0.0106666667, 7.38888889e-06  # printed m and A: the weight of an area is A / (A + m / P)
    assert found.weight == close([between / (between + whole / of) for of in PEOPLE], rel=1e-8)


def test_local_empirical_bayes_uses_neighbours_and_itself() -> None:
    first, second = np.nonzero(~np.eye(6, dtype=bool))
    found = local_empirical_bayes(CASES, PEOPLE, first, second)  # all are neighbours: the same as the global form
    assert found.value == close(empirical_bayes(CASES, PEOPLE).value, rel=1e-9)
    alone = local_empirical_bayes(CASES, PEOPLE, [0, 1], [1, 0]).value
    assert np.isnan(alone[2:]).all()
    assert alone[:2] == close([0.01, 0.01])


def test_unknown_areas_stay_unknown_and_change_nothing() -> None:
    found = empirical_bayes([*CASES, np.nan, 3], [*PEOPLE, 100, 0])
    assert found.value[:6] == close(empirical_bayes(CASES, PEOPLE).value)
    assert np.isnan(found.value[6:]).all()
    with pytest.raises(NoAnswerError, match="at least two areas"):
        empirical_bayes([1, np.nan], [10, 10])


def test_logit_shrinkage() -> None:
    found = logit_shrinkage([3, 12, 0, 40, 7, 25], [40, 150, 20, 310, 60, 400])
    assert [found.whole, found.between] == close([-2.32350754124, 0.436313952593], rel=1e-9)
    assert found.weight == close([0.606381, 0.837468, 0.284001, 0.939350, 0.749391, 0.913674], abs=1e-6)
    assert found.value == close([0.0868548, 0.0837945, 0.0619029, 0.1273364, 0.1135804, 0.0654990], abs=1e-7)
    assert logit_shrinkage([5, 5], [50, 50]).value == close(logit_shrinkage([5, 5], [50, 50]).value[0])


def test_slope_and_relative_index() -> None:
    found = slope_index(RATES, GROUPS)
    assert [found.intercept, found.slope, found.ratio] == close(
        [0.314546914122, -0.184501828245, 0.413436215835], rel=1e-9
    )
    limits = slope_limits(RATES, GROUPS, [0.006] * 10, 2000, np.random.default_rng(1))
    assert limits.slope_limits is not None
    assert limits.slope_limits[0] < found.slope < limits.slope_limits[1] < 0
    with pytest.raises(NoAnswerError, match="at least two groups"):
        slope_index([0.1], [10])


def test_theil_and_gini_of_values() -> None:
    found = theil_t([1, 2, 3, 4, 10], ["a", "a", "b", "b", "b"])
    assert [found.total, found.between, found.within] == close(
        [0.276363618957, 0.148936302176, 0.127427316781], rel=1e-9
    )
    assert gini_of_values([10, 1, 4, 2, 3]) == close(0.4)
    assert theil_t([0, 5]).total == close(np.log(2))
    with pytest.raises(NoAnswerError, match="not all 0"):
        theil_t([0, 0])


@pytest.mark.parametrize("cases", range(0, 101, 5))
def test_an_area_is_outside_the_funnel_just_when_its_limits_miss_the_whole(cases: int) -> None:
    share, rate = funnel([cases], [100], 0.31), funnel([cases], [100], 0.31, "rate")
    for found, (low, high) in ((share, wilson(cases, 100)), (rate, (one / 100 for one in exact(cases)))):
        assert (found.p[0] < 0.05) == bool(low > 0.31 or high < 0.31)
    assert (share.p[0] < 0.05) == bool(cases / 100 < share.lower[0] or cases / 100 > share.upper[0])


def test_unknown_areas_have_no_p() -> None:
    found = funnel([np.nan, 3, 3], [10, 0, 10], 0.3)
    assert np.isnan(found.p).tolist() == [True, True, False]
    assert np.isnan(funnel([np.nan, 3, 3], [10, 0, 10], 0.3, "rate").p).tolist() == [True, True, False]
    assert funnel([0, 5], [10, 10], 0.0).p.tolist() == [1, 0]


def test_false_discovery() -> None:
    p = [0.01, 0.04, 0.03, 0.5, np.nan]
    assert false_discovery(p)[:4] == close([0.04, 0.04 * 4 / 3, 0.04 * 4 / 3, 0.5])
    assert np.isnan(false_discovery(p)[4])
    assert false_discovery(p, dependent=True)[0] == close(0.04 * (1 + 1 / 2 + 1 / 3 + 1 / 4))
    assert false_discovery([]).tolist() == []


def marshall_by_hand(cases: np.ndarray, people: np.ndarray, around: list[set[int]]) -> list[float]:
    """The published formula, one area at a time, over the area and its neighbours."""
    found = []
    for at, near in enumerate(around):
        inside = sorted({at, *near})
        o, p = cases[inside], people[inside]
        m = o.sum() / p.sum()
        a = max(0.0, float((p * (o / p - m) ** 2).sum() / p.sum() - m / p.mean()))
        own = m / people[at]
        weight = a / (a + own) if a + own > 0 else 0.0
        found.append(m + weight * (cases[at] / people[at] - m))
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_local_and_global_empirical_bayes_follow_the_formula(seed: int) -> None:
    chance = np.random.default_rng(seed)
    people = chance.integers(5, 400, 12).astype(float)
    cases = chance.binomial(people.astype(int), chance.beta(1, 8, 12)).astype(float)
    pairs = {(at, (at + 1) % 12) for at in range(12)} | {
        (int(one), int(two)) for one, two in chance.integers(0, 12, (8, 2)) if one != two
    }
    both = sorted(pairs | {(two, one) for one, two in pairs})
    around = [{two for one, two in both if one == at} for at in range(12)]
    first, second = np.array(both).T
    assert local_empirical_bayes(cases, people, first, second).value == close(marshall_by_hand(cases, people, around))
    assert empirical_bayes(cases, people).value == close(marshall_by_hand(cases, people, [set(range(12))] * 12))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.booleans())
def test_false_discovery_is_the_peers(p: list[float], dependent: bool) -> None:
    from scipy.stats import false_discovery_control

    assert false_discovery(p, dependent) == close(false_discovery_control(p, method="by" if dependent else "bh"))


def test_limits_of_the_slope_are_those_of_its_standard_error() -> None:
    """The slope is a weighted sum of rates, so its spread is known without any draw."""
    errors = np.sqrt(RATES * (1 - RATES) / GROUPS)
    share = np.array(GROUPS) / sum(GROUPS)
    place = np.cumsum(share) - share / 2
    of_rate = share * (place - (share * place).sum()) / (share * (place - (share * place).sum()) ** 2).sum()
    wide = 1.959964 * np.sqrt((of_rate**2 * errors**2).sum())
    found = slope_limits(RATES, GROUPS, errors, 20_000, np.random.default_rng(2))
    assert found.slope_limits == close((found.slope - wide, found.slope + wide), abs=0.02 * wide)
