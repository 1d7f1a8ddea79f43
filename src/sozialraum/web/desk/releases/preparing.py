"""What can be released, what waits and what was released; choosing, preparing, and reports for the house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from sozialraum.errors import SozialraumError
from sozialraum.texts import say
from sozialraum.web.accounts import Right, needs
from sozialraum.web.accounts.frame import staff_page
from sozialraum.web.accounts.log import record
from sozialraum.web.accounts.objections import at
from sozialraum.web.desk.jobs.kinds import workspace
from sozialraum.web.desk.jobs.orders import order
from sozialraum.web.desk.releases.people import names
from sozialraum.web.desk.releases.resting import gone
from sozialraum.web.figures.shelf import shelf
from sozialraum.web.moments import moment
from sozialraum.web.paging import paged
from sozialraum.web.places import staff_link
from sozialraum.workspace import Workspace
from sozialraum.workspace.drafts import Draft


@needs(Right.REVIEW)
@require_safe
def every(request: Any) -> HttpResponse:
    """The desk: what waits first."""
    return page(request)


def page(request: Any, faults: Sequence[str] | None = None, status: int = 200) -> HttpResponse:
    """The page of all releases; `faults` stand above."""
    found, language = workspace(), request.language
    drafts = sorted(found.drafts(), key=lambda one: one.made, reverse=True)
    decided, earlier = paged(
        [one for one in drafts if one.state == "refused"], request.GET, language, "decided", name="refused"
    )
    labels, older = paged(_labels(found), request.GET, language, "released")
    released = {one.decision.release: one for one in drafts if one.decision and one.decision.release}
    known = names([one.by for one in drafts] + [one.decision.by for one in drafts if one.decision])
    values = {
        "waiting": [_told(found, one, known, language) for one in drafts if one.state == "open"],
        "decided": [_told(found, one, known, language) for one in decided],
        "earlier": earlier,
        "plans": [(name, plan.title or name) for name, plan in found.plans.items()],
        "releases": [_release(found, label, released.get(label), known, language) for label in labels],
        "older": older,
        "faults": faults or [],
        "awaited": shelf().awaited(),
        **_choosing(found, language),
    }
    return staff_page(
        request, "staff/desk/releases.html", values, say("Releases", language), here="releases", status=status
    )


def _told(found: Workspace, one: Draft, known: Mapping[str, str], language: str) -> dict[str, Any]:
    """A draft in words."""
    return {
        "draft": one,
        "title": _title(found, one.name),
        "by": known.get(one.by, one.by),
        "when": moment(one.made, language),
        "reason": one.decision.reason if one.decision else "",
    }


def _title(found: Workspace, name: str) -> str:
    return found.plans[name].title or name if name in found.plans else name


def _labels(found: Workspace) -> list[str]:
    """Every release, the newest version of each name first."""
    return [f"{name}-{version}" for name, versions in found.releases.items() for version in reversed(versions)]


def _release(
    found: Workspace, label: str, draft: Draft | None, known: Mapping[str, str], language: str
) -> dict[str, Any]:
    """A release with who let it out; one that was put here by a program has no draft."""
    decision = draft.decision if draft else None
    return {
        "label": label,
        "title": _title(found, label.rpartition("-")[0]),
        "gone": gone(found, label),
        "draft": draft,
        "by": known.get(decision.by, decision.by) if decision else "",
        "when": moment(decision.made, language) if decision else "",
    }


def _choosing(found: Workspace, language: str) -> dict[str, Any]:
    from sozialraum.areas import level_titles
    from sozialraum.indicators import describe
    from sozialraum.reports import plans, read_plan
    from sozialraum.reports.sentences import in_language

    titles = level_titles(found.settings.areas)  # a workspace whose areas are still missing has this page, too
    have = {table for one in found.deliveries_in_force for table in one.facts}
    described = [(one, describe(one)) for one in found.catalogue.values()]
    fit = [
        (one.id, text.title.get(language, one.id)) for one, text in described if set(text.facts) <= have and text.facts
    ]
    return {
        "indicators": sorted(fit, key=lambda one: one[1]),
        "levels": [(one, told.get(language, (one,))[0]) for one, told in titles.items()],
        "periods": sorted({label for one in found.deliveries_in_force for label in one.periods}),
        "reports": [(one, in_language(read_plan(one).title, language)) for one in plans() if one != "area-profile"],
    }


@needs(Right.PREPARE)
@require_POST
def choose(request: Any) -> HttpResponse:
    """Declare what belongs together in a release."""
    post = request.POST
    name = post.get("name", "").strip()
    figures = {
        "level": post.get("level", ""),
        "totals": post.getlist("totals"),
        "indicators": post.getlist("indicators"),
        "periods": post.getlist("periods"),
    }
    missing = [
        at(field, say(text, request.language))
        for field, text, given in (
            ("c-name", "Give a short name.", name),
            ("c-indicators", "Choose at least one indicator.", figures["indicators"]),
            ("c-periods", "Choose at least one period.", figures["periods"]),
        )
        if not given
    ]
    if missing:
        return page(request, missing, 400)
    content = {
        "title": post.get("title", "").strip() or name,
        "figures": [figures],
        "report": [{"id": "social-report"}],
    }
    try:
        workspace().declare_release(name, content)
    except SozialraumError as error:
        return page(request, [error.say(request.language)], 400)
    record(request, "chose what to release", name)
    return HttpResponseRedirect(staff_link(request.language, "releases"))


@needs(Right.PREPARE)
@require_POST
def prepare(request: Any) -> HttpResponse:
    """Order a draft of a declared release."""
    name = request.POST.get("release", "")
    if name not in workspace().plans:
        return page(request, [say("Choose what is to be released.", request.language)], 400)
    with transaction.atomic():
        job = order("prepare", name, {"release": name, "note": request.POST.get("note", "")[:500]}, request.account)
        record(request, "ordered a draft", name)
    return HttpResponseRedirect(staff_link(request.language, "job", job.pk))


@needs(Right.REVIEW)
@require_POST
def report(request: Any) -> HttpResponse:
    """Order a report of a release."""
    from sozialraum.reports import plans

    label, kind = request.POST.get("release", ""), request.POST.get("report", "")
    found = workspace()
    if label not in _labels(found) or gone(found, label) is not None or kind not in plans():
        return page(request, [say("Choose a release and a report.", request.language)], 400)
    told = {"release": label, "report": kind, "language": request.language}
    job = order("report", f"{kind} {label}", told, request.account)
    return HttpResponseRedirect(staff_link(request.language, "job", job.pk))
