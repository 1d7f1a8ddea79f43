"""Twelve invented areas in a grid, a declared source, and a file without faults: what the tests of this room start from."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from shapely import box

from sozialraum.areas import Areas, Vintage, area_layer
from sozialraum.sources import parse_source

KEYS = tuple(f"0101{number:02d}" for number in range(1, 13))

_LAYER = area_layer(
    "planning_area",
    "2021",
    KEYS,
    [f"Gebiet {key}" for key in KEYS],
    [
        box(1000 * (place % 4), 1000 * (place // 4), 1000 * (place % 4 + 1), 1000 * (place // 4 + 1))
        for place in range(12)
    ],
    "EPSG:25832",
)

AREAS = Areas(
    levels=("planning_area",),
    vintages=(Vintage("2021"),),
    level_titles={},
    crs="EPSG:25832",
    layers={("planning_area", "2021"): _LAYER},
    upward={"2021": {"planning_area": {key: key for key in KEYS}}},
)

HEAD = """
id = "residents"
publisher = "Meldebehörde (erfunden)"
licence = "EUPL-1.2"
title = { de = "Einwohner", en = "Residents" }
"""

PLACE = """
[area]
level = "planning_area"
column = "Gebiet"
[period]
column = "Jahr"
"""

GROUPS = """
[[facts]]
table = "population"
measure = "persons"
[facts.columns]
"unter 6" = { age = [0, 6] }
"6 bis 18" = { age = [6, 18] }
"ab 18" = { age = [18] }
"""

TOTALS = """
[[checks.totals]]
total = "alle"
parts = ["unter 6", "6 bis 18", "ab 18"]
"""

POPULATION = parse_source(HEAD + PLACE + GROUPS + TOTALS)

HEADER = ["Gebiet", "Jahr", "unter 6", "6 bis 18", "ab 18", "alle"]


def good_rows(year: str = "2024", add: int = 0) -> list[list[str]]:
    """Header and one row per area without any fault."""
    rows = []
    for number, key in enumerate(KEYS):
        groups = [20 + number + add, 50 + 2 * number + add, 300 + 5 * number + add]
        rows.append([key, year, *map(str, groups), str(sum(groups))])
    return [list(HEADER), *rows]


def write(folder: Path, rows: Sequence[Sequence[str]], name: str = "pop_2024.csv", encoding: str = "utf-8") -> Path:
    """The rows as a semicolon-delimited file."""
    path = folder / name
    path.write_text("".join(";".join(row) + "\n" for row in rows), encoding=encoding)
    return path


def workspace_hash(folder: Path) -> str:
    """One digest of all paths and bytes below a folder; unfinished things, which everything ignores, count not."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if not any(part.startswith(".partial-") for part in path.relative_to(folder).parts):
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()
