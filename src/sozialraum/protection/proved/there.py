"""People who are one of several: each knows that somebody of the own group is in the own piece of ground.

Groups are as fine as the conditions tell people apart, also where no number is told of one. A population proves something
against such a person only with somebody of that group in that piece. Where the first population has nobody there, others
of its kind (`Block.alike`) may: they give every number of the house as it does, so that whatever changes one of them
changes the others in the same way. Who is in none of them is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sozialraum.errors import Fault
from sozialraum.protection.proved.populations import Populations
from sozialraum.protection.proved.secret import Secret

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
Proving = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Change:
    """Another population: flat places (piece, group) with what changes there, the secrets then, and which numbers that
    somebody fills alone are others then."""

    at: Ints
    by: Ints
    now: Ints
    alone: Marks


@dataclass(frozen=True)
class _Together:
    """Several changes: changes x places, and by column; which of them counts each line; `alone`: changes x numbers that
    somebody fills alone, 1 where that is another one then."""

    rows: csr_matrix
    columns: csr_matrix
    which: Ints
    alone: Ints

    @classmethod
    def of(cls, changes: Sequence[Change], places: int) -> _Together:
        """These changes."""
        from scipy.sparse import csr_matrix as csr

        at, by = (np.concatenate([getattr(one, name) for one in changes]) for name in ("at", "by"))
        long = np.array([len(one.at) for one in changes])
        rows = csr((by, at, np.cumsum([0, *long])), shape=(len(changes), places))
        alone = np.array([one.alone for one in changes], dtype=np.int64)
        return cls(rows, rows.tocsc(), np.repeat(np.arange(len(changes)), long), alone)

    def holding(self, population: Ints, fills: csr_matrix, people: Ints) -> Marks:
        """Changes x people: whether that population, so changed, holds them, and all numbers that they fill alone."""
        found = self.columns[:, people].toarray() + population[people] > 0
        found[self.which[population[self.rows.indices] + self.rows.data < 0]] = False
        return np.asarray(found & (self.alone @ fills[:, people].toarray() == 0))


@dataclass
class There:
    """Everybody who can be in a piece and group, and what is proved against each.

    `own`: groups x forms of secrets, how often each counts somebody of the group; `alone`: row and column of hidden numbers
    of which all is one person's own part; `fills`: these numbers x places, who can be that person; `lies`: secrets x these
    numbers, which secrets are about nobody else. `alike`: lines of populations that give every number of the house; `more`:
    where each has more people than the first; `somewhere`: where some of them has anybody.
    """

    about: Populations
    secret: Secret
    own: Ints
    alone: Ints
    fills: csr_matrix
    lies: Marks
    changes: list[Change] = field(default_factory=list)
    alike: list[Ints] = field(init=False, default_factory=list)
    more: list[Ints] = field(init=False, default_factory=list)
    somewhere: Marks = field(init=False)

    def __post_init__(self) -> None:
        self.somewhere = self.first > 0
        for lines in self.about.block.alike:
            self.add(lines)

    def add(self, lines: Ints) -> None:
        """A population that gives every number of the house, by what is other there."""
        self.alike.append(lines)
        change = self.flat(lines)
        self.more.append(np.flatnonzero(change > 0))
        self.somewhere |= self.first + change > 0

    @cached_property
    def first(self) -> Ints:
        """The first population, by flat place."""
        people: Ints = self.about.people.toarray().ravel()
        return people

    @cached_property
    def house(self) -> Marks:
        """The numbers that the house knows, or of which it has forgotten what it hid."""
        return np.asarray(~np.isnan(self.about.told.inside) | self.about.told.kept)

    def faults(self) -> Iterator[Fault]:
        """Populations that are said to be alike and are not."""
        for number, lines in enumerate(self.alike):
            change = self.about.change_of(lines)
            if change is None or (change[self.house] != 0).any():
                what = "population {number} of those said to be alike gives another number of the house, or less than nobody."
                yield Fault("not_alike", what, values={"number": number + 1})

    def flat(self, lines: Ints) -> Ints:
        """Lines of piece, group and change, by flat place."""
        found = np.zeros_like(self.first)
        np.add.at(found, lines[:, 0] * self.groups + lines[:, 1], lines[:, 2])
        return found

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return len(self.about.block.cells)

    def take(self, lines: Ints, change: Ints, now: Ints) -> None:
        """A population that gives every published number."""
        whole = self.flat(lines)
        at = np.flatnonzero(whole)
        moved = change[self.alone[:, 0], self.alone[:, 1]] != 0
        self.changes.append(Change(at, whole[at], now, moved))

    @cached_property
    def tied(self) -> Ints:
        """Of every group a number; groups that counts add up have the same."""
        from scipy.sparse.csgraph import connected_components

        counts = abs(self.about.counts)
        labels: Ints = connected_components(counts @ counts.T, directed=False)[1]
        return labels

    @cached_property
    def about_secrets(self) -> Marks:
        """Flat places that published counts tie to some secret."""
        forms = np.unique(self.secret.which)
        mine = (abs(self.about.counts) @ abs(self.secret.forms[:, forms])).sum(axis=1) > 0
        tied = np.isin(self.tied, self.tied[np.asarray(mine).ravel()])
        return np.tile(tied, len(self.about.block.pieces))

    @property
    def kept(self) -> Ints:
        """How many people some populations that prove everything take away from each place at most."""
        low, high = self._proving(0, self.changes)
        goals, found = np.vstack([low, high]).T > 0, np.zeros_like(self.first)
        taken = np.array([-one.by[one.by < 0].sum() for one in self.changes]) + 1
        left = goals.any(axis=0)
        while left.any():
            best = int((goals[:, left].sum(axis=1) / taken).argmax())
            np.maximum.at(found, self.changes[best].at, -self.changes[best].by)
            left &= ~goals[best]
        return found

    def _proving(self, own: int, changes: Sequence[Change]) -> Proving:
        """Secrets x changes: 1 where these are low and high enough against somebody who is so often counted in them."""
        one = self.secret
        now = np.array([each.now for each in changes], dtype=np.int64).reshape(len(changes), len(one))
        least = np.maximum(one.at_most, own)
        low = (now <= least) & (one.first > least)
        high = (now >= one.at_least) & (one.first < one.at_least)
        return low.T.astype(np.float32, order="C"), high.T.astype(np.float32, order="C")

    def open(self) -> tuple[Ints, Marks, Marks]:
        """Flat places of people, and secrets x people: which are not proved to be low or high enough against whom."""
        there = self.about_secrets & self.somewhere
        if self.changes:
            there &= self.with_no_more_than(self.kept) | self._alone_somewhere
        people = np.flatnonzero(there)
        low, high = self._asked(people)
        self.strike(self.changes, people, low, high)
        return people, low, high

    def with_no_more_than(self, kept: Ints) -> Marks:
        """Places that have no more people than that in any population with as many everywhere."""
        found = np.ones(len(kept), dtype=bool)
        for one in (self.first, *(self.first + self.flat(lines) for lines in self.alike)):
            if (one >= kept).all():
                found &= one <= kept
        return found

    @cached_property
    def _alone_somewhere(self) -> Marks:
        return np.asarray(self.fills.sum(axis=0)).ravel() > 0

    def own_of(self, people: Ints) -> Ints:
        """Secrets x people: how often each is counted in them."""
        piece, group = np.divmod(people, self.groups)
        inside = self.about.zones[self.secret.rows][:, piece].toarray() > 0
        return np.asarray(np.where(inside, self.own[group][:, self.secret.which].T, 0))

    def _asked(self, people: Ints) -> tuple[Marks, Marks]:
        one, own = self.secret, self.own_of(people)
        exempt = self.lies.astype(np.int64) @ self.fills[:, people].toarray() > 0
        asked = (own < one.first[:, None]) & ~exempt
        return asked & (one.first[:, None] > np.maximum(one.at_most[:, None], own)), asked & (one.first < one.at_least)[
            :, None
        ]

    def strike(self, changes: Sequence[Change], people: Ints, low: Marks, high: Marks) -> None:
        """Strike out what these changes prove.

        Against whom a change of the first population proves nothing, one alike does where it has more of that person.
        """
        if not changes:
            return
        together = _Together.of(changes, len(self.first))
        proving = {often: self._proving(often, changes) for often in np.unique(self.own_of(people)).tolist()}
        left = np.flatnonzero((low | high).any(axis=0))
        self._leave(together.holding(self.first, self.fills, people[left]), proving, people, left, low, high)
        left = left[(low | high)[:, left].any(axis=0)]
        for lines, more in zip(self.alike, self.more, strict=True):
            asked = left[np.isin(people[left], more)]
            if len(asked):
                holds = together.holding(self.first + self.flat(lines), self.fills, people[asked])
                self._leave(holds, proving, people, asked, low, high)

    def _leave(
        self, holds: Marks, proving: Mapping[int, Proving], people: Ints, asked: Ints, low: Marks, high: Marks
    ) -> None:
        """Strike out what changes prove against the asked people, whom they hold."""
        own, held = self.own_of(people[asked]), holds.astype(np.float32)
        for often, (lower, higher) in proving.items():
            mine = own == often
            rows = np.flatnonzero(mine.any(axis=1))
            here = np.ix_(rows, asked)
            low[here] &= ~((lower[rows] @ held > 0) & mine[rows])
            high[here] &= ~((higher[rows] @ held > 0) & mine[rows])

    def narrowed(self) -> Iterator[int]:
        """Secrets that somebody could narrow."""
        _, low, high = self.open()
        yield from np.flatnonzero((low | high).any(axis=1)).tolist()


def everybody(about: Populations, secret: Secret, times: Ints, lies: Sequence[Marks], single: int) -> There:
    """Everybody who can be somewhere. `times`: groups x numbers (counts, then forms of secrets), how often each counts
    somebody; `lies`: numbers x numbers and areas x areas, what lies within what; `single`: how many counts there are."""
    from scipy.sparse import csr_matrix as csr
    from scipy.sparse import kron

    told = about.told
    hidden = ~np.isnan(told.inside) & ~told.outside & ~told.nowhere
    alone = [
        (row, column)
        for row, column in np.argwhere(hidden).tolist()
        if about.first[row, column] > 0 and (times[:, column] == about.first[row, column]).any()
    ]
    at = np.array(alone, dtype=np.int64).reshape(-1, 2)
    fills = [kron(about.zones[[row]] > 0, csr(times[:, column] == about.first[row, column])) for row, column in alone]
    within, holds = lies
    inside = within[np.ix_(secret.which + single, at[:, 1])] & holds[np.ix_(secret.rows, at[:, 0])]
    size = len(about.block.pieces) * len(about.block.cells)
    return There(about, secret, times[:, single:], at, _stacked(fills, size), inside)


def _stacked(rows: Sequence[csr_matrix], size: int) -> csr_matrix:
    from scipy.sparse import csr_matrix as csr
    from scipy.sparse import vstack

    return (vstack(rows) if rows else csr((0, size))).astype(np.int64).tocsc()
