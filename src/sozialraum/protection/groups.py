"""Groups of people behind published counts, as sets of atoms, so that differences of counts can be seen.

Two published counts of the same facts give away the group between them (under 18 less under 15 is 15 to 17).
Every count is written as the atoms it covers: the finest cells that the conditions of all counts cut out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt

Atoms = npt.NDArray[np.bool_]
Condition = tuple[Any, ...]
OLDEST = 1000
"""Above every age."""


@dataclass(frozen=True, slots=True)
class Operand:
    """One sum over facts: `table` names facts, measure and how years are pooled; `where` the conditions."""

    table: str
    where: tuple[tuple[str, Condition], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """One count that a figure shows: the sum of its operands."""

    operands: tuple[Operand, ...]

    @classmethod
    def of(cls, declared: Any) -> Count | None:
        """The count of a numerator or denominator as an indicator declares it; None when it is no count of a group.

        Balances (moves in less moves out) and sums of ages are no groups of people.
        """
        parts = [declared] if isinstance(declared, Mapping) else list(declared or ())
        if not parts or any(part.get("subtract") or part.get("times") for part in parts):
            return None
        return cls(tuple(sorted((_operand(part) for part in parts), key=repr)))

    @property
    def tables(self) -> set[str]:
        """Facts and measures that are summed."""
        return {one.table for one in self.operands}


def _operand(part: Mapping[str, Any]) -> Operand:
    ways = (str(part.get(key) or "") for key in ("pool", "average"))
    table = "/".join([part["facts"], part.get("sum", ""), *ways])
    conditions = ((name, _normal(condition)) for name, condition in (part.get("where") or {}).items())
    return Operand(table, tuple(sorted(conditions)))


def _normal(condition: Any) -> Condition:
    """A condition as a tuple that compares: ("range", from, below) or ("in", values...)."""
    if isinstance(condition, Mapping):
        known = {key: value for key, value in condition.items() if value is not None}
        return ("range", known.get("from", 0), known.get("below", OLDEST))
    values = condition if isinstance(condition, (list, tuple)) else [condition]
    return ("in", *sorted(str(value) for value in values))


def systems(counts: Sequence[Count]) -> list[list[int]]:
    """Numbers of the counts that share facts, directly or through others: only those can give each other away."""
    groups: list[tuple[set[str], list[int]]] = []
    for number, count in enumerate(counts):
        touching = [group for group in groups if group[0] & count.tables]
        merged = (set(count.tables).union(*(group[0] for group in touching)), [number])
        for group in touching:
            merged[1].extend(group[1])
            groups.remove(group)
        groups.append(merged)
    return [sorted(numbers) for _, numbers in groups]


def atoms(counts: Sequence[Count]) -> list[Atoms]:
    """For the counts of one system: the atoms that each covers, as equally long masks."""
    tables = sorted({table for count in counts for table in count.tables})
    parts = {table: list(_table_masks(table, counts)) for table in tables}
    return [np.concatenate([parts[table][number] for table in tables]) for number in range(len(counts))]


def _table_masks(table: str, counts: Sequence[Count]) -> Iterator[Atoms]:
    """What each count covers of one fact table."""
    operands = [[dict(one.where) for one in count.operands if one.table == table] for count in counts]
    names = sorted({name for each in operands for where in each for name in where})
    cells = [_partition([where[name] for each in operands for where in each if name in where]) for name in names]
    size = int(np.prod([len(one) for one in cells], dtype=int))
    for each in operands:
        masks = [_mask(where, names, cells) for where in each]
        yield np.logical_or.reduce(masks) if masks else np.zeros(size, dtype=bool)


def _partition(conditions: Iterable[Condition]) -> list[Any]:
    listed = list(conditions)
    ranges = [one for one in listed if one[0] == "range"]
    if ranges:
        return list(pairwise(sorted({0, OLDEST, *(one[1] for one in ranges), *(one[2] for one in ranges)})))
    return [*sorted({value for one in listed for value in one[1:]}), None]


def _mask(where: Mapping[str, Condition], names: Sequence[str], cells: Sequence[Sequence[Any]]) -> Atoms:
    inside = [[_covers(where.get(name), cell) for cell in each] for name, each in zip(names, cells, strict=True)]
    return np.array([all(cell) for cell in product(*inside)], dtype=bool)


def _covers(condition: Condition | None, cell: Any) -> bool:
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
    whole = np.stack([mask.astype(np.int8) for mask in masks])
    return [*_pairs(whole), *_triples(whole)]


def _pairs(whole: npt.NDArray[np.int8]) -> Iterator[Difference]:
    for minus, row in enumerate(whole):
        for plus in np.flatnonzero(_groups(whole - row)).tolist():
            yield Difference((plus,), (minus,))


def _triples(whole: npt.NDArray[np.int8]) -> Iterator[Difference]:
    for first in range(len(whole)):
        for second in range(first + 1, len(whole)):
            both = whole[first] + whole[second]
            for other in np.flatnonzero(_groups(whole - both)).tolist():
                yield Difference((other,), (first, second))
            for other in np.flatnonzero(_groups(both - whole)).tolist():
                if other not in (first, second):
                    yield Difference((first, second), (other,))


def _groups(vectors: npt.NDArray[np.int8]) -> npt.NDArray[np.bool_]:
    return np.asarray((vectors.min(axis=1) >= 0) & (vectors.max(axis=1) == 1))
