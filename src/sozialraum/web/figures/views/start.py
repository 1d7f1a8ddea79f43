"""The start page with the newest stories, and what is made before anybody asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from time import sleep
from typing import Any

from sozialraum.texts import LANGUAGES
from sozialraum.web.figures.maps.views import make_maps
from sozialraum.web.figures.pages.start import page
from sozialraum.web.figures.shelf import LOOK_AGAIN, Shown, shelf
from sozialraum.web.figures.stories import entries, stamp
from sozialraum.web.figures.views.page import empty, profile
from sozialraum.web.frame import framed
from sozialraum.web.keeping import Kept, answer, keep

WARMED, PAUSE = 1000, 0.02
"""Profiles made ahead, and the seconds between two of them."""
TOLD = 3
"""Stories named on the start page."""


def show(request: Any, language: str) -> Any:
    """The start page; it changes with the release and with the stories."""
    shown = shelf().newest()
    return empty(language, 200) if shown is None else answer(request, _kept(shown, language))


def _kept(shown: Shown, language: str) -> Kept:
    return shown.answers.get((language, "start", stamp(shelf().folder)), partial(_made, shown, language))


def _made(shown: Shown, language: str) -> Kept:
    view = shown.view(language)
    plain = page(view, "")
    told = replace(plain, values={**plain.values, "stories": entries(shelf().folder, language)[:TOLD]})
    return keep(framed(view, told, "start"), "text/html; charset=utf-8")


def make_start(shown: Shown, languages: Iterable[str] = LANGUAGES) -> None:
    """Make the start pages of a release before anybody asks."""
    for language in languages:
        _kept(shown, language)


def follow() -> None:
    """Make the profiles of each release that comes, as long as the server runs, with pauses for those who ask meanwhile."""
    done = None
    while True:
        shown = shelf().newest()
        if shown is not None and shown is not done:
            make_start(shown)
            for language in LANGUAGES:
                make_maps(shown, language)
                _profiles(shown, language)
        done = shown
        sleep(LOOK_AGAIN / 2)


def _profiles(shown: Shown, language: str) -> None:
    for key in shown.view(language).layer.keys[:WARMED]:
        if shelf().newest() is not shown:
            return
        profile(shown, language, key)
        sleep(PAUSE)
