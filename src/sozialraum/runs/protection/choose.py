"""`run choose`: what each way of protection would cost on the user's own table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import CallError, Fault, NoAnswerError, Told
from sozialraum.protection.noise import Secret, cell_keys, perturbation_table, perturbed
from sozialraum.protection.rounding import by_chance, controlled, small_counts
from sozialraum.protection.tables import Demand, protected
from sozialraum.protection.tables.dimension import dimensions
from sozialraum.protection.tables.model import System, lines, system
from sozialraum.runs.protection.cells import Cells, cells_without_keys
from sozialraum.runs.protection.demands import minimum_of
from sozialraum.runs.protection.perturb import shape_of
from sozialraum.runs.protection.protect import chains_of
from sozialraum.runs.tables import check_target, write_table
from sozialraum.texts import Numeral

TRIAL = Secret(b"for trying out only, no table is published with it")
COLUMNS = (
    *("method", "lines", "hidden", "hidden_persons", "changed", "mean_change", "largest_change"),
    *("small_shown", "sums", "sums_broken"),
)
Ints = NDArray[np.int64]
Shown = tuple[Ints, NDArray[np.bool_]]  # count and whether it is published, per line


def run(source: str, target: str, options: Mapping[str, Any]) -> list[Fault]:
    """Try every method on the table of all levels over `source`; one line of cost each goes to `target`.

    Raises: CallError (2), InputError with every fault (3). A method that has no answer gets a line without values.
    """
    chains, minimum = chains_of(options["dimension"]), minimum_of(str(options.get("minimum") or "3"), "--minimum")
    tried = _methods(options, minimum)
    check_target(source, target)
    cells = cells_without_keys(source, options, chains)
    found, rows = dimensions(cells.hierarchies)
    whole = system(found, rows, cells.counts)
    costs, notes = [], []
    for name, way in tried.items():
        try:
            costs.append([name, *_cost(whole, way(cells), minimum)])
            notes.append(_said(dict(zip(COLUMNS, costs[-1], strict=True)), minimum))
        except NoAnswerError as problem:
            costs.append([name, len(lines(found)[1]), *[None] * (len(COLUMNS) - 2)])
            values = {"name": name, "reason": Told(problem.fault)}
            notes.append(Fault("no_answer", "{name} has no answer: {reason}", severity="warning", values=values))
    write_table(target, dict(zip(COLUMNS, map(list, zip(*costs, strict=True)), strict=True)))
    return [*cells.warnings, *notes]


def _said(cost: Mapping[str, Any], minimum: int) -> Fault:
    """The cost of a method in one sentence."""
    hides = "{method}: {hidden} of {lines} cells hidden ({share} %); all others are shown as they are and add up."
    changes = (
        "{method}: nothing hidden; {share} % of {lines} cells changed, by {mean} on average and {largest} at most; "
        "{broken} of {sums} sums no longer add up; shown counts above 0 and below {minimum}: {small}."
    )
    part = cost["hidden"] / cost["lines"] if cost["hidden"] else cost["changed"]
    values = {name: cost[name] for name in ("method", "hidden", "lines", "sums")}
    more = {
        "share": f"{100 * part:.0f}",
        "mean": Numeral(cost["mean_change"], ".2f"),
        "largest": cost["largest_change"],
    }
    more |= {"broken": cost["sums_broken"], "small": cost["small_shown"], "minimum": minimum}
    told = hides if not cost["changed"] else changes
    return Fault("cost", told, severity="note", values={**values, **more})


def _methods(options: Mapping[str, Any], minimum: int) -> dict[str, Callable[[Cells], Shown]]:
    """The methods that the call names, each from cells to what would be published. Raises: CallError."""
    table = perturbation_table(shape_of({**options, "smallest": None}))
    known: dict[str, Callable[[Cells], Shown]] = {
        "protect": lambda cells: _hidden(cells, minimum),
        "perturb": lambda cells: _all(perturbed(cells.hierarchies, cells.counts, _keys(cells), table).counts),
        "round-small": lambda cells: _all(small_counts(cells.hierarchies, cells.counts, minimum).counts),
        "round-controlled": lambda cells: _all(controlled(cells.hierarchies, cells.counts, minimum).counts),
        "round-random": lambda cells: _all(by_chance(cells.hierarchies, cells.counts, _keys(cells), minimum).counts),
    }
    names = [name.strip() for name in str(options.get("methods") or ",".join(known)).split(",")]
    unknown = [name for name in names if name not in known]
    if unknown:
        what = "There is no method '{name}' to try; there are: {known}."
        raise CallError(what, remedy="Separate them with commas.", name=unknown[0], known=", ".join(known))
    return {name: known[name] for name in known if name in names}


def _keys(cells: Cells) -> NDArray[np.uint64]:
    finest = {chain[0].name: chain[0].cells for chain in cells.hierarchies}
    keys = cell_keys(TRIAL, list(finest), zip(*finest.values(), strict=True), cells.counts.tolist())
    return np.where(cells.counts > 0, keys, np.uint64(0))


def _all(counts: Ints) -> Shown:
    return counts, np.ones(len(counts), dtype=bool)


def _hidden(cells: Cells, minimum: int) -> Shown:
    found = protected(cells.hierarchies, cells.counts, Demand(minimum))
    counts = np.array([0 if one is None else one for one in found.counts], dtype=np.int64)
    return counts, np.array([one is not None for one in found.counts])


def _cost(whole: System, shown: Shown, minimum: int) -> Sequence[object]:
    counts, open_ = shown
    places = lines(whole.dimensions)[1]
    truth = whole.values[places]
    changes = np.abs(counts - truth)[open_]
    cells, known = np.zeros(len(whole.values)), np.zeros(len(whole.values), dtype=bool)
    cells[places], known[places] = counts, open_
    complete = (abs(whole.relations) @ (~known).astype(np.int64)) == 0
    broken = (whole.relations @ cells != 0) & complete
    small = (counts > 0) & (counts < minimum) & open_
    return (
        *(len(truth), int((~open_).sum()), int(truth[~open_].sum()), float((changes > 0).mean())),
        *(float(changes.mean()), int(changes.max(initial=0)), int(small.sum()), len(complete), int(broken.sum())),
    )
