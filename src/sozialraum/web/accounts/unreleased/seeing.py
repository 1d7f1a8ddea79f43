"""Unreleased figures for people of the house: in full where the person is responsible, elsewhere only what was released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import TYPE_CHECKING, Any

from sozialraum.web.accounts.rights import Right

if TYPE_CHECKING:
    from sozialraum.indicators import Indicator
    from sozialraum.reports import View
    from sozialraum.reports.blocks import Cell, Table
    from sozialraum.web.accounts.models import Account
    from sozialraum.workspace import Workspace


@dataclass
class Offer:
    """A figure that the workspace plans to release: its field, and where and when it is counted."""

    indicator: str
    field: str
    levels: dict[str, dict[str, str]] = made(default_factory=dict)
    """Level -> period -> the boundaries it is counted on (empty: those of its time)."""


@dataclass(frozen=True)
class Question:
    """Which figure, where and when."""

    offer: Offer
    level: str
    period: str

    @property
    def vintage(self) -> str:
        """The boundaries that the plan counts it on."""
        return self.offer.levels[self.level][self.period]


def offers(workspace: Workspace, account: Account) -> dict[str, Offer]:
    """Every planned figure in the person's fields, by id."""
    from sozialraum.workspace.plans import plan_names

    found: dict[str, Offer] = {}
    for name in plan_names(workspace.folder):
        for part in workspace.plan(name).figures:
            for indicator in part.indicators:
                subject = workspace.catalogue[indicator].field
                if account.may(Right.SEE, subject):
                    offer = found.setdefault(indicator, Offer(indicator, subject))
                    for level in (part.level, *part.totals):
                        offer.levels.setdefault(level, {}).update(dict.fromkeys(part.labels, part.vintage))
    return found


def question(found: Mapping[str, Offer], asked: Mapping[str, str]) -> Question | None:
    """What the address asks for; whatever it leaves open, or nobody offers, is the first figure, level or newest period."""
    if not found:
        return None
    offer = found.get(asked.get("indicator", ""), next(iter(found.values())))
    level = asked.get("level", "")
    level = level if level in offer.levels else next(iter(offer.levels))
    periods = offer.levels[level]
    period = asked.get("period", "")
    return Question(offer, level, period if period in periods else max(periods))


@dataclass(frozen=True)
class Line:
    """One area: its full figure where the person may see it (else None), and the released one (None: not released)."""

    key: str
    name: str
    own: bool
    full: Mapping[str, Any] | None
    released: Mapping[str, Any] | None


def lines(workspace: Workspace, account: Account, asked: Question, view: View | None) -> list[Line]:
    """Every area of the level, those that the person is responsible for first."""
    vintage = asked.vintage or workspace.areas.vintage_of(asked.period)
    layer = workspace.areas.layer(asked.level, vintage)
    above = _above(workspace, asked.level, vintage)
    own = {key for key in layer.keys if account.may(Right.SEE, asked.offer.field, above[key])}
    full = _full(workspace, asked) if own else {}
    out = _released(view, asked, vintage)
    every = [
        Line(key, name, key in own, full.get(key) if key in own else None, out.get(key))
        for key, name in zip(layer.keys, layer.labels, strict=True)
    ]
    return sorted(every, key=lambda one: (not one.own, one.name))


def _above(workspace: Workspace, level: str, vintage: str) -> dict[str, frozenset[str]]:
    """Each area of a level -> itself and all areas above it, as `level:key`, and as `level:key@vintage`."""
    areas = workspace.areas
    coarser = areas.levels[areas.levels.index(level) :]
    parents = {one: areas.parents(level, one, vintage) for one in coarser}
    ends = ("", f"@{vintage}")
    return {
        key: frozenset(f"{one}:{parents[one][key]}{end}" for one in coarser for end in ends)
        for key in areas.layer(level, vintage).keys
    }


def _full(workspace: Workspace, asked: Question) -> dict[str, dict[str, Any]]:
    figures = workspace.figures([asked.offer.indicator], asked.level, [asked.period], asked.vintage or None)
    return {one["area"]: one for one in figures.table.to_pylist()}


def _released(view: View | None, asked: Question, vintage: str) -> dict[str, dict[str, Any]]:
    """What the newest release says of the same figure, on the same boundaries."""
    if view is None:
        return {}
    rows = view.rows(asked.offer.indicator)
    return {
        one["area"]: one
        for one in rows
        if (one["level"], one["period"], one["vintage"]) == (asked.level, asked.period, vintage)
    }


def table(found: list[Line], shown: Indicator, language: str, titles: tuple[str, str]) -> Table:
    """Two columns side by side: in full, and as released. `titles` are the caption and what an area is called."""
    from sozialraum.reports.blocks import Cell, Column, Table
    from sozialraum.reports.language import unit_words
    from sozialraum.texts import say

    unit, decimals = unit_words(shown.unit, language), shown.decimals
    heads = (
        Column(titles[1]),
        Column(say("Internal, in full", language), "number", unit),
        Column(say("Released", language), "number", unit),
    )
    rows = tuple(
        (Cell(one.name, strong=one.own), _full_cell(one, decimals, language), _cell(one.released, decimals, language))
        for one in found
    )
    return Table(titles[0], heads, rows)


def _full_cell(one: Line, decimals: int, language: str) -> Cell:
    from sozialraum.reports.blocks import Cell
    from sozialraum.texts import say

    return _cell(one.full, decimals, language) if one.own else Cell(say("not yours", language), state="not_applicable")


def _cell(found: Mapping[str, Any] | None, decimals: int, language: str) -> Cell:
    from sozialraum.figures import HIDDEN
    from sozialraum.reports import language as words
    from sozialraum.reports.blocks import Cell
    from sozialraum.texts import say

    if found is None:
        return Cell(say("no value", language), state="unknown")
    if found["flag"] in HIDDEN:
        return Cell(say("secret", language), state="hidden")
    if found["value"] is None:
        return Cell(say("no value", language), state="unknown")
    value = found["value"]
    return Cell(words.shown(value, decimals, language), number=value, state="zero" if value == 0 else "")
