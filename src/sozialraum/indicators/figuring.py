"""Figures of many indicators at once: gather what they count, ask each fact table once, evaluate, lay out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from sozialraum.errors import CallError, NoAnswerError
from sozialraum.figures import CORE, Credit, Description, Figures
from sozialraum.indicators.compile import FLAG_OF, MISSING, Tally, delivered_rows, tally
from sozialraum.indicators.counts import Count, needed
from sozialraum.indicators.definitions import catalogue, describe
from sozialraum.indicators.evaluate import Counted, Question, Result
from sozialraum.indicators.places import Map, Places, States, Values, position
from sozialraum.indicators.schema import Indicator
from sozialraum.store import Store
from sozialraum.texts import say


class NothingCountedError(NoAnswerError):
    """Not one of the figures can be given; `gaps` are the reasons, as `Figures.notes["gaps"]` holds them."""

    def __init__(self, gaps: Sequence[Mapping[str, Any]]):
        self.gaps = tuple(gaps)
        super().__init__("None of the figures can be given. {reasons}", reasons=self._reasons("en"))

    def say(self, language: str = "en") -> str:
        """The whole message in that language."""
        return say("None of the figures can be given. {reasons}", language, reasons=self._reasons(language))

    def _reasons(self, language: str) -> str:
        told = [say(str(gap["what"]), language, **gap["values"]) for gap in self.gaps]
        return " ".join(told) or say("Nothing was delivered for these periods.", language)


def compute(
    indicators: Sequence[Indicator],
    store: Store,
    areas: Places,
    level: str,
    periods: Sequence[str | int],
    vintage: str | None = None,
    known: Mapping[str, Indicator] | None = None,
) -> Figures:
    """Figures for every area of the level: one row per indicator, period and area, in that order, with intervals.

    Counts are added up from the finest delivered areas; a rate is the quotient of the sums. `vintage` puts all periods
    on the areas of one vintage (converted values are `estimated`); without it each period has the vintage its facts
    stand on, or the one valid at its end. `known` are the definitions that a change or combination may name.
    `notes["gaps"]` says why figures are missing.
    Raises: CallError for an unknown level; NoAnswerError when not one figure can be given.
    """
    labels = [str(period) for period in periods]
    if level not in areas.levels:
        raise CallError("There is no level '{level}'; there are: {known}.", level=level, known=", ".join(areas.levels))
    every = {**(known or catalogue()), **{one.id: one for one in indicators}}
    tallies = _tallies(indicators, every, store, labels)
    vintages = {label: vintage or _vintage(label, tallies, store, areas) for label in labels}
    counted = Counted(Map(areas, level), tallies)
    question = Question(every, counted, _delivered(indicators, every, store, counted.map, vintages))
    answers = {(one.id, label): question.answer(one, label, vintages[label]) for one in indicators for label in labels}
    table = _table(answers, counted.map, vintages)
    gaps = _gaps(counted)
    if not _any(answers):
        raise NothingCountedError(gaps)
    marked = tuple(_described(one, every, store) for one in indicators)
    return Figures(table, marked, _credits(marked, store), {"gaps": gaps, "vintages": vintages})


def _gaps(counted: Counted) -> list[dict[str, Any]]:
    """Why figures are missing: one entry for all periods with the same reason."""
    found: dict[str, dict[str, Any]] = {}
    for one in (counted.gaps[key] for key in sorted(counted.gaps)):
        values = dict(one["values"])
        period = values.pop("period", "")
        entry = found.setdefault(repr((one["what"], sorted(values.items()))), {"what": one["what"], "values": values})
        if period:
            values = entry["values"]
            values["period"] = f"{values['period']}, {period}" if "period" in values else period
    return list(found.values())


def _any(answers: Mapping[Any, Result]) -> bool:
    return any((one.state != MISSING).any() for one in answers.values())


def _tallies(
    indicators: Sequence[Indicator], known: dict[str, Indicator], store: Store, periods: Sequence[str]
) -> dict[str, list[Tally]]:
    """One query per fact table for all counts of all indicators."""
    pairs = [pair for one in indicators for period in periods for pair in needed(one, known, period)]
    wanted: dict[str, dict[Count, None]] = {}
    for count, _ in pairs:
        wanted.setdefault(count.facts, {})[count] = None
    when = {facts: {period for count, period in pairs if count.facts == facts} for facts in wanted}
    return {
        facts: tally(store, facts, [*wanted[facts]], sorted(when[facts])) for facts in wanted if facts in store.tables
    }


def _vintage(period: str, tallies: Mapping[str, Sequence[Tally]], store: Store, areas: Places) -> str:
    slices = [one.slice for part in tallies.values() for one in part]
    slices += store.slices("delivered") if "delivered" in store.tables else []
    there = {one.vintage for one in slices if one.period == period and one.vintage}
    return there.pop() if len(there) == 1 else areas.vintage_of(period)


def _delivered(
    indicators: Sequence[Indicator],
    known: Mapping[str, Indicator],
    store: Store,
    places: Map,
    vintages: Mapping[str, str],
) -> dict[tuple[str, str, str], tuple[Values, States]]:
    """What suppliers computed themselves, only on its own level and vintage."""
    wanted = {name for one in indicators for name in (one.id, one.of, *(part.indicator for part in one.parts)) if name}
    found: dict[tuple[str, str, str], tuple[Values, States]] = {}
    for row in delivered_rows(store, places.level, sorted(wanted & set(known))):
        vintage = row.vintage or vintages.get(row.period, "")
        keys = places.keys(places.level, vintage) if vintage else ()
        start = position(row.areas, keys)
        values, states = np.full(len(keys), np.nan), np.full(len(keys), MISSING, np.int8)
        values[start[start >= 0]], states[start[start >= 0]] = row.values[start >= 0], row.states[start >= 0]
        found.setdefault((row.indicator, row.period, vintage), (values, states))
    return found


def _table(answers: Mapping[tuple[str, str], Result], places: Map, vintages: Mapping[str, str]) -> pa.Table:
    keys = {vintage: places.keys(places.level, vintage) for vintage in vintages.values()}
    size = [len(keys[vintages[period]]) for _, period in answers]
    texts = {
        "area": pa.concat_arrays([pa.array(keys[vintages[period]], pa.string()) for _, period in answers]),
        "level": _repeated([places.level] * len(size), size),
        "vintage": _repeated([vintages[period] for _, period in answers], size),
        "period": _repeated([period for _, period in answers], size),
        "indicator": _repeated([name for name, _ in answers], size),
        "flag": _repeated_codes(np.concatenate([one.state for one in answers.values()])),
    }
    numbers = {name: _numbers(answers, name) for name in ("numerator", "denominator", "value", "lower", "upper")}
    return pa.table({name: {**texts, **numbers}[name] for name in CORE.names}, schema=CORE)


def _repeated(values: Sequence[str], size: Sequence[int]) -> pa.Array:
    codes = np.repeat(np.arange(len(values), dtype=np.int32), size)
    return pa.DictionaryArray.from_arrays(codes, pa.array(values, pa.string())).cast(pa.string())


def _repeated_codes(states: States) -> pa.Array:
    return pa.DictionaryArray.from_arrays(states.astype(np.int8), pa.array(FLAG_OF)).cast(pa.string())


def _numbers(answers: Mapping[Any, Result], name: str) -> pa.Array:
    return pa.array(np.concatenate([getattr(one, name) for one in answers.values()]), pa.float64(), from_pandas=True)


def _described(one: Indicator, known: Mapping[str, Indicator], store: Store) -> Description:
    """The description with the fact tables behind all parts, and whether their suppliers hid small values already."""
    from dataclasses import replace

    plain = describe(one)
    facts = tuple(dict.fromkeys(count.facts for count, _ in needed(one, dict(known), "2000")))
    facts = facts or ("delivered",)
    there = [name for name in facts if name in store.tables]
    protected = bool(there) and all(_protected(store, name) for name in there)
    return replace(plain, facts=facts, protected_at_source=protected)


def _protected(store: Store, facts: str) -> bool:
    """Whether every supplier of these facts protected them; one open file is enough to need our own protection."""
    return all(one.file.protected for one in store.slices(facts))


def _credits(marked: Sequence[Description], store: Store) -> tuple[Credit, ...]:
    facts = {name for one in marked for name in (*one.facts, "delivered") if name in store.tables}
    files = {one.file for name in facts for one in store.slices(name)}
    sources = sorted({one.source for one in files})
    return tuple(Credit(name, deliveries=_deliveries(files, name)) for name in sources)


def _deliveries(files: set[Any], source: str) -> tuple[str, ...]:
    return tuple(sorted({one.delivery for one in files if one.source == source}))
