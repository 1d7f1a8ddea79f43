"""Classes of a map: the same borders at every date, and the four empty states apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np

from sozialraum.reports import Layer, Series, View
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Cell, Column
from sozialraum.reports.classing import class_borders, class_fills, class_key
from sozialraum.reports.sections import parts
from sozialraum.reports.series import counts_people
from sozialraum.texts import say
from sozialraum.web.figures.maps.choice import INDEX, Choice, Picture
from sozialraum.web.figures.maps.indexlayer import IndexLayer, index_layer


@dataclass(frozen=True)
class Classed:
    """One map of a figure: the class of every area of a level at a date."""

    series: Series
    at: int
    borders: tuple[float, ...]
    language: str

    @property
    def layer(self) -> Layer:
        """The areas."""
        return self.series.layer

    @property
    def title(self) -> str:
        """What is shown."""
        return tell.title(self.series.description, self.language)

    @property
    def when(self) -> str:
        """The date in words."""
        return tell.when(self.series.description, self.series.periods[self.at], self.language)

    @property
    def measure(self) -> str:
        """The unit, with what it is of."""
        return tell.measure(self.series.description, self.language)

    @property
    def marks(self) -> tuple[str, ...]:
        """Signs in the areas: a figure has none."""
        return ("",) * len(self.layer)

    @property
    def key(self) -> tuple[tuple[Cell, int], ...]:
        """Every class with its number of areas, and the empty states that occur."""
        told = class_key(self.borders, self.series.description.decimals, self.language)
        counted = ((Cell(text, fill=fill), self.fills.count(fill)) for fill, text in told)
        return tuple(one for one in counted if one[1] or one[0].fill.startswith("rate-"))

    @property
    def heads(self) -> tuple[Column, ...]:
        """Heads of the columns that a table has for this map."""
        value = Column(words.capital(self.when), "number")
        return (value, Column(say("Random range", self.language), "number", phone=False)) if self.ranged else (value,)

    @cached_property
    def ranged(self) -> bool:
        """Whether any area has a random range at this date."""
        return not bool(np.isnan(self.series.lower[self.at]).all())

    @property
    def without_range(self) -> bool:
        """Whether values stand here that chance could have moved, nobody knows how far."""
        return not self.ranged and not counts_people(self.series.description)

    def cells(self, area: int) -> tuple[Cell | str, ...]:
        """Value and random range of an area."""
        cell = parts.value_cell(self.series, self.at, area, self.language)
        return (cell, parts.range_note(self.series, self.at, area, self.language)) if self.ranged else (cell,)

    def value(self, area: int) -> float:
        """What areas are put in order by; NaN without a value."""
        return float(self.series.value[self.at, area])

    def told(self, area: int) -> dict[str, Any]:
        """What a file says about an area, by column."""
        found, one = self.series.at(self.at, area), self.series.description
        state = "" if found["state"] == "ok" else parts.empty_cell(found["state"], self.language).text
        numbers = {name: None if np.isnan(found[name]) else found[name] for name in ("value", "lower", "upper")}
        about = {"indicator": one.id, "title": tell.in_language(one.title, self.language)}
        return {**about, "period": self.series.periods[self.at], **numbers, "state": state, "unit": one.unit}

    @cached_property
    def fills(self) -> tuple[str, ...]:
        """The colour name of every area."""
        return class_fills(self.series, self.at, self.borders)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The value of every area in words."""
        return tuple(self.text(area) for area in range(len(self.series.layer)))

    def text(self, area: int) -> str:
        """The value of an area in words."""
        cell = parts.value_cell(self.series, self.at, area, self.language)
        if cell.number is None:
            return cell.text
        told = tell.amount(self.series.description, cell.number, self.language)
        found = self.series.at(self.at, area)
        if np.isnan(found["lower"]):
            return told
        spread = words.interval(found["lower"], found["upper"], self.series.description.decimals, self.language)
        return f"{told} ({spread})"


Drawn: TypeAlias = Classed | IndexLayer
"""A map of either kind; both tell the same things about their areas."""


def drawn_map(view: View, choice: Choice, picture: Picture, level: str = "") -> Drawn:
    """The map of a picture: that of the index, or of a figure, also on another level in the same classes."""
    return index_layer(view, picture.period) if picture.indicator == INDEX else classed(view, choice, picture, level)


def classed(view: View, choice: Choice, picture: Picture, level: str = "") -> Classed:
    """The map of a figure, with classes that hold for all dates of its figure on the level of the choice."""
    inner = class_borders(view.series(picture.indicator, choice.level), choice.method)
    series = view.series(picture.indicator, level or choice.level)
    return Classed(series, series.periods.index(picture.period), inner, view.language)
