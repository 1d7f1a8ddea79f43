"""Small groups that counts of different years leave over: two years less one of them are the people of the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from sozialraum.protection.linked.columns import TIGHT, Column, Columns

Values = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def add_years(columns: Columns, values: Values, minimum: int) -> None:
    """Columns for the people that are left when counts of some years are taken from a sum over more, where they are few.

    `values`: a row per area, a column per count. What is left and has a column already is tied to it by one more equation.
    """
    made = _people(columns)
    known = {made[place].tobytes(): place for place in sorted(set(columns.places.values()), reverse=True)}
    groups: dict[bytes, int] = {}
    for head, minus in list(_ways(columns, made)):
        left = made[head] - made[minus].sum(axis=0)
        times = int(left.max(initial=0))
        if times < 1 or not ((left == 0) | (left == times)).all():
            continue
        group = (left // times).tobytes()
        if group in known:
            columns.links.append([(1, head), (-times, known[group]), *((-1, place) for place in minus)])
            continue
        number = (values[:, head] - values[:, minus].sum(axis=1)) / times
        if group not in groups and ((number > 0) & (number < TIGHT * minimum)).any():
            groups[group] = columns.add(Column("group", columns.columns[head].label, 1, None, minimum))
        if group in groups:
            columns.equations.append([(times, groups[group]), (-1, head), *((1, place) for place in minus)])


def _ways(columns: Columns, made: Ints) -> Iterator[tuple[int, list[int]]]:
    """Every sum over years, with one count that lies within it, or with several of the years that it adds up."""
    people = [place for place in sorted(set(columns.places.values())) if not columns.balances[place]]
    for head, *years in _sums(columns):
        inner = [place for place in people if place != head and (made[place] <= made[head]).all()]
        yield from ((head, [place]) for place in inner if [place] != years)
        yield from ((head, list(some)) for size in range(2, len(years)) for some in combinations(years, size))


def _sums(columns: Columns) -> Iterator[Sequence[int]]:
    """The column of every sum over years, and those of the years."""
    for equation in columns.equations:
        head, years = equation[0][1], [place for _, place in equation[1:]]
        one = columns.columns[head]
        if one.kind == "count" and not columns.balances[head] and len({columns.columns[at].label for at in years}) > 1:
            yield head, *years


def _people(columns: Columns) -> Ints:
    """How often each column counts somebody of each atom: columns x atoms."""
    found = np.zeros((len(columns.columns), sum(len(cut.atoms) for cut in columns.cuts)), dtype=np.int64)
    for place, parts in columns.made_of(range(len(columns.cuts))).items():
        for atom, factor in parts:
            found[place, atom] += factor
    return found
