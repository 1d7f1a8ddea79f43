"""Berlin on the publishers' files: environments hardly notice the boundary reform; neighbours are alike."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sozialraum.analysis.autocorrelation import contiguity, global_moran
from sozialraum.analysis.segregation.measures import WHOLE, theil
from sozialraum.analysis.spatial_segregation import spatial_h, surroundings
from sozialraum.areas import AreaLayer, plain_layer
from sozialraum.areas.borders import neighbour_table

AGES = ("below_6", "6_15", "15_18", "18_27", "27_45", "45_55", "55_65", "above_65")
ORIGIN = ("germans_without_migration_background", "germans_with_migration_background", "foreigners")


def layer(real_data: Path, file: str) -> AreaLayer:
    return plain_layer(real_data / "berlin-lor-geometry" / file, "PLR_ID", layer="plr")


def residents(
    real_data: Path, date: str, areas: AreaLayer, by: str = "origin"
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """People (areas, groups) at a date; an area that the register does not list has nobody."""
    names = ORIGIN if by == "origin" else tuple(f"age_{one}" for one in AGES)
    with (real_data / "berlin-population" / f"population_{by}_plr.csv").open(encoding="utf-8") as opened:
        held = {row["PLR_ID"]: row for row in csv.DictReader(opened) if row["date"] == date}
    nobody = {f"inhabitants_{name}": 0.0 for name in names}
    return np.array([[float(held.get(key, nobody)[f"inhabitants_{name}"]) for name in names] for key in areas.keys])


def centres(areas: AreaLayer) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    from sozialraum.analysis.places import places_of

    return places_of(areas).metres


def test_environments_hardly_notice_the_boundary_reform(real_data: Path) -> None:
    found = {}
    for date, file in (("2020-12-31", "berlin_lor_pre2021.gpkg"), ("2021-06-30", "berlin_lor_2021.gpkg")):
        areas = layer(real_data, file)
        counts = residents(real_data, date, areas)
        around = [surroundings(centres(areas), counts, radius) for radius in (1000.0, 4000.0)]
        found[date] = [float(theil(counts)), *(spatial_h(counts, one) for one in around)]
    assert found["2020-12-31"] == pytest.approx([0.0624, 0.0581, 0.0284], abs=5e-5)
    assert found["2021-06-30"] == pytest.approx([0.0647, 0.0583, 0.0284], abs=5e-5)


def test_age_is_mixed_more_evenly_and_falls_on_both_sides_of_the_reform(real_data: Path) -> None:
    dates = ("2015-06-30", "2020-12-31", "2021-06-30", "2022-12-31")
    found = {}
    for date in dates:
        areas = layer(real_data, "berlin_lor_pre2021.gpkg" if date < "2021" else "berlin_lor_2021.gpkg")
        counts = residents(real_data, date, areas, "age_sex")
        around = [surroundings(centres(areas), counts, radius) for radius in (1000.0, 4000.0)]
        old, young = (
            np.column_stack([part, counts.sum(axis=1) - part]) for part in (counts[:, 7], counts[:, :2].sum(axis=1))
        )
        apart = [float(WHOLE["Multigroup D"](pair)) for pair in (old, young)]
        found[date] = [float(theil(counts)), *(spatial_h(counts, one) for one in around), *apart]
    assert found == {
        date: pytest.approx(values, abs=5.1e-5)
        for date, values in zip(dates, (
            [0.0241, 0.0220, 0.0128, 0.2148, 0.0887], [0.0204, 0.0186, 0.0114, 0.2044, 0.0829],
            [0.0210, 0.0184, 0.0113, 0.2071, 0.0851], [0.0196, 0.0172, 0.0105, 0.2015, 0.0832],
        ), strict=True)
    }  # fmt: skip


def test_shares_of_foreigners_are_alike_among_neighbours(real_data: Path) -> None:
    areas = layer(real_data, "berlin_lor_pre2021.gpkg")
    counts = residents(real_data, "2020-12-31", areas)
    people = counts.sum(axis=1)
    share = np.divide(counts[:, 2], people, out=np.full(len(people), np.nan), where=people >= 300)
    borders = contiguity(areas.geometry, corners=False)
    assert borders.count.sum() == len(neighbour_table(areas.keys, areas.geometry)) == 2422
    assert global_moran(share, borders).value == pytest.approx(0.5927, abs=5e-5)
