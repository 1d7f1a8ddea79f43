"""Sessions: begun anew at sign-in, bound to the browser, ended when idle, too old, or when the password changes."""

from __future__ import annotations

import hashlib
from time import time
from typing import Any

from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare, salted_hmac

from sozialraum.web.accounts.models import Account

IDLE, LONGEST = 30 * 60, 10 * 3600
"""Seconds without a request, and seconds altogether, after which one signs in again."""
HALF = 5 * 60
"""Seconds between the password and the code."""
REMEMBERED = 60
"""Seconds between two notes of the last request, so that reading pages writes little."""


def begin(request: Any, account: Account, *, factor: bool = True) -> None:
    """Sign the person in under a new session id; whatever the browser brought along is thrown away.

    Without the second factor the person gets no further than to the page that sets it up.
    """
    request.session.flush()
    now = int(time())
    held = {"account": account.pk, "mark": _mark(account), "browser": _browser(request)}
    request.session.update({**held, "began": now, "seen": now, "factor": factor})
    rotate_token(request)
    request.account = account


def half(request: Any, account: Account) -> None:
    """The password was right; the code is still to come, within minutes."""
    request.session.flush()
    request.session.update({"half": account.pk, "until": int(time()) + HALF, "browser": _browser(request)})


def halfway(request: Any) -> Account | None:
    """Whose password was right a moment ago, in this browser."""
    held = request.session
    if "half" not in held or time() > held["until"] or held["browser"] != _browser(request):
        return None
    return Account.objects.filter(pk=held["half"], is_active=True).exclude(second="").first()


def end(request: Any) -> None:
    """Sign the person out: the session is deleted, not only forgotten by the browser."""
    request.session.flush()
    request.account = None


def current(request: Any) -> Account | None:
    """Who is signed in; a session that no longer holds is deleted, and `request.ended` says so."""
    held = request.session
    if "account" not in held:
        return None
    account = Account.objects.filter(pk=held["account"], is_active=True).first() if _alive(request) else None
    if account is None or not constant_time_compare(held["mark"], _mark(account)):
        held.flush()
        request.ended = True
        return None
    return account


def remember(request: Any) -> None:
    """Note that the person who is signed in has asked for a page."""
    if time() - request.session["seen"] > REMEMBERED:
        request.session["seen"] = int(time())


def _alive(request: Any) -> bool:
    held, now = request.session, time()
    fresh = now - held["seen"] <= IDLE and now - held["began"] <= LONGEST
    return fresh and constant_time_compare(held["browser"], _browser(request))


def _mark(account: Account) -> str:
    """Changes with password and second factor, so that sessions from before end."""
    return str(
        salted_hmac("sozialraum session", f"{account.password} {account.second}", algorithm="sha256").hexdigest()
    )


def _browser(request: Any) -> str:
    return hashlib.sha256(request.headers.get("User-Agent", "").encode()).hexdigest()[:32]
