"""Deliveries of youth office, health office and schools: day care, school entry, pupils, help for families."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sozialraum.examples.musterkreis.deliveries.formats import write_csv
from sozialraum.examples.musterkreis.deliveries.tables import (
    age_groups,
    counted,
    long_table,
    of_people,
    planning_areas,
    social_areas,
    stacked,
    with_column,
)
from sozialraum.examples.musterkreis.history import County, Year
from sozialraum.examples.musterkreis.landscape import Floats

FIRST_DAYCARE_YEAR = 2018
LOST_AREAS_YEAR = 2022
LOST_AREAS = ("0301", "0801")
"""Two social areas are missing in the file on help for families of that year."""


def write_education(county: County, folder: Path) -> None:
    """All deliveries of youth office, health office and schools."""
    later = [one for one in county.years if one.year >= FIRST_DAYCARE_YEAR]
    write_csv(folder / "kita_kinder.csv", stacked([_daycare(county, year) for year in later]))
    write_csv(folder / "einschulung.csv", stacked([_school_entry(county, year) for year in county.years]))
    write_csv(folder / "grundschule.csv", stacked([_pupils(county, year) for year in county.years]), encoding="cp1252")
    write_csv(folder / "schulabgaenge.csv", stacked([_leavers(county, year) for year in county.years]))
    for year in county.years[-3:]:
        write_csv(folder / f"hilfen_zur_erziehung_{year.year}.csv", _family_help(county, year), encoding="cp1252")
    write_csv(folder / "kindesschutz.csv", stacked([_child_protection(county, year) for year in county.years]))


def burden(county: County, year: Year) -> Floats:
    """Burden of each person's quarter, and more where the household receives benefits."""
    return np.asarray(county.profile.burden_in(year.year)[year.people.block] + 1.1 * year.status.sgb2)


def _daycare(county: County, year: Year) -> dict[str, Any]:
    people = year.people
    growth = 0.012 * (year.year - FIRST_DAYCARE_YEAR)
    chance = np.select([people.age < 1, people.age < 3, people.age < 6], [0.03, 0.47 + growth, 0.93], 0.95)
    chance = chance * np.where(people.age < 3, 1 - 0.13 * np.clip(burden(county, year), -1, 2.5), 1)
    cared = county.chance(f"daycare{year.year}").random(len(people)) < np.where(people.age < 7, chance, 0)
    axes = [of_people(planning_areas(county, year.year), year), age_groups(people.age, (0, 3, 6, 7))]
    counts = counted(axes, cared & ~people.second_home)
    table = long_table(("Planungsraum", "Altersgruppe", "Kinder"), axes, counts)
    return with_column(table, 1, "Stichtag", f"31.12.{year.year}")


def _school_entry(county: County, year: Year) -> dict[str, Any]:
    """Examined children by social area with the number of each finding; one child may have several."""
    people, rng = year.people, county.chance(f"school entry{year.year}")
    areas = of_people(social_areas(county, year.year), year)
    examined = (people.age == 6) & (rng.random(len(people)) < 0.97) & ~people.second_home
    need = burden(county, year)
    language = rng.random(len(people)) < np.clip(0.13 + 0.075 * need + 0.17 * people.migration, 0.02, 0.8)
    motor = rng.random(len(people)) < np.clip(0.11 + 0.04 * need, 0.02, 0.6)
    overweight = rng.random(len(people)) < np.clip(0.095 + 0.03 * need, 0.02, 0.5)
    return {
        "Sozialraum": np.asarray(areas[0]),
        "Jahr": np.full(len(areas[0]), year.year),
        "Untersuchte Kinder": counted([areas], examined),
        "mit Befund": counted([areas], examined & (language | motor | overweight)),
        "ohne Befund": counted([areas], examined & ~(language | motor | overweight)),
        "Sprache auffällig": counted([areas], examined & language),
        "Visuomotorik auffällig": counted([areas], examined & motor),
        "Übergewicht": counted([areas], examined & overweight),
    }


def _pupils(county: County, year: Year) -> dict[str, Any]:
    people, rng = year.people, county.chance(f"pupils{year.year}")
    areas = of_people(social_areas(county, year.year), year)
    pupils = (people.age >= 6) & (people.age < 10) & ~people.second_home
    other = rng.random(len(people)) < np.where(people.nationality > 0, 0.85, 0.35 * people.migration)
    return {
        "Sozialraum": np.asarray(areas[0]),
        "Jahr": np.full(len(areas[0]), year.year),
        "deutsche Familiensprache": counted([areas], pupils & ~other),
        "andere Familiensprache": counted([areas], pupils & other),
    }


def _leavers(county: County, year: Year) -> dict[str, Any]:
    people, rng = year.people, county.chance(f"leavers{year.year}")
    areas = of_people(social_areas(county, year.year), year)
    leaving = (people.age >= 16) & (people.age < 19) & (rng.random(len(people)) < 0.33) & ~people.second_home
    level = rng.normal(0, 1, len(people)) - 0.32 * burden(county, year)
    axis = (("ohne Abschluss", "Hauptschule", "Mittlere Reife", "Abitur"), np.searchsorted([-1.55, -0.7, 0.35], level))
    table = long_table(("Sozialraum", "Abschluss", "Abgänge"), [areas, axis], counted([areas, axis], leaving))
    return with_column(table, 1, "Jahr", year.year)


def _family_help(county: County, year: Year) -> dict[str, Any]:
    """Young persons with help for families (HzE); in one year two social areas are missing."""
    people = year.people
    chance = np.clip(0.021 + 0.012 * burden(county, year), 0.003, 0.2) * (people.age < 21)
    helped = (county.chance(f"help{year.year}").random(len(people)) < chance) & ~people.second_home
    axes = [of_people(social_areas(county, year.year), year), age_groups(people.age, (0, 6, 12, 18, 21))]
    table = long_table(("Sozialraum", "Altersgruppe", "Junge Menschen"), axes, counted(axes, helped))
    if year.year != LOST_AREAS_YEAR:
        return table
    kept = ~np.isin(table["Sozialraum"], LOST_AREAS)
    return {name: values[kept] for name, values in table.items()}


def _child_protection(county: County, year: Year) -> dict[str, Any]:
    people = year.people
    areas = of_people(social_areas(county, year.year), year)
    chance = np.clip(0.009 + 0.006 * burden(county, year), 0.001, 0.06) * (people.age < 18)
    cases = county.chance(f"protection{year.year}").random(len(people)) < chance
    return {
        "Sozialraum": np.asarray(areas[0]),
        "Jahr": np.full(len(areas[0]), year.year),
        "Verfahren": counted([areas], cases & ~people.second_home),
    }
