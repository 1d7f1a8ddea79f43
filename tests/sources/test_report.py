"""The report of a doubting import can be read by everyone: in the terminal, in a browser, in both languages."""

from __future__ import annotations

from html.parser import HTMLParser

from sozialraum.errors import Fault, Place
from sozialraum.sources import faults_html, faults_text

STEP = {"old": 1, "before": 2023, "new": 9, "now": 2024}
FAULTS = (
    Fault("jump", "From {old} in {before} to {new} in {now}.", severity="warning", value="<b>", values=dict(STEP)),
    Fault("empty_file", "The file is empty.", Place("a.csv", "", 3, "Anzahl"), remedy="Ask for the file again."),
)


class Tags(HTMLParser):
    """Counts tags and notes what is loaded from elsewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.loaded: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.loaded += [str(value) for name, value in attrs if name in ("src", "href")]


def test_errors_come_first_and_everything_is_counted() -> None:
    assert faults_text(FAULTS, "de").splitlines() == [
        "Fehler: a.csv, Zeile 3, Spalte „Anzahl“: Die Datei ist leer. Fordern Sie die Datei erneut an.",
        "Warnung: Wert „<b>“: Von 1 (2023) auf 9 (2024).",
        "Fehler: 1, Warnungen: 1, Hinweise: 0.",
    ]


def test_the_page_stands_alone_and_says_where_and_what_to_do() -> None:
    page = faults_html(FAULTS, "de")
    tags = Tags(page)
    assert tags.loaded == []
    assert (tags.seen.count("main"), tags.seen.count("h1"), tags.seen.count("caption"), tags.seen.count("tr")) == (
        1,
        1,
        1,
        3,
    )
    assert '<html lang="de">' in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "Mit Namen annehmen: --accept jump=PERSON" in page


def test_a_page_without_findings_says_so() -> None:
    assert "Es wurde nichts gefunden." in faults_html((), "de")
