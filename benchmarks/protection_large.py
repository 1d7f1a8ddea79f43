"""Protection of a town of 131,868 cells, 8,112 of them sensitive, whole process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks._towns import LARGE, price, protect, write_town

AIM = "under 60 s and 512 MB, at most 31,500 cells with 1,460,000 people hidden"


def prepare(folder: Path) -> None:
    """1,000 blocks in 200 quarters and 20 districts."""
    write_town(folder / "town.csv", LARGE)


def ours(folder: Path) -> dict[str, Any]:
    """`run protect`."""
    return protect(folder)


def more(folder: Path, _one: dict[str, Any], _other: dict[str, Any] | None) -> str:
    """The result in words."""
    return price(folder)
