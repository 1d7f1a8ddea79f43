"""The index on the map: colour says status, a triangle says development."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sozialraum.reports import Edition, Layer, View, editions
from sozialraum.reports import language as words
from sozialraum.reports.blocks import Cell, Column
from sozialraum.reports.sections import parts
from sozialraum.texts import say


@dataclass(frozen=True)
class IndexLayer:
    """The classes of one edition, told as maps of figures tell theirs."""

    view: View
    edition: Edition

    @property
    def language(self) -> str:
        """The language of its words."""
        return self.view.language

    @property
    def layer(self) -> Layer:
        """The areas."""
        return self.view.layer

    @property
    def title(self) -> str:
        """What is shown."""
        return say("Index: status and development", self.view.language)

    @property
    def when(self) -> str:
        """The date in words."""
        return words.when(self.edition.period, self.view.language)

    @property
    def measure(self) -> str:
        """What the classes are of."""
        return self.edition.status.title(self.view.language)

    @property
    def fills(self) -> tuple[str, ...]:
        """The colour of the status of every area."""
        return tuple(parts.class_areas(self.view, self.edition)["fill"].to_pylist())

    @property
    def marks(self) -> tuple[str, ...]:
        """`up` or `down` where the development is positive or negative."""
        return tuple(parts.class_areas(self.view, self.edition)["mark"].to_pylist())

    @property
    def texts(self) -> tuple[str, ...]:
        """The classes of every area in words."""
        return tuple(parts.class_areas(self.view, self.edition)["text"].to_pylist())

    def text(self, area: int) -> str:
        """The classes of an area in words."""
        return self.texts[area]

    @property
    def key(self) -> tuple[tuple[Cell, int], ...]:
        """Every class with its number of areas."""
        rows = parts.class_key(self.view, self.edition).rows
        return tuple((cell, int(count.number or 0)) for cell, count in rows)  # type: ignore[union-attr, misc]

    @property
    def heads(self) -> tuple[Column, ...]:
        """Heads of the columns that a table has for this map."""
        language, dynamic = self.view.language, self.edition.dynamic
        status = Column(f"{self.edition.status.title(language)}, {self.when}")
        return (status,) if dynamic is None else (status, Column(dynamic.title(language), phone=False))

    def cells(self, area: int) -> tuple[Cell | str, ...]:
        """The classes of an area."""
        status, dynamic = self.edition.status, self.edition.dynamic
        first = parts.class_cell(self.view, status, area)
        return (first,) if dynamic is None else (first, parts.class_cell(self.view, dynamic, area, sign=True))

    def value(self, area: int) -> float:
        """What areas are put in order by: the least advantaged first; NaN without a class."""
        code = int(self.edition.status.codes[area])
        return float(code) if code >= 0 else float("nan")

    def told(self, area: int) -> dict[str, Any]:
        """What a file says about an area, by column: the score of the status, and both classes in words."""
        status = self.edition.status
        found = status.series.at(status.row, area)
        numbers = {name: None if found[name] != found[name] else found[name] for name in ("value", "lower", "upper")}
        about = {"indicator": status.description.id, "title": self.title, "period": self.edition.period}
        return {**about, **numbers, "state": self.texts[area], "unit": status.description.unit}


def index_layer(view: View, period: str) -> IndexLayer:
    """The edition of that date."""
    return IndexLayer(view, next(one for one in editions(view) if one.period == period))
