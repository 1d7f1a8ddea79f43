"""Reports from a release: sentences, charts and maps as blocks, written as HTML or PDF, whole or as parts of a page."""

from sozialraum.reports.composing import (
    Report,
    area_profiles,
    check_target,
    compose,
    prepared,
    profiles_document,
    release_line,
    save_profiles,
    source_line,
)
from sozialraum.reports.editions import Edition, earlier_edition, edition, editions
from sozialraum.reports.findings import Finding, findings
from sozialraum.reports.plan import plans, read_plan
from sozialraum.reports.series import Layer, Series
from sozialraum.reports.view import View

__all__ = [
    "Edition",
    "Finding",
    "Layer",
    "Report",
    "Series",
    "View",
    "area_profiles",
    "check_target",
    "compose",
    "earlier_edition",
    "edition",
    "editions",
    "findings",
    "plans",
    "prepared",
    "profiles_document",
    "read_plan",
    "release_line",
    "save_profiles",
    "source_line",
]
