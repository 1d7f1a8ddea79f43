"""Long tables in parts: which rows stand on a page, and the way to the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sozialraum.reports import language as words
from sozialraum.texts import say

ROWS, MOST = 50, 3000
"""Rows on a page, and rows up to which a reader may ask for all of them at once."""
ALL, NAME = "all", "page"
"""What the address says for all rows, and under which name."""


@dataclass(frozen=True)
class Part:
    """The part of a table that is shown, from row `first` up to, not including, row `end`; number 0 means all rows."""

    number: int
    total: int

    @property
    def count(self) -> int:
        """How many parts there are."""
        return max(-(-self.total // ROWS), 1)

    @property
    def rows(self) -> slice:
        """The rows of this part."""
        return slice((self.number - 1) * ROWS, self.number * ROWS) if self.number else slice(None)

    @property
    def asked(self) -> str:
        """The part as the address names it; empty for the first one."""
        return "" if self.number == 1 else str(self.number or ALL)


def part(total: int, asked: str) -> Part:
    """The nearest part to what was asked for: the first without a number, the last above the highest."""
    if asked == ALL and total <= MOST:
        return Part(0, total)
    number = int(asked) if asked.isdecimal() and len(asked) < 9 else 1
    return Part(min(max(number, 1), Part(1, total).count), total)


def ways(found: Part, query: str, language: str, place: str) -> dict[str, Any]:
    """What the template of the way to other rows needs; empty where all rows fit one page. `place` is the table's id."""
    if found.total <= ROWS:
        return {}

    def href(number: int) -> str:
        more = "&".join(filter(None, (query, "" if number == 1 else f"{NAME}={number or ALL}")))
        return f"?{more}#{place}"

    here = found.number
    first, end = (here - 1) * ROWS + 1, min(here * ROWS, found.total)
    counts = {
        name: words.number(one, 0, language) for name, one in (("first", first), ("last", end), ("count", found.total))
    }
    template = "Rows {first} to {last} of {count}" if here else "All {count} rows"
    return {
        "told": say(template, language, **counts),
        "before": href(here - 1) if here > 1 else "",
        "after": href(here + 1) if here and here < found.count else "",
        "numbers": [(words.number(one, 0, language), href(one), one == here) if one else None for one in _near(found)],
        "all": href(0) if here and found.total <= MOST else "",
        "parts": href(1) if not here else "",
    }


def _near(found: Part) -> Iterator[int]:
    """The first, the last and those around this one; 0 stands for what is left out."""
    if not found.number:
        return
    known = sorted({1, found.count, *range(max(found.number - 1, 1), min(found.number + 1, found.count) + 1)})
    before = 0
    for one in known:
        if one - before == 2:
            yield one - 1
        elif one - before > 2:
            yield 0
        yield one
        before = one
