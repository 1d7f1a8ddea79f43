"""Figures from counts: quotients of sums with their intervals; no rate is ever averaged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from sozialraum.indicators import intervals
from sozialraum.indicators.compile import MISSING, NOT_APPLICABLE, OK, Tally
from sozialraum.indicators.counts import Count, count_of, covers, earlier, narrowed, years_of
from sozialraum.indicators.places import Map, States, Values, position
from sozialraum.indicators.schema import Indicator, Operand, operands_of
from sozialraum.periods import Period
from sozialraum.sources import vocabulary
from sozialraum.store import Slice

NO_FACTS = "No delivery holds the facts '{facts}' for {period}."
NOT_BROKEN_DOWN = "The delivered facts '{facts}' are not broken down by {dimensions}."
PART_ONLY = "The delivered facts '{facts}' for {period} hold a part of the ages only, not all that are asked for."
COARSER = "The facts '{facts}' for {period} are delivered for '{level}' only, which is coarser than '{asked}'."
NO_CONVERSION = (
    "The facts '{facts}' for {period} stand on the areas of {vintage} and no conversion to {asked} is known."
)
GROUPS_DO_NOT_FIT = "The delivered groups of '{facts}' lie on both sides of a limit of the definition."
BROKEN = "The definition of '{indicator}' changed before {period}: there is no change across the break."
NO_VALUE = "No delivery holds a value of '{indicator}' for {period} on '{level}', areas of {vintage}."
OUTSIDE = "{number} area keys of '{facts}' in {period} are not among the areas '{level}' of {vintage}."


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One indicator in one period, one place per area. Empty values are nan."""

    numerator: Values
    denominator: Values
    value: Values
    lower: Values
    upper: Values
    state: States


@dataclass
class Counted:
    """Counts by period on the areas asked for, each found from the finest delivery that can answer it."""

    map: Map
    tallies: Mapping[str, Sequence[Tally]]
    gaps: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    _found: dict[Any, tuple[Values, States]] = field(default_factory=dict)
    _rows: dict[tuple[int, str], Any] = field(default_factory=dict)

    def of(self, count: Count, period: str, vintage: str, beside: frozenset[Count]) -> tuple[Values, States]:
        """Sums and states of a count; `beside` are counts of the same figure, from one source if possible."""
        beside = frozenset(one for one in beside if one.facts == count.facts)
        key = (count, period, vintage, beside)
        if key not in self._found:
            self._found[key] = self._best(count, period, vintage, beside)
        return self._found[key]

    def _best(self, count: Count, period: str, vintage: str, beside: frozenset[Count]) -> tuple[Values, States]:
        values, states = self._nothing(vintage)
        for one in self._able(count, period, beside):
            found = self._placed(one, count, vintage)
            if found is None:
                continue
            better = (states >= NOT_APPLICABLE) & (
                (found[1] < NOT_APPLICABLE) | ((states == MISSING) & (found[1] > states))
            )
            values, states = np.where(better, found[0], values), np.where(better, found[1], states)
        return values, states

    def _nothing(self, vintage: str) -> tuple[Values, States]:
        size = len(self.map.keys(self.map.level, vintage))
        return np.full(size, np.nan), np.full(size, MISSING, np.int8)

    def _able(self, count: Count, period: str, beside: frozenset[Count]) -> list[Tally]:
        """Slices that can answer the count: finest first, one that answers its neighbours too, fewest dimensions."""
        there = [one for one in self.tallies.get(count.facts, ()) if one.slice.period == period]
        answering = [one for one in there if count in one.sums]
        able = [one for one in answering if self._whole(one, count, there)]
        if not there:
            self.gap(NO_FACTS, facts=count.facts, period=period)
        elif answering and not able:
            self.gap(PART_ONLY, facts=count.facts, period=period)
        elif not able:
            missing = min((count.dimensions.difference(one.slice.dimensions) for one in there), key=len)
            self.gap(NOT_BROKEN_DOWN, facts=count.facts, dimensions=", ".join(sorted(missing or count.dimensions)))
        return sorted(able, key=lambda one: preference(one.slice, self.map, count.facts, beside))

    def _whole(self, one: Tally, count: Count, there: Sequence[Tally]) -> bool:
        """Whether the slice holds all ages that are asked for, as far as the deliveries beside it tell."""
        if "age" not in one.slice.dimensions:
            return True
        level = self.map.rank(one.slice.level)
        beside = [other.slice for other in there if self.map.rank(other.slice.level) == level]
        return covers(
            count, one.slice.ages, [group for each in beside if "age" in each.dimensions for group in each.ages]
        )

    def _placed(self, one: Tally, count: Count, vintage: str) -> tuple[Values, States] | None:
        place = one.slice
        route = self.map.route(place.level, place.vintage or vintage, vintage)
        if route is None:
            self._no_way(one, count, vintage)
            return None
        start = self._positions(one, count, vintage)
        values, states = _dense(one, count, start, route.size)
        if count in one.doubts:
            doubtful = start[(start >= 0) & (np.nan_to_num(one.doubts[count]) != 0)]
            states[doubtful] = np.maximum(states[doubtful], np.int8(MISSING))
            if len(doubtful):
                self.gap(GROUPS_DO_NOT_FIT, facts=count.facts)
        return route.carry(values, states)

    def _no_way(self, one: Tally, count: Count, vintage: str) -> None:
        place, level = one.slice, self.map.level
        if self.map.rank(place.level) > self.map.rank(level):
            self.gap(COARSER, facts=count.facts, period=place.period, level=place.level, asked=level)
        else:
            self.gap(NO_CONVERSION, facts=count.facts, period=place.period, vintage=place.vintage, asked=vintage)

    def _positions(self, one: Tally, count: Count, vintage: str) -> Any:
        key = id(one), vintage
        if key not in self._rows:
            place = one.slice
            start = position(one.areas, self.map.keys(place.level, place.vintage or vintage))
            lost = int((start < 0).sum())
            if lost:
                self.gap(
                    OUTSIDE,
                    facts=count.facts,
                    period=place.period,
                    level=place.level,
                    vintage=place.vintage,
                    number=lost,
                )
            self._rows[key] = start
        return self._rows[key]

    def gap(self, what: str, **values: object) -> None:
        """Remember why something is not there."""
        self.gaps.setdefault((what, repr(sorted(values.items()))), {"what": what, "values": values})


def preference(one: Slice, places: Map, facts: str, beside: frozenset[Count]) -> tuple[object, ...]:
    """Which slice answers first: the finest, one that answers the counts beside too, the one with fewest dimensions."""
    lacking = sum(count.facts == facts and not count.dimensions <= one.dimensions for count in beside)
    return places.rank(one.level), lacking, len(one.dimensions), one.file.source, one.breakdown, one.piece


def _dense(one: Tally, count: Count, start: Any, size: int) -> tuple[Values, States]:
    """Sums and states of every area of the delivered level, rows that are not there included."""
    absent = one.slice.file.absent or vocabulary()[count.facts].absent
    known = start >= 0
    sums, states = np.full(size, np.nan), np.full(size, OK, np.int8)
    sums[start[known]] = one.sums[count][known]
    if count in one.states:
        states[start[known]] = np.nan_to_num(one.states[count].astype(np.float64))[known].astype(np.int8)
    empty = np.isnan(sums) & (states < NOT_APPLICABLE)
    if absent == "zero":
        return np.where(empty, 0.0, sums), states
    return sums, np.where(empty, MISSING, states).astype(np.int8)


@dataclass(frozen=True)
class Question:
    """What is asked: the definitions that may be named, the counts found, the vintage of the answer."""

    known: Mapping[str, Indicator]
    counted: Counted
    delivered: Mapping[tuple[str, str, str], tuple[Values, States]]

    def answer(self, indicator: Indicator, period: str, vintage: str) -> Result:
        """One indicator in one period; what the supplier computed stands where nothing can be counted."""
        found = _KINDS[indicator.kind](self, indicator, period, vintage)
        given = self.delivered.get((indicator.id, period, vintage))
        return found if given is None else _filled(found, *given)

    def side(self, indicator: Indicator, side: tuple[Operand, ...], period: str, vintage: str) -> tuple[Values, States]:
        """Numerator or denominator: its operands added up, some subtracted."""
        beside = frozenset(count_of(one) for one in operands_of(indicator))
        terms = [self._term(one, period, vintage, beside) for one in side]
        values = sum((-value if one.subtract else value for one, (value, _) in zip(side, terms, strict=True)), 0.0)
        return np.asarray(values), reduce(np.maximum, (states for _, states in terms))

    def _term(self, operand: Operand, period: str, vintage: str, beside: frozenset[Count]) -> tuple[Values, States]:
        count = count_of(operand)
        parts = [(self.counted.of(count, one, vintage, beside), weight) for one, weight in years_of(operand, period)]
        values = sum((value * weight for (value, _), weight in parts), 0.0)
        return np.asarray(values), reduce(np.maximum, (states for (_, states), _ in parts))


def _filled(found: Result, values: Values, states: States) -> Result:
    """The result with delivered values where nothing was counted."""
    take = (found.state >= NOT_APPLICABLE) & (states != MISSING)
    gone = np.where(take, np.nan, 1.0)
    return Result(
        found.numerator * gone, found.denominator * gone, np.where(take, values, found.value),
        found.lower * gone, found.upper * gone, np.where(take, states, found.state).astype(np.int8),
    )  # fmt: skip


def _quotient(question: Question, indicator: Indicator, period: str, vintage: str) -> Result:
    above, top = question.side(indicator, indicator.numerator, period, vintage)
    below, bottom = question.side(indicator, indicator.denominator, period, vintage)
    return _divided(indicator, above, below, np.maximum(top, bottom))


def _density(question: Question, indicator: Indicator, period: str, vintage: str) -> Result:
    above, state = question.side(indicator, indicator.numerator, period, vintage)
    return _divided(indicator, above, question.counted.map.hectares(vintage), state)


def _total(question: Question, indicator: Indicator, period: str, vintage: str) -> Result:
    above, state = question.side(indicator, indicator.numerator, period, vintage)
    found = _divided(indicator, above, np.ones_like(above), state)
    return Result(above, np.full_like(above, np.nan), found.value, found.lower, found.upper, state)


def _divided(indicator: Indicator, above: Values, below: Values, state: States) -> Result:
    known = state < NOT_APPLICABLE
    above, below = np.where(known, above, np.nan), np.where(known, below, np.nan)
    state = np.where(known & (below == 0), np.int8(NOT_APPLICABLE), state)
    divisor = np.where(state < NOT_APPLICABLE, below, np.nan)
    lower, upper = _limits(indicator, above, divisor)
    return Result(above, below, indicator.factor * above / divisor, lower, upper, state)


def _limits(indicator: Indicator, above: Values, below: Values) -> intervals.Interval:
    """Wilson for shares, Byar or exact for other counts, none for amounts and balances."""
    if indicator.kind == "mean" or not indicator.counts or any(one.subtract for one in operands_of(indicator)):
        return np.full_like(above, np.nan), np.full_like(above, np.nan)
    if indicator.shares:
        low, high = intervals.wilson(above, np.where(above <= below, below, np.nan))
        return indicator.factor * low, indicator.factor * high
    years = _years(indicator)
    low, high = intervals.poisson(above * years)
    return indicator.factor * low / (years * below), indicator.factor * high / (years * below)


def _years(indicator: Indicator) -> int:
    """Over how many years of events a yearly mean was taken."""
    return max(one.pool if one.pooled == "mean" else 1 for one in indicator.numerator)


def _change(question: Question, indicator: Indicator, period: str, vintage: str) -> Result:
    of = question.known[indicator.of]
    now, then = (question.answer(of, one, vintage) for one in (period, earlier(period, indicator.years)))
    state = np.maximum(now.state, then.state)
    if _broken(of, period, earlier(period, indicator.years)):
        question.counted.gap(BROKEN, indicator=of.id, period=period)
        state = np.maximum(state, np.int8(NOT_APPLICABLE))
    if indicator.relative:
        return _divided(indicator, now.value - then.value, then.value, state)
    return _gap(now, then, state)


def _broken(of: Indicator, period: str, before: str) -> bool:
    """Whether the definition changed between the ends of both periods."""
    return any(Period.parse(before).end < one.from_ <= Period.parse(period).end for one in of.breaks)


def _combined(question: Question, indicator: Indicator, period: str, vintage: str) -> Result:
    first, *others = (
        _signed(question.answer(narrowed(question.known[part.indicator], part), period, vintage), part.subtract)
        for part in indicator.parts
    )
    return reduce(lambda one, two: _gap(one, _signed(two, True), np.maximum(one.state, two.state)), others, first)


def _signed(one: Result, subtract: bool) -> Result:
    if not subtract:
        return one
    return Result(one.numerator, one.denominator, -one.value, -one.upper, -one.lower, one.state)


def _gap(first: Result, second: Result, state: States) -> Result:
    """First - second, with Newcombe's limits for independent values; numerator and denominator have no meaning here."""
    nothing = np.full_like(first.value, np.nan)
    value = np.where(state < NOT_APPLICABLE, first.value - second.value, np.nan)
    limits = intervals.difference(first.value, (first.lower, first.upper), second.value, (second.lower, second.upper))
    lower, upper = (limit + 0 * value for limit in limits)
    return Result(nothing, nothing, value, lower, upper, state)


def _given(question: Question, indicator: Indicator, period: str, vintage: str) -> Result:
    if (indicator.id, period, vintage) not in question.delivered:
        level = question.counted.map.level
        question.counted.gap(NO_VALUE, indicator=indicator.id, period=period, level=level, vintage=vintage)
    size = len(question.counted.map.keys(question.counted.map.level, vintage))
    nothing = np.full(size, np.nan)
    return Result(nothing, nothing, nothing, nothing, nothing, np.full(size, MISSING, np.int8))


_KINDS: Mapping[str, Callable[[Question, Indicator, str, str], Result]] = {
    "ratio": _quotient,
    "mean": _quotient,
    "density": _density,
    "total": _total,
    "change": _change,
    "combined": _combined,
    "delivered": _given,
}
