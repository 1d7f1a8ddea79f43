"""An invented release: 24 square areas in four districts, three periods, an index in two editions. Nothing in it is real."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
import shapely

from sozialraum.figures import CORE, ClassScale, Credit, Description, Release

STATUS = ClassScale(
    ids=("high", "middle", "low", "very_low"),
    de=("hoch", "mittel", "niedrig", "sehr niedrig"),
    en=("high", "middle", "low", "very low"),
)
DYNAMIC = ClassScale(
    ids=("positive", "stable", "negative"), de=("positiv", "stabil", "negativ"), en=("positive", "stable", "negative")
)
DISTRICTS = {"01": "Nordstadt", "02": "Auental", "03": "Hafen", "04": "Südhang"}
PERIODS = ("2016", "2018", "2020")
NUMBER = 24
SOURCE = {"de": "Erfundenes Register", "en": "Invented register"}


def described(one: str, de: str, en: str, field: str, base: tuple[str, str] = ("", ""), **more: Any) -> Description:
    """A description with the texts that the sentences use."""
    texts = {"base": dict(zip(("de", "en"), base, strict=True))} if base[0] else {}
    return Description(one, title={"de": de, "en": en}, field=field, source=SOURCE, **texts, **more)


POPULATION = described(
    "population_total", "Bevölkerung insgesamt", "Total population", "demography",
    unit="persons", kind="total", decimals=0, short={"de": "Bevölkerung", "en": "Population"},
)  # fmt: skip
UNDER_18 = described(
    "share_under_18", "Anteil unter 18-Jährige", "Share under 18", "demography", ("der Bevölkerung", "of residents")
)
OVER_65 = described(
    "share_65_plus",
    "Anteil 65-Jährige und Ältere",
    "Share 65 and over",
    "demography",
    ("der Bevölkerung", "of residents"),
)
UNEMPLOYED = described(
    "unemployment_share", "Arbeitslosigkeit", "Unemployment share", "work",
    ("der 15- bis unter 65-Jährigen", "of those aged 15 to under 65"), polarity="higher_worse",
    limits={"de": "Der Stichtag liegt in einer Pandemie.", "en": "The reference date lies in a pandemic."},
)  # fmt: skip
CHILDREN = described(
    "child_poverty_u15", "Kinderarmut", "Child poverty", "income_poverty",
    ("der unter 15-Jährigen", "of those under 15"), polarity="higher_worse",
    limits={"de": "Nur Leistungen nach SGB II.", "en": "Only SGB II benefits."},
)  # fmt: skip
STATUS_INDEX = Description(
    "index-2020.status", title={"de": "Status", "en": "Status"}, unit="score", field="index", kind="index", scale=STATUS,
    polarity="higher_worse", counts=False, parts=("unemployment_share", "child_poverty_u15"),
)  # fmt: skip
DYNAMIC_INDEX = Description(
    "index-2020.dynamic", title={"de": "Entwicklung", "en": "Development"}, unit="score", field="index", kind="index",
    scale=DYNAMIC, polarity="higher_worse", counts=False, parts=("unemployment_share", "child_poverty_u15"),
)  # fmt: skip
PLAIN = (POPULATION, UNDER_18, OVER_65, UNEMPLOYED, CHILDREN)


def key(number: int) -> str:
    """Key of an area: district and running number."""
    return f"{number // 6 + 1:02d}{number % 6 + 1:02d}"


def areas(vintage: str = "2016", number: int = NUMBER, shift: float = 0.0) -> pa.Table:
    """Areas of a grid of 6 x 4 squares, their districts and the city."""
    rows = []
    squares = [
        shapely.box(
            1000 * (one % 6) + shift, 1000 * (one // 6), 1000 * (one % 6) + 1000 + shift, 1000 * (one // 6) + 1000
        )
        for one in range(number)
    ]
    for one in range(number):
        parents = {"district": key(one)[:2], "city": "0"}
        rows.append(("planning_area", key(one), f"Gebiet {key(one)}", parents, 1000.0 + 100 * one, squares[one]))
    for code in sorted({key(one)[:2] for one in range(number)}):
        inside = shapely.union_all([squares[one] for one in range(number) if key(one)[:2] == code])
        rows.append(("district", code, DISTRICTS[code], {"city": "0"}, 9000.0, inside))
    rows.append(("city", "0", "Musterstadt", {}, 36000.0, shapely.union_all(squares)))
    return pa.table(
        {
            "area": [row[1] for row in rows],
            "level": [row[0] for row in rows],
            "vintage": [vintage] * len(rows),
            "name": [row[2] for row in rows],
            "label": [row[2] for row in rows],
            "parent": [None] * len(rows),
            "parents": [json.dumps(row[3]) for row in rows],
            "residents": [row[4] for row in rows],
            "area_m2": [row[5].area for row in rows],
            "geometry": [shapely.to_wkb(row[5]) for row in rows],
        }
    )


def row(
    indicator: str, area: str, period: str, value: float | None, level: str = "planning_area", **more: Any
) -> dict[str, Any]:
    """A figure; its interval is 1 to each side unless told otherwise."""
    flag = more.pop("flag", "ok" if value is not None else "missing")
    bounds = {"lower": None, "upper": None} if value is None else {"lower": max(value - 1, 0.0), "upper": value + 1}
    vintage = more.pop("vintage", "2016")
    return {
        **dict.fromkeys(CORE.names), "area": area, "level": level, "vintage": vintage, "period": period,
        "indicator": indicator, "value": value, "flag": flag, **bounds, **more,
    }  # fmt: skip


def measured() -> list[dict[str, Any]]:
    """Rows of the plain indicators on two levels (population also for the city)."""
    rows = []
    for step, period in enumerate(PERIODS):
        for number in range(NUMBER):
            area = key(number)
            people = 1000.0 + 100 * number
            rows += [
                row("population_total", area, period, people + 10 * step, lower=None, upper=None),
                row("share_under_18", area, period, 12.0 + number / 4),
                row("share_65_plus", area, period, 25.0 - number / 4),
                row("unemployment_share", area, period, 2.0 + number * 0.4 + (0.0, 0.0, 2.0)[step] * (number % 4 != 0)),
                row("child_poverty_u15", area, period, 4.0 + 2 * number - 1.5 * step),
            ]
        for code in DISTRICTS:
            rows.append(
                row("unemployment_share", code, period, 3.0 + 2 * int(code) + (0.0, 0.0, 1.0)[step], "district")
            )
            rows.append(row("child_poverty_u15", code, period, 10.0 * int(code) - step, "district"))
        rows.append(row("population_total", "0", period, 51600.0 + 240 * step, "city", lower=None, upper=None))
        rows.append(
            row(
                "child_poverty_u15",
                "0",
                period,
                27.0 - 1.5 * step,
                "city",
                lower=26.8 - 1.5 * step,
                upper=27.2 - 1.5 * step,
            )
        )
    return [one for one in (_marked(one) for one in rows) if one]


def _marked(one: dict[str, Any]) -> dict[str, Any]:
    """One hidden value, one missing value, one true zero, in the newest period of child poverty."""
    if (one["indicator"], one["period"]) != ("child_poverty_u15", "2020"):
        return one
    marks = {"0103": ("suppressed", None), "0104": ("missing", None), "0101": ("ok", 0.0)}
    if one["area"] in marks:
        flag, value = marks[one["area"]]
        one.update(flag=flag, value=value, lower=None if value is None else 0.0, upper=None if value is None else 1.5)
    return one


def indexed() -> list[dict[str, Any]]:
    """Rows of the index in the editions 2018 and 2020; one area is below the minimum."""
    rows = []
    for period in ("2018", "2020"):
        for number in range(NUMBER):
            moved = period == "2020" and number == 17
            level = "very_low" if moved else STATUS.ids[number // 6]
            chance = (0.997, 0.9, 0.6)[0 if number % 6 < 4 else number % 6 - 3]
            rest = {"excluded": None, "rank": number + 1, "decile": 1 + number // 3}
            small = {"class": None, "class_probability": None, "likely_class": None, "excluded": "below_minimum"}
            status = {"class": level, "class_probability": chance, "likely_class": "middle", **rest}
            moving = {"class": DYNAMIC.ids[number % 3], "class_probability": chance, "likely_class": "stable", **rest}
            for name, result in (("status", status), ("dynamic", moving)):
                value = None if number == 5 else number / 6 - 2
                rows.append(row(f"index-2020.{name}", key(number), period, value, **(small if number == 5 else result)))
    return rows


def make_release(
    rows: list[dict[str, Any]] | None = None, descriptions: tuple[Description, ...] | None = None,
    places: pa.Table | None = None, **record: Any,
) -> Release:  # fmt: skip
    """A release of the given rows; everything invented if nothing is given."""
    chosen = measured() + indexed() if rows is None else rows
    told = {
        "workspace": "Musterstadt", "title": "Musterstadt", "made": "2021-09-30", "by": "Statistikstelle", "rule": {"minimum": 3},
        "audit": {"hidden": 1}, "inputs": [],
        "notes": {"index-2020 planning_area 2020": {"draws": 1000, "before": "2018"}}, "invented": True,
        "level_titles": {
            "planning_area": {"de": ("Planungsraum", "Planungsräume"), "en": ("planning area", "planning areas")},
            "district": {"de": ("Bezirk", "Bezirke"), "en": ("district", "districts")},
        },
    }  # fmt: skip
    names = [*CORE.names, *sorted({name for one in chosen for name in one} - set(CORE.names))]
    table = pa.table({name: [one.get(name) for one in chosen] for name in names})
    core = pa.schema([*CORE, *(table.schema.field(name) for name in names[len(CORE) :])])
    return Release(
        name="2021", version=1, table=table.cast(core), areas=areas() if places is None else places,
        descriptions=(*PLAIN, STATUS_INDEX, DYNAMIC_INDEX) if descriptions is None else descriptions,
        credits=(Credit("register", "Musterstadt", "Erfundenes Register", "CC0"),), record={**told, **record},
    )  # fmt: skip


@pytest.fixture(scope="session")
def release() -> Release:
    """The whole invented release."""
    return make_release()


@pytest.fixture(scope="session")
def make() -> Callable[..., Release]:
    """How a test makes its own release."""
    return make_release
