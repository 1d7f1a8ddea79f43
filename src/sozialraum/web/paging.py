"""Long lists in pages: one page of the things, and the words and links that lead to the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sozialraum.texts import say

SIZE = 25
"""Things on one page, unless told otherwise."""
DIGITS = 9
"""A number of more digits in an address names no page."""


@dataclass(frozen=True)
class Paging:
    """What the template `paging.html` shows: which rows these are, and the addresses of the pages around; empty for none."""

    told: str
    previous: str = ""
    onward: str = ""


def paged(
    things: Any, asked: Mapping[str, str], language: str, *, key: str = "page", size: int = SIZE
) -> tuple[Sequence[Any], Paging | None]:
    """The page of the things that the address asks for, and the way to the others; None where all are on one page.

    `things` is a list or a query of Django; `asked` the parameters of the address, the others of which the links keep.
    A page that does not exist is answered with the nearest one.
    """
    count = things.count() if hasattr(things, "model") else len(things)
    last = max(-(-count // size), 1)
    number = min(max(_number(asked.get(key, "")), 1), last)
    shown = things[(number - 1) * size : number * size]
    if last == 1:
        return shown, None
    told = say(
        "{first} to {end} of {count}",
        language,
        first=(number - 1) * size + 1,
        end=min(number * size, count),
        count=count,
    )
    before = _link(asked, key, number - 1) if number > 1 else ""
    return shown, Paging(told, before, _link(asked, key, number + 1) if number < last else "")


def _link(asked: Mapping[str, str], key: str, number: int) -> str:
    kept = {name: text for name, text in asked.items() if name != key}
    return f"?{urlencode({**kept, key: number})}"


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 1
