"""The file with the proof of a release: one possible population, and others as changes of it.

Whoever has it can narrow hidden counts: it stays in the house, beside the ledger.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sozialraum.errors import Fault, InputError, Place

FORMAT = "sozialraum-gate-certificates/1"
LARGEST = 2**53
Ints = npt.NDArray[np.int64]
Zoning = tuple[str, str]  # level, vintage


@dataclass(frozen=True, slots=True)
class Cell:
    """A group of people: facts and measure, period, and per dimension an age range [from, below), a code, or any other."""

    facts: str
    period: str
    where: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Block:
    """Periods that hang together.

    `pieces`: of each piece of ground the area in which it lies, per level and boundaries. `sums`: pieces that stand for
    several others, of which only a sum is counted. `people`: lines of piece, cell, number; `others`: lines of piece, cell,
    change, one table per other population; `alike`: such tables that change no number of the house.
    """

    periods: tuple[str, ...]
    pieces: tuple[Mapping[Zoning, str], ...]
    sums: Mapping[int, tuple[int, ...]]
    cells: tuple[Cell, ...]
    people: Ints
    others: tuple[Ints, ...]
    alike: tuple[Ints, ...] = ()


@dataclass(frozen=True, slots=True)
class Certificate:
    """The proof of one release, and the rule that it proves; `insiders`: also against people inside; `classes`: those of
    an index are the same in every population; `former`: the blocks of every former state of the facts."""

    minimum: int
    rest: bool
    blocks: tuple[Block, ...]
    insiders: bool = False
    classes: bool = False
    former: tuple[tuple[Block, ...], ...] = ()


def write_certificate(one: Certificate) -> bytes:
    """The content of the file, the same for the same certificate."""
    content = {
        "format": FORMAT,
        "minimum": one.minimum,
        "rest": one.rest,
        "insiders": one.insiders,
        "classes": one.classes,
        "blocks": [_as_record(block) for block in one.blocks],
        "former": [[_as_record(block) for block in blocks] for blocks in one.former],
    }
    return gzip.compress(json.dumps(content, separators=(",", ":"), sort_keys=True).encode(), mtime=0)


def _as_record(block: Block) -> dict[str, Any]:
    return {
        "periods": block.periods,
        "pieces": [[[*zoning, area] for zoning, area in piece.items()] for piece in block.pieces],
        "sums": sorted(block.sums.items()),
        "cells": [[one.facts, one.period, dict(one.where)] for one in block.cells],
        "people": block.people.T.tolist(),
        "others": [one.T.tolist() for one in block.others],
        "alike": [one.T.tolist() for one in block.alike],
    }


def read_certificate(content: bytes, file: str = "") -> Certificate:
    """The certificate in a file. Raises: InputError when it is none."""
    try:
        record = json.loads(gzip.decompress(content))
        if record["format"] != FORMAT:
            raise ValueError(record["format"])
        blocks = tuple(_block(one) for one in record["blocks"])
        more = bool(record.get("insiders")), bool(record.get("classes"))
        former = tuple(tuple(_block(one) for one in state) for state in record.get("former", ()))
        return Certificate(_whole(record["minimum"]), bool(record["rest"]), blocks, *more, former)
    except (ValueError, KeyError, TypeError, IndexError, EOFError, OSError):
        what = "The certificates of this release are damaged and cannot be read."
        remedy = "Bring the file back from a backup."
        raise InputError([Fault("damaged", what, Place(file), remedy=remedy)]) from None


def _block(record: Mapping[str, Any]) -> Block:
    pieces = tuple({(str(level), str(vintage)): str(area) for level, vintage, area in one} for one in record["pieces"])
    cells = tuple(Cell(str(facts), str(period), _where(where)) for facts, period, where in record["cells"])
    size = len(pieces), len(cells)
    sums = {_whole(piece): tuple(_whole(one) for one in inside) for piece, inside in record["sums"]}
    if any(not 0 <= one < len(pieces) for piece, inside in sums.items() for one in (piece, *inside)):
        raise ValueError("sums")
    others, alike = (tuple(_lines(one, size) for one in record.get(name, ())) for name in ("others", "alike"))
    return Block(tuple(map(str, record["periods"])), pieces, sums, cells, _lines(record["people"], size), others, alike)


def _where(record: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, one in record.items():
        if isinstance(one, list):
            low, high = one
            found[name] = (_whole(low), _whole(high))
        else:
            found[name] = None if one is None else str(one)
    return found


def _lines(columns: Sequence[Sequence[int]], size: tuple[int, int]) -> Ints:
    pieces, cells, numbers = ([_whole(one) for one in column] for column in columns)
    found = np.array(list(zip(pieces, cells, numbers, strict=True)), dtype=np.int64).reshape(-1, 3)
    if ((found[:, :2] < 0) | (found[:, :2] >= size)).any():
        raise ValueError("no such piece or cell")
    return found


def _whole(one: object) -> int:
    if type(one) is not int or abs(one) > LARGEST:
        raise ValueError("no whole number")
    return one
