"""Deliveries of the employment statistics: unemployed, employees, commuters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sozialraum.examples.musterkreis.deliveries.formats import write_csv
from sozialraum.examples.musterkreis.deliveries.tables import (
    age_groups,
    counted,
    long_table,
    municipalities,
    of_people,
    planning_areas,
    stacked,
    with_column,
    yes_no,
)
from sozialraum.examples.musterkreis.history import County, Year
from sozialraum.examples.musterkreis.people import FEMALE

WORKING_AGES = (15, 25, 55, 65)
OTHER_ENCODING_YEAR = 2017
"""This year's file on the unemployed was written by a program from the time of DOS (cp850)."""


def write_work(county: County, folder: Path) -> None:
    """All deliveries of the employment statistics."""
    for year in county.years:
        encoding = "cp850" if year.year == OTHER_ENCODING_YEAR else "cp1252"
        write_csv(folder / f"arbeitslose_{year.year}.csv", _unemployed(county, year), encoding=encoding)
    write_csv(folder / "beschaeftigte.csv", stacked([_employees(county, year) for year in county.years]))
    write_csv(folder / "pendler_genesis.csv", _commuters(county), encoding="utf-8")


def _unemployed(county: County, year: Year) -> dict[str, Any]:
    people, status = year.people, year.status
    axes = [
        of_people(planning_areas(county, year.year), year),
        age_groups(people.age, WORKING_AGES),
        yes_no(people.sex == FEMALE, "Frauen", "Männer"),
        yes_no(status.sgb2, "SGB II", "SGB III"),
        yes_no(status.long_term, "ein Jahr und länger", "unter einem Jahr"),
        yes_no(people.nationality == 0, "Deutsche", "Ausländer"),
    ]
    names = ("Planungsraum", "Altersgruppe", "Geschlecht", "Rechtskreis", "Dauer", "Staatsangehörigkeit", "Arbeitslose")
    return long_table(names, axes, counted(axes, status.unemployed), zeros=False)


def _employees(county: County, year: Year) -> dict[str, Any]:
    """Employees at their place of residence, with rows of sums for the whole county between them."""
    people, status = year.people, year.status
    axes = [
        of_people(planning_areas(county, year.year), year),
        age_groups(people.age, WORKING_AGES),
        yes_no(people.sex == FEMALE, "Frauen", "Männer"),
        yes_no(people.nationality == 0, "Deutsche", "Ausländer"),
    ]
    counts = counted(axes, status.employed & ~people.second_home)
    names = ("Planungsraum", "Altersgruppe", "Geschlecht", "Staatsangehörigkeit", "Beschäftigte")
    total = [(("Insgesamt",), np.zeros(1)), *axes[1:]]
    parts = [long_table(names, axes, counts), long_table(names, total, counts.sum(axis=0, keepdims=True))]
    return with_column(stacked(parts), 1, "Jahr", year.year)


def _commuters(county: County) -> dict[str, Any]:
    """In- and out-commuters of the municipalities in the older flat form of the official statistics."""
    rng = county.chance("commuters")
    pull = np.array([1.25, 0.5, 0.45, 0.4, 0.35, 0.42, 0.38, 0.36, 0.3])
    parts = []
    for year in county.years:
        keys, codes = of_people(municipalities(county), year)
        employed = counted([(keys, codes)], year.status.employed)
        leaving = rng.binomial(employed, np.where(np.arange(len(keys)) == 0, 0.34, 0.72))
        coming = rng.binomial(employed, np.clip(pull * 0.55, 0, 1))
        parts.append(_genesis_rows(year.year, keys, coming, leaving))
    return stacked(parts)


def _genesis_rows(year: int, keys: Any, coming: Any, leaving: Any) -> dict[str, Any]:
    count = len(keys)

    def same(text: str) -> Any:
        return np.full(count, text)

    return {
        "Statistik_Code": same("99999"),
        "Statistik_Label": same("Pendlerstatistik (erfunden)"),
        "Zeit_Code": same("STAG"),
        "Zeit_Label": same("Stichtag"),
        "Zeit": same(f"31.12.{year}"),
        "1_Merkmal_Code": same("GEMEIN"),
        "1_Merkmal_Label": same("Gemeinden"),
        "1_Auspraegung_Code": np.array([f"000000{key}" for key in keys]),
        "1_Auspraegung_Label": np.array([f"Gemeinde {key}" for key in keys]),
        "PEN001__Einpendler__Anzahl": coming,
        "PEN001__Einpendler__q": same("e"),
        "PEN002__Auspendler__Anzahl": leaving,
        "PEN002__Auspendler__q": same("e"),
    }
