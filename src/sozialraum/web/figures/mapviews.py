"""The map page and what it fetches: outlines once, values for every choice, files to take along."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404

from sozialraum.reports import View
from sozialraum.web.figures.choice import Choice, chosen
from sozialraum.web.figures.classes import classed
from sozialraum.web.figures.geometry import geometry
from sozialraum.web.figures.mapfiles import MAP_FILES
from sozialraum.web.figures.pages.map import page
from sozialraum.web.figures.shelf import Shown, shelf
from sozialraum.web.figures.views import empty
from sozialraum.web.frame import framed
from sozialraum.web.headers import policy
from sozialraum.web.keeping import Kept, answer, keep

POLICY = policy(worker_src="'self' blob:", img_src="'self' data: blob:")
"""The map library makes its worker and its pictures in the browser."""


def show(request: Any, language: str) -> Any:
    """The map page for the choice in the address."""
    return _answered(request, language, "map", _page)


def values(request: Any, language: str) -> Any:
    """Class and words of every area of one map."""
    return _answered(request, language, "map-values", _values)


def outlines(request: Any, language: str) -> Any:
    """The outlines of a level; they change with the release only."""
    return _answered(request, language, "map-geometry", lambda view, choice: geometry(view, choice.level))


def file(request: Any, language: str, kind: str) -> Any:
    """The numbers or the picture of a map."""
    if kind not in MAP_FILES:
        raise Http404
    folder = shelf().folder
    return _answered(request, language, f"map-{kind}", lambda view, choice: MAP_FILES[kind](view, choice, folder))


def _answered(request: Any, language: str, name: str, make: Callable[[View, Choice], Kept]) -> Any:
    shown = shelf().newest()
    choice = chosen(shown.view(language), request.GET) if shown is not None else None
    if shown is None or choice is None:
        return empty(language, 404)
    asked = (language, name, choice.level if name == "map-geometry" else choice)
    response = answer(request, shown.answers.get(asked, partial(_made, shown, language, choice, make)))
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _made(shown: Shown, language: str, choice: Choice, make: Callable[[View, Choice], Kept]) -> Kept:
    return make(shown.view(language), choice)


def _page(view: View, choice: Choice) -> Kept:
    return keep(framed(view, page(view, choice), "map", query=choice.query()), "text/html; charset=utf-8")


def _values(view: View, choice: Choice) -> Kept:
    one = classed(view, choice, choice.first)
    fills: dict[str, list[str]] = {}
    for key, fill in zip(one.series.layer.keys, one.fills, strict=True):
        fills.setdefault(fill, []).append(key)
    told = {"fills": fills, "texts": dict(zip(one.series.layer.keys, one.texts, strict=True))}
    return keep(json.dumps(told, ensure_ascii=False, separators=(",", ":")), "application/json")
