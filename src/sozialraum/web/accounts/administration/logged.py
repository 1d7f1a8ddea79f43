"""The log of who saw and did what, for whoever administers the accounts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_safe

from sozialraum.texts import say
from sozialraum.web.accounts.frame import MENU, staff_page
from sozialraum.web.accounts.gate import needs
from sozialraum.web.accounts.models import Account, Entry
from sozialraum.web.accounts.rights import Right
from sozialraum.web.moments import moment
from sozialraum.web.paging import Ways
from sozialraum.web.places import STAFF

TITLES = {name: title for name, title, _ in MENU} | {"account": "My account"}
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
    told = [
        {"line": one, "act": say(one.act, request.language), "page": _page(one.about, request.language)}
        for one in lines[:LINES]
    ]
    values = {
        "lines": told,
        "ways": _ways(request, lines, chosen, before),
        "people": Account.objects.all(),
        "chosen": chosen,
    }
    return staff_page(request, "staff/log.html", values, say("Log", request.language), here="log")


def _page(about: str, language: str) -> str:
    """The title of the page that a line names by its address; empty where it names none."""
    path = about.partition(" ")[0]
    home = next((f"/{one}" for one in STAFF.values() if path.startswith(f"/{one}")), "")
    try:
        name = (
            resolve(f"{home}{path.removeprefix(home).partition('/')[0]}/".replace("//", "/")).url_name if home else ""
        )
    except Resolver404:
        return ""
    return say(TITLES[name], language) if name in TITLES else ""


def _ways(request: Any, lines: list[Entry], chosen: int | None, before: int | None) -> Ways | None:
    """The way to older lines and back to the newest; by keys, since lines are added while somebody reads."""
    more = len(lines) > LINES
    if not more and not before:
        return None
    kept = {"person": chosen} if chosen else {}
    shown = lines[:LINES]
    told = (moment(one.at, request.language) for one in (shown[0], shown[-1])) if shown else ("–", "–")
    newest, oldest = told
    return Ways(
        say("{newest} back to {oldest}", request.language, newest=newest, oldest=oldest),
        f"?{urlencode(kept)}" if before else "",
        f"?{urlencode({**kept, 'before': shown[-1].pk})}" if more else "",
    )


def _number(text: str) -> int | None:
    """A key of the database, or None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and int(text[:20]) <= LARGEST else None
