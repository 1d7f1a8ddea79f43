"""The log of who saw and did what. Lines name acts and objects, never a figure."""

from __future__ import annotations

from typing import Any

from sozialraum.web.accounts.models import Account, Entry

LONGEST, NAME = 300, 150
"""Letters of what a line is about, and of a name."""


def record(request: Any, act: str, about: str = "", *, outcome: str = "done", account: Account | None = None) -> None:
    """Add a line for the person who asks, or for `account`: before anyone is signed in, and in the worker (no request)."""
    who = account or request.account
    _add(act, about, account=who, name=who.name if who else "", outcome=outcome)


def record_on_server(act: str, about: str, by: str) -> None:
    """Add a line for someone at the command line of the server, who needs no account."""
    _add(act, about, name=f"{by} (Server)"[:NAME])


def _add(act: str, about: str, **more: Any) -> None:
    Entry.objects.create(act=act, about=about[:LONGEST].replace("\0", ""), **more)
