"""Spatial H of 5,000 areas at 1 km, 5 groups.

PySAL's package weights places by their environment's people and rounds these to whole people, so its answer is another one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks._cities import read_places, write_places

AIM = "at least 50 times faster"
FLOORS = {"times": 50}
PEER, COMPARED = "segregation", False
LOADED = ("geopandas", "segregation.multigroup")
RADIUS = 1000.0


def prepare(folder: Path) -> None:
    """Places 250 m apart on average."""
    write_places(folder, 5000, 5)


def ready(folder: Path) -> Any:
    """Places and counts."""
    return read_places(folder)


def ours(given: Any) -> float:
    """The product's H."""
    from sozialraum.analysis.spatial_segregation import spatial_h, surroundings

    places, counts = given
    return spatial_h(counts, surroundings(places, counts, RADIUS))


def peer(given: Any) -> float:
    """PySAL's package on the same places."""
    import geopandas as gpd
    from segregation.multigroup import MultiInfoTheory

    places, counts = given
    groups = [f"g{at}" for at in range(counts.shape[1])]
    frame = gpd.GeoDataFrame(
        dict(zip(groups, counts.T, strict=True)), geometry=gpd.points_from_xy(*places.T), crs=25833
    )
    return float(MultiInfoTheory(frame, groups, distance=RADIUS).statistic)
