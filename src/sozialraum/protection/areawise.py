"""What the counts of one area give away: small ones, small rests, small differences, and hidden ones that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sozialraum.protection.counts import (
    Counts,
    CountTable,
    Hidden,
    Own,
)
from sozialraum.protection.groups import Atoms, Difference, atoms, differences, systems
from sozialraum.protection.rule import Rule


def _small(values: Counts, minimum: int) -> Hidden:
    return np.asarray((values > 0) & (values < minimum))


def hide_small(table: CountTable, own: Mapping[str, Own], rule: Rule) -> None:
    """Hide counts below the minimum, and parts whose rest is."""
    columns = {count: number for number, count in enumerate(table.counts)}
    for one in own.values():
        parts = one.counts
        least = max(rule.minimum, one.minimum)
        for count in parts.values():
            table.hide(columns[count], _small(table.values[:, columns[count]], least), "minimum")
        if rule.rest and one.part_of_denominator and len(parts) == 2:
            part, base = columns[parts["numerator"]], columns[parts["denominator"]]
            rest = table.values[:, base] - table.values[:, part]
            table.hide(part, _small(rest, least), "rest")


def hide_differences(table: CountTable, rule: Rule) -> None:
    """Hide until no two or three published counts of an area give a small group away."""
    for columns in systems(table.counts):
        ways = differences(atoms([table.counts[number] for number in columns]))
        while any(_hide_difference(table, columns, way, rule.minimum) for way in ways):
            pass


def _hide_difference(table: CountTable, columns: Sequence[int], way: Difference, minimum: int) -> bool:
    plus, minus = ([columns[number] for number in side] for side in (way.plus, way.minus))
    shown = np.where(table.hidden, np.nan, table.values)
    group = shown[:, plus].sum(axis=1) - shown[:, minus].sum(axis=1)
    unsafe = _small(group, minimum)
    if not unsafe.any():
        return False
    terms = [*plus, *minus]
    smallest = np.array(terms)[np.argmin(table.values[:, terms], axis=1)]
    changed = [table.hide(term, unsafe & (smallest == term), "difference") for term in terms]
    return any(changed)


def hide_determined(table: CountTable) -> None:
    """Hide until no hidden count is a linear combination of the published ones of its area."""
    for columns in systems(table.counts):
        masks = atoms([table.counts[number] for number in columns])
        while _hide_one_round(table, columns, masks):
            pass


def _hide_one_round(table: CountTable, columns: Sequence[int], masks: Sequence[Atoms]) -> bool:
    block = table.hidden[:, columns]
    known = ~np.isnan(table.values[:, columns])
    changed = False
    for pattern in np.unique(np.concatenate([block, known], axis=1)[block.any(axis=1)], axis=0):
        hidden, there = pattern[: len(columns)], pattern[len(columns) :]
        targets, open_ = np.flatnonzero(hidden).tolist(), np.flatnonzero(there & ~hidden).tolist()
        helper = _gives_away([masks[number] for number in targets], masks, open_)
        if helper is not None:
            rows = (block == hidden).all(axis=1) & (known == there).all(axis=1)
            changed |= table.hide(columns[helper], rows, "determined")
    return changed


def _gives_away(hidden: Sequence[Atoms], masks: Sequence[Atoms], open_: Sequence[int]) -> int | None:
    """A published count that helps to compute a hidden one exactly; None when none can be computed."""
    if not len(open_):
        return None
    published = np.stack([masks[number] for number in open_]).astype(float).T
    for target in hidden:
        weights, *_ = np.linalg.lstsq(published, target.astype(float), rcond=None)
        if np.allclose(published @ weights, target, atol=1e-9):
            used = [number for number, weight in zip(open_, weights, strict=True) if abs(weight) > 1e-9]
            return min(used, key=lambda number: int(masks[number].sum()))
    return None
