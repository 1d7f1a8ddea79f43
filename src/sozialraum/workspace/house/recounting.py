"""Earlier releases counted anew: what the facts of another day give for the rows in which they may have changed.

A number of an earlier release counts as corrected only where it really is another one by these facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sozialraum.errors import NoAnswerError
from sozialraum.figures import CORE, PLACE, Description, Figures, Place, place
from sozialraum.protection import Earlier, Former, added_up, declared_counts
from sozialraum.workspace.house.ledger import earlier_releases, facts_before

if TYPE_CHECKING:
    from sozialraum.indicators import Indicator
    from sozialraum.store import Store
    from sozialraum.workspace import Workspace

NUMBERS = ("numerator", "denominator", "value")
Wanted = Mapping[tuple[str, str], Mapping[str, set[str]]]
"""By level and boundaries: indicators, each with periods."""


@dataclass(frozen=True)
class Recount:
    """Counts with the facts of these deliveries (ids)."""

    workspace: Workspace
    facts: frozenset[str]

    def __call__(self, figures: Figures, then: Sequence[str]) -> Figures | None:
        """The rows of figures made with the deliveries `then` that rest on facts that are others, as these facts give them;
        None where there are none."""
        changed = self.facts.symmetric_difference(then)
        if not changed:
            return None
        wanted = self._wanted(figures, set(self._touched(changed)))
        parts = [self._counted(figures, *zoning, asked) for zoning, asked in wanted.items()]
        rows = [row for part in parts for row in part]
        return Figures(pa.Table.from_pylist(rows, schema=CORE), figures.descriptions) if rows else None

    @cached_property
    def _store(self) -> Store:
        return self.workspace.store_with(self.facts)

    def _touched(self, changed: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Fact tables and periods of these deliveries."""
        for one in self.workspace.deliveries:
            if one.id in changed:
                yield from ((table, label) for table in one.record.get("rows", {}) for label in one.periods)

    def _wanted(self, figures: Figures, touched: set[tuple[str, str]]) -> Wanted:
        """What of figures counts facts that changed; levels of results about the whole are not counted."""
        counts = {one.id: list(declared_counts(one).values()) for one in figures.descriptions}
        found: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        names = ("level", "vintage", "indicator", "period")
        for level, vintage, indicator, period in set(
            zip(*(figures.table[one].to_pylist() for one in names), strict=True)
        ):
            parts = {part for count in counts[indicator] for part in added_up(count, period)[1]}
            used = {(facts.partition("/")[0], label) for facts, _, label in parts}
            if used & touched and level in self.workspace.areas.levels:
                found[level, vintage][indicator].add(period)
        return found

    def _counted(
        self, figures: Figures, level: str, vintage: str, asked: Mapping[str, set[str]]
    ) -> Iterator[dict[str, Any]]:
        """Rows of these indicators and periods; without numbers where these facts give none."""
        again = {place(row): row for row in self._computed(figures, level, vintage, asked)}
        for row in figures.table.select(CORE.names).to_pylist():
            mine = row["period"] in asked.get(row["indicator"], ())
            if mine and (row["level"], row["vintage"]) == (level, vintage):
                nothing = row | dict.fromkeys(("numerator", "denominator", "value", "lower", "upper"))
                yield again.get(place(row), nothing)

    def _computed(
        self, figures: Figures, level: str, vintage: str, asked: Mapping[str, set[str]]
    ) -> list[dict[str, Any]]:
        from sozialraum.indicators import compute

        known, areas = self.workspace.catalogue, self.workspace.areas
        chosen = [
            _as_released(known[one.id], one) for one in figures.descriptions if one.id in asked and one.id in known
        ]
        labels = sorted(set().union(*asked.values()))
        try:
            table = compute(chosen, self._store, areas, level, labels, vintage, known).table
        except NoAnswerError:
            return []
        return list(table.select(CORE.names).to_pylist())


def former_states(
    workspace: Workspace,
    figures: Figures,
    facts: Sequence[str],
    earlier: Sequence[Earlier],
    before: tuple[str, int] | None = None,
    secrets: Figures | None = None,
) -> list[Former]:
    """States of the facts in which something went out and that were corrected since, for figures made with these deliveries.

    `earlier`: the releases before, counted anew with these; `before`: only those made before that one; `secrets`: hidden rows
    of the figures as they were. A state of which nothing is another one is none: where facts only came, or came again as
    they were, whatever was known then is known of today.
    """
    now = [figures, *([secrets] if secrets else [])]
    corrected = any(_other([one.today], _as_told(one)) for one in earlier)
    found = []
    for state in dict.fromkeys(facts_before(workspace.folder, before)):
        recount = Recount(workspace, state)
        again = recount(figures, facts) if state != frozenset(facts) else None
        other = _other([again], now)
        if other or (corrected and state != frozenset(facts)):
            then = earlier_releases(workspace.folder, recount, before)
            if other or any(_differ(*pair) for pair in zip(then, earlier, strict=True)):
                found.append(Former(again, then))
    return found


def _differ(then: Earlier, now: Earlier) -> bool:
    """Whether two states of the facts give another number of a release."""
    told = _as_told(then)
    return _other([then.today], [*told, now.today]) or _other([now.today], [*told, then.today])


def _as_told(one: Earlier) -> list[Figures | None]:
    return [one.figures, one.secrets]


def _other(then: Sequence[Figures | None], now: Sequence[Figures | None]) -> bool:
    """Whether a number is another one there; of a row the last figures that have numbers of it count."""
    rows = _by_place(then)
    others = _by_place(now) if rows else {}
    both = ((row, others[where]) for where, row in rows.items() if where in others)
    return any(
        None not in (row[name], other[name]) and row[name] != other[name] for row, other in both for name in NUMBERS
    )


def _by_place(every: Sequence[Figures | None]) -> dict[Place, dict[str, Any]]:
    rows = (row for one in every if one is not None for row in one.table.select([*PLACE, *NUMBERS]).to_pylist())
    return {place(row): row for row in rows if any(row[name] is not None for name in NUMBERS)}


def _as_released(one: Indicator, released: Description) -> Indicator:
    """The definition with what the release says that it counts."""
    from sozialraum.indicators import Operand

    sides = {
        side: tuple(Operand.model_validate(part) for part in parts)
        for side, parts in released.conditions.items()
        if isinstance(parts, (list, tuple))
    }
    return one.model_copy(update=sides)
