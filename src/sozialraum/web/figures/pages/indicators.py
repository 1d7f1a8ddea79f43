"""All figures from A to Z, by field."""

from __future__ import annotations

from dataclasses import replace

from sozialraum.reports import View
from sozialraum.reports import sentences as tell
from sozialraum.reports.sections.topic import overview
from sozialraum.texts import say
from sozialraum.web.figures.fields import field_title
from sozialraum.web.figures.pages.page import Page, drawn


def page(view: View, _key: str) -> Page:
    """One table, grouped by field: whole or median, middle half, change, course."""
    language = view.language
    named = sorted((_field(view, one), tell.title(view.descriptions[one], language), one) for one in view.measures())
    groups: dict[str, int] = {}
    for row, (field, _, _) in enumerate(named):
        groups.setdefault(field, row)
    table = overview(view, [one for _, _, one in named])
    starts = tuple((row, field) for field, row in groups.items())
    whole = replace(table, title=say("All figures", language), show_title=False, source="", groups=starts, stack=True)
    values = {"table": drawn([whole] if named else [], language)}
    return Page("indicators.html", say("Figures from A to Z", language), values, "indicators")


def _field(view: View, indicator: str) -> str:
    return field_title(view.descriptions[indicator].field, view.language)
