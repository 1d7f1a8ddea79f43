"""`run verify`: is a protected table proved by its certificates? Whole-number arithmetic, no solver."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.protection.tables.verifier import Claim, Verdict, verify
from sozialraum.runs.protect import chains_of, read_cells
from sozialraum.runs.tables import read_table

NOT_PROVED = 4


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Check the table in `source`; nothing is written to `target`.

    Raises: CallError (2), InputError with every fault of the files (3), or with exit code 4 with what is unproved.
    """
    del target
    table = read_table(source)
    certificates = _certificates(str(options["certificates"]))
    chains = chains_of(options.get("dimension") or _named(certificates))
    count = str(options.get("count") or certificates.get("count") or "n")
    cells, numbers = read_cells(read_table(str(options["cells"])), count, chains)
    minimum = options.get("minimum")
    if minimum is not None and not str(minimum).isdecimal():
        what = "--minimum '{given}' is no whole number from 2 to 1000."
        raise CallError(what, remedy="Counts from 1 to one below it are hidden; 3 is usual.", given=minimum)
    zeros = options.get("zeros") == "hide" if options.get("zeros") else None
    asked = int(minimum) if minimum is not None else None
    verdict = verify(
        Claim(cells.columns, numbers.tolist(), chains, table.columns, certificates, asked, zeros, table.file)
    )
    return [_said(verdict)]


def _certificates(source: str) -> dict[str, Any]:
    path = Path(source)
    if not path.is_file():
        raise CallError("There is no file '{path}'.", path=source)
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        what = "the file holds no certificates."
        raise InputError([Fault("certificates", what, Place(path.name), remedy="Give the file of run protect.")])
    return content


def _named(certificates: Mapping[str, Any]) -> list[str]:
    given = certificates.get("dimensions")
    if not isinstance(given, list) or not given:
        raise CallError("The dimensions are not known.", remedy="Give the same --dimension as to run protect.")
    return [str(one) for one in given]


def _said(verdict: Verdict) -> Fault:
    if verdict.faults:
        problem = InputError(verdict.faults)
        problem.exit_code = NOT_PROVED
        raise problem
    what = "Proved: {sensitive} sensitive cells of {lines}, {hidden} hidden, {certificates} certificates checked."
    values = {name: getattr(verdict, name) for name in ("sensitive", "lines", "hidden", "certificates")}
    return Fault("proved", what, severity="note", values=values)
