"""Reports of a release as documents and files."""

from __future__ import annotations

from collections.abc import Iterator

from sozialraum.reports import View, plans, prepared, read_plan
from sozialraum.reports.blocks import Document
from sozialraum.reports.composing import composed as compose
from sozialraum.reports.composing import profile, title_of
from sozialraum.web.ready.keeping import Kept, keep


def titled(view: View) -> Iterator[tuple[str, str, str]]:
    """Id, title and subtitle of every report on the whole release."""
    for one in plans():
        plan = read_plan(one)
        if not plan.about_one_area:
            yield (one, *title_of(view, plan))


def composed(view: View, report: str) -> Document:
    """The report as blocks."""
    return compose(view, read_plan(report)).document


def report_pdf(view: View, report: str) -> Kept:
    """A report as a file to keep."""
    return _pdf(composed(view, report), f"{report}-{view.release.label}.pdf")


def report_html(view: View, report: str) -> Kept:
    """A report as one file that opens in any browser without this server."""
    from sozialraum.reports.writers import html

    document = composed(prepared(view.release, view.language), report)  # without links to pages of this server
    return keep(html(document), "text/html; charset=utf-8", f"{report}-{view.release.label}.html")


def profile_pdf(view: View, area: str) -> Kept:
    """The profile of an area as a file to keep."""
    document = profile(view, read_plan("area-profile"), area).document
    plain = "".join(one if one.isascii() and one.isalnum() else "-" for one in area)
    return _pdf(document, f"profil-{plain}-{view.release.label}.pdf")


def _pdf(document: Document, name: str) -> Kept:
    from sozialraum.reports.writers import pdf

    return keep(pdf(document), "application/pdf", name)
