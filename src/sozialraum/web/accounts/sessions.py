"""Sessions: begun anew at sign-in, bound to the browser, ended when idle, too old, or when the password changes."""

from __future__ import annotations

import hashlib
from time import time
from typing import Any

from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare

from sozialraum.web.accounts.models import Account

IDLE, LONGEST = 30 * 60, 10 * 3600
"""Seconds without a request, and seconds altogether, after which one signs in again."""
REMEMBERED = 60
"""Seconds between two notes of the last request, so that reading pages writes little."""


def begin(request: Any, account: Account) -> None:
    """Sign the person in under a new session id; whatever the browser brought along is thrown away."""
    request.session.flush()
    now = int(time())
    held = {"account": account.pk, "mark": account.get_session_auth_hash(), "browser": _browser(request)}
    request.session.update({**held, "began": now, "seen": now})
    rotate_token(request)
    request.account = account


def end(request: Any) -> None:
    """Sign the person out: the session is deleted, not only forgotten by the browser."""
    request.session.flush()
    request.account = None


def current(request: Any) -> Account | None:
    """Who is signed in; a session that no longer holds is deleted."""
    held = request.session
    if "account" not in held:
        return None
    account = Account.objects.filter(pk=held["account"], is_active=True).first() if _alive(request) else None
    if account is None or not constant_time_compare(held["mark"], account.get_session_auth_hash()):
        held.flush()
        return None
    if time() - held["seen"] > REMEMBERED:
        held["seen"] = int(time())
    return account


def _alive(request: Any) -> bool:
    held, now = request.session, time()
    fresh = now - held["seen"] <= IDLE and now - held["began"] <= LONGEST
    return fresh and constant_time_compare(held["browser"], _browser(request))


def _browser(request: Any) -> str:
    return hashlib.sha256(request.headers.get("User-Agent", "").encode()).hexdigest()[:32]
