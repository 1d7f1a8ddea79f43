"""Sections of reports: each takes a prepared release and its settings and gives blocks, or None without data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from sozialraum.reports.blocks import Section
from sozialraum.reports.sections import (
    change,
    demography,
    index,
    limits,
    method,
    profile,
    sources,
    summary,
    topic,
)
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.view import View

Make = Callable[[View, Settings], Section | None]


def _analysed(name: str) -> Make:
    """A section about an analysis, loaded when a report first asks for it: pages without one start sooner."""

    def section(view: View, settings: Settings) -> Section | None:
        made: Make = import_module(f"sozialraum.reports.sections.analysed.{name}").section
        return made(view, settings)

    return section


SECTIONS: Mapping[str, Make] = {
    "summary": summary.section,
    "method": method.section,
    "demography": demography.section,
    "topic": topic.section,
    "index": index.section,
    "change": change.section,
    "profile": profile.section,
    "trends": _analysed("trends"),
    "few-cases": _analysed("funnel"),
    "gradient": _analysed("gradient"),
    "inequality": _analysed("inequality"),
    "standardised": _analysed("standardised"),
    "segregation": _analysed("segregation"),
    "surroundings": _analysed("surroundings"),
    "likeness": _analysed("likeness"),
    "area-types": _analysed("types"),
    "flows": _analysed("flows"),
    "peers": _analysed("peers"),
    "converted": _analysed("converted"),
    "limits": limits.section,
    "sources": sources.section,
}
"""Kinds of sections that a report's catalogue file may name; `topic` serves every field of indicators."""

__all__ = ["SECTIONS", "Settings"]
