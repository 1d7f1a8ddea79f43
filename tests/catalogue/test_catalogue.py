"""The catalogue is whole: nothing vanishes or changes its field unnoticed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sozialraum.errors import InputError
from sozialraum.indicators import catalogue, describe, read
from sozialraum.texts import LANGUAGES

FIELDS = {
    "demography": 14,
    "education": 7,
    "environment": 3,
    "health": 3,
    "households": 7,
    "housing": 8,
    "income_poverty": 16,
    "migration": 5,
    "mobility": 5,
    "participation": 1,
    "safety": 1,
    "work": 7,
    "youth_welfare": 2,
}
KINDS = {"change": 2, "combined": 1, "delivered": 5, "density": 1, "mean": 6, "ratio": 63, "total": 1}
IDS = """
ageing_index asking_rent at_risk_of_poverty_rate care_dependency_rate change_share_foreigners_2y
child_overweight_rate child_poverty_u15 child_poverty_u18 child_protection_rate childcare_rate_3_6
childcare_rate_u3 childcare_rate_u7 commuter_balance_rate employment_gap_foreigners employment_rate
employment_rate_women foreign_sgb2_rate general_fertility_rate gp_density green_space_per_capita greying_index
homeless_accommodated_rate housing_benefit_share hze_rate language_deficit_rate living_space_per_person
long_term_unemployment_share mean_age mean_household_size median_wage migration_volume_rate
minimum_income_rate minimum_income_rate_u15 motor_deficit_rate natural_balance_rate neighbourhood_crime_rate
net_migration_rate net_migration_rate_under_6 non_german_home_language_share old_age_basic_income_rate
old_age_dependency_ratio older_unemployment_share overindebtedness_rate playground_area_per_capita
population_change_rate population_density population_total rent_burden_rate residence_5y_share
rooms_per_person school_leavers_without_certificate sgb2_household_share sgb2_rate sgb2_working_age_rate
share_65_plus share_65plus_living_alone share_80_plus share_children_single_parent share_foreigners
share_households_with_children share_large_families share_migration_background
share_migration_background_under_18 share_non_eu_among_foreigners share_single_parent_households
share_single_person_households share_social_housing share_under_18 simple_location_share
total_dependency_ratio transfer_not_unemployed unemployment_share vacancy_rate voter_turnout
working_beneficiary_share youth_centre_place_rate youth_dependency_ratio youth_poverty_15_24
youth_unemployment_share
"""
POVERTY = Path(__file__).parents[2] / "src/sozialraum/indicators/catalogue/income_poverty/child_poverty_u15.toml"


def test_ids_fields_and_kinds() -> None:
    found = catalogue()
    assert list(found) == IDS.split()
    assert Counter(one.field for one in found.values()) == FIELDS
    assert Counter(one.kind for one in found.values()) == KINDS


def test_a_file_lies_in_the_folder_of_its_field_and_has_its_id() -> None:
    folder = POVERTY.parents[1]
    places = {path.stem: path.parent.name for path in folder.rglob("*.toml")}
    assert places == {one.id: one.field for one in catalogue().values()}


def test_every_text_is_written_and_reading_aids_hold_a_value() -> None:
    for one in catalogue().values():
        described = describe(one)
        for language in LANGUAGES:
            assert described.reading[language].count("{value}") == 1, one.id
            for texts in (described.definition, described.reading, described.limits):
                assert texts[language].endswith("."), one.id
                assert not texts[language][0].islower(), one.id
        assert set(one.limits) == set(one.short) == set(LANGUAGES)
        assert described.title["de"] != described.definition["de"]
        assert described.base or one.kind not in ("ratio", "mean"), one.id


def test_a_workspace_adds_definitions_of_its_own(tmp_path: Path) -> None:
    text = POVERTY.read_text(encoding="utf-8")
    (tmp_path / "own.toml").write_text(text.replace('id = "child_poverty_u15"', 'id = "own_poverty"'), encoding="utf-8")
    found = catalogue(tmp_path)
    assert set(found) - set(catalogue()) == {"own_poverty"}
    assert list(found) == sorted(found)


def test_an_id_taken_twice_names_both_files(tmp_path: Path) -> None:
    (tmp_path / "again.toml").write_text(POVERTY.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        catalogue(tmp_path)
    assert "again.toml" in str(caught.value)
    assert "income_poverty/child_poverty_u15.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("polarity = ", "polarty = ", ["polarty", "'polarity'"]),
        ('facts = "sgb2_persons"', 'facts = "sgb2_person"', ["sgb2_person", "'sgb2_persons'"]),
        ('residence = "main"', 'residence = "mian"', ["mian", "'main'"]),
        ('residence = "main"', 'residense = "main"', ["residense", "'residence'"]),
        ("where = { age = { below = 15 } }", 'where = { age = "15" }', ["'age' needs 'from' or 'below'"]),
        ("where = { age = { below = 15 } }", "where = { age = { from = 20, below = 15 } }", ["'from' must be smaller"]),
        ('unit = "percent"', 'unit = "per cent"', ["unit", "percent"]),
        ("[denominator]", "[[parts]]", ["parts"]),
        ('en = "Child poverty"', "", ["'short' needs a German and an English text"]),
    ],
)
def test_a_wrong_definition_is_refused(tmp_path: Path, old: str, new: str, said: list[str]) -> None:
    path = tmp_path / "own.toml"
    text = POVERTY.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(path)
    assert all(word in str(caught.value) for word in ["own.toml", *said]), str(caught.value)


def test_parts_must_be_known(tmp_path: Path) -> None:
    path = POVERTY.parents[1] / "work/employment_gap_foreigners.toml"
    text = path.read_text(encoding="utf-8").replace('"employment_rate"', '"employment_rat"').replace("_gap_", "_gap2_")
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no indicator 'employment_rat'; 'employment_rate'"):
        catalogue(tmp_path)
