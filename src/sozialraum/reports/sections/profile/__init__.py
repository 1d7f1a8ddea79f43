"""One area on one page."""

from sozialraum.reports.sections.profile.page import eyebrow, section

__all__ = ["eyebrow", "section"]
