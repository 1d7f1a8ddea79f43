"""Doubts beside the last delivery: jumps, zeros where there were many, another unit, the same numbers again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.errors import Fault, Place
from sozialraum.sources.definition import SourceDefinition
from sozialraum.sources.doubts.sums import by_area, first_faults, groups, listed, measures

_KEYS = ["level", "vintage", "breakdown", "column", "period"]


def against_the_last(
    facts: Mapping[str, pa.Table], previous: Mapping[str, pa.Table], definition: SourceDefinition, place: Place
) -> list[Fault]:
    """Faults beside the same fact table of the last delivery; only areas of the same boundaries are compared."""
    faults: list[Fault] = []
    for name, table in facts.items():
        if name not in previous:
            continue
        for measure in measures(name, "count", "sum"):
            pairs = _pairs(table, previous[name], measure)
            again = _copied(pairs)
            faults += [_copy(now, before, place) for now, before in again.values()]
            for now, before in (pair for pair in pairs if pair[0].period not in again):
                faults += _compared(
                    now, before, definition.checks.jump, Place(place.file, place.sheet, column=now.column or measure)
                )
        for measure in measures(name, "value"):
            for now, before in _pairs(table, previous[name], measure):
                faults += _unit(now, before, Place(place.file, place.sheet, column=now.column or measure))
    return first_faults(faults)


@dataclass(frozen=True)
class _Sums:
    """Sums by area of one period and column; `areas` also names those without a value."""

    period: str
    column: str
    sums: Mapping[str, float]
    areas: frozenset[str]


def _pairs(table: pa.Table, previous: pa.Table, measure: str) -> list[tuple[_Sums, _Sums]]:
    """Sums by area of each period, beside those of the nearest earlier (or the same) period of the last delivery."""
    earlier = _by_group(previous, measure)
    found = []
    for key, now in _by_group(table, measure).items():
        fitting = [one for one in earlier if one[:4] == key[:4] and one[4] <= key[4]]
        if fitting:
            found.append((now, earlier[max(fitting, key=lambda one: one[4])]))
    return found


def _by_group(table: pa.Table, measure: str) -> dict[tuple[str, ...], _Sums]:
    return {key: _of(key, rows) for key, rows in groups(by_area(table, measure, ("breakdown", "column")), _KEYS)}


def _of(key: tuple[str, ...], rows: pa.Table) -> _Sums:
    known = rows.filter(pc.greater(rows["valid"], 0))
    sums = dict(zip(known["area"].to_pylist(), known["sum"].to_pylist(), strict=True))
    return _Sums(key[4], key[3], sums, frozenset(rows["area"].to_pylist()))


def _copied(pairs: list[tuple[_Sums, _Sums]]) -> dict[str, tuple[_Sums, _Sums]]:
    """Periods of which every number equals that of another one, with their first pair."""
    by_period: dict[str, list[tuple[_Sums, _Sums]]] = {}
    for now, before in pairs:
        by_period.setdefault(now.period, []).append((now, before))
    return {
        period: members[0]
        for period, members in by_period.items()
        if all(now.sums == before.sums and now.period != before.period for now, before in members)
        and sum(value != 0 for now, _ in members for value in now.sums.values()) >= 5
    }


def _compared(now: _Sums, before: _Sums, limit: float, place: Place) -> list[Fault]:
    both = sorted(set(now.sums) & set(before.sums))
    new, old = (np.array([one.sums[key] for key in both], np.float64) for one in (now, before))
    faults = _zeroed([key for key, a, b in zip(both, new, old, strict=True) if a == 0 and b >= 10], now, before, place)
    faults += _gone(
        sorted(key for key, many in before.sums.items() if many >= 20 and key not in now.areas),
        now,
        before,
        place,
    )
    change = np.abs(new - old)
    jumps = np.flatnonzero(
        (change > limit * np.maximum(old, 1)) & (change > 5 * np.sqrt(np.maximum(np.maximum(new, old), 1))) & (new != 0)
    )
    faults += [_jump(both[one], old[one], new[one], now, before, place) for one in jumps]
    total_old, total_new = sum(old), sum(new)
    if (
        not len(jumps)
        and total_old
        and abs(total_new - total_old) > max(limit * total_old, 5 * np.sqrt(max(total_old, total_new)))
    ):
        faults.append(_jump("", float(total_old), float(total_new), now, before, place))
    return faults


def _copy(now: _Sums, before: _Sums, place: Place) -> Fault:
    return Fault(
        "copy_of_last",
        "All numbers of {now} equal those of {before}.",
        place,
        now.period,
        "The same figures were probably delivered again under another year.",
        "Ask the supplier for the right file.",
        values={"now": now.period, "before": before.period},
    )


def _zeroed(keys: list[str], now: _Sums, before: _Sums, place: Place) -> list[Fault]:
    what = "Zero in {now} where there were at least 10 in {before} (areas: {count})."
    why, remedy = (
        "A zero is often written where the number is not known.",
        "Ask the supplier; write the sign for missing by a correction, or accept the warning by name.",
    )
    return _about("zero_for_missing", keys, what, why, remedy, now, before, place)


def _gone(keys: list[str], now: _Sums, before: _Sums, place: Place) -> list[Fault]:
    what = "Areas that had rows in {before} have none in {now} (areas: {count})."
    why, remedy = "They had at least 20 before.", "Ask the supplier for them, or accept the warning by name."
    return _about("areas_gone", keys, what, why, remedy, now, before, place)


def _about(
    code: str,
    keys: list[str],
    what: str,
    why: str,
    remedy: str,
    now: _Sums,
    before: _Sums,
    place: Place,
) -> list[Fault]:
    values = {"now": now.period, "before": before.period, "count": len(keys)}
    return [Fault(code, what, place, listed(keys), why, remedy, "warning", values)] if keys else []


def _jump(key: str, old: float, new: float, now: _Sums, before: _Sums, place: Place) -> Fault:
    return Fault(
        "jump",
        "From {old} in {before} to {new} in {now}."
        if key
        else "All areas together: from {old} in {before} to {new} in {now}.",
        place,
        key,
        "More than the declared limit, and more than chance explains.",
        "Ask the supplier; if the change is real, accept the warning by name or raise jump under [checks].",
        "warning",
        {"old": f"{old:.12g}", "new": f"{new:.12g}", "now": now.period, "before": before.period},
    )


def _unit(now: _Sums, before: _Sums, place: Place) -> list[Fault]:
    """Values the supplier computed: their middle moves by a factor when the unit changed."""
    both = sorted(set(now.sums) & set(before.sums))
    new, old = (float(np.median(np.abs([one.sums[key] for key in both]))) if both else 0.0 for one in (now, before))
    if len(both) < 5 or not old or not new or 1 / 20 < new / old < 20:
        return []
    return [
        Fault(
            "unit_changed",
            "The middle value was {old} in {before} and is {new} in {now}.",
            place,
            why="The unit has probably changed (shares instead of percent).",
            remedy="Ask the supplier which unit is meant.",
            values={"old": f"{old:.12g}", "new": f"{new:.12g}", "now": now.period, "before": before.period},
        )
    ]
