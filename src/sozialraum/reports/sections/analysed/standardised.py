"""Rates compared as if all areas had the same ages: what is left of a difference when old and young areas are set alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sozialraum.analysis.uncertainty import standardised
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Cell, Chart, Column, Paragraph, Section, Table
from sozialraum.reports.sections import parts as shared
from sozialraum.reports.sections.analysed.parts import PER, caveat, counts_of, limits_cell, number_cell
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.series import Floats
from sozialraum.reports.view import View
from sozialraum.texts import say

LEAST_AREAS, LEAST_AGES = 10, 2
FILLS = {"higher": "rate-4", "lower": "own", "unclear": "others"}


@dataclass(frozen=True)
class Found:
    """Crude and standardised rates of the areas in the layer's order (NaN = none), and the rate of all areas together."""

    ages: tuple[str, ...]
    period: str
    per: float
    whole: float
    crude: Floats
    value: Floats
    lower: Floats
    upper: Floats

    @property
    def told(self) -> list[int]:
        """Places of the areas that have a standardised rate."""
        return np.flatnonzero(~np.isnan(self.value)).tolist()

    def differs(self, area: int) -> str:
        """Whether the area lies higher or lower than all together, beyond its limits."""
        if self.lower[area] > self.whole:
            return "higher"
        return "lower" if self.upper[area] < self.whole else "unclear"


def section(view: View, settings: Settings) -> Section | None:
    """The age groups that the report's plan names as indicators, standardised to all areas together; else None."""
    found = _standardised(view, settings.indicators)
    if found is None:
        return None
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    blocks += [Paragraph((_sentence(view, found),)), _chart(view, found, settings.title)]
    text = say(
        "A standardised rate is made up for comparing: how many people need something follows the counted cases. Every area "
        "gets the ages of all areas together; with another standard the numbers are others. Areas with fewer than ten cases "
        "or a hidden count have none. Limits hold for each area by itself.",
        view.language,
    )
    return Section(settings.id, settings.title, (*blocks, caveat(text)))


def _standardised(view: View, named: tuple[str, ...]) -> Found | None:
    """Rates of the newest date at which every age group is known; None where the release does not hold them."""
    ages = [one for one in named if one in view.measures() and view.descriptions[one].unit in PER]
    dates = [set(view.series(one).periods) for one in ages]
    shared_dates = set.intersection(*dates) if dates else set()
    if len(ages) < max(LEAST_AGES, len(named)) or not shared_dates:
        return None
    if len({view.descriptions[one].unit for one in ages}) > 1:
        return None
    period = max(shared_dates)
    counts = [counts_of(view, one, period) for one in ages]
    cases, people = (np.stack([pair[side] for pair in counts], axis=-1) for side in (0, 1))
    known = ~np.isnan(cases).any(axis=-1)
    if known.sum() < LEAST_AREAS or not (people[known].sum(axis=0) > 0).all():
        return None
    per = PER[view.descriptions[ages[0]].unit]
    found = standardised(cases, people, people[known].sum(axis=0))
    if (~np.isnan(found.value)).sum() < LEAST_AREAS:
        return None
    crude = np.divide(cases.sum(axis=-1), people.sum(axis=-1), out=np.full(len(cases), np.nan), where=known)
    whole = float(cases[known].sum() / people[known].sum())
    rates = (crude, found.value, found.lower, found.upper)
    return Found(tuple(ages), period, per, per * whole, *(per * one for one in rates))


def _sentence(view: View, found: Found) -> str:
    """In how many areas the rate is higher or lower with equal ages, and where the ages change the picture most."""
    one, language, told = view.descriptions[found.ages[0]], view.language, found.told
    count = {word: sum(found.differs(area) == word for area in told) for word in FILLS}
    moved = max(told, key=lambda area: abs(found.value[area] - found.crude[area]))
    ages = [tell.title(view.descriptions[age], language) for age in found.ages]

    def rate(value: float) -> str:
        return words.quantity(value, one.unit, one.decimals, language)

    values = {
        "when": tell.when(one, found.period, language),
        "ages": words.joined(ages, language),
        "higher": words.in_areas(count["higher"], len(told), language),
        "lower": words.number(count["lower"], 0, language),
        "unclear": words.number(count["unclear"], 0, language),
        "whole": rate(found.whole),
        "without": words.number(len(view.layer) - len(told), 0, language),
        "area": view.layer.labels[moved],
        "crude": rate(float(found.crude[moved])),
        "value": rate(float(found.value[moved])),
    }
    text = (
        "With the same ages everywhere, the rate {when} would be recognisably higher {higher} than in all of them together "
        "({whole}), lower in {lower}; no recognisable difference in {unclear}. Put together from: {ages}. Ages matter most in "
        "{area}: counted {crude}, with the ages of all areas {value}. Areas without a rate: {without}."
    )
    return say(text, language, **values)


def _chart(view: View, found: Found, title: str) -> Chart:
    one, language = view.descriptions[found.ages[0]], view.language
    data = [
        {
            "value": float(found.value[area]),
            "lower": float(found.lower[area]),
            "upper": float(found.upper[area]),
            "fill": FILLS[found.differs(area)],
        }
        for area in found.told
    ]
    whole = words.quantity(found.whole, one.unit, one.decimals, language)
    options = {"cuts": [{"value": found.whole, "above": say("all areas {value}", language, value=whole), "below": ""}]}
    note = say(
        "Each stroke is an area with the 95 % range of its standardised rate. Ochre: higher than all areas together; blue: "
        "lower; grey: no recognisable difference.",
        language,
    )
    head = say("{title}: standardised rates", language, title=title)
    unit, when = words.unit_words(one.unit, language), words.capital(tell.when(one, found.period, language))
    source, twin = shared.source_line(view, found.ages), _twin(view, found, head)
    alt = _sentence(view, found)
    return Chart("ordered_intervals", head, alt, shared.lists(data), unit, when, source, note, options, twin)


def _twin(view: View, found: Found, title: str) -> Table:
    one, language = view.descriptions[found.ages[0]], view.language
    heads = (
        view.level_title(view.level, many=False),
        say("Counted", language),
        say("Standardised", language),
        say("Random range", language),
    )
    columns = tuple(Column(head, "number" if at else "text") for at, head in enumerate(heads))
    rows: tuple[shared.Row, ...] = tuple(
        (
            Cell(view.layer.labels[area]),
            number_cell(float(found.crude[area]), one.decimals, language),
            number_cell(float(found.value[area]), one.decimals, language),
            limits_cell(float(found.lower[area]), float(found.upper[area]), one.decimals, language),
        )
        for area in sorted(found.told, key=lambda area: -found.value[area])
    )
    return Table(title, columns, rows, folded=True)
