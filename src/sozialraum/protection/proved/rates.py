"""Whether published rates, means and sums are what their counts give."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from sozialraum.errors import Fault
from sozialraum.figures import Figures
from sozialraum.protection.proved.counting import declared_counts

CLOSE = 1e-9


def rate_faults(released: Figures) -> Iterator[Fault]:
    """Published values that do not follow from the counts beside them; all values of an indicator have one factor."""
    counted = {one.id for one in released.descriptions if "numerator" in declared_counts(one)}
    rows: dict[str, list[tuple[str, float, float]]] = {}
    names = ("indicator", "area", "period", "numerator", "denominator", "value")
    for indicator, area, period, above, below, value in zip(
        *(released.table[name].to_pylist() for name in names), strict=True
    ):
        if indicator in counted and value is not None and above is not None:
            plain = above / below if below else above
            rows.setdefault(indicator, []).append((f"{indicator}, {area}, {period}", plain, value))
    for found in rows.values():
        factor = median([value / plain for _, plain, value in found if plain] or [1.0])
        for place, plain, value in found:
            if abs(value - factor * plain) > CLOSE * max(1.0, abs(value)):
                what = "the published value does not follow from its counts: {place}."
                yield Fault("other_value", what, values={"place": place})
