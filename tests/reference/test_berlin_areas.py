"""Berlin's planning areas before and since 2021: the real layers, their real defects, and the reform of 2021.

Publisher: Amt für Statistik Berlin-Brandenburg. The figures expected here are those of docs/methods/crosswalk.md.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import shapely

from sozialraum.areas import Areas, Crosswalk, areas_settings, by_area, calibrated, read_areas
from sozialraum.errors import InputError

GEOMETRY = "berlin-lor-geometry/berlin_lor_"
Counts = dict[str, float | None]


def layers(file: str, **changes: Any) -> dict[str, Any]:
    """The delivered layers of one vintage; `changes` go into the planning areas."""
    found = {
        "planning_area": {
            "layer": "plr",
            "key": "PLR_ID",
            "name": "PLR_NAME",
            "width": 8,
            "parent": {"district_region": {"prefix": 6}},
        },
        "district_region": {
            "layer": "bzr",
            "key": "BZR_ID",
            "name": "BZR_NAME",
            "width": 6,
            "parent": {"forecast_area": {"prefix": 4}},
        },
        "forecast_area": {"layer": "pgr", "key": "PGR_ID", "name": "PGR_NAME", "width": 4},
    }
    found["planning_area"] |= changes
    return {level: one | {"data": GEOMETRY + file} for level, one in found.items()}


def table(**changes: Any) -> dict[str, Any]:
    """The `[areas]` table of Berlin; `changes` go into the planning areas before 2021."""
    city = {"union_of": "district", "key": "11", "name": "Berlin"}
    before = layers("pre2021.gpkg", **changes) | {"city": city}
    before["district"] = {"union_of": "planning_area", "key": {"prefix": 2}, "name": {"column": "bezirk_name"}}
    since = layers("2021.gpkg") | {"city": city}
    since["planning_area"]["parent"]["district"] = {"column": "BEZ"}
    key = {"column": "Gemeinde_s", "suffix": 2}
    since["district"] = {
        "data": GEOMETRY + "2021.gpkg",
        "layer": "bezirke",
        "key": key,
        "name": "Gemeinde_n",
        "width": 2,
    }
    return {
        "crs": "EPSG:25833",
        "levels": ["planning_area", "district_region", "forecast_area", "district", "city"],
        "labels": "district",
        "vintage": [{"id": "2006", "layer": before}, {"id": "2021", "valid_from": "2021-01-01", "layer": since}],
    }


@pytest.fixture(scope="module")
def areas(real_data: Path) -> Areas:
    return read_areas(real_data, areas_settings(table()), data=real_data)


def population(folder: Path, date: str, column: str = "inhabitants") -> Counts:
    with (folder / "berlin-population" / "population_age_sex_plr.csv").open(encoding="utf-8") as file:
        return {row["PLR_ID"]: float(row[column]) for row in csv.DictReader(file) if row["date"] == date}


def official(folder: Path) -> Counts:
    """Inhabitants of 31 December 2020 by new areas; one is empty, which is unknown and not zero."""
    with (folder / "berlin-mss" / "mss_2021_plr_inputs.csv").open(encoding="utf-8") as file:
        return {row["PLR_ID"]: float(row["EW"]) if row["EW"] else None for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def plain(areas: Areas) -> Crosswalk:
    return by_area(areas.layer("planning_area", "2006"), areas.layer("planning_area", "2021"))


@pytest.fixture(scope="module")
def fitted(areas: Areas, real_data: Path) -> Crosswalk:
    start = areas.crosswalk("2006", "2021", "planning_area")
    return calibrated(start, population(real_data, "2020-12-31"), official(real_data))


def wape(walk: Crosswalk, values: Counts, known: Counts) -> float:
    return walk.measured("it", values, known).error["it"]["wape"]


def test_all_levels_of_both_vintages_nest(areas: Areas) -> None:
    sizes = {vintage: [len(areas.layer(level, vintage)) for level in areas.levels] for vintage in ("2006", "2021")}
    assert sizes == {"2006": [448, 138, 60, 12, 1], "2021": [542, 143, 58, 12, 1]}
    assert {one.code for one in areas.warnings} == {"name_not_unique"}
    assert areas.layer("city", "2006").area_m2[0] == pytest.approx(890_665_445, abs=1)
    assert areas.layer("planning_area", "2021").area_m2.sum() == pytest.approx(890_665_100, abs=1)
    assert (areas.vintage_of("2020"), areas.vintage_of("2021")) == ("2006", "2021")


def test_both_castle_streets_are_told_apart(areas: Areas) -> None:
    labels = [label for label in areas.layer("planning_area", "2021").labels if label.startswith("Schloßstraße")]
    assert labels == ["Schloßstraße (Charlottenburg-Wilmersdorf)", "Schloßstraße (Steglitz-Zehlendorf)"]


def test_the_doubled_key_of_the_old_layer_is_found(real_data: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_areas(real_data, areas_settings(table(key="source_key")), data=real_data)
    fault = next(one for one in caught.value.faults if one.code == "duplicate_key")
    assert fault.value == "06010102"
    assert fault.place.column == "source_key"
    assert "Schloßstraße, Schloßstraße" in fault.say()


def test_the_doubled_key_is_repaired_by_a_declared_correction(areas: Areas, real_data: Path) -> None:
    where = {"source_key": "06010102", "bezirk_name": "Charlottenburg-Wilmersdorf"}
    correction = [
        {"where": where, "key": "04030417", "reason": "Schloßstraße in Charlottenburg carries the key of Steglitz"}
    ]
    repaired = read_areas(real_data, areas_settings(table(key="source_key", correction=correction)), data=real_data)
    assert repaired.layer("planning_area", "2006").keys == areas.layer("planning_area", "2006").keys


def test_lost_zeros_in_a_real_layer_are_found(real_data: Path) -> None:
    settings = areas_settings(table(key="area_m2_source"))
    with pytest.raises(InputError, match=r"characters instead of 8"):
        read_areas(real_data, settings, data=real_data)


def test_area_weights_are_a_tenth_wrong(plain: Crosswalk, real_data: Path) -> None:
    then = population(real_data, "2020-12-31")
    measured = plain.measured("official", then, official(real_data)).error["official"]
    assert measured["wape"] == pytest.approx(10.17, abs=0.01)
    assert (measured["areas"], measured["unknown"]) == (541, 1)
    assert wape(plain, then, population(real_data, "2021-06-30")) == pytest.approx(10.81, abs=0.01)


@pytest.mark.parametrize(
    ("column", "by_areas", "by_calibration"),
    [
        ("inhabitants", 10.8, 0.85),
        ("inhabitants_age_below_6", 13.2, 4.8),
        ("inhabitants_age_above_65", 10.6, 4.2),
        ("inhabitants_foreigners", 13.1, 5.7),
    ],
)
def test_calibration_cuts_the_error(
    plain: Crosswalk, fitted: Crosswalk, real_data: Path, column: str, by_areas: float, by_calibration: float
) -> None:
    then, later = (population(real_data, date, column) for date in ("2020-12-31", "2021-06-30"))
    assert wape(plain, then, later) == pytest.approx(by_areas, abs=0.06)
    assert wape(fitted, then, later) <= by_calibration + 0.06


def test_calibration_keeps_everybody(fitted: Crosswalk, real_data: Path) -> None:
    then = population(real_data, "2020-12-31")
    carried = fitted.carry(then)
    assert sum(value or 0 for value in carried.table["value"].to_pylist()) == pytest.approx(3_769_962)
    assert carried.outside == pytest.approx(0, abs=1e-6)
    assert list(fitted.row_sums().values()) == pytest.approx([1.0] * 448)
    assert fitted.notes["unknown"] == ["03400831"]
    assert wape(fitted, then, official(real_data)) < 0.01


def test_district_regions_are_added_up_by_persons(areas: Areas, fitted: Crosswalk, real_data: Path) -> None:
    above = [areas.parents("planning_area", "district_region", vintage) for vintage in ("2006", "2021")]
    walk = fitted.coarsened("district_region", *above)

    def by_region(date: str, parents: dict[str, str]) -> Counts:
        found: Counts = {}
        for key, value in population(real_data, date).items():
            found[parents[key]] = (found.get(parents[key]) or 0) + (value or 0)
        return found

    then, later = (by_region(date, one) for date, one in zip(("2020-12-31", "2021-06-30"), above, strict=True))
    assert wape(walk, then, later) < 1
    assert wape(areas.crosswalk("2006", "2021", "district_region"), then, later) > 1.5
    assert sum(walk.carry(then).table["value"].to_pylist()) == pytest.approx(3_769_962)


def test_unchanged_areas_keep_their_exact_count(areas: Areas, real_data: Path) -> None:
    carried = (
        areas.crosswalk("2006", "2021", "planning_area").carry(population(real_data, "2020-12-31")).table.to_pylist()
    )
    known = official(real_data)
    exact = [row for row in carried if row["flag"] == "ok"]
    assert len(exact) > 250
    assert all(row["value"] == pytest.approx(known[row["area"]]) for row in exact)


def test_neighbours_and_plainer_outlines_of_the_real_city(areas: Areas) -> None:
    for vintage, count in (("2006", 448), ("2021", 542)):
        layer = areas.simplified("planning_area", vintage, 25)
        assert len(layer) == count
        assert shapely.coverage_is_valid(layer.geometry)
        before = {(row["area"], row["neighbour"]) for row in areas.neighbours("planning_area", vintage).to_pylist()}
        assert {area for area, _ in before} == set(layer.keys)
        assert all((b, a) in before for a, b in before)
        outlines = areas.outlines("district", "planning_area", vintage, 25)
        assert sum(map(shapely.area, outlines.values())) == pytest.approx(layer.area_m2.sum())


def test_flensburg_and_the_municipalities_of_the_north(real_data: Path) -> None:
    flensburg = {
        "data": "flensburg-sozialatlas/flensburg_stadtteile.geojson",
        "key": "district_id",
        "name": "AREA_NAME",
    }
    town = {"union_of": "district", "key": "01001", "name": "Flensburg"}
    found = {
        "crs": "EPSG:25832",
        "levels": ["district", "city"],
        "vintage": [{"id": "2018", "layer": {"district": flensburg, "city": town}}],
    }
    areas = read_areas(real_data, areas_settings(found), data=real_data)
    assert len(areas.layer("district", "2018")) == 13
    assert areas.layer("city", "2018").area_m2[0] == pytest.approx(48.99e6, rel=1e-3)
    file = "de-vg5000-2021/vg5000_2021.gpkg"
    north = {
        "municipality": {
            "data": file,
            "layer": "gem",
            "key": "AGS",
            "name": "GEN",
            "width": 8,
            "parent": {"county": {"prefix": 5}},
        },
        "county": {"union_of": "municipality", "key": {"prefix": 5}, "parent": {"state": {"prefix": 2}}},
        "state": {"union_of": "county", "key": {"prefix": 2}},
    }
    states = {"crs": "EPSG:25832", "levels": list(north), "vintage": [{"id": "2021", "layer": north}]}
    areas = read_areas(real_data, areas_settings(states), data=real_data)
    assert len(areas.layer("municipality", "2021")) == 2078
    assert areas.layer("state", "2021").keys == ("01", "02", "03", "04")
    assert len(set(areas.layer("municipality", "2021").labels)) == 2078
    germany = {"data": file, "layer": "lan", "key": "AGS", "name": "GEN", "width": 2}
    whole = {
        "country": {"union_of": "state", "key": "0", "name": "Deutschland"},
        "state": germany | {"repair": True, "where": {"GF": "9"}, "dissolve": True},
    }
    found = {"crs": "EPSG:25832", "levels": ["state", "country"], "vintage": [{"id": "2021", "layer": whole}]}
    assert len(read_areas(real_data, areas_settings(found), data=real_data).layer("state", "2021")) == 16
