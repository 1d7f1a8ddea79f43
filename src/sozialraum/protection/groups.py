"""Groups of people behind published counts, as sets of atoms, so that differences of counts can be seen.

Two published counts of the same facts give away the group between them (under 18 less under 15 is 15 to 17).
Every count is written as the atoms it covers: the finest cells that the conditions of all counts cut out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt

from sozialraum.sources import vocabulary

Atoms = npt.NDArray[np.int8]
"""One number per atom: 1 inside, 0 outside, -1 where a balance takes the atom away."""
Condition = tuple[Any, ...]
OLDEST = 1000
"""Above every age."""


@dataclass(frozen=True, slots=True)
class Operand:
    """One sum over facts: `facts` names facts and measure; `years` how many count and how; `where` the conditions."""

    facts: str
    where: tuple[tuple[str, Condition], ...]
    years: tuple[int, str, str] = (1, "", "")  # pool, average, pooled
    sign: int = 1

    @property
    def table(self) -> str:
        """What is added up: sums over one year and over several are different numbers."""
        return "/".join([self.facts, *map(str, self.years)])

    @property
    def span(self) -> int:
        """How many years the sum looks at; a mean of start and end also looks at the year before."""
        return self.years[0] + (self.years[1] != "")


@dataclass(frozen=True, slots=True)
class Count:
    """One count that a figure shows: the sum of its operands, a balance (moves in less moves out) with signs."""

    operands: tuple[Operand, ...]

    @classmethod
    def of(cls, declared: Any) -> Count | None:
        """The count of a numerator or denominator as an indicator declares it; None for sums of anything but cases."""
        parts = [declared] if isinstance(declared, Mapping) else list(declared or ())
        if not parts or any(part.get("times") for part in parts):
            return None
        return cls(tuple(sorted((_operand(part) for part in parts), key=repr)))

    @property
    def tables(self) -> set[str]:
        """Facts and measures that are summed."""
        return {one.table for one in self.operands}

    @property
    def people(self) -> bool:
        """Whether it counts a group; a balance does not, yet together with one of its sides it gives the other away."""
        return all(one.sign > 0 for one in self.operands)

    @property
    def span(self) -> int:
        """How many years it looks at."""
        return max(one.span for one in self.operands)

    @property
    def of_one_year(self) -> Count:
        """The same people, counted in one year."""
        return Count(tuple(replace(one, years=(1, "", "")) for one in self.operands))


def _operand(part: Mapping[str, Any]) -> Operand:
    conditions = ((name, _normal(condition)) for name, condition in (part.get("where") or {}).items())
    pool = part.get("pool") or 1
    years = (int(pool), str(part.get("average") or ""), str(part.get("pooled") or "sum") if pool > 1 else "")
    sign = -1 if part.get("subtract") else 1
    return Operand(f"{part['facts']}/{part.get('sum', '')}", tuple(sorted(conditions)), years, sign)


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


Signed = Sequence[tuple[int, Mapping[str, Condition]]]
"""Conditions of the parts of a count, each with its sign."""


def _table_cells(table: str, counts: Sequence[Count]) -> tuple[list[Signed], list[str], list[list[Any]]]:
    """Of one fact table: the parts of each count, the names that conditions speak of, and the cells that they cut out."""
    operands = [[(one.sign, dict(one.where)) for one in count.operands if one.table == table] for count in counts]
    wheres = [where for each in operands for _, where in each]
    names = sorted({name for where in wheres for name in where})
    known = vocabulary().get(table.partition("/")[0])
    codes = {name: known.dimensions.get(name) if known else None for name in names}
    return (
        list(operands),
        names,
        [_partition([where[name] for where in wheres if name in where], codes[name]) for name in names],
    )


def atom_names(counts: Sequence[Count]) -> list[tuple[str, dict[str, Any]]]:
    """The atoms as people would name them, in the order of `atoms`: facts, and per dimension an age range or a code.

    None stands for any code that no condition names.
    """
    found = []
    for table in sorted({table for count in counts for table in count.tables}):
        _, names, cells = _table_cells(table, counts)
        facts = "/".join(table.split("/")[:2])
        found += [(facts, dict(zip(names, cell, strict=True))) for cell in product(*cells)]
    return found


def _table_masks(table: str, counts: Sequence[Count]) -> Iterator[Atoms]:
    """What each count covers of one fact table."""
    operands, names, cells = _table_cells(table, counts)
    nothing = np.zeros(int(np.prod([len(one) for one in cells], dtype=int)), dtype=bool)
    for each in operands:
        plus, minus = ([_mask(where, names, cells) for sign, where in each if sign == side] for side in (1, -1))
        inside, outside = (np.logical_or.reduce([nothing, *masks]) for masks in (plus, minus))
        yield inside.astype(np.int8) - outside.astype(np.int8)


def _partition(conditions: Iterable[Condition], codes: Sequence[str] | None) -> list[Any]:
    """The cells that conditions cut out; None stands for all other codes, where the vocabulary has others."""
    listed = list(conditions)
    ranges = [one for one in listed if one[0] == "range"]
    if ranges:
        return list(pairwise(sorted({0, OLDEST, *(one[1] for one in ranges), *(one[2] for one in ranges)})))
    values = {value for one in listed for value in one[1:]}
    return [*sorted(values), *([] if isinstance(codes, tuple) and values >= set(codes) else [None])]


def _mask(
    where: Mapping[str, Condition], names: Sequence[str], cells: Sequence[Sequence[Any]]
) -> npt.NDArray[np.bool_]:
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
    """A group that up to three published counts give away, `times` over: the sum of `plus` less the sum of `minus`."""

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    times: int = 1


def differences(masks: Sequence[Atoms]) -> list[Difference]:
    """All ways to come from two or three counts to the count of a real group (every atom equally often or not at all)."""
    whole = np.stack(masks)
    return [*_pairs(whole), *_triples(whole)]


def _pairs(whole: Atoms) -> Iterator[Difference]:
    for minus, row in enumerate(whole):
        for plus, times in _groups(whole - row):
            yield Difference((plus,), (minus,), times)


def _triples(whole: Atoms) -> Iterator[Difference]:
    for first in range(len(whole)):
        for second in range(first + 1, len(whole)):
            both = whole[first] + whole[second]
            for other, times in _groups(whole - both):
                yield Difference((other,), (first, second), times)
            for other, times in _groups(both - whole):
                if other not in (first, second):
                    yield Difference((first, second), (other,), times)


def _groups(vectors: Atoms) -> list[tuple[int, int]]:
    """Rows that are a group, each with how often it counts every member."""
    most = vectors.max(axis=1)
    even = ((vectors == 0) | (vectors == most[:, None])).all(axis=1)
    return [(row, int(most[row])) for row in np.flatnonzero(even & (most > 0)).tolist()]
