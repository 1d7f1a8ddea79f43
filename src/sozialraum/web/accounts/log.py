"""The log of who saw and did what. Lines name acts and objects, never a figure."""

from __future__ import annotations

from typing import Any

from sozialraum.web.accounts.models import Account, Entry

LONGEST = 300


def record(request: Any, act: str, about: str = "", *, outcome: str = "done", account: Account | None = None) -> None:
    """Add a line for the person who asks, or for `account`: before anyone is signed in, and in the worker (no request)."""
    who = account or request.account
    Entry.objects.create(
        account=who, name=who.name if who else "", act=act, about=about[:LONGEST].replace("\0", ""), outcome=outcome
    )
