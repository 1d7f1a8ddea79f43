"""Editions of the index in a release: classes per area, how sure they are, and which earlier edition they compare with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from sozialraum.figures import ClassScale, Description
from sozialraum.reports.blocks import Mark
from sozialraum.reports.language import subject
from sozialraum.reports.series import Floats, Series
from sozialraum.reports.view import View
from sozialraum.texts import say

Codes = npt.NDArray[np.int64]

SURE, RATHER_SURE = 0.95, 0.80
"""A class is sure when at least 95 % of the random runs give it, rather sure from 80 %, below that borderline."""

MARKS: tuple[Mark, Mark, Mark] = ("up", "stable", "down")


@dataclass(frozen=True)
class Dimension:
    """One dimension of one edition, aligned to the areas of today: class codes count from 0 (least disadvantaged), -1 = none."""

    name: str
    series: Series
    row: int  # row of the series that belongs to the edition
    scale: ClassScale
    codes: Codes
    likely: Codes
    probability: Floats
    secret: npt.NDArray[np.bool_]  # areas whose class is withheld: it would tell of few people
    elsewhere: npt.NDArray[np.bool_]  # areas that had other boundaries at the edition

    @property
    def description(self) -> Description:
        """What the dimension measures."""
        return self.series.description

    def title(self, language: str) -> str:
        """`Status`, `Entwicklung`, else the index's own word: a high score is a low status, so the score's name misleads."""
        known = {"status": say("Status", language), "dynamic": say("Development", language)}
        texts = self.description.short or self.description.title
        return known.get(self.name) or texts.get(language) or texts.get("de") or self.name

    def named(self, language: str) -> str:
        """The title with its article inside a sentence: `die Entwicklung`."""
        text = subject(self.title(language), language)
        return text[:1].lower() + text[1:]

    def words(self, language: str) -> tuple[str, ...]:
        """Names of the classes."""
        return self.scale.de if language == "de" else self.scale.en or self.scale.de

    @cached_property
    def counts(self) -> Codes:
        """Number of areas per class."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.scale.ids))

    @cached_property
    def rated(self) -> int:
        """Number of areas with a class."""
        return int((self.codes >= 0).sum())

    @cached_property
    def knows_chance(self) -> bool:
        """Whether the edition says how sure its classes are."""
        return bool((~np.isnan(self.probability[self.codes >= 0])).any())

    @cached_property
    def sureness(self) -> tuple[int, int, int]:
        """Number of areas whose class is sure, rather sure, borderline."""
        chance = self.probability[(self.codes >= 0) & ~np.isnan(self.probability)]
        sure, at_least = int((chance >= SURE).sum()), int((chance >= RATHER_SURE).sum())
        return sure, at_least - sure, len(chance) - at_least

    def fill(self, code: int) -> str:
        """Colour name of a class: spread over the four status colours."""
        last = max(len(self.scale.ids) - 1, 1)
        return f"status-{1 + round(3 * code / last)}" if code >= 0 else "flat"

    def fill_of(self, area: int) -> str:
        """Colour name of an area: of its class, or why it has none."""
        return "hidden" if self.secret[area] else "track" if self.elsewhere[area] else self.fill(int(self.codes[area]))

    def mark(self, code: int) -> Mark:
        """Sign of a class: first class up, last class down, between them the dash."""
        return "" if code < 0 else MARKS[0] if code == 0 else MARKS[2] if code == len(self.scale.ids) - 1 else MARKS[1]


@dataclass(frozen=True)
class Edition:
    """One index edition: definition, period and its dimensions by name; `status` is the first, `dynamic` the second."""

    definition: str
    period: str
    dimensions: Mapping[str, Dimension]
    notes: Mapping[str, Any]
    types: Series | None = None

    @property
    def status(self) -> Dimension:
        """The dimension that says where an area stands."""
        return self.dimensions.get("status") or next(iter(self.dimensions.values()))

    @property
    def dynamic(self) -> Dimension | None:
        """The dimension that says how an area develops, if the index has one."""
        others = [one for one in self.dimensions.values() if one is not self.status]
        return self.dimensions.get("dynamic") or next(iter(others), None)

    @property
    def label(self) -> str:
        """What the publisher calls the edition, else its period."""
        return str(self.notes.get("edition") or self.period)

    @property
    def draws(self) -> int:
        """Number of random runs behind the probabilities; 0 if not told."""
        return int(self.notes.get("draws") or 0)

    @cached_property
    def attention(self) -> npt.NDArray[np.bool_]:
        """Areas for which one of the index's attention rules holds."""
        if self.types is None or "attention" not in self.types.extra or self.period not in self.types.periods:
            return np.zeros(len(self.status.codes), dtype=bool)
        held = self.types.extra["attention"][self.types.periods.index(self.period)]
        return np.array([one is True for one in held.tolist()], dtype=bool)

    @property
    def since(self) -> str:
        """Period from which the development counts; empty if not told."""
        return str(self.notes.get("before") or self.notes.get("period_before") or "")


def editions(view: View) -> tuple[Edition, ...]:
    """Editions of the newest index and of its forerunners with the same classes, in time order; the last is the report's."""
    if "editions" not in view.kept:
        view.kept["editions"] = _find(view)
    return view.kept["editions"]  # type: ignore[no-any-return]


def edition(view: View) -> Edition | None:
    """The edition the report is about: the newest one."""
    return next(reversed(editions(view)), None)


def earlier_edition(view: View) -> Edition | None:
    """The edition before the report's, if there is one."""
    return editions(view)[-2] if len(editions(view)) > 1 else None


def is_current(view: View, indicator: str) -> bool:
    """Whether the figure is told on today's boundaries and is not older than the report's index."""
    series, found = view.series(indicator), edition(view)
    return series.vintages[-1] == series.layer.vintage and (found is None or series.periods[-1] >= found.period)


def _find(view: View) -> tuple[Edition, ...]:
    found = [_edition(view, definition, period, names) for (definition, period), names in _dimensions(view).items()]
    found.sort(key=lambda one: (one.period, len(one.dimensions), one.definition))
    if not found:
        return ()
    classes = _classes(found[-1])
    return tuple({one.period: one for one in found if _classes(one) == classes}.values())


def _classes(one: Edition) -> dict[str, tuple[str, ...]]:
    return {name: dimension.scale.ids for name, dimension in one.dimensions.items()}


def _dimensions(view: View) -> dict[tuple[str, str], list[str]]:
    """Definition and period -> names of the dimensions that have classes there."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in view.release.descriptions:
        definition, _, name = one.id.rpartition(".")
        if one.kind != "index" or one.scale is None or name == "type" or not view.has(one.id):
            continue
        series = view.series(one.id)
        for row, period in enumerate(series.periods):
            if any(value is not None for value in series.extra.get("class", np.empty((row + 1, 0)))[row]):
                found.setdefault((definition, period), []).append(name)
    return found


def _edition(view: View, definition: str, period: str, names: list[str]) -> Edition:
    notes, joint = view.release.record.get("notes", {}), f"{definition}.type"
    told = notes.get(f"{definition} {view.level} {period}") or {}
    return Edition(
        definition,
        period,
        {name: _dimension(view, definition, period, name) for name in names},
        told,
        view.series(joint) if view.has(joint) else None,
    )


def _dimension(view: View, definition: str, period: str, name: str) -> Dimension:
    series = view.series(f"{definition}.{name}")
    row, scale = series.periods.index(period), series.description.scale
    assert scale is not None  # only dimensions with classes come here
    code = {one: number for number, one in enumerate(scale.ids)}
    empty = np.full(len(series.layer), None, dtype=object)

    def codes(column: str) -> Codes:
        held = series.extra[column][row] if column in series.extra else empty
        return np.array([code.get(one, -1) for one in held], dtype=np.int64)

    chance = series.extra["class_probability"][row] if "class_probability" in series.extra else empty
    left_out = series.extra["excluded"][row] if "excluded" in series.extra else empty
    found = codes("class")
    secret = (found < 0) & (series.state[row] == "hidden") & np.array([one is None for one in left_out], dtype=bool)
    elsewhere = (found < 0) & (series.state[row] == "other_boundaries")
    return Dimension(
        name, series, row, scale, found, codes("likely_class"), chance.astype(np.float64), secret, elsewhere
    )
