"""A written portrait of each type: how many areas, what sets it apart from all areas, which area stands for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sozialraum.analysis.classification.clustering import Array, Places, standardised
from sozialraum.texts import say

STRIKING, STRONG = 0.5, 1.0  # standard deviations from the mean of all areas
MOST_MARKS = 4


@dataclass(frozen=True)
class Mark:
    """An indicator in a type: mean of the type, of all areas, and their distance in standard deviations."""

    indicator: str
    mean: float
    overall: float
    distance: float


@dataclass(frozen=True)
class Portrait:
    """One type (its number in what was given): areas in it, all its marks (the most striking first), its typical area."""

    type: int
    areas: int
    of: int
    marks: tuple[Mark, ...]
    typical: str

    @property
    def striking(self) -> tuple[Mark, ...]:
        """The marks that set the type apart, at most four."""
        return tuple(one for one in self.marks if abs(one.distance) >= STRIKING)[:MOST_MARKS]

    def name(self, titles: Mapping[str, str], language: str = "en") -> str:
        """A few words: `high: child poverty; low: share 65 and over`, or that it is near the mean."""
        sides = [("high: {names}", [one for one in self.striking if one.distance > 0])]
        sides.append(("low: {names}", [one for one in self.striking if one.distance < 0]))
        said = [
            say(template, language, names=", ".join(titles.get(one.indicator, one.indicator) for one in marks))
            for template, marks in sides
            if marks
        ]
        return "; ".join(said) or say("near the mean in everything", language)

    def tell(self, titles: Mapping[str, str], language: str = "en", decimals: int = 1) -> str:
        """Sentences: number of areas, each striking indicator with both means, the typical area."""
        parts = [_told(one, titles, language, decimals) for one in self.striking]
        what = "; ".join(parts) or say("near the mean in everything", language)
        values = {"areas": self.areas, "of": self.of, "what": what, "typical": self.typical}
        template = "One of {of} areas: {what}." if self.areas == 1 else "{areas} of {of} areas: {what}."
        told = say(template, language, **values)
        return told if self.areas == 1 else f"{told} {say('Typical: {typical}.', language, **values)}"


def _told(one: Mark, titles: Mapping[str, str], language: str, decimals: int) -> str:
    if one.distance > 0:
        template = "{name} far above the mean" if one.distance >= STRONG else "{name} above the mean"
    else:
        template = "{name} far below the mean" if one.distance <= -STRONG else "{name} below the mean"
    numbers = (_number(value, decimals, language) for value in (one.mean, one.overall))
    told = say(template, language, name=titles.get(one.indicator, one.indicator))
    return (
        f"{told} ({say('{own}, all areas {overall}', language, **dict(zip(('own', 'overall'), numbers, strict=True)))})"
    )


def _number(value: float, decimals: int, language: str) -> str:
    text = f"{value:.{decimals}f}".replace("-", "−")
    return text.replace(".", ",") if language == "de" else text


def portraits(areas: Sequence[str], columns: Array, indicators: Sequence[str], labels: Places) -> tuple[Portrait, ...]:
    """The portrait of every type that occurs in `labels` (-1 = not typed), from values (areas, indicators).

    Means leave out unknown values (NaN), as a release holds where counts are hidden. The typical area is the one nearest
    to the centre among those with all values.
    """
    inside = labels >= 0
    known = np.where(np.isnan(columns), _means(columns[inside]), columns)
    z = np.zeros_like(columns)
    z[inside] = standardised(known[inside])
    return tuple(
        _portrait(int(one), areas, columns, z, indicators, labels) for one in np.unique(labels[inside]).tolist()
    )


def _portrait(
    one: int, areas: Sequence[str], columns: Array, z: Array, indicators: Sequence[str], labels: Places
) -> Portrait:
    inside, mine = labels >= 0, labels == one
    centre = z[mine].mean(axis=0)
    order = np.argsort(-np.abs(centre), kind="stable").tolist()
    own, overall = _means(columns[mine]), _means(columns[inside])
    marks = tuple(
        Mark(indicators[at], float(own[at]), float(overall[at]), float(centre[at]))
        for at in order
        if not np.isnan(own[at])
    )
    apart = np.where(mine & ~np.isnan(columns).any(axis=1), ((z - centre) ** 2).sum(axis=1), np.inf)
    return Portrait(one, int(mine.sum()), int(inside.sum()), marks, areas[int(apart.argmin())])


def _means(columns: Array) -> Array:
    """Mean of the known values of each column; NaN where none is known."""
    known = ~np.isnan(columns)
    sums = np.where(known, columns, 0.0).sum(axis=0)
    return np.asarray(np.divide(sums, known.sum(axis=0), out=np.full(len(sums), np.nan), where=known.any(axis=0)))
