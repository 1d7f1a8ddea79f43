"""Data and methods: what the release holds, sources and licences, what was kept secret, and how to take it along."""

from __future__ import annotations

from typing import Any

from sozialraum.reports import View
from sozialraum.reports import language as words
from sozialraum.reports.sections import method
from sozialraum.reports.sections.sources import credits_table, definitions
from sozialraum.texts import say
from sozialraum.web.figures.pages.page import Page, drawn


def page(view: View, _key: str) -> Page:
    """The page on the release itself."""
    language = view.language
    values = {
        "areas": method.areas_sentence(view),
        "reading": method.reading(view),
        "secrecy": method.secrecy(view),
        "marks": drawn([method.marks(view)], language),
        "protocol": list(_protocol(view)),
        "sources": drawn([credits_table(view)], language),
        "definitions": drawn([definitions(view)], language),
    }
    return Page("data.html", say("Data and methods", language), values, "data")


def _protocol(view: View) -> Any:
    """What was protected, counted; the audit itself stays in the house."""
    language, audit, record = view.language, view.release.audit(), view.release.record
    yield say("Release", language), view.release.label
    yield say("Made on", language), words.day(str(record.get("made", ""))[:10], language)
    yield say("Values", language), words.number(view.release.table.num_rows, 0, language)
    yield say("of them secret", language), words.number(audit.get("hidden", 0), 0, language)
    rule = record.get("rule", {}).get(language)
    if rule:
        yield say("Rule", language), rule
