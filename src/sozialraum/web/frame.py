"""What stands around every page: head, menu, release line, sources, foot."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from sozialraum.reports import View, edition, release_line
from sozialraum.reports.sections.parts import all_sources
from sozialraum.reports.writers import pictured
from sozialraum.texts import LANGUAGES, say
from sozialraum.web.figures.pages import Page
from sozialraum.web.figures.shelf import shelf
from sozialraum.web.places import link

MENU = (
    ("start", "Start"), ("map", "Map"), ("areas", "Areas"), ("index", "Index"), ("indicators", "Figures"),
    ("reports", "Reports"), ("data", "Data"),
)  # fmt: skip

SCRIPTS = {"map": ("mappicture.js", "maptime.js", "map.js")}
"""Further scripts of a page."""


def framed(view: View, page: Page, name: str, key: str = "", query: str = "") -> str:
    """The whole page of a release as HTML; the link to the other language keeps the query."""
    language = view.language
    told = {"language": language, "place": view.place, "title": page.title, "release": view.release.label}
    inner = pictured(render_to_string(page.template, {**told, **page.values}))
    outer = {
        **told,
        "main": mark_safe(inner),
        "here": page.here,
        "menu": _menu(language, page.here, edition(view) is not None),
        "release_line": release_line(view),
        "invented": bool(view.release.record.get("invented")),
        "sources": all_sources(view),
        "others": [(one, link(one, name, key) + (query and f"?{query}")) for one in LANGUAGES if one != language],
        "script": SCRIPTS.get(name, ()),
    }
    return str(render_to_string("frame.html", outer))


def plain(language: str, title: str, text: str, lost: bool = False, empty: bool = False) -> str:
    """A page that needs no release: an error, or that there is nothing yet; who is `lost` can search.

    Where all is `empty` no link leads to pages that do not exist yet; staff find the way to the next step.
    """
    told = {"language": language, "title": title, "text": text, "lost": lost, "empty": empty}
    return around(language, title, render_to_string("plain.html", told), empty=empty)


def around(language: str, title: str, inner: str, name: str = "start", empty: bool = False) -> str:
    """Head, menu and foot around a page that needs no release; `name` leads to the same page in the other language."""
    values = {
        "language": language,
        "title": title,
        "place": _place(shelf().folder),
        "main": mark_safe(pictured(inner)),
        "menu": [] if empty else _menu(language, ""),
        "empty": empty,
        "others": [(one, link(one, name)) for one in LANGUAGES if one != language],
    }
    return str(render_to_string("frame.html", values))


@lru_cache(maxsize=1)
def _place(folder: Path) -> str:
    """The title of the workspace; empty where its settings cannot be read, for this also stands around errors."""
    from sozialraum.errors import CallError, InputError
    from sozialraum.workspace import house_title

    try:
        return house_title(folder)
    except (InputError, CallError, OSError):
        return ""


def _menu(language: str, here: str, indexed: bool = True) -> list[dict[str, Any]]:
    return [
        {"title": say(title, language), "href": link(language, name), "here": name == here}
        for name, title in MENU
        if indexed or name != "index"
    ]
