"""First form of the gate: all figures that are to be published at once, hidden where a count is too small.

What it does: the minimum frequency rule for numerators, denominators and the rest; groups that two or three published
counts of the same area give away; everything computed from a hidden count (changes, combinations, index scores).
What it cannot do yet, and therefore refuses: a hidden count that also stands summed up on another level or on other
boundaries. See docs/methods/release-gate.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
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
Nesting = Callable[[Zoning, Zoning], Mapping[str, str] | None]
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


def protect(
    figures: Figures, rule: Rule, earlier: Sequence[Figures] = (), nesting: Nesting = lambda _fine, _coarse: None
) -> Protected:
    """The figures with every unsafe value hidden, and the audit.

    `earlier` are the figures of releases already published by this workspace. `nesting` gives, for two zonings (level
    and vintage), the coarser area in which each finer one lies, or None where boundaries cross.
    Raises: UnsafeReleaseError when hiding single values cannot make the release safe.
    """
    own = _own(figures.descriptions)
    _derived_come_with_their_parts(figures, own)
    tables = {zoning: _fill(figures, zoning, own) for zoning in _zonings(figures)}
    for zoning, table in tables.items():
        _hide_again(table, zoning, earlier)
        _hide_small(table, own, rule)
        _hide_differences(table, rule)
        _hide_determined(table)
    withheld = _sums_over_hidden(tables, own, rule, nesting)
    _against_earlier(tables, own, earlier, nesting)
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


def _hide_again(table: _Table, zoning: Zoning, earlier: Sequence[Figures]) -> None:
    """What an earlier release hides stays hidden, whatever else is released now: both lie on the same desk."""
    columns = {count: number for number, count in enumerate(table.counts)}
    for before in earlier:
        for (area, period), count in _secret(before, zoning):
            place = table.places.get((area, period))
            if place is not None and count in columns:
                rows = np.zeros(len(table.values), dtype=bool)
                rows[place] = True
                table.hide(columns[count], rows, "earlier")


def _secret(before: Figures, zoning: Zoning) -> Iterator[tuple[tuple[str, str], Count]]:
    """Area and period, and the count that a release hides there."""
    own, rows = _own(before.descriptions), _rows(before, zoning)
    hidden = rows.filter(pc.equal(rows["flag"], "suppressed"))
    for row in hidden.select(["area", "period", "indicator", "numerator", "denominator"]).to_pylist():
        for role, count in own[row["indicator"]].counts.items() if row["indicator"] in own else ():
            if row[role] is None:
                yield (row["area"], row["period"]), count


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


def _sums_over_hidden(
    tables: Mapping[Zoning, _Table], own: Mapping[str, _Own], rule: Rule, nesting: Nesting
) -> dict[str, int]:
    """Sums that contain a hidden count would give it away: the release is refused, or they are hidden as well.

    Gives the number of sums hidden per level. A sum without a hidden part stays: it says nothing that its parts do not.
    """
    pairs = list(_pairs(tables, nesting))
    unsafe = {column for pair in pairs for column in _unsafe_columns(tables, pair)}
    if unsafe and rule.several_levels == "refuse":
        counts = next(iter(tables.values())).counts
        raise UnsafeReleaseError(
            "{indicators}: a value hidden on one level can be computed from values on another ({levels}).",
            why="Tables with margins need secondary suppression, which this version does not do yet.",
            remedy='Release one level only, or set several_levels = "withhold" under [protection]: '
            "then the sums that would give a value away are hidden as well.",
            indicators=", ".join(_using(own, {counts[column] for column in unsafe})),
            levels=", ".join(sorted({zoning[0] for zoning in tables})),
        )
    changed = bool(unsafe)
    while changed:
        sums = [_hide_sums(tables, pair) for pair in pairs]
        parts = [_hide_smallest_parts(tables, pair) for pair in pairs]
        before = sum(int(table.hidden.sum()) for table in tables.values())
        for table in tables.values():
            _hide_determined(table)
        after = sum(int(table.hidden.sum()) for table in tables.values())
        changed = any(sums) or any(parts) or after > before
    return {level: table.why["several_levels"] for (level, _), table in tables.items() if table.why["several_levels"]}


@dataclass(frozen=True)
class _Pair:
    """Two zonings: `above` is the row of the coarser table that contains each row of the finer one (-1: none)."""

    fine: Zoning
    coarse: Zoning
    above: npt.NDArray[np.int64] | None  # None: the boundaries cross, so every sum of the period may contain it


def _pairs(tables: Mapping[Zoning, _Table], nesting: Nesting) -> Iterator[_Pair]:
    """Every two zonings, the one with more areas as the finer one; finest first."""
    order = sorted(tables, key=lambda zoning: (-len({area for area, _ in tables[zoning].places}), zoning))
    for number, fine in enumerate(order):
        for coarse in order[number + 1 :]:
            parents = nesting(fine, coarse)
            places = tables[coarse].places
            rows = (
                [places.get((parents[area], period), -1) for area, period in tables[fine].places] if parents else None
            )
            yield _Pair(fine, coarse, None if rows is None else np.array(rows, dtype=np.int64))


def _unsafe_columns(tables: Mapping[Zoning, _Table], pair: _Pair) -> list[int]:
    """Counts of which a hidden value on one side follows from shown values on the other."""
    return np.flatnonzero((_open_sums(tables, pair) | _open_parts(tables, pair)).any(axis=0)).tolist()


def _somewhere(pair: _Pair, fine: _Table, coarse: _Table, mask: Hidden) -> Hidden:
    """For each coarser row, the counts for which the mask holds in some row inside it."""
    over = np.zeros(coarse.values.shape, dtype=bool)
    if pair.above is not None:
        inside = pair.above >= 0
        np.logical_or.at(over, pair.above[inside], mask[inside])
        return over
    for period in {when for _, when in fine.places}:
        rows = [row for (_, when), row in fine.places.items() if when == period]
        sums = [row for (_, when), row in coarse.places.items() if when == period]
        over[sums] |= mask[rows].any(axis=0)
    return over


def _open_sums(tables: Mapping[Zoning, _Table], pair: _Pair) -> Hidden:
    """Coarser counts that are shown although a part of them is hidden."""
    fine, coarse = tables[pair.fine], tables[pair.coarse]
    return np.asarray(_somewhere(pair, fine, coarse, fine.hidden) & ~coarse.hidden & ~np.isnan(coarse.values))


def _open_parts(tables: Mapping[Zoning, _Table], pair: _Pair) -> Hidden:
    """Coarser counts that are hidden although all their parts are shown."""
    fine, coarse = tables[pair.fine], tables[pair.coarse]
    shown = _somewhere(pair, fine, coarse, fine.values > 0)
    return np.asarray(coarse.hidden & shown & ~_somewhere(pair, fine, coarse, fine.hidden))


def _hide_sums(tables: Mapping[Zoning, _Table], pair: _Pair) -> bool:
    over, table = _open_sums(tables, pair), tables[pair.coarse]
    columns = np.flatnonzero(over.any(axis=0)).tolist()
    hidden = [table.hide(column, over[:, column], "several_levels") for column in columns]
    return any(hidden)


def _hide_smallest_parts(tables: Mapping[Zoning, _Table], pair: _Pair) -> bool:
    """A sum that must stay hidden takes its smallest part with it."""
    fine, found = tables[pair.fine], np.argwhere(_open_parts(tables, pair)).tolist()
    for row, column in found:
        rows = np.arange(len(fine.values)) if pair.above is None else np.flatnonzero(pair.above == row)
        values = fine.values[rows, column]
        chosen = np.zeros(len(fine.values), dtype=bool)
        chosen[rows[np.nanargmin(np.where(values > 0, values, np.nan))]] = True
        fine.hide(column, chosen, "determined")
    return bool(found)


def _using(own: Mapping[str, _Own], counts: set[Count]) -> list[str]:
    return sorted(id_ for id_, one in own.items() if counts & set(one.counts.values()))


def _against_earlier(
    tables: Mapping[Zoning, _Table], own: Mapping[str, _Own], earlier: Sequence[Figures], nesting: Nesting
) -> None:
    """Refuse to hide what an earlier release shows, and sums and parts on other levels that give either one away."""
    unsafe = {
        count
        for before in earlier
        for zoning, old in _published(before, tables).items()
        for now_zoning, now in tables.items()
        for count in (_reveals(now, old) if now_zoning == zoning else _crossing(now_zoning, now, zoning, old, nesting))
    }
    if unsafe:
        raise UnsafeReleaseError(
            "{indicators}: an earlier release shows counts from which values hidden now can be computed.",
            why="Who holds both releases could subtract one from the other.",
            remedy="Release these indicators on the same level and boundaries, with the same minimum.",
            indicators=", ".join(_using(own, unsafe)),
        )


def _published(before: Figures, tables: Mapping[Zoning, _Table]) -> dict[Zoning, _Table]:
    """The tables of an earlier release with the counts of the new one; hidden is what it keeps back."""
    counts = next(iter(tables.values())).counts
    known = {id_: one for id_, one in _own(before.descriptions).items() if set(one.counts.values()) & set(counts)}
    found = {}
    for zoning in _zonings(before):
        old = _fill(before, zoning, known)
        values = np.full((len(old.places), len(counts)), np.nan)
        hidden = np.zeros(values.shape, dtype=bool)
        columns = {count: number for number, count in enumerate(counts)}
        for number, count in enumerate(old.counts):
            if count in columns:
                values[:, columns[count]] = old.values[:, number]
        for key, count in _secret(before, zoning):
            if count in columns:
                hidden[old.places[key], columns[count]] = True
        found[zoning] = _Table(old.places, counts, values, hidden)
    return found


def _crossing(now_zoning: Zoning, now: _Table, zoning: Zoning, old: _Table, nesting: Nesting) -> set[Count]:
    """Counts hidden on one level in one release that follow from values shown on another level in the other."""
    both = {now_zoning: now, zoning: old}
    return {now.counts[column] for pair in _pairs(both, nesting) for column in _unsafe_columns(both, pair)}


def _reveals(now: _Table, before: _Table) -> set[Count]:
    """Counts with a row hidden now that was open before, in the same zoning."""
    found = set()
    for key, row in now.places.items():
        place = before.places.get(key)
        if place is not None:
            found |= set(np.flatnonzero(now.hidden[row] & ~np.isnan(before.values[place])).tolist())
    return {now.counts[column] for column in found}


def _empty(figures: Figures, tables: Mapping[Zoning, _Table], own: Mapping[str, _Own]) -> Figures:
    """The figures with values emptied where a count behind them is hidden; the other count of a rate stays.

    So a later release sees exactly which counts are known outside.
    """
    rows = figures.table.select(["area", "level", "vintage", "period", "indicator"]).to_pydict()
    counts = {role: np.zeros(figures.table.num_rows, dtype=bool) for role in ("numerator", "denominator")}
    columns = {zoning: {count: number for number, count in enumerate(table.counts)} for zoning, table in tables.items()}
    for row, indicator in enumerate(rows["indicator"]):
        if indicator in own:
            zoning = rows["level"][row], rows["vintage"][row]
            place = tables[zoning].places[rows["area"][row], rows["period"][row]]
            for role, count in own[indicator].counts.items():
                counts[role][row] = tables[zoning].hidden[place, columns[zoning][count]]
    hide = counts["numerator"] | counts["denominator"]
    derived, unsure = _derived(figures, rows, own, hide)
    return _emptied(figures, {role: hidden | derived for role, hidden in counts.items()}, hide | derived, unsure)


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


_NUMBERS = ("value", "lower", "upper", "rank", "rank_lower", "rank_upper", "decile")
_DOUBTS = ("class_probability", "likely_class")


def _emptied(figures: Figures, counts: Mapping[str, Hidden], hide: Hidden, unsure: Hidden) -> Figures:
    """Hidden rows without numbers, flagged; the doubt about a class is withheld where its own inputs are hidden."""
    table = figures.table
    hidden = pc.and_(pa.array(hide), pc.is_valid(table["value"]))
    flags = pc.if_else(hidden, pa.scalar("suppressed"), table["flag"])
    for role, mask in counts.items():
        table = _without(table, role, pa.array(mask))
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
    figures: Figures, emptied: Figures, tables: Mapping[Zoning, _Table], rule: Rule, withheld: Mapping[str, int]
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
        "withheld": dict(withheld),
        "form": "minimum frequency with differences; no secondary suppression across levels",
    }
