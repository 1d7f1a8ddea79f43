"""Environments by distance: published values, the definition as a slow yardstick, what must hold on any city."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sozialraum.analysis.segregation.measures import exposure, multigroup_dissimilarity, theil
from sozialraum.analysis.spatial_segregation import (
    KERNELS,
    macro_to_micro,
    spatial_d,
    spatial_exposure,
    spatial_h,
    surroundings,
)
from sozialraum.errors import CallError

Array = NDArray[np.float64]
NEARNESS = {"triangular": lambda d: 1 - d, "biweight": lambda d: (1 - d**2) ** 2, "uniform": lambda _: 1.0}


def squares(side: float = 200.0) -> Array:
    """Centres of 20 x 20 squares."""
    down, right = np.mgrid[:20, :20]
    return np.column_stack([right.ravel(), down.ravel()]) * side


def sparse_city() -> Array:
    """Few people of two groups on every square, as the reference was drawn."""
    chance = np.random.default_rng(0)
    return np.column_stack([chance.poisson(0.3, 400), chance.poisson(3, 400)]).astype(float)


def any_city(seed: int, places: int = 60) -> tuple[Array, Array]:
    """Places at random in 2 km, three groups."""
    chance = np.random.default_rng(seed)
    return chance.random((places, 2)) * 2000, chance.poisson(chance.gamma(1.0, 20.0, (places, 3))).astype(float)


def by_definition(places: Array, counts: Array, radius: float, kernel: str) -> Array:
    """Two loops over all places, written down from the formula."""
    found = np.zeros(counts.shape)
    for p, here in enumerate(places):
        for q, there in enumerate(places):
            share = float(np.hypot(*(here - there))) / radius
            if share <= 1 + 1e-9:
                found[p] += NEARNESS[kernel](share) * counts[q]
    return found


def test_reference_of_h_and_the_traps_of_the_plain_index() -> None:
    counts = sparse_city()
    around = surroundings(squares(), counts, 400.0)
    assert spatial_h(counts, around) == pytest.approx(0.0651, abs=5e-5)
    assert float(theil(around)) == pytest.approx(0.0646, abs=5e-5)  # weighted by those around: not what is asked
    assert float(theil(np.round(around))) == pytest.approx(0.0934, abs=5e-5)  # rounded people: still less


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("radius", [90.0, 400.0, 5000.0])
def test_environments_follow_their_definition(kernel: str, radius: float) -> None:
    places, counts = any_city(3)
    expected = by_definition(places, counts, radius, kernel)
    assert surroundings(places, counts, radius, kernel) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_people_are_not_rounded() -> None:
    around = surroundings(np.array([[0.0, 0.0], [300.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0]]), 400.0)
    assert around == pytest.approx(np.array([[1.0, 0.25], [0.25, 1.0]]))


@given(st.integers(0, 30), st.sampled_from(sorted(KERNELS)), st.sampled_from([200.0, 400.0, 600.0, 1000.0]))
def test_metres_and_kilometres_give_the_same(seed: int, kernel: str, radius: float) -> None:
    counts = np.random.default_rng(seed).poisson(3.0, (400, 2)).astype(float)
    metres = spatial_h(counts, surroundings(squares(), counts, radius, kernel))
    kilometres = spatial_h(counts, surroundings(squares() / 1000, counts, radius / 1000, kernel))
    assert kilometres == pytest.approx(metres, rel=1e-9)


@given(st.integers(0, 200))
def test_measures_lie_where_they_must(seed: int) -> None:
    places, counts = any_city(seed)
    around = surroundings(places, counts, 500.0)
    exposed = spatial_exposure(counts, around)
    assert exposed.sum(axis=1) == pytest.approx(np.ones(3))
    assert (exposed >= 0).all()
    assert spatial_h(counts, around) <= spatial_h(counts, counts) + 1e-9
    assert spatial_h(counts, counts) == pytest.approx(float(theil(counts)))
    assert 0 <= spatial_d(counts, around) <= 1


@given(st.integers(0, 200))
def test_measures_follow_their_formulas(seed: int) -> None:
    """Reardon & O'Sullivan 2004, place by place; an environment of the place alone gives the plain measures."""
    places, counts = any_city(seed, 25)
    around = surroundings(places, counts, 500.0)
    shares, city = around / around.sum(axis=1, keepdims=True), counts.sum(axis=0) / counts.sum()
    people, entropy, mix = counts.sum(axis=1), -(city * np.log(city)).sum(), (city * (1 - city)).sum()
    h, d = 1.0, 0.0
    for tau, pi in zip(people, shares, strict=True):
        h += tau * sum(one * np.log(one) for one in pi if one > 0) / (counts.sum() * entropy)
        d += tau * np.abs(pi - city).sum() / (2 * counts.sum() * mix)
    assert (spatial_h(counts, around), spatial_d(counts, around)) == pytest.approx((h, d))
    met = [[(counts[:, g] / counts[:, g].sum()) @ shares[:, other] for other in range(3)] for g in range(3)]
    assert spatial_exposure(counts, around) == pytest.approx(np.array(met))
    assert spatial_d(counts, counts) == pytest.approx(float(multigroup_dissimilarity(counts)))
    assert spatial_exposure(counts, counts) == pytest.approx(exposure(counts))


@given(st.integers(0, 50))
def test_h_falls_with_the_radius(seed: int) -> None:
    places, counts = any_city(seed, 200)
    found = [spatial_h(counts, surroundings(places, counts, radius)) for radius in (50.0, 200.0, 800.0, 1e6)]
    assert all(after <= before + 0.01 for before, after in pairwise(found))
    assert found[-1] == pytest.approx(0.0, abs=1e-4)


def test_an_empty_group_adds_nothing_and_has_no_exposure() -> None:
    places, counts = any_city(1)
    more = np.column_stack([counts, np.zeros(len(counts))])
    around, wider = surroundings(places, counts, 500.0), surroundings(places, more, 500.0)
    assert spatial_h(more, wider) == pytest.approx(spatial_h(counts, around), rel=1e-12)
    assert spatial_d(more, wider) == pytest.approx(spatial_d(counts, around), rel=1e-12)
    exposed = spatial_exposure(more, wider)
    assert np.isnan(exposed[3]).all()
    assert exposed[:3, :3] == pytest.approx(spatial_exposure(counts, around))


def test_a_place_with_nobody_in_reach_is_zero_and_weighs_nothing() -> None:
    places, counts = any_city(2)
    apart = np.vstack([places, [[1e6, 1e6]]]), np.vstack([counts, [[0.0, 0.0, 0.0]]])
    around = surroundings(*apart, 500.0)
    assert around[-1].tolist() == [0.0, 0.0, 0.0]
    assert spatial_h(apart[1], around) == pytest.approx(
        spatial_h(counts, surroundings(places, counts, 500.0)), rel=1e-12
    )


def test_one_group_alone_has_no_value_of_evenness() -> None:
    places = np.array([[0.0, 0.0], [1.0, 1.0]])
    counts = np.array([[5.0, 0.0], [7.0, 0.0]])
    assert np.isnan(spatial_h(counts, counts))
    assert np.isnan(spatial_d(counts, surroundings(places, counts, 3.0)))


def test_large_quarters_apart_are_macro_and_a_chessboard_is_micro() -> None:
    down, right = np.mgrid[:20, :20]
    places = squares(250.0)
    found = []
    for here in ((right < 10).ravel(), ((right + down) % 2 == 0).ravel()):
        counts = np.where(here[:, None], [90.0, 10.0], [10.0, 90.0])
        profile = {radius: spatial_h(counts, surroundings(places, counts, radius)) for radius in (500.0, 4000.0)}
        found.append(macro_to_micro(profile))
    assert found[0] > 10 * found[1]
    assert np.isnan(macro_to_micro({500.0: 0.1}))


@pytest.mark.parametrize(
    ("radius", "kernel"), [(0.0, "uniform"), (-1.0, "uniform"), (5.0, "gauss"), (np.nan, "uniform")]
)
def test_a_wrong_call(radius: float, kernel: str) -> None:
    with pytest.raises(CallError, match="radius above 0"):
        surroundings(np.zeros((2, 2)), np.ones((2, 2)), radius, kernel)
