"""`run verify`: is a protected table proved by its certificates? Whole-number arithmetic, no solver."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError, Fault, InputError, Place, Together
from sozialraum.protection.tables import Claim, Unit, Verdict, verify
from sozialraum.runs.protection.demands import amounts_of, minimum_of, rule_of, units_of
from sozialraum.runs.protection.persons import counted, with_levels
from sozialraum.runs.protection.protect import chains_of
from sozialraum.runs.protection.reading import read_cells
from sozialraum.runs.tables import TextTable, no_file, read_table

NOT_PROVED = 4


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Check the table in `source`; nothing is written to `target`.

    Raises: CallError (2), InputError with every fault of the files (3), or with exit code 4 with what is unproved.
    """
    del target
    looks = Together()
    with looks:
        table = read_table(source)
    with looks:
        certificates = _certificates(str(options["certificates"]))
        cells, numbers, chains = _cells(options, certificates)
    looks.refuse()
    minimum, zeros = options.get("minimum"), options.get("zeros")
    verdict = verify(
        Claim(
            cells.columns,
            numbers.tolist(),
            chains,
            table.columns,
            certificates,
            minimum=minimum_of(str(minimum), "--minimum") if minimum is not None else None,
            zeros=zeros == "hide" if zeros else None,
            rule=rule_of(options),
            file=table.file,
            lines=table.lines,
            proof=Path(str(options["certificates"])).name,
        )
    )
    return [_said(verdict)]


def _cells(
    options: Mapping[str, Any], certificates: Mapping[str, Any]
) -> tuple[TextTable, NDArray[np.int64], list[list[str]]]:
    """The inner cells, their counts and their hierarchies. Raises: CallError, InputError with every fault of the cells."""
    given = read_table(str(options["cells"]))
    chains = with_levels(given, chains_of(options.get("dimension") or _named(certificates)))
    units = [*units_of(options), *_units(certificates)]
    count = str(options.get("count") or certificates.get("count", "n"))
    cells, count = counted(given, count, chains, units=[one.column for one in units])
    amounts = certificates.get("magnitude")
    rule = amounts if isinstance(amounts, dict) else None
    return cells, amounts_of(cells, rule, read_cells(cells, count, chains, units, rule)), chains


def _certificates(source: str) -> dict[str, Any]:
    path = Path(source)
    if not path.is_file():
        raise no_file(source)
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


def _units(certificates: Mapping[str, Any]) -> list[Unit]:
    """The columns of counting units that the certificates name; what is wrong in them the verifier says."""
    given = certificates.get("units")
    named = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return [Unit(str(one.get("column")), 0, bool(one.get("keys"))) for one in named]


def _said(verdict: Verdict) -> Fault:
    if verdict.faults:
        problem = InputError(verdict.faults)
        problem.exit_code = NOT_PROVED
        raise problem
    what = "Proved: {sensitive} sensitive cells of {lines}, {hidden} hidden, {certificates} certificates checked."
    values = {name: getattr(verdict, name) for name in ("sensitive", "lines", "hidden", "certificates")}
    return Fault("proved", what, severity="note", values=values)
