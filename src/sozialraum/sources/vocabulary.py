"""The fact tables that a source may deliver and an indicator may count: `vocabulary.toml`, read once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SIGNS = (
    "",
    "missing",
    "suppressed",
    "not_applicable",
    "unreliable",
    "not_yet",
    "rounded_zero",
    "provisional",
    "estimated",
    "revised",
)
"""What the column `sign` of a facts table may hold."""

WITHOUT_VALUE = ("missing", "suppressed", "not_applicable", "not_yet")
"""Signs whose measures are null."""


@dataclass(frozen=True, slots=True)
class FactTable:
    """One fact table: `dimensions` name -> allowed codes or "age", "number", "text"; `measures` name -> kind.

    `about`: "people", or "things" whose number says nothing about anybody.
    """

    name: str
    title: Mapping[str, str]
    absent: str
    dimensions: Mapping[str, tuple[str, ...] | str]
    measures: Mapping[str, str]
    about: str = "people"

    @property
    def counted(self) -> str:
        """The measure that counts its cases, the first one; "" where it has none."""
        return next((name for name, kind in self.measures.items() if kind == "count"), "")

    @property
    def dimension_columns(self) -> tuple[str, ...]:
        """Columns that hold the dimensions: `age` is the pair `age_from`, `age_to`."""
        pairs = (("age_from", "age_to") if kind == "age" else (name,) for name, kind in self.dimensions.items())
        return tuple(column for pair in pairs for column in pair)


@cache
def vocabulary() -> dict[str, FactTable]:
    """Every fact table by its name, in the order of the file."""
    text = (files("sozialraum") / "sources" / "vocabulary.toml").read_text(encoding="utf-8")
    return {name: _table(name, entry) for name, entry in tomllib.loads(text).items()}


def _table(name: str, entry: Mapping[str, dict[str, str | list[str]]]) -> FactTable:
    dimensions = {
        one: tuple(kind) if isinstance(kind, list) else kind for one, kind in entry.get("dimensions", {}).items()
    }
    return FactTable(
        name,
        {language: str(text) for language, text in entry["title"].items()},
        str(entry["absent"]),
        dimensions,
        {one: str(kind) for one, kind in entry["measures"].items()},
        str(entry.get("about", "people")),
    )
