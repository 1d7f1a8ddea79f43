"""Patterns that people write into sources. They are searched in time that grows with the text only, whatever they say:
a pattern such as `(a+)+$` would else keep a server busy for years (Cox 2007, Regular Expression Matching Can Be Simple And Fast).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=256)
def searched(pattern: str | bytes) -> Any:
    """The pattern in RE2's syntax, ready to `search` or `match`. Raises: ValueError with what cannot be read in it."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        told = error.args[0]
        raise ValueError(told.decode() if isinstance(told, bytes) else str(told)) from None
