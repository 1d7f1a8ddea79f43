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
        for count in (one for one in parts.values() if one.people):
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
    unsafe = _small(group / way.times, minimum)
    if not unsafe.any():
        return False
    terms = [*plus, *minus]
    sizes = np.abs(table.values[:, terms])
    smallest = np.array(terms)[np.argmin(np.where(sizes > 0, sizes, np.inf), axis=1)]
    changed = [table.hide(term, unsafe & (smallest == term), "difference") for term in terms]
    return any(changed)


def hide_determined(table: CountTable) -> None:
    """Hide until no hidden count is a linear combination of the published ones of its area.

    A published difference of nobody empties its atoms: counts that differ only there are the same number.
    """
    for columns in systems(table.counts):
        masks = np.stack(atoms([table.counts[number] for number in columns]))
        ways = differences(list(masks))
        never = _empty(table.values[:, columns], masks, ways).all(axis=0)
        while _hide_one_round(table, columns, masks[:, ~never], ways):
            pass


def _empty(shown: Counts, masks: Atoms, ways: Sequence[Difference]) -> Hidden:
    """For each row the atoms in which shown counts, or differences of them, find nobody."""
    found = np.zeros((len(shown), masks.shape[1]), dtype=bool)
    for number, mask in enumerate(masks):
        if (mask >= 0).all():
            found |= np.outer(shown[:, number] == 0, mask > 0)
    for way in ways:
        plus, minus = list(way.plus), list(way.minus)
        nobody = shown[:, plus].sum(axis=1) == shown[:, minus].sum(axis=1)
        if nobody.any():
            found[nobody] |= masks[plus].sum(axis=0) > masks[minus].sum(axis=0)
    return found


def _hide_one_round(table: CountTable, columns: Sequence[int], masks: Atoms, ways: Sequence[Difference]) -> bool:
    rows = np.flatnonzero(table.hidden[:, columns].any(axis=1))
    block, values = table.hidden[rows][:, columns], table.values[rows][:, columns]
    open_ = ~np.isnan(values) & ~block
    empty = _empty(np.where(open_, values, np.nan), masks, ways)
    patterns, which = np.unique(np.concatenate([block, open_, empty], axis=1), axis=0, return_inverse=True)
    changed = False
    for number, pattern in enumerate(patterns):
        hidden, shown, gone = np.split(pattern, [len(columns), 2 * len(columns)])
        helper = _gives_away(masks[hidden][:, ~gone], masks[:, ~gone], np.flatnonzero(shown).tolist())
        if helper is not None:
            chosen = np.zeros(len(table.values), dtype=bool)
            chosen[rows[which.ravel() == number]] = True
            changed |= table.hide(columns[helper], chosen, "determined")
    return changed


def _gives_away(hidden: Atoms, masks: Atoms, open_: Sequence[int]) -> int | None:
    """A published count that helps to compute a hidden one exactly; None when none can be computed."""
    published = masks[open_].astype(float).T
    for target in hidden[hidden.any(axis=1)] if len(open_) else ():
        weights, *_ = np.linalg.lstsq(published, target.astype(float), rcond=None)
        if np.allclose(published @ weights, target, atol=1e-9):
            used = [number for number, weight in zip(open_, weights, strict=True) if abs(weight) > 1e-9]
            return min(used, key=lambda number: int(np.abs(masks[number]).sum()))
    return None
