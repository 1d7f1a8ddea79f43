"""`run perturb`: a table of counts of all levels with noise from cell keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sozialraum.errors import CallError, Fault
from sozialraum.protection.noise import (
    NoisyTable,
    PerturbationTable,
    Shape,
    difference_risk,
    perturbation_table,
    perturbed,
)
from sozialraum.runs.protection.cells import cells_with_keys
from sozialraum.runs.protection.protect import chains_of
from sozialraum.runs.tables import check_target, write_table
from sozialraum.texts import Numeral


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Put noise on every cell of `source` and write the table to `target`; what comes back is the cost and the risk.

    Raises: CallError (2), InputError with every fault (3).
    """
    chains = chains_of(options["dimension"])
    table = table_of(options)
    check_target(source, target)
    cells = cells_with_keys(source, options, chains)
    found = perturbed(cells.hierarchies, cells.counts, cells.keys, table)
    flags = ["ok"] * len(found.counts)
    write_table(target, {**found.codes, "n": found.counts.tolist(), "flag": flags})
    return [*cells.warnings, _cost(found), _risk(table)]


def table_of(options: Mapping[str, Any]) -> PerturbationTable:
    """The perturbation table of the call: read from --ptable, or made. Raises: CallError, InputError."""
    if not options.get("ptable"):
        return perturbation_table(shape_of(options))
    shaped = [name for name in ("largest", "variance", "smallest", "stay", "monotone") if options.get(name)]
    if shaped:
        what = "--ptable and --{name} cannot go together: the file says all about the noise."
        raise CallError(what, remedy="Leave one of them out.", name=shaped[0])
    from sozialraum.protection.argus import read_ptable

    return read_ptable(Path(str(options["ptable"])))


def shape_of(options: Mapping[str, Any]) -> Shape:
    """The shape of the noise in the call. Raises: CallError."""
    smallest = _whole(options, "smallest", "1")
    stay = options.get("stay")
    return Shape(
        largest=_whole(options, "largest", "5"),
        variance=_number(options, "variance", "3"),
        excluded=smallest - 1,
        stay=None if stay is None else _number(options, "stay", ""),
        monotone=options.get("monotone") == "yes",
    )


def _whole(options: Mapping[str, Any], name: str, usual: str) -> int:
    given = str(options.get(name) or usual)
    if not (given.isascii() and given.isdecimal() and 1 <= int(given) <= 100):
        raise CallError("--{name} '{given}' is no whole number from 1 to 100.", name=name, given=given)
    return int(given)


def _number(options: Mapping[str, Any], name: str, usual: str) -> float:
    given = str(options.get(name) or usual)
    try:
        number = float(given)
    except ValueError:
        number = np.nan
    if not np.isfinite(number):
        raise CallError(
            "--{name} '{given}' is no number.", remedy="Write it with a decimal point.", name=name, given=given
        )
    return number


def _cost(found: NoisyTable) -> Fault:
    what = "{lines} cells with noise: {share} % changed, by {mean} on average over all cells; tables do not add up."
    values = {
        "lines": len(found.changes),
        "share": Numeral(100 * (found.changes != 0).mean(), ".1f"),
        "mean": Numeral(np.abs(found.changes).mean(), ".2f"),
    }
    return Fault("cost", what, severity="note", values=values)


def _risk(table: PerturbationTable) -> Fault:
    what = (
        "Where one or two persons lie between two large counts, their published difference makes an outsider {after} % "
        "sure of it on average ({before} % before looking); in {certain} % of these cases wholly sure."
    )
    risk = difference_risk(table)
    values = {
        "after": f"{100 * risk.mean:.0f}",
        "before": f"{100 * risk.prior:.0f}",
        "certain": Numeral(100 * risk.certain, ".2g"),
    }
    return Fault("risk", what, severity="note", values=values)
