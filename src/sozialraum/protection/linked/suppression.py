"""Secondary suppression over everything that was and is to be released, one block of periods after the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from sozialraum.errors import UnsafeReleaseError
from sozialraum.protection.counts import CountTable, Own, Zoning, tops, using
from sozialraum.protection.groups import Count
from sozialraum.protection.ledger import Shown
from sozialraum.protection.linked.block import Cells, Ints, Marks, cells, demand, fill_between, leaves, settle, system
from sozialraum.protection.linked.certifying import written_down
from sozialraum.protection.linked.columns import Columns, add_groups, add_rests, blocks, counted
from sozialraum.protection.linked.estimates import Estimated, add_up, estimated_areas, unjudged, with_sums
from sozialraum.protection.linked.extending import People, Where
from sozialraum.protection.linked.inside import Inside, about_themselves, in_the_house, kinds, people_inside
from sozialraum.protection.linked.otherwise import Otherwise
from sozialraum.protection.linked.over_years import add_years
from sozialraum.protection.linked.parts import Part, needed, parts, sparing, wider
from sozialraum.protection.linked.populating import populated
from sozialraum.protection.linked.remembered import Remembered
from sozialraum.protection.linked.zones import Between, Piece, Pieces, geography
from sozialraum.protection.proved import Block
from sozialraum.protection.rule import Rule
from sozialraum.protection.tables import (
    Dimension,
    Proof,
    System,
    Task,
    completed,
    effort,
    open_cells,
    safe_from_insiders,
    search,
)

Node = tuple[Zoning, str]
Cell = tuple[Zoning, tuple[str, str], Count]
"""Level and boundaries, area and period, and the count."""


@dataclass(frozen=True)
class Elsewhere:
    """What other states of the facts have told: answers of searches among nearly the same numbers, and what is hidden
    anyway (`gone`), and costs nothing."""

    remembered: Remembered = field(default_factory=Remembered)
    gone: Collection[Cell] = ()


@dataclass
class Search:
    """What the search found: per block the periods, cells, sensitive ones, hidden ones and certificates; the proof, and
    what its other populations change."""

    blocks: list[dict[str, object]] = field(default_factory=list)
    proof: list[Block] = field(default_factory=list)
    otherwise: list[Otherwise] = field(default_factory=list)


def suppress(
    tables: Mapping[Zoning, CountTable],
    own: Mapping[str, Own],
    before: Sequence[Own],
    shown: Mapping[Zoning, Shown],
    rule: Rule,
    pieces: Pieces,
    tell: Callable[[int, int], None],
    elsewhere: Elsewhere,
) -> Search:
    """Hide in `tables` what has to be hidden; what comes back is the record of it. `tell` hears how far the search is.

    `before`: what earlier releases show; their small counts and rests stay secret. `elsewhere`: what other states of the
    facts have told.
    Raises: UnsafeReleaseError when a small count cannot be protected.
    """
    every = [*own.values(), *before]
    least, pairs = _minimums(every, rule), _pairs(every, rule) if rule.rest else ()
    present = dict.fromkeys(_present(shown))
    counted_in = {zoning: one for zoning, one in shown.items() if one.counts}
    found = Search()
    for labels in blocks(present):
        inside = {zoning: one for zoning, one in counted_in.items() if any(label in labels for _, label in _there(one))}
        columns = counted(least, present, labels, rule.minimum)
        record, proof, others = _one_block(
            tables, own, inside, rule, pieces(list(inside)), columns, pairs, labels, tell, elsewhere
        )
        found.blocks.append(record)
        found.proof.append(proof)
        found.otherwise.append(others)
    return found


def _minimums(every: Iterable[Own], rule: Rule) -> dict[Count, int]:
    """The least number of each count."""
    found: dict[Count, int] = {}
    for one in every:
        for count in one.counts.values():
            found[count] = max(found.get(count, rule.minimum), one.minimum)
    return found


def _present(shown: Mapping[Zoning, Shown]) -> Iterable[tuple[Count, str]]:
    """Every count of every period of which anything is shown or kept."""
    for one in shown.values():
        yield from _there(one)


def _there(one: Shown) -> Iterator[tuple[Count, str]]:
    """Every count of every period of a level of which anything is shown or kept."""
    there = ~np.isnan(one.values) | one.kept
    for (_, label), row in one.places.items():
        for number in np.flatnonzero(there[row]).tolist():
            yield one.counts[number], label


def _one_block(
    tables: Mapping[Zoning, CountTable],
    own: Mapping[str, Own],
    shown: Mapping[Zoning, Shown],
    rule: Rule,
    pieces: Sequence[Piece],
    columns: Columns,
    pairs: Sequence[tuple[Count, Count, int]],
    labels: Sequence[str],
    tell: Callable[[int, int], None],
    elsewhere: Elsewhere,
) -> tuple[dict[str, object], Block, Otherwise]:
    remembered = elsewhere.remembered
    ground, more = with_sums(pieces, estimated_areas(shown, labels))
    areas, nodes, between = geography(ground, list(shown), more)
    at = leaves(areas)
    groups = [Estimated(at[numbers], int(at[number])) for number, numbers in more.items()]
    numbers = _numbers(columns, shown, nodes, areas, groups, between)
    add_groups(columns, numbers, rule.minimum)
    add_years(columns, numbers, rule.minimum)
    add_rests(columns, pairs, labels)
    found = cells(columns, shown, nodes, len(areas.members))
    moved = add_up(found, columns, groups)
    settle(found, columns, areas, between)
    people = populated(found, columns, areas, remembered)
    forgotten = found.kept & np.isnan(found.values)
    if forgotten.any():
        found = people.revealed(found, columns, areas, forgotten, np.ones(len(columns.columns), dtype=bool))
    tops = _tops(shown, nodes) if rule.top == "show" else np.empty(0, dtype=np.int64)
    asked = People(found, areas, people, remembered)
    inside = kinds(columns, in_the_house(found, columns, between)) if rule.insiders == "safe" else None
    spent = _places_of(elsewhere.gone, columns, nodes, moved, found.wanted.shape)
    done = _searched(_Block(columns, areas, found, asked, tops, inside, spent, remembered), tell)
    _refuse(done, columns, own, areas)
    hidden = _whole(found, done, lambda one: one.hidden)
    sensitive = _whole(found, done, lambda one: one.part.task.sensitive)
    hidden |= unjudged(found, columns, areas, groups, hidden)
    _write_back(tables, columns, nodes, moved, hidden, sensitive)
    proof = written_down(labels, ground, more, columns, asked, [(one.part, one.proof) for one in done])
    others = Otherwise(labels, proof.others, columns, nodes, areas, people, moved)
    return _record(labels, found, hidden, sensitive, len(proof.others)), proof, others


@dataclass(frozen=True)
class _Block:
    """Everything about a block that the search asks for."""

    columns: Columns
    areas: Dimension
    cells: Cells
    people: People
    tops: npt.NDArray[np.int64]
    inside: Inside | None
    gone: Marks
    remembered: Remembered

    def loose(self, allowed: Marks) -> Marks:
        """Columns whose cells may move: those allowed to, and those that are never published."""
        return np.asarray(allowed | ~self.cells.wanted.any(axis=0) & ~self.cells.known.any(axis=0))

    def system(self, found: Cells) -> tuple[System, Task]:
        """All equations that these cells fulfil, and what is asked for."""
        whole = system(found, self.columns, self.areas)
        return whole, demand(found, self.columns, self.tops)

    def searched(self, part: Part) -> tuple[Marks, Proof]:
        """What is hidden in the part, and the proof."""
        return self.remembered.once(partial(self._search, part), *self._question(part))

    def _search(self, part: Part) -> tuple[Marks, Proof]:
        gone = self.gone[:, part.columns].ravel()
        task = replace(part.task, cost=np.where(gone, 0.0, part.task.cost))
        return search(part.system, task, effort(int(task.free.sum()), "value", "usual"))

    def completed(self, part: Part, hidden: Marks) -> tuple[Marks, Proof]:
        """The same, with at least this hidden."""
        return self.remembered.once(partial(completed, part.system, part.task, hidden), hidden, *self._question(part))

    def _question(self, part: Part) -> Iterator[Any]:
        """All that an answer depends on, but what hiding costs: any answer is one."""
        yield from (self.areas.members, self.areas.depth, part.system.values, part.system.relations, part.system.times)
        task = part.task
        yield from (task.sensitive, task.free, task.up, task.down, task.kept)

    def done(self, part: Part, hidden: Marks, proof: Proof) -> _Done:
        """The part, where asked for safe from people inside as well."""
        if self.inside is None or any(open_cells(proof, part.task)):
            return _Done(part, hidden, proof)
        people = people_inside(part, self.cells, self.areas, self.inside)
        own = about_themselves(part, self.areas, self.inside, people)
        return _Done(part, *safe_from_insiders(part.system, part.task, hidden, proof, people, own))


@dataclass(frozen=True, eq=False)
class _Done:
    """A part with what is hidden in it, and the proof."""

    part: Part
    hidden: Marks
    proof: Proof
    narrowed: Sequence[int] = ()

    @property
    def stuck_columns(self) -> Ints:
        """Columns beside which more has to be allowed to move; for people inside those of the numbers that they narrow."""
        if not self.open or len(self.open) > len(self.narrowed):
            return self.part.columns if self.open else self.part.columns[:0]
        return np.unique(self.part.columns[np.array(self.open) % len(self.part.columns)])

    @property
    def open(self) -> list[int]:
        """Cells that could not be protected: what is proved of them is too little, also for people inside (`narrowed`), or
        they may not be hidden at all."""
        task = self.part.task
        stuck = np.flatnonzero(task.sensitive & ~task.free & ~task.kept).tolist()
        return sorted({cell for cell, _ in open_cells(self.proof, task)}.union(stuck, self.narrowed))


def _searched(block: _Block, tell: Callable[[int, int], None]) -> list[_Done]:
    """The search among as few columns as can be; wider while something stays open."""
    lean, task = block.system(block.cells)
    allowed = needed(lean, task, block.columns.ties)
    while True:
        done: list[_Done] = []
        every = list(parts(lean, sparing(task, allowed)))
        for part in every:
            tell(len(done), len(every))
            done.append(block.done(part, *block.searched(part)))
        done = _with_people(block, allowed, done)
        open_ = [int(column) for one in done for column in one.stuck_columns]
        if not open_ or allowed.all():
            return done
        more = wider(allowed, open_, block.columns.ties)
        allowed = more if more.sum() > allowed.sum() else np.ones_like(allowed)


def _with_people(block: _Block, allowed: Marks, done: Sequence[_Done]) -> list[_Done]:
    """The parts, with atoms wherever a table of counts could not be one of people, until every table can.

    A part that is open as it is stays so: more has to be allowed to move first.
    """
    done, moving = list(done), np.zeros(block.cells.values.shape, dtype=bool)
    people = block.people
    known: set[Where] = set()
    while True:
        missing = {one: people.missing(one.part, one.proof) - known for one in done if not one.open}
        about = {int(column) for one, where in missing.items() if where for column in one.part.columns}
        if not about:
            return done
        known |= set().union(*missing.values())
        for node, group in known:
            moving[node, people.population.facts[group].places] = True
        again = _completed(block, allowed, _whole(block.cells, done, lambda one: one.hidden), moving, about)
        replaced = {int(column) for one in again for column in one.part.columns}
        done = [*again, *(one for one in done if not replaced & set(one.part.columns.tolist()))]


def _whole(found: Cells, done: Sequence[_Done], marks: Callable[[_Done], Marks]) -> Marks:
    """These marks of all parts, as one table."""
    whole = np.zeros(found.values.shape, dtype=bool)
    for one in done:
        whole[:, one.part.columns] = marks(one).reshape(one.part.system.shape)
    return whole


def _completed(block: _Block, allowed: Marks, hidden: Marks, moving: Marks, about: set[int]) -> list[_Done]:
    """The parts about these columns with atoms where something is `moving`: audited again, with more hidden if need be."""
    found = block.people.population.revealed(block.cells, block.columns, block.areas, moving, block.loose(allowed))
    whole, task = block.system(found)
    return [
        block.done(part, *block.completed(part, hidden[:, part.columns].ravel()))
        for part in parts(whole, sparing(task, allowed))
        if about & set(part.columns.tolist())
    ]


def _numbers(
    columns: Columns,
    shown: Mapping[Zoning, Shown],
    nodes: Mapping[Node, int],
    areas: Dimension,
    groups: Sequence[Estimated],
    between: Sequence[Between],
) -> npt.NDArray[np.float64]:
    """The counts of every area, to look for small groups."""
    found = cells(columns, shown, nodes, len(areas.members))
    add_up(found, columns, groups)
    fill_between(found.values, columns, between)
    return found.values


def _pairs(every: Iterable[Own], rule: Rule) -> list[tuple[Count, Count, int]]:
    """Part, base and minimum of every share."""
    found: dict[tuple[Count, Count], int] = {}
    for one in every:
        if one.part_of_denominator and len(one.counts) == 2:
            key = one.counts["numerator"], one.counts["denominator"]
            found[key] = max(found.get(key, rule.minimum), one.minimum)
    return [(part, base, least) for (part, base), least in found.items() if part != base]


def _tops(shown: Mapping[Zoning, Shown], nodes: Mapping[Node, int]) -> npt.NDArray[np.int64]:
    """Areas that are alone on their level above others: the city or county as a whole."""
    found = tops({zoning: one.places for zoning, one in shown.items()})
    return np.array([nodes[one] for one in found.items()], dtype=np.int64)


def _refuse(done: Sequence[_Done], columns: Columns, own: Mapping[str, Own], areas: Dimension) -> None:
    left = [(*divmod(cell, len(one.part.columns)), one.part) for one in done for cell in one.open]
    if not left:
        return
    about = {columns.columns[int(part.columns[column])] for _, column, part in left}
    counts = {one.count for one in about if one.count is not None}
    places = sorted({areas.codes[node] for node, _, _ in left})
    raise UnsafeReleaseError(
        "{count} small counts or groups cannot be protected; areas: {places}; periods: {periods}; indicators: {indicators}.",
        why="They follow from counts that stay published: totals of the whole area, or an earlier release.",
        remedy='Release fewer or coarser counts, or allow hidden totals with top = "may-hide" under [protection].',
        count=len(left),
        places=", ".join(places[:5]),
        periods=", ".join(sorted({one.label for one in about})),
        indicators=", ".join(using(own, counts)) or ", ".join(sorted(own)),
    )


def _places_of(
    cells_: Collection[Cell],
    columns: Columns,
    nodes: Mapping[Node, int],
    moved: Mapping[tuple[int, int], int],
    shape: tuple[int, ...],
) -> Marks:
    """These counts, as marks of nodes and columns."""
    found = np.zeros(shape, dtype=bool)
    for zoning, (area, label), count in cells_:
        place, node = columns.places.get((count, label)), nodes.get((zoning, area))
        if place is not None and node is not None:
            found[moved.get((node, place), node), place] = True
    return found


def _write_back(
    tables: Mapping[Zoning, CountTable],
    columns: Columns,
    nodes: Mapping[Node, int],
    moved: Mapping[tuple[int, int], int],
    hidden: Marks,
    sensitive: Marks,
) -> None:
    for zoning, table in tables.items():
        numbers = {count: number for number, count in enumerate(table.counts)}
        for (count, label), place in columns.places.items():
            for area, row in _places(table, label) if count in numbers else ():
                at = nodes.get((zoning, area))
                node = None if at is None else moved.get((at, place), at)
                if node is not None and hidden[node, place]:
                    chosen = np.zeros(len(table.values), dtype=bool)
                    chosen[row] = True
                    table.hide(numbers[count], chosen, "minimum" if sensitive[node, place] else "secondary")


def _places(table: CountTable, label: str) -> list[tuple[str, int]]:
    return [(area, row) for (area, when), row in table.places.items() if when == label]


def _record(
    labels: Sequence[str], found: Cells, hidden: Marks, sensitive: Marks, certificates: int
) -> dict[str, object]:
    return {
        "periods": list(labels),
        "counts": int(found.wanted.sum()),
        "sensitive": int(sensitive.sum()),
        "hidden": int((hidden & found.wanted).sum()),
        "certificates": certificates,
    }
