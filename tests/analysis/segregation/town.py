"""The worked example of the method page: six areas in two districts, three groups, two dates."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sozialraum.figures import CORE, Description, Figures

GROUPS = ("g1", "g2", "g3")
AREAS = ("u1", "u2", "u3", "u4", "u5", "u6")
FIRST = np.array([[120, 30, 10], [80, 60, 20], [200, 10, 5], [50, 90, 40], [150, 25, 15], [60, 45, 70]], float)
SECOND = np.array([[110, 40, 15], [70, 75, 30], [210, 15, 5], [40, 100, 55], [160, 30, 20], [50, 50, 90]], float)
DISTRICTS = np.array([0, 0, 0, 1, 1, 1])
WITHIN = dict(zip(AREAS, "AAABBB", strict=True))


def town(tables: dict[str, np.ndarray | list[list[float | None]]], vintage: str = "v") -> Figures:
    """Figures of these tables (areas x groups) by period."""
    rows = [
        {"area": area, "level": "quarter", "vintage": vintage, "period": period, "indicator": group, "flag": "ok"}
        | {"value": None if value is None else float(value)}
        for period, table in tables.items()
        for area, line in zip(AREAS, table, strict=False)
        for group, value in zip(GROUPS, line, strict=True)
    ]
    described = tuple(Description(group, {"de": group, "en": group}, unit="persons", kind="total") for group in GROUPS)
    return Figures(pa.Table.from_pylist(rows, CORE), described)
