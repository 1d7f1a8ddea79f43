"""Counts as the descriptions of a release declare them, read anew: what each adds up, and which cells that holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from sozialraum.figures import Description
from sozialraum.periods import Period
from sozialraum.protection.proved.certificate import Cell
from sozialraum.sources import vocabulary

Ints = npt.NDArray[np.int64]
Where = tuple[tuple[str, Any], ...]
ENDLESS = 1000
"""Above every age."""


@dataclass(frozen=True, slots=True)
class Term:
    """One sum over facts; `years`: how many are added up (or averaged: `mean`); `ends`: mean of start and end of a year."""

    facts: str
    where: Where
    years: int
    mean: bool
    ends: bool
    sign: int


Sum = tuple[Term, ...]
Part = tuple[str, Where, str]
"""Facts, conditions and period of people who are added up."""


def declared_counts(description: Description) -> dict[str, Sum]:
    """The counts that an indicator shows, by role: none where the supplier protected them, or where amounts are added up."""
    if description.protected_at_source or not description.counts:
        return {}
    found = {}
    for role, declared in description.conditions.items():
        parts = [declared] if isinstance(declared, Mapping) else list(declared or ())
        if parts and not any(part.get("times") for part in parts):
            found[role] = declared_sum(parts)
    return found


def declared_sum(parts: Sequence[Mapping[str, Any]]) -> Sum:
    """What these parts count together."""
    return tuple(sorted((_term(part) for part in parts), key=repr))


def _term(part: Mapping[str, Any]) -> Term:
    where = tuple(sorted((name, _condition(one)) for name, one in (part.get("where") or {}).items()))
    years = int(part.get("pool") or 1)
    mean = years > 1 and part.get("pooled") == "mean"
    sign = -1 if part.get("subtract") else 1
    return Term(f"{part['facts']}/{part.get('sum', '')}", where, years, mean, bool(part.get("average")), sign)


def _condition(one: Any) -> Any:
    """An age range as (from, below), codes as a set that sorts."""
    if isinstance(one, Mapping):
        low, high = one.get("from"), one.get("below")
        return (0 if low is None else int(low), ENDLESS if high is None else int(high))
    return ("codes", *sorted(map(str, one if isinstance(one, (list, tuple)) else [one])))


def is_group(one: Sum) -> bool:
    """Whether it counts people and takes none away."""
    return all(term.sign > 0 for term in one)


def added_up(one: Sum, period: str) -> tuple[int, Counter[Part]]:
    """What a count of a period adds up, in whole numbers, and how many times larger than the count that is."""
    shares: dict[Part, Fraction] = {}
    for term in one:
        share = Fraction(term.sign, (term.years if term.mean else 1) * (2 if term.ends else 1))
        for back in range(term.years):
            for more in (0, 1) if term.ends else (0,):
                key = term.facts, term.where, before(period, back + more)
                shares[key] = shares.get(key, Fraction(0)) + share
    scale = lcm(*(share.denominator for share in shares.values()))
    return scale, Counter({key: int(share * scale) for key, share in shares.items()})


def before(period: str, years: int) -> str:
    """The same period that many years before."""
    if not years:
        return period
    year = Period.parse(period).year
    return period.replace(str(year), str(year - years))


class CutError(ValueError):
    """A cell of the certificate lies on both sides of a condition, or holds nobody who could exist."""


def holds(where: Where, cell: Cell) -> bool:
    """Whether the condition holds for everybody in the cell (or for nobody). Raises: CutError."""
    return all(_inside(condition, name, cell) for name, condition in where)


def _inside(condition: Any, name: str, cell: Cell) -> bool:
    if name not in cell.where:
        raise CutError(name)
    mine = cell.where[name]
    if condition[0] == "codes":
        if isinstance(mine, tuple):
            raise CutError(name)
        return mine in condition[1:]
    if not isinstance(mine, tuple):
        raise CutError(name)
    low, high = mine
    if low >= condition[0] and high <= condition[1]:
        return True
    if high <= condition[0] or low >= condition[1]:
        return False
    raise CutError(name)


def possible(cell: Cell, conditions: Sequence[Where]) -> bool:
    """Whether people can be in the cell: an age range is not empty; "any other code" is one that no condition names."""
    known = vocabulary().get(cell.facts.partition("/")[0])
    for name, one in cell.where.items():
        if isinstance(one, tuple):
            if not 0 <= one[0] < one[1]:
                return False
            continue
        codes = known.dimensions.get(name) if known else None
        named = {code for where in conditions for n, c in where if n == name and c[0] == "codes" for code in c[1:]}
        if isinstance(codes, tuple) and ((one is None and set(codes) <= named) or one not in (None, *codes)):
            return False
    return True


def masks(counts: Sequence[Sum]) -> Ints:
    """The finest groups that counts of one year tell apart: counts x groups, how often each counts the group."""
    facts = sorted({term.facts for one in counts for term in one})
    blocks = [_facts_masks(one, counts) for one in facts]
    return np.concatenate(blocks, axis=1)


def _facts_masks(facts: str, counts: Sequence[Sum]) -> Ints:
    wheres = [term.where for one in counts for term in one if term.facts == facts]
    names = sorted({name for where in wheres for name, _ in where})
    kinds = [_kinds([condition for where in wheres for n, condition in where if n == name]) for name in names]
    cells = [Cell(facts, "", dict(zip(names, one, strict=True))) for one in product(*kinds)]
    cells = [one for one in cells if possible(one, wheres)]
    found = np.zeros((len(counts), len(cells)), dtype=np.int64)
    for row, one in enumerate(counts):
        for column, cell in enumerate(cells):
            held = [term.sign for term in one if term.facts == facts and holds(term.where, cell)]
            found[row, column] = (1 if any(sign > 0 for sign in held) else 0) - any(sign < 0 for sign in held)
    return found


def _kinds(conditions: Sequence[Any]) -> list[Any]:
    ranges = [one for one in conditions if one[0] != "codes"]
    if ranges:
        return list(pairwise(sorted({0, ENDLESS, *(end for one in ranges for end in one)})))
    return [*sorted({code for one in conditions for code in one[1:]}), None]


@dataclass(frozen=True, slots=True)
class Left:
    """A group that is left over when published counts are taken from each other: `times` its number."""

    plus: tuple[int, ...]
    minus: tuple[int, ...]
    times: int


def left_over(counts: Sequence[Sum]) -> Iterator[Left]:
    """Every group that two or three of these counts of one year leave over."""
    whole = masks(counts)
    facts = [{term.facts for term in one} for one in counts]
    for one, other in combinations(range(len(counts)), 2):
        for plus, minus in ((one, other), (other, one)):
            times = _times(whole[plus] - whole[minus])
            if times:
                yield Left((plus,), (minus,), times)
        for third in range(len(counts)):
            if third in (one, other) or not _same_people(facts[one], facts[other], facts[third]):
                continue
            over = whole[one] + whole[other] - whole[third]
            for vector, plus_, minus_ in ((over, (one, other), (third,)), (-over, (third,), (one, other))):
                times = _times(vector)
                if times:
                    yield Left(plus_, minus_, times)


def _same_people(*facts: set[str]) -> bool:
    """Whether three counts speak of the same facts: two of the three pairs do."""
    return sum(bool(one & other) for one, other in combinations(facts, 2)) > 1


def _times(vector: Ints) -> int:
    """How often every member of a group is counted; 0 when it is no group."""
    most = int(vector.max(initial=0))
    return most if most > 0 and ((vector == 0) | (vector == most)).all() else 0
