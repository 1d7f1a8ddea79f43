"""The profile of an area, beside the peers that the address names."""

from __future__ import annotations

from functools import partial
from typing import Any

from sozialraum.reports import View
from sozialraum.reports.sections.profile import peer_groups
from sozialraum.web.figures.pages.area import page
from sozialraum.web.figures.shelf import shelf
from sozialraum.web.figures.views.page import page as usual
from sozialraum.web.frame import framed
from sozialraum.web.ready.keeping import Kept, answer, keep

PEERS = "peers"


def show(request: Any, language: str, key: str) -> Any:
    """The profile; with a group that the area has, its figures stand beside that group."""
    shown, asked = shelf().newest(), request.GET.get(PEERS, "")
    view = shown.view(language) if shown is not None and asked else None
    area = view.layer.place.get(key) if view is not None else None
    if shown is None or view is None or area is None or asked not in [one.id for one in peer_groups(view, area)[1:]]:
        return usual(request, language, "area", key)
    return answer(request, shown.answers.get((language, "area", key, asked), partial(_made, view, key, asked)))


def _made(view: View, key: str, peers: str) -> Kept:
    made = page(view, key, peers)
    assert made is not None  # asked only for areas of the release
    return keep(framed(view, made, "area", key, query=f"{PEERS}={peers}"), "text/html; charset=utf-8")
