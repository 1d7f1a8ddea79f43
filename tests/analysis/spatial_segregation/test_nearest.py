"""The k nearest people: by hand, against the definition, on rasters as on points, never by the order of rows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sozialraum.analysis.spatial_segregation import lattice as lattices
from sozialraum.analysis.spatial_segregation import nearest_people
from sozialraum.analysis.spatial_segregation.lattice import as_raster, rings_of_cells
from sozialraum.analysis.spatial_segregation.nearest import _rings_of_points
from sozialraum.errors import CallError

Array = NDArray[np.float64]


def by_definition(places: Array, counts: Array, k: float) -> tuple[Array, Array, Array]:
    """One place at a time: distances sorted, whole distances taken until there are k people."""
    inner, outer, distance = np.zeros(counts.shape), np.zeros(counts.shape), np.zeros(len(counts))
    for p, here in enumerate(places):
        far = np.round(np.hypot(*(places - here).T), 6)
        for ring in np.unique(far):
            inner[p], outer[p] = outer[p], counts[far <= ring].sum(axis=0)
            distance[p] = ring
            if outer[p].sum() >= k:
                break
    return inner, outer, distance


def raster(seed: int, empty: float = 0.3, shape: tuple[int, int] = (13, 17)) -> tuple[Array, Array]:
    """Some cells of a raster of 100 m, in no order, with two groups."""
    chance = np.random.default_rng(seed)
    down, right = np.nonzero(chance.random(shape) > empty)
    order = chance.permutation(len(down))
    places = np.column_stack([right, down])[order] * 100.0 + [4_500_050.0, 3_200_050.0]
    return places, chance.poisson(chance.gamma(0.7, 4.0, (len(down), 2))).astype(float)


def test_by_hand() -> None:
    places = np.array([[0.0, 0.0], [100.0, 0.0], [0.0, 100.0], [300.0, 0.0]])
    counts = np.array([[4.0, 0.0], [2.0, 2.0], [0.0, 4.0], [9.0, 0.0]])
    (whole,) = nearest_people(places, counts, [6])
    assert whole.counts[0].tolist() == [6.0, 6.0]  # both at 100 m are taken together
    assert whole.distance.tolist() == pytest.approx([100.0, 100.0, 100.0, 0.0])
    assert whole.counts[3].tolist() == [9.0, 0.0]
    (share,) = nearest_people(places, counts, [6], "share")
    assert share.counts[0] == pytest.approx([4.5, 1.5])  # 4 people and a quarter of those at 100 m
    assert share.counts.sum(axis=1) == pytest.approx([6.0] * 4)
    (all_,) = nearest_people(places, counts, [100])
    assert not all_.reached
    assert all_.counts.tolist() == [[15.0, 6.0]] * 4
    assert np.isnan(all_.distance).all()


@pytest.mark.parametrize("way", [rings_of_cells, _rings_of_points])
@pytest.mark.parametrize("seed", range(4))
def test_both_ways_follow_the_definition(way: Callable[..., object], seed: int) -> None:
    places, counts = raster(seed)
    given_: object = as_raster(places) if way is rings_of_cells else places
    ks = [1.0, 7.0, 60.0, 400.0, float(counts.sum())]
    for k, found in zip(ks, way(given_, counts, ks), strict=True):  # type: ignore[call-overload]
        for one, expected in zip(found, by_definition(places, counts, k), strict=True):
            assert one == pytest.approx(expected)


def test_cells_that_look_alone_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    places, counts = raster(9, empty=0.6, shape=(40, 30))
    cells = as_raster(places)
    assert cells is not None
    for tile, left, far in ((7, 1 / 32, 128), (128, 0.9, 128), (16, 0.0, 3)):
        for name, value in (("_TILE", tile), ("_LEFT", left), ("_FAR", far)):
            monkeypatch.setattr(lattices, name, value)
        found = next(rings_of_cells(cells, counts, [150.0]))
        for one, expected in zip(found, by_definition(places, counts, 150.0), strict=True):
            assert one == pytest.approx(expected)


@settings(max_examples=25)
@given(st.integers(0, 1000), st.sampled_from([5.0, 40.0, 200.0]))
def test_points_off_any_raster(seed: int, k: float) -> None:
    chance = np.random.default_rng(seed)
    places = chance.random((70, 2)) * 1000
    places[10:20] = places[:10]  # some at the same address
    counts = chance.poisson(3.0, (70, 2)).astype(float)
    assert as_raster(places) is None
    (found,) = nearest_people(places, counts, [k])
    expected = by_definition(places, counts, k)
    assert found.counts == pytest.approx(expected[1])
    assert found.distance == pytest.approx(expected[2], abs=1e-5)


@settings(max_examples=25)
@given(st.integers(0, 1000), st.sampled_from(["whole", "share"]))
def test_the_order_of_rows_does_not_matter(seed: int, rule: str) -> None:
    places, counts = raster(seed)
    order = np.random.default_rng(seed + 1).permutation(len(places))
    (found,), (turned,) = (nearest_people(places[one], counts[one], [50], rule) for one in (slice(None), order))
    assert turned.counts == pytest.approx(found.counts[order])
    assert turned.distance == pytest.approx(found.distance[order])


def test_weighted_counts_and_metres_or_kilometres() -> None:
    places, counts = raster(5)
    (metres,) = nearest_people(places, counts * 0.3, [20])
    (kilometres,) = nearest_people(places / 1000, counts * 0.3, [20])
    assert kilometres.counts == pytest.approx(metres.counts)
    assert kilometres.distance * 1000 == pytest.approx(metres.distance, rel=1e-6)


def test_what_is_a_raster() -> None:
    places, _ = raster(2)
    found = as_raster(places)
    assert found is not None
    assert found.side == pytest.approx(100.0)
    assert as_raster(np.vstack([places, places[:1]])) is None  # a cell twice
    assert as_raster(np.array([[0.0, 0.0], [100.0, 0.0], [1e6, 1e6]])) is None  # nearly empty
    assert as_raster(np.array([[5.0, 5.0]])) is None


@pytest.mark.parametrize(("ks", "rule"), [([], "whole"), ([0], "whole"), ([-5], "share"), ([10], "half")])
def test_a_wrong_call(ks: list[float], rule: str) -> None:
    with pytest.raises(CallError, match="numbers of people above 0"):
        list(nearest_people(np.zeros((2, 2)), np.ones((2, 2)), ks, rule))
