"""What holds for any town: weights sum to one, sums are kept, order does not matter, neighbours stay neighbours."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from sozialraum.areas import AreaLayer, area_layer, by_area, calibrated
from sozialraum.areas.borders import neighbour_table, simplified_shapes

FRAME = shapely.box(0, 0, 1000, 1000)


def tiling(seed: int, count: int, vintage: str, order: int = 0) -> AreaLayer:
    """A square kilometre divided into areas around random points."""
    points = np.random.default_rng(seed).uniform(20, 980, (count, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=FRAME, ordered=True))
    shapes = shapely.intersection(cells, FRAME)
    keys = [f"{place:03d}" for place in range(count)]
    turn = np.random.default_rng(order).permutation(count)
    return area_layer(
        "area", vintage, [keys[at] for at in turn], [keys[at] for at in turn], list(shapes[turn]), "EPSG:25832"
    )


tilings = st.tuples(st.integers(0, 10_000), st.integers(2, 12), st.integers(2, 12))


@settings(max_examples=40, deadline=None)
@given(tilings, st.lists(st.integers(0, 5000), min_size=12, max_size=12))
def test_weights_sum_to_one_and_sums_are_kept(town: tuple[int, int, int], counts: list[int]) -> None:
    seed, before, after = town
    old, new = tiling(seed, before, "old"), tiling(seed + 1, after, "new")
    walk = by_area(old, new, same=0.995).closed()
    assert list(walk.row_sums().values()) == pytest.approx([1.0] * before, abs=1e-9)
    values = dict(zip(old.keys, map(float, counts), strict=False))
    carried = walk.carry(values)
    assert sum(carried.table["value"].to_pylist()) + carried.outside == pytest.approx(sum(values.values()))
    assert abs(carried.outside) <= 1e-6 * (1 + sum(values.values()))


@settings(max_examples=20, deadline=None)
@given(tilings, st.integers(1, 1000))
def test_order_of_rows_does_not_matter(town: tuple[int, int, int], order: int) -> None:
    seed, before, after = town
    one = by_area(tiling(seed, before, "old"), tiling(seed + 1, after, "new"))
    other = by_area(tiling(seed, before, "old", order), tiling(seed + 1, after, "new", order + 1))
    assert one.table.equals(other.table)


@settings(max_examples=20, deadline=None)
@given(tilings)
def test_a_truth_that_fits_is_met_by_calibration(town: tuple[int, int, int]) -> None:
    seed, before, after = town
    start = by_area(tiling(seed, before, "old"), tiling(seed + 1, after, "new")).closed()
    rng = np.random.default_rng(seed)
    persons = rng.uniform(1, 100, start.table.num_rows)
    old: dict[str, float | None] = dict.fromkeys(start.sources, 0.0)
    new: dict[str, float | None] = dict.fromkeys(start.targets, 0.0)
    for row, value in zip(start.table.to_pylist(), persons, strict=True):
        old[row["from"]] = (old[row["from"]] or 0) + value
        new[row["to"]] = (new[row["to"]] or 0) + value
    carried = calibrated(start, old, new).carry(old).table
    assert carried["value"].to_pylist() == pytest.approx([new[key] for key in start.targets], rel=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 25), st.floats(1, 80))
def test_simplification_keeps_areas_and_neighbours(seed: int, count: int, tolerance: float) -> None:
    layer = tiling(seed, count, "old")
    found = simplified_shapes(layer.geometry, tolerance)
    assert (shapely.area(found) > 0).all()
    assert shapely.coverage_is_valid(found)
    before = {(row["area"], row["neighbour"]) for row in neighbour_table(layer.keys, layer.geometry).to_pylist()}
    after = {(row["area"], row["neighbour"]) for row in neighbour_table(layer.keys, found).to_pylist()}
    assert before == after
