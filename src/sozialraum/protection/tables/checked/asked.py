"""What must be hidden and proved, worked out for the verifier from the stated rule and the cells: no engine code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.checked.amounts import levels, well_stated_amounts
from sozialraum.protection.tables.checked.axes import (
    TOTAL,
    Axis,
    axis_of,
    held,
    nested,
    placed,
    spread,
    sums,
    with_rests,
)

LARGEST = 1 << 53
Ints = NDArray[np.int64]
_COUNT = re.compile(r"\d{1,15}(\.0*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Asked:
    """Per combination of codes: must be hidden, and the counts that must be possible: `high` or more, `low` or fewer."""

    sensitive: NDArray[np.bool_]
    high: Ints
    low: Ints


def asked(
    rule: Mapping[str, object],
    axes: Sequence[Axis],
    cells: Mapping[str, Sequence[str]],
    counts: Sequence[int],
    values: Ints,
) -> Asked:
    """What the rule asks of these values; a combination that is not sensitive asks for nothing but its own value."""
    amounts = rule.get("magnitude")
    if isinstance(amounts, dict):
        level = levels(amounts, axes, cells, counts, values)
        return Asked(level > 0, values + level, np.maximum(values - level, 0))
    minimum = int(str(rule["minimum"]))
    among = _counted(rule, axes)
    sensitive = among & (values < minimum) & ((values > 0) | bool(rule.get("zeros")))
    high = np.where(sensitive, minimum, values)
    for unit in stated(rule, "units"):
        numbers = _numbers(unit, axes, cells)
        least = int(str(unit["minimum"]))
        few = among & (numbers > 0) & (numbers < least)
        high = np.where(few, np.maximum(high, values + least - numbers), high)
        sensitive = sensitive | few
    low = np.where(sensitive, 0, values)
    for one in stated(rule, "attributes"):
        full, rests, needed = _disclosed(one, axes, values)
        sensitive[full] = sensitive[rests] = True
        high[rests], low[rests] = np.maximum(high[rests], needed), 0
    return Asked(sensitive, high, low)


def axes_of(
    rule: Mapping[str, object],
    cells: Mapping[str, Sequence[str]],
    chains: Sequence[Sequence[str]],
    counts: Sequence[int],
) -> list[Axis]:
    """Every dimension of the table, with the rests that the rule looks at."""
    plain = [axis_of(cells, chains, name) for name in dict.fromkeys(chain[0] for chain in chains)]
    if not rule.get("attributes") and not _names(rule):
        return plain
    inner = np.zeros(tuple(len(one.leaves) for one in plain), dtype=np.int64)
    np.add.at(inner, tuple(placed(plain, cells)), np.array(counts, dtype=np.int64))
    cube = sums(plain, inner).reshape([one.size for one in plain])
    found = []
    for number, one in enumerate(plain):
        pairs = [(TOTAL, str(each["code"])) for each in stated(rule, "attributes") if each["dimension"] == one.name]
        if one.name in _names(rule):
            lines = np.moveaxis(cube, number, 0)
            for whole, part in nested(one):
                left = lines[one.codes[whole]] - lines[one.codes[part]]
                if ((left > 0) & (left < int(str(rule["minimum"])))).any():
                    pairs.append((whole, part))
        found.append(with_rests(one, pairs) if pairs else one)
    return found


def _names(rule: Mapping[str, object]) -> list[str]:
    given = rule.get("differences", [])
    return [str(one) for one in given] if isinstance(given, list) else []


def _rests(axes: Sequence[Axis]) -> Ints:
    """Per combination: in how many dimensions it is a rest."""
    found = np.zeros((), dtype=np.int64)
    for one in axes:
        found = np.add.outer(found, (np.arange(one.size) >= len(one.codes)).astype(np.int64))
    return found.ravel()


def _counted(rule: Mapping[str, object], axes: Sequence[Axis]) -> NDArray[np.bool_]:
    """Combinations that lines show, and rests in a single dimension whose differences count."""
    shape = [one.size for one in axes]
    found: NDArray[np.bool_] = _rests(axes) == 0
    for number, one in enumerate(axes):
        if one.name in _names(rule):
            rest = np.arange(one.size) >= len(one.codes)
            found |= (_rests(axes) == 1) & np.broadcast_to(
                rest.reshape([-1 if at == number else 1 for at in range(len(axes))]), shape
            ).ravel()
    return found


def _disclosed(one: Mapping[str, object], axes: Sequence[Axis], values: Ints) -> tuple[Ints, Ints, int]:
    """Combinations that nearly fill their group, their rests, and the count that these must be able to have."""
    number = [axis.name for axis in axes].index(str(one["dimension"]))
    holds, needed = held(axes[number]), int(str(one["rest"]))
    code = holds[axes[number].codes[str(one["code"])]]
    places = np.moveaxis(np.arange(len(values)).reshape([each.size for each in axes]), number, 0).reshape(
        len(holds), -1
    )
    full, rest = (places[(holds == held_by).all(axis=1)] for held_by in (code, holds[0] - code))
    few = (values[full[0]] > 0) & (values[rest[0]] < needed)
    others = [each for place, each in enumerate(axes) if place != number]
    few &= _rests(others) == 0
    return full[:, few].ravel(), rest[:, few].ravel(), needed


def well_stated(
    rule: Mapping[str, object], cells: Mapping[str, Sequence[str]], chains: Sequence[Sequence[str]]
) -> bool:
    """Whether the rule can be read and every column and code that it names is there."""
    for name in ("units", "attributes"):
        given = rule.get(name, [])
        if not isinstance(given, list) or len(stated(rule, name)) < len(given):
            return False
    if not _whole(rule.get("minimum")) or not isinstance(rule.get("differences", []), list):
        return False
    if any(type(rule.get(name, False)) is not bool for name in ("zeros", "insiders")):
        return False
    if "magnitude" in rule and not well_stated_amounts(rule["magnitude"], cells):
        return False
    finest = {chain[0]: chain for chain in chains}
    for one in stated(rule, "attributes"):
        codes = {code for column in finest.get(str(one.get("dimension")), ()) for code in cells[column]}
        if one.get("code") not in codes or not _whole(one.get("rest")):
            return False
    return set(_names(rule)) <= set(finest) and all(_readable(one, cells) for one in stated(rule, "units"))


def _whole(one: object) -> bool:
    return type(one) is int and abs(one) <= LARGEST


def stated(rule: Mapping[str, object], name: str) -> list[dict[str, object]]:
    """A part of the rule that is a list: `units` (column, minimum, keys) or `attributes` (dimension, code, rest)."""
    given = rule.get(name, [])
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []


def _readable(unit: Mapping[str, object], cells: Mapping[str, Sequence[str]]) -> bool:
    column = cells.get(str(unit.get("column")))
    if column is None or not _whole(unit.get("minimum")):
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
