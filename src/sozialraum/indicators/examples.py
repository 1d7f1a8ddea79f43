"""The examples inside the definitions: small tables of facts and the figures they must give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.errors import NoAnswerError
from sozialraum.figures import Figures
from sozialraum.indicators.figuring import compute
from sozialraum.indicators.schema import Example, Indicator
from sozialraum.sources import FactTable, vocabulary
from sozialraum.store import FactFile, Store

_AGES = re.compile(r"(\d+)(?:-(\d+)|(\+))?")
_SIGNS = {".": "missing", "x": "suppressed", "/": "unreliable"}


@dataclass(frozen=True)
class ExampleLayer:
    """The areas of an example with their size."""

    keys: tuple[str, ...]
    area_m2: Any


@dataclass(frozen=True)
class ExampleAreas:
    """Areas A, B, ... of an example, with parents where it has them; one vintage."""

    finest: tuple[str, ...]
    above: Mapping[str, str] = field(default_factory=dict)
    hectares: Mapping[str, float] = field(default_factory=dict)
    levels: tuple[str, ...] = ("area", "parent")

    def vintage_of(self, _period: str, /) -> str:
        """The one vintage."""
        return "1"

    def layer(self, level: str, _vintage: str, /) -> ExampleLayer:
        """Areas of the level, sorted by key."""
        keys = self.finest if level == "area" else tuple(sorted(set(self.above.values())))
        return ExampleLayer(keys, np.array([1e4 * self.hectares.get(key, 1.0) for key in keys]))

    def parents(self, _level: str, _coarser: str, _vintage: str, /) -> Mapping[str, str]:
        """Parent of each area."""
        return self.above

    def crosswalk(self, from_vintage: str, to_vintage: str, _level: str, /) -> Any:
        """There is none. Raises: NoAnswerError."""
        raise NoAnswerError("No conversion from {old} to {new}.", old=from_vintage, new=to_vintage)


def rows_of(text: str) -> list[dict[str, str]]:
    """Rows of a small table: a header line, then lines with `|` between the columns."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def facts_of(name: str, text: str, level: str = "area") -> pa.Table:
    """A fact table as a source would deliver it; ages are written `9`, `15-17` (17 included) or `65+`.

    `.` is a missing number, `x` one that the supplier hid, `/12` an unreliable one.
    """
    table = vocabulary()[name]
    entries = [_entry(row, table, level) for row in rows_of(text)]
    return pa.Table.from_pylist(entries, _schema(table))


def _schema(table: FactTable) -> pa.Schema:
    dimensions = table.dimensions
    columns = [(one, pa.string()) for one in ("area", "level", "vintage", "period", "breakdown", "sign")]
    for name, codes in dimensions.items():
        if codes == "age":
            columns += [("age_from", pa.int64()), ("age_to", pa.int64())]
        else:
            columns.append((name, pa.int64() if codes == "number" else pa.string()))
    return pa.schema([*columns, *((measure, pa.float64()) for measure in table.measures)])


def _entry(row: Mapping[str, str], table: FactTable, level: str) -> dict[str, Any]:
    dimensions = table.dimensions
    entry: dict[str, Any] = {"level": level, "vintage": "1", "sign": ""}
    filled = sorted(name for name in dimensions if row.get(name))
    entry["breakdown"] = ",".join(filled)
    for name, text in row.items():
        if name in table.measures:
            entry[name], sign = _number(text)
            entry["sign"] = sign or entry["sign"]
        elif dimensions.get(name) == "age":
            entry["age_from"], entry["age_to"] = _ages(text)
        else:
            entry[name] = int(text) if dimensions.get(name) == "number" else text
    return entry


def _number(text: str) -> tuple[Any, str]:
    sign = _SIGNS.get(text[:1], "")
    return (float(text.lstrip("./x")) if text.lstrip("./x") else None), sign


def _ages(text: str) -> tuple[Any, Any]:
    match = _AGES.fullmatch(text)
    if match is None:
        return None, None
    first = int(match[1])
    return first, None if match[3] else int(match[2] or first) + 1


def run_example(indicator: Indicator, example: Example, known: Mapping[str, Indicator]) -> Figures:
    """The figures that the facts of an example give, for the areas and periods of its result."""
    tables = {name: facts_of(name, text) for name, text in example.facts.items()}
    store = Store(
        {name: [FactFile(one, "example", 1, "example", example.absent.get(name, ""))] for name, one in tables.items()}
    )
    wanted = rows_of(example.result)
    delivered = {area for table in tables.values() for area in table["area"].to_pylist()}
    asked = set() if example.parents else {row["area"] for row in wanted}
    areas = ExampleAreas(tuple(sorted(delivered | asked | set(example.parents))), example.parents, example.hectares)
    periods = sorted({row["period"] for row in wanted})
    return compute([indicator], store, areas, "parent" if example.parents else "area", periods, known=known)


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of an example's result: `wanted` as it is written, and what the definition gives."""

    area: str
    period: str
    wanted: str
    wanted_flag: str
    value: float | None
    flag: str

    @property
    def equal(self) -> bool:
        """Whether number and flag are those that are wanted."""
        number = None if self.wanted.isidentifier() else float(self.wanted)
        return self.flag == self.wanted_flag and _equal(self.value, number)


def compared(indicator: Indicator, example: Example, known: Mapping[str, Indicator]) -> list[Compared]:
    """Every row of an example's result beside what the definition gives.

    A result is a number, or a flag (`missing`, `not_applicable`, `suppressed_at_source`); an optional column `flag`
    holds the flag beside a number.
    """
    figures = run_example(indicator, example, known)
    found = []
    for row in rows_of(example.result):
        got = figures.row(indicator.id, row["area"], row["period"])
        flag = row.get("flag") or (row["value"] if row["value"].isidentifier() else "ok")
        found.append(Compared(row["area"], row["period"], row["value"], flag, got["value"], got["flag"]))
    return found


def differences(indicator: Indicator, example: Example, known: Mapping[str, Indicator]) -> list[str]:
    """Where the figures of an example are not its result; empty when all is right."""
    return [
        f"{one.area} {one.period}: {one.value} {one.flag}, not {one.wanted} {one.wanted_flag}"
        for one in compared(indicator, example, known)
        if not one.equal
    ]


def _equal(got: float | None, wanted: float | None) -> bool:
    if got is None or wanted is None:
        return got is wanted
    return abs(got - wanted) <= 1e-9 * max(1.0, abs(wanted))
