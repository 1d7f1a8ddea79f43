"""The map page and what it fetches: outlines once, values for every choice, files to take along."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from string import ascii_lowercase
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string

from sozialraum.reports import View
from sozialraum.texts import LANGUAGES
from sozialraum.web.figures.maps.choice import MANY, Choice, can_be_shown, chosen, coarser
from sozialraum.web.figures.maps.classes import drawn_map
from sozialraum.web.figures.maps.files import MAP_FILES
from sozialraum.web.figures.maps.geometry import geometry, outline
from sozialraum.web.figures.maps.table import changes
from sozialraum.web.figures.maps.tiles import squares, tile
from sozialraum.web.figures.pages.map import page, signs
from sozialraum.web.figures.relations.selection import CHOOSE, selected
from sozialraum.web.figures.shelf import Shown, shelf
from sozialraum.web.figures.views.page import empty
from sozialraum.web.frame import framed
from sozialraum.web.paging import NAME, part
from sozialraum.web.ready.keeping import Kept, answer, keep
from sozialraum.web.server.headers import policy

SQUARES = 3000
"""Squares made ahead of a level with many areas: all of 200,000 areas."""
POLICY = policy(worker_src="'self' blob:", img_src="'self' data: blob:")
"""The map library makes its worker and its pictures in the browser."""


def show(request: Any, language: str) -> Any:
    """The map page for the choice in the address; one with an own selection of areas is never kept, there are too many."""
    keys = request.GET.getlist(CHOOSE)
    shown = shelf().newest()
    if not keys or shown is None:
        told = {"asked": request.GET.get(NAME, ""), "pictures": request.GET.get("pictures") != "none"}
        return _answered(request, language, "map", partial(_page, **told), kept=partial(_part, **told))
    view = shown.view(language)
    choice = chosen(view, request.GET)
    if choice is None:
        return empty(language, 404)
    own = selected(view, choice, keys)
    query = choice.query() + (f"&{urlencode({CHOOSE: own.keys}, doseq=True)}" if own else "")
    made = framed(view, page(view, choice, own, request.GET.get(NAME, "")), "map", query=query)
    return _allowed(answer(request, keep(made, "text/html; charset=utf-8")))


def selection(request: Any, language: str) -> Any:
    """What the own selection of areas adds up to, as a piece of the map page."""
    shown = shelf().newest()
    view = shown.view(language) if shown is not None else None
    choice = chosen(view, request.GET) if view is not None else None
    if view is None or choice is None:
        return empty(language, 404)
    told = {"language": language, "own": selected(view, choice, request.GET.getlist(CHOOSE)), "query": choice.query()}
    return HttpResponse(render_to_string("selection.html", told))


def values(request: Any, language: str) -> Any:
    """Class and words of every area of the first map; with `on`, in the same classes on a coarser level.

    Beside another date of the same figure also the change of every area.
    """
    level = request.GET.get("on", "")
    return _answered(request, language, f"map-values {level}", partial(_values, level=level))


def place(request: Any, language: str) -> Any:
    """Name, outline and values of one area of a level with many; there are too many to keep all of them."""
    shown = shelf().newest()
    choice = chosen(shown.view(language), request.GET) if shown is not None else None
    if shown is None or choice is None:
        return empty(language, 404)
    view = shown.view(language)
    layer = view.layer_of(choice.level)
    area = layer.place.get(request.GET.get("area", ""))
    if area is None:
        raise Http404
    texts = [drawn_map(view, choice, one).text(area) for one in choice.pictures]
    return _allowed(answer(request, _sent({**outline(view, layer, area), "texts": texts})))


def outlines(request: Any, language: str) -> Any:
    """The outlines of a level; they change with the release only."""
    return _answered(request, language, "map-geometry", _outlines)


def tiles(request: Any, language: str, zoom: int, column: int, row: int) -> Any:
    """A square of the outlines of a level with many areas."""
    shown = shelf().newest()
    level = request.GET.get("level", "")
    if shown is None or level not in _of_many(shown.view(language)):
        raise Http404
    return answer(request, _kept_square(shown, level, zoom, column, row))


def _of_many(view: View) -> list[str]:
    """Levels whose outlines come as squares."""
    return [one for one in view.levels if len(view.layer_of(one)) > MANY]


def _kept_square(shown: Shown, level: str, *place: int) -> Kept:
    """The same in every language, so that outlines are prepared once."""
    return shown.stocked(("tile", level, *place), partial(_square, shown.view(LANGUAGES[0]), level, *place))


def _square(view: View, level: str, zoom: int, column: int, row: int) -> Kept:
    """Raises: Http404 where there is no such square; one that is kept is found without preparing the outlines."""
    if not squares(view, level).holds(zoom, column, row):
        raise Http404
    return tile(view, level, zoom, column, row)


def squares_ahead(shown: Shown) -> Iterator[Callable[[], object]]:
    """The squares of levels with many areas, those that whoever comes closer sees first before the rest."""
    view = shown.view(LANGUAGES[0])
    for level in _of_many(view):
        places = islice(squares(view, level).every(), SQUARES)
        yield from (partial(_kept_square, shown, level, *place) for place in places)


def file(request: Any, language: str, kind: str) -> Any:
    """The numbers or the picture of a map."""
    if kind not in MAP_FILES:
        raise Http404
    folder = shelf().folder
    return _answered(request, language, f"map-{kind}", lambda view, choice: MAP_FILES[kind](view, choice, folder))


def maps_ahead(shown: Shown, language: str) -> Iterator[Callable[[], object]]:
    """The map of each figure as it is shown first, and what it fetches, each to be made before anybody asks."""
    view = shown.view(language)
    for indicator in can_be_shown(view):
        choice = chosen(view, {"indicator": indicator})
        if choice is not None:
            yield partial(_kept, shown, language, "map", choice, _page)
            yield partial(_kept, shown, language, "map-geometry", choice, _outlines)
            yield partial(_kept, shown, language, "map-values ", choice, partial(_values, level=""))


def _kept(shown: Shown, language: str, name: str, choice: Choice, make: Callable[[View, Choice], Kept]) -> Kept:
    """The answer; of those of which a release has a known number one that outlasts a restart."""
    asked = (language, name, choice.level if name == "map-geometry" else choice)
    known = name == "map-geometry" or (name.partition(" ")[0] in ("map", "map-values") and choice.second is None)
    keep_it = shown.stocked if known else shown.answers.get
    return keep_it(asked, partial(_made, shown, language, choice, make))


def _answered(
    request: Any,
    language: str,
    name: str,
    make: Callable[[View, Choice], Kept],
    kept: Callable[[View, Choice], str] = lambda _view, _choice: "",
) -> Any:
    """The answer for the choice in the address; `kept` names what else tells it from others."""
    shown = shelf().newest()
    choice = chosen(shown.view(language), request.GET) if shown is not None else None
    if shown is None or choice is None:
        return empty(language, 404)
    more = kept(shown.view(language), choice)
    return _allowed(answer(request, _kept(shown, language, f"{name} {more}" if more else name, choice, make)))


def _allowed(response: Any) -> Any:
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _made(shown: Shown, language: str, choice: Choice, make: Callable[[View, Choice], Kept]) -> Kept:
    return make(shown.view(language), choice)


def _page(view: View, choice: Choice, asked: str = "", pictures: bool = True) -> Kept:
    made = page(view, choice, asked=asked, pictures=pictures)
    return keep(framed(view, made, "map", query=choice.query()), "text/html; charset=utf-8")


def _part(view: View, choice: Choice, asked: str, pictures: bool) -> str:
    """The part of the table as there is one, so that no more answers are kept than there are parts; with pictures or not."""
    shown = part(len(view.layer_of(choice.level)), asked).asked
    return shown if pictures else f"{shown} bare"


def _outlines(view: View, choice: Choice) -> Kept:
    return geometry(view, choice.level)


def _values(view: View, choice: Choice, level: str) -> Kept:
    if level and level not in coarser(view, choice):
        raise Http404
    one = drawn_map(view, choice, choice.first, level)
    many = len(one.layer) > MANY
    maps = [] if many else [drawn_map(view, choice, one, level) for one in choice.pictures]
    return _sent({
        "fills": _lettered(one.fills), "marks": _lettered(one.marks),
        "texts": None if many else one.texts, "signs": "" if many else signs(view, one),
        "changes": changes(choice, maps) if maps else [],
    })  # fmt: skip


def _lettered(names: Sequence[str]) -> dict[str, Any]:
    """One letter for every area in the order of its level, and what the letters stand for."""
    known = sorted(set(names))
    letters = dict(zip(known, ascii_lowercase, strict=False))
    return {"names": known, "areas": "".join(map(letters.__getitem__, names))}


def _sent(told: Any) -> Kept:
    return keep(json.dumps(told, ensure_ascii=False, separators=(",", ":")), "application/json")
