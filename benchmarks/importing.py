"""Import of a register of residents: 1 million rows of cp1252 text, doubted and stored.

One row a person: number, area, reporting date, year of birth, sex, nationality, residence, year of moving in. Ours is
the whole import (every doubt, row numbers kept, original and facts stored and synced). The plain version reads all as
text, types it, looks for doubled numbers, unknown areas, unknown codes and years out of bounds, and writes Parquet.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

AIM = "1 million rows in seconds"
AREAS, ROWS = 542, 1_000_000
FILE = "einwohner_2024.csv"
HEADER = "Nummer;Gebiet;Stichtag;Geburtsjahr;Geschlecht;Staatsangehörigkeit;Wohnung;Einzugsjahr"
SEX = {"männlich": "m", "weiblich": "f", "divers": "x"}
NATIONALITY = {"deutsch": "german", "EU": "eu", "übrige": "non_eu"}
RESIDENCE = {"Haupt": "main", "Neben": "second"}
SHARES = ((0.495, 0.5, 0.005), (0.78, 0.09, 0.13), (0.95, 0.05))
SOURCE = f"""
id = "residents"
publisher = "Meldebehörde (erfunden)"
licence = "EUPL-1.2"
title = {{ de = "Einwohnerinnen und Einwohner", en = "Residents" }}
[area]
level = "area"
column = "Gebiet"
[period]
column = "Stichtag"
[checks]
unique = ["Nummer"]
between = {{ Geburtsjahr = [1900, 2024] }}
[[facts]]
table = "population"
measures = {{ persons = 1 }}
[facts.dimensions]
age = {{ column = "Geburtsjahr", years_since = true }}
residence_years = {{ column = "Einzugsjahr", years_since = true }}
sex = {{ column = "Geschlecht", codes = {{ {", ".join(f'"{text}" = "{code}"' for text, code in SEX.items())} }} }}
nationality.column = "Staatsangehörigkeit"
nationality.codes = {{ {", ".join(f'"{text}" = "{code}"' for text, code in NATIONALITY.items())} }}
residence = {{ column = "Wohnung", codes = {{ {", ".join(f'"{text}" = "{code}"' for text, code in RESIDENCE.items())} }} }}
"""


def keys() -> list[str]:
    """Area keys of eight digits, sorted."""
    return [f"{1000000 + 7 * place:08d}" for place in range(AREAS)]


def prepare(folder: Path) -> None:
    """The file as an office sends it, in the order of moving in."""
    import numpy as np

    generator = np.random.default_rng(11)
    born = 2024 - np.minimum(generator.integers(0, 101, ROWS), generator.integers(0, 101, ROWS) + 20)
    moved = 2024 - np.minimum(generator.integers(0, 30, ROWS), 2024 - born)
    number = generator.permutation(ROWS) + 10_000_000
    area = np.array(keys())[generator.integers(0, AREAS, ROWS)]
    texts = [
        np.array(list(codes))[generator.choice(len(codes), ROWS, p=shares)]
        for codes, shares in zip((SEX, NATIONALITY, RESIDENCE), SHARES, strict=True)
    ]
    columns = [one.tolist() for one in (number, area, born, *texts, moved)]
    with (folder / FILE).open("w", encoding="cp1252", newline="\r\n") as opened:
        opened.write(HEADER + "\n")
        for one, place, year, sex, nationality, residence, since in zip(*columns, strict=True):
            opened.write(f"{one};{place};31.12.2024;{year};{sex};{nationality};{residence};{since}\n")


def ready(folder: Path) -> tuple[Path, Any, Any]:
    """Areas and declared source; libraries are loaded beforehand on both sides."""
    import pandas  # noqa: F401
    import pyarrow.csv
    import pyarrow.parquet  # noqa: F401
    from shapely import box

    from sozialraum.areas import Areas, Vintage, area_layer
    from sozialraum.sources import parse_source

    boxes = [box(place % 25, place // 25, place % 25 + 1, place // 25 + 1) for place in range(AREAS)]
    layer = area_layer("area", "2021", keys(), keys(), boxes, "EPSG:25832")
    areas = Areas(
        levels=("area",),
        vintages=(Vintage("2021"),),
        level_titles={},
        crs="EPSG:25832",
        layers={("area", "2021"): layer},
        upward={"2021": {"area": {key: key for key in keys()}}},
    )
    return folder, areas, parse_source(SOURCE)


def ours(given: tuple[Path, Any, Any]) -> dict[str, Any]:
    """The product's import, first to last."""
    from pyarrow import parquet

    from sozialraum.sources import read_delivery, store_delivery

    folder, areas, definition = given
    delivery = read_delivery(folder / FILE, definition, areas)
    stored = store_delivery(folder / "workspace", delivery, folder / FILE, "2025-01-15", "benchmark")
    faults = {one.code: one.values.get("count", 1) for one in delivery.faults}
    facts = parquet.read_table(stored.facts["population"], columns=["area", "age_from", "persons"])
    sums = facts.group_by("area").aggregate([("persons", "sum"), ("age_from", "sum")]).sort_by("area")
    return {"persons": sums["persons_sum"].to_pylist(), "age": sums["age_from_sum"].to_pylist(), "faults": faults}


def plain(given: tuple[Path, Any, Any]) -> dict[str, Any]:
    """The same with a data frame."""
    import pandas as pd

    folder = given[0]
    frame = pd.read_csv(folder / FILE, sep=";", encoding="cp1252", dtype=str)
    born, moved = (pd.to_numeric(frame[name], errors="coerce") for name in ("Geburtsjahr", "Einzugsjahr"))
    year = pd.to_datetime(frame["Stichtag"], format="%d.%m.%Y").dt.year
    facts = pd.DataFrame(
        {
            "area": frame["Gebiet"],
            "period": year.astype(str),
            "age_from": year - born,
            "sex": frame["Geschlecht"].map(SEX),
            "nationality": frame["Staatsangehörigkeit"].map(NATIONALITY),
            "residence": frame["Wohnung"].map(RESIDENCE),
            "residence_years": year - moved,
            "persons": 1.0,
            "row": range(2, len(frame) + 2),
        }
    )
    faults = {
        "doubled_row": int(frame["Nummer"].duplicated().sum()),
        "area_unknown": int((~frame["Gebiet"].isin(keys())).sum()),
        "unknown_code": int(facts[["sex", "nationality", "residence"]].isna().sum().sum()),
        "out_of_range": int((~born.between(1900, 2024)).sum()),
    }
    facts.sort_values(["area", "row"]).to_parquet(folder / "plain.parquet", index=False)
    sums = facts.groupby("area")[["persons", "age_from"]].sum()
    return {
        "persons": sums["persons"].tolist(),
        "age": sums["age_from"].tolist(),
        "faults": {code: count for code, count in faults.items() if count},
    }
