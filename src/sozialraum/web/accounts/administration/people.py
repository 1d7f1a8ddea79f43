"""Administration: accounts, their roles and areas of responsibility."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from sozialraum.errors import SozialraumError
from sozialraum.texts import say
from sozialraum.web.accounts import place
from sozialraum.web.accounts.administration import administering, confirming
from sozialraum.web.accounts.administration.confirming import proposals
from sozialraum.web.accounts.administration.describing import (
    CONFIRMED,
    about,
    area_choices,
    field_choices,
    role_choices,
    roles_told,
    waiting,
)
from sozialraum.web.accounts.frame import staff_page
from sozialraum.web.accounts.gate import needs
from sozialraum.web.accounts.log import record
from sozialraum.web.accounts.models import Account, Grant
from sozialraum.web.accounts.rights import RIGHTS, Right
from sozialraum.web.paging import paged
from sozialraum.web.places import staff_link

both = require_http_methods(["GET", "HEAD", "POST"])


@needs(Right.ADMINISTER)
@both
def people(request: Any) -> HttpResponse:
    """All accounts, and the form for another one."""
    values: dict[str, Any] = {"faults": [], "link": ""}
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").strip() for name in ("login", "name", "role", "field", "area")}
        try:
            word = administering.add_account(
                typed["login"],
                typed["name"],
                typed["role"],
                _some(typed["field"]),
                _some(typed["area"]),
                request.account,
            )
        except SozialraumError as error:
            values = {"faults": [error.say(request.language)], "typed": typed}
        else:
            record(request, "made an account", typed["login"])
            if not word:
                record(request, "proposed a role", f"{typed['login']}: {typed['role']}")
                return HttpResponseRedirect(staff_link(request.language, "people"))
            values = {"link": _absolute(request, word), "whose": typed["name"] or typed["login"]}
    return _people_page(request, 400 if values.get("faults") else 200, **values)


def _people_page(request: Any, status: int, **values: Any) -> HttpResponse:
    title = say("People and roles", request.language)
    return staff_page(request, "staff/people.html", {**values, **_listed(request)}, title, here="people", status=status)


def _listed(request: Any) -> dict[str, Any]:
    language = request.language
    accounts = Account.objects.all()
    shown, ways = paged(accounts, request.GET, language, "people")
    return {
        "people": [{"account": one, "roles": roles_told(one.held, language)} for one in shown],
        "count": accounts.count(),
        "ways": ways,
        "waiting": waiting(proposals(), request),
        "alone": not _others(request.account),
        **_choices(language),
    }


def _others(own: Account) -> bool:
    """Whether anybody else administers the accounts."""
    roles = [role for role, rights in RIGHTS.items() if Right.ADMINISTER in rights]
    held = Grant.objects.filter(role__in=roles, workspace__in=("", place.name()), account__is_active=True)
    return bool(held.exclude(account=own).exists())


def _choices(language: str) -> dict[str, Any]:
    return {
        "all_roles": role_choices(language),
        "all_fields": field_choices(language),
        "all_areas": area_choices(language),
    }


def _some(text: str) -> list[str]:
    return [text] if text else []


def _absolute(request: Any, word: str) -> str:
    return str(request.build_absolute_uri(staff_link(request.language, "invitation", word)))


def _person(number: int) -> Account:
    found = Account.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    return found


@needs(Right.ADMINISTER)
@require_http_methods(["GET", "HEAD"])
def person(request: Any, number: int) -> HttpResponse:
    """One account: its roles with their bounds, and what can be done about it."""
    return _person_page(request, _person(number))


def _person_page(request: Any, whose: Account, status: int = 200, **values: Any) -> HttpResponse:
    held = [(one.pk, told) for one, told in zip(whose.held_here, roles_told(whose.held, request.language), strict=True)]
    waits = waiting(proposals(whose), request)
    told = {"whose": whose, "held": held, "faults": [], "waiting": waits, **_choices(request.language), **values}
    return staff_page(request, "staff/person.html", told, whose.name, here="people", status=status)


@needs(Right.ADMINISTER)
@require_POST
def grant(request: Any, number: int) -> HttpResponse:
    """Give a person one more role."""
    whose = _person(number)
    role, field, area = (request.POST.get(one, "") for one in ("role", "field", "area"))
    return _done(
        request,
        whose,
        lambda: administering.grant(whose, role, _some(field), _some(area), request.account),
        f"{whose.login}: {role} {field} {area}".strip(),
    )


@needs(Right.ADMINISTER)
@require_POST
def revoke(request: Any, number: int, role: int) -> HttpResponse:
    """Take a role away."""
    whose = _person(number)
    return _done(request, whose, lambda: administering.revoke(whose, role), f"{whose.login}: {role}")


@needs(Right.ADMINISTER)
@require_POST
def close(request: Any, number: int) -> HttpResponse:
    """Close an account, or open it again."""
    whose = _person(number)
    act = partial(administering.set_active, whose, not whose.is_active, request.account)
    return _done(request, whose, act, whose.login)


@needs(Right.ADMINISTER)
@require_POST
def forget_factor(request: Any, number: int) -> HttpResponse:
    """Take the second factor away, for someone who lost device and recovery codes; sessions end, and a new one is asked for."""
    whose = _person(number)
    return _done(request, whose, partial(administering.forget_factor, whose, request.account), whose.login)


def _done(request: Any, whose: Account, act: Callable[[], str], about: str) -> HttpResponse:
    """The page of the person after an act, which says what it was."""
    try:
        said = act()
    except SozialraumError as error:
        return _person_page(request, _person(whose.pk), 400, faults=[error.say(request.language)])
    record(request, said, about)
    return HttpResponseRedirect(staff_link(request.language, "person", whose.pk))


@needs(Right.ADMINISTER)
@require_POST
def link(request: Any, number: int) -> HttpResponse:
    """A new link to set the password; it is shown this once, to be handed over in person or by a safe way."""
    whose = _person(number)
    word = administering.new_link(whose, request.account)
    record(request, "made a link" if word else "proposed a new access", whose.login)
    return _person_page(request, whose, link=_absolute(request, word) if word else "")


@needs(Right.ADMINISTER)
@require_POST
def confirm(request: Any, number: int) -> HttpResponse:
    """Confirm what another administrator proposed; the line of the log names both."""
    try:
        one, word = confirming.confirm(number, request.account)
    except SozialraumError as error:
        return _people_page(request, 400, faults=[error.say(request.language)])
    record(request, CONFIRMED[one.kind], about(one))
    return _person_page(request, _person(one.account_id), link=_absolute(request, word) if word else "")


@needs(Right.ADMINISTER)
@require_POST
def dismiss(request: Any, number: int) -> HttpResponse:
    """Take a proposal away."""
    try:
        one = confirming.take(number)
    except SozialraumError as error:
        return _people_page(request, 400, faults=[error.say(request.language)])
    record(request, "dismissed a proposal", about(one))
    return HttpResponseRedirect(staff_link(request.language, "people"))
