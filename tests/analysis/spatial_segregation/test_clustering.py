"""Clustering and concentration: reference patterns, bounds, units."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sozialraum.analysis.spatial_segregation import clustering, concentration

Array = NDArray[np.float64]
SIZE = np.full(400, 200.0**2)
DOWN, RIGHT = np.mgrid[:20, :20]
PLACES = np.column_stack([RIGHT.ravel(), DOWN.ravel()]) * 200.0


def pattern(where: NDArray[np.bool_]) -> Array:
    """100 people in every square, 90 of the first group where it lives and none elsewhere."""
    group = np.where(where.ravel(), 90.0, 0.0)
    return np.column_stack([group, 100 - group])


QUARTER = pattern((RIGHT < 10) & (DOWN < 10))
SCATTERED = pattern((RIGHT % 2 == 0) & (DOWN % 2 == 0))


def test_reference_patterns() -> None:
    solid, loose = (clustering(PLACES, SIZE, one) for one in (QUARTER, SCATTERED))
    assert solid["ACL"][0] == pytest.approx(0.306208, abs=5e-7)
    assert loose["ACL"][0] == pytest.approx(0.000983, abs=5e-7)
    assert solid["Distance-decay isolation"][0] == pytest.approx(0.477754, abs=5e-7)
    assert loose["Distance-decay isolation"][0] == pytest.approx(0.226240, abs=5e-7)


@pytest.mark.parametrize("name", ["ACL", "RCL", "SP", "Distance-decay isolation"])
def test_a_solid_quarter_is_more_clustered_than_scattered_squares(name: str) -> None:
    assert clustering(PLACES, SIZE, QUARTER)[name][0] > clustering(PLACES, SIZE, SCATTERED)[name][0]


def test_nearness_by_definition() -> None:
    chance = np.random.default_rng(4)
    places, sizes = chance.random((12, 2)) * 3000, chance.random(12) * 1e6
    counts = chance.poisson(40.0, (12, 2)).astype(float)
    x, t = counts[:, 0], counts.sum(axis=1)
    c = np.exp(-np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) / 1000)
    np.fill_diagonal(c, np.exp(-np.sqrt(0.6 * sizes) / 1000))
    found = clustering(places, sizes, counts)
    y = t - x
    pxx, pyy, ptt = x @ c @ x / x.sum() ** 2, y @ c @ y / y.sum() ** 2, t @ c @ t / t.sum() ** 2
    assert found["SP"][0] == pytest.approx((x.sum() * pxx + y.sum() * pyy) / (t.sum() * ptt))
    assert found["RCL"][0] == pytest.approx(pxx / pyy - 1)
    assert found["RCL"][1] == pytest.approx(pyy / pxx - 1)
    decay = sum(x[i] / x.sum() * sum(c[i] * t / (c[i] @ t) * x / t) for i in range(12))
    assert found["Distance-decay isolation"][0] == pytest.approx(decay)


def test_nobody_in_a_group_or_outside_it_gives_no_value() -> None:
    alone = np.column_stack([np.full(400, 5.0), np.zeros(400)])
    for found in (*clustering(PLACES, SIZE, alone).values(), *concentration(SIZE, alone).values()):
        assert np.isnan(found).all()


@pytest.mark.filterwarnings("error")
def test_an_empty_island_out_of_all_reach_poisons_nothing() -> None:
    """800 km away nearness is 0 to the last digit; nobody lives there, so nobody's isolation hangs on it."""
    places, counts = np.vstack([PLACES, [[800_000.0, 0.0]]]), np.vstack([QUARTER, [[0.0, 0.0]]])
    found = clustering(places, np.append(SIZE, 1e4), counts)
    alone = clustering(PLACES, SIZE, QUARTER)
    for name in ("RCL", "SP", "Distance-decay isolation"):
        assert found[name] == pytest.approx(alone[name], rel=1e-9), name
    assert np.isfinite(found["ACL"]).all()


def test_land_by_hand() -> None:
    sizes = np.array([1.0, 2.0, 4.0, 8.0])
    found = concentration(sizes, np.array([[10.0, 0.0], [10.0, 0.0], [0.0, 10.0], [0.0, 10.0]]))
    assert found["ACO"] == pytest.approx([1.0, 0.0])
    assert found["RCO"] == pytest.approx([1.0, (6 / 1.5 - 1) / (1.5 / 6 - 1)])
    assert found["Delta"][0] == pytest.approx((abs(0.5 - 1 / 15) + abs(0.5 - 2 / 15) + 4 / 15 + 8 / 15) / 2)


def test_areas_of_one_size_say_nothing_about_land() -> None:
    found = concentration(SIZE, QUARTER)
    assert np.isnan([*found["ACO"], *found["RCO"]]).all()
    assert found["Delta"][0] == pytest.approx(0.75)


@given(st.integers(0, 200))
def test_bounds_and_units_of_land(seed: int) -> None:
    chance = np.random.default_rng(seed)
    sizes, counts = chance.lognormal(0, 1, 30), chance.poisson(chance.gamma(1.0, 9.0, (30, 2))).astype(float) + 1
    found, other = concentration(sizes, counts), concentration(sizes * 1e6, counts)
    assert (found["ACO"] >= -1e-12).all()
    assert (found["ACO"] <= 1 + 1e-12).all()
    assert (found["RCO"] <= 1 + 1e-12).all()
    assert (found["Delta"] <= 1).all()
    for name, values in found.items():
        assert other[name] == pytest.approx(values, rel=1e-9)
