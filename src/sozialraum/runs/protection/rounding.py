"""`run round`: a table of counts of all levels, rounded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sozialraum.errors import CallError, Fault, NoAnswerError
from sozialraum.protection.noise import NoisyTable
from sozialraum.protection.rounding import RoundedTable, by_chance, controlled, small_counts
from sozialraum.runs.protection.cells import cells_with_keys, cells_without_keys
from sozialraum.runs.protection.protect import chains_of
from sozialraum.runs.tables import check_target, write_table
from sozialraum.texts import Numeral

WAYS = {"small": small_counts, "controlled": controlled}


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Round the table of all levels over `source` and write it to `target`; what comes back is what it costs.

    Raises: CallError (2), InputError with every fault (3), NoAnswerError (4) when --steps is not enough.
    """
    chains = chains_of(options["dimension"])
    base, steps = _whole(options, "base", "3", 2), options.get("steps")
    most = _whole(options, "steps", "0", 0)
    way = str(options.get("way") or "small")
    _refuse_unused(options, way)
    check_target(source, target)
    if way == "random":
        cells = cells_with_keys(source, options, chains)
        found: NoisyTable | RoundedTable = by_chance(cells.hierarchies, cells.counts, cells.keys, base)
    else:
        cells = cells_without_keys(source, options, chains)
        found = WAYS[way](cells.hierarchies, cells.counts, base)
        if way == "controlled" and steps is not None and found.beyond > most:
            raise _too_far(found.beyond, most)
    write_table(target, {**found.codes, "n": found.counts.tolist(), "flag": ["ok"] * len(found.counts)})
    beyond = [_beyond(found, base)] if way == "controlled" and isinstance(found, RoundedTable) else []
    return [*cells.warnings, _cost(found), *beyond]


def _refuse_unused(options: Mapping[str, Any], way: str) -> None:
    keys = [name for name in ("secret", "key") if options.get(name)]
    if keys and way != "random":
        raise CallError("--{name} is for --way random only.", remedy="Leave it out.", name=keys[0])
    if options.get("steps") is not None and way != "controlled":
        raise CallError("--{name} is for --way controlled only.", remedy="Leave it out.", name="steps")


def _whole(options: Mapping[str, Any], name: str, usual: str, least: int) -> int:
    given = str(options.get(name) or usual)
    if not (given.isascii() and given.isdecimal() and least <= int(given) <= 1000):
        what = "--{name} '{given}' is no whole number from {least} to 1000."
        raise CallError(what, name=name, given=given, least=least)
    return int(given)


def _too_far(beyond: int, most: int) -> NoAnswerError:
    what = "No table was found within {most} steps beyond the neighbouring multiples; the nearest found needs {beyond}."
    remedy = "Allow more with --steps, use a larger base, or publish fewer dimensions."
    return NoAnswerError(what, remedy=remedy, most=most, beyond=beyond)


def _cost(found: NoisyTable | RoundedTable) -> Fault:
    what = "{lines} cells: {share} % changed, by {mean} on average over all cells, by {most} at most."
    size = np.abs(found.changes)
    values = {
        "lines": len(size),
        "share": Numeral(100 * (size > 0).mean(), ".1f"),
        "mean": Numeral(size.mean(), ".2f"),
        "most": int(size.max()),
    }
    return Fault("cost", what, severity="note", values=values)


def _beyond(found: RoundedTable, base: int) -> Fault:
    if not found.beyond:
        return Fault("adjacent", "Every count is one of the two multiples next to the true one.", severity="note")
    what = (
        "{count} sums lie beyond the two multiples next to the true count, by {steps} multiples at most; no table without "
        "them was found. --steps 0 refuses such a table."
    )
    count = int((np.abs(found.changes) >= base).sum())
    return Fault("beyond", what, severity="note", values={"count": count, "steps": found.beyond})
