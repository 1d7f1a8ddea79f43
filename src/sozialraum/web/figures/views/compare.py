"""The page that puts areas side by side."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from sozialraum.reports import View
from sozialraum.web.figures.pages.compare import NAMES, Chosen, chosen, page
from sozialraum.web.figures.shelf import shelf
from sozialraum.web.figures.views.page import empty
from sozialraum.web.frame import framed
from sozialraum.web.ready.keeping import Kept, answer, keep


def show(request: Any, language: str) -> Any:
    """The areas that the address names, side by side."""
    shown = shelf().newest()
    if shown is None:
        return empty(language, 404)
    view = shown.view(language)
    found = chosen(view, request.GET)
    return answer(request, shown.answers.get((language, "compare", found), partial(_made, view, found)))


def _made(view: View, found: Chosen) -> Kept:
    query = urlencode(dict(zip(NAMES, found.keys, strict=False)))
    return keep(framed(view, page(view, found), "compare", query=query), "text/html; charset=utf-8")
