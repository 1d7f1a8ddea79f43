"""First form of the gate: all figures that are to be published at once, hidden where a count is too small.

What it does: the minimum frequency rule for numerators, denominators and the rest; groups that two or three published
counts of the same area give away; everything computed from a hidden count (changes, combinations, index scores).
What it cannot do yet, and therefore refuses: a hidden count that also stands summed up on another level or on other
boundaries. See docs/methods/release-gate.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.errors import UnsafeReleaseError
from sozialraum.figures import Description, Figures
from sozialraum.protection.groups import Atoms, Count, Difference, atoms, differences, systems
from sozialraum.protection.rule import Rule

Zoning = tuple[str, str]  # level, vintage
Counts = npt.NDArray[np.float64]
Hidden = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Protected:
    """What may be published: `figures` with hidden values emptied, and `audit`, the record of it."""

    figures: Figures
    audit: Mapping[str, Any]


@dataclass(frozen=True)
class _Own:
    """The counts that an indicator shows, by role, and its rule."""

    counts: Mapping[str, Count]
    minimum: int
    part_of_denominator: bool


@dataclass
class _Table:
    """Counts of one zoning: a row per area and period, a column per count; `why` counts the reasons of hiding."""

    places: dict[tuple[str, str], int]
    counts: list[Count]
    values: Counts
    hidden: Hidden
    why: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def hide(self, column: int, rows: Hidden, reason: str) -> bool:
        """Hide these rows of a count; whether any was still open."""
        fresh = rows & ~self.hidden[:, column] & ~np.isnan(self.values[:, column])
        self.hidden[fresh, column] = True
        self.why[reason] += int(fresh.sum())
        return bool(fresh.any())


def protect(figures: Figures, rule: Rule, earlier: Sequence[Figures] = ()) -> Protected:
    """The figures with every unsafe value hidden, and the audit.

    `earlier` are the figures of releases already published by this workspace.
    Raises: UnsafeReleaseError when hiding single values cannot make the release safe.
    """
    own = _own(figures.descriptions)
    _derived_come_with_their_parts(figures, own)
    tables = {zoning: _fill(figures, zoning, own) for zoning in _zonings(figures)}
    for table in tables.values():
        _hide_small(table, own, rule)
        _hide_differences(table, rule)
        _hide_determined(table)
    withheld = _several_levels(figures, tables, own, rule)
    _against_earlier(tables, own, earlier)
    emptied = _empty(figures, tables, own)
    return Protected(emptied, _audit(figures, emptied, tables, rule, withheld))


def _own(descriptions: Sequence[Description]) -> dict[str, _Own]:
    """Indicators that show counts of this house."""
    found = {}
    for one in descriptions:
        if one.counts and not one.protected_at_source:
            counts = {role: Count.of(declared) for role, declared in one.conditions.items()}
            kept = {role: count for role, count in counts.items() if count is not None}
            if kept:
                found[one.id] = _Own(kept, one.minimum, one.part_of_denominator)
    return found


def _zonings(figures: Figures) -> list[Zoning]:
    pairs = zip(figures.table["level"].to_pylist(), figures.table["vintage"].to_pylist(), strict=True)
    return sorted(set(pairs))


def _derived_come_with_their_parts(figures: Figures, own: Mapping[str, _Own]) -> None:
    present = set(figures.indicators)
    for one in figures.descriptions:
        lacking = [part for part in one.parts if part not in present and part not in own]
        if one.kind in ("change", "combined", "index") and lacking and not one.protected_at_source:
            raise UnsafeReleaseError(
                "'{id}' is computed from {lacking}, which is not part of this release.",
                why="Whether it gives a small count away can only be judged together with the counts behind it.",
                remedy="Add figures of {lacking} for the same areas and periods to the release.",
                id=one.id,
                lacking=", ".join(lacking),
            )


def _rows(figures: Figures, zoning: Zoning) -> pa.Table:
    table = figures.table
    return table.filter(pc.and_(pc.equal(table["level"], zoning[0]), pc.equal(table["vintage"], zoning[1])))


def _fill(figures: Figures, zoning: Zoning, own: Mapping[str, _Own]) -> _Table:
    rows = _rows(figures, zoning)
    areas, periods, ids = (rows[name].to_pylist() for name in ("area", "period", "indicator"))
    places = {key: number for number, key in enumerate(dict.fromkeys(zip(areas, periods, strict=True)))}
    counts = list(dict.fromkeys(count for one in own.values() for count in one.counts.values()))
    columns = {count: number for number, count in enumerate(counts)}
    values = np.full((len(places), len(counts)), np.nan)
    shown = {"numerator": rows["numerator"].to_pylist(), "denominator": rows["denominator"].to_pylist()}
    for row, (area, period, indicator) in enumerate(zip(areas, periods, ids, strict=True)):
        for role, count in own[indicator].counts.items() if indicator in own else ():
            number = shown[role][row]
            if number is not None:
                values[places[area, period], columns[count]] = number
    return _Table(places, counts, values, np.zeros(values.shape, dtype=bool))


def _small(values: Counts, minimum: int) -> Hidden:
    return np.asarray((values > 0) & (values < minimum))


def _hide_small(table: _Table, own: Mapping[str, _Own], rule: Rule) -> None:
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


def _hide_differences(table: _Table, rule: Rule) -> None:
    """Hide until no two or three published counts of an area give a small group away."""
    for columns in systems(table.counts):
        ways = differences(atoms([table.counts[number] for number in columns]))
        while any(_hide_difference(table, columns, way, rule.minimum) for way in ways):
            pass


def _hide_difference(table: _Table, columns: Sequence[int], way: Difference, minimum: int) -> bool:
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


def _hide_determined(table: _Table) -> None:
    """Hide until no hidden count is a linear combination of the published ones of its area."""
    for columns in systems(table.counts):
        masks = atoms([table.counts[number] for number in columns])
        while _hide_one_round(table, columns, masks):
            pass


def _hide_one_round(table: _Table, columns: Sequence[int], masks: Sequence[Atoms]) -> bool:
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


def _hidden_counts(table: _Table) -> set[tuple[Count, str]]:
    """Counts hidden somewhere, with the period."""
    periods = {row: period for (_, period), row in table.places.items()}
    rows, columns = np.nonzero(table.hidden)
    return {(table.counts[column], periods[row]) for row, column in zip(rows.tolist(), columns.tolist(), strict=True)}


Sum = tuple[Zoning, Count, str]  # where a sum stands, what it counts, in which period


def _several_levels(
    figures: Figures, tables: Mapping[Zoning, _Table], own: Mapping[str, _Own], rule: Rule
) -> set[Sum]:
    """Sums that give hidden counts away: the release is refused, or (as the rule says) they are hidden as well."""
    unsafe = {
        (_coarser(figures, zoning, other), count, period)
        for zoning, table in tables.items()
        for count, period in _hidden_counts(table)
        for other in tables
        if other != zoning and _shows(tables[other], count, period)
    }
    if unsafe and (rule.several_levels == "refuse" or not _hide_sums(tables, unsafe)):
        raise UnsafeReleaseError(
            "{indicators}: a value hidden on one level can be computed from sums on another ({levels}).",
            why="Tables with margins need secondary suppression, which this version does not do yet.",
            remedy='Release one level only, or set several_levels = "withhold" under [protection]: '
            "then the sums that would give a value away are hidden as well.",
            indicators=", ".join(_using(own, {count for _, count, _ in unsafe})),
            levels=", ".join(sorted({zoning[0] for zoning in tables})),
        )
    return unsafe


def _hide_sums(tables: Mapping[Zoning, _Table], unsafe: set[Sum]) -> bool:
    """Hide these sums everywhere on their level; whether nothing else shown there still determines them."""
    for zoning, count, period in sorted(unsafe, key=str):
        table = tables[zoning]
        rows = np.array([when == period for _, when in table.places])
        table.hide(table.counts.index(count), rows, "several_levels")
    before = {zoning: table.hidden.sum() for zoning, table in tables.items()}
    for zoning, _, _ in unsafe:
        _hide_determined(tables[zoning])
    return all(table.hidden.sum() == before[zoning] for zoning, table in tables.items())


def _shows(table: _Table, count: Count, period: str) -> bool:
    column = table.counts.index(count)
    rows = [row for (_, when), row in table.places.items() if when == period]
    return bool((~np.isnan(table.values[rows, column]) & ~table.hidden[rows, column]).any())


def _coarser(figures: Figures, first: Zoning, second: Zoning) -> Zoning:
    """Of two zonings the one with fewer areas: it carries the sums."""
    sizes = {zoning: len(set(_rows(figures, zoning)["area"].to_pylist())) for zoning in (first, second)}
    return min(sizes, key=lambda zoning: (sizes[zoning], zoning))


def _using(own: Mapping[str, _Own], counts: set[Count]) -> list[str]:
    return sorted(id_ for id_, one in own.items() if counts & set(one.counts.values()))


def _against_earlier(
    tables: Mapping[Zoning, _Table], own: Mapping[str, _Own], earlier: Sequence[Figures]
) -> None:
    """Refuse to hide what an earlier release already shows, or to show next to it what gives its hidden values away."""
    for before in earlier:
        known = {id_: one for id_, one in _own(before.descriptions).items() if id_ in own}
        for zoning in _zonings(before):
            shown = _fill(before, zoning, known)
            for now_zoning, now in tables.items():
                clash = {pair for pair in _hidden_counts(now) if pair[0] in shown.counts and _shows(shown, *pair)}
                differs = clash if now_zoning != zoning else {pair for pair in clash if _reveals(now, shown, *pair)}
                if differs:
                    raise UnsafeReleaseError(
                        "{indicators}: an earlier release shows counts from which values hidden now can be computed.",
                        why="Who holds both releases could subtract one from the other.",
                        remedy="Release these indicators on the same level and boundaries, with the same minimum.",
                        indicators=", ".join(_using(own, {count for count, _ in differs})),
                    )


def _reveals(now: _Table, before: _Table, count: Count, period: str) -> bool:
    """Whether a row hidden now was open before, in the same zoning."""
    column, old = now.counts.index(count), before.counts.index(count)
    for (area, when), row in now.places.items():
        place = before.places.get((area, when))
        if when == period and place is not None and now.hidden[row, column] and not np.isnan(before.values[place, old]):
            return True
    return False


def _empty(figures: Figures, tables: Mapping[Zoning, _Table], own: Mapping[str, _Own]) -> Figures:
    """The figures with values emptied where a count behind them is hidden."""
    rows = figures.table.select(["area", "level", "vintage", "period", "indicator"]).to_pydict()
    hide = np.zeros(figures.table.num_rows, dtype=bool)
    columns = {zoning: {count: number for number, count in enumerate(table.counts)} for zoning, table in tables.items()}
    for row, indicator in enumerate(rows["indicator"]):
        if indicator in own:
            zoning = rows["level"][row], rows["vintage"][row]
            place = tables[zoning].places[rows["area"][row], rows["period"][row]]
            used = [columns[zoning][count] for count in own[indicator].counts.values()]
            hide[row] = tables[zoning].hidden[place, used].any()
    derived, unsure = _derived(figures, rows, own, hide)
    return _emptied(figures, hide | derived, unsure)


def _derived(
    figures: Figures, rows: Mapping[str, list[Any]], own: Mapping[str, _Own], hide: Hidden
) -> tuple[Hidden, Hidden]:
    """Rows computed from hidden figures (index scores of every area then), and rows whose own inputs are hidden."""
    hidden = {(rows["indicator"][row], rows["area"][row]) for row in np.flatnonzero(hide)}
    derived, unsure = np.zeros_like(hide), np.zeros_like(hide)
    for one in _parts_first(figures.descriptions, own):
        mine = [row for row, indicator in enumerate(rows["indicator"]) if indicator == one.id]
        touched = [row for row in mine if any((part, rows["area"][row]) in hidden for part in one.parts)]
        unsure[touched] = True
        derived[mine if touched and one.kind == "index" else touched] = True
        hidden |= {(one.id, rows["area"][row]) for row in touched}
    return derived, unsure


def _parts_first(described: Sequence[Description], own: Mapping[str, _Own]) -> list[Description]:
    """What is computed from other figures; what is computed from computed figures comes last."""
    computed = [one for one in described if one.parts and one.id not in own]
    ids = {one.id for one in computed}
    return sorted(computed, key=lambda one: len(ids & set(one.parts)))


_NUMBERS = ("numerator", "denominator", "value", "lower", "upper", "rank", "rank_lower", "rank_upper", "decile")
_DOUBTS = ("class_probability", "likely_class")


def _emptied(figures: Figures, hide: Hidden, unsure: Hidden) -> Figures:
    """Hidden rows without numbers, flagged; the doubt about a class is withheld where its own inputs are hidden."""
    table = figures.table
    hidden = pc.and_(pa.array(hide), pc.is_valid(table["value"]))
    flags = pc.if_else(hidden, pa.scalar("suppressed"), table["flag"])
    for names, mask in ((_NUMBERS, hidden), (_DOUBTS, pa.array(unsure))):
        for name in names:
            if name in table.schema.names:
                table = _without(table, name, mask)
    table = table.set_column(table.schema.get_field_index("flag"), "flag", flags)
    return Figures(table, figures.descriptions, figures.credits, figures.notes)


def _without(table: pa.Table, name: str, mask: Any) -> pa.Table:
    kind = table.schema.field(name)
    emptied = pc.if_else(mask, pa.scalar(None, kind.type), table[name])
    return table.set_column(table.schema.get_field_index(name), kind, emptied)


def _audit(
    figures: Figures, emptied: Figures, tables: Mapping[Zoning, _Table], rule: Rule, withheld: set[Sum]
) -> dict[str, Any]:
    marks: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for indicator, flag in zip(emptied.table["indicator"].to_pylist(), emptied.table["flag"].to_pylist(), strict=True):
        marks[indicator][flag] += 1
    reasons: dict[str, int] = defaultdict(int)
    for table in tables.values():
        for reason, number in table.why.items():
            reasons[reason] += number
    return {
        "rule": rule.model_dump(),
        "rows_in": figures.table.num_rows,
        "rows_out": emptied.table.num_rows,
        "hidden": sum(flags.get("suppressed", 0) for flags in marks.values()),
        "hidden_counts_by_reason": {reason: number for reason, number in sorted(reasons.items()) if number},
        "by_indicator": {indicator: dict(sorted(flags.items())) for indicator, flags in sorted(marks.items())},
        "withheld": sorted(_say(one) for one in withheld),
        "form": "minimum frequency with differences; no secondary suppression across levels",
    }


def _say(one: Sum) -> str:
    (level, vintage), count, period = one
    return f"{level}/{vintage}, {period}: {' + '.join(sorted(count.tables))}"
