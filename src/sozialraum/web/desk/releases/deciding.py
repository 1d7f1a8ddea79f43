"""One draft: what it hides and why, what outsiders could infer, and the decision of a second person."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from sozialraum.errors import CallError, SozialraumError
from sozialraum.texts import say
from sozialraum.web.accounts import Right, needs
from sozialraum.web.accounts.frame import staff_page
from sozialraum.web.accounts.log import record
from sozialraum.web.desk.jobs.kinds import workspace
from sozialraum.web.desk.jobs.orders import order
from sozialraum.web.desk.models import RUNNING, WAITING, Job
from sozialraum.web.desk.releases import preparing
from sozialraum.web.desk.releases.looking import looked_at
from sozialraum.web.desk.releases.people import names
from sozialraum.web.desk.releases.resting import gone
from sozialraum.web.figures.shelf import shelf
from sozialraum.web.moments import moment
from sozialraum.web.places import staff_link
from sozialraum.workspace import Workspace
from sozialraum.workspace.drafts import Draft, obstacles, same_person

STEPS = ("Choice", "Protection", "Proof", "Four eyes", "Published")
BOXES = ("looked", "rule")
"""What the person who releases has to confirm."""


@needs(Right.REVIEW)
@require_safe
def show(request: Any, name: str, number: int) -> HttpResponse:
    """The draft with everything that it takes to decide."""
    found = workspace()
    request.subject = " ".join(request.GET.get(one, "") for one in ("indicator", "period")).strip()
    return _page(request, found, _draft(found, name, number))


@needs(Right.REVIEW)
@require_safe
def protocol(request: Any, name: str, number: int) -> HttpResponse:
    """The protection protocol of the draft as a file, for whoever decides and for the data protection officer."""
    from sozialraum.reports.writers import html

    found = workspace()
    _draft(found, name, number)
    made = html(found.protocol(name, draft=number, language=request.language).document)
    headers = {"Content-Disposition": f'attachment; filename="protokoll-{number}.html"'}
    return HttpResponse(made, headers=headers)


def _page(
    request: Any, found: Workspace, one: Draft, faults: list[str] | None = None, status: int = 200
) -> HttpResponse:
    language = request.language
    try:
        one.release  # noqa: B018
    except SozialraumError as error:
        return preparing.page(request, [error.say(language)], 409)
    title = found.plans[one.name].title if one.name in found.plans else one.name
    awaited = shelf().awaited() if one.decision and one.decision.release else None
    at = 4 if one.state == "released" else 3
    values = {
        "draft": one,
        "release_title": title,
        "steps": [
            (say(text, language), place < at or one.state == "released", place == at)
            for place, text in enumerate(STEPS)
        ],
        "faults": faults or [],
        "awaited": awaited if awaited and one.decision and awaited.label == one.decision.release else None,
        **_eyes(request, found, one),
        **looked_at(one, request.GET, language),
    }
    heading = say("Review a release: {title}", language, title=title or one.name)
    return staff_page(request, "staff/desk/draft.html", values, heading, here="releases", status=status)


def _eyes(request: Any, found: Workspace, one: Draft) -> dict[str, Any]:
    """Who prepared, who decides, and whether this person may."""
    decided = one.decision
    withdrawn = gone(found, decided.release) if decided and decided.release else None
    known = names([one.by, decided.by if decided else "", withdrawn.by if withdrawn else ""])
    own = same_person(one.by, request.account.login)
    return {
        "by": known.get(one.by, one.by),
        "prepared": moment(one.made, request.language),
        "decided_by": known.get(decided.by, decided.by) if decided else "",
        "decided_at": moment(decided.made, request.language) if decided else "",
        "gone": withdrawn,
        "gone_by": known.get(withdrawn.by, withdrawn.by) if withdrawn else "",
        "gone_at": moment(withdrawn.made, request.language) if withdrawn else "",
        "own": own,
        "obstacles": [fault.say(request.language) for fault in obstacles(found, one)] if one.state == "open" else [],
        "may_decide": request.account.may(Right.RELEASE) and not own and one.state == "open",
        "beside": one.beside,
        "minimum": one.release.record["rule"]["minimum"],
    }


@needs(Right.RELEASE)
@require_POST
def approve(request: Any, name: str, number: int) -> HttpResponse:
    """Release the draft; it stays open until the job has written it."""
    found = workspace()
    one = _draft(found, name, number)
    faults = _against(request, found, one)
    if faults:
        record(request, "could not release", f"{name}-{number}", outcome="refused")
        return _page(request, found, one, faults, 400)
    with transaction.atomic():
        job = order("approve", f"{name}-{number}", {"name": name, "number": number}, request.account)
        record(request, "ordered a release", f"{name}-{number}")
    return HttpResponseRedirect(staff_link(request.language, "job", job.pk))


def _against(request: Any, found: Workspace, one: Draft) -> list[str]:
    language = request.language
    if same_person(one.by, request.account.login):
        return [say("You have prepared this; the statistics office has to release it.", language)]
    if not all(request.POST.get(box) for box in BOXES):
        return [say("Confirm everything before you release.", language)]
    return _on_its_way(one, language) or [fault.say(language) for fault in obstacles(found, one)]


def _on_its_way(one: Draft, language: str) -> list[str]:
    """That somebody has ordered the release already; a second decision would cross the first."""
    orders = Job.objects.filter(kind="approve", state__in=(WAITING, RUNNING)).values_list("arguments", flat=True)
    if (one.name, one.number) not in [(told["name"], told["number"]) for told in orders]:
        return []
    return [say("Another person is releasing this draft right now. Wait for the end of that job.", language)]


@needs(Right.RELEASE)
@require_POST
def refuse(request: Any, name: str, number: int) -> HttpResponse:
    """Refuse the draft with a reason."""
    found = workspace()
    one = _draft(found, name, number)
    if crossed := _on_its_way(one, request.language):
        return _page(request, found, one, crossed, 400)
    try:
        found.refuse(name, number, by=request.account.login, reason=request.POST.get("reason", "")[:1000])
    except CallError as error:
        return _page(request, found, one, [error.say(request.language)], 400)
    record(request, "refused a release", f"{name}-{number}")
    return HttpResponseRedirect(staff_link(request.language, "draft", name, number))


@needs(Right.RELEASE)
@require_POST
def withdraw(request: Any) -> HttpResponse:
    """Withdraw a release with a reason."""
    label, reason = request.POST.get("release", ""), request.POST.get("reason", "")[:1000]
    name, _, version = label.rpartition("-")
    found = workspace()
    try:
        if name not in found.releases or not version.isdecimal():
            raise CallError("There is no release '{label}'.", remedy="sozialraum show lists all of them.", label=label)
        found.withdraw(name, int(version), by=request.account.login, reason=reason)
    except CallError as error:
        return preparing.page(request, [error.say(request.language)], 400)
    record(request, "withdrew a release", label)
    return HttpResponseRedirect(staff_link(request.language, "releases"))


def _draft(found: Workspace, name: str, number: int) -> Draft:
    """That draft. Raises: Http404."""
    known = [one for one in found.drafts(name) if one.number == number]
    if not known:
        raise Http404
    return known[0]
