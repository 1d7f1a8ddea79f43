"""Small invented cities for the tests of this room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from sozialraum.analysis import IndexDefinition
from sozialraum.figures import CORE, Description, Figures

CLASSES = [
    {"id": "high", "de": "hoch", "en": "high"},
    {"id": "medium", "de": "mittel", "en": "medium", "at_least": -1.0},
    {"id": "low", "de": "niedrig", "en": "low", "above": 1.0},
]


def words(text: str) -> dict[str, str]:
    return {"de": text, "en": text}


def definition(**changes: object) -> IndexDefinition:
    """Status from a and b, dynamics from the change of both; no minimum of residents."""
    whole: dict[str, object] = {
        "id": "city",
        "title": words("City"),
        "editions": words("all"),
        "credit": {"source": "invented", "publisher": "nobody"},
        "attention": [{"status": "low", "dynamic": "low"}],
        "dimension": [dimension("status", ("a", "b")), dimension("dynamic", ("da", "db"))],
    }
    return IndexDefinition.model_validate(whole | changes)


def dimension(name: str, indicators: Sequence[str], **changes: object) -> dict[str, object]:
    columns = [
        {"id": one, "title": words(one), **({"change_of": one[1:]} if one[0] == "d" else {})} for one in indicators
    ]
    whole = {"id": name, "title": words(name), "restandardise": True, "indicator": columns, "classes": CLASSES}
    return whole | changes


def figures(
    values: Mapping[str, Mapping[str, Sequence[float | None]]],
    denominator: float | None = 1000.0,
    vintage: str = "v",
    unit: str = "percent",
    limits: float | None = None,
) -> Figures:
    """period -> indicator -> values of the areas 01, 02, ...; a shared denominator and symmetric limits."""
    rows = [
        {
            "area": f"{place:02d}",
            "level": "quarter",
            "vintage": vintage,
            "period": period,
            "indicator": indicator,
            "denominator": denominator,
            "value": value,
            "lower": None if limits is None or value is None else value - limits,
            "upper": None if limits is None or value is None else value + limits,
            "flag": "ok" if value is not None else "missing",
        }
        for period, columns in values.items()
        for indicator, column in columns.items()
        for place, value in enumerate(column, 1)
    ]
    ids = dict.fromkeys(row["indicator"] for row in rows)
    described = tuple(Description(str(one), words(str(one)), unit=unit) for one in ids)
    return Figures(pa.Table.from_pylist(rows, schema=CORE), described)


A = [10.0, 20.0, 30.0, 40.0, 50.0]
B = [5.0, 5.0, 6.0, 7.0, 12.0]
CITY = {"2016": {"a": A, "b": B}, "2018": {"a": [9.0, 22.0, 30.0, 39.0, 58.0], "b": [4.0, 5.0, 6.0, 8.0, 14.0]}}
