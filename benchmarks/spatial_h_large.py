"""Spatial H of 50,000 areas at 1 km, 5 groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks._cities import read_places, write_places
from benchmarks.spatial_h import RADIUS

AIM = "under 2 s, less than 100 MB more"
FLOORS = {"seconds": 2, "more_mb": 100}


def prepare(folder: Path) -> None:
    """Places 250 m apart on average."""
    write_places(folder, 50_000, 5)


def ready(folder: Path) -> Any:
    """Places and counts."""
    return read_places(folder)


def ours(given: Any) -> float:
    """The product's H."""
    from sozialraum.analysis.spatial_segregation import spatial_h, surroundings

    places, counts = given
    return spatial_h(counts, surroundings(places, counts, RADIUS))
