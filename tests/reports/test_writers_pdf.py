"""PDF: tagged, in German, with alternative texts, and deaf to markup in the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from sozialraum.reports.blocks import Document, Paragraph, Run, Section
from sozialraum.reports.writers import pdf
from tests.reports.gallery import gallery, profile
from tests.reports.test_writers_html import NASTY, nasty


def opened(document: Document) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(pdf(document)))


def nodes(node: Any) -> Iterator[Any]:
    """Every element of the structure tree."""
    if isinstance(node, pikepdf.Array):
        for one in node:
            yield from nodes(one)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from nodes(node.K)


@pytest.fixture(scope="module")
def report() -> pikepdf.Pdf:
    return opened(gallery())


def test_language_title_and_marks(report: pikepdf.Pdf) -> None:
    assert str(report.Root.Lang) == "de"
    assert bool(report.Root.MarkInfo.Marked)
    assert bool(report.Root.ViewerPreferences.DisplayDocTitle)


def test_declares_both_standards_and_the_day_of_the_release(report: pikepdf.Pdf) -> None:
    with report.open_metadata() as meta:
        assert meta["pdfaid:part"] == "2"
        assert meta["pdfaid:conformance"] == "A"
        assert meta["pdfuaid:part"] == "1"
        assert meta["dc:title"] == "Sozialbericht Musterfurt 2024"
        assert meta["xmp:CreateDate"] == "2025-03-01T00:00:00+00:00"


def test_tags_cover_headings_tables_lists_and_figures(report: pikepdf.Pdf) -> None:
    kinds = Counter(str(node.S) for node in nodes(report.Root.StructTreeRoot.K))
    assert kinds["/H1"] == 4
    assert kinds["/Table"] >= 6
    assert kinds["/TH"] >= 20
    assert kinds["/LI"] == 6
    assert kinds["/Figure"] >= 30


def test_every_figure_has_an_alternative_text(report: pikepdf.Pdf) -> None:
    figures = [node for node in nodes(report.Root.StructTreeRoot.K) if str(node.S) == "/Figure"]
    assert all(str(node.Alt).strip() for node in figures)
    assert "Linie: Kinderarmut sinkt von 32,0 auf 26,6 Prozent." in {str(node.Alt) for node in figures}


def test_all_fonts_are_inside(report: pikepdf.Pdf) -> None:
    fonts = [
        one for one in report.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
    ]
    assert fonts
    assert all("/FontFile2" in one or "/FontFile3" in one for one in fonts)
    assert all("FiraSans" in str(one.FontName) for one in fonts)


@pytest.mark.parametrize(
    "text",
    [NASTY, '#import "x"', "$ x^2 $", "= Titel", "*fett* _kursiv_", "]]}}", "a\n\n#b", "\\", "مدينة", "中文 😀", ""],
)
def test_names_are_shown_and_never_set_as_markup(text: str) -> None:
    with opened(nasty(text)) as made:
        assert len(made.pages) >= 1


def test_a_profile_keeps_to_one_page() -> None:
    section = profile()
    with opened(Document(section.title, (section,))) as made:
        assert len(made.pages) == 1
    more = replace(section, blocks=(*section.blocks, *(Paragraph(("Noch ein Absatz. " * 8,)) for _ in range(3))))
    with opened(Document(section.title, (more,))) as made:
        assert len(made.pages) == 1


def test_pages_follow_the_sections() -> None:
    sections = tuple(Section(f"s{at}", f"Teil {at}", (Paragraph(("Text",)),), page=True) for at in range(7))
    with opened(Document("Titel", sections, contents=True)) as made:
        assert len(made.pages) == 8


def test_a_chapter_does_not_begin_low_on_a_page() -> None:
    """A long report: what is left below each chapter's heading is at least half of the 257 mm that a page holds."""
    told = Paragraph((Run("Ein Satz mit einigen Wörtern steht hier. " * 9),))
    chapters = tuple(Section(f"k{n}", f"Kapitel {n}", (told,) * (2 + 3 * n % 7)) for n in range(12))
    with opened(Document("Bericht", chapters)) as report, report.open_outline() as outline:
        left = [(float(one.destination[3]) - 22 * 72 / 25.4) * 25.4 / 72 for one in outline.root]
    assert len(left) == 12
    assert min(left) > 257 / 2
    assert len({round(one) for one in left}) > 3
