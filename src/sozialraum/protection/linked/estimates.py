"""Areas whose boundaries changed: their numbers are shares of counts, and only their sum is a count.

They are shown or hidden together, as one further area beside those that were counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sozialraum.protection.counts import Zoning
from sozialraum.protection.ledger import Shown
from sozialraum.protection.linked.block import WHOLE, Cells, Ints, Marks, leaves
from sozialraum.protection.linked.columns import Columns, sums
from sozialraum.protection.linked.zones import Piece
from sozialraum.protection.tables import Dimension


@dataclass(frozen=True, slots=True)
class Estimated:
    """Estimated areas with the same coarser areas above them: their nodes, and the node of their sum."""

    nodes: Ints
    sum: int


def estimated_areas(shown: Mapping[Zoning, Shown], labels: Sequence[str]) -> dict[Zoning, list[str]]:
    """Areas with numbers that are no whole counts in one of these periods, per zoning."""
    found: dict[Zoning, list[str]] = {}
    for zoning, one in shown.items():
        scales = np.array([sums(count, labels[-1]).scale for count in one.counts])
        with np.errstate(invalid="ignore"):
            broken = (np.abs(one.values * scales - np.rint(one.values * scales)) > WHOLE).any(axis=1)
        areas = dict.fromkeys(area for (area, label), row in one.places.items() if label in labels and broken[row])
        if areas:
            found[zoning] = list(areas)
    return found


def with_sums(
    pieces: Sequence[Piece], areas: Mapping[Zoning, Sequence[str]]
) -> tuple[list[Piece], dict[int, list[int]]]:
    """The pieces with one more for each set of counted areas above estimated ones; and which pieces each sums up."""
    single = {zoning: _single(pieces, zoning) for zoning in areas}
    inside = {
        number: {other: key for other, key in pieces[number].items() if key not in areas.get(other, ())}
        for zoning, names in areas.items()
        for number in (single[zoning].get(area) for area in names)
        if number is not None
    }
    together: dict[tuple[tuple[Zoning, str], ...], list[int]] = {}
    for number, above in inside.items():
        together.setdefault(tuple(sorted(above.items())), []).append(number)
    more = {len(pieces) + place: numbers for place, numbers in enumerate(together.values())}
    return [*pieces, *(dict(above) for above in together)], more


def _single(pieces: Sequence[Piece], zoning: Zoning) -> dict[str, int]:
    """Areas that are one piece."""
    held: dict[str, list[int]] = {}
    for number, piece in enumerate(pieces):
        if zoning in piece:
            held.setdefault(piece[zoning], []).append(number)
    return {area: numbers[0] for area, numbers in held.items() if len(numbers) == 1}


def add_up(found: Cells, columns: Columns, groups: Sequence[Estimated]) -> dict[tuple[int, int], int]:
    """Move estimated numbers to the sums of their areas; for each number moved (node, column) the node of its sum."""
    moved: dict[tuple[int, int], int] = {}
    by_label: dict[str, list[int]] = {}
    for (_, label), place in columns.places.items():
        by_label.setdefault(label, []).append(place)
    for group in groups:
        found.values[group.sum] = np.where(np.isnan(found.values).all(axis=0), np.nan, 0.0)
        found.known[group.sum, list(columns.places.values())] = True
        for places in by_label.values():
            for place, nodes in _estimated(found, columns, places, group.nodes):
                _move(found, columns, place, nodes, group.sum)
                moved |= {(int(node), place): group.sum for node in nodes}
    for equation in columns.equations:
        head, parts = equation[0][1], [place for _, place in equation[1:]]
        touched = {node for node, place in moved if place in parts and (node, head) not in moved}
        found.apart[sorted(touched), head] = columns.columns[head].kind == "count"
    return moved


def _estimated(found: Cells, columns: Columns, places: Sequence[int], nodes: Ints) -> list[tuple[int, Ints]]:
    """Per column the areas to move: those with a broken number of one year there, or in the column itself."""
    values = found.values[np.ix_(nodes, np.array(places, dtype=np.int64))]
    with np.errstate(invalid="ignore"):
        broken = np.abs(values - np.rint(values)) > WHOLE
    yearly = np.array([_yearly(columns, place) for place in places])
    anywhere = np.asarray(broken[:, yearly].any(axis=1))
    chosen = broken | (anywhere[:, None] & yearly[None, :] & ~np.isnan(values))
    return [(place, nodes[chosen[:, at]]) for at, place in enumerate(places) if chosen[:, at].any()]


def _yearly(columns: Columns, place: int) -> bool:
    count = columns.columns[place].count
    return count is not None and count.span == 1


def _move(found: Cells, columns: Columns, place: int, nodes: Ints, target: int) -> None:
    values = found.values[nodes, place]
    minimum = (columns.columns[place].minimum or 0) * columns.columns[place].scale
    found.values[target, place] = values.sum()
    found.wanted[target, place] = found.wanted[nodes, place].any()
    found.known[target, place] = found.known[nodes, place].all()
    found.kept[target, place] = found.kept[nodes, place].any()
    found.fragile[target, place] = bool(((values > 0) & (values < minimum)).any())
    found.values[nodes, place] = 0.0
    found.wanted[nodes, place] = False
    found.known[nodes, place] = True
    found.kept[nodes, place] = False


def unjudged(found: Cells, columns: Columns, areas: Dimension, groups: Sequence[Estimated], hidden: Marks) -> Marks:
    """Estimated sums over areas or years of which a part is hidden: no equation of the system speaks of them."""
    at = leaves(areas)
    below = hidden[at].copy()
    of_node = {int(node): place for place, node in enumerate(at)}
    for group in groups:
        for node in group.nodes.tolist():
            below[of_node[node]] |= hidden[group.sum]
    touched = areas.members.astype(np.int64) @ below.astype(np.int64) > 0
    for equation in columns.equations:
        parts = np.array(hidden[:, [place for _, place in equation[1:]]].any(axis=1))
        for group in groups:
            parts[group.nodes] |= parts[group.sum]
        touched[:, equation[0][1]] |= found.apart[:, equation[0][1]] & parts
    return np.asarray(found.wanted & ~found.counted & touched)
