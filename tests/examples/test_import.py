"""The invented deliveries through the real importer: refused as they are, accepted with the declared corrections."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sozialraum.areas import Areas, areas_settings, read_areas
from sozialraum.examples.musterkreis import County
from sozialraum.examples.musterkreis.people import Households
from sozialraum.indicators import catalogue, compute
from sozialraum.sources import Delivery, load_corrections, load_sources, read_delivery
from sozialraum.store import FactFile, Store

Read = Callable[..., Delivery]

REFUSED = {
    "gruenflaechen.csv": "duplicate_key",
    "mieten.xlsx": "out_of_range",
    "sgb12_2020.csv": "wrong_year",
    "wohngeld.xlsx": "zero_for_missing",
    "wohnungen_2023.csv": "decimal_point",
    "arbeitslose_2017.csv": "wrong_encoding",
    "sgb2_2018.xlsx": "jump",
}
"""Without its correction each of these files is doubted, first of all for this reason."""


@pytest.fixture(scope="module")
def areas(workspace: Path) -> Areas:
    settings = tomllib.loads((workspace / "sozialraum.toml").read_text(encoding="utf-8"))
    return read_areas(workspace, areas_settings(settings["areas"]))


@pytest.fixture(scope="module")
def read(workspace: Path, areas: Areas) -> Read:
    sources, corrections = load_sources(workspace / "sources"), load_corrections(workspace / "corrections.toml")
    demo = tomllib.loads((workspace / "demo.toml").read_text(encoding="utf-8"))["delivery"]
    source = {Path(one["file"]).name: sources[one["source"]] for one in demo}

    def one(name: str, corrected: bool = True, previous: Delivery | None = None) -> Delivery:
        before = previous.facts if previous else None
        return read_delivery(
            workspace / "eingang" / name, source[name], areas, before, corrections if corrected else ()
        )

    return one


def test_every_kind_of_delivery_passes(workspace: Path, read: Read) -> None:
    names = [one.name for one in sorted((workspace / "eingang").iterdir())]
    chosen = [one for one in names if not one.startswith("einwohner") or "2019" in one or "2024" in one]
    standing = {}
    for name in chosen:
        found = [one.code for one in (*read(name).errors, *read(name).warnings)]
        if found:
            standing[name] = found
    assert standing == {}


@pytest.mark.parametrize(("name", "code"), REFUSED.items())
def test_each_declared_correction_mends_a_fault_that_is_there(read: Read, name: str, code: str) -> None:
    earlier = read("sgb2_2017.xlsx") if name == "sgb2_2018.xlsx" else None
    plain, mended = read(name, corrected=False, previous=earlier), read(name, previous=earlier)
    assert code in [one.code for one in (*plain.errors, *plain.warnings)]
    assert len(mended.corrections) == 1
    assert [*mended.errors, *mended.warnings] == []


def test_figures_equal_what_was_invented(county: County, areas: Areas, read: Read) -> None:
    names = (
        "einwohner_2024.csv",
        "haushalte_2024.txt",
        "sgb2_2024.xlsx",
        "arbeitslose_2024.csv",
        "sgb12_2021-2024.csv",
    )
    facts: dict[str, list[FactFile]] = {}
    for name in names:
        delivery = read(name)
        for table, rows in delivery.facts.items():
            facts.setdefault(table, []).append(
                FactFile(rows, delivery.file, 1, delivery.source, delivery.absent.get(table, ""))
            )
    expected = invented(county)
    known = catalogue()
    figures = compute([known[one] for one in expected], Store(facts), areas, "county", ["2024"])
    found = dict(zip(figures.table["indicator"].to_pylist(), figures.table["value"].to_pylist(), strict=True))
    assert found == pytest.approx(expected)


def invented(county: County) -> dict[str, float]:
    """Figures of 2024 counted straight from the invented residents."""
    year = county.year(2024)
    people, status = year.people, year.status
    main = ~people.second_home
    working, children = main & status.employable, main & (people.age < 15)
    homes = Households.of(people.only(main))
    families = homes.children > 0
    transfer = (status.sgb2 & ~status.unemployed) | ((status.sgb12_chapter > 0) & ~status.in_institution)
    return {
        "population_total": float(main.sum()),
        "mean_age": float((people.age[main] + 0.5).mean()),
        "share_foreigners": share(people.nationality > 0, main),
        "residence_5y_share": share(year.year - people.since >= 5, main & (people.age >= 5)),
        "mean_household_size": float(homes.size.mean()),
        "share_single_parent_households": share((homes.adults == 1) & families, families),
        "unemployment_share": share(status.unemployed, working),
        "child_poverty_u15": share(status.sgb2, children),
        "transfer_not_unemployed": share(transfer, main),
    }


def share(part: np.ndarray, whole: np.ndarray) -> float:
    return float(100 * (part & whole).sum() / whole.sum())
