"""Doubt whether two breakdowns of the same fact table tell of the same persons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.errors import Fault, Place
from sozialraum.sources.doubts.sums import by_area, first_faults, groups
from sozialraum.sources.vocabulary import vocabulary


def disagreements(tables: Sequence[pa.Table], place: Place) -> list[Fault]:
    """A warning for each area and period where totals of two breakdowns differ, as residents and their age groups.

    `tables` are facts of one fact table, from one or several sources; a breakdown with a gap is not compared there.
    """
    facts = _whole(pa.concat_tables(tables))
    faults: list[Fault] = []
    for measure in _additive(facts):
        sums = by_area(facts, measure)
        complete = sums.filter(
            pa.array((sums["valid"].to_numpy() == sums["rows"].to_numpy()) & (sums["valid"].to_numpy() > 0))
        )
        if pc.count_distinct(complete["breakdown"]).as_py() < 2:  # nothing to lay side by side
            continue
        for (_, _, period, area), rows in groups(complete, ["level", "vintage", "period", "area"]):
            values = dict(zip(rows["breakdown"].to_pylist(), rows["sum"].to_pylist(), strict=True))
            if max(values.values()) - min(values.values()) > 0.5:
                faults.append(_differs(values, measure, str(area), str(period), place))
    return faults if len(faults) <= 200 else first_faults(faults)


def _whole(facts: pa.Table) -> pa.Table:
    """Without breakdowns that tell of a part only (women, without men), unless all rows tell of that part."""
    known = {name: kind for table in vocabulary().values() for name, kind in table.dimensions.items()}
    coded = [name for name in facts.column_names if isinstance(known.get(name), tuple)]
    everywhere = [name for name in coded if pc.count_distinct(facts[name], mode="all").as_py() == 1]
    keep = np.ones(len(facts), bool)
    for breakdown in pc.unique(facts["breakdown"]).to_pylist():
        here = pc.equal(facts["breakdown"], breakdown)
        rows = facts.filter(here)
        for name in set(breakdown.split(",")) & (set(coded) - set(everywhere)):
            if pc.count_distinct(rows[name]).as_py() < 2:
                keep &= ~here.to_numpy()
    return facts.filter(pa.array(keep))


def _additive(facts: pa.Table) -> list[str]:
    kinds = {name: kind for table in vocabulary().values() for name, kind in table.measures.items()}
    return [name for name in facts.column_names if kinds.get(name) in ("count", "sum") and name != "row"]


def _differs(values: dict[str, float], measure: str, area: str, period: str, place: Place) -> Fault:
    told = "; ".join(f"{breakdown or 'total'}: {value:.12g}" for breakdown, value in sorted(values.items()))
    return Fault(
        "totals_disagree",
        "In {period} the totals of '{measure}' differ by breakdown: {told}.",
        place,
        area,
        "Shares by one breakdown would not fit those by another.",
        "Ask the supplier; accept the warning by name if both are official.",
        "warning",
        {"period": period, "measure": measure, "told": told},
    )
