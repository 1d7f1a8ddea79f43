"""Checks a protected table against its inner cells and certificates: integer arithmetic, no solver, no engine code.

A certificate is another possible table: changes of inner cells under which no count turns negative and no published
cell changes. Whoever sees the published cells cannot tell the two apart. A sensitive cell is safe when one certificate
brings it to the minimum or more and one brings it to 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import Fault, Place

TOTAL = "Total"
FORMAT = "sozialraum-certificates/1"
LARGEST = 2**53
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be checked.

    `cells`: text columns of the inner cells; `counts`: their counts; `chains`: columns per hierarchy, finest first;
    `table`: text columns of the protected table, one per dimension with `n` and `flag`; `certificates`: the content of
    the file; `minimum` and `zeros`: the rule that is asked for (None: the one that the certificates name).
    """

    cells: Mapping[str, Sequence[str]]
    counts: Sequence[int]
    chains: Sequence[Sequence[str]]
    table: Mapping[str, Sequence[str]]
    certificates: Mapping[str, object]
    minimum: int | None = None
    zeros: bool | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every fault found, and what was checked: lines of the table, sensitive cells, hidden cells, certificates."""

    faults: tuple[Fault, ...]
    lines: int = 0
    sensitive: int = 0
    hidden: int = 0
    certificates: int = 0


@dataclass(frozen=True, slots=True)
class _Axis:
    name: str
    leaves: Mapping[str, int]
    codes: Mapping[str, int]
    above: tuple[NDArray[np.int64], ...]  # per inner code: the codes that hold it


def verify(claim: Claim) -> Verdict:
    """The verdict; the table is proved safe when it has no faults."""
    form = list(_form_faults(claim))
    if form:
        return Verdict(tuple(form))
    axes = [_axis(claim, name) for name in _names(claim)]
    places, faults = _places(claim, axes)
    if faults:
        return Verdict(tuple(faults), len(claim.table["n"]))
    inner = _inner(claim, axes)
    return _judged(claim, axes, inner, places)


def _names(claim: Claim) -> list[str]:
    return list(dict.fromkeys(chain[0] for chain in claim.chains))


def _fault(kind: str, what: str, claim: Claim, row: int | None = None, column: str = "", **values: object) -> Fault:
    place = Place(claim.file, row=None if row is None else row + 2, column=column)
    return Fault(kind, what, place, values=values)


def _form_faults(claim: Claim) -> Iterator[Fault]:
    if claim.certificates.get("format") != FORMAT:
        what = "the certificates are not of the format {format}."
        yield Fault("certificate_format", what, values={"format": FORMAT})
        return
    for wanted in [*_names(claim), "n", "flag"]:
        if wanted not in claim.table:
            what = "column '{wanted}' is missing in the protected table."
            yield Fault("missing_column", what, Place(claim.file), values={"wanted": wanted})
    stated = {name: claim.certificates.get(name) for name in ("minimum", "zeros")}
    for name, asked in (("minimum", claim.minimum), ("zeros", claim.zeros)):
        if asked is not None and asked != stated[name]:
            what = "the certificates were made for {name} = {stated}, asked for is {asked}."
            values = {"name": name, "stated": stated[name], "asked": asked}
            yield Fault("other_rule", what, values=values)


def _axis(claim: Claim, name: str) -> _Axis:
    chains = [chain for chain in claim.chains if chain[0] == name]
    columns = dict.fromkeys(column for chain in chains for column in chain)
    leaves: dict[str, int] = {}
    codes: dict[str, int] = {TOTAL: 0}
    above: list[set[int]] = []
    for row in zip(*(claim.cells[column] for column in columns), strict=True):
        leaf = leaves.setdefault(row[0], len(leaves))
        if leaf == len(above):
            above.append({0})
        above[leaf].update(codes.setdefault(code, len(codes)) for code in row)
    return _Axis(name, leaves, codes, tuple(np.array(sorted(one), dtype=np.int64) for one in above))


def _places(claim: Claim, axes: Sequence[_Axis]) -> tuple[NDArray[np.int64], list[Fault]]:
    """The line of the table for every combination of codes; faults for unknown, doubled and missing ones."""
    shape = tuple(len(one.codes) for one in axes)
    places = np.full(shape, -1, dtype=np.int64)
    faults: list[Fault] = []
    for row, codes in enumerate(zip(*(claim.table[one.name] for one in axes), strict=True)):
        at = tuple(one.codes.get(code, -1) for one, code in zip(axes, codes, strict=True))
        if min(at) < 0:
            faults.append(_unknown(claim, axes, row, at))
        elif places[at] >= 0:
            faults.append(_fault("line_twice", "this combination of codes stands twice.", claim, row))
        else:
            places[at] = row
    missing = int((places < 0).sum())
    if missing:
        faults.append(_fault("lines_missing", "{count} combinations of codes are missing.", claim, count=missing))
    return places, faults[:SHOWN]


def _unknown(claim: Claim, axes: Sequence[_Axis], row: int, at: Sequence[int]) -> Fault:
    name = axes[list(at).index(-1)].name
    what = "the code '{code}' does not occur in the cells."
    return _fault("unknown_code", what, claim, row, name, code=claim.table[name][row])


def _inner(claim: Claim, axes: Sequence[_Axis]) -> NDArray[np.int64]:
    inner = np.zeros(tuple(len(one.leaves) for one in axes), dtype=np.int64)
    at = tuple(np.array([one.leaves[code] for code in claim.cells[one.name]], dtype=np.int64) for one in axes)
    np.add.at(inner, at, np.array(claim.counts, dtype=np.int64))
    return inner


def _spread(
    axes: Sequence[_Axis], at: Sequence[NDArray[np.int64]], amounts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every combination of codes that holds an inner cell, as flat position, with the amount."""
    shape = tuple(len(one.codes) for one in axes)
    flat = np.zeros(len(amounts), dtype=np.int64)
    origin = np.arange(len(amounts))
    for one, size, leaves in zip(axes, shape, at, strict=True):
        holders = [one.above[leaf] for leaf in leaves[origin].tolist()]
        times = np.array([len(held) for held in holders], dtype=np.int64)
        flat = np.repeat(flat, times) * size + np.concatenate(holders)
        origin = np.repeat(origin, times)
    return flat, amounts[origin]


def _sums(axes: Sequence[_Axis], inner: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every combination of codes from the inner cells, flat."""
    sums = inner
    for axis, one in enumerate(axes):
        held = np.zeros((len(one.codes), len(one.leaves)), dtype=np.int64)
        for leaf, above in enumerate(one.above):
            held[above, leaf] = 1
        sums = np.moveaxis(np.tensordot(held, sums, axes=(1, axis)), 0, axis)
    return sums.ravel()


def _judged(claim: Claim, axes: Sequence[_Axis], inner: NDArray[np.int64], places: NDArray[np.int64]) -> Verdict:
    lines = places.ravel()
    values = np.empty(len(lines), dtype=np.int64)
    values[lines] = _sums(axes, inner)
    open_ = np.array([flag == "ok" for flag in claim.table["flag"]])
    sensitive = (values < _minimum(claim)) & ((values > 0) | bool(claim.certificates.get("zeros")))
    faults = list(_line_faults(claim, values, sensitive))
    reached = np.stack([values >= _minimum(claim), values == 0])  # the table itself is possible
    given = _given(claim)
    for number, one in enumerate(given):
        fault = _witness(axes, inner, one, values, lines, open_, reached, _minimum(claim))
        if fault:
            faults.append(Fault("certificate", fault, values={"number": number + 1}))
    for row in np.flatnonzero(sensitive & ~reached.all(axis=0)).tolist():
        what = "nothing proves that this hidden cell may be {bound}."
        bound = f">= {_minimum(claim)}" if not reached[0, row] else "0"
        faults.append(_fault("unproved", what, claim, row, bound=bound))
    return Verdict(tuple(faults[:SHOWN]), len(lines), int(sensitive.sum()), int((~open_).sum()), len(given))


def _minimum(claim: Claim) -> int:
    return int(str(claim.certificates.get("minimum", 0)))


def _given(claim: Claim) -> list[object]:
    """The certificates, each with the codes of the inner cells that it changes."""
    given = claim.certificates.get("certificates")
    return list(given) if isinstance(given, list) else []


def _line_faults(claim: Claim, values: NDArray[np.int64], sensitive: NDArray[np.bool_]) -> Iterator[Fault]:
    """Published counts are the sums of the cells; sensitive ones are hidden as such; hidden ones are empty."""
    for row, (shown, flag) in enumerate(zip(claim.table["n"], claim.table["flag"], strict=True)):
        if flag not in ("ok", "primary", "secondary"):
            yield _fault("flag", "the flag must be ok, primary or secondary.", claim, row, "flag")
        elif flag == "ok" and sensitive[row]:
            yield _fault("sensitive_published", "a count below the minimum is published.", claim, row)
        elif flag == "ok" and shown != str(values[row]):
            yield _fault("other_count", "the published count is not the sum of the cells.", claim, row, "n")
        elif flag != "ok" and shown:
            yield _fault("hidden_count_shown", "a hidden cell holds a count.", claim, row, "n")
        elif flag != "ok" and (flag == "primary") != bool(sensitive[row]):
            yield _fault("wrong_flag", "the flag does not fit the count.", claim, row, "flag")


BAD_FORM = "certificate {number} names unknown codes or numbers that are no whole numbers."
NEGATIVE = "certificate {number} would make a count negative."
CHANGES = "certificate {number} changes a published cell."


def _witness(
    axes: Sequence[_Axis],
    inner: NDArray[np.int64],
    given: object,
    values: NDArray[np.int64],
    lines: NDArray[np.int64],
    open_: NDArray[np.bool_],
    reached: NDArray[np.bool_],
    minimum: int,
) -> str:
    """Note in `reached` (up, down) what the certificate proves; what comes back is why it proves nothing, or ''."""
    read = _changes(axes, given)
    if read is None:
        return BAD_FORM
    at, amounts = read
    cells = np.ravel_multi_index(at, inner.shape)
    if len(np.unique(cells)) != len(cells) or (inner.ravel()[cells] + amounts < 0).any():
        return NEGATIVE
    flat, parts = _spread(axes, at, amounts)
    touched, where = np.unique(flat, return_inverse=True)
    change = np.zeros(len(touched), dtype=np.int64)
    np.add.at(change, where, parts)
    rows = lines[touched]
    if change[open_[rows]].any():
        return CHANGES
    after = values[rows] + change
    reached[0, rows[after >= minimum]] = True
    reached[1, rows[after == 0]] = True
    return ""


def _changes(axes: Sequence[_Axis], given: object) -> tuple[tuple[NDArray[np.int64], ...], NDArray[np.int64]] | None:
    """Inner cells and amounts of one certificate: a list of [code, ..., amount]."""
    if not isinstance(given, list) or not given:
        return None
    at: list[list[int]] = []
    amounts: list[int] = []
    for one in given:
        if not isinstance(one, list) or len(one) != len(axes) + 1:
            return None
        codes = [axis.leaves.get(code) for axis, code in zip(axes, one[:-1], strict=True)]
        amount = one[-1]
        if None in codes or type(amount) is not int or abs(amount) > LARGEST:
            return None
        at.append([code for code in codes if code is not None])
        amounts.append(amount)
    return tuple(np.array(at, dtype=np.int64).T), np.array(amounts, dtype=np.int64)
