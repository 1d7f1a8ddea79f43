"""Takes the hidden numbers out of the figures, and everything that was computed from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.figures import Description, Figures
from sozialraum.protection.counts import CountTable, Hidden, Own, Zoning, contributors


def emptied(
    figures: Figures,
    tables: Mapping[Zoning, CountTable],
    own: Mapping[str, Own],
    *,
    classes: str = "show",
    withheld: Hidden | None = None,
) -> Figures:
    """The figures with values emptied where a count behind them is hidden; the other count of a rate stays.

    So a later release sees exactly which counts are known outside. An amount is emptied with every count of its row, and
    in the rows that are `withheld`. `classes` as in the rule: how sure a class is stays with `show` where no figure behind it
    is hidden, otherwise nowhere in such an index; with `hide` an area has no class where a figure behind it is hidden.
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
    hide |= _contributors_hidden(figures, rows, tables)
    if withheld is not None:
        hide |= withheld
    for role, mine in _amount_rows(figures).items():
        counts[role] |= mine & hide
    derived, unsure = _derived(figures, rows, own, hide)
    emptied_counts = {role: hidden | derived for role, hidden in counts.items()}
    doubts = dict.fromkeys(_DOUBTS, unsure if classes == "show" else derived)
    doubts |= dict.fromkeys(_CLASSES, unsure) if classes == "hide" else {}
    return _without_hidden(figures, emptied_counts, hide | derived, doubts)


def _contributors_hidden(
    figures: Figures, rows: Mapping[str, list[Any]], tables: Mapping[Zoning, CountTable]
) -> Hidden:
    """Rows with an amount of people whose count another indicator shows, and hides there."""
    every = {one.id: contributors(one) for one in figures.descriptions if not one.protected_at_source}
    found = np.zeros(figures.table.num_rows, dtype=bool)
    for row, indicator in enumerate(rows["indicator"]):
        table = tables.get((rows["level"][row], rows["vintage"][row])) if every.get(indicator) else None
        place = table.places.get((rows["area"][row], rows["period"][row])) if table else None
        if table is not None and place is not None:
            columns = [number for number, count in enumerate(table.counts) if count in every[indicator]]
            found[row] = table.hidden[place, columns].any()
    return found


def _amount_rows(figures: Figures) -> dict[str, Hidden]:
    """By role the rows that show an amount there, or the numerator of a mean: it tells of everybody in the denominator."""
    ids = figures.table["indicator"].to_pylist()
    every = [one for one in figures.descriptions if not one.protected_at_source]
    found = {}
    for role in ("numerator", "denominator"):
        means = {one.id for one in every if role == "numerator" and one.kind == "mean" and role in one.conditions}
        mine = means | {one.id for one in every if role in one.amounts}
        found[role] = np.array([one in mine for one in ids], dtype=bool)
    return found


def _derived(
    figures: Figures, rows: Mapping[str, list[Any]], own: Mapping[str, Own], hide: Hidden
) -> tuple[Hidden, Hidden]:
    """Rows computed from hidden figures (of every area, where areas are compared), and rows whose own inputs are hidden."""
    hidden = {(rows["indicator"][row], rows["area"][row]) for row in np.flatnonzero(hide)}
    somewhere = {indicator for indicator, _ in hidden}
    derived, unsure = np.zeros_like(hide), np.zeros_like(hide)
    for one in _parts_first(figures.descriptions, own):
        mine = [row for row, indicator in enumerate(rows["indicator"]) if indicator == one.id]
        touched = [row for row in mine if any((part, rows["area"][row]) in hidden for part in one.parts)]
        unsure[touched] = True
        everywhere = one.compares and not somewhere.isdisjoint(one.parts)
        derived[mine if everywhere or (touched and one.kind == "index") else touched] = True
        hidden |= {(one.id, rows["area"][row]) for row in (mine if everywhere else touched)}
        somewhere |= {one.id} if everywhere or touched else set()
    return derived, unsure


def _parts_first(described: Sequence[Description], own: Mapping[str, Own]) -> list[Description]:
    """What is computed from other figures; what is computed from computed figures comes last."""
    computed = [one for one in described if one.parts and one.id not in own]
    ids = {one.id for one in computed}
    return sorted(computed, key=lambda one: len(ids & set(one.parts)))


_DOUBTS = ("class_probability", "likely_class")
_CLASSES = ("class", "attention")
_WORDS = (
    "pattern",
    "direction",
    "differs",
    "similar",
    "class_before",
    "class_fixed",
)  # which side of a limit a hidden number lies on


def _numbers(table: pa.Table) -> list[str]:
    """Every column of numbers that a method may put beside the counts: value, limits, rank, p and whatever is to come."""
    apart = ("numerator", "denominator", "class_probability")
    kinds = (pa.types.is_floating, pa.types.is_integer)
    return [one.name for one in table.schema if one.name not in apart and any(kind(one.type) for kind in kinds)]


def _without_hidden(
    figures: Figures, counts: Mapping[str, Hidden], hide: Hidden, withheld: Mapping[str, Hidden]
) -> Figures:
    """Hidden rows without numbers, flagged; what is withheld where the own inputs of a class are hidden is gone, too."""
    table = figures.table
    hidden = pc.and_(pa.array(hide), pc.is_valid(table["value"]))
    flags = pc.if_else(hidden, pa.scalar("suppressed"), table["flag"])
    for role, mask in counts.items():
        table = _without(table, role, pa.array(mask))
    masks = {
        **dict.fromkeys((*_numbers(table), *_WORDS), hidden),
        **{name: pa.array(one) for name, one in withheld.items()},
    }
    for name in (name for name in table.schema.names if name in masks):
        table = _without(table, name, masks[name])
    table = table.set_column(table.schema.get_field_index("flag"), "flag", flags)
    compared = {one.id for one in figures.descriptions if one.compares}
    shown = {one.id for one in figures.descriptions} - set(table.filter(hidden)["indicator"].to_pylist())
    return Figures(table, figures.descriptions, figures.credits, _notes(figures.notes, shown, compared - shown))


def _notes(notes: Mapping[str, Any], shown: set[str], hidden: set[str]) -> dict[str, Any]:
    """The notes; means and deviations over all areas stay inside where an area's own value is hidden, and so does what is
    said of hidden results that compare areas."""
    return {
        key: _open_note(note, shown) if isinstance(note, Mapping) else note
        for key, note in notes.items()
        if key not in hidden
    }


def _open_note(note: Mapping[str, Any], shown: set[str]) -> dict[str, Any]:
    scores = {f"{note.get('definition')}.{dimension}" for dimension in note.get("base", ())}
    return {key: value for key, value in note.items() if key != "base" or scores <= shown}


def _without(table: pa.Table, name: str, mask: Any) -> pa.Table:
    kind = table.schema.field(name)
    emptied = pc.if_else(mask, pa.scalar(None, kind.type), table[name])
    return table.set_column(table.schema.get_field_index(name), kind, emptied)
