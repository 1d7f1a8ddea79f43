"""Social mix of child poverty in Berlin by the official status classes, 2016 to 2018.

Sources: Senatsverwaltung für Stadtentwicklung Berlin, Monitoring Soziale Stadtentwicklung 2017 and 2019; Amt für Statistik
Berlin-Brandenburg, Einwohnerregisterstatistik (both CC BY 3.0 DE). What stands in docs/methods/segregation.md is checked here.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sozialraum.analysis.segregation import measures, split
from sozialraum.analysis.segregation.change import change

CLASSES = ("hoch", "mittel", "niedrig", "sehr niedrig")
GROUPS = ("poor", "other")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def mix(folder: Path, edition: str, day: str) -> tuple[np.ndarray, list[str], np.ndarray]:
    """Children under 15 in benefit households and others (areas, 2), keys, place of the status class."""
    lived = {
        one["PLR_ID"]: one
        for one in rows(folder / "berlin-population" / "population_age_sex_plr.csv")
        if one["date"] == day
    }
    counts, keys, classes = [], [], []
    for one in rows(folder / "berlin-mss" / f"mss_{edition}_plr.csv"):
        people = lived[one["PLR_ID"]]
        children = float(people["inhabitants_age_below_6"]) + float(people["inhabitants_age_6_15"])
        share = float(one["s4_percentage_transfer_payments_recipients_below_15_years"])
        counts.append((share / 100 * children, children * (1 - share / 100)))
        keys.append(one["PLR_ID"])
        classes.append(CLASSES.index(one["status_index_class"]))
    return np.array(counts), keys, np.array(classes)


@pytest.fixture(scope="module")
def before(real_data: Path) -> tuple[np.ndarray, list[str], np.ndarray]:
    return mix(real_data, "2017", "2016-12-31")


@pytest.fixture(scope="module")
def after(real_data: Path) -> tuple[np.ndarray, list[str], np.ndarray]:
    return mix(real_data, "2019", "2018-12-31")


def test_published_shares_times_children_are_whole_children(before: tuple[np.ndarray, list[str], np.ndarray]) -> None:
    """So the shares and the register belong together: 436 areas, 146,776 of 490,680 children."""
    counts = before[0]
    assert np.abs(counts[:, 0] - np.round(counts[:, 0])).max() < 0.02
    assert (len(counts), round(counts[:, 0].sum()), round(counts.sum())) == (436, 146_776, 490_680)


def test_poor_children_live_apart_and_most_of_it_lies_between_the_classes(
    before: tuple[np.ndarray, list[str], np.ndarray], after: tuple[np.ndarray, list[str], np.ndarray]
) -> None:
    found = {name: (counts, places) for name, (counts, _, places) in {"2016": before, "2018": after}.items()}
    values = {
        year: [
            round(float(measures.WHOLE[name](counts)), 4)
            for name in ("Multigroup D", "Theil H", "Mutual information M")
        ]
        for year, (counts, _) in found.items()
    }
    assert values == {"2016": [0.4227, 0.1712, 0.1044], "2018": [0.4012, 0.1544, 0.0913]}
    parts = {year: split(*given, len(CLASSES)) for year, given in found.items()}
    between = {year: round(float(one.m_between / (one.m_between + one.m_within)), 3) for year, one in parts.items()}
    assert between == {"2016": 0.722, "2018": 0.710}


def test_the_change_is_one_of_where_poor_children_live(
    before: tuple[np.ndarray, list[str], np.ndarray], after: tuple[np.ndarray, list[str], np.ndarray]
) -> None:
    parts = change(before[0], after[0], (before[1], GROUPS), (after[1], GROUPS))
    assert parts["diff"] == pytest.approx(sum(value for name, value in parts.items() if name != "diff"))
    assert {name: round(value, 4) for name, value in parts.items()} == {
        "diff": -0.0131,
        "additions": 0.0,
        "removals": 0.0,
        "group_marginal": -0.0047,
        "area_marginal": -0.0006,
        "structural": -0.0079,
    }
