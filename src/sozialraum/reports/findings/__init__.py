"""Three findings that matter, proposed from the data: the lowest class, the widest change, the longest trend or widest spread.

The choice is a fixed rule (see docs/methods/sentences-from-data.md), so the same release always gives the same findings.
"""

from __future__ import annotations

from sozialraum.reports.editions import edition
from sozialraum.reports.findings.changes import changes
from sozialraum.reports.findings.finding import Finding
from sozialraum.reports.findings.lowest_class import lowest_class
from sozialraum.reports.findings.spreads import spreads
from sozialraum.reports.findings.trends import trends
from sozialraum.reports.view import View

__all__ = ["Finding", "findings"]


def findings(view: View) -> list[Finding]:
    """At most three findings, each about something else, in the order they are to be read."""
    chosen: list[Finding] = []
    found = edition(view)
    if found is not None and found.status.rated:
        chosen.append(lowest_class(view, found))
    for candidates in (changes(view), trends(view), spreads(view), changes(view)):
        taken = {one.indicator for one in chosen}
        fresh = next((one for one in candidates if one.indicator not in taken), None)
        if fresh is not None and len(chosen) < 3:
            chosen.append(fresh)
    for fresh in spreads(view):
        if len(chosen) < 3 and fresh.indicator not in {one.indicator for one in chosen}:
            chosen.append(fresh)
    return chosen
