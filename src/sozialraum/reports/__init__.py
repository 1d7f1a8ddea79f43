"""Reports from a release: sentences, charts and maps as blocks, written as HTML or PDF."""

from sozialraum.reports.composing import Report, area_profiles, compose, profiles_document, save_profiles
from sozialraum.reports.plan import plans

__all__ = ["Report", "area_profiles", "compose", "plans", "profiles_document", "save_profiles"]
