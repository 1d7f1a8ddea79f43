"""Sections of reports: each takes a prepared release and its settings and gives blocks, or None without data."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sozialraum.reports.blocks import Section
from sozialraum.reports.sections import (
    analysed,
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

SECTIONS: Mapping[str, Callable[[View, Settings], Section | None]] = {
    "summary": summary.section,
    "method": method.section,
    "demography": demography.section,
    "topic": topic.section,
    "index": index.section,
    "change": change.section,
    "profile": profile.section,
    "trends": analysed.trends.section,
    "few-cases": analysed.funnel.section,
    "segregation": analysed.segregation.section,
    "surroundings": analysed.surroundings.section,
    "likeness": analysed.likeness.section,
    "area-types": analysed.types.section,
    "flows": analysed.flows.section,
    "peers": analysed.peers.section,
    "limits": limits.section,
    "sources": sources.section,
}
"""Kinds of sections that a report's catalogue file may name; `topic` serves every field of indicators."""

__all__ = ["SECTIONS", "Settings"]
