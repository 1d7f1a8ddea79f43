"""The page of the index, whole or for one of its groups."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse

from sozialraum.reports import View, edition
from sozialraum.texts import say
from sozialraum.web.figures.pages.index import Group, chosen, members, page
from sozialraum.web.figures.shelf import Shown, shelf
from sozialraum.web.figures.views.page import empty
from sozialraum.web.frame import framed, plain
from sozialraum.web.paging import NAME, part
from sozialraum.web.ready.keeping import Kept, answer, keep


def show(request: Any, language: str) -> Any:
    """The newest edition; what is in the address narrows the list to a group."""
    shown = shelf().newest()
    if shown is None:
        return empty(language, 404)
    view = shown.view(language)
    found = edition(view)
    if found is None:
        text = say("The release holds no index. Profiles and figures show the situation without one.", language)
        return HttpResponse(plain(language, say("No index", language), text), status=404)
    group = chosen(found, request.GET)
    asked = part(int(members(found, group).sum()), request.GET.get(NAME, "")).asked
    return answer(request, kept(shown, language, group, asked))


def kept(shown: Shown, language: str, group: Group, asked: str = "") -> Kept:
    """The page of the newest edition, of which there is one, narrowed to that group and with that part of its list."""
    return shown.stocked((language, "index", group, asked), partial(_made, shown.view(language), group, asked))


def _made(view: View, group: Group, asked: str) -> Kept:
    made = page(view, group, asked)
    assert made is not None  # asked only where there is an edition
    return keep(framed(view, made, "index", query=group.query), "text/html; charset=utf-8")
