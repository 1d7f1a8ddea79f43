"""Deliveries on housing, care, elections, safety and green space, and places as points."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.examples.musterkreis.deliveries.education import burden
from sozialraum.examples.musterkreis.deliveries.formats import write_csv, write_workbook
from sozialraum.examples.musterkreis.deliveries.tables import (
    age_groups,
    blocks,
    counted,
    long_table,
    municipalities,
    of_people,
    planning_areas,
    social_areas,
    stacked,
    with_column,
)
from sozialraum.examples.musterkreis.geography import write_layer
from sozialraum.examples.musterkreis.history import County, Year
from sozialraum.examples.musterkreis.landscape import ORIGIN, Ints
from sozialraum.examples.musterkreis.people import Households
from sozialraum.examples.musterkreis.quarters import LAST_YEAR

POINT_FOR_COMMA_YEAR = 2023
"""This year's file on dwellings has decimal points where the others have commas."""

DOUBLED_KEY = ("020203", "020201")
"""The second planning area carries the key of the first in the file on green space."""

RENT_IN_CENTS = "030102"
"""The rent of this planning area was written in cents."""


def write_living(county: County, folder: Path) -> None:
    """All deliveries on housing, care, elections, safety and green space."""
    for year in county.years[-3:]:
        mark = "." if year.year == POINT_FOR_COMMA_YEAR else ","
        write_csv(folder / f"wohnungen_{year.year}.csv", _dwellings(county, year, mark))
    write_csv(folder / "wohnlage.csv", stacked([_location(county, year) for year in county.years[-3:]]))
    write_csv(folder / "pflege.csv", stacked([_care(county, year) for year in county.years[::2]]), encoding="cp1252")
    write_csv(folder / "wahlen.csv", stacked([_election(county, county.year(number)) for number in (2017, 2021)]))
    write_csv(folder / "straftaten.csv", stacked([_offences(county, year) for year in county.years]))
    write_csv(folder / "gruenflaechen.csv", _green_space(county), encoding="cp1252")
    _write_homeless(county, folder / "wohnungslose.xlsx")
    _write_rents(county, folder / "mieten.xlsx")
    _write_points(county, folder)


def _dwellings(county: County, year: Year, mark: str) -> dict[str, Any]:
    """Dwellings, rooms and living space by binding and occupancy; square metres are written with the decimal mark."""
    people, rng = year.people, county.chance("dwellings")
    homes = Households.of(people)
    block = people.block[homes.first_person]
    words, of_block = planning_areas(county, year.year)
    need = county.profile.burden[block]
    rural = county.land.municipality[block] > 0
    space = np.clip(44 + 15 * homes.size + 24 * rural - 8 * need + rng.normal(0, 14, len(block)), 18, 260)
    vacant = rng.random(len(block)) < 0.032
    bound = rng.random(len(block)) < np.clip(0.05 + 0.11 * np.clip(need, -0.4, 2), 0, 0.5) * ~rural
    axes = [
        (words, of_block[block]),
        (("gebunden", "frei"), np.where(bound, 0, 1)),
        (("bewohnt", "leer"), np.where(vacant, 1, 0)),
    ]
    everything = np.ones(len(block), bool)
    table = long_table(("Planungsraum", "Bindung", "Belegung", "Wohnungen"), axes, counted(axes, everything))
    table["Räume"] = counted(axes, everything, np.round(space / 24).clip(1)).ravel().astype(np.int64)
    metres = counted(axes, everything, np.round(space, 2)).ravel()
    table["Wohnfläche m²"] = np.array([f"{one:.2f}".replace(".", mark) for one in metres])
    return table


def _location(county: County, year: Year) -> dict[str, Any]:
    """Residents by quality of the location, by block."""
    need = county.profile.burden + 0.15 * np.sin(np.arange(len(county.profile.burden)))
    quality = np.searchsorted([-0.45, 0.75], need)
    axes = [of_people(blocks(county), year), (("gut", "mittel", "einfach"), quality[year.people.block])]
    counts = counted(axes, ~year.people.second_home)
    table = long_table(("Baublock", "Wohnlage", "Personen"), axes, counts, zeros=False)
    return with_column(table, 1, "Stichtag", f"31.12.{year.year}")


def _care(county: County, year: Year) -> dict[str, Any]:
    people = year.people
    chance = np.interp(people.age, [0, 50, 65, 75, 80, 85, 90, 100], [0.008, 0.012, 0.04, 0.11, 0.22, 0.4, 0.62, 0.8])
    cared = (county.chance(f"care{year.year}").random(len(people)) < chance) & ~people.second_home
    axes = [of_people(municipalities(county), year), age_groups(people.age, (0, 65, 80, 200))]
    table = long_table(("Gemeinde", "Altersgruppe", "Pflegebedürftige"), axes, counted(axes, cared))
    return with_column(table, 1, "Stichtag", f"31.12.{year.year}")


def _election(county: County, year: Year) -> dict[str, Any]:
    people, rng = year.people, county.chance(f"election{year.year}")
    areas = of_people(planning_areas(county, year.year), year)
    eligible = (people.age >= 18) & (people.nationality == 0) & ~people.second_home
    chance = np.clip(0.78 - 0.085 * burden(county, year) - 0.1 * (people.age < 25), 0.2, 0.95)
    voted = eligible & (rng.random(len(people)) < chance)
    return {
        "Planungsraum": np.asarray(areas[0]),
        "Jahr": np.full(len(areas[0]), year.year),
        "Wahlberechtigte": counted([areas], eligible),
        "Wählende": counted([areas], voted),
    }


def _offences(county: County, year: Year) -> dict[str, Any]:
    people = year.people
    areas = of_people(social_areas(county, year.year), year)
    rate = 0.018 + 0.045 * county.profile.centrality + 0.008 * np.clip(county.profile.burden, -1, 2)
    expected = counted([areas], np.ones(len(people), bool), rate[people.block])
    return {
        "Sozialraum": np.asarray(areas[0]),
        "Jahr": np.full(len(areas[0]), year.year),
        "Straftaten": county.chance(f"offences{year.year}").poisson(expected),
    }


def _green_space(county: County) -> dict[str, Any]:
    """Public green space and playgrounds by planning area with names; one key occurs twice, its names differ."""
    rng, year = county.chance("green space"), county.year(LAST_YEAR)
    layer = county.land.layers["planning_area", "2020"]
    areas = of_people(planning_areas(county, LAST_YEAR), year)
    residents = counted([areas], np.ones(len(year.people), bool))
    need = counted([areas], np.ones(len(year.people), bool), county.profile.burden[year.people.block])
    need = need / np.maximum(residents, 1)
    green = residents * np.clip(14 - 3 * need + rng.normal(0, 5, len(residents)), 2, 60)
    play = residents * np.clip(0.95 - 0.2 * need + rng.normal(0, 0.3, len(residents)), 0, 3)
    first, second = DOUBLED_KEY
    keys = np.array([second if key == first else key for key in layer.keys])
    return {
        "Planungsraum": np.append(keys, ""),
        "Bezeichnung": np.append(np.array(layer.names), "Insgesamt"),
        "Grünfläche m²": np.append(green.round(), green.round().sum()).astype(np.int64),
        "Spielplatzfläche m²": np.append(play.round(), play.round().sum()).astype(np.int64),
    }


def _write_homeless(county: County, path: Path) -> None:
    """Accommodated homeless persons by municipality; the first sheet of the workbook is empty."""
    rng = county.chance("homeless")
    rows: list[list[Any]] = [["Gemeinde", "Stichtag", "Untergebrachte Personen"]]
    for year in county.years[-3:]:
        keys, codes = of_people(municipalities(county), year)
        residents = counted([(keys, codes)], np.ones(len(year.people), bool))
        counts = rng.poisson(residents * np.where(np.arange(len(keys)) == 0, 0.0042, 0.0011))
        rows += [[str(key), f"31.12.{year.year}", int(count)] for key, count in zip(keys, counts, strict=True)]
    write_workbook(path, {"Tabelle1": [], "Wohnungslose": rows})


def _write_rents(county: County, path: Path) -> None:
    """Median asking rents that the supplier computed; `/` where too few offers, one value in cents."""
    rng = county.chance("rents")
    layer = county.land.layers["planning_area", "2020"]
    words, of_block = planning_areas(county, LAST_YEAR)
    weights = county.profile.weight
    need = np.bincount(of_block, weights * county.profile.burden) / np.bincount(of_block, weights)
    centre = np.bincount(of_block, weights * county.profile.centrality) / np.bincount(of_block, weights)
    rows: list[list[Any]] = [["Planungsraum", "Bezeichnung", "Median Angebotsmiete EUR/m²", "Angebote"]]
    for place, key in enumerate(words):
        rent = round(float(7.6 + 2.6 * centre[place] - 0.55 * need[place] + rng.normal(0, 0.25)), 2)
        offers = int(rng.poisson(34 if str(key).startswith("01") else 13))
        shown = rent * 100 if key == RENT_IN_CENTS else "/" if offers < 10 else rent
        rows.append([str(key), layer.names[place], shown, offers])
    write_workbook(path, {"Angebotsmieten 2024": rows})


def _write_points(county: County, folder: Path) -> None:
    """Day-care centres, youth centres and general practitioners of the last year as points."""
    rng, people = county.chance("points"), county.year(LAST_YEAR).people
    young = np.bincount(people.block[people.age < 7], minlength=len(county.land.block_keys)) + 0.05
    youth = np.bincount(people.block[(people.age >= 6) & (people.age < 25)], minlength=len(young)) + 0.05
    everyone = np.bincount(people.block, minlength=len(young)) * (0.3 + county.profile.centrality)
    places = rng.poisson(62, 64).clip(20, 140)
    _points(county, folder / "kita_plaetze_2024.gpkg", "kitas", _drawn(rng, young, 64), {"Plätze": places}, "Kita")
    places = rng.poisson(48, 17).clip(15, 120)
    _points(
        county,
        folder / "jugendtreffs_2024.gpkg",
        "jugendtreffs",
        _drawn(rng, youth, 17),
        {"Plätze": places},
        "Jugendtreff",
    )
    physicians = rng.choice([1, 1, 1, 2, 2, 3], 27)
    chosen = _drawn(rng, everyone, 27)
    _points(county, folder / "hausaerzte_2024.gpkg", "praxen", chosen, {"Ärztinnen und Ärzte": physicians}, "Praxis")


def _drawn(rng: np.random.Generator, weight: NDArray[np.floating[Any]], count: int) -> Ints:
    return np.asarray(rng.choice(len(weight), count, replace=False, p=weight / weight.sum()))


def _points(county: County, path: Path, layer: str, chosen: Ints, columns: dict[str, Any], title: str) -> None:
    import shapely

    geometry = shapely.points(county.land.points[chosen] + ORIGIN)
    names = tuple(f"{title} {number:02d} (erfunden)" for number in range(1, len(chosen) + 1))
    write_layer(path, layer, geometry, {"Name": names, **columns}, "Point")
