"""A report read in the browser, with the same blocks as on paper."""

from __future__ import annotations

from django.utils.safestring import mark_safe

from sozialraum.reports import View
from sozialraum.reports.writers import body
from sozialraum.web.figures.pages.page import Page
from sozialraum.web.figures.papers import composed, titled


def page(view: View, key: str) -> Page | None:
    """The report of that id; None where there is no such report."""
    if key not in {one for one, _, _ in titled(view)}:
        return None
    document = composed(view, key)
    return Page("report.html", document.title, {"key": key, "body": mark_safe(body(document))}, "reports")
