"""Inner cells with keys for the methods that need chance: from counts, or from one line per person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError, Fault, Place
from sozialraum.protection.noise.keys import Keys, Secret, cell_keys, record_keys, secret_from
from sozialraum.protection.tables import Column, hidden_sums
from sozialraum.runs.checks import missing_column
from sozialraum.runs.protection.persons import counted, distinct_rows, refuse_cells, with_levels
from sozialraum.runs.protection.reading import (
    code_faults,
    hierarchies_of,
    read_cells,
    refuse,
    refuse_too_large,
    together,
)
from sozialraum.runs.tables import TextTable, readable_lines

KEY_BITS = 64


@dataclass(frozen=True, slots=True)
class Cells:
    """Distinct rows of codes as hierarchies (finest column first), the count of each and the sum of its keys."""

    hierarchies: list[list[Column]]
    counts: NDArray[np.int64]
    keys: Keys
    warnings: list[Fault] = field(default_factory=list)


def cells_with_keys(source: str, options: Mapping[str, Any], chains: Sequence[Sequence[str]]) -> Cells:
    """The cells of the call. Raises: CallError (2), InputError with every fault (3)."""
    count, person, key = (str(options.get(name) or "") for name in ("count", "id", "key"))
    if count and person:
        what = "--count and --id cannot go together: a line is either a cell with a count, or a person."
        raise CallError(what, remedy="Leave one of them out.")
    table, ragged = readable_lines(source)
    count = count or ("" if person else table.counted)
    if not (count or person or key):
        raise CallError("Neither --count nor --id is given.", remedy="Name the column of counts, or of persons' ids.")
    secret = _secret(options, key)
    with together(ragged):
        chains = with_levels(table, chains)
        if count:
            return _from_counts(table, chains, count, key, secret)
        return _from_persons(table, chains, person, key, secret)


def cells_without_keys(source: str, options: Mapping[str, Any], chains: Sequence[Sequence[str]]) -> Cells:
    """The cells of the call for methods that use no chance; without --count every line is a person.

    Raises: CallError (2), InputError with every fault (3).
    """
    table, ragged = readable_lines(source)
    with together(ragged):
        chains = with_levels(table, chains)
        table, count = counted(table, str(options.get("count") or ""), chains)
        counts = read_cells(table, count, chains)
    columns = hierarchies_of(table, chains)
    return Cells(columns, counts, np.zeros(len(counts), dtype=np.uint64), hidden_sums(columns, counts))


def _secret(options: Mapping[str, Any], key: str) -> Secret | None:
    given = str(options.get("secret") or "")
    if bool(given) == bool(key):
        what = "Give either --secret (a file) or --key (a column of record keys)."
        raise CallError(what, remedy="Keys come from one secret that stays the same for all tables.")
    return secret_from(Path(given)) if given else None


def _from_counts(
    table: TextTable, chains: Sequence[Sequence[str]], count: str, key: str, secret: Secret | None
) -> Cells:
    keys, faults = _given_keys(table, key)
    counts = read_cells(table, count, chains, more=faults)
    if secret:
        names = list(dict.fromkeys(chain[0] for chain in chains))
        codes = zip(*(table.columns[name] for name in names), strict=True)
        keys = cell_keys(secret, names, codes, counts.tolist())
    columns = hierarchies_of(table, chains)
    return Cells(columns, counts, np.where(counts > 0, keys, np.uint64(0)), hidden_sums(columns, counts))


def _from_persons(
    table: TextTable, chains: Sequence[Sequence[str]], person: str, key: str, secret: Secret | None
) -> Cells:
    names = list(dict.fromkeys(name for chain in chains for name in chain))
    if not person:
        refuse_cells(table, [*names, key])
    faults = code_faults(table, chains, [person] if person else [])
    keys, wrong = _given_keys(table, key)
    refuse([*faults, *wrong, *(_id_faults(table, person) if person in table.columns else ())])
    refuse_too_large(table, chains)
    if secret:
        keys = record_keys(secret, table.columns[person])
    warnings = list(_row_numbers(table, person)) if person else []
    return _gathered(table, chains, names, keys, warnings)


def _id_faults(table: TextTable, person: str) -> Iterator[Fault]:
    """Faults of the ids; their values are never told."""
    if len(set(table.columns[person])) == len(table.lines) and "" not in table.columns[person]:
        return
    first: dict[str, int] = {}
    for row, one in enumerate(table.columns[person]):
        before = first.setdefault(one, row)
        if not one:
            remedy = "Every person needs an id that stays the same in every extraction."
            yield Fault("empty_id", "the id of this person is empty.", table.place(row, person), remedy=remedy)
        elif before != row:
            values = {"line": table.lines[before]}
            what, remedy = "this person stands already in line {line}.", "Give one line per person."
            yield Fault("person_twice", what, table.place(row, person), remedy=remedy, values=values)


def _row_numbers(table: TextTable, person: str) -> Iterator[Fault]:
    ids = table.columns[person]
    starts = ids[0] if ids[0] in ("0", "1") else ""
    if len(ids) > 1 and starts and all(one == str(int(starts) + row) for row, one in enumerate(ids)):
        what = (
            "the ids count the lines of the file; noise is the same in the next table only if each person keeps the id."
        )
        remedy = "Use the id of the register."
        yield Fault("row_numbers", what, Place(table.file, column=person), remedy=remedy, severity="warning")


def _given_keys(table: TextTable, key: str) -> tuple[Keys, list[Fault]]:
    """Record keys from a column of decimals from 0 to below 1, exactly; a fault for each that is none."""
    if key not in table.columns:
        return np.empty(0, dtype=np.uint64), [missing_column(table, key)] if key else []
    keys, faults = [], []
    for row, text in enumerate(table.columns[key]):
        plain = text.replace(",", ".") if table.comma else text
        whole, _, digits = plain.partition(".")
        if whole in ("", "0") and (digits or whole) and (digits or "0").isdecimal() and digits.isascii():
            keys.append((int(digits or "0") << KEY_BITS) // 10 ** len(digits))
        else:
            what, remedy = "a record key is a number from 0 to below 1.", "Give the record keys of the whole file."
            faults.append(Fault("record_key", what, table.place(row, key), remedy=remedy))
    return np.array(keys, dtype=np.uint64), faults


def _gathered(
    table: TextTable, chains: Sequence[Sequence[str]], names: Sequence[str], keys: Keys, warnings: list[Fault]
) -> Cells:
    distinct, rank = distinct_rows(table, names)
    sums = np.zeros(len(distinct.lines), dtype=np.uint64)
    np.add.at(sums, rank, keys)
    return Cells(hierarchies_of(distinct, chains), np.bincount(rank).astype(np.int64), sums, warnings)
