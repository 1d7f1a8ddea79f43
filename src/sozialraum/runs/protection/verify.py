"""`run verify`: is a protected table proved by its certificates? Whole-number arithmetic, no solver."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.protection.tables import Claim, Unit, Verdict, verify
from sozialraum.runs.protection.demands import amounts_of, minimum_of, rule_of, units_of
from sozialraum.runs.protection.persons import counted, with_levels
from sozialraum.runs.protection.protect import chains_of, read_cells
from sozialraum.runs.tables import no_file, read_table

NOT_PROVED = 4


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Check the table in `source`; nothing is written to `target`.

    Raises: CallError (2), InputError with every fault of the files (3), or with exit code 4 with what is unproved.
    """
    del target
    table = read_table(source)
    certificates = _certificates(str(options["certificates"]))
    chains = chains_of(options.get("dimension") or _named(certificates))
    count = str(options.get("count") or certificates.get("count", "n"))
    minimum, zeros, units = options.get("minimum"), options.get("zeros"), units_of(options)
    asked = minimum_of(str(minimum), "--minimum") if minimum is not None else None
    keyed = [*units, *_units(certificates)]
    given = read_table(str(options["cells"]))
    chains = with_levels(given, chains)
    cells, count = counted(given, count, chains, units=[one.column for one in keyed])
    amounts = certificates.get("magnitude")
    rule = amounts if isinstance(amounts, dict) else None
    numbers, _ = amounts_of(cells, rule, read_cells(cells, count, chains, keyed, rule)[1])
    verdict = verify(
        Claim(
            cells.columns,
            numbers.tolist(),
            chains,
            table.columns,
            certificates,
            minimum=asked,
            zeros=zeros == "hide" if zeros else None,
            rule=rule_of(options),
            file=table.file,
        )
    )
    return [_said(verdict)]


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
