"""What is made before anybody asks: pages of a release, in the order in which readers open them."""

from __future__ import annotations

from collections.abc import Iterator

from sozialraum.reports import edition
from sozialraum.texts import LANGUAGES
from sozialraum.web.figures.maps.views import make_maps
from sozialraum.web.figures.pages.index import Group
from sozialraum.web.figures.papers import titled
from sozialraum.web.figures.shelf import Shown, shelf
from sozialraum.web.figures.views import index, page
from sozialraum.web.figures.views.start import make_start

PROFILES = 1000
"""Profiles made ahead in each language at most."""


def make_first(shown: Shown) -> None:
    """Start page, maps, and all pages of which a release has few."""
    make_start(shown)
    for language in LANGUAGES:
        make_maps(shown, language)
        if edition(shown.view(language)) is not None:
            index.kept(shown, language, Group())
        for name, key in _few(shown, language):
            page.kept(shown, language, name, key)


def _few(shown: Shown, language: str) -> Iterator[tuple[str, str]]:
    view = shown.view(language)
    yield from ((name, "") for name in ("areas", "indicators", "data", "reports"))
    yield from (("indicator", one) for one in view.measures())
    yield from (("report", one) for one, _, _ in titled(view))


def make_profiles(shown: Shown) -> None:
    """The profiles, as long as the release is shown."""
    for language in LANGUAGES:
        for key in shown.view(language).layer.keys[:PROFILES]:
            if shelf().newest() is not shown:
                return
            page.kept(shown, language, "area", key)
