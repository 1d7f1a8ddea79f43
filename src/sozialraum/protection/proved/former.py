"""Facts of an earlier day, which were corrected since: what of a release is true of them as well must keep them safe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from sozialraum.figures import CORE, Figures, Place, place
from sozialraum.protection.proved.counting import declared_counts
from sozialraum.protection.proved.earlier import Earlier

ROLES = ("numerator", "denominator")
Rows = Mapping[Place, Mapping[str, Any]]


@dataclass(frozen=True)
class Former:
    """A state of the facts in which something went out.

    `figures`: rows of the release to be made that were counted anew by those facts; `earlier`: all earlier releases, `today`
    by those facts.
    """

    figures: Figures | None
    earlier: Sequence[Earlier]

    def holding(self, figures: Figures) -> Figures:
        """The counts among these figures that are the same by those facts; what is computed from them stays out."""
        then: Rows = {} if self.figures is None else {place(row): row for row in self.figures.table.to_pylist()}
        counting = {one.id for one in figures.descriptions if declared_counts(one)}
        rows = [_same(row, then) for row in figures.table.to_pylist() if row["indicator"] in counting]
        return replace(figures, table=pa.Table.from_pylist(rows, schema=CORE), notes={})


def _same(row: Mapping[str, Any], then: Rows) -> dict[str, Any]:
    """The row without counts that were others; with one of them the value is another, too."""
    was = then.get(place(row), row)
    other = [role for role in ROLES if row[role] is not None and row[role] != was[role]]
    emptied = (*other, "value", "lower", "upper") if other else ()
    return {name: None if name in emptied else row[name] for name in CORE.names}
