"""Segregation between schools: values that the publisher of the tables printed.

Publisher: R package `segregation` (MIT); the tables are invented, loosely after the US Common Core of Data.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sozialraum.analysis.segregation import bootstrap, corrected, measures, split
from sozialraum.analysis.segregation.change import Keys, change

close = pytest.approx
Schools = tuple[np.ndarray, tuple[Keys, Keys], list[str]]


def schools(folder: Path, year: str) -> Schools:
    """Pupils (schools, groups), the keys of both, the state of each school."""
    path = folder / "segregation-schools" / f"schools{year}.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    states = {one["school"]: one["state"] for one in rows}
    names, groups = sorted(states), sorted({one["race"] for one in rows})
    table = np.zeros((len(names), len(groups)))
    row, column = {name: at for at, name in enumerate(names)}, {name: at for at, name in enumerate(groups)}
    for one in rows:
        table[row[one["school"]], column[one["race"]]] += float(one["n"])
    return table, (names, groups), [states[name] for name in names]


@pytest.fixture(scope="module")
def first(real_data: Path) -> Schools:
    return schools(real_data, "00")


@pytest.fixture(scope="module")
def second(real_data: Path) -> Schools:
    return schools(real_data, "05")


def test_m_and_h(first: Schools, second: Schools) -> None:
    assert first[0].sum() == 877739
    assert float(measures.mutual_information(first[0])) == close(0.42554, abs=5e-6)
    assert float(measures.theil(first[0])) == close(0.419, abs=5e-4)
    assert float(measures.mutual_information(second[0])) == close(0.41339, abs=5e-6)


def test_between_and_within_states(first: Schools) -> None:
    table, _, states = first
    keys = sorted(set(states))
    found = split(table, np.array([keys.index(one) for one in states]), len(keys))
    assert [found.m_between, found.h_between] == close([0.0992, 0.0977], abs=5e-5)
    assert [found.m_within, found.h_within] == close([0.326, 0.321], abs=5e-4)


def test_bootstrap_correction(first: Schools) -> None:
    drawn = bootstrap(first[0], measures.mutual_information, 300, np.random.default_rng(1))
    assert corrected(measures.mutual_information(first[0]), drawn).value == close(0.42196, abs=2e-4)


def test_change_of_schools_and_within_schools(first: Schools, second: Schools) -> None:
    """The published margins (0.01787, -0.01171) and structure (-0.00349) are of a fit that stopped early; their sum holds."""
    found = change(first[0], second[0], first[1], second[1])
    assert found["diff"] == close(-0.01215, abs=5e-6)
    assert [found["additions"], found["removals"]] == close([-0.00341, -0.01141], abs=5e-6)
    parts = [found["group_marginal"], found["area_marginal"], found["structural"]]
    assert sum(parts) == close(0.01787 - 0.01171 - 0.00349, abs=2e-5)
    assert parts == close([0.016250, -0.016740, 0.003154], abs=1e-5)
    assert sum(found.values()) - found["diff"] == close(found["diff"], abs=1e-12)


BERLIN_GROUPS = ("germans_without_migration_background", "germans_with_migration_background", "foreigners")


def berlin(folder: Path, date: str) -> tuple[list[str], np.ndarray]:
    """Keys of the planning areas and people by origin at a date (Amt für Statistik Berlin-Brandenburg)."""
    with (folder / "berlin-population" / "population_origin_plr.csv").open(encoding="utf-8") as file:
        rows = [one for one in csv.DictReader(file) if one["date"] == date]
    columns = [f"inhabitants_{group}" for group in BERLIN_GROUPS]
    return [one["PLR_ID"] for one in rows], np.array([[float(one[name]) for name in columns] for one in rows])


def test_berlin_by_origin_falls_within_boundaries_and_rises_with_smaller_areas(real_data: Path) -> None:
    """The figures of docs/methods/segregation.md."""
    dates = ("2015-06-30", "2020-12-31", "2021-06-30", "2022-12-31")
    tables = {date: berlin(real_data, date) for date in dates}
    h = [float(measures.theil(tables[date][1])) for date in dates]
    assert h == close([0.0855, 0.0624, 0.0647, 0.0572], abs=5e-5)
    keys, table = tables["2020-12-31"]
    districts = sorted({key[:2] for key in keys})
    found = split(table, np.array([districts.index(key[:2]) for key in keys]), len(districts))
    assert len(districts) == 12
    assert found.h_between / found.h == close(0.507, abs=5e-4)


def test_berlin_by_origin_what_made_it_fall(real_data: Path) -> None:
    (first_keys, before), (second_keys, after) = (berlin(real_data, date) for date in ("2015-06-30", "2020-12-31"))
    found = change(before, after, (first_keys, BERLIN_GROUPS), (second_keys, BERLIN_GROUPS))
    assert found["diff"] == close(-0.01272, abs=5e-6)
    assert [found["group_marginal"], found["structural"]] == close([0.00774, -0.02056], abs=5e-6)
    assert sum(found.values()) == close(2 * found["diff"], abs=1e-12)
