"""Deliveries of the register office: persons, households, births and deaths, moves."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sozialraum.examples.musterkreis.deliveries.formats import write_csv
from sozialraum.examples.musterkreis.history import County, Year

SEX = np.array(["w", "m", "d"])
NATIONALITY = np.array(["D", "EU", "Drittstaat"])


def write_register(county: County, folder: Path) -> None:
    """`einwohner_YYYY.csv`: one line a person, by block, in the encoding of an older register program (cp1252)."""
    blocks = np.array(county.land.block_keys)
    for year in county.years:
        write_csv(folder / f"einwohner_{year.year}.csv", _persons(year, blocks), encoding="cp1252")


def _persons(year: Year, blocks: np.ndarray) -> dict[str, np.ndarray]:
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
