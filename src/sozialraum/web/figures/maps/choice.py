"""What a map shows: figure, level, date, classes, and what stands beside it; all of it is in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from sozialraum.reports import View, editions
from sozialraum.reports.classing import METHODS
from sozialraum.reports.language import position

INDEX = "index"
"""What stands in the address for the map of the index, beside the ids of figures."""
MANY = 3000
"""Areas above which outlines come as tiles, and pages name the first rows of long tables only."""


@dataclass(frozen=True)
class Picture:
    """One map: a figure at a date."""

    indicator: str
    period: str


@dataclass(frozen=True)
class Choice:
    """One or two maps on one level with one way to make classes."""

    first: Picture
    level: str
    method: str
    second: Picture | None = None

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The maps that are shown; two dates of one figure stand in their order."""
        if self.second is None:
            return (self.first,)
        both = (self.first, self.second)
        return tuple(sorted(both, key=lambda one: position(one.period))) if self.one_scale else both

    @property
    def one_scale(self) -> bool:
        """Whether both maps show the same figure, so that they share their classes."""
        return self.second is None or self.second.indicator == self.first.indicator

    @property
    def compares(self) -> bool:
        """Whether both maps show the same figure, so that a change can be told; the index tells none."""
        return self.second is not None and self.one_scale and self.first.indicator != INDEX

    def query(self, **more: str) -> str:
        """The choice as it stands in an address."""
        told = {
            "indicator": self.first.indicator,
            "level": self.level,
            "period": self.first.period,
            "classes": self.method,
        }
        if self.second is not None:
            told |= {"beside": self.second.indicator, "beside_period": self.second.period}
        return urlencode({**told, **more})

    def alone(self, picture: Picture) -> Choice:
        """The same with one map only."""
        return replace(self, first=picture, second=None)


def levels_of(view: View, indicator: str) -> list[str]:
    """Levels on which the figure is released for more than one area, finest first."""
    return [one for one in view.levels if view.has(indicator, one) and len(view.layer_of(one)) > 1]


def can_be_shown(view: View) -> tuple[str, ...]:
    """Everything a map can show: the index where there is one, then the figures."""
    return ((INDEX,) if editions(view) else ()) + view.measures()


def chosen(view: View, asked: Mapping[str, str]) -> Choice | None:
    """The nearest thing to what was asked that the release holds; None when it holds no figure at all."""
    known = can_be_shown(view)
    if not known:
        return None
    indicator = asked.get("indicator", "")
    indicator = indicator if indicator in known else first_choice(view)
    levels = [view.level] if indicator == INDEX else levels_of(view, indicator) or [view.level]
    level = asked.get("level", "")
    level = level if level in levels else levels[0]
    method = asked.get("classes", "")
    first = _picture(view, indicator, level, asked.get("period", ""))
    beside = asked.get("beside", "")
    second = _beside(view, first, beside, level, asked.get("beside_period", "")) if beside in known else None
    if second is not None and not second.period:
        second = None
    return Choice(first, level, method if method in METHODS else METHODS[0], second)


def first_choice(view: View) -> str:
    """The figure that the map opens with: one with a good and a bad side, where there is one."""
    measures = view.measures() or can_be_shown(view)
    return next((one for one in view.measures() if view.descriptions[one].polarity != "neutral"), measures[0])


def periods_of(view: View, indicator: str, level: str) -> tuple[str, ...]:
    """Dates at which it can be shown on that level; editions of the index lie on the finest one."""
    if indicator == INDEX:
        return tuple(one.period for one in editions(view)) if level == view.level else ()
    return view.series(indicator, level).periods if view.has(indicator, level) else ()


def coarser(view: View, choice: Choice) -> list[str]:
    """Levels that can stand in while a map shows too much of a level of many areas, the finest first.

    They have few areas, and everything in the choice is released on them for the same dates.
    """
    if len(view.layer_of(choice.level)) <= MANY:
        return []
    levels = view.levels[view.levels.index(choice.level) + 1 :]
    return [one for one in levels if 1 < len(view.layer_of(one)) <= MANY and _all_on(view, choice, one)]


def _all_on(view: View, choice: Choice, level: str) -> bool:
    return all(one.period in periods_of(view, one.indicator, level) for one in choice.pictures)


def _beside(view: View, first: Picture, indicator: str, level: str, period: str) -> Picture:
    """The second map: of the same figure the date before, unless a date is asked for."""
    periods = periods_of(view, indicator, level)
    if period in periods or indicator != first.indicator:
        return _picture(view, indicator, level, period)
    at = periods.index(first.period)
    return Picture(indicator, periods[at - 1 if at else min(1, len(periods) - 1)])


def _picture(view: View, indicator: str, level: str, period: str) -> Picture:
    periods = periods_of(view, indicator, level)
    return Picture(indicator, period if period in periods else periods[-1] if periods else "")
