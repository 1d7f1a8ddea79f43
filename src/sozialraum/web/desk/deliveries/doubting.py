"""Findings of a delivered file in words: alike ones together, each with what can be done about it on these pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sozialraum.errors import Fault
from sozialraum.texts import say
from sozialraum.web.desk.deliveries.looking import faults_of
from sozialraum.web.desk.models import Upload

HINTS = {
    "no_period": "Choose the column that holds the period, or enter one period for the whole file.",
    "wrong_year": "Ask the supplier which year is right. Enter it as the period of the whole file, or deliver it corrected.",
    "no_boundaries": "Check the period. If it is right, the boundaries of that time are missing here: tell whoever set this up.",
    "area_of_other_vintage": "Check the period. If it is right, ask the supplier for the file on the boundaries of that time.",
    "sign_undeclared": "Choose what this sign means; if in doubt, ask the supplier.",
    "decimal_point": "Choose how decimals are written, if the whole file is written so; otherwise ask for a corrected file.",
    "decimal_comma": "Choose how decimals are written, if the whole file is written so; otherwise ask for a corrected file.",
    "thousands": "Choose how thousands are set apart in this file.",
    "no_number": "Ask the supplier for the number, or for a usual sign in its place (-, . or x), and deliver it again.",
    "shifted_header": "Compare the names of the columns with what stands below; choose others, or ask for a corrected file.",
    "unknown_code": "Ask the supplier what it means, and choose that at its column. Rows of sums are no part of a delivery.",
    "negative": "Ask the supplier what stands behind it, and for a corrected file.",
    "fraction_in_count": "Check whether the column holds shares; confirm it if the supplier delivers means.",
    "area_empty": "Ask the supplier for the key. If this is a footnote, say how the footnotes begin.",
    "total_row": "Take this row out of the file and deliver it again; sums are computed here.",
    "leading_zero_lost": "Enter how many digits the key has.",
    "area_unknown": "Check level and digits of the key. If both are right, the row has to be corrected or taken out of the file.",
    "point_outside": "Check the coordinates; confirm it if the place lies outside the area.",
    "column_missing": "If the column has another name now, choose that one; otherwise ask for the whole file.",
    "column_doubled": "Ask for a file in which each column has a name of its own. If the names stand in two lines, say so.",
    "wrong_encoding": "Ask the supplier to save the file as “CSV UTF-8”.",
    "other_kind": "Deliver the table as .xlsx or .csv, and one from GENESIS as “Flatfile-CSV”.",
    "no_rows": "Check sheet and first line of the table, or ask for the file again.",
    "empty_sheet": "Enter another sheet, or ask for the file again.",
    "sheet_missing": "Enter another sheet, or ask for the file again.",
    "ragged_row": "Say how the table is written (delimiter, footnotes), or ask for a corrected file.",
    "truncated": "If this is a footnote, say how the footnotes begin; otherwise ask for the whole file again.",
    "lost_areas": "Ask the supplier for them; confirm it if they are rightly absent.",
    "zero_for_missing": "Ask the supplier whether it was counted. If not, ask for a sign in its place; a true zero you confirm.",
    "odd_period": "Ask the supplier for a corrected file, or confirm it.",
    "jump": "Ask the supplier; confirm it if the change is real.",
    "share_scale": "Ask the supplier for percent.",
    "out_of_range": "Ask the supplier which value is right, and for a corrected file.",
    "duplicate_key": "Ask the supplier which row is right. Take the other out of the file; add up rows that belong together.",
    "doubled_row": "Ask the supplier for a file without the doubled rows.",
    "total_differs": "Ask the supplier; confirm it if the difference is right.",
    "other_name": "If it belongs to another source, refuse it here and deliver it again with that one; otherwise confirm it.",
    "correction_unused": "Tell whoever keeps the corrections of this workspace.",
}
"""Code of a finding -> what a clerk can do about it; the remedy of the finding itself speaks of the source's text."""


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
    remedy = one.remedy if "other" in one.values else HINTS.get(one.code, one.remedy)  # a key that is known elsewhere
    return {
        "place": one.place.say(language),
        "value": one.value,
        "what": what,
        "remedy": say(remedy, language, **one.values) if remedy else "",
    }
