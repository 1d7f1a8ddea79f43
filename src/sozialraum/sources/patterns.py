"""Patterns that people write into sources. They are searched in time that grows with the text only, whatever they say:
a pattern such as `(a+)+$` would else keep a server busy for years (Cox 2007, Regular Expression Matching Can Be Simple And Fast).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sozialraum.declared import DeclaredError
from sozialraum.texts import Phrase

REASONS = (
    "bad repetition operator",
    "invalid UTF-8",
    "invalid character class",
    "invalid character class range",
    "invalid escape sequence",
    "invalid named capture group",
    "invalid perl operator",
    "invalid repetition size",
    "missing )",
    "missing ]",
    "no argument for repetition operator",
    "pattern too large - compile failed",
    "trailing \\",
    "unexpected )",
)
"""What RE2 says of a pattern that it cannot read."""


@lru_cache(maxsize=256)
def searched(pattern: str | bytes) -> Any:
    """The pattern in RE2's syntax, ready to `search` or `match`. Raises: DeclaredError with what cannot be read in it."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        told = error.args[0]
        raise _said(told.decode(errors="replace") if isinstance(told, bytes) else str(told)) from None


def _said(told: str) -> DeclaredError:
    """RE2's reason in the reader's language, with the part of the pattern that it names."""
    reason, _, part = told.partition(": ")
    if not part:
        return DeclaredError("{reason}", reason=Phrase(reason))
    return DeclaredError("{reason}, at '{part}'", reason=Phrase(reason), part=part)
