"""One's own account: the link that works once, the password and the second factor."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods

from sozialraum.texts import say
from sozialraum.web.accounts import place
from sozialraum.web.accounts.administration.describing import roles_told
from sozialraum.web.accounts.frame import staff_page
from sozialraum.web.accounts.gate import before_factor, everyone, needs
from sozialraum.web.accounts.log import record
from sozialraum.web.accounts.models import Account
from sozialraum.web.accounts.objections import Objection, at
from sozialraum.web.accounts.rights import Right
from sozialraum.web.accounts.signing import factor, invitations, limits, passwords, sessions
from sozialraum.web.places import staff_link

both = require_http_methods(["GET", "HEAD", "POST"])


@everyone
@both
def invitation(request: Any, word: str) -> HttpResponse:
    """The page behind a link that works once: the first administrator, a first password, or another one."""
    found = invitations.find(word)
    title = say("Set a password", request.language)
    if found is None:
        return staff_page(request, "staff/no-invitation.html", {}, title, status=404)
    faults = _faults(request, found) if request.method == "POST" else []
    if request.method != "POST" or faults:
        values = {"form": True, "faults": faults, "first": found.account is None, "whose": found.account}
        typed = {name: request.POST.get(name, "")[:150] for name in ("login", "name")}
        return staff_page(request, "staff/invitation.html", {**values, **typed}, title, status=400 if faults else 200)
    account = _taken(request, found)
    if account is None:
        return staff_page(request, "staff/no-invitation.html", {}, title, status=404)
    if account.second:  # the link replaces the password, never the second factor
        sessions.half(request, account)
        return HttpResponseRedirect(staff_link(request.language, "code"))
    sessions.begin(request, account, factor=False)
    record(request, "set a password")
    return HttpResponseRedirect(staff_link(request.language, "factor"))


def _taken(request: Any, found: Any) -> Account | None:
    typed = (request.POST.get(one, "") for one in ("password", "login", "name"))
    try:
        return invitations.take(found, *typed)
    except IntegrityError:  # the sign-in name was taken a moment ago
        return None


def _faults(request: Any, found: Any) -> list[Objection]:
    language = request.language
    login, name = (request.POST.get(one, "").strip() for one in ("login", "name"))
    faults: list[Objection] = []
    if found.account is not None:
        login, name = found.account.login, found.account.name
    elif not (login and name and (login + name).isprintable()) or max(len(login), len(name)) > 150:
        faults.append(at("name", say("Give your name and a sign-in name.", language)))
    return faults + _new_password_faults(request, login, name)


def _new_password_faults(request: Any, *about: str) -> list[Objection]:
    password = request.POST.get("password", "")
    differ = password != request.POST.get("again", "")
    first = [at("again", say("The two passwords differ.", request.language))] if differ else []
    return first + [at("password", one) for one in passwords.doubts(password, request.language, *about)]


@needs(Right.ENTER)
@both
def account(request: Any) -> HttpResponse:
    """One's own account; a new password ends all other sessions."""
    faults = _change_faults(request) if request.method == "POST" else []
    changed = request.method == "POST" and not faults
    if changed:
        request.account.set_password(request.POST["password"])
        request.account.save(update_fields=["password"])
        sessions.begin(request, request.account)
        record(request, "changed the password")
    values = {
        "faults": faults,
        "changed": changed,
        "roles": roles_told(request.account.held, request.language),
        "left": len(request.account.codes),
    }
    title = say("My account", request.language)
    return staff_page(request, "staff/account.html", values, title, here="account", status=400 if faults else 200)


def _change_faults(request: Any) -> list[Objection]:
    person = request.account
    return _not_proved(request) or _new_password_faults(request, person.login, person.name)


def _not_proved(request: Any) -> list[Objection]:
    """What is wrong with the password that the person has to type again before changing anything of the account."""
    person = request.account
    if limits.locked(request, f"own {person.pk}"):
        return [at("old", say("Too many tries. Wait a quarter of an hour, then try again.", request.language))]
    if not person.check_password(request.POST.get("old", "")[: passwords.LONGEST]):
        return [at("old", say("The present password is wrong.", request.language))]
    limits.forget(request, f"own {person.pk}")
    return []


@before_factor
@needs(Right.ENTER)
@both
def second_factor(request: Any) -> HttpResponse:
    """Set the second factor up, or another one on a new device; the recovery codes are shown once."""
    if "pending" not in request.session:
        request.session["pending"] = factor.new_secret()
    kept = request.session["pending"]
    faults = _factor_faults(request, kept) if request.method == "POST" else []
    if request.method != "POST" or faults:
        values = {
            "faults": faults,
            "picture": mark_safe(factor.picture(request.account, kept, place.title())),
            "secret": " ".join(_grouped(factor.readable(kept))),
            "again": bool(request.account.second),
        }
        title = say("Second factor", request.language)
        return staff_page(request, "staff/factor.html", values, title, here="account", status=400 if faults else 200)
    step = factor.step_of(kept, request.POST.get("code", ""))
    codes = factor.set_up(request.account, kept, step or 0)
    sessions.begin(request, request.account)
    record(request, "set up the second factor")
    title = say("Recovery codes", request.language)
    return staff_page(request, "staff/codes.html", {"codes": codes}, title, here="account")


def _factor_faults(request: Any, kept: str) -> list[Objection]:
    if request.account.second and (faults := _not_proved(request)):
        return faults
    if factor.step_of(kept, request.POST.get("code", "")[:50]) is None:
        return [at("code", say("This code does not fit. Does the clock of the device go right?", request.language))]
    return []


def _grouped(secret: str) -> list[str]:
    return [secret[place : place + 4] for place in range(0, len(secret), 4)]
