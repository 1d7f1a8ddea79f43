"""The log of who saw and did what, for whoever administers the accounts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from sozialraum.texts import say
from sozialraum.web.accounts.frame import staff_page
from sozialraum.web.accounts.gate import needs
from sozialraum.web.accounts.models import Account, Entry
from sozialraum.web.accounts.rights import Right

LINES = 100
LARGEST = 2**63 - 1


@needs(Right.READ_LOG)
@require_safe
def log(request: Any) -> HttpResponse:
    """The newest lines, of one person where asked for; `before` goes on to older ones."""
    chosen, before = _number(request.GET.get("person", "")), _number(request.GET.get("before", ""))
    entries = Entry.objects.all()
    entries = entries.filter(account_id=chosen) if chosen else entries
    entries = entries.filter(pk__lt=before) if before else entries
    lines = list(entries[: LINES + 1])
    told = [{"line": one, "act": say(one.act, request.language)} for one in lines[:LINES]]
    values = {
        "lines": told,
        "older": lines[LINES - 1].pk if len(lines) > LINES else None,
        "people": Account.objects.all(),
        "chosen": chosen,
    }
    return staff_page(request, "staff/log.html", values, say("Log", request.language), here="log")


def _number(text: str) -> int | None:
    """A key of the database, or None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and int(text[:20]) <= LARGEST else None
