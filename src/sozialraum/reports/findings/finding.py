"""What a finding is, and which indicators may make one."""

from __future__ import annotations

from dataclasses import dataclass

from sozialraum.reports.blocks import Chart
from sozialraum.reports.editions import edition, is_current
from sozialraum.reports.series import is_level
from sozialraum.reports.view import View


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding: the bold sentence, what belongs to it, the doubt with its label, and a small chart."""

    kind: str
    indicator: str
    claim: str
    text: str
    doubt_label: str
    doubt: str
    chart: Chart | None = None


def weighed(view: View) -> list[str]:
    """Indicators with a good and a bad side; without such the neutral ones. Parts of the index come first."""
    found = edition(view)
    parts_of_index = found.status.description.parts if found else ()
    measures = [one for one in view.measures() if is_level(view.descriptions[one]) and is_current(view, one)]
    sided = [one for one in measures if view.descriptions[one].polarity != "neutral"] or measures
    return sorted(sided, key=lambda one: (one not in parts_of_index, measures.index(one)))
