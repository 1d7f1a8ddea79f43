"""Both writers on the gallery: every kind of block, in HTML and PDF."""

from __future__ import annotations

from pathlib import Path

from sozialraum.reports.writers import html, pdf, write_html, write_pdf
from tests.reports.gallery import gallery


def test_same_document_gives_the_same_bytes() -> None:
    assert html(gallery()) == html(gallery())
    assert pdf(gallery()) == pdf(gallery())


def test_files_appear_whole_and_replace_older_ones(tmp_path: Path) -> None:
    for write, name in ((write_html, "a.html"), (write_pdf, "a.pdf")):
        target = tmp_path / "folder" / name
        write(gallery(), target)
        first = target.read_bytes()
        write(gallery(), target)
        assert target.read_bytes() == first
    assert sorted(one.name for one in (tmp_path / "folder").iterdir()) == ["a.html", "a.pdf"]
