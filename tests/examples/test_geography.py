"""The land of the invented county: nested, without gaps, and the same for a seed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely

from sozialraum.examples.musterkreis.geography import LEVELS, VINTAGES, Geography, geography

# every warning of the geometry is an error; what another test left for the garbage collector is not this file's business
pytestmark = pytest.mark.filterwarnings("error", "ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture(scope="module")
def land() -> Geography:
    return geography(np.random.default_rng(1))


def test_numbers_of_areas(land: Geography) -> None:
    counts = {level: len(land.layers[level, "2020"].keys) for level in LEVELS}
    assert counts["municipality"] == 9
    assert counts["county"] == 1
    assert 16 <= counts["social_area"] <= 20
    assert 60 <= counts["planning_area"] <= 90
    assert counts["block"] > 800


@pytest.mark.parametrize("vintage", VINTAGES)
@pytest.mark.parametrize("level", LEVELS)
def test_areas_cover_the_county_without_gap_or_overlap(land: Geography, level: str, vintage: str) -> None:
    layer = land.layers[level, vintage]
    assert shapely.is_valid(layer.polygons).all()
    assert set(shapely.get_type_id(layer.polygons)) == {3}
    assert shapely.coverage_is_valid(layer.polygons)
    county = land.layers["county", vintage].polygons[0]
    assert shapely.area(layer.polygons).sum() == pytest.approx(county.area, rel=1e-9)


@pytest.mark.parametrize("vintage", VINTAGES)
@pytest.mark.parametrize(("level", "coarser"), list(pairwise(LEVELS)))
def test_each_area_lies_in_its_parent(land: Geography, level: str, coarser: str, vintage: str) -> None:
    fine, coarse = land.layers[level, vintage], land.layers[coarser, vintage]
    parents = dict(zip(coarse.keys, coarse.polygons, strict=True))
    inside = shapely.contains_xy(
        np.array([parents[key] for key in fine.parents]),
        shapely.get_coordinates(shapely.point_on_surface(fine.polygons)),
    )
    assert inside.all()


def test_the_reform_changes_some_planning_areas_and_no_block(land: Geography) -> None:
    before, after = (land.layers["planning_area", vintage] for vintage in VINTAGES)
    new = set(after.keys) - set(before.keys)
    gone = set(before.keys) - set(after.keys)
    assert len(new) == 10
    assert len(gone) == 10
    assert all(key.startswith("01") for key in new | gone)
    assert land.layers["block", "2015"].keys == land.layers["block", "2020"].keys
    assert shapely.equals(land.layers["block", "2015"].polygons, land.layers["block", "2020"].polygons).all()


def test_a_reform_moves_blocks_between_two_social_areas(land: Geography) -> None:
    moved = land.social_keys["2015"] != land.social_keys["2020"]
    assert 1 <= moved.sum() <= 3


def test_keys_are_hierarchical_texts_with_leading_zeros(land: Geography) -> None:
    layer = land.layers["planning_area", "2015"]
    assert all(len(key) == 6 and key.startswith("0") for key in layer.keys)
    assert all(key.startswith(parent) for key, parent in zip(layer.keys, layer.parents, strict=True))
    assert list(layer.keys) == sorted(layer.keys)


def test_one_name_occurs_twice(land: Geography) -> None:
    names = land.layers["planning_area", "2020"].names
    assert {name for name in names if names.count(name) > 1} == {"Mühlenberg"}


def test_the_town_is_small_areas_and_the_country_large_ones(land: Geography) -> None:
    layer = land.layers["planning_area", "2020"]
    size = shapely.area(layer.polygons)
    town = np.array([key.startswith("01") for key in layer.keys])
    assert np.median(size[~town]) > 4 * np.median(size[town])


def test_other_seeds_give_another_county_of_the_same_kind(land: Geography) -> None:
    other = geography(np.random.default_rng(2))
    assert other.block_keys != land.block_keys
    assert shapely.coverage_is_valid(other.layers["block", "2015"].polygons)
    assert len(other.layers["municipality", "2015"].keys) == 9
