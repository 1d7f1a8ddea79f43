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
from sozialraum.figures import CORE, Description, Figures, Release
from sozialraum.protection import added_up, declared_counts

if TYPE_CHECKING:
    from sozialraum.indicators import Indicator
    from sozialraum.store import Store
    from sozialraum.workspace import Workspace

PLACE = ("level", "vintage", "area", "period", "indicator")
Wanted = Mapping[tuple[str, str], Mapping[str, set[str]]]
"""By level and boundaries: indicators, each with periods."""


@dataclass(frozen=True)
class Recount:
    """Counts with the facts of these deliveries (ids)."""

    workspace: Workspace
    facts: frozenset[str]

    def __call__(self, release: Release, then: Sequence[str]) -> Figures | None:
        """The rows of a release of which the facts changed since it was made with the deliveries `then`, as these facts
        give them; None where nothing changed."""
        changed = self.facts.symmetric_difference(then)
        if not changed:
            return None
        wanted = self._wanted(release, set(self._touched(changed)))
        parts = [self._counted(release, *zoning, asked) for zoning, asked in wanted.items()]
        rows = [row for part in parts for row in part]
        return Figures(pa.Table.from_pylist(rows, schema=CORE), release.descriptions) if rows else None

    @cached_property
    def _store(self) -> Store:
        return self.workspace.store_with(self.facts)

    def _touched(self, changed: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Fact tables and periods of these deliveries."""
        for one in self.workspace.deliveries:
            if one.id in changed:
                yield from ((table, label) for table in one.record.get("rows", {}) for label in one.periods)

    def _wanted(self, release: Release, touched: set[tuple[str, str]]) -> Wanted:
        """What of a release counts facts that changed; levels of results about the whole are not counted."""
        counts = {one.id: list(declared_counts(one).values()) for one in release.descriptions}
        found: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        names = ("level", "vintage", "indicator", "period")
        for level, vintage, indicator, period in set(
            zip(*(release.table[one].to_pylist() for one in names), strict=True)
        ):
            parts = {part for count in counts[indicator] for part in added_up(count, period)[1]}
            used = {(facts.partition("/")[0], label) for facts, _, label in parts}
            if used & touched and level in self.workspace.areas.levels:
                found[level, vintage][indicator].add(period)
        return found

    def _counted(
        self, release: Release, level: str, vintage: str, asked: Mapping[str, set[str]]
    ) -> Iterator[dict[str, Any]]:
        """Rows of these indicators and periods, those alone that the release has."""
        from sozialraum.indicators import compute

        known = self.workspace.catalogue
        chosen = [
            _as_released(known[one.id], one) for one in release.descriptions if one.id in asked and one.id in known
        ]
        labels = sorted(set().union(*asked.values()))
        there = set(zip(*(release.table[name].to_pylist() for name in PLACE), strict=True))
        try:
            figures = compute(chosen, self._store, self.workspace.areas, level, labels, vintage, known)
        except NoAnswerError:
            return
        for row in figures.table.select(CORE.names).to_pylist():
            if tuple(row[name] for name in PLACE) in there and row["period"] in asked[row["indicator"]]:
                yield row


def _as_released(one: Indicator, released: Description) -> Indicator:
    """The definition with what the release says that it counts."""
    from sozialraum.indicators import Operand

    sides = {
        side: tuple(Operand.model_validate(part) for part in parts)
        for side, parts in released.conditions.items()
        if isinstance(parts, (list, tuple))
    }
    return one.model_copy(update=sides)
