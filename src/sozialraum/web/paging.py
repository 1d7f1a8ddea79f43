"""Long lists and tables in pages: what stands on one, and the way to the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sozialraum.reports import language as words
from sozialraum.texts import say

ROWS, MOST = 50, 3000
"""Rows of a table on a page, and rows up to which a reader may ask for all of them at once."""
THINGS = 25
"""Things of a list on a page."""
ALL, NAME = "all", "page"
"""What the address says for all rows, and under which name."""


@dataclass(frozen=True)
class Part:
    """The part of a table that is shown, of `size` rows; number 0 means all rows."""

    number: int
    total: int
    size: int = ROWS

    @property
    def count(self) -> int:
        """How many parts there are."""
        return max(-(-self.total // self.size), 1)

    @property
    def rows(self) -> slice:
        """The rows of this part."""
        return slice((self.number - 1) * self.size, self.number * self.size) if self.number else slice(None)

    @property
    def asked(self) -> str:
        """The part as the address names it; empty for the first one."""
        return "" if self.number == 1 else str(self.number or ALL)


@dataclass(frozen=True)
class Ways:
    """What the template `paging.html` shows: which rows these are, and the addresses of the others; empty for none.

    `numbers`: words, address and whether it is this page, or None for what is left out between two.
    """

    told: str
    before: str = ""
    after: str = ""
    numbers: tuple[tuple[str, str, bool] | None, ...] = ()
    all: str = ""
    parts: str = ""


def part(total: int, asked: str, size: int = ROWS) -> Part:
    """The nearest part to what was asked for: the first without a number, the last above the highest."""
    if asked == ALL and total <= MOST:
        return Part(0, total, size)
    number = int(asked) if asked.isdecimal() and len(asked) < 9 else 1
    return Part(min(max(number, 1), Part(1, total, size).count), total, size)


def ways(found: Part, query: str, language: str, place: str, name: str = NAME) -> Ways | None:
    """The way to other rows; None where all fit one page. `query` is kept; `place` is the id of the table."""
    if found.total <= found.size:
        return None

    def href(number: int) -> str:
        more = "&".join(filter(None, (query, "" if number == 1 else f"{name}={number or ALL}")))
        return f"?{more}#{place}"

    here = found.number
    first, end = (here - 1) * found.size + 1, min(here * found.size, found.total)
    counts = {
        name: words.number(one, 0, language) for name, one in (("first", first), ("last", end), ("count", found.total))
    }
    return Ways(
        say("Rows {first} to {last} of {count}" if here else "All {count} rows", language, **counts),
        href(here - 1) if here > 1 else "",
        href(here + 1) if here and here < found.count else "",
        tuple((words.number(one, 0, language), href(one), one == here) if one else None for one in _near(found)),
        href(0) if here and found.total <= MOST else "",
        href(1) if not here else "",
    )


def paged(
    things: Any, asked: Mapping[str, str], language: str, place: str, *, name: str = NAME, size: int = THINGS
) -> tuple[Sequence[Any], Ways | None]:
    """The page of the things that the address asks for, and the way to the others; None where all are on one page.

    `things` is a list or a query of Django; `asked` the parameters of the address, the others of which the links keep;
    `place` the id of the list.
    """
    found = part(things.count() if hasattr(things, "model") else len(things), asked.get(name, ""), size)
    kept = urlencode({one: text for one, text in asked.items() if one != name})
    return things[found.rows], ways(found, kept, language, place, name)


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
