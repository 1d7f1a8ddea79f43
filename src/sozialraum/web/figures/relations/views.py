"""Pages on figures in relation to one another, kept like all others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sozialraum.reports import View
from sozialraum.web.figures.maps.choice import MANY
from sozialraum.web.figures.pages.page import Page
from sozialraum.web.figures.relations import correlate, spread
from sozialraum.web.figures.shelf import Shown, shelf
from sozialraum.web.figures.views.page import empty
from sozialraum.web.frame import framed
from sozialraum.web.paging import NAME, part
from sozialraum.web.ready.keeping import Kept, answer, keep

Asked = Mapping[str, str]


def together(request: Any, language: str) -> Any:
    """Two figures over all areas."""
    return _answered(request, language, "correlate", _pair)


def uneven(request: Any, language: str) -> Any:
    """How unevenly a group is spread."""
    return _answered(request, language, "spread", _group)


def _pair(view: View, asked: Asked) -> tuple[Any, Callable[[], Page], Asked] | None:
    found = correlate.chosen(view, asked)
    if found is None:
        return None
    shown = part(len(view.layer), asked.get(NAME, "")).asked if len(view.layer) > MANY else ""
    return (found, shown), partial(correlate.page, view, found, shown), {"across": found.across, "up": found.up}


def _group(view: View, asked: Asked) -> tuple[Any, Callable[[], Page], Asked]:
    found = spread.chosen(view, asked)
    return found, partial(spread.page, view, found), {"indicator": found} if found else {}


def _answered(request: Any, language: str, name: str, read: Any) -> Any:
    shown = shelf().newest()
    made = _kept(shown, language, name, read, request.GET) if shown is not None else None
    return empty(language, 404) if made is None else answer(request, made)


def _kept(shown: Shown, language: str, name: str, read: Any, asked: Asked) -> Kept | None:
    """The page; what it opens with is found again after a restart. None where the release holds too few figures."""
    view = shown.view(language)
    read_one = read(view, asked)
    if read_one is None:
        return None
    found, make, query = read_one
    keep_it = shown.answers.get if asked else shown.stocked
    return keep_it((language, name, found), partial(_made, view, name, make, query))


def relations_ahead(shown: Shown, language: str) -> Iterator[Callable[[], object]]:
    """These pages as they open, each to be made before anybody asks."""
    yield partial(_kept, shown, language, "correlate", _pair, {})
    yield partial(_kept, shown, language, "spread", _group, {})


def _made(view: View, name: str, make: Callable[[], Page], query: Asked) -> Kept:
    return keep(framed(view, make(), name, query=urlencode(query)), "text/html; charset=utf-8")
