"""All 542 area profiles as pages: 20 figures x 6 years and an index.

Ours writes the whole pages: sentences, map, strips, courses, tables for those who do not see them. The plain version
computes the same numbers for each area (value, places among the others, median and quartiles) with a data frame and
writes them as a text, without a drawing: it shows what the numbers alone cost, not what a page costs.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sozialraum.figures import Description, Release

AIM = "under 0.1 s a profile"
ACROSS, AREAS, DISTRICTS, PERIODS = 27, 542, 12, ("2019", "2020", "2021", "2022", "2023", "2024")
POPULATION = "population_total"
SHARES = (
    "share_under_18",
    "share_65_plus",
    "share_80_plus",
    "share_migration_background",
    "share_foreigners",
    "residence_5y_share",
    "share_single_person_households",
    "share_single_parent_households",
    "share_65plus_living_alone",
    "unemployment_share",
    "youth_unemployment_share",
    "long_term_unemployment_share",
    "employment_rate",
    "sgb2_rate",
    "child_poverty_u15",
    "old_age_basic_income_rate",
    "minimum_income_rate",
    "childcare_rate_3_6",
    "voter_turnout",
)
SCALES = {"status": ("high", "middle", "low", "very_low"), "dynamic": ("positive", "stable", "negative")}


def key(place: int) -> str:
    """Area key whose first two digits are the district."""
    return f"{place * DISTRICTS // AREAS + 1:02d}{place:04d}"


def prepare(_folder: Path) -> None:
    """Everything is made in memory."""


def ready(folder: Path) -> tuple[Path, Release]:
    """The release; libraries are loaded beforehand on both sides."""
    import pandas  # noqa: F401

    import sozialraum.reports.writers.html  # noqa: F401

    return folder, release()


def release() -> Release:
    """An invented release of 542 areas in 12 districts."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    from sozialraum.figures import CORE, Credit, Release
    from sozialraum.indicators import catalogue, describe

    generator = np.random.default_rng(5)
    known = catalogue()
    frame = pd.concat([_measured(generator, name) for name in (POPULATION, *SHARES)] + _indexed(generator))
    results = pa.schema(
        [(name, pa.string()) for name in ("class", "likely_class")]
        + [("class_probability", pa.float64()), ("rank", pa.int64()), ("excluded", pa.string())]
    )
    return Release(
        name="2024",
        version=1,
        table=pa.Table.from_pandas(frame, pa.schema([*CORE, *results]), preserve_index=False),
        areas=_areas(generator),
        descriptions=(*(describe(known[name]) for name in (POPULATION, *SHARES)), *_index_descriptions()),
        credits=(Credit("register", "Musterstadt", "Erfundenes Register", "CC0"),),
        record=_record(),
    )


def _measured(generator: Any, name: str) -> Any:
    """One figure for every area and year: its middle, the areas around it, a course in each."""
    import numpy as np
    import pandas as pd

    middle = 2000.0 if name == POPULATION else generator.uniform(8, 30)
    level = middle * generator.lognormal(0, 0.35, AREAS)
    course = 1 + np.cumsum(generator.normal(0, 0.02, (len(PERIODS), AREAS)), axis=0)
    value = (np.minimum(level, 80.0) if name != POPULATION else level) * course
    half = np.full(value.shape, np.nan) if name == POPULATION else 1.96 * np.sqrt(value * (100 - value) / 2000)
    hidden = (generator.random(value.shape) < 0.02) & (name != POPULATION)
    numbers = {"value": value, "lower": value - half, "upper": value + half}
    return pd.DataFrame(
        {
            **_place(len(PERIODS)),
            "period": np.repeat(PERIODS, AREAS),
            "indicator": name,
            "numerator": np.nan,
            "denominator": np.nan,
            **{column: np.where(hidden, np.nan, one).ravel() for column, one in numbers.items()},
            "flag": np.where(hidden, "suppressed", "ok").ravel(),
        }
    )


def _place(times: int) -> dict[str, Any]:
    return {"area": [key(place) for place in range(AREAS)] * times, "level": "area", "vintage": "2019"}


def _indexed(generator: Any) -> list[Any]:
    """Status and dynamic of the index in two editions."""
    import numpy as np
    import pandas as pd

    found = []
    for period in (PERIODS[-3], PERIODS[-1]):
        for dimension, classes in SCALES.items():
            score = generator.normal(0, 1, AREAS)
            limits = np.quantile(score, np.arange(1, len(classes)) / len(classes))
            own = np.array(classes)[np.searchsorted(limits, score)]
            more = {"class": own, "likely_class": classes[1], "class_probability": generator.uniform(0.6, 1, AREAS)}
            row = {"period": period, "indicator": f"lage.{dimension}", "value": score, "flag": "ok", "excluded": None}
            found.append(pd.DataFrame({**_place(1), **row, **more, "rank": 1 + np.argsort(np.argsort(-score))}))
    return found


def _index_descriptions() -> list[Description]:
    from sozialraum.figures import ClassScale, Description

    titles = {"status": "Status", "dynamic": "Entwicklung"}
    return [
        Description(
            f"lage.{name}",
            {"de": titles[name], "en": name},
            unit="score",
            field="index",
            kind="index",
            polarity="higher_worse",
            counts=False,
            scale=ClassScale(classes, classes, classes),
            parts=("unemployment_share", "child_poverty_u15"),
        )
        for name, classes in SCALES.items()
    ]


def _areas(generator: Any) -> Any:
    """Areas with about 40 corners whose borders fit, their districts and the city."""
    import numpy as np
    import pyarrow as pa
    import shapely

    grid = np.stack(np.meshgrid(np.arange(8 * ACROSS + 1), np.arange(8 * 22 + 1)), axis=2) * 100.0
    corners = grid + generator.uniform(-30, 30, grid.shape)
    shapes = [_shape(corners, place) for place in range(AREAS)]
    keys = [key(place) for place in range(AREAS)]
    rows = [("area", one, {"district": one[:2], "city": "0"}, shape) for one, shape in zip(keys, shapes, strict=True)]
    for code in sorted({one[:2] for one in keys}):
        inside = [shape for one, shape in zip(keys, shapes, strict=True) if one[:2] == code]
        rows.append(("district", code, {"city": "0"}, shapely.coverage_union_all(inside)))
    rows.append(("city", "0", {}, shapely.coverage_union_all(shapes)))
    names = [f"Gebiet {one}" for _, one, _, _ in rows]
    return pa.table(
        {
            "area": [row[1] for row in rows],
            "level": [row[0] for row in rows],
            "vintage": ["2019"] * len(rows),
            "name": names,
            "label": names,
            "parent": pa.nulls(len(rows), pa.string()),
            "parents": [json.dumps(row[2]) for row in rows],
            "residents": [2000.0] * len(rows),
            "area_m2": [shapely.area(row[3]) for row in rows],
            "geometry": [shapely.to_wkb(row[3]) for row in rows],
        }
    )


def _shape(corners: Any, place: int) -> Any:
    """The ring of small steps around one cell of eight by eight."""
    import numpy as np
    import shapely

    row, column = 8 * (place // ACROSS), 8 * (place % ACROSS)
    part = corners[row : row + 9, column : column + 9]
    return shapely.polygons(np.concatenate([part[0, :-1], part[:-1, -1], part[-1, :0:-1], part[:0:-1, 0]]))


def _record() -> dict[str, Any]:
    titles = {"area": ("Gebiet", "Gebiete"), "district": ("Bezirk", "Bezirke"), "city": ("Stadt", "Städte")}
    return {
        "workspace": "Musterstadt",
        "title": "Musterstadt",
        "made": "2025-03-01",
        "by": "benchmark",
        "rule": {"minimum": 3},
        "audit": {},
        "inputs": [],
        "notes": {},
        "invented": True,
        "level_titles": {level: {"de": both, "en": both} for level, both in titles.items()},
    }


def ours(given: tuple[Path, Release]) -> dict[str, Any]:
    """The product: a page for each area, and one that lists them."""
    from sozialraum.reports import save_profiles

    folder, found = given
    pages = sum(1 for _ in save_profiles(found, folder / "pages"))
    return {"pages": pages - 1, **numbers(found)}


def numbers(found: Release) -> dict[str, list[float]]:
    """Sums over the areas of what stands in the profiles, by figure."""
    import numpy as np

    from sozialraum.reports.composing import prepared

    view = prepared(found, "de")
    answer = {}
    for name in SHARES:
        series = view.series(name, "area")
        low, high = (half[-1] for half in series.middle_half)
        parts = [np.nansum(one) for one in (series.value[-1], *series.shares_beside)]
        answer[name] = [float(one) for one in (*parts, AREAS * series.median[-1], AREAS * low, AREAS * high)]
    return answer


def plain(given: tuple[Path, Release]) -> dict[str, Any]:
    """The numbers alone, area by area."""
    import pandas as pd

    folder, found = given
    frame: pd.DataFrame = found.table.to_pandas()
    wide = frame[frame["indicator"].isin(SHARES)].pivot(index="area", columns=["indicator", "period"], values="value")
    sums: dict[str, list[float]] = {name: [0.0] * 6 for name in SHARES}
    (folder / "texts").mkdir()
    pages = 0
    for area in wide.index:
        lines = []
        for name in SHARES:
            told = _told(wide[name], area)
            sums[name] = [total + (0.0 if pd.isna(one) else one) for total, one in zip(sums[name], told, strict=True)]
            lines.append(f"{name};{';'.join(f'{one:.3f}' for one in (*told, *wide[name].loc[area]))}")
        (folder / "texts" / f"{area}.txt").write_text("\n".join(lines), encoding="utf-8")
        pages += 1
    return {"pages": pages, **sums}


def _told(values: Any, area: str) -> list[float]:
    """Value, shares of the other areas below and above it, median and quartiles."""
    last = values[PERIODS[-1]]
    own, known = last[area], last.dropna()
    beside = [float((known < own).sum()), float((known > own).sum())] if own == own else [0.0, 0.0]
    middle = [known.median(), known.quantile(0.25), known.quantile(0.75)]
    return [own, *(one / (len(known) - 1) for one in beside), *middle]
