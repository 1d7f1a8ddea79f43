"""Signing in and out: with a password and a code, or by the service of the house."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.hashers import make_password
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sozialraum.texts import say
from sozialraum.web.accounts.frame import staff_page
from sozialraum.web.accounts.gate import everyone, is_staff
from sozialraum.web.accounts.log import record
from sozialraum.web.accounts.models import Account
from sozialraum.web.accounts.objections import at
from sozialraum.web.accounts.signing import factor, limits, passwords, service, sessions
from sozialraum.web.places import staff_link

LOG = logging.getLogger("sozialraum.web")
both = require_http_methods(["GET", "HEAD", "POST"])


@everyone
@both
def sign_in(request: Any) -> HttpResponse:
    """The sign-in page; with the right name and password the code is asked for, or set up."""
    if request.method != "POST":
        return _page(request)
    login = request.POST.get("login", "").replace("\0", "").strip().lower()[:150]
    if limits.locked(request, f"sign in {login}", limits.FOR_ALL):
        return _page(request, _wait(request), 429)
    account = _who(login, request.POST.get("password", "")[: passwords.LONGEST])
    if account is None:
        LOG.warning("A sign-in failed.")
        return _page(request, say("Name or password is wrong.", request.language), 403)
    limits.forget(request, f"sign in {login}")
    return _let_in(request, account)


def _let_in(request: Any, account: Account) -> HttpResponse:
    onward = _onward(request)
    if account.second:
        sessions.half(request, account)
        request.session["next"] = onward
        return HttpResponseRedirect(staff_link(request.language, "code"))
    sessions.begin(request, account, factor=False)
    record(request, "signed in", "without second factor")
    return HttpResponseRedirect(staff_link(request.language, "factor"))


@everyone
@both
def code(request: Any) -> HttpResponse:
    """The page for the code of the second factor; with the right one the session begins."""
    account = sessions.halfway(request)
    if account is None:
        return HttpResponseRedirect(staff_link(request.language, "sign-in"))
    if request.method != "POST":
        return _code_page(request)
    if limits.locked(request, f"code {account.pk}"):
        record(request, "signed in", "too many codes", outcome="refused", account=account)
        return _code_page(request, _wait(request), 429)
    if not factor.use_code(account, request.POST.get("code", "")[:50]):
        record(request, "signed in", "wrong code", outcome="refused", account=account)
        return _code_page(request, say("This code is wrong or was used already.", request.language), 403)
    limits.forget(request, f"code {account.pk}")
    onward = request.session.get("next", "")
    sessions.begin(request, account)
    record(request, "signed in")
    return HttpResponseRedirect(onward or staff_link(request.language, "start"))


def _wait(request: Any) -> str:
    return say("Too many tries. Wait a quarter of an hour, then try again.", request.language)


def _page(request: Any, fault: str = "", status: int = 200) -> HttpResponse:
    values = {
        "form": True,
        "faults": [at("login", fault)] if fault else [],
        "login": request.POST.get("login", "")[:150],
        "next": request.POST.get("next", request.GET.get("next", "")),
        "service": service.offered(),
        "ended": request.method != "POST" and "ended" in request.GET,
    }
    return staff_page(request, "staff/sign-in.html", values, say("Sign in", request.language), status=status)


def _code_page(request: Any, fault: str = "", status: int = 200) -> HttpResponse:
    values = {"form": True, "faults": [at("code", fault)] if fault else []}
    return staff_page(request, "staff/code.html", values, say("Second step", request.language), status=status)


def _who(login: str, password: str) -> Account | None:
    """Whose name and password these are; an unknown name takes as long as a known one."""
    account = Account.objects.filter(login=login, is_active=True).first()
    if account is None:
        make_password(password)
        return None
    return account if account.check_password(password) else None


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
@require_safe
def to_service(request: Any) -> HttpResponse:
    """On to the sign-in service of the house."""
    if not service.offered():
        return _page(request, say("There is no sign-in service here.", request.language), 404)
    back = request.build_absolute_uri(staff_link(request.language, "from-service"))
    try:
        return service.client().authorize_redirect(request, back)
    except Exception as error:  # the service's answer may be anything
        return _service_failed(request, error)


@everyone
@require_safe
def from_service(request: Any) -> HttpResponse:
    """Back from the service: with an account here the session begins; the service has asked for the second factor."""
    if not service.offered():
        return _page(request, say("There is no sign-in service here.", request.language), 404)
    try:
        claims = service.claims_of(request)
    except Exception as error:  # forged, expired, unreachable: the library raises many kinds
        return _service_failed(request, error)
    account = service.person(claims)
    if account is None:
        text = say("You have no account here. Whoever administers the accounts can make one for you.", request.language)
        return _page(request, text, 403)
    sessions.begin(request, account)
    record(request, "signed in", "by the service of the house")
    return HttpResponseRedirect(staff_link(request.language, "start"))


def _service_failed(request: Any, error: Exception) -> HttpResponse:
    LOG.warning("The sign-in service did not vouch for anyone: %s", type(error).__name__)
    text = say(
        "The sign-in service did not confirm who you are. Try again, or sign in with a password.", request.language
    )
    return _page(request, text, 403)
