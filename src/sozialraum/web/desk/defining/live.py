"""The example of a definition computed while somebody types: nothing is kept, nothing of the house is shown."""

from __future__ import annotations

from time import monotonic
from typing import Any

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from sozialraum.texts import say
from sozialraum.web.accounts import Right, needs
from sozialraum.web.accounts.gate import unlogged
from sozialraum.web.desk.defining.views import at_fields, computed, placed, sent_text
from sozialraum.workspace.declaring import FOLDERS

PAUSE = 0.4
"""Seconds between two computations of one person; whoever asks sooner is asked to wait. This guards the processor of a process,
so each counts for itself; tries of passwords and codes are counted in the database, for all processes together."""
LAST: dict[int, float] = {}
"""Account -> when this process last computed for it."""


@unlogged
@needs(Right.DEFINE)
@require_POST
def live(request: Any, kind: str) -> HttpResponse:
    """The example as it comes out with the fields as they are now, or how many of them do not fit yet."""
    if kind not in FOLDERS:
        raise Http404
    if _too_fast(request.account.pk):
        return HttpResponse(status=429, headers={"Retry-After": "1"})
    language = request.language
    text, faults = sent_text(request)
    found = computed(request, kind, text, faults)
    shown, left = placed(kind, request.POST, found["judgement"].faults, language)
    wrong = [*at_fields(shown, language), *left]
    values = {**found, "language": language, "wrong_now": wrong, "said": _said(found, len(wrong), language)}
    return HttpResponse(render_to_string("staff/desk/live.html", values))


def _too_fast(account: int) -> bool:
    now = monotonic()
    if now - LAST.get(account, float("-inf")) < PAUSE:
        return True
    LAST[account] = now
    return False


def _said(found: dict[str, Any], wrong: int, language: str) -> str:
    """What a screen reader hears: one sentence, not the whole table."""
    if wrong:
        return say("Not to be computed yet; fields that do not fit: {count}.", language, count=wrong)
    unequal = sum(not one.equal for _, one in found["examples"])
    if unequal:
        return say("Computed; values that differ from what was expected: {count}.", language, count=unequal)
    return say("Computed; everything fits.", language)
