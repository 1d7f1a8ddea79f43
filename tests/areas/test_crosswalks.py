"""Crosswalks: published example, sums, what stays outside, calibration, storage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from sozialraum.areas import (
    AreaLayer,
    Crosswalk,
    area_layer,
    by_area,
    by_inhabited_area,
    by_points,
    by_population,
    calibrated,
    read_areas,
)
from sozialraum.errors import MismatchError, NoAnswerError

CRS = "EPSG:25832"


def layer(vintage: str, **shapes: shapely.Polygon) -> AreaLayer:
    return area_layer("area", vintage, list(shapes), list(shapes), list(shapes.values()), CRS)


SOURCE = layer("old", a=shapely.box(0, 0, 10, 10), b=shapely.box(10, 0, 20, 10), c=shapely.box(0, 10, 20, 20))
TARGET = layer("new", x=shapely.box(0, 0, 5, 20), y=shapely.box(5, 0, 15, 20), z=shapely.box(15, 0, 25, 20))
PERSONS = {"a": 100.0, "b": 200.0, "c": 50.0}


def values(walk: Crosswalk, counts: dict[str, float | None]) -> list[float | None]:
    found: list[float | None] = walk.carry(counts).table["value"].to_pylist()
    return found


def test_the_published_example_of_area_weights() -> None:
    """Goodchild & Lam 1980: counts 62.5, 175, 112.5; rates from carried numerator and denominator."""
    walk = by_area(SOURCE, TARGET)
    assert values(walk, PERSONS) == pytest.approx([62.5, 175, 112.5])
    area = dict(zip(SOURCE.keys, SOURCE.area_m2, strict=True))
    rate = {key: share * area[key] for key, share in {"a": 0.1, "b": 0.2, "c": 0.4}.items()}
    carried = np.array(values(walk, rate)) / np.array(values(walk, area))
    assert carried == pytest.approx([0.25, 0.275, 0.30])


def test_people_outside_all_targets_stay_outside() -> None:
    targets = layer("new", x=shapely.box(0, 0, 5, 20), y=shapely.box(5, 0, 15, 20))
    walk = by_area(SOURCE, targets)
    carried = walk.carry(PERSONS)
    assert carried.table["value"].to_pylist() == pytest.approx([62.5, 175])
    assert carried.outside == pytest.approx(112.5)
    assert walk.row_sums() == pytest.approx({"a": 1, "b": 0.5, "c": 0.75})
    assert walk.closed().row_sums() == walk.row_sums()  # so much is no redrawn border


def test_a_source_that_lies_wholly_outside_is_counted_there() -> None:
    far = layer("old", a=shapely.box(0, 0, 10, 10), far=shapely.box(900, 0, 910, 10))
    walk = by_area(far, TARGET)
    assert walk.carry({"a": 10.0, "far": 7.0}).outside == pytest.approx(7)


def test_values_out_of_divided_areas_are_flagged() -> None:
    targets = layer("new", ab=shapely.box(0, 0, 20, 10), c1=shapely.box(0, 10, 5, 20), c2=shapely.box(5, 10, 20, 20))
    carried = by_area(SOURCE, targets).carry(PERSONS).table.to_pydict()
    assert carried["value"] == pytest.approx([300, 12.5, 37.5])
    assert carried["flag"] == ["ok", "estimated", "estimated"]
    assert carried["estimated_share"] == pytest.approx([0, 1, 1])


def test_an_unknown_count_makes_its_targets_unknown() -> None:
    carried = by_area(SOURCE, TARGET).carry(PERSONS | {"a": None}).table.to_pydict()
    assert carried["value"] == [None, None, pytest.approx(112.5)]
    assert carried["flag"] == ["missing", "missing", "estimated"]


def test_a_target_that_no_source_reaches_is_unknown() -> None:
    targets = layer("new", x=shapely.box(0, 0, 20, 20), y=shapely.box(500, 0, 510, 10))
    carried = by_area(SOURCE, targets).carry(PERSONS).table.to_pydict()
    assert carried["value"] == [350, None]
    assert carried["flag"] == ["ok", "missing"]


def test_counts_of_strange_areas_are_refused() -> None:
    with pytest.raises(MismatchError, match="does not know the areas q"):
        by_area(SOURCE, TARGET).carry({"q": 1.0})


def test_redrawn_borders_are_no_change() -> None:
    old = layer("old", a=shapely.box(0, 0, 1000, 1000), b=shapely.box(1000, 0, 2000, 1000))
    new = layer(
        "new", a=shapely.box(0, 0, 1002, 1000), b1=shapely.box(1002, 0, 1500, 1000), b2=shapely.box(1500, 0, 2000, 1000)
    )
    walk = by_area(old, new, same=0.995).closed()
    carried = walk.carry({"a": 700.0, "b": 800.0}).table.to_pydict()
    assert carried["value"] == pytest.approx([700, 399.2, 400.8], abs=0.01)
    assert carried["flag"] == ["ok", "estimated", "estimated"]
    assert walk.method == "area, unchanged areas whole, closed"
    assert walk.notes["closed_rows"] == 1


def test_inhabited_area_puts_people_where_houses_are() -> None:
    houses = [shapely.box(0, 0, 2, 10), shapely.box(8, 0, 10, 10), shapely.box(10, 0, 20, 20)]
    walk = by_inhabited_area(SOURCE, TARGET, np.array(houses, dtype=object))
    assert values(walk, {"a": 100.0}) == pytest.approx([50, 50, 0])
    dense = by_inhabited_area(SOURCE, TARGET, np.array(houses, dtype=object), densities=[3, 1, 1])
    assert values(dense, {"a": 100.0}) == pytest.approx([75, 25, 0])


def test_a_finer_population_divides_by_persons() -> None:
    cells = np.array([shapely.box(0, 0, 5, 10), shapely.box(5, 0, 10, 10)], dtype=object)
    walk = by_population(SOURCE, TARGET, cells, [30, 10])
    assert values(walk, {"a": 100.0}) == pytest.approx([75, 25, 0])
    assert walk.notes["by_area_instead"] == ["b", "c"]
    assert walk.row_sums() == pytest.approx({"a": 1, "b": 1, "c": 1})


def test_points_divide_by_their_weight() -> None:
    points = shapely.points([(1, 5), (2, 5), (7, 5), (12, 5), (99, 99)])
    assert values(by_points(SOURCE, TARGET, points), {"a": 90.0, "b": 10.0}) == pytest.approx([60, 40, 0])
    walk = by_points(SOURCE, TARGET, points, weight=[1, 1, 2, 1, 1])
    assert values(walk, {"a": 90.0}) == pytest.approx([45, 45, 0])
    assert (walk.notes["points_outside"], walk.notes["by_area_instead"]) == (1, ["c"])


def test_overlapping_targets_would_count_people_twice() -> None:
    doubled = layer("new", x=shapely.box(0, 0, 15, 20), y=shapely.box(5, 0, 20, 20))
    with pytest.raises(MismatchError, match="overlap"):
        by_area(SOURCE, doubled)


def test_calibration_meets_both_totals() -> None:
    new = {"x": 80.0, "y": 150.0, "z": 120.0}
    walk = calibrated(by_area(SOURCE, TARGET), PERSONS, new)
    assert values(walk, PERSONS) == pytest.approx([80, 150, 120])
    assert walk.row_sums() == pytest.approx({"a": 1, "b": 1, "c": 1})
    assert walk.notes["column_wape"] < 1e-6
    assert walk.method == "calibrated from area"


def test_calibration_equals_the_slow_way() -> None:
    walk = calibrated(by_area(SOURCE, TARGET), PERSONS, {"x": 80.0, "y": 150.0, "z": 120.0})
    persons = np.array([[50, 50, 0], [0, 100, 100], [12.5, 25, 12.5]])
    for _ in range(500):
        persons = persons * (np.array([80, 150, 120]) / persons.sum(axis=0))
        persons = persons * (np.array([100, 200, 50]) / persons.sum(axis=1))[:, None]
    slow = persons / persons.sum(axis=1)[:, None]
    found = {(row["from"], row["to"]): row["weight"] for row in walk.table.to_pylist()}
    assert found == pytest.approx(
        {(s, t): slow[i, j] for i, s in enumerate("abc") for j, t in enumerate("xyz") if slow[i, j]}
    )


def test_an_unknown_target_stays_free() -> None:
    walk = calibrated(by_area(SOURCE, TARGET), PERSONS, {"x": 80.0, "y": None, "z": 120.0})
    assert values(walk, PERSONS) == pytest.approx([80, 150, 120])
    assert walk.notes["unknown"] == ["y"]


def test_calibration_that_cannot_fit_says_so() -> None:
    walk = calibrated(by_area(SOURCE, TARGET), PERSONS, {"x": 330.0, "y": 10.0, "z": 10.0})
    assert walk.notes["column_wape"] > 50
    assert sum(one or 0 for one in values(walk, PERSONS)) == pytest.approx(350)


def test_a_source_without_people_keeps_its_area_weights() -> None:
    walk = calibrated(by_area(SOURCE, TARGET), PERSONS | {"a": 0.0}, {"x": 20.0, "y": 120.0, "z": 110.0})
    assert walk.notes["rows_of_start"] == 1
    assert values(walk, {"a": 10.0}) == pytest.approx([5, 5, 0])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"a": 100.0, "b": 200.0}, {"x": 300.0}, "unknown for c"),
        (PERSONS, {"q": 300.0}, "does not lead to: q"),
        (PERSONS, {"x": 100.0, "y": 100.0, "z": 50.0}, "same day: 350.0 before, 250.0 after"),
    ],
)
def test_totals_that_do_not_belong_together_are_refused(
    old: dict[str, float], new: dict[str, float], said: str
) -> None:
    with pytest.raises(MismatchError, match=said):
        calibrated(by_area(SOURCE, TARGET), old, new)


def test_the_error_is_measured_against_known_counts() -> None:
    walk = by_area(SOURCE, TARGET).measured("persons", PERSONS, {"x": 50.0, "y": 200.0, "z": None})
    error = walk.error["persons"]
    assert error["wape"] == pytest.approx(100 * (12.5 + 25) / 250)
    assert error["median"] == pytest.approx((25 + 12.5) / 2)
    assert (error["over_10_percent"], error["areas"], error["unknown"]) == (2, 2, 1)
    with pytest.raises(NoAnswerError):
        walk.measured("nothing", PERSONS, {"x": None})


def test_a_crosswalk_is_stored_with_method_and_error(tmp_path: Path) -> None:
    walk = by_area(SOURCE, TARGET).measured("persons", PERSONS, {"x": 50.0, "y": 200.0})
    path = tmp_path / "deep" / "walk.parquet"
    walk.save(path)
    first = path.read_bytes()
    walk.save(path)
    assert path.read_bytes() == first
    assert [one.name for one in path.parent.iterdir()] == ["walk.parquet"]
    again = Crosswalk.read(path)
    assert again.table.equals(walk.table)
    assert (again.method, again.error, again.targets) == (walk.method, walk.error, walk.targets)
    assert again.carry(PERSONS).table.equals(walk.carry(PERSONS).table)


def test_a_crosswalk_describes_itself() -> None:
    walk = calibrated(by_area(SOURCE, TARGET), PERSONS, {"x": 80.0, "y": 150.0, "z": 120.0})
    walk = walk.measured("residents", PERSONS, {"x": 80.0, "y": 150.0, "z": 122.0})
    assert walk.describe() == (
        "Counts on the boundaries old are carried to the boundaries new by their share of the area. "
        "The weights are calibrated to both populations at the date of change. "
        "Measured error (all deviations over all counts): residents 0.57 %."
    )
    assert walk.describe("de").endswith(
        "angepasst. Gemessener Fehler (Summe der Abweichungen durch Summe der Zahlen): residents 0,57 %."
    )
    assert [source for source, _ in walk.parts("x")] == ["a", "c"]


def test_other_files_are_no_crosswalks(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": [1]}), tmp_path / "other.parquet")
    (tmp_path / "garbage.parquet").write_bytes(b"garbage")
    with pytest.raises(MismatchError, match="no crosswalk made by this program"):
        Crosswalk.read(tmp_path / "other.parquet")
    with pytest.raises(MismatchError, match="no readable crosswalk"):
        Crosswalk.read(tmp_path / "garbage.parquet")


def test_two_crosswalks_follow_one_another() -> None:
    back = layer("newest", p=shapely.box(0, 0, 25, 10), q=shapely.box(0, 10, 25, 20))
    walk = by_area(SOURCE, TARGET).then(by_area(TARGET, back))
    assert values(walk, PERSONS) == pytest.approx([175, 175])
    assert (walk.from_vintage, walk.to_vintage) == ("old", "newest")
    with pytest.raises(MismatchError):
        walk.then(by_area(SOURCE, TARGET))


def test_a_coarser_crosswalk_weighs_by_what_the_finer_one_carried() -> None:
    walk = calibrated(by_area(SOURCE, TARGET), PERSONS, {"x": 80.0, "y": 150.0, "z": 120.0})
    coarse = walk.coarsened("district", {"a": "1", "b": "1", "c": "2"}, {"x": "1", "y": "1", "z": "2"})
    assert coarse.row_sums() == pytest.approx({"1": 1, "2": 1})
    assert sum(one or 0 for one in values(coarse, {"1": 300.0, "2": 50.0})) == pytest.approx(350)
    assert values(coarse, {"1": 300.0, "2": 50.0})[1] == pytest.approx(120)


def test_areas_take_the_stored_crosswalk_first(tmp_path: Path) -> None:
    from areas_town import BLOCKS, layer_of, settings, write

    from sozialraum.areas import areas_settings, crosswalk_file

    write(tmp_path / "areas" / "town.gpkg", "blocks", *layer_of(BLOCKS))
    blocks = settings()["vintage"][0]["layer"]["block"]
    city = {"union_of": "block", "key": "0", "name": "Stadt"}
    blocks = blocks | {"parent": {}}
    table = {
        "crs": CRS,
        "levels": ["block", "city"],
        "vintage": [
            {"id": "old", "layer": {"block": blocks, "city": city}},
            {"id": "new", "valid_from": "2021-01-01", "layer": {"block": blocks, "city": city}},
        ],
    }
    areas = read_areas(tmp_path, areas_settings(table))
    plain = areas.crosswalk("old", "new", "block")
    assert plain.table["weight"].to_pylist() == [1.0] * 6
    stored = plain.measured("same", dict.fromkeys(BLOCKS, 5.0), dict.fromkeys(BLOCKS, 5.0))
    stored.save(tmp_path / "areas" / "crosswalks" / crosswalk_file("block", "old", "new"))
    again = read_areas(tmp_path, areas_settings(table))
    assert again.crosswalk("old", "new", "block").error["same"]["wape"] == 0
