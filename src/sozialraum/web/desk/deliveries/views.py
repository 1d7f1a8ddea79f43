"""The delivery wizard: file, mapping, doubts, acceptance; and the history with its undoing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sozialraum.errors import CallError, InputError
from sozialraum.texts import say
from sozialraum.web.accounts import Right, needs
from sozialraum.web.accounts.frame import staff_page
from sozialraum.web.accounts.log import record
from sozialraum.web.accounts.objections import at
from sozialraum.web.desk import receiving
from sozialraum.web.desk.defining.replacing import may_replace
from sozialraum.web.desk.deliveries import mapping, reading
from sozialraum.web.desk.deliveries.doubting import doubts
from sozialraum.web.desk.deliveries.looking import faults_of, seen
from sozialraum.web.desk.deliveries.words import named
from sozialraum.web.desk.inbox import forget
from sozialraum.web.desk.jobs.kinds import workspace
from sozialraum.web.desk.jobs.orders import order
from sozialraum.web.desk.jobs.views import told
from sozialraum.web.desk.models import Upload
from sozialraum.web.desk.releases.people import names
from sozialraum.web.desk.releases.resting import resting
from sozialraum.web.paging import paged
from sozialraum.web.places import staff_link
from sozialraum.workspace import Workspace
from sozialraum.workspace.drafts import same_person

STEPS = ("File", "Mapping", "Doubts", "Stored")


@needs(Right.DELIVER)
@require_http_methods(["GET", "HEAD", "POST"])
def every(request: Any) -> HttpResponse:
    """What waits, what was delivered, and the field for a new file."""
    if request.method == "POST":
        return _received(request)
    return _list(request)


def _list(request: Any, faults: list[str] | None = None, status: int = 200) -> HttpResponse:
    found, language = workspace(), request.language
    waiting, files = paged(_uploads(request).filter(state="open"), request.GET, language, "waiting", name="files")
    values = {
        "sources": [(one.id, one.title.get(language) or one.title.get("de", one.id)) for one in found.sources.values()],
        "open": [_line(one, language) for one in waiting],
        "files": files,
        **_history(request, found),
        "faults": faults or [],
        "most": receiving.LARGEST >> 20,
    }
    title = say("Deliveries", language)
    return staff_page(request, "staff/desk/deliveries.html", values, title, here="deliveries", status=status)


def _line(upload: Upload, language: str) -> dict[str, Any]:
    return {
        "upload": upload,
        "href": staff_link(language, "delivery", upload.pk),
        "step": say(STEPS[_step(upload)], language),
    }


def _history(request: Any, found: Workspace) -> dict[str, Any]:
    """One page of the past: who delivered what, whether it still counts, and which releases rest on it."""
    from sozialraum.sources import undone

    gone, rests = undone(found.deliveries), resting(found)
    shown, ways = paged(
        sorted(found.deliveries, key=_received_at, reverse=True), request.GET, request.language, "history"
    )
    files = {one.id: ", ".join(file["name"] for file in one.record["files"]) for one in found.deliveries}
    known = names(str(one.record["by"]) for one in shown)
    history = [
        {
            "id": one.id,
            "file": (files.get(one.undoes) or one.undoes) if one.undoes else files[one.id],
            "source": _source(found, one.source, request.language),
            "periods": _spans(one.periods, request.language),
            "by": known.get(one.record["by"], one.record["by"]),
            "day": one.record["received"],
            "undoes": one.undoes,
            "reason": one.record.get("reason", ""),
            "gone": one.id in gone,
            "rests": ", ".join(rests.get(one.id, ())),
        }
        for one in shown
    ]
    return {"history": history, "ways": ways}


def _spans(periods: Sequence[str], language: str) -> str:
    """The periods of a delivery; years that follow one another as one span."""
    runs: list[list[str]] = []
    for one in periods:
        last = runs[-1][-1] if runs else ""
        if one.isdecimal() and last.isdecimal() and int(one) == int(last) + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    told = [[say("{first} to {last}", language, first=run[0], last=run[-1])] if len(run) > 2 else run for run in runs]
    return ", ".join(text for run in told for text in run)


def _source(found: Workspace, name: str, language: str) -> str:
    from sozialraum.reports.sentences import in_language

    titles = {str(key): text for key, text in found.sources[name].title.items()} if name in found.sources else {}
    return in_language(titles, language) or name


def _received_at(one: Any) -> tuple[str, int]:
    return str(one.record["received"]), one.sequence


def _received(request: Any) -> HttpResponse:
    """Take the file in and have it looked over."""
    file = request.FILES.get("file")
    why, values = getattr(request, "upload_refused", ("", {}))
    source = request.POST.get("source", "")
    if receiving.too_many(request.account):
        return _list(request, [say(receiving.TOO_MANY, request.language, count=receiving.WAITING)], 413)
    if why or not isinstance(file, receiving.Received):
        text = say(why or "Choose a file.", request.language, **values)
        return _list(request, [at("file", text)], 413 if why else 400)
    if source and source not in workspace().sources:
        file.close()
        return _list(request, [at("source", say("Choose a source.", request.language))], 400)
    upload = receiving.keep(file, source, request.account)
    record(request, "received a file", upload.file)
    return _look(request, upload)


def _look(request: Any, upload: Upload) -> HttpResponse:
    upload.faults = None
    with transaction.atomic():
        upload.job = order("look", upload.file, {"upload": str(upload.pk)}, request.account)
        upload.save(update_fields=["job", "faults"])
    return HttpResponseRedirect(staff_link(request.language, "delivery", upload.pk))


def _step(upload: Upload) -> int:
    if upload.state == "stored":
        return 3
    if not upload.source:
        return 1 if upload.proposal.get("settings") else 0
    return 2


@needs(Right.DELIVER)
@require_safe
def show(request: Any, key: Any) -> HttpResponse:
    """One file on its way: progress, mapping, doubts, or what became of it."""
    upload = _one(request, key)
    request.subject = f"{upload.source} {upload.file}".strip()
    return _page(request, upload)


def _page(request: Any, upload: Upload, faults: list[Any] | None = None, status: int = 200) -> HttpResponse:
    language = request.language
    busy = upload.job is not None and not upload.job.is_over
    at = 0 if busy and not upload.source else _step(upload)
    values: dict[str, Any] = {
        "upload": upload,
        "steps": [
            (say(one, language), place < at or upload.state == "stored", place == at) for place, one in enumerate(STEPS)
        ],
        "busy": busy,
        "faults": [one.say(language) for one in faults or ()],
        **(told(upload.job, language) if upload.job else {}),
    }
    if upload.state == "open" and not busy:
        mapped = not upload.source and upload.proposal.get("settings")
        values |= _mapping(request, upload) if mapped else doubts(upload, language)
        values |= _reading(upload, language) if not upload.source else {}
    return staff_page(request, "staff/desk/delivery.html", values, upload.file, here="deliveries", status=status)


def _mapping(request: Any, upload: Upload) -> dict[str, Any]:
    from sozialraum.sources import vocabulary

    settings, language = upload.proposal["settings"], request.language
    columns, rows = seen(upload)
    part = settings.get("facts", {})
    table = vocabulary().get(part.get("table", ""))
    own = workspace()
    levels = {one: own.areas.level_titles.get(one, {}).get(language, (one,))[0] for one in own.areas.levels}
    return {
        "mapping": True,
        "settings": settings,
        "asked": [_finding(one, language, levels) for one in upload.proposal["findings"] if not one["decided"]],
        "findings": [_finding(one, language, levels) for one in upload.proposal["findings"] if one["decided"]],
        "columns": [_field(one, language) for one in mapping.fields(settings, columns)],
        "head": [one.name for one in columns],
        "rows": rows,
        "roles": _roles(table, language),
        "levels": list(levels.items()),
        "tables": [(name, one.title[language]) for name, one in vocabulary().items()],
        "table": table,
        "measure": part.get("measure") or next(iter(part.get("measures", {})), ""),
        "signs": mapping.signs(columns, settings),
        "meanings": [(one, say(WORDS[one], language)) for one in mapping.MEANINGS],
        "constants": [
            (name, named(name, language), [(kind, named(kind, language)) for kind in kinds], chosen)
            for name, kinds, chosen in mapping.constants(settings)
        ],
        "measures": [(one, named(one, language)) for one in (table.measures if table else ())],
        "title_de": settings.get("title", {}).get("de", ""),
    }


def _field(one: mapping.Field, language: str) -> dict[str, Any]:
    """A column as the form shows it, its codes in words."""
    return {**vars(one), "kinds": [(kind, named(kind, language)) for kind in one.kinds]}


def _finding(one: dict[str, Any], language: str, levels: dict[str, str]) -> str:
    """A finding without the name of the setting, which the form does not show; levels by their titles."""
    from sozialraum.sources import vocabulary

    values = {
        name: _titled(value, levels) if name in ("level", "others") else value for name, value in one["values"].items()
    }
    if one["setting"] == "signs":
        return say("What does “{sign}” mean? Choose it below.", language, **values)
    if one["setting"] == "facts" and values.get("table") in vocabulary():
        title = vocabulary()[values["table"]].title[language]
        return say("Does the file count this: {title}? It was guessed from names only.", language, title=title)
    text = re.sub(r"^[a-z_]+(?:(?:, | or | oder )[a-z_]+)*: ", "", say(one["text"], language, **values))
    return text[:1].upper() + text[1:]


def _titled(ids: str, levels: Mapping[str, str]) -> str:
    """Levels by their titles, in place of their ids."""
    return ", ".join(levels.get(one, one) for one in ids.split(", "))


def _reading(upload: Upload, language: str) -> dict[str, Any]:
    """How the table is written: as it was read, else as somebody has told."""
    known = upload.proposal.get("settings", {}).get("file") or upload.proposal.get("told", {})
    marks = {name: say(text, language) for name, text in MARKS.items()}
    return {
        "reading": reading.fields({"reader": _reader(upload.file), **known}),
        "delimiters": [(one, say(SIGNS[one], language)) for one in reading.DELIMITERS],
        "marks": list(marks.items()),
        "decimals": [(one, marks[one]) for one in ("comma", "point")],
    }


def _reader(file: str) -> str:
    return "xlsx" if file.lower().endswith((".xlsx", ".xls", ".ods")) else "csv"


SIGNS = {"semicolon": "semicolon ;", "comma": "comma ,", "tab": "tab", "bar": "vertical bar |"}
MARKS = {"comma": "comma ,", "point": "point .", "blank": "blank", "apostrophe": "apostrophe '"}
WORDS = {
    "zero": "zero", "suppressed": "secret", "missing": "unknown", "not_yet": "comes later",
    "not_applicable": "makes no sense here", "unreliable": "unreliable",
}  # fmt: skip


def _roles(table: Any, language: str) -> list[tuple[str, str]]:
    dimensions = [
        (f"dimension:{one}", f"{say('Feature', language)}: {named(one, language)}")
        for one in (table.dimensions if table else ())
    ]
    return [
        (mapping.IGNORED, say("is not read", language)),
        (mapping.AREA, say("Key of the area", language)),
        (mapping.PERIOD, say("Period", language)),
        (mapping.VALUE, say("Number", language)),
        *dimensions,
    ]


@needs(Right.DELIVER)
@require_POST
def map_columns(request: Any, key: Any) -> HttpResponse:
    """Keep the mapping; when it is whole, write the source and check the file."""
    from sozialraum.sources import declaration

    upload = _open(request, key)
    if not upload.proposal.get("settings"):
        raise Http404
    settings = mapping.chosen(request.POST, upload.proposal["settings"], seen(upload)[0])
    upload.proposal = {**upload.proposal, "settings": settings}
    upload.save(update_fields=["proposal"])
    if "again" in request.POST:
        return HttpResponseRedirect(staff_link(request.language, "delivery", upload.pk))
    own = workspace()
    if not may_replace(request.account, own, "source", settings):
        told = CallError("Your role holds for other fields of planning.")
        return _page(request, upload, [told.fault], 403)
    try:
        own.declare("source", declaration(settings))
    except InputError as error:
        return _page(request, upload, list(error.faults), 400)
    upload.source = settings["id"]
    upload.save(update_fields=["source"])
    return _look(request, upload)


@needs(Right.DELIVER)
@require_POST
def check(request: Any, key: Any) -> HttpResponse:
    """Go back to the mapping, have the file read in another way, or checked again."""
    upload = _open(request, key)
    if "read" in request.POST:
        upload.source, upload.proposal = "", {"told": reading.told(request.POST)}
        upload.save(update_fields=["source", "proposal"])
    elif "back" in request.POST and upload.proposal.get("settings"):
        upload.source, upload.faults = "", []
        upload.save(update_fields=["source", "faults"])
        return HttpResponseRedirect(staff_link(request.language, "delivery", upload.pk))
    return _look(request, upload)


@needs(Right.DELIVER)
@require_POST
def accept(request: Any, key: Any) -> HttpResponse:
    """Store the file; every kind of doubt was accepted in the name of the person."""
    upload = _open(request, key)
    if not upload.source or upload.faults is None:
        raise Http404
    codes = {one["code"] for one in upload.faults if one["severity"] == "warning"}
    kinds = {code: request.account.login for code in codes if request.POST.get(f"accept_{code}")}
    standing = [
        one
        for one in faults_of(upload)
        if one.severity == "error" or (one.severity == "warning" and one.code not in kinds)
    ]
    if standing:
        return _page(request, upload, standing[:5], 400)
    with transaction.atomic():
        upload.job = order("import", upload.file, {"upload": str(upload.pk), "accept": kinds}, request.account)
        upload.save(update_fields=["job"])
        record(request, "accepted a delivery", f"{upload.source} {upload.file}")
    return HttpResponseRedirect(staff_link(request.language, "delivery", upload.pk))


@needs(Right.DELIVER)
@require_POST
def refuse(request: Any, key: Any) -> HttpResponse:
    """Refuse the file: it is deleted here, and the reason stays."""
    upload = _open(request, key)
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        return _page(request, upload, [CallError("Say why: others will ask.").fault], 400)
    upload.state, upload.reason = "refused", reason
    upload.save(update_fields=["state", "reason"])
    forget(upload)
    record(request, "refused a delivery", upload.file)
    return HttpResponseRedirect(staff_link(request.language, "deliveries"))


@needs(Right.DELIVER)
@require_POST
def undo(request: Any) -> HttpResponse:
    """Take a delivery out of force, or back into it."""
    told_id, reason = request.POST.get("delivery", ""), request.POST.get("reason", "")
    found = workspace()
    own = {one.id for one in found.deliveries if same_person(str(one.record["by"]), request.account.login)}
    if told_id not in own and not request.account.may_everywhere(Right.DELIVER):
        return _list(request, [say("Your role holds for other fields of planning.", request.language)], 403)
    try:
        found.undo(told_id, by=request.account.login, reason=reason)
    except CallError as error:
        return _list(request, [error.say(request.language)], 400)
    record(request, "undid a delivery", told_id)
    return HttpResponseRedirect(staff_link(request.language, "deliveries"))


def _uploads(request: Any) -> Any:
    """The files that the person may see: whoever is bound to some fields sees the own ones only."""
    every = Upload.objects.select_related("job")
    return every if request.account.may_everywhere(Right.DELIVER) else every.filter(login=request.account.login)


def _one(request: Any, key: Any) -> Upload:
    found: Upload | None = _uploads(request).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def _open(request: Any, key: Any) -> Upload:
    """An upload that nobody has decided on and no job works on."""
    found = _one(request, key)
    if found.state != "open" or (found.job is not None and not found.job.is_over):
        raise Http404
    return found
