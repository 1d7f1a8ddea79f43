"""Berlin on the publishers' files: environments hardly notice the boundary reform; neighbours are alike."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sozialraum.analysis.autocorrelation import contiguity, global_moran
from sozialraum.analysis.segregation.measures import theil
from sozialraum.analysis.spatial_segregation import spatial_h, surroundings
from sozialraum.areas import AreaLayer, plain_layer
from sozialraum.areas.borders import neighbour_table

ORIGIN = ("germans_without_migration_background", "germans_with_migration_background", "foreigners")


def layer(real_data: Path, file: str) -> AreaLayer:
    return plain_layer(real_data / "berlin-lor-geometry" / file, "PLR_ID", layer="plr")


def residents(real_data: Path, date: str, areas: AreaLayer) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    with (real_data / "berlin-population" / "population_origin_plr.csv").open(encoding="utf-8") as opened:
        held = {row["PLR_ID"]: row for row in csv.DictReader(opened) if row["date"] == date}
    return np.array([[float(held[key][f"inhabitants_{name}"]) for name in ORIGIN] for key in areas.keys])


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


def test_shares_of_foreigners_are_alike_among_neighbours(real_data: Path) -> None:
    areas = layer(real_data, "berlin_lor_pre2021.gpkg")
    counts = residents(real_data, "2020-12-31", areas)
    people = counts.sum(axis=1)
    share = np.divide(counts[:, 2], people, out=np.full(len(people), np.nan), where=people >= 300)
    borders = contiguity(areas.geometry, corners=False)
    assert borders.count.sum() == len(neighbour_table(areas.keys, areas.geometry)) == 2422
    assert global_moran(share, borders).value == pytest.approx(0.5927, abs=5e-5)
