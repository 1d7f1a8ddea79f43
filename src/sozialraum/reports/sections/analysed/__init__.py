"""Sections about analyses: change, few cases, segregation, area types, flows, peers; each with picture, sentence and caveat."""

from sozialraum.reports.sections.analysed import flows, funnel, peers, segregation, trends, types

__all__ = ["flows", "funnel", "peers", "segregation", "trends", "types"]
