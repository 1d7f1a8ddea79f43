"""What is made before anybody asks: pages of a release, in the order in which readers open them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sozialraum.reports import edition
from sozialraum.texts import LANGUAGES
from sozialraum.web.figures.maps.choice import can_be_shown
from sozialraum.web.figures.maps.views import maps_ahead, squares_ahead
from sozialraum.web.figures.pages.index import Group
from sozialraum.web.figures.papers import titled
from sozialraum.web.figures.relations.views import relations_ahead
from sozialraum.web.figures.shelf import Shown, shelf
from sozialraum.web.figures.views import index, page
from sozialraum.web.figures.views.start import make_start

PROFILES = 1000
"""Profiles made ahead in each language at most."""


def prepare(shown: Shown) -> None:
    """What a release needs in the answering process so that no reader waits for it: start pages, and every figure as a map
    and a program ask for it. Pages of it may lie ready on disk; what is chosen in an address is looked up here."""
    make_start(shown)
    for language in LANGUAGES:
        can_be_shown(shown.view(language))


def make_pages(shown: Shown, told: Callable[[int, int], object] = lambda _done, _total: None) -> None:
    """Every page of which a release has a known number, what readers open first before the rest.

    `told` hears after each how many are made, and of how many.
    """
    make_start(shown)
    every = [*_first(shown), *_rest(shown)]
    for done, make in enumerate(every):
        told(done, len(every))
        if not _made(shown, make):
            return


def make_files(shown: Shown) -> None:
    """The files that take long."""
    all(_made(shown, make) for make in _files(shown))


def _made(shown: Shown, make: Callable[[], object]) -> bool:
    """Make it; not when the release is shown no longer."""
    if shelf().newest() is not shown:
        return False
    make()
    return True


def _first(shown: Shown) -> Iterator[Callable[[], object]]:
    """Maps, and all pages of which a release has few."""
    for language in LANGUAGES:
        yield from maps_ahead(shown, language)
        yield from relations_ahead(shown, language)
        if edition(shown.view(language)) is not None:
            yield partial(index.kept, shown, language, Group())
        yield from (partial(page.kept, shown, language, name, key) for name, key in _few(shown, language))


def _few(shown: Shown, language: str) -> Iterator[tuple[str, str]]:
    view = shown.view(language)
    yield from ((name, "") for name in ("areas", "indicators", "data", "reports"))
    yield from (("indicator", one) for one in view.measures())
    yield from (("report", one) for one, _, _ in titled(view))


def _rest(shown: Shown) -> Iterator[Callable[[], object]]:
    """What programs ask for, the profiles, and the outlines of many areas."""
    from sozialraum.web.figures import api

    yield from api.ahead(shown)
    for language in LANGUAGES:
        for key in shown.view(language).layer.keys[:PROFILES]:
            yield partial(page.kept, shown, language, "area", key)
    yield from squares_ahead(shown)


def _files(shown: Shown) -> Iterator[Callable[[], object]]:
    for language in LANGUAGES:
        yield partial(page.kept_whole, shown, language)
        for report, _, _ in titled(shown.view(language)):
            for name in ("report-html", "report-pdf"):
                yield partial(page.kept_file, shown, language, name, report)
