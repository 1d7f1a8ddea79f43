"""Groups of people behind published counts, as sets of atoms, so that differences of counts can be seen.

Two published counts of the same facts give away the group between them (under 18 less under 15 is 15 to 17).
Every count is written as the atoms it covers: the finest cells that the conditions of all counts cut out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt

Atoms = npt.NDArray[np.bool_]
OLDEST = 1000


@dataclass(frozen=True, slots=True)
class Count:
    """One count that a figure shows: what is summed in which facts, under which conditions."""

    facts: str
    measure: str
    where: tuple[tuple[str, tuple[Any, ...]], ...]

    @classmethod
    def of(cls, part: Mapping[str, Any]) -> Count:
        """The count of a numerator or denominator as an indicator declares it."""
        where = part.get("where") or {}
        conditions = sorted((name, _normal(condition)) for name, condition in where.items())
        return cls(part["facts"], part.get("sum", ""), tuple(conditions))


def _normal(condition: Any) -> tuple[Any, ...]:
    """A condition as a tuple that compares: ("range", from, below) or ("in", values...)."""
    if isinstance(condition, Mapping):
        known = {key: value for key, value in condition.items() if value is not None}
        return ("range", known.get("from", 0), known.get("below", OLDEST))
    values = condition if isinstance(condition, (list, tuple)) else [condition]
    return ("in", *sorted(str(value) for value in values))


def atoms(counts: Sequence[Count]) -> list[Atoms]:
    """For counts of one fact table and measure: the atoms that each covers, as equally long masks."""
    names = sorted({name for count in counts for name, _ in count.where})
    parts = [_partition(name, counts) for name in names]
    return [_mask(count, names, parts) for count in counts]


def _partition(name: str, counts: Sequence[Count]) -> list[Any]:
    conditions = [cond for count in counts for dimension, cond in count.where if dimension == name]
    ranges = [cond for cond in conditions if cond[0] == "range"]
    if ranges:
        points = sorted({0, OLDEST, *(cond[1] for cond in ranges), *(cond[2] for cond in ranges)})
        return list(pairwise(points))
    return [*sorted({value for cond in conditions for value in cond[1:]}), None]


def _mask(count: Count, names: Sequence[str], parts: Sequence[Sequence[Any]]) -> Atoms:
    where = dict(count.where)
    inside = [[_covers(where.get(name), cell) for cell in cells] for name, cells in zip(names, parts, strict=True)]
    return np.array([all(cell) for cell in product(*inside)], dtype=bool)


def _covers(condition: tuple[Any, ...] | None, cell: Any) -> bool:
    if condition is None:
        return True
    if condition[0] == "range":
        return bool(condition[1] <= cell[0] and cell[1] <= condition[2])
    return cell in condition[1:]


@dataclass(frozen=True, slots=True)
class Difference:
    """A group that up to three published counts give away: the sum of `plus` less the sum of `minus`."""

    plus: tuple[int, ...]
    minus: tuple[int, ...]


def differences(masks: Sequence[Atoms]) -> list[Difference]:
    """All ways to come from two or three counts to the count of a real group (every atom once or not at all)."""
    whole = [mask.astype(np.int8) for mask in masks]
    numbers = range(len(whole))
    found = [Difference((a,), (b,)) for a in numbers for b in numbers if a != b and _is_group(whole[a] - whole[b])]
    for a in numbers:
        for b in numbers:
            for c in range(b + 1, len(whole)):
                if a not in (b, c) and _is_group(whole[a] - whole[b] - whole[c]):
                    found.append(Difference((a,), (b, c)))
                if a not in (b, c) and _is_group(whole[b] + whole[c] - whole[a]):
                    found.append(Difference((b, c), (a,)))
    return found


def _is_group(vector: npt.NDArray[np.int8]) -> bool:
    return bool(vector.min() >= 0 and vector.max() == 1)
