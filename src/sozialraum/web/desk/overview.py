"""The first page behind the sign-in: what waits for this person, the next step in a new workspace, and what one may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from sozialraum.errors import InputError
from sozialraum.texts import say
from sozialraum.web.accounts import Right, needs
from sozialraum.web.accounts.administration.confirming import proposals
from sozialraum.web.accounts.administration.describing import roles_told
from sozialraum.web.accounts.frame import menu, staff_page
from sozialraum.web.desk.jobs.kinds import KINDS, workspace
from sozialraum.web.desk.models import RUNNING, WAITING, Job, Upload
from sozialraum.web.places import staff_link
from sozialraum.workspace import Workspace
from sozialraum.workspace.drafts import Draft, same_person

DOINGS = {
    "figures": "See figures before their release, your own areas in full.",
    "deliveries": "Take in a file, correct what was recognised, undo a delivery.",
    "releases": "Prepare a release, review what it would hide, release, refuse, withdraw.",
    "definitions": "Write indicators, indices and sources; an example is computed while you type.",
    "jobs": "See how far your work in the background is, and how it ended.",
    "people": "Add people, give and take roles, confirm what others proposed.",
    "log": "See who saw and did what.",
}
"""Page of the menu -> what it is for."""
Waits = Iterator[tuple[str, str]]
"""Sentences with the address where each is acted on; empty where no page can do it."""


@needs(Right.ENTER)
@require_safe
def start(request: Any) -> HttpResponse:
    """What waits, what comes next, and what this person may."""
    language = request.language
    doings = [
        {**one, "purpose": say(DOINGS[one["name"]], language)}
        for one in menu(language, request.account)
        if one["name"] in DOINGS
    ]
    values = {
        "roles": roles_told(request.account.held, language),
        "doings": doings,
        "waiting": [{"text": text, "href": href} for text, href in _waiting(request)],
    }
    return staff_page(request, "staff/start.html", values, say("Overview", language), here="start")


def _waiting(request: Any) -> Waits:
    account = request.account
    if account.may(Right.DELIVER) or account.may(Right.REVIEW):
        found = workspace()
        yield from _files(request)
        yield from _drafts(request, found)
        yield from _begins(request, found)
    if account.may(Right.ADMINISTER):
        yield from _proposals(request)
    yield from _jobs(request)


def _files(request: Any) -> Waits:
    """Delivered files that nobody has decided on."""
    account, language = request.account, request.language
    if not account.may(Right.DELIVER):
        return
    mine = {} if account.may_everywhere(Right.DELIVER) else {"login": account.login}
    count = Upload.objects.filter(state="open", **mine).count()
    if count:
        text = "One delivered file waits to be mapped, accepted or refused."
        many = "{count} delivered files wait to be mapped, accepted or refused."
        yield say(text if count == 1 else many, language, count=count), f"{staff_link(language, 'deliveries')}#waiting"


def _drafts(request: Any, found: Workspace) -> Waits:
    """The newest draft of each release, where it waits for this person or came back to this person."""
    if not request.account.may(Right.REVIEW):
        return
    newest = {one.name: one for one in sorted(found.drafts(), key=lambda one: one.number)}
    for one in newest.values():
        text = _about(request, one)
        if text:
            title = found.plans[one.name].title or one.name if one.name in found.plans else one.name
            reason = one.decision.reason if one.decision else ""
            href = staff_link(request.language, "draft", one.name, one.number)
            yield say(text, request.language, title=title, reason=reason), href


def _about(request: Any, one: Draft) -> str:
    own = same_person(one.by, request.account.login)
    if one.state == "open" and own:
        return "“{title}” is prepared and waits for the statistics office."
    if one.state == "open" and request.account.may(Right.RELEASE):
        return "“{title}” waits for your decision."
    return "“{title}” was refused: {reason}" if one.state == "refused" and own else ""


def _begins(request: Any, found: Workspace) -> Waits:
    """The next step where nothing was delivered, or nothing released, yet."""
    account, language = request.account, request.language
    if account.may(Right.DELIVER) and not found.deliveries:
        yield from _areas_first(found, language)
        yield say("Nothing was delivered yet. Begin with a file.", language), staff_link(language, "deliveries")
    elif account.may(Right.PREPARE) and not found.drafts() and not found.releases:
        yield (
            say("Data are here, and nothing is released yet. Prepare a release.", language),
            staff_link(language, "releases"),
        )


def _areas_first(found: Workspace, language: str) -> Waits:
    """What is wrong with the files of the areas, without which nothing can be delivered; no page can mend it."""
    try:
        _ = found.areas
    except InputError as error:
        for fault in dict.fromkeys(one.say(language) for one in error.faults):  # a file may hold several levels
            yield say("Areas come first: {fault}", language, fault=fault), ""


def _proposals(request: Any) -> Waits:
    """What other administrators have proposed."""
    count = sum(one.by_id != request.account.pk for one in proposals())
    if count:
        text = "One proposal of another administrator waits for your confirmation."
        many = "{count} proposals of other administrators wait for your confirmation."
        href = f"{staff_link(request.language, 'people')}#waiting"
        yield say(text if count == 1 else many, request.language, count=count), href


def _jobs(request: Any) -> Waits:
    """What works in the background for this person."""
    for one in Job.objects.filter(login=request.account.login, state__in=(WAITING, RUNNING)):
        title = say(KINDS[one.kind].title, request.language)
        text = say("In the background: {title}, {about}", request.language, title=title, about=one.about)
        yield text, staff_link(request.language, "job", one.pk)
