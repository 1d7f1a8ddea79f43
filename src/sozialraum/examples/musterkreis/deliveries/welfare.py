"""Deliveries of job centre and social welfare office: SGB II, SGB XII, asylum seekers, housing benefit."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from sozialraum.examples.musterkreis.deliveries.formats import write_csv, write_workbook
from sozialraum.examples.musterkreis.deliveries.tables import (
    Axis,
    age_groups,
    counted,
    long_table,
    of_people,
    planning_areas,
    social_areas,
    stacked,
    with_column,
    yes_no,
)
from sozialraum.examples.musterkreis.history import County, Year
from sozialraum.examples.musterkreis.people import Households
from sozialraum.examples.musterkreis.quarters import LAST_YEAR, YEARS

SGB2_AGES = (0, 3, 6, 15, 18, 25, 55, 65)
SHIFTED_YEAR = 2018
"""In this year the headings of the age groups stand one column too far left."""

WRONG_YEAR = 2020
"""This year's SGB XII file carries the date of the year before."""

UNDELIVERED_YEAR = 2021
"""Housing benefit of this year was not delivered; the table shows zeros."""


def write_welfare(county: County, folder: Path) -> None:
    """All deliveries of job centre and social welfare office."""
    for year in county.years:
        _write_sgb2(county, year, folder / f"sgb2_{year.year}.xlsx")
    for first, last in ((2015, 2019), (2020, 2020), (2021, LAST_YEAR)):
        parts = [_sgb12(county, county.year(number)) for number in range(first, last + 1)]
        name = f"sgb12_{first}.csv" if first == last else f"sgb12_{first}-{last}.csv"
        write_csv(folder / name, stacked(parts), encoding="cp1252")
    write_csv(folder / "asylbewerberleistungen.csv", stacked([_asylum(county, year) for year in county.years]))
    _write_housing_benefit(county, folder / "wohngeld.xlsx")


def _write_sgb2(county: County, year: Year, path: Path) -> None:
    """A workbook with a cover sheet, two rows of headings and footnotes; keys are numbers without their first zero."""
    areas = planning_areas(county, year.year)
    names = dict(zip(*_keys_and_names(county, year.year), strict=True))
    groups = _sgb2_groups(county, year)
    upper: list[Any] = ["Planungsraum", None]
    lower: list[Any] = ["Schlüssel", "Name"]
    for title, words, _ in groups:
        upper += [title, *[None] * (len(words) - 1)]
        lower += list(words[1:] + words[:1]) if title == "Alter" and year.year == SHIFTED_YEAR else list(words)
    values = np.column_stack([counts for _, _, counts in groups])
    rows: list[list[Any]] = [
        [f"Leistungsberechtigte nach dem SGB II am 31.12.{year.year} nach Planungsräumen"],
        [],
        upper,
        lower,
        *[[int(key), names[str(key)], *row] for key, row in zip(areas[0], values.tolist(), strict=True)],
        [],
        ["Fußnote: Regelleistungsberechtigte in Bedarfsgemeinschaften; Wartezeit drei Monate."],
        ["Erfundene Daten des Landkreises Musterkreis."],
    ]
    starts = 2 + np.cumsum([0, *[len(words) for _, words, _ in groups]])
    merged = [(2, int(first), int(last) - 1) for first, last in pairwise(starts) if last - first > 1]
    write_workbook(path, {"Deckblatt": [["Jobcenter Musterkreis (erfunden)"]], "Tabelle": rows}, merged)


def _keys_and_names(county: County, year: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    layer = county.land.layers["planning_area", "2015" if year < 2020 else "2020"]
    return layer.keys, layer.names


def _sgb2_groups(county: County, year: Year) -> list[tuple[str, tuple[str, ...], Any]]:
    """Heading, sub-headings and counts (areas x sub-headings) of each block of columns."""
    people, status = year.people, year.status
    areas = of_people(planning_areas(county, year.year), year)
    members, employable = status.sgb2, status.sgb2 & status.employable

    def block(title: str, axis: Axis, chosen: Any) -> tuple[str, tuple[str, ...], Any]:
        return title, tuple(axis[0]), counted([areas, axis], chosen)

    homes = Households.of(people)
    first = np.zeros(len(people), bool)
    first[homes.eldest] = True
    return [
        block("Alter", age_groups(people.age, SGB2_AGES), members),
        block("Erwerbsfähigkeit", yes_no(status.employable, "erwerbsfähig", "nicht erwerbsfähig"), members),
        block("Arbeitslosigkeit", yes_no(status.unemployed, "arbeitslos", "nicht arbeitslos"), members),
        block("Staatsangehörigkeit", (("deutsch", "EU", "Drittstaat"), people.nationality), members),
        block("Erwerbseinkommen", yes_no(status.employed, "mit Einkommen", "ohne Einkommen"), employable),
        ("Bedarfsgemeinschaften", ("Anzahl",), counted([areas], members & first)[:, None]),
    ]


def _sgb12(county: County, year: Year) -> dict[str, Any]:
    """Recipients by chapter, age and place; the date is that of the file's year, once of the year before."""
    people, status = year.people, year.status
    axes = [
        of_people(planning_areas(county, year.year), year),
        (("3", "4"), np.where(status.sgb12_chapter > 0, status.sgb12_chapter - 3, -1)),
        age_groups(people.age, (0, 15, 18, 65, 67, 80, 200)),
        yes_no(status.in_institution, "in Einrichtungen", "außerhalb von Einrichtungen"),
    ]
    names = ("Planungsraum", "Kapitel", "Altersgruppe", "Ort", "Personen")
    table = long_table(names, axes, counted(axes, status.sgb12_chapter > 0), zeros=False)
    dated = year.year - 1 if year.year == WRONG_YEAR else year.year
    return with_column(table, 0, "Stichtag", f"31.12.{dated}")


def _asylum(county: County, year: Year) -> dict[str, Any]:
    ages = age_groups(year.people.age, (0, 15, 18, 65, 200))
    axes = [of_people(planning_areas(county, year.year), year), ages]
    counts = counted(axes, year.status.asylum)
    table = long_table(("Planungsraum", "Altersgruppe", "Personen"), axes, counts, zeros=False)
    return with_column(table, 1, "Jahr", year.year)


def _write_housing_benefit(county: County, path: Path) -> None:
    """Social areas in rows, years in columns, a sum at the end; one year holds zeros where nothing was delivered."""
    counts = []
    for year in county.years:
        homes = Households.of(year.people)
        receiving = np.zeros(len(year.people), bool)
        receiving[homes.eldest] = year.status.housing_benefit[homes.eldest]
        counts.append(counted([of_people(social_areas(county, year.year), year)], receiving))
    counts[UNDELIVERED_YEAR - YEARS[0]][:] = 0
    keys, _ = social_areas(county, LAST_YEAR)
    table = np.column_stack(counts)
    rows = [
        ["Haushalte mit Wohngeld am 31.12. des Jahres (erfundene Daten)"],
        ["Sozialraum", *[str(one) for one in YEARS]],
        *[[str(key), *row] for key, row in zip(keys, table.tolist(), strict=True)],
        ["Landkreis insgesamt", *table.sum(axis=0).tolist()],
    ]
    write_workbook(path, {"Wohngeld": rows})
