"""Other populations with everybody in them: what people inside who are one of several must not be able to narrow.

Everybody who can be in a piece of ground and a group gets a population of his own kind that gives every number of the
house. Where changes of it prove too little of a secret, others are sought in which that person is. Where there are none,
the fewest further numbers are hidden with which there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sozialraum.errors import UnsafeReleaseError
from sozialraum.protection.linked import Otherwise
from sozialraum.protection.moving import groups_in, numbers, rests, secret_row, tied
from sozialraum.protection.proved import Asked, Block, Certificate, Evidence, There, states
from sozialraum.protection.tables import Bounds, Program

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]
Published = tuple[str, str, str, Any, str]
"""Level, vintage, area, count and period of a published number."""
NODES, GAP = 100, 0.1
SOMEBODY, NUMBER, FURTHEST = 20, 1000, 20
"""What a person in the population is worth and what hiding a number costs, in moves of a person; how far it may move then."""


def with_everybody(
    evidence: Evidence, others: Sequence[Otherwise], may_hide: Callable[[Published], bool]
) -> tuple[Certificate, Sequence[Otherwise], list[Published]]:
    """The certificate and the other populations with these, and numbers that have to be hidden besides.

    Raises: UnsafeReleaseError when a secret stays open to somebody, whatever is hidden.
    """
    hidden: list[Published] = []
    blocks = []
    for state in states(evidence):
        sought = [_Sought(one, may_hide) for one in state.asked]
        for one in sought:
            hidden += one.found_everybody()
        blocks.append([one.block for one in sought])
    today, *former = blocks
    replaced = [replace(one, others=block.others) for one, block in zip(others, today, strict=True)]
    certificate = replace(evidence.certificate, blocks=tuple(today), former=tuple(map(tuple, former)))
    return certificate, replaced, list(dict.fromkeys(hidden))


@dataclass(frozen=True)
class _Near:
    """Groups in which people may change, everywhere: `groups`, their numbers; `places`, flat, piece by piece."""

    groups: Ints
    places: Ints


@dataclass(frozen=True)
class _Rows:
    """Sums of changes that lie between two bounds."""

    matrix: csr_matrix
    least: Floats
    most: Floats

    @classmethod
    def equal(cls, matrix: csr_matrix) -> _Rows:
        """Sums that stay as they are."""
        return cls(matrix, np.zeros(matrix.shape[0]), np.zeros(matrix.shape[0]))


@dataclass(frozen=True)
class _Goal:
    """A secret, and the bounds between which its number has to be possible."""

    place: int
    least: float
    most: float


@dataclass
class _Sought:
    """A block in which everybody is sought."""

    asked: Asked
    may_hide: Callable[[Published], bool]
    others: list[Ints] = field(default_factory=list)
    loosened: dict[tuple[int, int], Published] = field(default_factory=dict)

    @property
    def block(self) -> Block:
        """The block with all that was found."""
        block, there = self.asked.one.block, self.asked.there
        return replace(block, others=(*block.others, *self.others), alike=() if there is None else tuple(there.alike))

    def found_everybody(self) -> list[Published]:
        """Seek them; the numbers that have to be hidden for it."""
        if self.asked.there is None:
            return []
        list(self.asked.taken(set(), ()))
        kept = self.there.kept
        fewer = self.there.with_no_more_than(kept)
        for near in self._nears(self._facts):
            self._add_alike(near, kept, fewer)
        for near in [*self._nears(self._facts), *self._nears(self.there.tied)]:
            self._add_those_who_can_be(near)
        self._prove()
        return list(self.loosened.values())

    @property
    def there(self) -> There:
        """Everybody who can be somewhere."""
        assert self.asked.there is not None
        return self.asked.there

    # Who can be where

    def _nears(self, labels: Ints) -> list[_Near]:
        """Groups of the same label, where they are tied to a secret."""
        about_secrets = self.there.about_secrets[: len(labels)]
        found = np.unique(labels[about_secrets]).tolist()
        return [self._near(np.flatnonzero(about_secrets & (labels == label))) for label in found]

    def _near(self, groups: Ints) -> _Near:
        pieces = np.arange(len(self.asked.one.block.pieces))
        return _Near(groups, (pieces[:, None] * self.there.groups + groups).ravel())

    def _add_alike(self, near: _Near, kept: Ints, fewer: Marks) -> None:
        """Populations that give every number of the house and leave to every place as many as other ones take away, with
        one more at as many places as can be of those that have `fewer`."""
        there, held = self.there, _Rows.equal(numbers(self.asked.secret, near.groups, self.there.house))
        left = there.about_secrets & fewer & np.isin(np.arange(len(kept)), near.places)
        while left.any():
            lines = self._moved(near, [held], np.flatnonzero(left), kept)
            now = None if lines is None else there.first + there.flat(lines)
            if lines is None or now is None or not (left & (now > kept)).any():
                return
            there.add(lines)
            left &= now <= kept

    def _add_those_who_can_be(self, near: _Near) -> None:
        """One such population for everybody who is in none so far, with as few changes as can be."""
        there, held = self.there, _Rows.equal(numbers(self.asked.secret, near.groups, self.there.house))
        nobody = there.about_secrets & ~there.somewhere & np.isin(np.arange(len(there.first)), near.places)
        for person in self._possible(near, held, nobody):
            if not there.somewhere[person]:
                lines = self._moved(near, [held], np.array([person]), np.zeros_like(there.first))
                if lines is not None:
                    there.add(lines)

    def _possible(self, near: _Near, held: _Rows, nobody: Marks) -> list[int]:
        """Where somebody can be of these places."""
        found, left = [], nobody.copy()
        while left.any():
            lines = self._moved(near, [held], np.flatnonzero(left), np.zeros_like(self.there.first))
            now = None if lines is None else self.there.first + self.there.flat(lines)
            if now is None or not (left & (now > 0)).any():
                break
            found += np.flatnonzero(left & (now > 0)).tolist()
            left &= now == 0
        return found

    # What proves too little

    def _prove(self) -> None:
        """Populations for everybody against whom something is not proved."""
        people, low, high = self.there.open()
        for marks, is_low in ((low, True), (high, False)):
            for place in np.flatnonzero(marks.any(axis=1)).tolist():
                own = self.there.own_of(people)[place]
                while marks[place].any():
                    mine = np.flatnonzero(marks[place])
                    mine = mine[own[mine] == own[mine[0]]]
                    goal = self._goal(place, int(own[mine[0]]), is_low)
                    self._seek(goal, people, mine, low, high)

    def _goal(self, place: int, own: int, is_low: bool) -> _Goal:
        secret = self.asked.secret
        if is_low:
            return _Goal(place, -np.inf, max(int(secret.at_most[place]), own))
        return _Goal(place, int(secret.at_least[place]), np.inf)

    def _seek(self, goal: _Goal, people: Ints, mine: Ints, low: Marks, high: Marks) -> None:
        """A population for some of them; where there is none for anybody, one with more hidden."""
        person = int(people[mine[0]])
        fills = self.there.fills[:, people[mine]].toarray()
        alike = people[mine][(fills == fills[:, [0]]).all(axis=0)]
        for labels, loose in ((self._facts, False), (self.there.tied, False), (self._tied, False), (self._tied, True)):
            near = self._around(goal, person, labels)
            some = alike[np.isin(alike, near.places)] if not loose else alike[:1]
            lines = self._moved(near, self._asked_of(near, goal, person, loose), some, priced=loose)
            if lines is not None and self._taken(lines, people, low, high, mine):
                return
        self._refuse(goal)

    def _around(self, goal: _Goal, person: int, labels: Ints) -> _Near:
        """The groups with the same labels as those of the secret and of the person."""
        inside = groups_in(self.asked.secret, goal.place)
        inside[person % self.there.groups] = True
        return self._near(np.flatnonzero(np.isin(labels, labels[inside])))

    @cached_property
    def _tied(self) -> Ints:
        return tied(self.asked.secret, through_rests=True)

    @cached_property
    def _facts(self) -> Ints:
        """Labels of groups of the same facts and period."""
        names = [(cell.facts, cell.period) for cell in self.asked.one.block.cells]
        number = {name: at for at, name in enumerate(dict.fromkeys(names))}
        return np.array([number[name] for name in names], dtype=np.int64)

    def _taken(self, lines: Ints, people: Ints, low: Marks, high: Marks, mine: Ints) -> bool:
        """Take a population, where it helps one of these people."""
        before = int(low[:, mine].sum() + high[:, mine].sum())
        one = self.asked.one
        change = one.change_of(lines)
        if change is None:
            return False
        moved = one.told.outside & (change != 0)
        if (moved & ~self._may_be_hidden).any() or not self.asked.secret.take(change):
            return False
        self.asked.heard(lines, change)
        self.there.strike(self.there.changes[-1:], people, low, high)
        if int(low[:, mine].sum() + high[:, mine].sum()) == before:
            self.there.changes.pop()
            return False
        for row, column in np.argwhere(moved).tolist():
            self.loosened[row, column] = self._told_at(row, column)  # type: ignore[assignment]
        self.others.append(lines)
        return True

    def _refuse(self, goal: _Goal) -> None:
        raise UnsafeReleaseError(
            "Somebody who is counted in these figures could narrow a small number of others: {secret}.",
            why="Whoever knows that somebody of the own group lives in the own area sees which numbers can then be true.",
            remedy='Release fewer or coarser counts, or allow hidden totals with top = "may-hide" under [protection].',
            secret=str(self.asked.secret.name(goal.place)["place"]),
        )

    # Programs

    def _asked_of(self, near: _Near, goal: _Goal, person: int, loose: bool) -> list[_Rows]:
        """Published numbers and those that the person fills alone stay; no rest is less than nobody; the secret is as it
        should be. `loose`: the last rows are published numbers that may still be hidden."""
        told, secret, groups = self.asked.one.told, self.asked.secret, near.groups
        may_move = self._may_be_hidden & ~self._hidden_now
        fixed = told.outside & ~self._hidden_now & ~(may_move & loose)
        fixed[tuple(self.there.alone[self.there.fills[:, [person]].toarray().ravel() > 0].T)] = True
        rest_rows, room = rests(secret, groups)
        first = int(secret.first[goal.place])
        found = [
            _Rows.equal(numbers(secret, groups, fixed)),
            _Rows(rest_rows, -room, np.full(len(room), np.inf)),
            _Rows(
                secret_row(secret, goal.place, groups), np.array([goal.least - first]), np.array([goal.most - first])
            ),
        ]
        return [*found, _Rows.equal(numbers(secret, groups, may_move))] if loose else found

    @property
    def _hidden_now(self) -> Marks:
        found = np.zeros_like(self.asked.one.told.outside)
        for at in self.loosened:
            found[at] = True
        return found

    @cached_property
    def _may_be_hidden(self) -> Marks:
        """Numbers that only this release shows."""
        told = self.asked.one.told
        found = told.shown & told.own & told.outside
        for row, column in np.argwhere(found).tolist():
            place = self._told_at(row, column)
            found[row, column] = place is not None and self.may_hide(place)
        return found

    def _told_at(self, row: int, column: int) -> Published | None:
        """Its place, unless it is a part of a sum of areas or the ground between areas."""
        place, (count, period) = self._names[0][row], self._names[1][column]
        shared = any(row == one or row in areas.tolist() for (one, _), (areas, _) in self.asked.one.shares.items())
        return (*place, count, period) if len(place) == 3 and not shared else None

    @cached_property
    def _names(self) -> tuple[list[Any], list[Any]]:
        return list(self.asked.one.rows), list(self.asked.one.columns)

    def _moved(
        self, near: _Near, rows: Sequence[_Rows], people: Ints, kept: Ints | None = None, priced: bool = False
    ) -> Ints | None:
        """The fewest changes with as many of these people there as can be, a single one in any case; None where there are
        none.

        `kept`: how many stay at each place at least, and one more where people are to be; `priced`: the last rows may be
        others, which costs.
        """
        first = self.there.first[near.places].astype(np.float64)
        floor = np.zeros(len(first)) if kept is None else np.minimum(kept[near.places], first)
        solution = _program(first, floor, np.searchsorted(near.places, people), rows, priced).solve()
        if solution is None:
            return None
        size = len(first)
        amounts = np.rint(solution[:size] - solution[size : 2 * size]).astype(np.int64)
        at = np.flatnonzero(amounts)
        piece, group = np.divmod(near.places[at], self.there.groups)
        return np.column_stack([piece, group, amounts[at]])


def _program(first: Floats, floor: Floats, people: Ints, rows: Sequence[_Rows], priced: bool) -> Program:
    """People who come and who go at each place, who of the people is there, and which of the last rows are others."""
    from scipy.sparse import bmat, csr_matrix, identity

    size, many = len(first), len(people)
    fixed, last = (rows[:-1], rows[-1].matrix) if priced else (rows, rows[0].matrix[:0])
    there = csr_matrix((np.ones(many), (np.arange(many), people)), shape=(many, size))
    far = FURTHEST * identity(last.shape[0])
    lines = [
        *([one.matrix, -one.matrix, None, None] for one in fixed),
        [there, -there, -identity(many), None],
        [last, -last, None, -far],
        [last, -last, None, far],
    ]
    none, endless = np.zeros(last.shape[0]), np.full(last.shape[0], np.inf)
    least = [*(one.least for one in fixed), (floor - first)[people], -endless, none]
    most = [*(one.most for one in fixed), np.full(many, np.inf), none, endless]
    upper = np.concatenate([np.full(size, np.inf), first - floor, np.ones(many + last.shape[0])])
    lower = np.concatenate([np.zeros(2 * size), np.full(many, float(many == 1)), none])
    cost = np.concatenate([np.ones(2 * size), np.full(many, -SOMEBODY * float(many > 1)), none + NUMBER])
    return Program(
        bmat(lines).tocsr(), Bounds(np.concatenate(least), np.concatenate(most)), Bounds(lower, upper), cost,
        whole=True, nodes=NODES, gap=GAP,
    )  # fmt: skip
