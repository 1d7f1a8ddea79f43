"""Other populations that leave the classes of earlier releases as they are.

A class that went out binds as a number does: populations that give another one prove nothing. Where a secret has no other
proof, the smallest moves of people that make it low or high enough are sought instead, each with other weights, until one
of them leaves every class as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sozialraum.errors import UnsafeReleaseError
from sozialraum.protection.linked import Otherwise
from sozialraum.protection.moving import groups_in, numbers, rests, secret_row, tied
from sozialraum.protection.proved import Asked, Block, Certificate, Classes, Evidence, State, classes_of, states
from sozialraum.protection.tables import Bounds, Program

Ints = npt.NDArray[np.int64]
TURNS = 8
"""Moves that are tried for each secret."""
WEIGHTS = 20.0
NODES = 100


def sparing_classes(evidence: Evidence, others: Sequence[Otherwise]) -> tuple[Certificate, Sequence[Otherwise]]:
    """The certificate and the other populations with such only that leave the classes of earlier releases as they are.

    Raises: UnsafeReleaseError when a secret then has no proof.
    """
    if not any(map(classes_of, (evidence.earlier, *(one.earlier for one in evidence.former)))):
        return evidence.certificate, others
    today, *former = [_spared(state) for state in states(evidence)]
    replaced = [replace(one, others=block.others) for one, block in zip(others, today, strict=True)]
    return replace(evidence.certificate, blocks=tuple(today), former=tuple(map(tuple, former))), replaced


def _spared(state: State) -> list[Block]:
    """The blocks of a state with populations that prove something only."""
    sought = [_Sought(one) for one in state.asked]
    for one in sought:
        list(one.asked.taken(set(), ()))
    for turn in range(TURNS):
        tried = [(one, *move) for one in sought for move in one.moves(turn)]
        if not tried:
            break
        for at in _leaving_classes(tried, classes_of(state.before)):
            one, lines, change = tried[at]
            one.take(lines, change)
    _refuse(sought)
    return [one.block for one in sought]


def _leaving_classes(tried: Sequence[tuple[_Sought, Ints, Ints]], before: Sequence[Classes]) -> Iterator[int]:
    """The moves that leave every class of these releases as it is."""
    for one, _, change in tried:
        for edition in before:
            edition.take(one.asked.one, change)
    apart = {at - 1 for edition in before for at in edition.other()}
    yield from (at for at in range(len(tried)) if at not in apart)


def _refuse(sought: Sequence[_Sought]) -> None:
    left = [name for one in sought for name in one.unproved()]
    if left:
        raise UnsafeReleaseError(
            "{count} small counts or groups could be told from the classes that an earlier release shows; places: {places}.",
            why="Whoever computes the index for every possible count sees which of them fit these classes.",
            remedy="Release fewer or coarser counts of what the index is made of.",
            count=len(left),
            places="; ".join(sorted(left)[:5]),
        )


@dataclass(frozen=True)
class _Sought:
    """Moves of people in a block: whole numbers per piece and group of people, more and less of them."""

    asked: Asked

    @cached_property
    def found(self) -> list[Ints]:
        """Populations that were found."""
        return []

    @property
    def block(self) -> Block:
        """The block with the populations that prove something."""
        block = self.asked.one.block
        kept = (one for number, one in enumerate(block.others) if number not in self.asked.apart)
        return replace(block, others=(*kept, *self.found))

    def unproved(self) -> Iterator[str]:
        """Places of secrets without proof."""
        secret = self.asked.secret
        open_ = {*np.flatnonzero(secret.too_high | secret.too_low).tolist(), *self.asked.narrowed()}
        yield from (str(secret.name(place)["place"]) for place in sorted(open_))

    def take(self, lines: Ints, change: Ints) -> None:
        """Keep a population that changes no published number, where it helps."""
        secret = self.asked.secret
        if not self.asked.one.moved(change) and secret.helped(change) and secret.take(change):
            self.found.append(lines)
            self.asked.heard(lines, change)

    def moves(self, turn: int) -> Iterator[tuple[Ints, Ints]]:
        """For every secret without proof a move that makes it as low or as high as it must be, and what changes in counts."""
        secret = self.asked.secret
        for place in np.flatnonzero(secret.too_high).tolist():
            yield from self._move(place, int(secret.at_most[place]), turn, low=True)
        for place in np.flatnonzero(secret.too_low).tolist():
            yield from self._move(place, int(secret.at_least[place]), turn, low=False)

    def _move(self, place: int, goal: int, turn: int, *, low: bool) -> Iterator[tuple[Ints, Ints]]:
        from scipy.sparse import hstack, vstack

        one, secret = self.asked.one, self.asked.secret
        cells = np.flatnonzero(np.isin(self._tied, self._tied[groups_in(secret, place)]))
        told, (rest_rows, room) = numbers(secret, cells, one.told.outside), rests(secret, cells)
        matrix = vstack([told, secret_row(secret, place, cells), rest_rows]).tocsr()
        goal -= int(secret.first[place])
        least = np.concatenate([np.zeros(told.shape[0]), [-np.inf if low else goal], -room])
        most = np.concatenate([np.zeros(told.shape[0]), [goal if low else np.inf], np.full(len(room), np.inf)])
        have = one.people[:, cells].toarray().ravel().astype(np.float64)
        chance = np.random.default_rng((place, turn))
        cost = 1 + (WEIGHTS * chance.random(len(have)) if turn else np.zeros(len(have)))
        upper = np.concatenate([np.full(len(have), np.inf), have])
        program = Program(
            hstack([matrix, -matrix]).tocsr(), Bounds(least, most), Bounds(np.zeros(2 * len(have)), upper),
            np.tile(cost, 2), whole=True, nodes=NODES, gap=0.5,
        )  # fmt: skip
        solution = program.solve()
        if solution is not None:
            amounts = np.rint(solution[: len(have)] - solution[len(have) :]).astype(np.int64).reshape(-1, len(cells))
            piece, cell = amounts.nonzero()
            lines = np.column_stack([piece, cells[cell], amounts[piece, cell]])
            change = one.change_of(lines)
            if change is not None:
                yield lines, change

    @cached_property
    def _tied(self) -> Ints:
        return tied(self.asked.secret)
