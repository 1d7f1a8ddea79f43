"""A table protected as a whole: what is hidden, what it costs, and the certificates that prove it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sozialraum.errors import UnsafeReleaseError
from sozialraum.protection.tables.audit import UP, Proof, open_cells
from sozialraum.protection.tables.codes import Column
from sozialraum.protection.tables.dimension import Dimension, dimensions
from sozialraum.protection.tables.model import System, lines, system
from sozialraum.protection.tables.primary import Behind, Demand, Task, task
from sozialraum.protection.tables.rules.differences import with_differences
from sozialraum.protection.tables.rules.insiders import contributions, insiders, safe_from_insiders
from sozialraum.protection.tables.rules.magnitudes import Magnitude
from sozialraum.protection.tables.suppression.bound import lower_bound
from sozialraum.protection.tables.suppression.effort import effort
from sozialraum.protection.tables.suppression.parallel import begun
from sozialraum.protection.tables.suppression.search import search
from sozialraum.protection.tables.verifier import FORMAT

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """Every combination of codes with its flag, and the proof.

    `codes`: per dimension the code of every line; `counts`: None where hidden; `flags`: ok, primary, secondary;
    `hidden_value`: the sum of the hidden counts; `cost`: what the weight of the demand counts of them, and `least`: what no
    safe table under this rule goes below (proved); `certificates`: the content of the file that the verifier reads.
    Certificates tell the hidden counts: whoever has them knows as much as whoever has the cells.
    """

    codes: dict[str, list[str]]
    counts: list[int | None]
    flags: list[str]
    certificates: dict[str, object]
    hidden_value: int = 0
    cost: float = 0.0
    least: float = 0.0

    def hidden(self, flag: str) -> int:
        """Lines with that flag."""
        return self.flags.count(flag)


def protected(
    hierarchies: Sequence[Sequence[Column]],
    counts: Ints,
    demand: Demand,
    columns: Mapping[str, Sequence[object]] | None = None,
) -> ProtectedTable:
    """Protect the table of all combinations of codes over inner cells with these counts (whole numbers >= 0).

    `hierarchies`: chains of columns, finest first; chains with the same first column are one dimension. `columns`:
    further columns of the lines by name, those that the demand names (counts or keys of units).
    Raises: InputError with every fault of the hierarchies; UnsafeReleaseError when it cannot be made or proved safe.
    """
    found, rows = dimensions(hierarchies)
    if demand.attributes or demand.differences:
        found = _with_differences(found, rows, counts, demand)
    cells = system(found, rows, counts)
    behind = Behind(rows, counts, columns or {})
    asked = task(cells, demand, behind)
    work = effort(int(asked.free.sum()), demand.weight, demand.effort)
    with begun(lambda: lower_bound(cells, asked)) as least:
        hidden, proof = search(cells, asked, work)
    _refuse_open(cells, asked, proof)
    if demand.insiders:
        people = insiders(cells, asked, contributions(cells, demand, behind))
        hidden, proof, left = safe_from_insiders(cells, asked, hidden, proof, people)
        _refuse_narrowed(cells, left)
    return replace(_table(cells, asked, hidden, proof, demand), cost=float(asked.cost[hidden].sum()), least=least())


def _with_differences(
    found: Sequence[Dimension], rows: Sequence[Ints], counts: Ints, demand: Demand
) -> list[Dimension]:
    inner = np.zeros(tuple(len(one.leaves) for one in found), dtype=np.int64)
    np.add.at(inner, tuple(rows), counts)
    return with_differences(found, inner, demand.attributes, demand.differences, demand.minimum)


def _refuse_open(cells: System, asked: Task, proof: Proof) -> None:
    left = list(open_cells(proof, asked))
    if not left:
        return
    cell, direction = left[0]
    raise UnsafeReleaseError(
        "Bounds that cannot be protected: {count}, first: {first} stays below the minimum."
        if direction == UP
        else "Bounds that cannot be protected: {count}, first: {first} stays above 0.",
        why="No further hidden cells were found that prove the opposite.",
        remedy="Publish coarser codes, or allow hidden cells at the top with --top may-hide.",
        count=len(left),
        first=" / ".join(cells.codes(cell)),
    )


def _refuse_narrowed(cells: System, left: Sequence[int]) -> None:
    if left:
        raise UnsafeReleaseError(
            "A person who is the only case of a hidden cell could narrow another one: {first}.",
            why="No further hidden cells were found that prevent it.",
            remedy="Publish coarser codes, or allow hidden cells at the top with --top may-hide.",
            first=" / ".join(cells.codes(left[0])),
        )


def _table(cells: System, asked: Task, hidden: NDArray[np.bool_], proof: Proof, demand: Demand) -> ProtectedTable:
    codes, flat = lines(cells.dimensions)
    flags = np.where(asked.sensitive, "primary", np.where(hidden, "secondary", "ok"))[flat].tolist()
    values = cells.values[flat].tolist()
    counts = [value if flag == "ok" else None for value, flag in zip(values, flags, strict=True)]
    content: dict[str, object] = {"format": FORMAT, **stated(demand)}
    content["certificates"] = list(_certificates(cells, proof))
    price = int((cells.values * cells.times)[hidden].sum())
    return ProtectedTable(codes, counts, flags, content, price)


def stated(demand: Demand) -> dict[str, object]:
    """The rule as the certificates state it."""
    units = [{"column": one.column, "minimum": one.minimum, "keys": one.keys} for one in demand.units]
    found: dict[str, object] = {"minimum": demand.minimum, "zeros": demand.zeros, "insiders": demand.insiders}
    attributes = [{"dimension": one.dimension, "code": one.code, "rest": one.rest} for one in demand.attributes]
    if demand.magnitude:
        found["magnitude"] = _stated_magnitude(demand.magnitude)
    more = {"units": units, "attributes": attributes, "differences": list(demand.differences)}
    return found | {name: given for name, given in more.items() if given}


def _stated_magnitude(rule: Magnitude) -> dict[str, object]:
    """The rule on amounts, its numbers as text: 12.5 percent is 25/2."""
    given = {"contributor": rule.contributor, "weight": rule.weight, "amount": rule.amount}
    pairs = {"dominance": rule.dominance, "p_percent": rule.p_percent and [rule.p_percent], "pq": rule.pq}
    return given | {name: [str(one) for one in pair] for name, pair in pairs.items() if pair}


def _certificates(cells: System, proof: Proof) -> Iterator[list[list[object]]]:
    """Every witness as changes of inner cells: code per dimension and amount; all other changes follow from these."""
    leaves = [_leaf(one) for one in cells.dimensions]
    for places, change in proof.witnesses:
        nodes = np.unravel_index(places, cells.shape)
        held = [leaf[node] for leaf, node in zip(leaves, nodes, strict=True)]
        inner = np.flatnonzero(np.stack(held).min(axis=0) >= 0)
        codes = (
            [one.leaves[at] for at in held_by[inner].tolist()]
            for one, held_by in zip(cells.dimensions, held, strict=True)
        )
        yield [list(one) for one in zip(*codes, change[inner].tolist(), strict=True)]


def _leaf(one: Dimension) -> Ints:
    """The inner code of each node that holds just one, -1 for the others."""
    return np.where(one.members.sum(axis=1) == 1, one.members.argmax(axis=1), -1)
