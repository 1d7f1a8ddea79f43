"""The start page with the newest stories."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from sozialraum.texts import LANGUAGES
from sozialraum.web.figures.pages.start import page
from sozialraum.web.figures.shelf import Shown, shelf
from sozialraum.web.figures.stories import entries, stamp
from sozialraum.web.figures.views.page import empty
from sozialraum.web.frame import framed
from sozialraum.web.ready.keeping import Kept, answer, keep

TOLD = 3
"""Stories named on the start page."""


def show(request: Any, language: str) -> Any:
    """The start page; it changes with the release and with the stories."""
    shown = shelf().newest()
    return empty(language, 200) if shown is None else answer(request, _kept(shown, language))


def _kept(shown: Shown, language: str) -> Kept:
    return shown.stocked((language, "start", stamp(shelf().folder)), partial(_made, shown, language))


def _made(shown: Shown, language: str) -> Kept:
    view = shown.view(language)
    plain = page(view, "")
    told = replace(plain, values={**plain.values, "stories": entries(shelf().folder, language)[:TOLD]})
    return keep(framed(view, told, "start"), "text/html; charset=utf-8")


def make_start(shown: Shown, languages: Iterable[str] = LANGUAGES) -> None:
    """Make the start pages of a release before anybody asks."""
    for language in languages:
        _kept(shown, language)
