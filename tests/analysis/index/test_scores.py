"""Numbers of an index: published test vectors, borders, and what must never matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.analysis.index.definition import Dimension
from sozialraum.analysis.index.scores import classify, deciles, exponential, rank, score
from sozialraum.errors import NoAnswerError
from tests.analysis.cities import dimension


def made(*indicators: str, **changes: object) -> Dimension:
    return Dimension.model_validate(dimension("status", indicators or ("a",), **changes))


@pytest.mark.parametrize(
    ("share", "value"), [(0.1, 2.390260), (0.5, 15.646790), (0.9, 50.426654), (0.99, 86.957279), (1.0, 100.0)]
)
def test_exponential_transformation_has_the_published_values(share: float, value: float) -> None:
    ranks = np.array([1000 + 1 - share * 1000])
    assert exponential(ranks, 1000)[0] == pytest.approx(value, abs=5e-7)


def test_exponential_transformation_of_the_least_deprived_area_of_england() -> None:
    assert exponential(np.array([32844.0]), 32844)[0] == pytest.approx(0.000691, abs=5e-7)


def test_scaled_rank_n_plus_one_leaves_the_worst_area_below_100() -> None:
    worst = exponential(np.array([1.0]), 6976, "n+1")[0]
    assert 99.7 < worst < 100.0


def test_z_uses_the_population_formula_and_the_index_is_standardised_again() -> None:
    values = np.array([[1.0, 2.0, 3.0, 6.0], [4.0, 4.0, 4.0, 8.0]])
    found = score(values, made("a", "b"))
    expected = (values - values.mean(axis=1, keepdims=True)) / values.std(axis=1, keepdims=True)
    np.testing.assert_allclose(found.standardised, expected, rtol=0, atol=1e-14)
    total = expected.sum(axis=0)
    np.testing.assert_allclose(found.index, total / total.std(), rtol=0, atol=1e-14)
    assert found.base["a"].sd == pytest.approx(values[0].std())


def test_sample_formula_weights_and_lower_worse_are_parameters() -> None:
    values = np.array([[1.0, 2.0, 6.0]])
    column = {"id": "a", "title": {"de": "a"}, "polarity": "lower_worse"}
    plain = made(restandardise=False, sd="n-1", indicator=[column])
    np.testing.assert_allclose(score(values, plain).index, -(values[0] - 3) / values[0].std(ddof=1), atol=1e-14)
    residents = np.array([1.0, 1.0, 2.0])
    weighted = score(values, made(restandardise=False, weighted=True), residents)
    mean = 15 / 4
    sd = np.sqrt((residents * (values[0] - mean) ** 2).sum() / 4)
    np.testing.assert_allclose(weighted.index, (values[0] - mean) / sd, atol=1e-14)


def test_min_max_mean_and_weighted_sum() -> None:
    values = np.array([[0.0, 5.0, 10.0], [3.0, 1.0, 2.0]])
    mean = score(values, made("a", "b", standardise="min_max", combine="mean", restandardise=False))
    np.testing.assert_allclose(mean.index, [0.5, 0.25, 0.75])
    columns = [{"id": "a", "title": {"de": "a"}, "weight": 0.25}, {"id": "b", "title": {"de": "b"}, "weight": 0.75}]
    plain = made(standardise="none", combine="weighted_sum", restandardise=False, indicator=columns)
    np.testing.assert_allclose(score(values, plain).index, [2.25, 2.0, 4.0])


def test_a_fixed_base_replaces_mean_and_spread() -> None:
    base = {"a": {"mean": 10.0, "sd": 2.0}, "total": {"mean": 1.0, "sd": 4.0}}
    found = score(np.array([[10.0, 14.0]]), made(base=base))
    np.testing.assert_allclose(found.index, [-0.25, 0.25])


def test_a_column_without_difference_has_no_answer() -> None:
    with pytest.raises(NoAnswerError, match="same value in all 3 areas"):
        score(np.array([[0.1 + 0.2, 0.3, 0.3]]), made())


def test_middle_class_holds_both_its_borders() -> None:
    index = np.array([-1.0000001, -1.0, 0.0, 1.0, 1.0000001])
    assert classify(index, made()).tolist() == [0, 1, 1, 1, 2]


def test_berlins_border_between_low_and_very_low_belongs_to_low() -> None:
    from sozialraum.analysis import index_definition

    status = index_definition("mss-berlin-2019").dimension[0]
    assert [status.classes[place].id for place in classify(np.array([1.5, np.nextafter(1.5, 2)]), status)] == [
        "niedrig",
        "sehr niedrig",
    ]


def test_ranks_share_the_smaller_or_the_average_place_along_the_last_axis() -> None:
    scores = np.array([[3.0, 3.0, 1.0, 5.0], [1.0, 2.0, 3.0, 4.0]])
    assert rank(scores).tolist() == [[2, 2, 4, 1], [4, 3, 2, 1]]
    assert rank(scores, "average").tolist() == [[2.5, 2.5, 4, 1], [4, 3, 2, 1]]


def test_deciles_round_their_borders_as_the_definition_says() -> None:
    ranks = np.array([1, 190, 191, 192, 1909])
    assert deciles(ranks, 1909, made(decile_borders="nearest")).tolist() == [1, 1, 1, 2, 10]
    assert deciles(ranks, 1909, made(decile_borders="down")).tolist() == [1, 1, 2, 2, 10]
    assert np.bincount(deciles(np.arange(1, 101), 100, made()))[1:].tolist() == [10] * 10


columns = st.integers(3, 30).flatmap(
    lambda n: st.lists(
        st.lists(st.integers(0, 10_000).map(lambda x: x / 100), min_size=n, max_size=n), min_size=2, max_size=2
    )
)


def differing(values: np.ndarray) -> bool:
    spread = values.max(axis=1) - values.min(axis=1)
    if (spread == 0).any():
        return False
    total = ((values - values.mean(axis=1, keepdims=True)) / values.std(axis=1, keepdims=True)).sum(axis=0)
    return bool(np.ptp(total) > 1e-6)


@given(columns, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_order_of_areas_never_matters(lists: list[list[float]], chance: object) -> None:
    values = np.array(lists)
    if not differing(values):
        return
    order = np.array(chance.sample(range(values.shape[1]), values.shape[1]))  # type: ignore[attr-defined]
    whole, turned = score(values, made("a", "b")), score(values[:, order], made("a", "b"))
    assert (whole.index[order] == turned.index).all()  # to the last bit
    assert (rank(whole.index)[order] == rank(turned.index)).all()


@given(columns, st.floats(0.01, 100))
@settings(max_examples=150, deadline=None)
def test_unit_of_a_rate_never_changes_the_index(lists: list[list[float]], factor: float) -> None:
    values = np.array(lists)
    if not differing(values):
        return
    np.testing.assert_allclose(
        score(values * factor, made("a", "b")).index, score(values, made("a", "b")).index, atol=1e-7
    )


@given(columns)
@settings(max_examples=150, deadline=None)
def test_index_has_mean_0_and_spread_1_and_redraws_agree_with_single_editions(lists: list[list[float]]) -> None:
    values = np.array(lists)
    if not differing(values):
        return
    single = score(values, made("a", "b")).index
    assert abs(single.mean()) < 1e-9
    assert single.std() == pytest.approx(1)
    several = score(np.stack([values, values * 2], axis=1), made("a", "b")).index
    np.testing.assert_allclose(several, [single, single], atol=1e-7)
