"""Brakes on guessing: after some wrong tries an account, and after more an address, has to wait."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sozialraum.web.accounts.models import Attempt

WINDOW = timedelta(minutes=15)
FOR_ONE, FROM_ONE, FOR_ALL = 5, 50, 25
"""Wrong tries within the window: for one account (or code) from one address; from one address, behind which an office may
sit; for one account from all addresses. So nobody locks a colleague out from a single address."""


def locked(request: Any, about: str, everywhere: int = FOR_ONE) -> bool:
    """Note a try, and say whether it comes too late to be looked at; `everywhere`: so many may come from all addresses.

    The try is noted first, so that many sent at once do not all pass. What one address has used up counts for it alone.
    """
    Attempt.objects.filter(at__lt=timezone.now() - WINDOW).delete()
    one, place, every = _keys(request, about)
    if _noted(one) > FOR_ONE or _noted(place) > FROM_ONE:
        return True
    return _noted(every) > everywhere


def _noted(key: str) -> int:
    """Note a try under that key; how many there are now."""
    Attempt.objects.create(key=key)
    return int(Attempt.objects.filter(key=key, at__gte=timezone.now() - WINDOW).count())


def forget(request: Any, about: str) -> None:
    """The try was right: it counts neither for the account nor for the address."""
    one, place, every = _keys(request, about)
    Attempt.objects.filter(key__in=(one, every)).delete()
    last = Attempt.objects.filter(key=place).order_by("-pk").first()
    if last is not None:
        last.delete()


def _keys(request: Any, about: str) -> tuple[str, str, str]:
    """Fingerprints of both, of the address, of what is tried: neither names nor addresses are kept."""
    place = network(address(request))
    return _fingerprint(f"one {about} {place}"), _fingerprint(f"from {place}"), _fingerprint(f"all {about}")


def address(request: Any) -> str:
    """Where the request came from; behind the proxy of the house, what the proxy says."""
    told = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return str(told.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", ""))


def network(place: str) -> str:
    """An address as it counts: of IPv6 the first half, since one customer has all of the second."""
    try:
        found = ip_address(place)
    except ValueError:
        return place
    return str(ip_network((found, 64), strict=False)) if found.version == 6 else str(found)


def _fingerprint(text: str) -> str:
    return str(salted_hmac("sozialraum attempts", text, algorithm="sha256").hexdigest()[:32])
