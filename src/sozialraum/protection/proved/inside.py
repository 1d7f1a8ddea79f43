"""People inside, as the check sees them: everybody who may be counted in a hidden number knows the own part of it.

Whose part is all of a number knows that number. Against each of them every secret has to be proved by populations that
leave all of this as it is; what lies within a number that somebody fills alone is about nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sozialraum.protection.proved.counting import is_group
from sozialraum.protection.proved.known import Known
from sozialraum.protection.proved.populations import Form, Populations
from sozialraum.protection.proved.secret import Secret, left_groups, matrix_of, rests_of
from sozialraum.protection.proved.there import There, everybody

Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]


@dataclass
class Knowers:
    """Everybody inside, and what is not yet proved against whom (`low`, `high`: secrets x people).

    `own`: secrets x people, how often each is counted in it; `counts`: person, row and column of every hidden count that
    somebody is in, and the own part.
    """

    secret: Secret
    own: Ints
    counts: Ints
    exempt: Marks
    low: Marks = field(init=False)
    high: Marks = field(init=False)

    def __post_init__(self) -> None:
        one = self.secret
        self.least = np.maximum(one.at_most[:, None], self.own)
        self.mine = self.own.nonzero()
        asked = (self.own < one.first[:, None]) & ~self.exempt
        self.low = asked & (one.first[:, None] > self.least)
        self.high = asked & (one.first < one.at_least)[:, None]

    def __len__(self) -> int:
        return int(self.own.shape[1])

    def take(self, change: Ints, now: Ints) -> None:
        """What a population proves that changes the counts so and makes the secrets `now`."""
        touched = np.zeros(len(self), dtype=bool)
        person, row, column, own = self.counts.T
        touched[person[_notices(own, self.secret.about.first[row, column], change[row, column])]] = True
        lines, people = self.mine
        first = self.secret.first[lines]
        touched[people[_notices(self.own[self.mine], first, now[lines] - first)]] = True
        for line in np.flatnonzero(now != self.secret.first).tolist():
            self.low[line] &= touched | (now[line] > self.least[line])
            if now[line] >= self.secret.at_least[line]:
                self.high[line] &= touched

    def narrowed(self) -> Iterator[int]:
        """Secrets that somebody could narrow."""
        yield from np.flatnonzero((self.low | self.high).any(axis=1)).tolist()


def _notices(own: Ints, first: Ints, change: Ints) -> Marks:
    """Whether somebody with that part of a number sees that it cannot have changed so."""
    return np.asarray(np.where(own == first, change != 0, first + change < own))


def inside(about: Populations, outside: Known, secret: Secret) -> tuple[Knowers, There]:
    """Everybody who may be counted in a hidden number, one for each own knowledge; and everybody who can be somewhere."""
    groups = _Groups(about, outside, secret)
    times = groups.whole[:, : groups.known]
    return _knowers(groups), everybody(about, secret, times, (groups.within, groups.holds), groups.size)


def _knowers(groups: _Groups) -> Knowers:
    found: dict[bytes, tuple[Ints, Ints]] = {}
    for piece in range(groups.about.zones.shape[1]):
        for at, own in groups.people(piece):
            found.setdefault(at.tobytes() + own.tobytes(), (at, own))
    return groups.knowers(list(found.values()))


class _Groups:
    """Numbers as forms (every count, then every secret form, then all other rests and groups), and kinds of people:
    `times`, kinds x forms, how often somebody of the kind is counted."""

    def __init__(self, about: Populations, outside: Known, secret: Secret):
        self.about, self.secret = about, secret
        pairs = rests_of(about, outside)
        single: list[Form] = [((column, 1),) for column in range(len(about.columns))]
        asked: list[Form] = [secret.form(number) for number in range(secret.forms.shape[1])]
        rest = {tuple(sorted(((base, 1), (part, -1)))): (base, part) for part, base in pairs}
        more = dict.fromkeys([*rest, *(tuple(sorted(form)) for form, _ in left_groups(about))])
        self.forms = [*single, *asked, *more]
        self.size, self.known = len(single), len(single) + len(asked)
        matrix = matrix_of(self.forms, self.size)
        self.values = np.asarray(about.first @ matrix.toarray())
        unknown = np.isnan(about.told.inside).astype(np.int64) @ abs(matrix).toarray() > 0
        self.values = np.where(unknown, np.iinfo(np.int64).max, self.values)
        self.rests = [(place, *rest[form]) for place, form in enumerate(self.forms) if form in rest]
        self.inside = about.zones.toarray() > 0
        held = about.counts.toarray()
        times = np.asarray(held @ matrix.toarray())
        times[:, [column for (count, _), column in about.columns.items() if not is_group(count)]] = 0
        self.whole, self.within = self._bases_too(held, times)
        self.times = self._kinds(held, times)
        self.holds = (self.inside.astype(np.float32) @ (~self.inside.T).astype(np.float32)) == 0
        self.alike = self._alike()

    def _bases_too(self, held: Ints, times: Ints) -> tuple[Ints, Marks]:
        """The groups, people of parts counted in the bases as well; and which of the known numbers lie within which."""
        times[:] = np.maximum(times, 0)
        apart = self._apart(held)
        times[:, [place for place, _, _ in apart]] = 0
        within = self._within(times[:, : self.known])
        whole = times.copy()
        for _, base, part in apart:
            here = np.ix_(times[:, part] > 0, np.flatnonzero(within[base]))
            whole[here] = np.maximum(whole[here], 1)
        return whole, within

    def _apart(self, held: Ints) -> list[tuple[int, int, int]]:
        """Rests of parts that other facts count than their bases."""
        return [one for one in self.rests if not (held[:, one[1]] & held[:, one[2]]).any()]

    def _kinds(self, held: Ints, times: Ints) -> Ints:
        """Kinds of people, by what counts them and which rests they belong to."""
        apart = self._apart(held)
        found = [self.whole]
        facts = self._facts(held)
        for one in set(facts[[part for _, _, part in apart]].tolist()):
            some = [each for each in apart if facts[each[2]] == one]
            rows = times[(times[:, [base for _, base, _ in some]] > 0).any(axis=1)].copy()
            for place, base, _ in some:
                rows[:, place] = rows[:, base]
            found.append(rows)
        return np.unique(np.concatenate(found), axis=0)

    def _within(self, times: Ints) -> Marks:
        held = (times > 0).astype(np.float32)
        found: Marks = np.logical_and(held.T @ (1 - held) == 0, np.asarray(held.any(axis=0))[:, np.newaxis])
        for place, base, part in self.rests:
            found[part, base] = True
            if place < self.known:
                found[place, base] = True
        for _ in range(2):
            found = np.asarray(found.astype(np.float32) @ found.astype(np.float32) > 0)
        return np.asarray(found)

    def _facts(self, held: Ints) -> Ints:
        """A number for the facts of each column; facts that one count adds up have the same."""
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import connected_components

        names = np.array([one.facts for one in self.about.block.cells])
        rows = np.stack([(held[names == one] > 0).any(axis=0) for one in np.unique(names)]).astype(np.int64)
        return np.asarray(connected_components(csr_matrix(rows @ rows.T), directed=False)[1][rows.argmax(axis=0)])

    def _alike(self) -> Ints:
        """Pairs of secrets, the first within the second and of as many people: both hold the same ones.

        All moves less the balance count twice who left; that many times the people is their number.
        """
        one = self.secret
        number = one.which + self.size
        often = np.maximum(self.times.max(axis=0, initial=0)[number], 1)
        same = (one.first[:, None] * often == one.first * often[:, None]) & (one.first > 0)
        same &= self.within[np.ix_(number, number)] & self.holds[np.ix_(one.rows, one.rows)]
        return np.argwhere(same & ~np.eye(len(one), dtype=bool))

    def people(self, piece: int) -> Iterator[tuple[Ints, Ints]]:
        """What people of a piece know, one for each kind that can be there: places of numbers and the own part of each."""
        rows = np.flatnonzero(self.inside[:, piece])
        if not len(rows):
            return  # ground of which no number tells
        times = self.times[self._possible(piece, rows)][:, : self.known]
        hidden = np.zeros((len(rows), self.known), dtype=bool)
        told = self.about.told
        hidden[:, : self.size] = (~np.isnan(told.inside) & ~told.outside & ~told.nowhere)[rows]
        at = {row: place for place, row in enumerate(rows.tolist())}
        for row, form in zip(self.secret.rows.tolist(), self.secret.which.tolist(), strict=True):
            if row in at:
                hidden[at[row], self.size + form] = True
        line, form = np.nonzero(hidden)
        numbers = rows[line] * self.known + form
        for own in np.unique(times[:, form], axis=0):
            if own.any():
                yield numbers[own > 0], own[own > 0]

    def _possible(self, piece: int, rows: Ints) -> Marks:
        """Kinds of whom somebody can be there: every number has room, and no number within another has all its people."""
        least = self.values[rows].min(axis=0)
        can = ~((self.times > 0) & (self.times > least)).any(axis=1)
        inner, outer = self.alike.T
        which, place = self.secret.which + self.size, self.secret.rows
        here = self.inside[place[outer], piece]
        in_outer = self.times[:, which[outer[here]]] > 0
        in_inner = (self.times[:, which[inner[here]]] > 0) & self.inside[place[inner[here]], piece]
        return np.asarray(can & ~(in_outer & ~in_inner).any(axis=1))

    def knowers(self, every: Sequence[tuple[Ints, Ints]]) -> Knowers:
        """All of them, with what each can be asked about."""
        one = self.secret
        line = {(row, form): number for number, (row, form) in enumerate(zip(one.rows, one.which, strict=True))}
        own = np.zeros((len(one), len(every)), dtype=np.int64)
        exempt = np.zeros(own.shape, dtype=bool)
        counts: list[tuple[int, int, int, int]] = []
        for person, (numbers, parts) in enumerate(every):
            for number, part in zip(numbers.tolist(), parts.tolist(), strict=True):
                row, form = divmod(number, self.known)
                if form < self.size:
                    counts.append((person, row, form, part))
                else:
                    own[line[row, form - self.size], person] = part
                if self.values[row, form] == part:
                    exempt[:, person] |= self.within[one.which + self.size, form] & self.holds[one.rows, row]
        return Knowers(one, own, np.array(counts, dtype=np.int64).reshape(-1, 4), exempt)
