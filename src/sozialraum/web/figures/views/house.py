"""Imprint, accessibility and privacy: the words of the house from its settings, else plain ones that say what is missing."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string

from sozialraum.errors import InputError
from sozialraum.reports.blocks import Block
from sozialraum.texts import say
from sozialraum.web.figures.pages.page import drawn
from sozialraum.web.figures.shelf import shelf
from sozialraum.web.figures.stories.markdown import Fence, read
from sozialraum.web.frame import around

TITLES = {"imprint": "Imprint", "accessibility": "Accessibility", "privacy": "Privacy"}
MISSING = {
    "imprint": "The imprint is still missing. Who runs these pages writes it into sozialraum.toml under [pages.imprint].",
    "accessibility": "Which barriers are left, who answers for them and where to complain is still missing. Who runs these pages "
    "writes it into sozialraum.toml under [pages.accessibility].",
    "privacy": "Who answers for these pages and what their server writes down is still missing. Who runs these pages writes it "
    "into sozialraum.toml under [pages.privacy].",
}  # fmt: skip
KNOWN = {
    "imprint": "",
    "accessibility": "These pages are made for keyboard, screen reader, 200 % zoom, phones, light and dark (WCAG 2.1 AA). Every "
    "chart and map has its numbers as a table beside it.",
    "privacy": "The public pages need no account, set no cookie, fetch nothing from elsewhere and send nothing elsewhere. The "
    "choice of light or dark stays in your browser. Who signs in gets a cookie that ends with the session.",
}  # fmt: skip
"""What holds for the program wherever it runs."""


def show(request: Any, language: str, name: str) -> Any:  # noqa: ARG001
    """The page of that name; it needs no release."""
    folder = shelf().folder
    settings = folder / "sozialraum.toml"
    changed = settings.stat().st_mtime_ns if settings.is_file() else 0
    return HttpResponse(_page(folder, changed, language, name))


@lru_cache(maxsize=64)
def _page(folder: Path, _changed: int, language: str, name: str) -> str:
    title = say(TITLES[name], language)
    values = {
        "language": language,
        "title": title,
        "text": drawn(_blocks(_own(folder, language, name)), language, 700, 1),
    }
    values["known"] = say(KNOWN[name], language) if KNOWN[name] else ""
    values["missing"] = "" if values["text"] else say(MISSING[name], language)
    return around(language, title, render_to_string("house.html", values), name)


def _own(folder: Path, language: str, name: str) -> str:
    from sozialraum.errors import CallError
    from sozialraum.workspace import house_text

    try:
        return house_text(folder, name, language)
    except (InputError, CallError):
        return ""  # faults in the settings are told to whoever starts the server


def _blocks(text: str) -> list[Block]:
    return [one for one in read(text) if not isinstance(one, Fence)]
