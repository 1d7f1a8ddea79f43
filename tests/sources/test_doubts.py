"""Doubts that need the map or the last delivery: points, lost areas, jumps, units, other breakdowns."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import shapely

from sozialraum.errors import Place
from sozialraum.sources import disagreements, other_facts, parse_source, read_delivery, store_delivery
from tests.sources.land import AREAS, GROUPS, HEAD, KEYS, PLACE, POPULATION, good_rows, write

CENTRES = parse_source(
    HEAD
    + """
[file]
reader = "points"
[area]
level = "planning_area"
[period]
file_name = "(\\\\d{4})"
[[facts]]
table = "daycare_centres"
measures = { places = "Plätze" }
"""
)


def test_points_are_counted_where_they_lie_and_those_outside_are_told(tmp_path: Path) -> None:
    import geopandas

    places = [shapely.Point(500, 500), shapely.Point(510, 500), shapely.Point(1500, 2500), shapely.Point(9000, 9000)]
    frame = geopandas.GeoDataFrame({"Plätze": [20, 31, 5, 7]}, geometry=places, crs="EPSG:25832").to_crs("EPSG:4326")
    frame.to_file(tmp_path / "kitas_2024.geojson")
    delivery = read_delivery(tmp_path / "kitas_2024.geojson", CENTRES, AREAS)
    facts = delivery.facts["daycare_centres"].select(["area", "places"]).to_pylist()
    assert facts == [
        {"area": "010101", "places": 20.0},
        {"area": "010101", "places": 31.0},
        {"area": "010110", "places": 5.0},
    ]
    assert [(fault.code, fault.severity, fault.place.row) for fault in delivery.faults] == [
        ("point_outside", "warning", 4)
    ]


REGISTER = parse_source(
    HEAD
    + PLACE.replace('column = "Jahr"', 'file_name = "(\\\\d{4})"')
    + """
[[facts]]
table = "deaths"
measures = { deaths = 1 }
dimensions.age = { column = "Geburtsdatum", years_since = true }
"""
)


def register(folder: Path, year: int, cases: list[str]) -> Path:
    rows = [["Gebiet", "Geburtsdatum"], *([key, "15.06.1950"] for key in cases)]
    return write(folder, rows, f"sterbefaelle_{year}.csv")


def test_a_register_of_cases_may_lack_areas_but_not_those_that_had_many(tmp_path: Path) -> None:
    before = read_delivery(register(tmp_path, 2023, [KEYS[0]] * 30 + [KEYS[1]] * 25 + [KEYS[2]]), REGISTER, AREAS)
    assert before.faults == ()
    assert set(before.facts["deaths"]["age_from"].to_pylist()) == {73}
    now = read_delivery(register(tmp_path, 2024, [KEYS[0]] * 30), REGISTER, AREAS, previous=before.facts)
    assert [(fault.code, fault.value) for fault in now.faults] == [("areas_gone", KEYS[1])]


def test_a_case_that_occurs_twice_is_found_by_its_number(tmp_path: Path) -> None:
    definition = REGISTER.model_copy(update={"checks": REGISTER.checks.model_copy(update={"unique": ("Nr",)})})
    rows = [["Nr", "Gebiet", "Geburtsdatum"], *([str(number % 7), KEYS[0], "1950"] for number in range(9))]
    found = read_delivery(write(tmp_path, rows, "x_2024.csv"), definition, AREAS).faults
    assert [(fault.code, fault.place.row, fault.values["count"]) for fault in found] == [("doubled_row", 9, 2)]


def test_jumps_are_told_for_the_area_or_for_all_together(tmp_path: Path) -> None:
    before = read_delivery(write(tmp_path, good_rows("2023"), "pop_2023.csv"), POPULATION, AREAS).facts
    rows = good_rows()
    rows[4][4], rows[4][5] = "900", str(int(rows[4][5]) + 900 - int(rows[4][4]))
    found = read_delivery(write(tmp_path, rows), POPULATION, AREAS, previous=before).faults
    assert [(fault.code, fault.value, fault.place.column) for fault in found] == [("jump", "010104", "ab 18")]
    quiet = POPULATION.model_copy(update={"checks": POPULATION.checks.model_copy(update={"jump": 5.0})})
    assert read_delivery(write(tmp_path, rows), quiet, AREAS, previous=before).faults == ()


RATES = parse_source(
    HEAD
    + PLACE
    + '[[facts]]\ntable = "delivered"\nmeasures = { value = "Quote" }\ndimensions.indicator = { constant = "rate" }'
)


def rates(folder: Path, year: int, factor: float) -> Path:
    rows = [[key, str(year), f"{(number + 5) * factor:.3f}".replace(".", ",")] for number, key in enumerate(KEYS)]
    return write(folder, [["Gebiet", "Jahr", "Quote"], *rows], f"quote_{year}.csv")


def test_another_unit_than_last_year_is_told(tmp_path: Path) -> None:
    before = read_delivery(rates(tmp_path, 2023, 1), RATES, AREAS)
    assert before.faults == ()
    found = read_delivery(rates(tmp_path, 2024, 0.01), RATES, AREAS, previous=before.facts).faults
    assert [fault.code for fault in found] == ["unit_changed"]


def test_one_mistyped_year_among_many_is_told(tmp_path: Path) -> None:
    rows = [row for year in ("2022", "2023") for row in good_rows(year)[1:]]
    rows[3][1] = "2032"
    found = read_delivery(write(tmp_path, [good_rows()[0], *rows], "pop.csv"), POPULATION, AREAS).faults
    assert {fault.code for fault in found} == {"odd_period", "lost_areas"}


def test_breakdowns_of_the_same_persons_must_agree(tmp_path: Path) -> None:
    groups = read_delivery(write(tmp_path, good_rows()), POPULATION, AREAS).facts["population"]
    bare = parse_source(HEAD + PLACE + '[[facts]]\ntable = "population"\nmeasures = { persons = "alle" }')
    rows = good_rows()
    rows[6][5] = str(int(rows[6][5]) + 4)
    total = read_delivery(write(tmp_path, rows), bare, AREAS, others={"population": [groups]})
    assert [(fault.code, fault.value) for fault in total.faults] == [("totals_disagree", "010106")]
    women = parse_source(
        HEAD
        + PLACE
        + '[[facts]]\ntable = "population"\nmeasures = { persons = "ab 18" }\ndimensions.sex = { constant = "f" }'
    )
    part = read_delivery(write(tmp_path, good_rows()), women, AREAS).facts["population"]
    assert disagreements([groups, part], Place()) == []


def test_an_area_of_another_vintage_is_told_with_its_boundaries(tmp_path: Path) -> None:
    rows = good_rows()
    rows[3][0] = "990199"
    found = read_delivery(write(tmp_path, rows), POPULATION, AREAS).faults
    assert {(fault.code, fault.value) for fault in found} == {("area_unknown", "990199"), ("lost_areas", "010103")}


def test_a_file_of_another_name_is_told(tmp_path: Path) -> None:
    named = parse_source(HEAD + PLACE + GROUPS + '[file]\nname = "^einwohner_"')
    found = read_delivery(write(tmp_path, good_rows()), named, AREAS).faults
    assert [(fault.code, fault.severity) for fault in found] == [("other_name", "warning")]


def test_numbers_of_every_way_of_writing(tmp_path: Path) -> None:
    written = ["1 234,5", "1\u202f234,5", "1234,5", "(1234,5)", "1234,5p"]
    definition = parse_source(
        HEAD + PLACE + '[file]\nthousands = " "\n[[facts]]\ntable = "delivered"\nmeasures = { value = "Quote" }\n'
        'dimensions.indicator = { constant = "rate" }\n[checks]\nareas = "some"'
    )
    rows = [["Gebiet", "Jahr", "Quote"], *([key, "2024", text] for key, text in zip(KEYS, written, strict=False))]
    facts = read_delivery(write(tmp_path, rows), definition, AREAS).facts["delivered"]
    assert np.array_equal(facts["value"].to_numpy(), [1234.5] * 5)
    assert facts["sign"].to_pylist() == ["", "", "", "unreliable", "provisional"]


def test_other_sources_are_laid_beside_with_their_latest_facts(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    for year, add in (("2023", 0), ("2024", 0), ("2024", 2)):
        file = write(tmp_path, good_rows(year, add), f"pop_{year}.csv")
        store_delivery(workspace, read_delivery(file, POPULATION, AREAS), file, datetime(2025, 1, 1), "Erika Muster")
    bare = parse_source(
        HEAD.replace("residents", "total") + PLACE + '[[facts]]\ntable = "population"\nmeasures = { persons = "alle" }'
    )
    others = other_facts(workspace, bare)
    told = [(table.num_rows, set(table["period"].to_pylist())) for table in others["population"]]
    assert told == [(36, {"2024"}), (36, {"2023"})]
    rows = [*good_rows("2024", 2), *good_rows("2023")[1:]]
    assert read_delivery(write(tmp_path, rows, "alle.csv"), bare, AREAS, others=others).faults == ()
    assert other_facts(workspace, POPULATION) == {}
