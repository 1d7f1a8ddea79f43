"""The release gate: all figures that are to be published at once, hidden where a count is too small or would follow.

Every count of the release and of all earlier ones is an equation over the same people. What is hidden is chosen on all
of them together, and proved. See docs/methods/release-gate.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sozialraum.errors import UnsafeReleaseError
from sozialraum.figures import Description, Figures
from sozialraum.protection.amounts import Amounts, hidden_rows, refuse_uncounted
from sozialraum.protection.classes import with_proved_classes
from sozialraum.protection.counts import CountTable, Own, Zoning, count_table, own_counts, tops, zonings
from sozialraum.protection.emptying import emptied
from sozialraum.protection.everybody import Published, with_everybody
from sozialraum.protection.groups import Count
from sozialraum.protection.ledger import ledger
from sozialraum.protection.linked import Cell, Elsewhere, Otherwise, Piece, Pieces, Search, suppress
from sozialraum.protection.proved import Certificate, Earlier, Evidence, Former, declared_counts
from sozialraum.protection.rule import Rule
from sozialraum.protection.sparing import sparing_classes


@dataclass(frozen=True)
class Protected:
    """What may be published: `figures` with hidden values emptied, and `audit`, the record of it.

    `secrets`: the hidden rows as they were, for the ledger in the house; later releases are judged by them.
    `certificate`: the proof that nothing small follows from the figures; it stays in the house as well.
    """

    figures: Figures
    audit: Mapping[str, Any]
    secrets: Figures
    certificate: Certificate


Found = Callable[[int, int], None]
"""Hears how many parts of the search are done, and of how many."""


def silent(_done: int, _total: int) -> None:
    """Nobody listens."""


def protect(
    figures: Figures,
    rule: Rule,
    earlier: Sequence[Earlier] = (),
    pieces: Pieces | None = None,
    found: Found = silent,
    former: Sequence[Former] = (),
) -> Protected:
    """The figures with every unsafe value hidden, and the audit.

    `earlier` are the releases that this workspace made before. `pieces` gives, for levels and
    boundaries, the smallest common parts of their areas; without it there may be one level only. `former`: states of the
    facts before corrections, in which something went out; what is true of them as well keeps their secrets, too.
    Raises: UnsafeReleaseError when hiding values cannot make the release safe.
    """
    own = own_counts(figures.descriptions)
    _derived_come_with_their_parts(figures, own)
    refuse_uncounted(figures, own)
    tables = _tables(figures, own)
    ground = pieces or _single_areas(tables)
    ask = partial(_searched, own=own, rule=rule, pieces=ground, found=found)
    today = Elsewhere()
    search, gone = ask(tables, earlier, elsewhere=today)
    elsewhere = replace(today, gone=gone)
    states = [ask(_tables(one.holding(figures), own), one.earlier, elsewhere=elsewhere) for one in former]
    for zoning, key, count in (cell for _, hidden in states for cell in hidden):
        tables[zoning].hide_one(key, count)
    proofs = tuple(tuple(one.proof) for one, _ in states)
    certificate = Certificate(rule.minimum, rule.rest, tuple(search.proof), rule.insiders == "safe", former=proofs)
    empty = partial(emptied, figures, tables, own, classes=rule.classes)
    others: Sequence[Otherwise] = search.otherwise
    evidence = partial(_evidence, figures, empty, rule, earlier, ground, former)
    if rule.insiders == "safe":
        named = _named(figures.descriptions, own)
        certificate, others = _with_everybody(evidence, certificate, others, tables, named, rule)
    if rule.classes != "show":
        certificate, others = sparing_classes(evidence(replace(certificate, classes=True)), others)
    amounts = Amounts(figures, empty, rule, earlier, ground, certificate, former)
    safe = amounts.judged() if amounts else empty()
    if rule.classes != "show":
        safe = with_proved_classes(figures, safe, own, others)
    audit = _audit(figures, safe, tables, rule, search) | ({"amounts": amounts.said(safe)} if amounts else {})
    return Protected(safe, audit, hidden_rows(figures, safe), certificate)


def _evidence(
    figures: Figures,
    empty: Callable[[], Figures],
    rule: Rule,
    earlier: Sequence[Earlier],
    pieces: Pieces,
    former: Sequence[Former],
    certificate: Certificate,
) -> Evidence:
    """What the check would see of the figures as they are hidden so far."""
    bare = empty()
    asked = bare, hidden_rows(figures, bare), earlier, pieces, rule.minimum, rule.rest, certificate
    return Evidence(*asked, rule.insiders == "safe", classes=rule.classes != "show", former=former)


def _with_everybody(
    evidence: Callable[[Certificate], Evidence],
    certificate: Certificate,
    others: Sequence[Otherwise],
    tables: Mapping[Zoning, CountTable],
    named: Mapping[Any, Count],
    rule: Rule,
) -> tuple[Certificate, Sequence[Otherwise]]:
    """The same with populations for everybody inside, after all is hidden that they need. `named`: the counts by the names
    that the check gives them."""
    kept = tops({zoning: table.places for zoning, table in tables.items()}) if rule.top == "show" else {}

    def may_hide(told: Published) -> bool:
        return (told[0], told[1]) not in kept and told[3] in named

    while True:
        certificate, others, more = with_everybody(evidence(certificate), others, may_hide)
        for level, vintage, area, count, period in more:
            tables[level, vintage].hide_one((area, period), named[count])
        if not more:
            return certificate, others


def _named(descriptions: Sequence[Description], own: Mapping[str, Own]) -> dict[Any, Count]:
    """The counts of this house by the names that the check gives them."""
    return {
        count: own[one.id].counts[role]
        for one in descriptions
        if one.id in own
        for role, count in declared_counts(one).items()
        if role in own[one.id].counts
    }


def _tables(figures: Figures, own: Mapping[str, Own]) -> dict[Zoning, CountTable]:
    return {zoning: count_table(figures, zoning, own) for zoning in zonings(figures, own)}


def _searched(
    tables: dict[Zoning, CountTable],
    earlier: Sequence[Earlier],
    own: Mapping[str, Own],
    rule: Rule,
    pieces: Pieces,
    found: Found,
    elsewhere: Elsewhere,
) -> tuple[Search, set[Cell]]:
    """What the search found, and the counts in the tables that it hides."""
    before = [one for past in earlier for one in own_counts(past.figures.descriptions).values()]
    search = suppress(tables, own, before, ledger(tables, earlier), rule, pieces, found, elsewhere)
    return search, {(zoning, *cell) for zoning, table in tables.items() for cell in table.hidden_cells()}


def _single_areas(tables: Mapping[Zoning, CountTable]) -> Pieces:
    """Each area of the one level is a piece of its own."""

    def pieces(asked: Sequence[Zoning]) -> Sequence[Piece]:
        if set(asked) - set(tables) or len(tables) > 1:
            raise UnsafeReleaseError(
                "Nobody says how the areas of {levels} lie in one another.",
                why="What a sum and its parts give away together cannot be judged.",
                remedy="Pass the pieces of which the areas are made.",
                levels=", ".join(sorted({zoning[0] for zoning in asked})),
            )
        return [
            {zoning: area} for zoning, table in tables.items() for area in dict.fromkeys(key[0] for key in table.places)
        ]

    return pieces


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
    figures: Figures, safe: Figures, tables: Mapping[Zoning, CountTable], rule: Rule, search: Search
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
        "blocks": search.blocks,
    }
