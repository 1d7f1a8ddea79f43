"""First form of the gate: all figures that are to be published at once, hidden where a count is too small.

What it does: the minimum frequency rule for numerators, denominators and the rest; groups that two or three published
counts of the same area give away; everything computed from a hidden count (changes, combinations, index scores).
What it cannot do yet, and therefore refuses: a hidden count that also stands summed up on another level or on other
boundaries. See docs/methods/release-gate.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sozialraum.errors import UnsafeReleaseError
from sozialraum.figures import Figures
from sozialraum.protection.areawise import hide_differences, hide_small
from sozialraum.protection.counts import (
    CountTable,
    Nesting,
    Own,
    Zoning,
    count_table,
    own_counts,
    zonings,
)
from sozialraum.protection.earlier import hide_again, refuse_against_earlier
from sozialraum.protection.emptying import emptied
from sozialraum.protection.levels import hide_sums_over_hidden
from sozialraum.protection.rule import Rule
from sozialraum.protection.years import hide_what_follows


@dataclass(frozen=True)
class Protected:
    """What may be published: `figures` with hidden values emptied, and `audit`, the record of it."""

    figures: Figures
    audit: Mapping[str, Any]


def protect(
    figures: Figures, rule: Rule, earlier: Sequence[Figures] = (), nesting: Nesting = lambda _fine, _coarse: None
) -> Protected:
    """The figures with every unsafe value hidden, and the audit.

    `earlier` are the figures of releases already published by this workspace. `nesting` gives, for two zonings (level
    and vintage), the coarser area in which each finer one lies, or None where boundaries cross.
    Raises: UnsafeReleaseError when hiding single values cannot make the release safe.
    """
    own = own_counts(figures.descriptions)
    _derived_come_with_their_parts(figures, own)
    tables = {zoning: count_table(figures, zoning, own) for zoning in zonings(figures)}
    for zoning, table in tables.items():
        hide_again(table, zoning, earlier)
        hide_small(table, own, rule)
        hide_differences(table, rule)
        hide_what_follows(table)
    withheld = hide_sums_over_hidden(tables, own, rule, nesting)
    refuse_against_earlier(tables, own, earlier, rule, nesting)
    safe = emptied(figures, tables, own)
    return Protected(safe, _audit(figures, safe, tables, rule, withheld))


def _derived_come_with_their_parts(figures: Figures, own: Mapping[str, Own]) -> None:
    present = set(figures.indicators)
    for one in figures.descriptions:
        if one.protected_at_source:
            continue
        if not (one.parts or one.facts or one.conditions or one.kind == "delivered"):
            raise UnsafeReleaseError(
                "Nobody says from which counts '{id}' was computed.",
                why="Whether it gives a small count away cannot be judged.",
                remedy="Name the indicators behind it as parts of its description.",
                id=one.id,
            )
        lacking = [part for part in one.parts if part not in present and part not in own]
        if lacking:
            raise UnsafeReleaseError(
                "'{id}' is computed from {lacking}, which is not part of this release.",
                why="Whether it gives a small count away can only be judged together with the counts behind it.",
                remedy="Add figures of {lacking} for the same areas and periods to the release.",
                id=one.id,
                lacking=", ".join(lacking),
            )


def _audit(
    figures: Figures, safe: Figures, tables: Mapping[Zoning, CountTable], rule: Rule, withheld: Mapping[str, int]
) -> dict[str, Any]:
    marks: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for indicator, flag in zip(safe.table["indicator"].to_pylist(), safe.table["flag"].to_pylist(), strict=True):
        marks[indicator][flag] += 1
    reasons: dict[str, int] = defaultdict(int)
    for table in tables.values():
        for reason, number in table.why.items():
            reasons[reason] += number
    return {
        "rule": rule.model_dump(),
        "rows_in": figures.table.num_rows,
        "rows_out": safe.table.num_rows,
        "hidden": sum(flags.get("suppressed", 0) for flags in marks.values()),
        "hidden_counts_by_reason": {reason: number for reason, number in sorted(reasons.items()) if number},
        "by_indicator": {indicator: dict(sorted(flags.items())) for indicator, flags in sorted(marks.items())},
        "withheld": dict(withheld),
        "form": "minimum frequency with differences; no secondary suppression across levels",
    }
