"""One file per page: a prepared release in, title and ready parts out; the templates only arrange them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sozialraum.reports import View
from sozialraum.web.figures.pages import area, areas, indicator, indicators, release, report, reports, start
from sozialraum.web.figures.pages.page import Page

PAGES: Mapping[str, Callable[[View, str], Page | None]] = {
    "start": start.page,
    "areas": areas.page,
    "area": area.page,
    "data": release.page,
    "indicators": indicators.page,
    "indicator": indicator.page,
    "reports": reports.page,
    "report": report.page,
}
"""Name -> what makes it from a release and the key in its address; None where the release knows no such key."""

__all__ = ["PAGES", "Page"]
