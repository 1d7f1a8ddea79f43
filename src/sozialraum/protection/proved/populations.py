"""The populations of a certificate as counts of every area: the first one, and what each other changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sozialraum.errors import Fault
from sozialraum.protection.proved.certificate import Block, Zoning
from sozialraum.protection.proved.counting import CutError, Part, Sum, added_up, holds, possible
from sozialraum.protection.proved.known import Key, Known
from sozialraum.protection.screening import left_between

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
else:
    csr_matrix = Any

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]
CLOSE = 1e-6
"""How far a number times its years may lie from a whole one: it was divided and written as a decimal."""
Row = tuple[str, str, str] | tuple[Zoning, int] | tuple[str, str, str, str]
"""An area (level, vintage, key); on a level and boundaries the piece that stands for several areas; or the ground between
areas of two levels or boundaries, named by both sides."""
Column = tuple[Sum, str]
Form = tuple[tuple[int, int], ...]
"""Columns, each with its factor; their sum is a number of people, or several times it."""


@dataclass(frozen=True)
class Told:
    """Per area and count what is known: `inside`, the numbers of the house (NaN: unknown); `outside`: those that are told;
    `shown`: told now and not before; `own`: part of this release; `kept`: hidden before; `forgotten`: and nobody remembers;
    `nowhere`: told with another number before it was corrected, so that no release has the one of today, nor hides it; and
    ground whose number follows from such a one only.
    """

    inside: Floats
    outside: Marks
    shown: Marks
    own: Marks
    kept: Marks
    forgotten: Marks
    nowhere: Marks


@dataclass
class Populations:
    """Rows are areas, columns are counts of a period times `scale`.

    `zones`: rows x pieces; `counts`: cells x columns; `first`: the counts of the first population; `told`: what is known of
    them. `shares`: rows and numbers of which the sum in a row and column is made; `faults`: why it is none.
    """

    block: Block
    rows: dict[Row, int]
    columns: dict[Column, int]
    scale: Ints
    zones: csr_matrix
    counts: csr_matrix
    first: Ints
    told: Told
    shares: dict[tuple[int, int], tuple[Ints, Floats]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @cached_property
    def people(self) -> csr_matrix:
        """The first population: pieces x cells."""
        return _filled(self.block.people, (len(self.block.pieces), len(self.block.cells)))

    def change(self, number: int) -> Ints | None:
        """What another population changes in every count of every area; None where it counts somebody below zero."""
        return self.change_of(self.block.others[number])

    def change_of(self, lines: Ints) -> Ints | None:
        """The same for lines of piece, cell and change."""
        change = _filled(lines, (len(self.block.pieces), len(self.block.cells)))
        if ((self.people + change).data < 0).any():
            return None
        return self.with_sums((self.zones @ change @ self.counts).toarray())

    def with_sums(self, counts: Ints) -> Ints:
        """The counts, those of areas that share a sum added to what its own piece holds."""
        for (row, column), (areas, _) in self.shares.items():
            counts[row, column] += counts[areas, column].sum()
        return counts

    def moved(self, change: Ints) -> str:
        """A published number that changes; "" where none does."""
        at = np.argwhere(self.told.outside & (change != 0))
        return self.name(*at[0].tolist()) if len(at) else ""

    def name(self, row: int, column: int) -> str:
        """Area and period."""
        rows, columns = list(self.rows), list(self.columns)
        return ", ".join([*(str(part) for part in rows[row]), columns[column][1]])


def _filled(lines: Ints, shape: tuple[int, int]) -> csr_matrix:
    """Numbers at their piece and cell; those at the same place are added up."""
    from scipy.sparse import coo_matrix

    return coo_matrix((lines[:, 2], (lines[:, 0], lines[:, 1])), shape=shape).tocsr()


def populations(
    block: Block,
    keys: Sequence[Key],
    outside: Known,
    pieces: Callable[[Sequence[Zoning]], Sequence[Mapping[Zoning, str]]],
) -> Populations:
    """The first population as counts, compared with everything that the house knows."""
    zonings = list(dict.fromkeys((key[0], key[1]) for key in keys))
    names: dict[Row, None] = {(*zoning, area): None for piece in block.pieces for zoning, area in piece.items()}
    names |= {(zoning, piece): None for piece in block.sums for zoning in zonings}
    left = _left(block)
    names |= dict.fromkeys(left)
    rows = {row: number for number, row in enumerate(names)}
    columns = {column: number for number, column in enumerate(dict.fromkeys((key[3], key[4]) for key in keys))}
    parts = [added_up(*column) for column in columns]
    scale = np.array([one for one, _ in parts], dtype=np.int64)
    shape = len(rows), len(columns)
    faults = [*_ground_faults(block, zonings, pieces), *_cell_faults(block, parts), *_lost(keys, rows)]
    lines, cut = _counted(block, [one for _, one in parts])
    counts = _filled(lines, (len(block.cells), len(columns)))
    told = _told([key for key in keys if key[:3] in rows], outside, rows, columns)
    zones = _zones(block, rows, left)
    found = Populations(
        block, rows, columns, scale, zones, counts, np.zeros(shape, np.int64), told, faults=faults + cut
    )
    if not found.faults:
        found.first = (zones @ found.people @ counts).toarray()
        found.faults += _compared(found)
        for row, (larger, smaller, _) in left.items():
            inside = found.told.inside
            inside[rows[row]] = sum(inside[rows[one]] for one in larger) - sum(inside[rows[one]] for one in smaller)
            told.nowhere[rows[row]] = told.nowhere[[rows[one] for one in (*larger, *smaller)]].any(axis=0)
    return found


Ground = dict[Row, tuple[list[Row], list[Row], frozenset[int]]]


def _left(block: Block) -> Ground:
    """The ground between areas of two levels or boundaries: areas of the larger sum, of the smaller one, and its pieces."""
    layers: dict[str, dict[str, set[int]]] = {}
    zonings = {" ".join(zoning): zoning for piece in block.pieces for zoning in piece}
    for number, piece in enumerate(block.pieces):
        for zoning, area in piece.items():
            layers.setdefault(" ".join(zoning), {}).setdefault(area, set()).add(number)
    held = {name: {area: frozenset(inside) for area, inside in layer.items()} for name, layer in layers.items()}
    found: Ground = {}
    for one in left_between(held):
        if not one.parts.isdisjoint(block.sums):
            continue
        larger, smaller = (
            [(*zonings[name], area) for area in areas]
            for name, areas in ((one.larger, one.larger_areas), (one.smaller, one.smaller_areas))
        )
        key = one.larger, " + ".join(one.larger_areas), one.smaller, " + ".join(one.smaller_areas)
        found[key] = list[Row](larger), list[Row](smaller), one.parts
    return found


def _told(keys: Sequence[Key], outside: Known, rows: Mapping[Row, int], columns: Mapping[Column, int]) -> Told:
    shape = len(rows), len(columns)
    found = Told(np.full(shape, np.nan), *(np.zeros(shape, dtype=bool) for _ in range(6)))
    for key in keys:
        at = rows[key[:3]], columns[key[3], key[4]]
        found.inside[at] = outside.inside.get(key, np.nan)
        found.outside[at] = key in outside.outside
        found.shown[at] = key in outside.shown
        found.own[at] = key in outside.own
        found.kept[at] = key in outside.kept
        found.nowhere[at] = key in outside.corrected and key not in outside.own and key not in outside.kept
        found.forgotten[at] = key in outside.kept and key not in outside.inside
    return found


def _ground_faults(
    block: Block, zonings: Sequence[Zoning], pieces: Callable[[Sequence[Zoning]], Sequence[Mapping[Zoning, str]]]
) -> Iterator[Fault]:
    """The certificate speaks of the ground of this house; a piece that stands for others lies where they lie."""
    ground = [dict(one) for one in pieces(zonings)]
    given = [dict(one) for one in block.pieces]
    more = range(len(ground), len(given))
    same = given[: len(ground)] == ground and set(block.sums) == set(more)
    inside = all(
        set(given[piece].items()) <= set.intersection(*(set(ground[one].items()) for one in block.sums[piece]))
        for piece in more
        if same and block.sums[piece] and max(block.sums[piece]) < len(ground)
    )
    if not same or not inside:
        yield Fault("other_ground", "The certificates speak of other areas than the workspace.")


def _cell_faults(block: Block, parts: Sequence[tuple[int, Mapping[Part, int]]]) -> Iterator[Fault]:
    wheres: dict[tuple[str, str], list[tuple[tuple[str, object], ...]]] = {}
    for _, one in parts:
        for facts, where, period in one:
            wheres.setdefault((facts, period), []).append(where)
    if any(not possible(cell, wheres.get((cell.facts, cell.period), [])) for cell in block.cells):
        yield Fault("impossible_cell", "The certificates count people who cannot exist.")
    if len({(one.facts, one.period, tuple(sorted(one.where.items(), key=repr))) for one in block.cells}) < len(
        block.cells
    ):
        yield Fault("cell_twice", "The certificates name a group of people twice.")
    if (block.people[:, 2] < 0).any():
        yield Fault("negative", "population {number} would count somebody less than zero times.", values={"number": 0})


def _lost(keys: Sequence[Key], rows: Mapping[Row, int]) -> Iterator[Fault]:
    lost = sorted({", ".join(key[:3]) for key in keys if key[:3] not in rows})
    if lost:
        what = "The certificates say nothing of {places}."
        yield Fault("not_covered", what, values={"places": "; ".join(lost[:5])})


def _zones(block: Block, rows: Mapping[Row, int], left: Ground) -> csr_matrix:
    """Which pieces each area holds."""
    lines = [
        (rows[*zoning, area], number, 1) for number, piece in enumerate(block.pieces) for zoning, area in piece.items()
    ]
    lines += [(place, row[1], 1) for row, place in rows.items() if len(row) == 2]
    lines += [(rows[row], piece, 1) for row, (_, _, parts) in left.items() for piece in sorted(parts)]
    return _filled(np.array(lines, dtype=np.int64).reshape(-1, 3), (len(rows), len(block.pieces)))


def _counted(block: Block, parts: Sequence[Mapping[Part, int]]) -> tuple[Ints, list[Fault]]:
    """Lines of cell, count and how often the one is in the other; and what is wrong with the cells."""
    lines: list[tuple[int, int, int]] = []
    by_place: dict[tuple[str, str], list[int]] = {}
    for number, cell in enumerate(block.cells):
        by_place.setdefault((cell.facts, cell.period), []).append(number)
    try:
        for column, one in enumerate(parts):
            for (facts, where, period), times in one.items():
                mine = by_place.get((facts, period), ())
                lines += [(number, column, times) for number in mine if holds(where, block.cells[number])]
    except CutError:
        return _NOTHING, [Fault("cell_cut", "The certificates count groups of people that a condition cuts in two.")]
    return np.array(lines, dtype=np.int64).reshape(-1, 3), []


_NOTHING = np.empty((0, 3), dtype=np.int64)


def _compared(found: Populations) -> Iterator[Fault]:
    """Numbers that the first population does not give; shares of counts are compared as sums."""
    for row, place in found.rows.items():
        if len(row) == 2:
            _compare_sum(found, row[0], row[1], place)
    for at, column in np.argwhere(_wrong(found)).tolist():
        what = "the number of {place} is not the one of the certificates' people."
        yield Fault("other_count", what, values={"place": found.name(at, column)})


def _wrong(found: Populations) -> Marks:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(found.told.inside * found.scale - found.first) > CLOSE)


def _compare_sum(found: Populations, zoning: Zoning, piece: int, at: int) -> None:
    """Areas of changed boundaries hold shares of counts: their sum is that of the piece that stands for them.

    It is told as soon as one of them is, and hidden numbers among them must be able to leave it.
    """
    inside = np.asarray(found.zones[:, list(found.block.sums[piece])].sum(axis=1) == found.zones.sum(axis=1)).ravel()
    areas = [place for row, place in found.rows.items() if row[:2] == zoning and inside[place]]
    wrong = _wrong(found)[areas]
    told = found.told
    for column in np.flatnonzero(wrong.any(axis=0)).tolist():
        shares = np.array(areas)[wrong[:, column]]
        numbers = told.inside[shares, column]
        total = float(numbers.sum()) * int(found.scale[column])
        people = found.first[at, column] + found.first[shares, column].sum()
        if abs(total - people) > CLOSE * len(shares):
            continue
        found.shares[at, column] = shares, numbers
        found.first[at, column] = people
        told.inside[at, column] = people / int(found.scale[column])
        told.inside[shares, column] = np.nan
        for marks in (told.own, told.outside, told.shown):
            marks[at, column] = marks[shares, column].any()
