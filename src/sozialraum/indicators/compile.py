"""From definitions to one aggregate query per fact table (Ibis), counted as finely as the facts were delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.indicators.counts import COVERS, Count, straddles
from sozialraum.indicators.schema import Condition, Limits
from sozialraum.store import PLACE, Slice, Store

if TYPE_CHECKING:
    import ibis

OK, ESTIMATED, NOT_APPLICABLE, MISSING, SUPPRESSED = range(5)
FLAG_OF = ("ok", "estimated", "not_applicable", "missing", "suppressed_at_source")
SIGNS = {
    "": OK,
    "rounded_zero": OK,
    "revised": OK,
    "unreliable": ESTIMATED,
    "provisional": ESTIMATED,
    "estimated": ESTIMATED,
    "not_applicable": NOT_APPLICABLE,
    "missing": MISSING,
    "not_yet": MISSING,
    "suppressed": SUPPRESSED,
}
_PLAIN = {sign for sign, state in SIGNS.items() if state == OK}
OPEN_GROUP_FROM = 95  # an open group of this age is narrow enough to stand for its lower limit
_KEYS = ("piece", *PLACE)


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """The counts of one slice by area: sums (nan = no row fulfils the conditions), states, and doubtful amounts."""

    slice: Slice
    areas: pa.Array
    sums: dict[Count, np.ndarray]
    states: dict[Count, np.ndarray]
    doubts: dict[Count, np.ndarray]


def tally(store: Store, facts: str, counts: Sequence[Count], periods: Sequence[str]) -> list[Tally]:
    """All counts of one fact table from one query, by slice and area; asked once for all levels."""
    name = ("tally", facts, tuple(counts), tuple(periods))
    return store.once(name, lambda: _tally(store, facts, counts, periods))


def _tally(store: Store, facts: str, counts: Sequence[Count], periods: Sequence[str]) -> list[Tally]:
    slices = [one for one in store.slices(facts) if one.period in periods]
    if not slices or not counts:
        return []
    rows = store.facts(facts)
    rows = rows.filter(rows.period.isin(sorted(set(periods))))
    sums = {}
    for place, count in enumerate(counts):
        sums.update(_aggregates(rows, count, f"{place}", slices, count.measure in store.incomplete(facts)))
    differing = [key for key in _KEYS if len({getattr(one, key) for one in slices}) > 1]  # fewer keys, faster groups
    found = store.run(rows.group_by([*differing, "area"]).agg(**sums))
    for key in sorted(set(_KEYS) - set(differing)):
        found = found.append_column(key, pa.repeat(getattr(slices[0], key), found.num_rows))
    return _split(found, slices, counts)


def _aggregates(rows: ibis.Table, count: Count, name: str, slices: Sequence[Slice], gaps: bool) -> dict[str, Any]:
    """Columns of the query for one count: s = sum, d = amount that may or may not belong to it, t = worst state."""
    certain, possible = condition(rows, count), None
    amount = rows[count.measure]
    if _doubtful(count, slices):
        possible = condition(rows, count, possible=True)
        doubt = possible & ~certain.fill_null(False) if certain is not None else possible
        yield_doubt = {f"d{name}": _sum(amount, doubt)}
    else:
        yield_doubt = {}
    if count.times == "age":
        amount = amount * _middle(rows)
    found = {f"s{name}": _sum(amount, certain), **yield_doubt}
    if gaps or count.times or any(one.signs - _PLAIN for one in slices):
        found[f"t{name}"] = _state(rows, count).max(where=certain if possible is None else possible)
    return found


def _sum(amount: Any, where: Any) -> Any:
    """Sum of the rows that fulfil a condition; chosen before adding up, which is quicker than a filter per sum."""
    chosen = amount if where is None else where.ifelse(amount, None)
    return chosen.sum().cast("float64")


def _doubtful(count: Count, slices: Sequence[Slice]) -> bool:
    groups = frozenset(group for one in slices if "age" in one.dimensions for group in one.ages)
    return straddles(count, groups) or any(_split_codes(name, value) for name, value in count.where)


def _split_codes(name: str, value: Condition) -> list[str]:
    """Codes that stand for some wanted and some unwanted codes."""
    wanted = set(value) if isinstance(value, tuple) else {value}
    known = COVERS.get(name, {}).items()
    return [code for code, parts in known if code not in wanted and wanted & parts]


def condition(rows: ibis.Table, count: Count, possible: bool = False) -> Any:
    """The rows that belong to a count (or that possibly do), None for all."""
    tests = [_test(rows, name, value, possible) for name, value in count.where]
    if not tests:
        return None
    found = tests[0]
    for one in tests[1:]:
        found = found & one
    return found


def _test(rows: ibis.Table, name: str, value: Condition, possible: bool) -> Any:
    if name == "age":
        return _age(rows, value, possible)
    column = rows[name]
    if isinstance(value, Limits):
        return _within(column, value)
    wanted = [*value] if isinstance(value, tuple) else [value]
    if possible:
        wanted += _split_codes(name, value)
    return column == wanted[0] if len(wanted) == 1 else column.isin(wanted)


def _within(column: Any, limits: Limits) -> Any:
    if limits.from_ is None:
        return column < limits.below
    return column >= limits.from_ if limits.below is None else (column >= limits.from_) & (column < limits.below)


def _age(rows: ibis.Table, value: Condition, possible: bool) -> Any:
    if not isinstance(value, Limits):
        raise TypeError("an age condition is 'from' or 'below'")
    first, end = rows.age_from, rows.age_to
    tests: list[Any] = []
    if possible:
        tests += [(end > value.from_) | end.isnull()] if value.from_ else []
        tests += [(first < value.below) | first.isnull()] if value.below is not None else []
    else:
        tests += [first >= value.from_] if value.from_ else []
        tests += [end <= value.below] if value.below is not None else []
    found = tests[0] if tests else first.notnull()
    for one in tests[1:]:
        found = found & one
    return found


def _middle(rows: ibis.Table) -> Any:
    """Age in the middle of the group: completed age + 0.5 for a single year, empty for a wide open group."""
    middle = (rows.age_from + rows.age_to) / 2
    return middle.fill_null((rows.age_from >= OPEN_GROUP_FROM).ifelse(rows.age_from + 0.5, None))


def _state(rows: ibis.Table, count: Count) -> Any:
    import ibis

    empty = rows[count.measure].isnull()
    sign = rows.sign.fill_null("")
    cases = [(sign == name, state) for name, state in SIGNS.items() if state not in (OK, ESTIMATED)]
    cases.append((empty, MISSING))
    if count.times == "age":
        cases.append((_middle(rows).isnull(), MISSING))
        cases.append((rows.age_to - rows.age_from > 1, ESTIMATED))
    cases.append((sign.isin([name for name, state in SIGNS.items() if state == ESTIMATED]), ESTIMATED))
    return ibis.cases(*cases, else_=OK)


def _split(found: pa.Table, slices: Sequence[Slice], counts: Sequence[Count]) -> list[Tally]:
    """The rows of the query, slice by slice."""
    of = {(one.piece, one.breakdown, one.level, one.vintage, one.period): one for one in slices}
    found = found.sort_by([(name, "ascending") for name in (*_KEYS, "area")])
    starts = _starts(found, _KEYS)
    tallies = []
    for first, end in zip(starts, [*starts, found.num_rows][1:], strict=True):
        part = found.slice(first, end - first)
        key = tuple(part[name][0].as_py() for name in _KEYS)
        one = of[key[0], *(text or "" for text in key[1:])]
        columns = {name: part[name].to_numpy() for name in part.column_names if name[1:].isdigit()}
        known = [(place, count) for place, count in enumerate(counts) if count.dimensions <= one.dimensions]
        tallies.append(Tally(one, part["area"].combine_chunks(), *_columns(columns, known)))
    return tallies


def _columns(columns: dict[str, np.ndarray], known: Sequence[tuple[int, Count]]) -> Any:
    def of(kind: str) -> dict[Count, np.ndarray]:
        return {count: columns[f"{kind}{place}"] for place, count in known if f"{kind}{place}" in columns}

    return of("s"), of("t"), of("d")


def _starts(found: pa.Table, keys: Sequence[str]) -> list[int]:
    """Rows of a sorted table at which another combination of the keys begins."""
    if not found.num_rows:
        return []
    new = np.zeros(found.num_rows, bool)
    new[0] = True
    for name in keys:
        column = found[name].combine_chunks()
        codes = column.dictionary_encode(null_encoding="encode").indices.to_numpy(zero_copy_only=False)
        new[1:] |= codes[1:] != codes[:-1]
    return [int(place) for place in np.flatnonzero(new)]


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Values of one indicator and period that the supplier computed, by area."""

    indicator: str
    vintage: str
    period: str
    areas: pa.Array
    values: np.ndarray
    states: np.ndarray


def delivered_rows(store: Store, level: str, indicators: Sequence[str]) -> list[Given]:
    """What suppliers computed for these indicators on this level."""
    if "delivered" not in store.tables:
        return []
    found = store.once("delivered", lambda: _delivered(store))
    found = found.filter((pc.field("level") == level) & pc.field("indicator").isin(list(indicators)))
    starts = _starts(found, ("indicator", "vintage", "period"))
    parts = [found.slice(first, end - first) for first, end in zip(starts, [*starts, found.num_rows][1:], strict=True)]
    return [_given(part) for part in parts if part.num_rows]


def _delivered(store: Store) -> pa.Table:
    """What suppliers computed, on every level: asked once, because it is little."""
    rows = store.facts("delivered")
    state = _state(rows, Count("delivered", "value"))
    rows = rows.mutate(state=state, vintage=rows.vintage.fill_null("")).order_by(
        "indicator", "vintage", "period", "area"
    )
    return store.run(rows.select("level", "indicator", "vintage", "period", "area", "value", "state"))


def _given(part: pa.Table) -> Given:
    indicator, vintage, period = (part[name][0].as_py() for name in ("indicator", "vintage", "period"))
    return Given(
        indicator, vintage, period, part["area"].combine_chunks(), part["value"].to_numpy(), part["state"].to_numpy()
    )
