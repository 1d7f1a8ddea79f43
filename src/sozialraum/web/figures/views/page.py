"""From a request to a kept answer. Pages read the newest release and nothing else."""

from __future__ import annotations

import json
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import is_valid_path

from sozialraum.texts import say
from sozialraum.web.figures.catalogue import described
from sozialraum.web.figures.files import FILES, release_csv
from sozialraum.web.figures.pages import PAGES
from sozialraum.web.figures.pages.areas import found, searched
from sozialraum.web.figures.shelf import Shown, shelf
from sozialraum.web.frame import framed, plain
from sozialraum.web.paging import NAME, part
from sozialraum.web.places import PROGRAMS, language_of
from sozialraum.web.ready.keeping import LONG, SHORT, Kept, answer, keep

SUGGEST = "vorschlaege.json"
LONGEST = 100
"""Letters of a search that are looked at."""


def page(request: Any, language: str, name: str, key: str = "") -> Any:
    """A page of the newest release, made once and then kept."""
    shown = shelf().newest()
    if shown is None:
        return empty(language, 200 if name == "start" else 404)
    return answer(request, kept(shown, language, name, key))


def kept(shown: Shown, language: str, name: str, key: str = "") -> Kept:
    """A page of the release; it has a known number of them, so a restart finds them again. Raises: Http404 for another key."""
    lane = LONG if name == "report" else SHORT
    return shown.stocked((language, name, key), partial(_made, shown, language, name, key), lane)


def _made(shown: Shown, language: str, name: str, key: str) -> Kept:
    view = shown.view(language)
    found = PAGES[name](view, key)
    if found is None:
        raise Http404
    if name == "areas":  # its key is a part of the list, no word of the address
        return keep(framed(view, found, name, query=key and f"{NAME}={key}"), "text/html; charset=utf-8")
    return keep(framed(view, found, name, key), "text/html; charset=utf-8")


def file(request: Any, language: str, name: str, key: str) -> Any:
    """A file made from the newest release."""
    shown = shelf().newest()
    if shown is None:
        return empty(language, 404)
    return answer(request, kept_file(shown, language, name, key))


def kept_file(shown: Shown, language: str, name: str, key: str) -> Kept:
    """A file of the release; reports are few and take long, so a restart finds them again. Raises: Http404 for another key."""
    lane = LONG if name.endswith(("-pdf", "-html")) else SHORT
    keep_it = shown.stocked if name.startswith("report-") else shown.answers.get
    return keep_it((language, name, key), partial(_file, shown, language, name, key), lane=lane)


def _file(shown: Shown, language: str, name: str, key: str) -> Kept:
    knows, make = FILES[name]
    view = shown.view(language)
    if not knows(view, key):
        raise Http404
    return make(view, key)


def areas(request: Any, language: str) -> Any:
    """All areas, or those that a search found."""
    asked, number = request.GET.get("q", "").strip()[:LONGEST], request.GET.get(NAME, "")
    shown = shelf().newest()
    if shown is None:
        return page(request, language, "areas")
    view = shown.view(language)
    if asked:
        return HttpResponse(framed(view, searched(view, asked, number), "areas", query=urlencode({"q": asked})))
    return page(request, language, "areas", part(len(view.layer), number).asked)


def suggestions(request: Any, language: str) -> Any:
    """Areas that fit what was typed so far."""
    shown = shelf().newest()
    asked = request.GET.get("q", "").strip()[:LONGEST]
    matches = found(shown.view(language), asked) if shown else []
    return JsonResponse([{"name": one.name, "group": one.group, "href": one.href} for one in matches], safe=False)


def catalogue(request: Any, language: str) -> Any:
    """What is here to take along, in the words of open-data catalogues; its addresses are those of this server."""
    shown = shelf().newest()
    if shown is None:
        return empty(language, 404)
    told = described(shown.view(language), request.build_absolute_uri)
    return HttpResponse(json.dumps(told, ensure_ascii=False, indent=1), content_type="application/ld+json")


def whole(request: Any, language: str) -> Any:
    """Every released value as one file."""
    shown = shelf().newest()
    if shown is None:
        return empty(language, 404)
    return answer(request, kept_whole(shown, language))


def kept_whole(shown: Shown, language: str) -> Kept:
    """The file of every released value."""
    return shown.stocked((language, "release-csv"), lambda: release_csv(shown.view(language)), LONG)


def health(_: Any) -> Any:
    """That the server answers, and which release it shows."""
    shown = shelf().newest()
    return JsonResponse({"status": "ok", "release": shown.label if shown else None})


def empty(language: str, status: int) -> Any:
    """The page that says that nothing is released yet."""
    if shelf().withdrawn:
        title, text = say("The release was withdrawn", language), _gone(language)
        return HttpResponse(plain(language, title, text, empty=True), status=status)
    title = say("No release yet", language)
    text = say("Nothing has been released here yet. As soon as there is a release, it appears on this page.", language)
    return HttpResponse(plain(language, title, text, empty=True), status=status)


def _gone(language: str) -> str:
    text = "The release {label} was withdrawn and is shown no longer. As soon as there is another, it appears on this page."
    return say(text, language, label=shelf().withdrawn)


def nowhere(request: Any, exception: Any = None) -> Any:  # noqa: ARG001
    """The page for addresses that lead nowhere; who only forgot the stroke at the end is led on."""
    if request.method in ("GET", "HEAD") and is_valid_path(f"{request.path_info}/"):
        return HttpResponseRedirect(request.get_full_path(force_append_slash=True))
    language = _language(request)
    if _is_program(request):
        text = "There is nothing at this address. /api/v1/openapi.json describes every address of the interface."
        return refusal(say(text, language), 404)
    text = "There is no page at this address. Perhaps an area got another key, or a figure is not released."
    return HttpResponse(plain(language, say("Page not found", language), say(text, language), lost=True), status=404)


def refused(request: Any, exception: Any = None) -> Any:  # noqa: ARG001
    """The page for requests that cannot be understood or are not allowed."""
    language = _language(request)
    text = say("This request cannot be answered. Start again from the start page.", language)
    return _fault(request, say("Request refused", language), text, 400)


def broken(request: Any) -> Any:
    """The page for a fault of the program; it tells nothing of what happened inside."""
    language = _language(request)
    text = say(
        "Something went wrong here. Nothing was changed. Try again; if it stays so, tell the planning office.", language
    )
    return _fault(request, say("This page could not be made", language), text, 500)


def _fault(request: Any, title: str, text: str, status: int) -> Any:
    if _is_program(request):
        return refusal(text, status)
    return HttpResponse(plain(_language(request), title, text), status=status)


def refusal(text: str, status: int, **headers: str) -> Any:
    """What a program reads instead of a page, in the form that the description of the interface names."""
    return JsonResponse({"detail": text}, status=status, headers=headers)


def _is_program(request: Any) -> bool:
    return str(request.path).startswith(f"/{PROGRAMS}")


def _language(request: Any) -> str:
    return "en" if _is_program(request) else language_of(request.path)
