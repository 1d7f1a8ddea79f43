"""Checks a protected table against its inner cells and certificates: integer arithmetic, no solver, no engine code.

A certificate is another possible table: changes of inner cells under which no count turns negative and no published
cell changes. Whoever sees the published cells cannot tell the two apart. A sensitive cell is safe when one certificate
brings it to the minimum or more and one brings it to 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import Fault, Place
from sozialraum.protection.tables.checked.asked import Asked, asked, axes_of, well_stated
from sozialraum.protection.tables.checked.axes import Axis, placed, spread, sums
from sozialraum.protection.tables.checked.insiders import Knowers, knowers

FORMAT = "sozialraum-certificates/1"
LARGEST = 2**53
COUNT = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be checked.

    `cells`: text columns of the inner cells; `counts`: their counts; `chains`: columns per hierarchy, finest first;
    `table`: text columns of the protected table, one per dimension with `n` and `flag`; `certificates`: the content of
    the file; `minimum`, `zeros` and the parts of `rule` (as the certificates state them: `units`, `insiders`, `attributes`,
    `differences`): what is asked for (None or left out: what the certificates name). `file`, `lines`: where the lines of
    the table stand; `proof`: the file of the certificates.
    """

    cells: Mapping[str, Sequence[str]]
    counts: Sequence[int]
    chains: Sequence[Sequence[str]]
    table: Mapping[str, Sequence[str]]
    certificates: Mapping[str, object]
    minimum: int | None = None
    zeros: bool | None = None
    rule: Mapping[str, object] = field(default_factory=dict)
    file: str = ""
    lines: Sequence[int] = ()
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Every fault found, and what was checked: lines of the table, sensitive cells, hidden cells, certificates."""

    faults: tuple[Fault, ...]
    lines: int = 0
    sensitive: int = 0
    hidden: int = 0
    certificates: int = 0


def verify(claim: Claim) -> Verdict:
    """The verdict; the table is proved safe when it has no faults."""
    form = list(_form_faults(claim))
    if form:
        return Verdict(tuple(form))
    axes = axes_of(claim.certificates, claim.cells, claim.chains, claim.counts)
    inner = _inner(claim, axes)
    values = sums(axes, inner)
    wanted = asked(claim.certificates, axes, claim.cells, claim.counts, values)
    places, faults = _places(claim, axes)
    lines = places.ravel()
    faults += _line_faults(claim, values, wanted.sensitive, lines)
    faults.sort(key=lambda one: one.place.row or 0)
    if not any(one.code == "lines_missing" for one in faults):
        faults += _proof_faults(claim, axes, inner, wanted, lines)
    hidden, sensitive = sum(flag != "ok" for flag in claim.table["flag"]), int(wanted.sensitive[lines >= 0].sum())
    return Verdict(tuple(faults), len(claim.table["flag"]), sensitive, hidden, len(_given(claim)))


def _names(claim: Claim) -> list[str]:
    return list(dict.fromkeys(chain[0] for chain in claim.chains))


def _fault(kind: str, what: str, claim: Claim, row: int | None = None, column: str = "", **values: object) -> Fault:
    line = None if row is None or row < 0 else claim.lines[row] if claim.lines else row + 2
    return Fault(kind, what, Place(claim.file, row=line, column=column), values=values)


def _form_faults(claim: Claim) -> Iterator[Fault]:
    if claim.certificates.get("format") != FORMAT:
        what = "the certificates are not of the format {format}."
        yield Fault("certificate_format", what, Place(claim.proof), values={"format": FORMAT})
        return
    for wanted in [*_names(claim), "n", "flag"]:
        if wanted not in claim.table:
            what = "column '{wanted}' is missing in the protected table."
            yield Fault("missing_column", what, Place(claim.file), values={"wanted": wanted})
    if not well_stated(claim.certificates, claim.cells, claim.chains):
        what = "the rule in the certificates cannot be read, or names columns that the cells do not have."
        yield Fault("rule_form", what, Place(claim.proof))
        return
    asked_for = {"minimum": claim.minimum, "zeros": claim.zeros, **claim.rule}
    for name, wanted_rule in asked_for.items():
        made_for = claim.certificates.get(name)
        if wanted_rule is not None and wanted_rule != made_for:
            what = "the certificates were made for {name} = {stated}, asked for is {asked}."
            values = {"name": name, "stated": _text(made_for), "asked": _text(wanted_rule)}
            yield Fault("other_rule", what, Place(claim.proof), values=values)


def _text(rule: object) -> object:
    """A part of the rule as it is written in a call."""
    if not isinstance(rule, list):
        return rule
    return ", ".join("=".join(map(str, one.values())) if isinstance(one, dict) else str(one) for one in rule)


def _places(claim: Claim, axes: Sequence[Axis]) -> tuple[NDArray[np.int64], list[Fault]]:
    """The line of the table for every combination of codes; faults for unknown, doubled and missing ones."""
    places = np.full(tuple(one.size for one in axes), -1, dtype=np.int64)
    at = np.array([[one.codes.get(code, -1) for code in claim.table[one.name]] for one in axes], dtype=np.int64)
    known = np.flatnonzero((at >= 0).all(axis=0))
    _, first = np.unique(np.ravel_multi_index(tuple(at[:, known]), places.shape), return_index=True)
    rows = known[first]
    places[tuple(at[:, rows])] = rows
    faults: list[Fault] = []
    for row in np.setdiff1d(np.arange(at.shape[1]), rows).tolist():
        unknown = [one.name for one, place in zip(axes, at[:, row].tolist(), strict=True) if place < 0]
        what = "the code '{code}' does not occur in the cells."
        faults += [_fault("unknown_code", what, claim, row, one, code=claim.table[one][row]) for one in unknown]
        if not unknown:
            what, before = "this combination of codes stands already in line {line}.", int(places[tuple(at[:, row])])
            faults.append(_fault("line_twice", what, claim, row, line=_fault("", "", claim, before).place.row))
    return places, [*faults, *_missing(claim, axes, places)]


def _missing(claim: Claim, axes: Sequence[Axis], places: NDArray[np.int64]) -> Iterator[Fault]:
    missing = np.argwhere(places[tuple(slice(len(one.codes)) for one in axes)] < 0)
    if len(missing):
        first = " / ".join(list(one.codes)[at] for one, at in zip(axes, missing[0].tolist(), strict=True))
        what = "combinations of codes that are missing: {count}, first {first}."
        yield _fault("lines_missing", what, claim, count=len(missing), first=first)


def _inner(claim: Claim, axes: Sequence[Axis]) -> NDArray[np.int64]:
    inner = np.zeros(tuple(len(one.leaves) for one in axes), dtype=np.int64)
    np.add.at(inner, tuple(placed(axes, claim.cells)), np.array(claim.counts, dtype=np.int64))
    return inner


def _proof_faults(
    claim: Claim, axes: Sequence[Axis], inner: NDArray[np.int64], wanted: Asked, lines: NDArray[np.int64]
) -> list[Fault]:
    """Certificates that are none, and what they leave unproved of a table that shows every combination."""
    values, faults = sums(axes, inner), list[Fault]()
    open_ = np.array([flag == "ok" for flag in claim.table["flag"]])
    reached = np.stack([values >= wanted.high, values <= wanted.low])  # the table itself is possible
    shown = np.where(lines >= 0, open_[lines], False)
    inside = _inside(claim, axes, wanted)
    for number, one in enumerate(_given(claim)):
        found = _witness(axes, inner, one, shown)
        if isinstance(found, str):
            faults.append(Fault("certificate", found, Place(claim.proof), values={"number": number + 1}))
            continue
        touched, change = found
        after = values[touched] + change
        reached[0, touched[after >= wanted.high[touched]]] = True
        reached[1, touched[after <= wanted.low[touched]]] = True
        if inside:
            inside.take(touched, change)
    return [*faults, *_unproved(claim, wanted, reached, lines), *_narrowed(claim, inside, lines)]


def _inside(claim: Claim, axes: Sequence[Axis], wanted: Asked) -> Knowers | None:
    """The people inside, where the rule asks for safety from them."""
    if not claim.certificates.get("insiders"):
        return None
    return knowers(claim.certificates, axes, claim.cells, claim.counts, wanted)


def _narrowed(claim: Claim, inside: Knowers | None, lines: NDArray[np.int64]) -> Iterator[Fault]:
    for place in inside.unproved() if inside else ():
        what = "nothing proves that nobody inside another hidden cell can narrow this one."
        yield _fault("narrowed_inside", what, claim, int(lines[place]))


def _unproved(claim: Claim, wanted: Asked, reached: NDArray[np.bool_], lines: NDArray[np.int64]) -> Iterator[Fault]:
    for place in np.flatnonzero(wanted.sensitive & ~reached.all(axis=0)).tolist():
        bound = f">= {wanted.high[place]}" if not reached[0, place] else f"{wanted.low[place]}"
        what = "nothing proves that this hidden cell may be {bound}."
        if lines[place] < 0:
            what = "nothing proves that a difference of published sums may be {bound}."
        yield _fault("unproved", what, claim, int(lines[place]), bound=bound)


def _given(claim: Claim) -> list[object]:
    """The certificates, each with the codes of the inner cells that it changes."""
    given = claim.certificates.get("certificates")
    return list(given) if isinstance(given, list) else []


def _line_faults(
    claim: Claim, values: NDArray[np.int64], sensitive: NDArray[np.bool_], lines: NDArray[np.int64]
) -> Iterator[Fault]:
    """Published counts are the sums of the cells; sensitive ones are hidden as such; hidden ones are empty."""
    seen = np.flatnonzero(lines >= 0)
    flags, texts = (np.array(claim.table[name], dtype=str)[lines[seen]] for name in ("flag", "n"))
    right = np.where(sensitive[seen], flags == "primary", flags == "secondary") & (texts == "")
    right |= (flags == "ok") & ~sensitive[seen] & (texts == values[seen].astype(str))
    for place, row in zip(seen[~right].tolist(), lines[seen[~right]].tolist(), strict=True):
        shown, flag = claim.table["n"][row], claim.table["flag"][row]
        if flag not in ("ok", "primary", "secondary"):
            yield _fault("flag", "the flag must be ok, primary or secondary.", claim, row, "flag")
        elif flag == "ok" and sensitive[place]:
            yield _fault("sensitive_published", "a count below the minimum is published.", claim, row)
        elif flag == "ok" and not COUNT.fullmatch(shown):
            yield replace(
                _fault("no_count", "a published count must be a whole number from 0.", claim, row, "n"), value=shown
            )
        elif flag == "ok":
            yield _fault("other_count", "the published count is not the sum of the cells.", claim, row, "n")
        elif flag != "ok" and shown:
            yield _fault("hidden_count_shown", "a hidden cell holds a count.", claim, row, "n")
        elif flag != "ok" and (flag == "primary") != bool(sensitive[place]):
            yield _fault("wrong_flag", "the flag does not fit the count.", claim, row, "flag")


BAD_FORM = "certificate {number} names unknown codes or numbers that are no whole numbers."
NEGATIVE = "certificate {number} would make a count negative."
CHANGES = "certificate {number} changes a published cell."


def _witness(
    axes: Sequence[Axis], inner: NDArray[np.int64], given: object, shown: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]] | str:
    """The combinations that the certificate changes and by how much, or why it is none."""
    read = _changes(axes, given)
    if read is None:
        return BAD_FORM
    at, amounts = read
    cells = np.ravel_multi_index(at, inner.shape)
    if len(np.unique(cells)) != len(cells) or (inner.ravel()[cells] + amounts < 0).any():
        return NEGATIVE
    flat, parts = spread(axes, at, amounts)
    touched, where = np.unique(flat, return_inverse=True)
    change = np.zeros(len(touched), dtype=np.int64)
    np.add.at(change, where, parts)
    if change[shown[touched]].any():
        return CHANGES
    return touched, change


def _changes(axes: Sequence[Axis], given: object) -> tuple[tuple[NDArray[np.int64], ...], NDArray[np.int64]] | None:
    """Inner cells and amounts of one certificate: a list of [code, ..., amount]."""
    if not isinstance(given, list) or not given:
        return None
    if any(not isinstance(one, list) or len(one) != len(axes) + 1 for one in given):
        return None
    *codes, amounts = zip(*given, strict=True)
    if set(map(type, amounts)) != {int} or max(map(abs, amounts)) > LARGEST:
        return None
    if any(set(map(type, column)) != {str} for column in codes):
        return None
    at = [[axis.leaves.get(code, -1) for code in column] for axis, column in zip(axes, codes, strict=True)]
    if min(map(min, at)) < 0:
        return None
    return tuple(np.array(at, dtype=np.int64)), np.array(amounts, dtype=np.int64)
