"""Publishers' files are read as they came, and their known inconsistencies are found."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import shapely

from sozialraum.areas import Areas, Vintage, area_layer
from sozialraum.errors import Place
from sozialraum.sources import Delivery, disagreements, parse_source, read_delivery

FLENSBURG = """
publisher = "Stadt Flensburg (Sozialatlas)"
licence = "CC0 1.0"
[file]
decimal = "."
[area]
level = "district"
column = "district_id"
[period]
column = "year"
"""


def city(level: str, keys: dict[str, list[str]]) -> Areas:
    """Areas that have keys only; `keys` by vintage."""
    layers = {
        (level, vintage): area_layer(level, vintage, own, own, [shapely.box(0, 0, 1, 1)] * len(own), "EPSG:25832")
        for vintage, own in keys.items()
    }
    upward = {vintage: {level: {key: key for key in own}} for vintage, own in keys.items()}
    return Areas((level,), tuple(Vintage(one) for one in keys), {}, "EPSG:25832", layers, upward)


DISTRICTS = city("district", {"2011": [str(number) for number in range(1, 14)]})


def flensburg(data: Path, table: str, declared: str) -> Delivery:
    file = data / "flensburg-sozialatlas" / "tables" / f"{table}.csv"
    definition = parse_source(f'id = "{table}"\ntitle = {{ de = "{table}" }}\n{FLENSBURG}\n{declared}')
    return read_delivery(file, definition, DISTRICTS)


def persons(age: str) -> str:
    return f'[[facts]]\ntable = "population"\nmeasures = {{ persons = "residents" }}\n{age}'


def test_flensburg_residents_differ_from_their_age_groups_in_twelve_district_years(real_data: Path) -> None:
    tables = {
        "fl_residents_by_district": "",
        "fl_children_age_under_18_by_district": "dimensions.age = { constant = [0, 18] }",
        "fl_residents_age_18_to_under_65_by_district": "dimensions.age = { constant = [18, 65] }",
        "fl_residents_age_65_and_above_by_district": "dimensions.age = { constant = [65] }",
    }
    deliveries = [flensburg(real_data, table, persons(age)) for table, age in tables.items()]
    assert [one.errors for one in deliveries] == [()] * 4
    found = disagreements([one.facts["population"] for one in deliveries], Place())
    assert len(found) == 12
    assert {fault.value for fault in found} == {"1", "4", "5", "11"}
    assert {str(fault.values["period"]) for fault in found} == {"2017", "2018", "2019", "2020"}
    total, *groups = deliveries
    last = read_delivery(
        real_data / "flensburg-sozialatlas" / "tables" / "fl_residents_by_district.csv",
        parse_source(f'id = "residents"\ntitle = {{ de = "x" }}\n{FLENSBURG}\n{persons("")}'),
        DISTRICTS,
        others={"population": [one.facts["population"] for one in groups]},
    )
    assert Counter(fault.code for fault in last.warnings)["totals_disagree"] == 12
    assert last.facts["population"].num_rows == total.facts["population"].num_rows == 91


def test_flensburg_gaps_stay_gaps_and_keys_lose_their_fraction(real_data: Path) -> None:
    columns = [
        "general_consulting",
        "notices_of_rent_arrears",
        "termination_rent_arrears",
        "termination_for_conduct",
        "action_for_eviction",
        "eviction_notice",
        "eviction_carried",
    ]
    kinds = "\n".join(f'{one} = {{ indicator = "{one}" }}' for one in columns)
    declared = f'[[facts]]\ntable = "delivered"\nmeasure = "value"\n[facts.columns]\n{kinds}'
    facts = flensburg(real_data, "fl_housing_assistance_cases_by_district", declared).facts["delivered"]
    missing = facts.filter(pc.equal(facts["sign"], "missing"))
    assert missing.num_rows == missing["value"].null_count == 82


def test_flensburg_rows_of_the_whole_city_are_found(real_data: Path) -> None:
    declared = '[[facts]]\ntable = "unemployed"\nmeasures = { persons = "unemployed_total" }'
    found = flensburg(real_data, "fl_unemployed_residents_categorized_by_district", declared)
    assert {fault.code for fault in found.faults} == {"area_empty", "key_restored"}
    assert found.facts["unemployed"].num_rows == 26


BERLIN = """
id = "mss"
publisher = "Senatsverwaltung für Stadtentwicklung Berlin"
licence = "CC BY 3.0 DE"
title = { de = "Monitoring Soziale Stadtentwicklung" }
[file]
decimal = "."
[area]
level = "planning_area"
column = "PLR_ID"
width = 8
"""


@pytest.fixture(scope="module")
def planning_areas(real_data: Path) -> Areas:
    import pyogrio

    keys = {}
    for vintage in ("pre2021", "2021"):
        file = real_data / "berlin-lor-geometry" / f"berlin_lor_{vintage}.gpkg"
        frame = pyogrio.read_dataframe(file, layer="plr", columns=["PLR_ID"], read_geometry=False)
        keys[vintage] = sorted(set(frame["PLR_ID"].astype(str)))
    return city("planning_area", keys)


def monitoring(data: Path, file: str, areas: Areas, signs: str, columns: str) -> Delivery:
    vintage = "2021" if "2021" in file else "pre2021"
    declared = f'{BERLIN}vintage = "{vintage}"\n[period]\nconstant = "2020"\n[signs]\n{signs}\n[[facts]]\ntable = "delivered"\n'
    read = parse_source(
        f'{declared}measure = "value"\n[facts.columns]\n{columns}\n[checks]\nareas = "some"\nzeros = "plausible"'
    )
    return read_delivery(data / "berlin-mss" / file, read, areas)


STATUS = (
    'S1 = { indicator = "s1" }\nS3 = { indicator = "s3" }\nS4 = { indicator = "s4" }\nEW = { indicator = "residents" }'
)


def test_berlin_areas_that_were_not_scored_are_not_applicable(real_data: Path, planning_areas: Areas) -> None:
    delivery = monitoring(real_data, "mss_2021_plr_inputs.csv", planning_areas, '"-9999" = "not_applicable"', STATUS)
    assert delivery.faults == ()
    facts = delivery.facts["delivered"]
    scored = facts.filter(pc.equal(facts["indicator"], "s1"))
    assert Counter(scored["sign"].to_pylist()) == {"": 536, "not_applicable": 6}
    assert pc.min(scored["value"]).as_py() > 0
    residents = facts.filter(pc.equal(facts["indicator"], "residents"))
    assert pc.sum(residents["value"]).as_py() == 3_769_962
    assert residents.filter(pc.equal(residents["sign"], "missing"))["area"].to_pylist() == ["03400831"]


CONTEXT = 'k02_single_parent_households = { indicator = "k02" }\nk03_old_age_poverty = { indicator = "k03" }'


def test_berlins_dash_is_no_zero_until_somebody_says_so(real_data: Path, planning_areas: Areas) -> None:
    refused = monitoring(real_data, "mss_2017_plr.csv", planning_areas, "", CONTEXT)
    assert {(fault.code, fault.value) for fault in refused.errors} == {("sign_undeclared", "-")}
    told = monitoring(real_data, "mss_2017_plr.csv", planning_areas, '"-" = "missing"', CONTEXT)
    assert told.errors == ()
    assert pc.sum(pc.equal(told.facts["delivered"]["sign"], "missing")).as_py() > 0


def test_berlins_half_yearly_residents_add_up_across_the_reform(real_data: Path, planning_areas: Areas) -> None:
    groups = {
        "below_6": [0, 6],
        "6_15": [6, 15],
        "15_18": [15, 18],
        "18_27": [18, 27],
        "27_45": [27, 45],
        "45_55": [45, 55],
    }
    groups |= {"55_65": [55, 65], "above_65": [65]}
    columns = "\n".join(f"inhabitants_age_{name} = {{ age = {bounds} }}" for name, bounds in groups.items())
    parts = [f"inhabitants_age_{name}" for name in groups]
    declared = f'{BERLIN}\n[period]\ncolumn = "date"\n[[facts]]\ntable = "population"\nmeasure = "persons"\n'
    checks = f'[checks]\nareas = "some"\nzeros = "plausible"\n[[checks.totals]]\ntotal = "inhabitants"\nparts = {parts}'
    file = real_data / "berlin-population" / "population_age_sex_plr.csv"
    reform = Areas(planning_areas.levels, dated(), {}, planning_areas.crs, planning_areas.layers, planning_areas.upward)
    delivery = read_delivery(file, parse_source(f"{declared}[facts.columns]\n{columns}\n{checks}"), reform)
    assert delivery.faults == ()
    sums = dict(zip(*(column.to_pylist() for column in by_period(delivery.facts["population"]).columns), strict=True))
    assert (sums["2015-06-30"], sums["2022"]) == (3_576_190, 3_850_809)
    assert len(sums) == 16


def dated() -> tuple[Vintage, ...]:
    from datetime import date

    return Vintage("pre2021", None, date(2020, 12, 31)), Vintage("2021", date(2021, 1, 1), None)


def by_period(facts: pa.Table) -> pa.Table:
    return facts.group_by("period").aggregate([("persons", "sum")])
