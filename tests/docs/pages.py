"""The pages people read, with their links, headings and blocks of code."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^(`{3,})(\w*)[^\n]*\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)")
HEADING = re.compile(r"^#{1,6} +(.+?)\s*$", re.MULTILINE)


def prose(page: Path) -> str:
    """The page without its blocks of code."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def blocks(page: Path, *languages: str) -> list[str]:
    """Blocks of code in one of these languages; "" stands for a block that names none."""
    return [code for _, language, code in FENCE.findall(page.read_text(encoding="utf-8")) if language in languages]


def links(page: Path) -> list[str]:
    """Targets of links and pictures, without those of inline code."""
    return LINK.findall(re.sub(r"`[^`\n]*`", "", prose(page)))


def anchors(page: Path) -> set[str]:
    """The fragments that a link into the page may name."""
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in HEADING.findall(prose(page))}


def commands(page: Path) -> list[str]:
    """Lines that a reader would type: the project's command or its start script, comments taken off."""
    lines = [
        line.strip().removeprefix("$ ") for code in blocks(page, "", "bash", "sh", "text") for line in code.splitlines()
    ]
    lines += re.findall(r"`((?:sozialraum|python3 run\.py) [^`\n]+)`", prose(page))
    typed = re.compile(r"(?:\S*/)?(?:sozialraum|python3? -m sozialraum|python3 run\.py) \S")
    return [line.split("  #")[0].strip() for line in lines if typed.match(line)]
