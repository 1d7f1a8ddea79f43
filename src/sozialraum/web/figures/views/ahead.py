"""What is made before anybody asks: pages of a release, in the order in which readers open them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sozialraum.reports import edition
from sozialraum.texts import LANGUAGES
from sozialraum.web.figures.maps.views import make_maps
from sozialraum.web.figures.pages.index import Group
from sozialraum.web.figures.papers import titled
from sozialraum.web.figures.relations.views import make_relations
from sozialraum.web.figures.shelf import Shown, shelf
from sozialraum.web.figures.views import index, page
from sozialraum.web.figures.views.start import make_start

PROFILES = 1000
"""Profiles made ahead in each language at most."""


def make_pages(shown: Shown) -> None:
    """Every page of which a release has a known number, what readers open first before the rest."""
    make_first(shown)
    _make(shown, _rest(shown))


def make_files(shown: Shown) -> None:
    """The files that take long."""
    _make(shown, _files(shown))


def _make(shown: Shown, every: Iterator[Callable[[], object]]) -> None:
    """All of these, as long as the release is shown."""
    for make in every:
        if shelf().newest() is not shown:
            return
        make()


def make_first(shown: Shown) -> None:
    """Start page, maps, and all pages of which a release has few."""
    make_start(shown)
    for language in LANGUAGES:
        make_maps(shown, language)
        make_relations(shown, language)
        if edition(shown.view(language)) is not None:
            index.kept(shown, language, Group())
        for name, key in _few(shown, language):
            page.kept(shown, language, name, key)


def _few(shown: Shown, language: str) -> Iterator[tuple[str, str]]:
    view = shown.view(language)
    yield from ((name, "") for name in ("areas", "indicators", "data", "reports"))
    yield from (("indicator", one) for one in view.measures())
    yield from (("report", one) for one, _, _ in titled(view))


def _rest(shown: Shown) -> Iterator[Callable[[], object]]:
    """What programs ask for, and the profiles."""
    from sozialraum.web.figures import api

    yield from api.ahead(shown)
    for language in LANGUAGES:
        for key in shown.view(language).layer.keys[:PROFILES]:
            yield partial(page.kept, shown, language, "area", key)


def _files(shown: Shown) -> Iterator[Callable[[], object]]:
    for language in LANGUAGES:
        yield partial(page.kept_whole, shown, language)
        for report, _, _ in titled(shown.view(language)):
            for name in ("report-html", "report-pdf"):
                yield partial(page.kept_file, shown, language, name, report)
