"""Findings of a delivered file in words: alike ones together, each with what can be done about it on these pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sozialraum.errors import Fault
from sozialraum.texts import say
from sozialraum.web.desk.deliveries.looking import faults_of
from sozialraum.web.desk.models import Upload

HINTS = {
    "no_period": "Correct the mapping: choose the column that holds the period, or enter one period for the whole file.",
    "bad_period": "Correct the mapping: enter one period for the whole file, or ask for a file with whole dates.",
    "sign_undeclared": "Correct the mapping: choose what this sign means.",
    "area_unknown": "Correct the mapping if level or digits of the key are wrong; otherwise the file has to be corrected.",
    "leading_zero_lost": "Correct the mapping: enter how many digits the key has.",
    "ragged_row": "Correct the mapping, or say below how the file is written: delimiter, footnotes.",
    "truncated": "If this is a footnote, say below how the footnotes begin; otherwise ask for the whole file again.",
}
"""Code of a fault -> what to do here; the remedy of the fault itself speaks of the source's text."""


def doubts(upload: Upload, language: str) -> dict[str, Any]:
    """What stands in the way, what looks doubtful and what was noticed; alike findings are one entry with its places."""
    found = faults_of(upload)
    return {
        "doubts": upload.faults is not None,
        "errors": _grouped((one for one in found if one.severity == "error"), language),
        "warnings": _grouped((one for one in found if one.severity == "warning"), language),
        "notes": [_told(one, language) for one in found if one.severity == "note"],
    }


def _grouped(found: Iterable[Fault], language: str) -> list[tuple[str, list[dict[str, str]]]]:
    together: dict[str, list[dict[str, str]]] = {}
    for one in found:
        together.setdefault(one.code, []).append(_told(one, language))
    return list(together.items())


def _told(one: Fault, language: str) -> dict[str, str]:
    what = " ".join(say(text, language, **one.values) for text in (one.what, one.why) if text)
    hint = HINTS.get(one.code, "") if one.severity == "error" else ""
    remedy = hint or one.remedy
    return {
        "place": one.place.say(language),
        "value": one.value,
        "what": what,
        "remedy": say(remedy, language, **one.values) if remedy else "",
    }
