"""The verifier's own reading of the rules on amounts: dominance, p % and pq, in fractions, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.protection.tables.checked.axes import Axis, placed, spread

Ints = NDArray[np.int64]
NUMBERS = {"dominance": 2, "p_percent": 1, "pq": 2}


def well_stated_amounts(rule: object, cells: Mapping[str, Sequence[str]]) -> bool:
    """Whether the rule names columns that are there and numbers above 0."""
    if not isinstance(rule, dict) or rule.get("contributor") not in cells:
        return False
    if rule.get("weight") and not (rule["weight"] in cells and rule.get("amount") in cells):
        return False
    named = [name for name in NUMBERS if name in rule]
    try:
        if rule.get("weight"):
            [Fraction(text.replace(",", ".")) for name in ("weight", "amount") for text in cells[rule[name]]]
        return bool(named) and all(len(_numbers(rule, name)) == NUMBERS[name] for name in named)
    except (ValueError, ZeroDivisionError, TypeError):
        return False


def _numbers(rule: Mapping[str, Any], name: str) -> list[Fraction]:
    found = [Fraction(str(one)) for one in rule[name]]
    return found if all(one > 0 for one in found) else []


def levels(
    rule: Mapping[str, Any],
    axes: Sequence[Axis],
    cells: Mapping[str, Sequence[str]],
    counts: Sequence[int],
    values: Ints,
) -> Ints:
    """How far every combination must be open to both sides; 0 where it is not sensitive."""
    number = {name: place for place, name in enumerate(dict.fromkeys(cells[rule["contributor"]]))}
    who = np.array([number[name] for name in cells[rule["contributor"]]], dtype=np.int64)
    given, copies = np.array(counts, dtype=np.int64), dict.fromkeys(number.values(), 1)
    if rule.get("weight"):
        given = np.array([int(Fraction(text.replace(",", "."))) for text in cells[rule["amount"]]], dtype=np.int64)
        weights = (Fraction(text.replace(",", ".")) for text in cells[rule["weight"]])
        copies = {one: max(1, int((2 * weight + 1) // 2)) for one, weight in zip(who.tolist(), weights, strict=True)}
    flat, line = spread(axes, placed(axes, cells), np.arange(len(given)))
    pairs, where = np.unique(np.stack([flat, who[line]]), axis=1, return_inverse=True)
    sums = np.zeros(pairs.shape[1], dtype=np.int64)
    np.add.at(sums, where.ravel(), given[line])
    parts: dict[int, list[tuple[int, int]]] = {}
    for place, one, amount in zip(*pairs.tolist(), sums.tolist(), strict=True):
        if amount:
            parts.setdefault(place, []).append((amount, copies[one]))
    found = np.zeros(len(values), dtype=np.int64)
    for place, held in parts.items():
        found[place] = _level(rule, int(values[place]), sorted(held, reverse=True))
    return found


def _level(rule: Mapping[str, Any], total: int, held: Sequence[tuple[int, int]]) -> int:
    needs = [Fraction(0)]
    if "dominance" in rule:
        count, share = _numbers(rule, "dominance")
        needs.append(_top(held, int(count)) * 100 / share - total)
    rest = total - _top(held, 2)
    if "p_percent" in rule:
        needs.append(_numbers(rule, "p_percent")[0] / 100 * held[0][0] - rest)
    if "pq" in rule:
        after, before = _numbers(rule, "pq")
        needs.append(after / before * held[0][0] - rest)
    most = max(needs)
    return most.numerator // most.denominator + (most.denominator != 1)


def _top(held: Sequence[tuple[int, int]], count: int) -> int:
    """The sum of the largest so many contributions, each standing for its copies."""
    single = [amount for amount, copies in held for _ in range(min(copies, count))]
    return sum(single[:count])
