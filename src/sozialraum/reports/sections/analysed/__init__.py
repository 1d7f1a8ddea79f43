"""Sections about analyses: change, few cases, segregation, neighbours, types, flows, peers; picture, sentence and caveat."""

from sozialraum.reports.sections.analysed import (
    flows,
    funnel,
    likeness,
    peers,
    segregation,
    surroundings,
    trends,
    types,
)

__all__ = ["flows", "funnel", "likeness", "peers", "segregation", "surroundings", "trends", "types"]
