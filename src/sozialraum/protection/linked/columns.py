"""What is counted, as columns of the joint system: counts of one year, sums over years, small groups, rests, atoms."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from sozialraum.periods import Period
from sozialraum.protection.groups import Atoms, Count, Difference, atom_names, atoms, differences, systems

Years = frozenset[tuple[str, int]]
"""Periods that a count adds up, each with how often."""
Values = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]
TIGHT = 5
"""Groups below this many times the minimum stand in the system, because they bound how far counts can move."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What a count adds up: counts of one year, each with its period and how often; all of it `scale` times."""

    terms: tuple[tuple[Count, str, int], ...]
    scale: int

    @property
    def labels(self) -> set[str]:
        """The periods."""
        return {label for _, label, _ in self.terms}


def sums(count: Count, label: str) -> Sums:
    """What the count of a period adds up; a mean is written as the sum, with the number of years as scale."""
    by_years: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    for number, operand in enumerate(count.operands):
        by_years[operand.years].append(number)
    scales = {years: _scale(*years) for years in by_years}
    scale = int(np.lcm.reduce(list(scales.values())))
    terms: Counter[tuple[Count, str]] = Counter()
    for years, numbers in by_years.items():
        one = Count(tuple(replace(count.operands[number], years=(1, "", "")) for number in numbers))
        for when, times in _labels(label, years[0], bool(years[1])).items():
            terms[one, when] += times * scale // scales[years]
    return Sums(tuple((one, when, times) for (one, when), times in terms.items()), scale)


def _scale(pool: int, average: str, pooled: str) -> int:
    return (pool if pooled == "mean" else 1) * (2 if average else 1)


def _labels(label: str, pool: int, ends: bool) -> Counter[str]:
    """The periods that are looked at: the label itself and the same in years before."""
    back = [*range(pool), *(range(1, pool + 1) if ends else ())]
    return Counter(_before(label, years) for years in back)


def _before(label: str, years: int) -> str:
    year = Period.parse(label).year
    return label.replace(str(year), str(year - years)) if years else label


def blocks(labels: Iterable[tuple[Count, str]]) -> list[list[str]]:
    """Periods that hang together because a count adds some of them up, each block in order."""
    found: list[set[str]] = []
    for count, label in labels:
        one = sums(count, label).labels
        touching = [block for block in found if block & one]
        found = [block for block in found if block not in touching] + [one.union(*touching)]
    return sorted(sorted(block) for block in found)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is, its period, how many times its number is counted, and the least number of a group.

    `count`: the count that it is (None: never published); `minimum`: None where it is no group of people.
    """

    kind: str  # count, group, rest, atom
    label: str
    scale: int = 1
    count: Count | None = None
    minimum: int | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """Facts of one period cut into atoms: columns of counts and groups, columns of atoms, and what makes the ones of
    the others, for every piece. `names`: facts and conditions of a group of people that lies in the atom."""

    places: list[int]
    atoms: list[int]
    matrix: npt.NDArray[np.int64]
    names: list[tuple[str, dict[str, Any]]]


@dataclass
class Columns:
    """All columns of a block, the sums among them, and per facts and period the atoms of its counts.

    `equations`: (factor, column) lists that add up to 0 for every area: what a count over years, a group or a rest (first
    or last in it) is made of. `links`: the same between counts that have atoms of their own.
    """

    columns: list[Column] = field(default_factory=list)
    places: dict[tuple[Count, str], int] = field(default_factory=dict)
    equations: list[list[tuple[int, int]]] = field(default_factory=list)
    links: list[list[tuple[int, int]]] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)

    def add(self, column: Column) -> int:
        """The place of a new column."""
        self.columns.append(column)
        return len(self.columns) - 1

    @property
    def ties(self) -> list[list[tuple[int, int]]]:
        """All equations."""
        return [*self.equations, *self.links]

    @property
    def balances(self) -> Marks:
        """Which columns are balances, which may be less than nobody."""
        return np.array([one.count is not None and not one.count.people for one in self.columns], dtype=bool)

    @property
    def derived(self) -> Marks:
        """Which columns are groups or rests, which nobody publishes."""
        return np.array([one.kind in ("group", "rest") for one in self.columns], dtype=bool)

    def made_of(self, cuts: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
        """Per column of a count: the atoms of these cuts that it adds up (numbered through), with their factor."""
        atoms = {cell: place for place, cell in enumerate(cell for number in cuts for cell in self.cuts[number].atoms)}
        found: dict[int, list[tuple[int, int]]] = {}
        for cut in (self.cuts[number] for number in cuts):
            for row, place in enumerate(cut.places):
                held = np.flatnonzero(cut.matrix[row])
                found[place] = [(atoms[cut.atoms[at]], int(cut.matrix[row, at])) for at in held]
        for equation in self.equations:
            head, rest = equation[0][1], equation[1:]
            if self.columns[head].kind == "count" and all(place in found for _, place in rest):
                found[head] = [(atom, -times * factor) for times, place in rest for atom, factor in found[place]]
        return found

    def count(self, count: Count, label: str, minimum: int | None) -> int:
        """The place of a count of a period, with those of the years that it adds up."""
        least = minimum if count.people else None
        if (count, label) in self.places:
            place = self.places[count, label]
            if least is not None:  # until now only a year of a sum
                self.columns[place] = replace(self.columns[place], minimum=least)
            return place
        parts = sums(count, label)
        place = self.add(Column("count", label, parts.scale, count, least))
        self.places[count, label] = place
        if len(parts.terms) > 1 or parts.terms[0][:2] != (count, label):
            equation = [(-times, self.count(one, when, None)) for one, when, times in parts.terms]
            self.equations.append([(1, place), *equation])
        return place


def counted(
    wanted: Mapping[Count, int], present: Iterable[tuple[Count, str]], labels: Sequence[str], minimum: int
) -> Columns:
    """The columns of all counts that are present in one of these periods; `wanted` gives their minimum.

    Counts of earlier releases, and years of sums that nobody publishes, have the `minimum` of the rule.
    """
    found = Columns()
    inside = set(labels)
    for count, label in present:
        if label in inside:
            found.count(count, label, wanted.get(count, minimum))
    for (count, _), place in found.places.items():
        if found.columns[place].minimum is None and count.people:
            found.columns[place] = replace(found.columns[place], minimum=minimum)
    return found


def families(columns: Columns) -> list[tuple[list[int], list[Atoms]]]:
    """Counts of the same facts and years, with the atoms that each covers."""
    by_years: dict[tuple[Years, int], list[int]] = defaultdict(list)
    for (count, label), place in columns.places.items():
        parts = sums(count, label)
        if len({one for one, _, _ in parts.terms}) == 1:
            by_years[frozenset((when, times) for _, when, times in parts.terms), parts.scale].append(place)
    found = []
    for places in by_years.values():
        counts = [_count(columns, place).of_one_year for place in places]
        found += [
            ([places[one] for one in numbers], atoms([counts[one] for one in numbers])) for numbers in systems(counts)
        ]
    return found


def _count(columns: Columns, place: int) -> Count:
    count = columns.columns[place].count
    assert count is not None, "only counts have a place by name"
    return count


def add_groups(columns: Columns, values: Values, minimum: int) -> None:
    """Columns for the groups that two or three counts of a family give away, where one is small in some area.

    `values`: a row per area, a column per count so far. The families' atoms are cut out last, groups included.
    """
    for places, masks in families(columns):
        groups, links = _small_groups(places, masks, values, minimum)
        columns.links += links
        first = columns.columns[places[0]]
        new = []
        for mask, ways in groups.items():
            place = columns.add(Column("group", first.label, first.scale, None, minimum))
            new.append((place, np.frombuffer(mask, dtype=np.int8)))
            columns.equations += [_tie(place, way, places) for way in ways]
        if all(_count(columns, place).span == 1 for place in places):
            names = atom_names([_count(columns, place).of_one_year for place in places])
            _cut(columns, [*places, *(place for place, _ in new)], [*masks, *(mask for _, mask in new)], names)


def _small_groups(
    places: Sequence[int], masks: Sequence[Atoms], values: Values, minimum: int
) -> tuple[dict[bytes, list[Difference]], list[list[tuple[int, int]]]]:
    """Groups that are small somewhere, each with every way to it; and what ties a count to others where it would be a small
    number that nobody published there."""
    ways: dict[bytes, list[Difference]] = defaultdict(list)
    small: set[bytes] = set()
    links = []
    whole = np.stack(masks)
    counts = {np.asarray(row, dtype=np.int8).tobytes(): place for row, place in zip(whole, places, strict=True)}
    for way in differences(masks) if len(places) > 1 else ():
        signed = whole[list(way.plus)].sum(axis=0) - whole[list(way.minus)].sum(axis=0)
        mask = (signed // way.times).astype(np.int8).tobytes()
        plus, minus = ([places[number] for number in side] for side in (way.plus, way.minus))
        group = (values[:, plus].sum(axis=1) - values[:, minus].sum(axis=1)) / way.times
        few = (group > 0) & (group < TIGHT * minimum)
        if mask not in counts:
            ways[mask].append(way)
            small |= {mask} if few.any() else set()
        elif (few & np.isnan(values[:, counts[mask]])).any():
            links.append(_tie(counts[mask], way, places))
    return {mask: found for mask, found in ways.items() if mask in small}, links


def _tie(place: int, way: Difference, places: Sequence[int]) -> list[tuple[int, int]]:
    """A group as what counts leave over."""
    plus, minus = ([places[number] for number in side] for side in (way.plus, way.minus))
    return [(way.times, place), *((-1, one) for one in plus), *((1, one) for one in minus)]


def _cut(
    columns: Columns, places: list[int], masks: Sequence[Atoms], names: Sequence[tuple[str, dict[str, Any]]]
) -> None:
    """The finest groups that these counts tell apart; one that no count covers is left out."""
    whole = np.stack(masks).astype(np.int64)
    classes, first = np.unique(whole.T, axis=0, return_index=True)
    told = classes.any(axis=1)
    label = columns.columns[places[0]].label
    cells = [columns.add(Column("atom", label)) for _ in range(int(told.sum()))]
    columns.cuts.append(Cut(places, cells, classes[told].T, [names[at] for at in first[told]]))


def add_rests(columns: Columns, pairs: Iterable[tuple[Count, Count, int]], labels: Sequence[str]) -> None:
    """Columns for the people of a base who are not counted by a part of it: (part, base, minimum)."""
    for (part, base, minimum), label in ((pair, label) for pair in pairs for label in labels):
        ends = columns.places.get((base, label)), columns.places.get((part, label))
        if ends[0] is None or ends[1] is None:
            continue
        scales = {columns.columns[place].scale for place in ends if place is not None}
        if len(scales) == 1:
            place = columns.add(Column("rest", label, scales.pop(), None, minimum))
            columns.equations.append([(1, ends[0]), (-1, ends[1]), (-1, place)])
