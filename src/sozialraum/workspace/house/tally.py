"""What a release hides and why, as numbers of values: for the protocol of the house, never for the release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sozialraum.figures import PLACE, Figures, Release, place
from sozialraum.protection import Verdict, declared_counts

COUNT, REST, GROUP, OTHERS, DERIVED, SOURCE = "count", "rest", "group", "others", "derived", "source"
REASONS = (COUNT, REST, GROUP, OTHERS, DERIVED, SOURCE)
"""Small count; small rest of its base; small group that counts leave over; to protect others; computed; by the supplier."""
ZERO, SHOWN = "zero", "shown"
FEW = 3
"""The hidden sum of fewer values would tell them."""


def tally(release: Release, secrets: Figures, verdict: Verdict) -> dict[str, Any]:
    """Values shown (true zeros apart) and hidden for each reason, per level and per indicator; and the hidden share of
    the cases counted per level, in percent (None where it would tell single counts)."""
    before = {place(row): row for row in secrets.table.to_pylist()}
    counts = {one.id: declared_counts(one) for one in release.descriptions}
    rest = {one.id for one in release.descriptions if one.part_of_denominator and release.record["rule"]["rest"]}
    least = {one.id: max(one.minimum, int(release.record["rule"]["minimum"])) for one in release.descriptions}
    levels: dict[str, Counter[str]] = {}
    indicators: dict[str, Counter[str]] = {}
    cases: dict[str, Counter[bool]] = {}
    for row in release.table.select([*PLACE, "numerator", "denominator", "value", "flag"]).to_pylist():
        was, name = before.get(place(row), row), row["indicator"]
        reason = _reason(was, row, counts[name], least[name], name in rest, verdict)
        if reason:
            levels.setdefault(row["level"], Counter())[reason] += 1
            indicators.setdefault(name, Counter())[reason] += 1
        if "numerator" in counts[name] and was["numerator"] is not None:
            cases.setdefault(row["level"], Counter())[row["numerator"] is None] += abs(was["numerator"])
    shares = {level: _share(one, levels[level]) for level, one in cases.items()}
    return {"levels": levels, "indicators": indicators, "shares": shares}


def _share(cases: Counter[bool], values: Counter[str]) -> float | None:
    hidden = sum(values[reason] for reason in (COUNT, REST, GROUP, OTHERS))
    total = cases[True] + cases[False]
    return None if 0 < hidden < FEW or not total else round(100 * cases[True] / total, 1)


def _reason(
    was: Mapping[str, Any], row: Mapping[str, Any], counts: Mapping[str, Any], least: int, rest: bool, verdict: Verdict
) -> str:
    """Why a value is hidden, "zero" or "shown" where it is not; "" where there is none."""
    if row["flag"] == "suppressed_at_source":
        return SOURCE
    if row["flag"] != "suppressed":
        return "" if row["value"] is None else ZERO if row["numerator"] == 0 else SHOWN
    numbers = {role: was[role] for role in counts if was[role] is not None}
    if not counts:
        return DERIVED
    if any(0 < number < least for number in numbers.values()):
        return COUNT
    if rest and len(numbers) > 1 and 0 < numbers["denominator"] - numbers["numerator"] < least:
        return REST
    place = (row["level"], row["vintage"], row["area"])
    hidden = [role for role in counts if row[role] is None]
    return GROUP if any((*place, counts[role], row["period"]) in verdict.within for role in hidden) else OTHERS
