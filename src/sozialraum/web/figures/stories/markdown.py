"""Markdown as far as a story needs it: headings, paragraphs, lists, quotes, bold, links, fenced blocks.

Everything else is text and is shown as it was written, also HTML: the writer of the pages escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sozialraum.reports.blocks import Block, Bullets, Callout, Heading, Paragraph, Run, Text

_INLINE = re.compile(r"\*\*(?P<bold>[^*]+)\*\*|\[(?P<word>[^\]]+)\]\((?P<address>[^()\s]+)\)")
_HEADING = re.compile(r"(?P<signs>#{1,4}) +(?P<text>.+?) *#*$")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)]) +(?P<text>.+)")
_FENCE = re.compile(r"(?:```|~~~) *(?P<kind>\w*) *$")


@dataclass(frozen=True)
class Fence:
    """What stands between two lines of backticks, with the word behind the first ones and the line it begins in."""

    kind: str
    body: str
    line: int


def read(text: str, first_line: int = 1) -> list[Block | Fence]:
    """The blocks of a text in their order."""
    return list(_read(text.splitlines(), first_line))


def _read(lines: list[str], first_line: int) -> Iterator[Block | Fence]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if fence := _FENCE.match(line):
            end = next((row for row in range(at + 1, len(lines)) if lines[row].strip() == line.strip()[:3]), len(lines))
            yield Fence(fence["kind"], "\n".join(lines[at + 1 : end]), first_line + at)
            at = end + 1
        elif heading := _HEADING.match(line):
            yield Heading(len(heading["signs"]) + 1, heading["text"])
            at += 1
        elif not line.strip():
            at += 1
        else:
            end = next((row for row in range(at + 1, len(lines)) if _ends(lines[row])), len(lines))
            yield _piece(lines[at:end])
            at = end


def _ends(line: str) -> bool:
    return not line.strip() or bool(_FENCE.match(line) or _HEADING.match(line))


def _piece(lines: list[str]) -> Block:
    """A list, a quote or a paragraph."""
    if _ITEM.match(lines[0]):
        return Bullets(tuple(inline(one) for one in _items(lines)), ordered=lines[0][0].isdigit())
    if all(line.startswith(">") for line in lines):
        return Callout(inline(" ".join(line[1:].strip() for line in lines)))
    return Paragraph(inline(" ".join(line.strip() for line in lines)))


def _items(lines: list[str]) -> list[str]:
    """Items, with the lines that go on with them."""
    found: list[str] = []
    for line in lines:
        if item := _ITEM.match(line):
            found.append(item["text"])
        else:
            found[-1] += f" {line.strip()}"
    return found


def inline(text: str) -> Text:
    """Running text with its bold words and links."""
    runs: list[Run | str] = []
    at = 0
    for found in _INLINE.finditer(text):
        runs.append(text[at : found.start()])
        runs.append(Run(found["bold"], bold=True) if found["bold"] else Run(found["word"], href=found["address"]))
        at = found.end()
    return tuple(one for one in (*runs, text[at:]) if one)
