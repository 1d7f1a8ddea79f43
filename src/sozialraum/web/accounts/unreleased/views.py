"""The page of unreleased figures: the own areas in full, all others as released."""

from __future__ import annotations

from threading import Lock
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from sozialraum.errors import SozialraumError
from sozialraum.texts import say
from sozialraum.web.accounts import place
from sozialraum.web.accounts.frame import staff_page
from sozialraum.web.accounts.gate import needs
from sozialraum.web.accounts.log import record
from sozialraum.web.accounts.rights import Right
from sozialraum.web.accounts.unreleased import seeing

AT_WORK = Lock()
"""The engine under the facts answers one question at a time."""


@needs(Right.SEE)
@require_safe
def figures(request: Any) -> HttpResponse:
    """One figure at one level and period."""
    language, workspace = request.language, place.fresh()
    found = seeing.offers(workspace, request.account)
    asked = seeing.question(found, request.GET)
    title = say("Internal figures", language)
    if asked is None:
        text = say("Nothing is planned in your fields: release.toml names no figure there.", language)
        return staff_page(request, "staff/figures.html", {"empty": text}, title, here="figures")
    values = {**_choices(workspace, found, asked, language), "level": asked.level, "period": asked.period}
    try:
        values |= _answer(request, workspace, asked)
    except SozialraumError as error:
        values["empty"] = error.say(language)
    record(request, "saw figures", f"{asked.offer.indicator} {asked.level} {asked.period}")
    return staff_page(request, "staff/figures.html", values, title, here="figures")


def _answer(request: Any, workspace: Any, asked: seeing.Question) -> dict[str, Any]:
    from sozialraum.web.figures.pages.page import drawn
    from sozialraum.web.figures.shelf import shelf

    language, shown = request.language, shelf().newest()
    view = shown.view(language) if shown else None
    with AT_WORK:
        lines = seeing.lines(workspace, request.account, asked, view)
    one = workspace.catalogue[asked.offer.indicator]
    caption = f"{_said(one.title, language)}, {asked.period}"
    titles = (caption, say("Area", language))
    return {
        "table": drawn([seeing.table(lines, one, language, titles)], language),
        "own": sum(one.own for one in lines),
        "all": len(lines),
        "release": shown.release.label if shown else "",
    }


def _choices(workspace: Any, found: dict[str, seeing.Offer], asked: seeing.Question, language: str) -> dict[str, Any]:
    from sozialraum.web.figures.fields import field_title

    groups: dict[str, list[tuple[str, str, bool]]] = {}
    for one in found.values():
        entry = (one.indicator, _said(workspace.catalogue[one.indicator].title, language), one is asked.offer)
        groups.setdefault(field_title(one.field, language), []).append(entry)
    titles = workspace.areas.level_titles
    levels = [(one, titles.get(one, {}).get(language, ("", one))[1]) for one in asked.offer.levels]
    return {"groups": sorted(groups.items()), "levels": levels, "periods": sorted(asked.offer.levels[asked.level])}


def _said(texts: Any, language: str) -> str:
    from sozialraum.reports.sentences import in_language

    return in_language(texts, language)
