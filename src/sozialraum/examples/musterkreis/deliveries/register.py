"""Deliveries of the register office: persons, households, births and deaths, moves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sozialraum.examples.musterkreis.deliveries.formats import write_csv, write_fixed_width
from sozialraum.examples.musterkreis.deliveries.tables import (
    age_groups,
    counted,
    long_table,
    planning_areas,
    stacked,
    with_column,
)
from sozialraum.examples.musterkreis.history import County, Year
from sozialraum.examples.musterkreis.people import Households

SEX = np.array(["w", "m", "d"])
NATIONALITY = np.array(["D", "EU", "Drittstaat"])
HOUSEHOLD_TYPES = ("1", "2", "3", "4", "9")
"""Single, couple, couple with children, single parent, other."""

MOVE_AGES = (0, 6, 18, 25, 30, 45, 65, 200)


def write_register(county: County, folder: Path) -> None:
    """All deliveries of the register office."""
    blocks = np.array(county.land.block_keys)
    for year in county.years:
        write_csv(folder / f"einwohner_{year.year}.csv", _persons(year, blocks), encoding="cp1252")
        write_fixed_width(folder / f"haushalte_{year.year}.txt", _households(county, year), (6, 1, 2, 2, 5, 5, 5, 5))
    write_csv(folder / "geburten_sterbefaelle.csv", stacked([_vital_events(county, year) for year in county.years]))
    write_csv(folder / "wanderungen.csv", stacked([_moves(county, year) for year in county.years]), delimiter=",")


def _persons(year: Year, blocks: np.ndarray) -> dict[str, Any]:
    """One row a person, by block, in the order of an older register program."""
    people = year.people
    order = np.lexsort((people.number, people.block))
    one = people.only(order)
    return {
        "Lfd_Nr": one.number,
        "Baublock": blocks[one.block],
        "Alter": one.age,
        "Geschlecht": SEX[one.sex],
        "Staatsangehörigkeit": NATIONALITY[one.nationality],
        "Migrationshintergrund": np.where(one.migration, "ja", "nein"),
        "Wohnung": np.where(one.second_home, "NW", "HW"),
        "Einzugsjahr": one.since,
    }


def _households(county: County, year: Year) -> list[Any]:
    """Planning area, type, size and children, then households, persons, children and persons of 65+ living alone."""
    people = year.people.only(~year.people.second_home)
    homes = Households.of(people)
    area_words, area_of_block = planning_areas(county, year.year)
    size, children = np.minimum(homes.size, 8), np.minimum(homes.children, 6)
    lone_old = (homes.size == 1) & (people.age[homes.eldest] >= 65)
    kind = np.select(
        [homes.size == 1, (homes.children > 0) & (homes.adults == 1), homes.children > 0, homes.adults == 2],
        [0, 3, 2, 1],
        4,
    )
    keys = np.column_stack([area_of_block[people.block[homes.first_person]], kind, size, children])
    cells, place = np.unique(keys, axis=0, return_inverse=True)
    sums = [
        np.bincount(place.ravel(), weights).astype(np.int64) for weights in (None, homes.size, homes.children, lone_old)
    ]
    return [
        np.asarray(area_words)[cells[:, 0]],
        np.asarray(HOUSEHOLD_TYPES)[cells[:, 1]],
        cells[:, 2],
        cells[:, 3],
        *sums,
    ]


def _vital_events(county: County, year: Year) -> dict[str, Any]:
    words, of_block = planning_areas(county, year.year)
    events = year.events
    return {
        "Planungsraum": np.asarray(words),
        "Jahr": np.full(len(words), year.year),
        "Lebendgeborene": np.bincount(of_block[events.birth_block], minlength=len(words)),
        "Gestorbene": np.bincount(of_block[events.death_block], minlength=len(words)),
    }


def _moves(county: County, year: Year) -> dict[str, Any]:
    """Moves over the border of the planning area by direction and age group."""
    words, of_block = planning_areas(county, year.year)
    moves = year.events.moves
    origin = np.where(moves.origin < 0, -1, of_block[moves.origin])
    target = np.where(moves.target < 0, -1, of_block[moves.target])
    ages = age_groups(moves.age, MOVE_AGES)
    parts = []
    for direction, place in (("Zuzug", target), ("Fortzug", origin)):
        axes = [(words, place), ages]
        table = long_table(("Planungsraum", "Altersgruppe", "Personen"), axes, counted(axes, origin != target))
        parts.append(with_column(with_column(table, 1, "Richtung", direction), 1, "Jahr", year.year))
    return stacked(parts)
