"""Types against slow yardsticks: every partition tried, every assignment tried, sets counted by hand."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.cluster.hierarchy import fcluster, linkage

from sozialraum.analysis.classification import (
    chosen_number,
    jaccard,
    keeping_numbers,
    matched,
    partition,
    portraits,
    stability,
    standardised,
)
from sozialraum.errors import CallError, MismatchError, NoAnswerError

SMALL = np.array([[0.0, 0.1], [0.3, 0.0], [0.2, 0.4], [2.0, 2.1], [2.4, 2.0], [1.1, 3.0], [1.4, 3.3], [0.9, 2.6]])


def groups(labels: object) -> set[frozenset[int]]:
    """The partition without its numbers."""
    held = np.asarray(labels)
    return {frozenset(np.flatnonzero(held == one).tolist()) for one in np.unique(held)}


def within(columns: np.ndarray, labels: tuple[int, ...]) -> float:
    held = np.array(labels)
    return sum(((columns[held == one] - columns[held == one].mean(axis=0)) ** 2).sum() for one in set(labels))


def separated(types: int = 3, each: int = 40, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Areas around far points, and the type each was drawn from."""
    generator = np.random.default_rng(seed)
    truth = np.repeat(np.arange(types), each)
    return standardised(generator.normal(truth[:, None] * 6.0, 1.0, size=(types * each, 4))), truth


@pytest.mark.parametrize("types", [2, 3])
def test_k_means_is_the_best_of_all_partitions(types: int) -> None:
    every = (one for one in product(range(types), repeat=len(SMALL)) if len(set(one)) == types)
    best = min(every, key=lambda labels: within(SMALL, labels))
    assert groups(partition(SMALL, types).labels) == groups(best)


@pytest.mark.parametrize("types", [2, 3, 5])
def test_ward_is_the_peers_ward(types: int) -> None:
    columns = np.random.default_rng(3).normal(size=(60, 5))
    peer = fcluster(linkage(columns, "ward"), types, "maxclust")
    assert groups(partition(columns, types, "ward").labels) == groups(peer)


@pytest.mark.parametrize("method", ["k-means", "ward", "gaussian-mixture"])
def test_types_that_are_there_are_found_and_said_to_be_stable(method: str) -> None:
    columns, truth = separated()
    choice = chosen_number(columns, method, most=5, draws=10)  # type: ignore[arg-type]
    assert (choice.types, choice.supported, sorted(choice.tried)) == (3, True, [2, 3, 4, 5])
    found = partition(columns, 3, method)  # type: ignore[arg-type]
    assert groups(found.labels) == groups(truth)
    assert min(choice.tried[3]) == pytest.approx(1.0)
    assert min(choice.tried[4]) < 0.75


def test_probability_and_information_of_a_mixture() -> None:
    columns, _ = separated(2)
    found = partition(columns, 2, "gaussian-mixture")
    assert found.probability.min() > 0.999
    shares, density = [0.5, 0.5], np.zeros(len(columns))
    for one, share in enumerate(shares):  # the mixture's own formula, from means and variances of the far groups
        mine = columns[found.labels == one]
        centre, variance = mine.mean(axis=0), mine.var(axis=0) + 1e-3
        exponent = (-((columns - centre) ** 2) / (2 * variance) - np.log(2 * np.pi * variance) / 2).sum(axis=1)
        density += share * np.exp(exponent)
    free = 2 * 4 + 2 * 4 + 1
    assert found.bic == pytest.approx(-2 * np.log(density).sum() + free * np.log(len(columns)), rel=1e-6)
    assert np.isnan(partition(columns, 2).bic)
    assert np.isnan(partition(columns, 2).probability).all()


def test_clearness_is_the_silhouette() -> None:
    found = partition(SMALL, 2)
    for at, own in enumerate(found.labels.tolist()):
        apart = np.sqrt(((SMALL - SMALL[at]) ** 2).sum(axis=1))
        inside = apart[found.labels == own].sum() / ((found.labels == own).sum() - 1)
        outside = apart[found.labels != own].mean()
        assert found.clearness[at] == pytest.approx((outside - inside) / max(inside, outside))
    assert found.second.tolist() == (1 - found.labels).tolist()


def test_jaccard_counts_shared_areas() -> None:
    found = jaccard(np.array([0, 0, 0, 1, 1, 3]), np.array([0, 0, 1, 1, 1, 1]), 4)
    assert found[:2].tolist() == [[2 / 3, 1 / 6], [0.0, 2 / 4]]
    assert np.isnan(found[2]).all()
    assert found[3].tolist() == [0.0, 1 / 4]


def test_noise_has_no_stable_types() -> None:
    columns = standardised(np.random.default_rng(1).normal(size=(150, 5)))
    found = stability(columns, partition(columns, 4).labels, draws=20)
    assert (found < 0.6).all()
    choice = chosen_number(columns, draws=10, most=4)
    assert not choice.supported
    assert choice.types == max(choice.tried, key=lambda types: min(choice.tried[types]))


@settings(max_examples=60, deadline=None)
@given(some.lists(some.tuples(some.integers(0, 3), some.integers(0, 3)), min_size=1, max_size=30))
def test_numbers_are_kept_for_as_many_areas_as_possible(pairs: list[tuple[int, int]]) -> None:
    now, before = ({str(at): pair[side] for at, pair in enumerate(pairs)} for side in (0, 1))
    kept = matched(now, before)
    same = sum(kept.numbers[one] == other for one, other in pairs)
    best = max(sum(order[one] == other for one, other in pairs) for order in permutations(range(4)))
    assert same == best
    assert len(set(kept.numbers)) == len(kept.numbers)


def test_a_type_keeps_its_number_through_a_shuffle_and_a_new_one_gets_a_new_number() -> None:
    columns, truth = separated()
    areas = [f"{at:03d}" for at in range(len(truth))]
    before = dict(zip(areas, [(2, 0, 1)[one] for one in truth.tolist()], strict=True))
    found, overlap = keeping_numbers(partition(columns, 3), areas, before)
    assert found.labels.tolist() == list(before.values())
    assert overlap == (1.0, 1.0, 1.0)
    grown, shares = keeping_numbers(partition(columns, 4), areas, before)
    assert sorted(set(grown.labels.tolist())) == [0, 1, 2, 3]
    assert np.isnan(shares[3])
    assert grown.centres[3] == pytest.approx(columns[grown.labels == 3].mean(axis=0))


def test_a_portrait_says_what_sets_a_type_apart() -> None:
    values = np.array([[30.0, 5.0], [28.0, 6.0], [2.0, 5.0], [3.0, 6.0], [2.5, 5.5], [np.nan, 9.0]])
    poor, rest = portraits(list("abcdef"), values, ("poverty", "age"), np.array([1, 1, 0, 0, 0, -1]))[::-1]
    assert (poor.type, poor.areas, poor.of) == (1, 2, 5)
    assert [one.indicator for one in poor.striking] == ["poverty"]
    assert (poor.striking[0].mean, poor.striking[0].overall) == (29.0, pytest.approx(13.1))
    assert poor.name({"poverty": "Armut"}, "de") == "hoch: Armut"
    assert poor.tell({"poverty": "Armut"}, "de") == (
        "2 von 5 Gebieten: Armut weit über dem Mittel (29,0, alle Gebiete 13,1). Typisch: a."
    )
    assert rest.tell({}, "en") == "3 of 5 areas: poverty below the mean (2.5, all areas 13.1). Typical: e."
    same = portraits(["a", "b"], np.ones((2, 2)), ("x", "y"), np.array([0, 0]))[0]
    assert same.name({}, "en") == "near the mean in everything"


def test_columns_without_differences_weigh_nothing() -> None:
    columns, _ = separated(2)
    wide = np.column_stack([columns * 1000 + 5, np.full(len(columns), 7.3)])
    assert standardised(wide)[:, :4] == pytest.approx(columns)
    assert standardised(wide)[:, 4].tolist() == [0.0] * len(columns)


def test_wrong_calls_and_too_few_areas() -> None:
    with pytest.raises(CallError, match="no method 'dbscan'; there are: k-means, ward, gaussian-mixture"):
        partition(SMALL, 2, "dbscan")  # type: ignore[arg-type]
    with pytest.raises(CallError, match="at least two types"):
        partition(SMALL, 1)
    with pytest.raises(NoAnswerError, match="only 1 different areas, too few for 2 types"):
        chosen_number(np.zeros((5, 2)))
    with pytest.raises(MismatchError, match="share no area"):
        matched({"a": 0}, {"b": 0})
