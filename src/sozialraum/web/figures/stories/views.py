"""The list of stories, and each of them on the release that it names."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from django.http import Http404

from sozialraum.reports import View
from sozialraum.reports import release_line as line_of
from sozialraum.reports.blocks import Block
from sozialraum.texts import say
from sozialraum.web.figures.pages.page import Page, drawn
from sozialraum.web.figures.shelf import Shown, shelf
from sozialraum.web.figures.stories.figures import drawn_figure
from sozialraum.web.figures.stories.reading import Step, Story, entries, stamp, story
from sozialraum.web.figures.views.page import empty
from sozialraum.web.frame import framed
from sozialraum.web.ready.keeping import Kept, answer, keep

HTML = "text/html; charset=utf-8"


def overview(request: Any, language: str) -> Any:
    """Every story with its lead."""
    shown = shelf().newest()
    if shown is None:
        return empty(language, 404)
    asked = (language, "stories", stamp(shelf().folder))
    return answer(request, shown.answers.get(asked, partial(_list, shown.view(language), shelf().folder)))


def _list(view: View, folder: Path) -> Kept:
    page = Page("stories.html", say("Stories", view.language), {"stories": entries(folder, view.language)}, "stories")
    return keep(framed(view, page, "stories"), HTML)


def show(request: Any, language: str, key: str) -> Any:
    """One story, on the release that it names."""
    shown, found = shelf().newest(), story(shelf().folder, key)
    if shown is None:
        return empty(language, 404)
    if found is None:
        raise Http404
    own = shelf().labelled(found.head.release) if found.head.release else shown
    asked = (language, "story", key, found.mark, own.label if own else "")
    return answer(request, shown.answers.get(asked, partial(_story, shown, own, found, language)))


def _story(shown: Shown, own: Shown | None, found: Story, language: str) -> Kept:
    """The page in the reader's language; text and figures of the story in its own."""
    view = own.view(found.head.language) if own is not None else None
    values = {
        "story": found,
        "steps": [_step(view, step, found) for step in found.steps],
        "linked": line_of(own.view(language)) if own is not None else "",
        "gone": own is None,
    }
    page = Page("story.html", found.head.title, values, "stories")
    return keep(framed(shown.view(language), page, "story", found.id), HTML)


def _step(view: View | None, step: Step, found: Story) -> dict[str, str]:
    language = found.head.language
    figures: list[Block] = (
        [drawn_figure(view, one, found.id) for one in step.figures if one.kind == "figure"] if view else []
    )
    return {
        "text": drawn(step.text, language, 440, 1),
        "figures": drawn(figures, language, 620, 2),
    }
