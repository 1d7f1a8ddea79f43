"""Areas that a reader puts together: sums and shares rebuilt from released counts, never a mean of rates.

Only what was released is added, so a sum tells nobody more than the single values do. Where the count of an area is
hidden, the whole lies between two bounds: nobody of its base, or everybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sozialraum.reports import View
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.texts import say
from sozialraum.web.figures.maps.choice import INDEX, Choice, Picture
from sozialraum.web.figures.relations.counts import Counts, released_counts

CHOOSE = "choose"
MOST = 300
"""Areas in a selection at most: an address must hold them."""


@dataclass(frozen=True)
class Sum:
    """What the selection adds up to for one map: title, the value (empty: none), and what goes with it."""

    title: str
    value: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """The chosen areas by key and name, and a sum for every map."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    sums: tuple[Sum, ...]
    counted: str


def selected(view: View, choice: Choice, asked: Iterable[str]) -> Selection | None:
    """The areas that were asked for and that the level knows; None without any."""
    layer = view.layer_of(choice.level)
    keys = tuple(dict.fromkeys(key for key in asked if key in layer.place))[:MOST]
    if not keys:
        return None
    rows = [layer.place[key] for key in keys]
    sums = tuple(added(view, choice, one, rows) for one in choice.pictures)
    counted = words.counted(len(rows), say("one area", view.language), say("areas", view.language), view.language)
    return Selection(keys, tuple(layer.labels[row] for row in rows), sums, counted)


def added(view: View, choice: Choice, picture: Picture, rows: list[int]) -> Sum:
    """What these areas have together at the date of that map; without a value the note says why."""
    language = view.language
    if picture.indicator == INDEX:
        text = "Classes of the index hold for single areas; they cannot be put together."
        return Sum(say("Index: status and development", language), "", (say(text, language),))
    one = view.descriptions[picture.indicator]
    name = f"{tell.title(one, language)}, {tell.when(one, picture.period, language)}"
    counts = released_counts(view, picture.indicator, choice.level, picture.period)
    if counts is None:
        text = "Cannot be put together: the counts behind it are not released, and rates must not be averaged."
        return Sum(name, "", (say(text, language),))
    states = view.series(picture.indicator, choice.level)
    state = states.state[states.periods.index(picture.period)]
    told = [row for row in rows if state[row] in ("ok", "hidden")]
    notes = _left_out(len(rows) - len(told), language)
    value, more = _total(view, picture, counts, told) if not counts.per else _share(view, picture, counts, told)
    return Sum(name, value, (*more, *notes))


def _left_out(count: int, language: str) -> tuple[str, ...]:
    if not count:
        return ()
    text = "Left out, because there is no value for them on these boundaries: {areas}."
    return (
        say(text, language, areas=words.counted(count, say("one area", language), say("areas", language), language)),
    )


def _total(view: View, picture: Picture, counts: Counts, rows: list[int]) -> tuple[str, tuple[str, ...]]:
    """The sum of plain numbers; hidden ones make it a least one."""
    one, language = view.descriptions[picture.indicator], view.language
    values = counts.value[rows]
    known = values[~np.isnan(values)]
    if not len(known):
        return "", (say("Every value in the selection is secret.", language),)
    amount = tell.amount(one, float(known.sum()), language)
    hidden = len(values) - len(known)
    if not hidden:
        return amount, ()
    return say("at least {amount}", language, amount=amount), (_hidden_note(hidden, language),)


def _share(view: View, picture: Picture, counts: Counts, rows: list[int]) -> tuple[str, tuple[str, ...]]:
    """The quotient of the summed counts with its random range; with hidden counts the bounds it lies between."""
    one, language = view.descriptions[picture.indicator], view.language
    cases, people = counts.numerator[rows], counts.denominator[rows]
    hidden = np.isnan(cases) | np.isnan(counts.value[rows])
    if np.isnan(people).any() or people.sum() == 0:
        text = "Cannot be put together: what the figure is a share of is not released for every one of these areas."
        return "", (say(text, language),)
    low, whole = float(cases[~hidden].sum()), float(people.sum())
    if hidden.any():
        return _bounds(view, picture, counts, low, float(people[hidden].sum()), whole, int(hidden.sum()))
    note = say(
        "{cases} of {people}", language, cases=words.number(low, 0, language), people=words.number(whole, 0, language)
    )
    notes = [note, *_random_range(view, picture, counts.per, low, whole)]
    return tell.amount(one, counts.per * low / whole, language), tuple(notes)


def _bounds(
    view: View, picture: Picture, counts: Counts, low: float, unknown: float, whole: float, hidden: int
) -> tuple[str, tuple[str, ...]]:
    one, language = view.descriptions[picture.indicator], view.language
    note = _hidden_note(hidden, language)
    if not one.part_of_denominator:
        amount = tell.amount(one, counts.per * low / whole, language)
        return say("at least {amount}", language, amount=amount), (note,)
    ends = (counts.per * low / whole, counts.per * (low + unknown) / whole)
    spread = words.interval(*ends, one.decimals, language)
    return f"{spread} {tell.measure(one, language)}", (note,)


def _random_range(view: View, picture: Picture, per: float, cases: float, people: float) -> tuple[str, ...]:
    """The interval of Wilson for a share of people; nothing for other quotients."""
    from sozialraum.indicators.intervals import wilson

    one, language = view.descriptions[picture.indicator], view.language
    if not (one.part_of_denominator and one.counts and 0 <= cases <= people):
        return ()
    low, high = (per * float(limit) for limit in wilson(cases, people))
    return (say("Random range {range}", language, range=words.interval(low, high, one.decimals, language)),)


def _hidden_note(count: int, language: str) -> str:
    text = "{areas} with a secret count: the true value lies between nobody and everybody there, nearer nobody can say."
    areas = words.counted(count, say("one area", language), say("areas", language), language)
    return say(text, language, areas=words.capital(areas))
