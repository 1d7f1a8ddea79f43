"""Brakes on guessing: after some wrong tries an account, and after more an address, has to wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sozialraum.web.accounts.models import Attempt

WINDOW = timedelta(minutes=15)
FOR_ONE, FROM_ONE = 5, 50
"""Wrong tries within the window: for one account (or code), and from one address, behind which an office may sit."""


def locked(request: Any, about: str) -> bool:
    """Note a try, and say whether it comes too late to be looked at.

    The try is noted first, so that many sent at once do not all pass.
    """
    since = timezone.now() - WINDOW
    Attempt.objects.filter(at__lt=since).delete()
    for key in _keys(request, about):
        Attempt.objects.create(key=key)
    one, place = (Attempt.objects.filter(key=key, at__gte=since).count() for key in _keys(request, about))
    return one > FOR_ONE or place > FROM_ONE


def forget(request: Any, about: str) -> None:
    """The try was right: it counts neither for the account nor for the address."""
    one, place = _keys(request, about)
    Attempt.objects.filter(key=one).delete()
    last = Attempt.objects.filter(key=place).order_by("-pk").first()
    if last is not None:
        last.delete()


def _keys(request: Any, about: str) -> tuple[str, str]:
    """Fingerprints: neither names nor addresses are kept."""
    return _fingerprint(f"one {about}"), _fingerprint(f"from {address(request)}")


def address(request: Any) -> str:
    """Where the request came from; behind the proxy of the house, what the proxy says."""
    told = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return str(told.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))


def _fingerprint(text: str) -> str:
    return str(salted_hmac("sozialraum attempts", text, algorithm="sha256").hexdigest()[:32])
