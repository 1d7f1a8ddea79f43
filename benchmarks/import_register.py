"""Import of a register with 1 million persons: read, checked, stored.

Ours is the whole of `add`: every check of the importer, provenance of each row, the file kept as it came, all written
and synced to disk. The plain version reads the same CSV, compares the keys with the areas, translates the codes and
writes a Parquet file; it has none of the doubts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

AIM = "a register of a large city in well under a minute"
AREAS, PERSONS = 542, 1_000_000
SETTINGS = """
[workspace]
name = "bench"
title = "Bench"
[areas]
crs = "EPSG:25833"
levels = ["planning_area"]
[areas.titles.planning_area]
de = ["Planungsraum", "Planungsräume"]
en = ["planning area", "planning areas"]
[[areas.vintage]]
id = "1"
valid_from = 2000-01-01
[areas.vintage.layer.planning_area]
file = "areas/areas.gpkg"
key = "key"
name = "name"
width = 8
"""
SOURCE = """
id = "register"
publisher = "Bench"
licence = "intern"
[title]
de = "Register"
en = "Register"
[file]
reader = "csv"
delimiter = ";"
[area]
level = "planning_area"
column = "Raum"
width = 8
[period]
file_name = "_(\\\\d{4})\\\\."
[[facts]]
table = "population"
measures = { persons = 1 }
absent = "zero"
[facts.dimensions]
age = "Alter"
sex = { column = "Geschlecht", codes = { w = "f", m = "m", d = "x" } }
residence = { constant = "main" }
"""


def keys() -> list[str]:
    """Area keys as text with leading zeros."""
    return [f"{place:08d}" for place in range(1, AREAS + 1)]


def prepare(folder: Path) -> None:
    """A workspace with its areas and source, and the delivered file."""
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from shapely import box

    for name in ("areas", "sources"):
        (folder / name).mkdir()
    (folder / "sozialraum.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "sources" / "register.toml").write_text(SOURCE, encoding="utf-8")
    squares = [box(place % 25, place // 25, place % 25 + 1, place // 25 + 1) for place in range(AREAS)]
    layer = gpd.GeoDataFrame({"key": keys(), "name": keys()}, geometry=squares, crs=25833)
    layer.set_geometry(layer.scale(1000, 1000, origin=(0, 0))).to_file(folder / "areas" / "areas.gpkg")
    generator = np.random.default_rng(1)
    people = {
        "Raum": np.array(keys())[generator.integers(0, AREAS, PERSONS)],
        "Alter": generator.integers(0, 100, PERSONS),
        "Geschlecht": np.array(["w", "m", "d"])[generator.choice(3, PERSONS, p=[0.505, 0.494, 0.001])],
    }
    pd.DataFrame(people).to_csv(folder / "register_2024.csv", sep=";", index=False)


def ours(folder: Path) -> object:
    """`add` of the workspace."""
    import sozialraum as sr

    stored = sr.open(folder).add(folder / "register_2024.csv", "register", received="2025-01-20T08:00:00")
    return _answer(stored.tables()["population"].to_pandas(), "area", "age_from", "persons")


def plain(folder: Path) -> object:
    """The same file with pandas."""
    import pandas as pd

    people = pd.read_csv(folder / "register_2024.csv", sep=";", dtype={"Raum": str})
    unknown = set(people["Raum"]) - set(keys())
    assert not unknown
    people["sex"] = people["Geschlecht"].map({"w": "f", "m": "m", "d": "x"})
    people["persons"] = 1
    people.to_parquet(folder / "plain.parquet")
    return _answer(pd.read_parquet(folder / "plain.parquet"), "Raum", "Alter", "persons")


def _answer(rows: Any, area: str, age: str, persons: str) -> dict[str, float]:
    weights = rows[persons]
    return {
        "persons": float(weights.sum()),
        "years": float((rows[age] * weights).sum()),
        "first": float(weights[rows[area] == keys()[0]].sum()),
    }
