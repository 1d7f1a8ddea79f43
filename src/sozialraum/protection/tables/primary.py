"""Which cells are sensitive, which may be hidden at all, and what each hidden cell costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import UnsafeReleaseError
from sozialraum.protection.tables.model import System, holding, named_cells
from sozialraum.protection.tables.rules.differences import Attribute, counted, group_disclosure
from sozialraum.protection.tables.rules.magnitudes import Magnitude, copies_of, given_by, levels_of
from sozialraum.protection.tables.rules.units import Unit, numbers_of

Ints = NDArray[np.int64]
Asked = tuple[NDArray[np.bool_], Ints, Ints]  # sensitive, needed move up, needed move down
WEIGHTS = ("value", "cells", "mix")


@dataclass(frozen=True, slots=True)
class Demand:
    """What protection is asked for.

    `minimum`: counts from 1 to minimum - 1 are sensitive; an outsider must hold possible 0 and at least `minimum`.
    `zeros`: whether 0 is sensitive too. `top`: whether cells at the top of the first dimension may be hidden.
    `weight`: what is kept small, `value` (persons in hidden cells), `cells` or `mix`. `partners`: whether a 0 may be
    hidden to protect others. `units`: further counting units; a cell of persons with 1 to minimum - 1 of one is
    sensitive, an outsider must hold possible 0 and as many persons more as units are missing.
    `attributes`: codes that nobody may be known to have. `differences`: dimensions in which a code without a code in it
    counts as a cell of its own. `magnitude`: the counts are amounts, and its rules stand instead of all on counts.
    `insiders`: whether that must also hold against everybody who is alone in a hidden cell.
    `effort`: how long to look for less to hide, `usual` or `thorough`.
    """

    minimum: int = 3
    zeros: bool = False
    top: bool = False
    weight: str = "value"
    partners: bool = False
    units: tuple[Unit, ...] = ()
    insiders: bool = False
    attributes: tuple[Attribute, ...] = ()
    differences: tuple[str, ...] = ()
    magnitude: Magnitude | None = None
    effort: str = "usual"


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind the counts: further columns of the cells by name, the inner code and the count of every line."""

    rows: Sequence[Ints] = ()
    counts: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    columns: Mapping[str, Sequence[object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Task:
    """Per cell: sensitive, may be hidden, cost of hiding, needed move up and down (0 where not sensitive).

    `kept`: kept back whatever is chosen, at no cost: cells that are never published, or hidden since an earlier release.
    """

    sensitive: NDArray[np.bool_]
    free: NDArray[np.bool_]
    cost: NDArray[np.float64]
    up: NDArray[np.int64]
    down: NDArray[np.int64]
    kept: NDArray[np.bool_]


def task(system: System, demand: Demand, behind: Behind | None = None) -> Task:
    """The task of one system. Raises: UnsafeReleaseError when a sensitive cell may not be hidden at all."""
    behind, values = behind or Behind(), system.values
    sensitive, up, down = (_amounts if demand.magnitude else _counts)(system, demand, behind)
    at_top = system.places(0) == system.dimensions[0].top
    free = ((values > 0) | demand.zeros | demand.partners | _empty_rests(system, sensitive)) & (~at_top | demand.top)
    unseen = system.times == 0
    _refuse_stuck(system, sensitive & ~free & ~unseen)
    cost = _cost(values, demand.weight) * system.times
    return Task(sensitive, free | unseen, cost, up, down, unseen & sensitive)


def _amounts(system: System, demand: Demand, behind: Behind) -> Asked:
    """Sums of amounts: the rules on contributors alone, open as far upwards as downwards."""
    rule = demand.magnitude or Magnitude("")
    people = behind.columns[rule.contributor]
    amounts, copies = behind.counts, np.ones(len(people), dtype=np.int64)
    if rule.weight:
        amounts = np.array(behind.columns[rule.amount], dtype=np.int64)
        copies = copies_of([float(str(one)) for one in behind.columns[rule.weight]])
    of_each = copies[np.unique(np.array(people, dtype=str), return_index=True)[1]]
    level = levels_of(rule, system, given_by(system, behind.rows, people, amounts), of_each)
    return level > 0, level, np.minimum(level, system.values)


def _counts(system: System, demand: Demand, behind: Behind) -> Asked:
    """Counts of persons: minimum frequency, further units, group disclosure and differences together."""
    values, among = system.values, counted(system, demand.differences)
    sensitive, up = _frequency(values, among, demand)
    for unit in demand.units:
        missing = _missing_units(numbers_of(unit, system, behind.rows, behind.columns[unit.column]), unit)
        sensitive, up = sensitive | among & (missing > 0), np.maximum(up, np.where(among, missing, 0))
    down = np.where(sensitive, values, 0)
    for attribute in demand.attributes:
        full, rest = group_disclosure(system, attribute)
        sensitive, up = sensitive | full | (rest > 0), np.maximum(up, rest)
        down = np.where(rest > 0, values, down)
    return sensitive, up, down


def _empty_rests(system: System, sensitive: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Zeros inside an empty rest that must be able to hold somebody: without them it could not."""
    empty: NDArray[np.bool_] = sensitive & (system.values == 0)
    if not empty.any():
        return empty
    holds = holding(system)
    outside = np.ones(holds.shape[1], dtype=np.int64)
    outside[np.unique(holds[np.flatnonzero(empty)].indices)] = 0
    found: NDArray[np.bool_] = (holds @ outside == 0) & (system.values == 0)
    return found


def _frequency(values: Ints, among: NDArray[np.bool_], demand: Demand) -> tuple[NDArray[np.bool_], Ints]:
    """Sensitive cells of the minimum frequency among these, and the move up that each needs."""
    sensitive = among & (values < demand.minimum) & ((values > 0) | demand.zeros)
    return sensitive, np.where(sensitive, demand.minimum - values, 0)


def _missing_units(numbers: Ints, unit: Unit) -> Ints:
    """How many units each cell lacks (0 where there are enough or none): as many persons more must be possible."""
    return np.where((numbers > 0) & (numbers < unit.minimum), unit.minimum - numbers, 0)


def _refuse_stuck(system: System, cells: NDArray[np.bool_]) -> None:
    stuck = np.flatnonzero(cells)
    if len(stuck):
        raise UnsafeReleaseError(
            "sensitive cells at the top of '{dimension}', where all stays published: {count}, namely {cells}.",
            remedy="Publish fewer or coarser codes, or allow hidden cells there with --top may-hide.",
            count=len(stuck),
            dimension=system.dimensions[0].name,
            cells=named_cells(system, stuck.tolist()),
        )


def _cost(counts: NDArray[np.int64], weight: str) -> NDArray[np.float64]:
    values = counts.astype(np.float64)
    if weight == "cells":
        return 1 + values / 10_000
    return 1 + values / 100 if weight == "mix" else values + 0.5
