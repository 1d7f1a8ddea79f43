"""An attacker who holds everything published and computes, by linear programs, how far each hidden number could lie.

Nothing of the gate is used: of the descriptions only what each indicator says it counts, of the areas which pieces of
ground each holds. Unknown are the people of every piece, period and finest group; every published count is an equation.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise, product
from typing import Any, NamedTuple

import highspy
import numpy as np

ROLES = ("numerator", "denominator")
SURE = 1e-6


class Place(NamedTuple):
    """An area at a time."""

    level: str
    vintage: str
    area: str
    period: str


class Secret(NamedTuple):
    """A small number of people: what is added and taken away, each an indicator and the role of its count.

    `times`: how often each of the people is counted in what is left (all moves less the balance count who left twice).
    """

    place: Place
    plus: tuple[str, str]
    minus: tuple[str, str] | None
    people: float
    times: float = 1.0


Unknown = tuple[int, str, str, int]
"""Piece, facts, period, number of the finest group."""
Sum = Counter[Unknown]
Parts = Sequence[Mapping[str, Any]]
Declared = Mapping[str, Mapping[str, Any]]
"""Per indicator and role the sums over facts that it declares."""


def _parts(declared: Any) -> Parts:
    return [declared] if isinstance(declared, Mapping) else list(declared or ())


def _range(one: Any) -> tuple[int, int] | None:
    if not isinstance(one, Mapping):
        return None
    low, high = one.get("from"), one.get("below")
    return (0 if low is None else int(low), 1000 if high is None else int(high))


def _codes(one: Any) -> set[str]:
    return set(map(str, one if isinstance(one, (list, tuple)) else [one]))


@dataclass
class _Groups:
    """The finest groups that all conditions on the same facts tell apart."""

    wheres: Sequence[Mapping[str, Any]]
    closed: Mapping[str, Sequence[str]]

    @cached_property
    def cells(self) -> list[dict[str, Any]]:
        names = sorted({name for where in self.wheres for name in where})
        kinds = [self._kinds(name) for name in names]
        return [dict(zip(names, one, strict=True)) for one in product(*kinds)]

    def _kinds(self, name: str) -> list[Any]:
        said = [where[name] for where in self.wheres if name in where]
        ranges = [found for one in said if (found := _range(one))]
        if ranges:
            return list(pairwise(sorted({0, 1000, *(end for one in ranges for end in one)})))
        codes = sorted(set().union(*map(_codes, said)))
        return codes if set(codes) >= set(self.closed.get(name, ["?"])) else [*codes, None]

    def held(self, where: Mapping[str, Any]) -> list[int]:
        """The groups that a condition counts."""
        return [number for number, cell in enumerate(self.cells) if all(_in(cell[n], one) for n, one in where.items())]


def _in(mine: Any, asked: Any) -> bool:
    span = _range(asked)
    return span[0] <= mine[0] and mine[1] <= span[1] if span else mine in _codes(asked)


def _lies(age: tuple[int, int], span: tuple[int, int]) -> bool:
    return span[0] <= age[0] and age[1] <= span[1]


def _before(period: str, years: int) -> str:
    return str(int(period[:4]) - years) + period[4:]


@dataclass
class Attacker:
    """`declared`: what each indicator counts; `ground`: the pieces of each (level, vintage, area); `closed`: dimensions of
    which all codes are known; `parts`: shares of which the numerator is known to be a part of the denominator. `own`: of
    somebody inside the piece, facts, period and group in which that person is; `more`: equations besides."""

    declared: Declared
    ground: Mapping[tuple[str, str, str], frozenset[int]]
    closed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    parts: Sequence[str] = ()
    known: dict[tuple[Place, tuple[str, str]], float] = field(default_factory=dict)
    own: Unknown | None = None
    more: Sequence[tuple[Sum, float]] = ()

    def inside(self, own: Unknown, truth: Mapping[tuple[Place, tuple[str, str]], float]) -> Attacker:
        """Somebody who is there, and so knows every count that holds nobody else, published or not."""
        return replace(self, own=own, known=self.known | dict.fromkeys(self._filled(own, truth), 1.0))

    def _filled(
        self, own: Unknown, truth: Mapping[tuple[Place, tuple[str, str]], float]
    ) -> Iterator[tuple[Place, tuple[str, str]]]:
        for (place, what), number in truth.items():
            if (
                number == 1
                and _people(self, what)
                and self.people(self.ground[place[:3]], place.period, what)[own] == 1
            ):
                yield place, what

    def groups_of(self, cells: Iterable[tuple[str, int, tuple[int, int], str, int]]) -> list[Unknown]:
        """The finest groups of cells (facts, piece, age, code, year)."""
        found: dict[Unknown, None] = {}
        for facts, piece, age, code, year in cells:
            for name in (one for one in self._groups if one.partition("/")[0] == facts):
                groups = self._groups[name].cells
                said = {one for cell in groups for one in cell.values()}
                mine = code if code in said else None
                for number, cell in enumerate(groups):
                    same = (_lies(age, one) if isinstance(one, tuple) else one == mine for one in cell.values())
                    found |= {(piece, name, str(year), number): None} if all(same) else {}
        return list(found)

    def about_that_person(self, secret: Secret) -> bool:
        """Whether it lies within a count that holds nobody else; a rest lies within its base."""
        asked = {one for one, factor in self.asked(secret).items() if factor > 0}
        alone = (key for key, number in self.known.items() if number == 1)
        whole = (self.people(self.ground[place[:3]], place.period, what) for place, what in alone)
        return any(one[self.own] == 1 and asked <= one.keys() for one in whole if self.own)

    @cached_property
    def _groups(self) -> dict[str, _Groups]:
        wheres: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for roles in self.declared.values():
            for declared in roles.values():
                for part in _parts(declared):
                    wheres[_facts(part)].append(part.get("where") or {})
        return {facts: _Groups(found, self.closed) for facts, found in wheres.items()}

    def hear(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take in published rows: counts that stand there, and counts that a rate beside its base tells."""
        for row in rows:
            place = Place(row["level"], row["vintage"], row["area"], row["period"])
            for role in self.declared.get(row["indicator"], {}):
                if role in ROLES and row[role] is not None:
                    self.known[place, (row["indicator"], role)] = row[role]
            base = row["denominator"]
            if row["value"] is not None and row["numerator"] is None and base is not None and base > 0:
                self.known[place, (row["indicator"], "numerator")] = row["value"] * base / 100

    def signature(self, what: tuple[str, str]) -> tuple[Any, ...]:
        """Counts with the same signature count the same people."""
        return tuple(sorted(repr(sorted(part.items(), key=repr)) for part in _parts(self.declared[what[0]][what[1]])))

    def people(self, pieces: Iterable[int], period: str, what: tuple[str, str]) -> Sum:
        """A count as a sum of unknowns."""
        found: Sum = Counter()
        pieces = list(pieces)
        for part in _parts(self.declared[what[0]][what[1]]):
            facts = _facts(part)
            years, mean = int(part.get("pool") or 1), part.get("pooled") == "mean"
            share = (-1 if part.get("subtract") else 1) / ((years if mean else 1) * (2 if part.get("average") else 1))
            for back in range(years):
                for more in (0, 1) if part.get("average") else (0,):
                    when = _before(period, back + more) if back + more else period
                    for piece, group in product(pieces, self._groups[facts].held(part.get("where") or {})):
                        found[piece, facts, when, group] += share  # type: ignore[assignment]
        return found

    def equations(self) -> Iterator[tuple[Sum, float]]:
        """Every published count, less what smaller areas with the same count published hold already."""
        by_count: dict[tuple[Any, str], dict[tuple[str, str, str], float]] = defaultdict(dict)
        one_of: dict[Any, tuple[str, str]] = {}
        for (place, what), number in self.known.items():
            one_of[self.signature(what)] = what
            by_count[self.signature(what), place.period][place[:3]] = number
        for (signature, period), areas in by_count.items():
            order = sorted(areas, key=lambda area: len(self.ground[area]))
            for at, area in enumerate(order):
                left, number = self.ground[area], areas[area]
                for smaller in reversed(order[:at]):
                    if self.ground[smaller] <= left:
                        left, number = left - self.ground[smaller], number - areas[smaller]
                yield self.people(left, period, one_of[signature]), number
        yield from self._parts_in_bases()
        if self.own:
            piece, facts, period, _ = self.own
            yield Counter({self.own: 1, (piece, f"others of {facts}", period, 0): -1}), 1.0
        yield from self.more

    def _parts_in_bases(self) -> Iterator[tuple[Sum, float]]:
        """Nobody is in a part and not in its base: what is left over is not less than nobody, in every piece."""
        periods = sorted({place.period for place, _ in self.known})
        for name, period, piece in product(self.parts, periods, sorted(frozenset().union(*self.ground.values()))):
            sides = self.people([piece], period, (name, "denominator"))
            sides.subtract(self.people([piece], period, (name, "numerator")))
            sides[piece, f"rest of {name}", period, 0] = -1
            yield sides, 0.0

    @cached_property
    def programs(self) -> dict[Unknown, _Program]:
        """The equations, in programs of unknowns that hang together."""
        told = [(sides, number) for sides, number in self.equations() if sides]
        nobody = {one for sides, number in told if abs(number) < SURE and min(sides.values()) > 0 for one in sides}
        group: dict[Unknown, Unknown] = {}

        def head(one: Unknown) -> Unknown:
            while group.setdefault(one, one) != one:
                group[one] = group[group[one]]
                one = group[one]
            return one

        parts: dict[Unknown, list[tuple[Sum, float]]] = defaultdict(list)
        rest = [({one: f for one, f in sides.items() if one not in nobody and f}, number) for sides, number in told]
        for sides, _ in rest:
            for one in sides:
                group[head(one)] = head(next(iter(sides)))
        for sides, number in rest:
            if sides:
                parts[head(next(iter(sides)))].append((Counter(sides), number))
        programs = {which: _Program(found) for which, found in parts.items()}
        return {one: programs[head(one)] for one in group} | dict.fromkeys(nobody, _NOBODY)

    def bounds(self, asked: Sum) -> tuple[float, float]:
        """The least and the largest number that all published counts leave possible."""
        by_program: dict[int, tuple[_Program, Sum]] = {}
        low = high = 0.0
        for one, factor in asked.items():
            program = self.programs.get(one)
            if program is None:
                low, high = (low, np.inf) if factor > 0 else (-np.inf, high)
            elif program is not _NOBODY and factor:
                by_program.setdefault(id(program), (program, Counter()))[1][one] = factor
        for program, sides in by_program.values():
            low += program.least(sides)
            high -= program.least(Counter({one: -factor for one, factor in sides.items()}))
        return low, high

    def fix(self, one: Unknown, number: float | None) -> None:
        """Suppose that an unknown is this number; None: suppose nothing of it."""
        program = self.programs[one]
        assert program is not _NOBODY or not number
        if program is not _NOBODY:
            program.fix(one, number)

    def age_of(self, one: Unknown) -> tuple[int, int]:
        """From which and below which age the people of a group are."""
        found: tuple[int, int] = self._groups[one[1]].cells[one[3]].get("age", (0, 1000))
        return found

    def asked(self, secret: Secret) -> Sum:
        """The people of a secret."""
        pieces, period = self.ground[secret.place[:3]], secret.place.period
        found = self.people(pieces, period, secret.plus)
        if secret.minus:
            found.subtract(self.people(pieces, period, secret.minus))
        return found

    def narrowed(self, secrets: Iterable[Secret], minimum: int = 3) -> list[tuple[Secret, float, float]]:
        """Secrets of which it is known that somebody is there, or that fewer than the minimum are."""
        found = []
        for secret in secrets:
            asked = self.asked(secret)
            low, high = self.bounds(asked)
            if low > max(asked.get(self.own, 0) if self.own else 0, 0) + SURE or high < minimum * secret.times - SURE:
                found.append((secret, low, high))
        return found


def _facts(part: Mapping[str, Any]) -> str:
    return f"{part['facts']}/{part.get('sum', '')}"


class _Program:
    """Equations over nobody less than zero times; solved for one objective after the other."""

    def __init__(self, told: Sequence[tuple[Sum, float]]):
        self.number = {one: at for at, one in enumerate(dict.fromkeys(one for sides, _ in told for one in sides))}
        self.told = told
        self.highs: Any = None

    def _start(self) -> None:
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        size = len(self.number)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = size, len(self.told)
        model.col_cost_ = np.zeros(size)
        model.col_lower_, model.col_upper_ = np.zeros(size), np.full(size, highspy.kHighsInf)
        sides = np.array([number for _, number in self.told], dtype=float)
        model.row_lower_, model.row_upper_ = sides - 1e-9, sides + 1e-9
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(one) for one, _ in self.told)])
        model.a_matrix_.index_ = np.array([self.number[one] for row, _ in self.told for one in row])
        model.a_matrix_.value_ = np.array([factor for row, _ in self.told for factor in row.values()], dtype=float)
        self.highs.passModel(model)

    def fix(self, one: Unknown, number: float | None) -> None:
        """Let an unknown be this number only, or any from 0 on."""
        if self.highs is None:
            self._start()
        low, high = (0.0, highspy.kHighsInf) if number is None else (float(number), float(number))
        self.highs.changeColBounds(self.number[one], low, high)

    def least(self, sides: Sum) -> float:
        """The least of a sum; minus infinity where nothing bounds it."""
        if self.highs is None:
            self._start()
        cost = np.zeros(len(self.number))
        for one, factor in sides.items():
            cost[self.number[one]] = factor
        self.highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
        self.highs.run()
        status = self.highs.getModelStatus()
        unbounded = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)
        if status in unbounded:
            return -np.inf
        assert status == highspy.HighsModelStatus.kOptimal, status
        return float(self.highs.getInfo().objective_function_value)


_NOBODY = _Program([])


def secrets_in(
    attacker: Attacker,
    truth: Mapping[tuple[Place, tuple[str, str]], float],
    shares: Iterable[str],
    minimum: int = 3,
) -> list[Secret]:
    """Small counts that are not shown, small rests of shares, and small differences of two counts of the same facts.

    `truth`: every number of the house; `shares`: indicators whose numerator is part of their denominator.
    """
    found: dict[Any, Secret] = {}
    by_place: dict[Place, list[tuple[str, str]]] = defaultdict(list)
    for (place, what), number in truth.items():
        by_place[place].append(what)
        if 0 < number < minimum and (place, what) not in attacker.known and _people(attacker, what):
            found.setdefault((place, attacker.signature(what)), Secret(place, what, None, number))
    parts = {(one, "denominator"): (one, "numerator") for one in shares}
    for place, counts in by_place.items():
        for base, part in product(counts, counts):
            left = truth[place, base] - truth[place, part]
            times = 1.0 if parts.get(base) == part else _left_over(attacker, part, base)
            if times and 0 < left / times < minimum:
                key = place, attacker.signature(base), attacker.signature(part)
                found.setdefault(key, Secret(place, base, part, left / times, times))
    return list(found.values())


def _people(attacker: Attacker, what: tuple[str, str]) -> bool:
    return not any(part.get("subtract") for part in _parts(attacker.declared[what[0]][what[1]]))


def _left_over(attacker: Attacker, part: tuple[str, str], base: tuple[str, str]) -> float:
    """How often a group of people is counted in what is left of the base without the part; 0 where that is no group."""
    if not _people(attacker, base):
        return 0.0
    left = attacker.people([0], "2000", base)
    left.subtract(attacker.people([0], "2000", part))
    amounts = set(left.values()) - {0}
    return float(min(amounts)) if len(amounts) == 1 and min(amounts) > 0 else 0.0
