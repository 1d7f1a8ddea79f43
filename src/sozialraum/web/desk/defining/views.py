"""Pages of the editor: every definition, one as a form with its example computed, all faults at their fields."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe
from pydantic import BaseModel

from sozialraum.declared import as_toml, parsed
from sozialraum.errors import Fault, InputError
from sozialraum.figures import Release
from sozialraum.reports.language import unit_words
from sozialraum.sources import vocabulary
from sozialraum.texts import say
from sozialraum.web.accounts import Right, needs
from sozialraum.web.accounts.frame import staff_page
from sozialraum.web.accounts.log import record
from sozialraum.web.accounts.objections import Objection, at
from sozialraum.web.desk.defining.form import WHERE, Leaf, content_of, leaves, posted
from sozialraum.web.desk.defining.naming import LABELS, OPTIONS
from sozialraum.web.desk.defining.previewing import preview
from sozialraum.web.desk.defining.replacing import may_replace
from sozialraum.web.desk.defining.starting import STARTS
from sozialraum.web.desk.deliveries import words
from sozialraum.web.desk.jobs.kinds import workspace
from sozialraum.web.figures.fields import field_title
from sozialraum.web.figures.shelf import shelf
from sozialraum.web.places import staff_link
from sozialraum.workspace.declaring import FOLDERS, Judgement, own_files

SINGLE = {"indicator": "New indicator", "index": "New index", "source": "New source"}
NAMES = {"indicator": "Indicators", "index": "Indices", "source": "Sources"}
both = require_http_methods(["GET", "HEAD", "POST"])


@needs(Right.DEFINE)
@require_safe
def every(request: Any) -> HttpResponse:
    """All definitions: the own ones to edit, the product's to begin with."""
    found = workspace()
    kinds = [
        (kind, say(name, request.language), _own(request, found.folder, kind), sorted(_shipped(kind)))
        for kind, name in NAMES.items()
    ]
    return staff_page(
        request,
        "staff/desk/definitions.html",
        {"kinds": kinds},
        say("Definitions", request.language),
        here="definitions",
    )


def _own(request: Any, folder: Path, kind: str) -> list[tuple[str, str]]:
    """Id and title of each definition of the workspace, by title."""
    files = own_files(folder, kind)
    named = [(key, _title(request, kind, path.read_text(encoding="utf-8"))) for key, path in files.items()]
    return sorted(named, key=lambda one: (one[1].casefold(), one[0]))


def _shipped(kind: str) -> dict[str, Path]:
    """The product's own definitions of a kind."""
    if kind == "source":
        return {}
    from sozialraum import analysis, indicators

    folder = (
        Path(str(indicators.__file__)).parent / "catalogue"
        if kind == "indicator"
        else Path(str(analysis.__file__)).parent
    )
    return {
        path.stem: path
        for path in folder.rglob("*.toml")
        if kind == "indicator" or "editions" in path.read_text(encoding="utf-8")
    }


@needs(Right.DEFINE)
@both
def new(request: Any, kind: str) -> HttpResponse:
    """A new definition, begun with a small example or with one of the product."""
    if kind not in FOLDERS:
        raise Http404
    if request.method == "POST":
        return _posted(request, kind)
    begun = _shipped(kind).get(request.GET.get("from", ""))
    text = begun.read_text(encoding="utf-8") if begun else STARTS[kind]
    return _page(
        request,
        kind,
        say(SINGLE[kind], request.language),
        text,
        workspace().judge(kind, text) if not begun else Judgement(""),
    )


@needs(Right.DEFINE)
@both
def edit(request: Any, kind: str, key: str) -> HttpResponse:
    """One of the workspace's own definitions."""
    file = own_files(workspace().folder, kind).get(key) if kind in FOLDERS else None
    if file is None:
        raise Http404
    if request.method == "POST":
        return _posted(request, kind)
    text = file.read_text(encoding="utf-8")
    return _page(
        request, kind, _title(request, kind, text), text, workspace().judge(kind, text), saved="kept" in request.GET
    )


def _posted(request: Any, kind: str) -> HttpResponse:
    found, act = workspace(), request.POST.get("act", "")
    text, faults = sent_text(request)
    judgement = found.judge(kind, text) if not faults else Judgement("", tuple(faults))
    title = _title(request, kind, text)
    refused = _refused(request, kind, text) if act == "keep" and not faults else ""
    if refused:
        return _page(request, kind, title, text, judgement, said=[refused], status=403)
    if act == "keep" and not judgement.faults:
        try:
            found.declare(kind, text)
        except InputError as error:
            return _page(request, kind, title, text, replace(judgement, faults=error.faults), status=400)
        record(request, "wrote a definition", f"{kind} {judgement.id}")
        return HttpResponseRedirect(staff_link(request.language, "definition", kind, judgement.id) + "?kept")
    return _page(request, kind, title, text, judgement, status=400 if judgement.faults and act != "try" else 200)


def sent_text(request: Any) -> tuple[str, list[Fault]]:
    """The text as it was sent, whole or as fields; and the fields that cannot be read."""
    if request.POST.get("act") == "raw":
        return request.POST.get("raw", "").replace("\r\n", "\n"), []
    content, faults = content_of(request.POST.items())
    return as_toml(content), faults


def _refused(request: Any, kind: str, text: str) -> str:
    """Why this person may not keep it: some roles hold for some fields of planning only."""
    if may_replace(request.account, workspace(), kind, parsed(text, "")):
        return ""
    return say("Your role holds for other fields of planning.", request.language)


def computed(request: Any, kind: str, text: str, faults: Sequence[Fault] = ()) -> dict[str, Any]:
    """What comes out of a text as it is now: its faults, its examples, and of an index what it would say."""
    judgement = workspace().judge(kind, text) if not faults else Judgement("", tuple(faults))
    return {"judgement": judgement, **_outcome(request, kind, text, judgement)}


def _outcome(request: Any, kind: str, text: str, judgement: Judgement) -> dict[str, Any]:
    whole = kind == "index" and not judgement.faults
    return {
        "examples": judgement.examples,
        "preview": preview(text, _newest(), request.language) if whole else None,
        "kind": kind,
    }


def placed(
    kind: str, post: Any, faults: Sequence[Fault], language: str, text: str | None = None
) -> tuple[list[Leaf], list[str]]:
    """The fields as they were sent (or of a text), each with its faults; and the faults that belong to no field."""
    fields = posted(post.items(), _model(kind)) if text is None else _leaves(kind, text)
    return _placed(fields, faults, language)


def at_fields(shown: Sequence[Leaf], language: str) -> list[Objection]:
    """What is wrong with each field, with its name, leading to it."""
    return [at(one.id, f"{_field(one, language)['label']}: {text}") for one in shown for text in one.faults]


def _page(
    request: Any, kind: str, title: str, text: str, judgement: Judgement, *,
    said: Sequence[str] = (), saved: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    language = request.language
    sent = request.method == "POST" and request.POST.get("act") != "raw"
    shown, left = placed(kind, request.POST, judgement.faults, language, None if sent else text)
    values = {
        "groups": [
            (_label(name, language), [_field(one, language) for one in ones]) for name, ones in groupby(shown, _group)
        ],
        **_outcome(request, kind, text, judgement),
        "faults": [*said, *at_fields(shown, language), *left],
        "raw": text,
        "raw_open": not shown,
        "saved": saved,
    }
    return staff_page(request, "staff/desk/definition.html", values, title, here="definitions", status=status)


def _title(request: Any, kind: str, text: str) -> str:
    """What the definition is called, as far as the text tells."""
    try:
        titles = tomllib.loads(text).get("title", {})
    except tomllib.TOMLDecodeError:
        titles = {}
    named = titles.get(request.language) or titles.get("de") if isinstance(titles, dict) else ""
    return str(named or say(SINGLE[kind], request.language))


def _newest() -> Release | None:
    """What everybody sees: the newest release."""
    shown = shelf().newest()
    return shown.release if shown is not None else None


def _model(kind: str) -> type[BaseModel]:
    from sozialraum.analysis import IndexDefinition
    from sozialraum.indicators import Indicator
    from sozialraum.sources import SourceDefinition

    models: dict[str, type[BaseModel]] = {"indicator": Indicator, "index": IndexDefinition, "source": SourceDefinition}
    return models[kind]


def _leaves(kind: str, text: str) -> list[Leaf]:
    try:
        return leaves(tomllib.loads(text), _model(kind))
    except tomllib.TOMLDecodeError:
        return []


def _placed(shown: list[Leaf], faults: Sequence[Fault], language: str) -> tuple[list[Leaf], list[str]]:
    """The fields with their faults, and the faults that belong to no field."""
    at: dict[tuple[str, ...], list[str]] = {}
    left = []
    for one in faults:
        path = tuple(one.place.column.split(".")) if one.place.column else ()
        home = next(
            (
                leaf.path
                for leaf in shown
                if (path and leaf.path[: len(path)] == path) or leaf.path == path[: len(leaf.path)]
            ),
            None,
        )
        told = " ".join(say(text, language, **one.values) for text in (one.what, one.why, one.remedy) if text)
        if home is None:
            left.append(replace(one, place=replace(one.place, file="")).say(language))
        else:
            at.setdefault(home, []).append(told)
    return [replace(one, faults=tuple(at.get(one.path, ()))) for one in shown], left


def _group(one: Leaf) -> str:
    if len(one.path) == 1:
        return ""
    return "/".join(one.path[:2]) if one.path[1].isdecimal() else one.path[0]


def _label(name: str, language: str) -> str:
    if not name:
        return say("In general", language)
    first, _, number = name.partition("/")
    word = say(LABELS[first], language) if first in LABELS else first
    return f"{word} {int(number) + 1}" if number else word


def _field(one: Leaf, language: str) -> dict[str, Any]:
    rest = one.path[2:] if one.path[1:2] and one.path[1].isdecimal() else one.path[1:] or one.path
    told = [_word(part, WHERE in rest[:at], language) for at, part in enumerate(rest)]
    if rest[-1:] == (WHERE,):
        told.append(say('(a further one, such as residence = "main")', language))
    plain = {name: getattr(one, name) for name in ("id", "name", "value", "faults", "long", "rows")}
    options = [(each, _option(one, each, language)) for each in one.options]
    return {**plain, "options": options, "label": " ".join(told)}


def _word(part: str, of_facts: bool, language: str) -> str:
    """A step of a field's place in words; below the conditions stand features of the facts."""
    if part.isdecimal():
        return str(int(part) + 1)
    return (
        say(LABELS[part], language)
        if part in LABELS and not (of_facts and part in words.NAMES)
        else words.named(part, language)
    )


def _option(one: Leaf, word: str, language: str) -> str:
    """What a word of a definition means; the word itself where there is no other for it."""
    if one.path == ("field",):
        return field_title(word, language)
    if one.path[-1] in ("facts", "table"):
        return vocabulary()[word].title[language]
    if WHERE in one.path:
        return words.named(word, language)
    meanings = OPTIONS.get(one.path[-1], {"true": "yes", "false": "no"})
    if word not in meanings and one.path == ("unit",):
        return unit_words(word, language)
    return say(meanings[word], language) if word in meanings else word
