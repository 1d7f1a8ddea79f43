"""What must be hidden and proved, worked out for the verifier from the stated rule and the cells: no engine code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.checked.axes import Axis, held, placed, spread

Ints = NDArray[np.int64]
_COUNT = re.compile(r"\d{1,15}(\.0*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """Per combination of codes: must be hidden, and the counts that must be possible: `high` or more, `low` or fewer."""

    sensitive: NDArray[np.bool_]
    high: Ints
    low: Ints


def asked(rule: Mapping[str, object], axes: Sequence[Axis], cells: Mapping[str, Sequence[str]], values: Ints) -> Asked:
    """What the rule asks of these values; a combination that is not sensitive asks for nothing but its own value."""
    minimum = int(str(rule["minimum"]))
    sensitive = (values < minimum) & ((values > 0) | bool(rule.get("zeros")))
    high = np.where(sensitive, minimum, values)
    for unit in stated_units(rule):
        numbers = _numbers(unit, axes, cells)
        least = int(str(unit["minimum"]))
        few = (numbers > 0) & (numbers < least)
        high = np.where(few, np.maximum(high, values + least - numbers), high)
        sensitive = sensitive | few
    return Asked(sensitive, high, np.where(sensitive, 0, values))


def well_stated(rule: Mapping[str, object], cells: Mapping[str, Sequence[str]]) -> bool:
    """Whether the rule can be read and every column that it names is there."""
    units = rule.get("units", [])
    if type(rule.get("minimum")) is not int or not isinstance(units, list) or len(stated_units(rule)) < len(units):
        return False
    return all(_readable(one, cells) for one in stated_units(rule))


def stated_units(rule: Mapping[str, object]) -> list[dict[str, object]]:
    """The further counting units of the rule: column, minimum, and whether the column holds keys."""
    given = rule.get("units", [])
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _readable(unit: Mapping[str, object], cells: Mapping[str, Sequence[str]]) -> bool:
    column = cells.get(str(unit.get("column")))
    if column is None or type(unit.get("minimum")) is not int:
        return False
    return bool(unit.get("keys")) or all(_COUNT.fullmatch(text) for text in column)


def _numbers(unit: Mapping[str, object], axes: Sequence[Axis], cells: Mapping[str, Sequence[str]]) -> Ints:
    """Units of every combination: distinct keys, or the least number that the counts per inner cell allow."""
    column, at = cells[str(unit["column"])], placed(axes, cells)
    if unit.get("keys"):
        return _distinct(axes, at, column)
    counts = np.array([int(float(text)) for text in column], dtype=np.int64)
    others, line = spread(axes[1:], at[1:], np.arange(len(counts)))
    width = int(np.prod([one.size for one in axes[1:]]))
    largest = np.zeros((len(axes[0].leaves), width), dtype=np.int64)
    np.maximum.at(largest, (at[0][line], others), counts[line])
    return (held(axes[0]) @ largest).ravel()


def _distinct(axes: Sequence[Axis], at: Sequence[Ints], keys: Sequence[str]) -> Ints:
    number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
    flat, key = spread(axes, at, np.array([number[one] for one in keys], dtype=np.int64))
    once = np.unique(flat * len(number) + key)
    return np.bincount(once // len(number), minlength=int(np.prod([one.size for one in axes]))).astype(np.int64)
