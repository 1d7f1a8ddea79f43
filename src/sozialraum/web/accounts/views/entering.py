"""Signing in and out, and the link that works once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from sozialraum.texts import say
from sozialraum.web.accounts import invitations, passwords, sessions
from sozialraum.web.accounts.frame import staff_page
from sozialraum.web.accounts.gate import everyone, is_staff, needs
from sozialraum.web.accounts.log import record
from sozialraum.web.accounts.models import Account
from sozialraum.web.accounts.rights import Right
from sozialraum.web.places import staff_link

both = require_http_methods(["GET", "HEAD", "POST"])


@everyone
@both
def sign_in(request: Any) -> HttpResponse:
    """The sign-in page; with the right name and password the session begins."""
    if request.method != "POST":
        return _sign_in_page(request)
    account = _who(request.POST.get("login", ""), request.POST.get("password", ""))
    if account is None:
        return _sign_in_page(request, faults=[say("Name or password is wrong.", request.language)], status=403)
    sessions.begin(request, account)
    record(request, "signed in")
    return HttpResponseRedirect(_onward(request))


def _sign_in_page(request: Any, faults: list[str] | None = None, status: int = 200) -> HttpResponse:
    values = {
        "form": True,
        "faults": faults or [],
        "login": request.POST.get("login", "")[:150],
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    return staff_page(request, "staff/sign-in.html", values, say("Sign in", request.language), status=status)


def _who(login: str, password: str) -> Account | None:
    """Whose name and password these are; an unknown name takes as long as a known one."""
    account = Account.objects.filter(login=login.replace("\0", "").strip().lower()[:150], is_active=True).first()
    if account is None:
        make_password(password[: passwords.LONGEST])
        return None
    if account.check_password(password[: passwords.LONGEST]):
        return account
    return None


def _onward(request: Any) -> str:
    """Where the person wanted to go, if that is a page of this server behind the sign-in."""
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and is_staff(wanted)
    return wanted if safe else staff_link(request.language, "start")


@everyone
@require_POST
def sign_out(request: Any) -> HttpResponse:
    """End the session."""
    if request.account is not None:
        record(request, "signed out")
    sessions.end(request)
    return HttpResponseRedirect(staff_link(request.language, "sign-in"))


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
        values = {"form": True, "faults": faults, "first": found.account is None, "whose": found.account, "word": word}
        typed = {name: request.POST.get(name, "")[:150] for name in ("login", "name")}
        return staff_page(request, "staff/invitation.html", {**values, **typed}, title, status=400 if faults else 200)
    account = _taken(request, found)
    if account is None:
        return staff_page(request, "staff/no-invitation.html", {}, title, status=404)
    sessions.begin(request, account)
    record(request, "set a password")
    return HttpResponseRedirect(staff_link(request.language, "start"))


def _taken(request: Any, found: Any) -> Account | None:
    typed = (request.POST.get(one, "") for one in ("password", "login", "name"))
    try:
        return invitations.take(found, *typed)
    except IntegrityError:  # the sign-in name was taken a moment ago
        return None


def _faults(request: Any, found: Any) -> list[str]:
    language, password = request.language, request.POST.get("password", "")
    login, name = (request.POST.get(one, "").strip() for one in ("login", "name"))
    faults = []
    if found.account is not None:
        login, name = found.account.login, found.account.name
    elif not login or not name or "\0" in login + name or max(len(login), len(name)) > 150:
        faults.append(say("Give your name and a sign-in name.", language))
    if password != request.POST.get("again", ""):
        faults.append(say("The two passwords differ.", language))
    return faults + passwords.doubts(password, language, login, name)


@needs(Right.ENTER)
@require_http_methods(["GET", "HEAD"])
def start(request: Any) -> HttpResponse:
    """The first page behind the sign-in: who one is here, and what one may."""
    title = say("Overview", request.language)
    return staff_page(request, "staff/start.html", {"roles": request.account.held}, title, here="start")
