"""Published and computed reference values, definitions written out, islands, gaps, units."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.analysis.autocorrelation import (
    Neighbours,
    contiguity,
    global_geary,
    global_moran,
    hot_spots,
    local_moran,
    nearest,
    within,
)
from sozialraum.errors import CallError, NoAnswerError

K = np.array([float(one) for one in "3528914762558139246783125"])


def squares(rows: int = 5, columns: int = 5, side: float = 1.0) -> Any:
    boxes = [
        shapely.box(x * side, y * side, (x + 1) * side, (y + 1) * side) for y in range(rows) for x in range(columns)
    ]
    return np.array(boxes, dtype=object)


QUEEN = contiguity(squares())


def test_global_reference() -> None:
    found = global_moran(K, QUEEN)
    assert found.value == pytest.approx(-0.005894805406, rel=1e-9)
    assert found.expected == pytest.approx(-1 / 24)
    assert found.variance_normal == pytest.approx(0.011324145299, rel=1e-9)
    assert found.variance == pytest.approx(0.011864863100, rel=1e-9)
    assert (found.z_normal, found.z) == pytest.approx((0.336154416, 0.328405311), rel=1e-8)
    assert global_geary(K, QUEEN).value == pytest.approx(0.930410356619, rel=1e-9)


def test_local_reference() -> None:
    found = local_moran(K, QUEEN, draws=0)
    expected = [0.3271454, -0.0681485, -0.5481192, 0.2872496, 0.4614884]
    assert found.value[:5] == pytest.approx(expected, abs=5e-8)
    assert found.value[:2] * 24 / 25 == pytest.approx([0.3140596, -0.0681485 * 24 / 25], abs=5e-8)  # esda's own
    assert found.value.mean() == pytest.approx(global_moran(K, QUEEN).value)
    assert np.isnan(found.p).all()


def test_hot_spot_reference() -> None:
    found = hot_spots(K, QUEEN)
    expected = [-1.161199550, -1.046964923, 0.745783233, 1.104332865, 1.344986529]
    assert found.value[:5] == pytest.approx(expected, abs=1e-9)
    assert found.pattern[:3].tolist() == ["cold", "cold", "hot"]


def test_p_counts_both_sides_and_follows_the_definition() -> None:
    draws = 4000
    found = local_moran(K, QUEEN, draws=draws, seed=3)
    z = (K - K.mean()) / K.std()
    generator = np.random.default_rng(5)
    for at in (0, 4, 12):
        others = np.delete(z, at)
        k = int(QUEEN.count[at])
        drawn = z[at] * np.array([generator.choice(others, k, replace=False).mean() for _ in range(draws)])
        tails = (1 + min((drawn >= found.value[at] - 1e-9).sum(), (drawn <= found.value[at] + 1e-9).sum())) / (
            1 + draws
        )
        assert found.p[at] == pytest.approx(min(1, 2 * tails), abs=0.06)


def test_ties_count_on_both_sides() -> None:
    values = np.zeros(25)
    values[24] = 1.0
    found = local_moran(values, QUEEN, draws=99)
    assert found.p[0] == 1.0  # all but one of the draws are just like it


def test_draws_follow_the_seed_and_leave_the_world_alone() -> None:
    np.random.seed(7)
    state = np.random.get_state()[1].copy()  # type: ignore[index,union-attr]
    one, two, other = (local_moran(K, QUEEN, draws=99, seed=seed).p.tolist() for seed in (1, 1, 2))
    assert one == two != other
    assert (np.random.get_state()[1] == state).all()  # type: ignore[index]
    shuffled = [global_moran(K, QUEEN, 999, np.random.default_rng(seed)).p_shuffled for seed in (1, 1)]
    assert shuffled[0] == shuffled[1] == pytest.approx(global_moran(K, QUEEN).p, abs=0.1)


def test_a_solid_block_is_alike_and_a_chessboard_unlike() -> None:
    down, right = np.mgrid[:8, :8]
    among = contiguity(squares(8, 8), corners=False)
    block, board = ((right < 4).ravel().astype(float), ((right + down) % 2).ravel().astype(float))
    assert global_moran(block, among, 199, np.random.default_rng(1)).p_shuffled < 0.02
    assert global_moran(block, among).value > 0.7
    assert global_moran(board, among).value == pytest.approx(-1.0)
    assert set(local_moran(block, among).pattern) <= {"high-high", "low-low"}


def test_islands_and_gaps_take_no_part() -> None:
    shapes = np.append(squares(), [shapely.box(90, 90, 91, 91), None])
    among = contiguity(shapes)
    assert among.count[-2:].tolist() == [0, 0]
    values = np.append(K, [100.0, 50.0])
    assert global_moran(values, among).value == pytest.approx(global_moran(K, QUEEN).value, rel=1e-12)
    for found in (local_moran(values, among, 99), hot_spots(values, among)):
        assert np.isnan(found.value[-2:]).all()
        assert np.isnan(found.p[-2:]).all()
        assert found.pattern[-2:].tolist() == [None, None]
        assert not np.isnan(found.value[:25]).any()
    gap = K.copy()
    gap[12] = np.nan
    alone = np.delete(np.arange(25), 12)
    expected = hot_spots(K[alone], contiguity(squares()[alone]))
    assert hot_spots(gap, QUEEN).value[alone] == pytest.approx(expected.value)


@pytest.mark.parametrize(
    ("values", "shapes"),
    [
        ([1.0], squares(1, 1)),
        ([1.0, 2.0, 3.0], squares(1, 3)),
        ([1.0, 2.0, 3.0, 4.0], squares()[[0, 2, 10, 12]]),
        ([np.nan] * 25, squares()),
    ],
)
def test_too_few_areas_have_no_answer(values: list[float], shapes: Any) -> None:
    for method in (global_moran, global_geary, local_moran, hot_spots):
        with pytest.raises(NoAnswerError, match="at least 4 are needed"):
            method(np.array(values), contiguity(shapes))


def test_equal_values_have_no_answer() -> None:
    with pytest.raises(NoAnswerError, match="the same value"):
        global_moran(np.full(25, 0.1), QUEEN)


def test_borders_that_miss_each_other_a_little_are_borders() -> None:
    apart = np.array(
        [shapely.box(0, 0, 1, 1), shapely.box(0.9999, 0, 2, 1), shapely.box(2, 0, 3, 0.5), shapely.box(2, 0.5, 3, 1)]
    )
    assert contiguity(apart).count.tolist() == [1, 3, 2, 2]


def test_rook_and_queen_in_any_unit() -> None:
    for side in (1.0, 500.0, 1e-4):
        assert contiguity(squares(3, 3, side), corners=False).count.tolist() == [2, 3, 2, 3, 4, 3, 2, 3, 2]
        assert contiguity(squares(3, 3, side)).count.tolist() == [3, 5, 3, 5, 8, 5, 3, 5, 3]


def test_distances_and_nearest_places() -> None:
    places = np.array([[0.0, 0.0], [300.0, 0.0], [0.0, 400.0], [np.nan, np.nan], [5000.0, 0.0]])
    assert within(places, 400).count.tolist() == [2, 1, 1, 0, 0]
    assert nearest(places, 1).matrix.toarray().nonzero()[1].tolist() == [1, 0, 0, 1]
    tied = np.array([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]])
    assert nearest(tied, 1).count[0] == 3  # all as near as the nearest
    for wrong in (lambda: within(places, 0), lambda: nearest(places, 4), lambda: nearest(places, 0)):
        with pytest.raises(CallError):
            wrong()


def by_definition(y: Any, w: Any) -> list[float]:
    """Gi* as published, one area at a time."""
    n, found = len(y), []
    for row in w + np.eye(n):
        s1, total = (row**2).sum(), row.sum()
        above = (row * y).sum() - total * y.mean()
        found.append(above / (y.std() * np.sqrt((n * s1 - total**2) / (n - 1))))
    return found


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_scale_and_shift_change_nothing(seed: int) -> None:
    chance = np.random.default_rng(seed)
    y, places = chance.normal(size=30), chance.random((30, 2)) * 1000
    among = nearest(places, 4)
    spots = hot_spots(y, among)
    assert spots.value == pytest.approx(by_definition(y, among.matrix.toarray()))
    assert hot_spots(3 * y + 7, among).value == pytest.approx(spots.value)
    assert global_moran(3 * y + 7, among).value == pytest.approx(global_moran(y, among).value)
    order = chance.permutation(30)
    turned = Neighbours(among.matrix[order][:, order].tocsr())
    assert local_moran(y[order], turned, 0).value == pytest.approx(local_moran(y, among, 0).value[order])


def test_all_neighbours_of_all_leave_nothing_to_chance() -> None:
    """Then I is -1/(n - 1) and C is 1 however the values lie; both spreads are 0, not a rounding error's root."""
    everybody = within(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), 2.0)
    values = np.array([3.0, 5.0, 1.0, 2.0])
    for found, sure in ((global_moran(values, everybody), -1 / 3), (global_geary(values, everybody), 1.0)):
        assert [found.value, found.expected] == pytest.approx([sure, sure])
        assert (found.variance, found.variance_normal, found.z, found.z_normal, found.p) == (0.0, 0.0, 0.0, 0.0, 1.0)
