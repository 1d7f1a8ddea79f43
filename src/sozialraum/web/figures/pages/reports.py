"""Reports on the release: read here, or taken along."""

from __future__ import annotations

from sozialraum.reports import View
from sozialraum.texts import say
from sozialraum.web.figures.pages.page import Page
from sozialraum.web.figures.papers import titled


def page(view: View, _key: str) -> Page:
    """Every report with its formats, and the profiles of all areas."""
    language = view.language
    reports = [{"id": one, "title": title, "subtitle": subtitle} for one, title, subtitle in titled(view)]
    return Page("reports.html", say("Reports", language), {"reports": reports}, "reports")
