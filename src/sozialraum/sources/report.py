"""The report of a doubting import: for the terminal, and as one accessible HTML file that needs nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from sozialraum.errors import Fault
from sozialraum.texts import say

_STYLE = """
body{font:1rem/1.5 "Fira Sans",system-ui,sans-serif;color:#171a2b;background:#fff;margin:2rem auto;max-width:72rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:600;padding:.5rem 0}
th,td{border-bottom:1px solid #707a8a;padding:.5rem;text-align:left;vertical-align:top}
.mark{font-weight:600;white-space:nowrap}.error{color:#a3001b}.warning{color:#7a4b00}.note{color:#2b4c7e}
.scroll{overflow-x:auto}.scroll:focus{outline:3px solid #2b4c7e}
"""


def faults_text(faults: Sequence[Fault], language: str = "en") -> str:
    """One line a fault, errors first, and a last line that counts them."""
    lines = [f"{_severity(one, language)}: {one.say(language)}" for one in _ordered(faults)]
    return "\n".join([*lines, _count(faults, language)])


def faults_html(faults: Sequence[Fault], language: str = "en") -> str:
    """A whole page: what was found, where, with which value, why it matters, what to do."""
    title = say("Check of a delivery", language)
    names = ("Kind", "Place", "Value", "Finding", "What to do")
    head = "".join(f'<th scope="col">{escape(say(one, language))}</th>' for one in names)
    rows = "".join(_row(one, language) for one in _ordered(faults))
    table = (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}"><table>'
        f"<caption>{escape(_count(faults, language))}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    body = table if faults else f"<p>{escape(_count(faults, language))}</p>"
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )


def _ordered(faults: Sequence[Fault]) -> list[Fault]:
    rank = {"error": 0, "warning": 1, "note": 2}
    return sorted(faults, key=lambda one: rank[one.severity])


def _severity(one: Fault, language: str) -> str:
    words = {"error": say("Error", language), "warning": say("Warning", language), "note": say("Note", language)}
    return words[one.severity]


def _count(faults: Sequence[Fault], language: str) -> str:
    found = Counter(one.severity for one in faults)
    if not faults:
        return say("Nothing was found.", language)
    return say(
        "Errors: {errors}, warnings: {warnings}, notes: {notes}.",
        language,
        errors=found["error"],
        warnings=found["warning"],
        notes=found["note"],
    )


def _row(one: Fault, language: str) -> str:
    finding = " ".join(say(text, language, **one.values) for text in (one.what, one.why) if text)
    remedy = say(one.remedy, language, **one.values) if one.remedy else ""
    if one.severity == "warning":
        remedy += " " + say("Accept by name: --accept {code}=PERSON", language, code=one.code)
    cells = "".join(
        f"<td>{escape(text)}</td>" for text in (one.place.say(language), one.value, finding, remedy.strip())
    )
    return f'<tr><th scope="row" class="mark {one.severity}">{escape(_severity(one, language))}</th>{cells}</tr>'
