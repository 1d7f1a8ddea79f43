"""What must stay secret: small counts, rests of a base, groups that counts leave over; and what populations leave open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sozialraum.errors import Fault
from sozialraum.protection.proved.counting import Left, Sum, added_up, is_group, left_over
from sozialraum.protection.proved.known import Key, Known
from sozialraum.protection.proved.over_years import left_years
from sozialraum.protection.proved.populations import Column, Form, Populations

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = npt.NDArray[np.int64]


@dataclass
class Secret:
    """Secrets as (area, form): lowest and highest number that some population gives, and how low and high it must be.

    `forms`: columns x forms; `first`: the numbers of the first population. `rests`: columns x rests, which are nowhere
    below 0; `base`: the rests of the first population, less than 0 where they are not known.
    """

    about: Populations
    forms: csr_matrix
    names: list[str]
    rows: Ints
    which: Ints
    first: Ints
    at_most: Ints
    at_least: Ints
    rests: csr_matrix
    base: Ints
    low: Ints = field(init=False)
    high: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.low, self.high = self.first, self.first

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, change: Ints) -> bool:
        """Take another population into account; False when a part becomes larger than its whole."""
        moved = (_sparse(change) @ self.rests).toarray()
        if ((self.base + moved < 0) & (self.base >= 0)).any():
            return False
        now = self.now(change)
        self.low, self.high = np.minimum(self.low, now), np.maximum(self.high, now)
        return True

    def now(self, change: Ints) -> Ints:
        """The secrets in a population that changes the counts so."""
        return np.asarray(self.first + (_sparse(change) @ self.forms).toarray()[self.rows, self.which])

    def helped(self, change: Ints) -> bool:
        """Whether something that is unproved would be low or high enough in a population that changes the counts so."""
        now = self.now(change)
        return bool((self.too_high & (now <= self.at_most) | self.too_low & (now >= self.at_least)).any())

    def form(self, number: int) -> Form:
        """The columns of a form, each with its factor, in order."""
        one = self.forms[:, [number]]
        return tuple(sorted(zip(one.indices.tolist(), one.data.tolist(), strict=True)))

    def ranges(self) -> dict[int, int]:
        """How many secrets have a range of that width."""
        return dict(Counter((self.high - self.low).tolist()))

    def within(self) -> Iterator[Key]:
        """Counts that make up a secret together with others."""
        rows, columns = list(self.about.rows), list(self.about.columns)
        for row, form in zip(self.rows.tolist(), self.which.tolist(), strict=True):
            place = rows[row]
            if len(place) == 3 and self.names[form] != "count":
                yield from ((*place, *columns[column]) for column in self.forms[:, [form]].indices.tolist())

    @property
    def too_high(self) -> npt.NDArray[np.bool_]:
        """Which secrets no population taken so far makes as low as they must be possible."""
        return np.asarray(self.low > self.at_most)

    @property
    def too_low(self) -> npt.NDArray[np.bool_]:
        """Which secrets no population taken so far makes as high."""
        return np.asarray(self.high < self.at_least)

    def unproved(self) -> Iterator[Fault]:
        """Secrets of which no population shows that they can be as low and as high as they must."""
        for place in np.flatnonzero(self.too_high | self.too_low).tolist():
            what = "nothing proves that this can be low and high enough: {kind}, {place}."
            yield Fault("unproved", what, values=self.name(place))

    def name(self, place: int) -> dict[str, object]:
        """Kind and place of a secret."""
        form = int(self.which[place])
        column = int(self.forms[:, [form]].indices[0])
        return {"kind": self.names[form], "place": self.about.name(int(self.rows[place]), column)}


def secrets_of(about: Populations, outside: Known, rest: bool) -> Secret:
    """Everything that must stay secret in a block of periods."""
    found = _Found(about, outside)
    rests = rests_of(about, outside)
    for column, (count, _) in enumerate(about.columns):
        if is_group(count):
            found.count(column, outside.minimum.get(count, outside.least))
    for (part, base), minimum in rests.items() if rest else ():
        found.take(((base, 1), (part, -1)), minimum * int(about.scale[base]), "rest")
    for form, times in left_groups(about):
        found.take(form, outside.least * times, "group")
    return found.secret([((base, 1), (part, -1)) for part, base in rests])


def rests_of(about: Populations, outside: Known) -> dict[tuple[int, int], int]:
    """Columns of part and base, with the minimum."""
    found = {}
    for (part, base), minimum in outside.shares.items():
        for count, period in about.columns:
            if count == part and (base, period) in about.columns and part != base:
                pair = about.columns[part, period], about.columns[base, period]
                if about.scale[pair[0]] == about.scale[pair[1]]:
                    found[pair] = minimum
    return found


def left_groups(about: Populations) -> Iterator[tuple[Form, int]]:
    """Groups that counts leave over, and how often each is counted: two or three of the same years, or a sum over years
    and what lies within it."""
    yield from _of_the_same_years(about)
    yield from left_years(about)


def _of_the_same_years(about: Populations) -> Iterator[tuple[Form, int]]:
    families: dict[tuple[object, int], list[tuple[Sum, int]]] = {}
    for (count, period), column in about.columns.items():
        years = _years((count, period))
        if years is not None:
            once = tuple(replace(term, years=1, mean=False, ends=False) for term in count)
            families.setdefault((years, int(about.scale[column])), []).append((once, column))
    for family in families.values():
        columns = [column for _, column in family]
        for one in _left_over(tuple(count for count, _ in family)):
            plus, minus = ([columns[number] for number in side] for side in (one.plus, one.minus))
            form = *((column, 1) for column in plus), *((column, -1) for column in minus)
            yield form, one.times * int(about.scale[columns[0]])


@cache
def _left_over(counts: tuple[Sum, ...]) -> tuple[Left, ...]:
    return tuple(left_over(counts))


def _years(column: Column) -> frozenset[tuple[str, int]] | None:
    """The periods that all parts of a count add up, with how often; None where the parts differ."""
    parts: dict[object, set[tuple[str, int]]] = {}
    for (facts, where, period), times in added_up(*column)[1].items():
        parts.setdefault((facts, where), set()).add((period, abs(times)))
    found = {frozenset(one) for one in parts.values()}
    return found.pop() if len(found) == 1 else None


@dataclass
class _Found:
    """Secrets as they are collected."""

    about: Populations
    outside: Known
    forms: list[Form] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    lines: list[tuple[int, int, int, int]] = field(default_factory=list)  # area, form, at most, at least

    def count(self, column: int, minimum: int) -> None:
        """The small numbers of a count that goes out now or was hidden before; of a sum of shares, that one is small."""
        about = self.about
        least = minimum * int(about.scale[column])
        told, number = about.told, about.first[:, column]
        ground = np.array([len(row) > 3 for row in about.rows])
        secret = ground | (told.own | told.kept)[:, column] & ~told.outside[:, column] | told.shown[:, column]
        small = (number > 0) & (number < least) & ~np.isnan(told.inside[:, column]) | told.forgotten[:, column]
        lines = [(row, 0, least) for row in np.flatnonzero(secret & small).tolist()]
        for (row, mine), (_, shares) in about.shares.items():
            if mine == column and ((shares > 0) & (shares < minimum)).any() and number[row] >= least:
                lines.append((row, int(number[row]) - least, 0))
        self._add(((column, 1),), "count", lines)

    def take(self, form: Form, least: int, name: str) -> None:
        """The numbers of a rest or a group that are smaller than `least`."""
        about = self.about
        columns = [column for column, _ in form]
        number = about.first[:, columns] @ np.array([factor for _, factor in form])
        known = ~np.isnan(about.told.inside[:, columns]).any(axis=1)
        told_before = (about.told.outside & ~about.told.shown)[:, columns].all(axis=1)
        small = (number > 0) & (number < least) & known & ~told_before
        self._add(form, name, [(row, 0, least) for row in np.flatnonzero(small).tolist()])

    def _add(self, form: Form, name: str, lines: list[tuple[int, int, int]]) -> None:
        if lines:
            self.lines += [(row, len(self.forms), most, least) for row, most, least in lines]
            self.forms.append(form)
            self.names.append(name)

    def secret(self, rests: Sequence[Form]) -> Secret:
        """All of them, with what the first population gives."""
        about = self.about
        forms, pairs = matrix_of(self.forms, len(about.columns)), matrix_of(rests, len(about.columns))
        rows, which, most, least = np.array(self.lines, dtype=np.int64).reshape(-1, 4).T
        unknown = np.isnan(about.told.inside).astype(np.int64) @ abs(pairs).toarray() > 0
        base = np.where(unknown, -1, about.first @ pairs.toarray())
        now = (_sparse(about.first) @ forms).toarray()[rows, which]
        return Secret(about, forms, self.names, rows, which, now, most, least, pairs, base)


def matrix_of(forms: Sequence[Form], columns: int) -> csr_matrix:
    """Columns x forms."""
    from scipy.sparse import coo_matrix

    lines = [(column, number, factor) for number, form in enumerate(forms) for column, factor in form]
    at, which, factors = np.array(lines, dtype=np.int64).reshape(-1, 3).T
    return coo_matrix((factors, (at, which)), shape=(columns, len(forms))).tocsc()


def _sparse(counts: Ints) -> csr_matrix:
    from scipy.sparse import csr_matrix as csr

    return csr(counts)
