"""What stands around a staff page: the menu of what the person may, the amber line "Intern", and nothing that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from sozialraum.errors import UNWRITTEN, InputError, cause
from sozialraum.texts import LANGUAGES, say
from sozialraum.web.accounts import place
from sozialraum.web.accounts.database import is_full
from sozialraum.web.accounts.gate import READING
from sozialraum.web.accounts.objections import Objection
from sozialraum.web.accounts.rights import Right
from sozialraum.web.places import STAFF, staff_link

MENU = (
    ("start", "Overview", Right.ENTER),
    ("figures", "Internal figures", Right.SEE),
    ("deliveries", "Deliveries", Right.DELIVER),
    ("releases", "Releases", Right.REVIEW),
    ("definitions", "Definitions", Right.DEFINE),
    ("jobs", "Jobs", Right.ENTER),
    ("people", "People and roles", Right.ADMINISTER),
    ("log", "Log", Right.READ_LOG),
)
"""Name of a page, title and right of what stands in the menu of staff."""


def staff_page(
    request: Any, template: str, values: Mapping[str, Any], title: str, *, here: str = "", status: int = 200
) -> HttpResponse:
    """A page inside the frame of staff. `title` is in the language of the page; `here` names the entry of the menu."""
    language = request.language
    account = getattr(request, "account", None)
    told = {"language": language, "place": place.title(), "title": title, "account": account, "may": _rights(account)}
    faults = values.get("faults") or ()
    inner = {**told, "wrong": {one.field for one in faults if isinstance(one, Objection)}, **values}
    if account is not None or "form" in values:
        inner["token"] = get_token(request)
    around = {
        **told,
        "title": say("Error: {title}", language, title=title) if faults else title,
        "here": here,
        "main": mark_safe(render_to_string(template, inner)),
        "internal": True,
        "invented": place.opened().settings.workspace.invented,
        "menu": menu(language, account, here),
        "others": _others(request),
        "token": inner.get("token", ""),
    }
    return HttpResponse(render_to_string("frame.html", around), status=status)


def forbidden(request: Any, exception: Any = None) -> HttpResponse:  # noqa: ARG001
    """The answer to someone who may not."""
    language = request.language
    text = say(
        "Your account does not have the right for this page. Whoever administers the accounts can give it.", language
    )
    return _plain(request, say("Not allowed", language), text, 403)


def forged(request: Any, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The answer to a form that did not come from a page of this server, or from one that is too old."""
    language = request.language
    text = say("This form is too old or came from elsewhere. Nothing was changed. Open the page again.", language)
    return _plain(request, say("Request refused", language), text, 403)


def pressed(request: Any) -> HttpResponse:
    """The answer at an address that takes forms and holds no page of its own, or that takes none."""
    language = request.language
    text = say("This address cannot be opened by itself. Nothing was changed. Start again from its page.", language)
    return _plain(request, say("Request refused", language), text, HTTPStatus.METHOD_NOT_ALLOWED)


def unreachable(request: Any, error: Exception) -> HttpResponse:
    """The answer while the database does not answer, or its disk is full; public pages need none and go on."""
    language = request.language
    why = (
        "The disk of the accounts' database is full. The public pages go on; tell whoever runs this server."
        if is_full(error)
        else "The database of the accounts does not answer. The public pages go on; try again in a minute."
    )
    after = (
        "Nothing was changed."
        if request.method in READING
        else "Your last step may have been kept before that: look at its page before you repeat it."
    )
    text = f"{say(why, language)} {say(after, language)}"
    return _plain(request, say("Staff pages cannot be reached now", language), text, 503)


def unwritten(request: Any, error: OSError) -> HttpResponse:
    """The answer where the disk of the workspace takes nothing: why, and who can help."""
    language = request.language
    text = f"{say(UNWRITTEN, language, reason=cause(error))} {say('Tell whoever runs this server.', language)}"
    return _plain(request, say("Nothing was stored", language), text, HTTPStatus.INSUFFICIENT_STORAGE)


def unreadable(request: Any) -> HttpResponse:
    """The answer to a form in which a text holds the sign of number 0."""
    language = request.language
    text = say("A text in this form holds a sign that cannot be kept (number 0). Nothing was changed.", language)
    return _plain(request, say("Request refused", language), text, 400)


def unfit(request: Any, error: InputError) -> HttpResponse:
    """The answer while files of the workspace are wrong: which, and what to do."""
    language = request.language
    title = say("Files of the workspace are wrong", language)
    start = say("This page cannot be made before they are mended. Nothing was changed.", language)
    return _plain(request, title, f"{start} {error.say(language)}", 500)


def foreign(request: Any) -> HttpResponse:
    """The answer while the database is that of another workspace."""
    language = request.language
    text = say(
        "The database of the accounts belongs to another workspace. Whoever runs this server sees why.", language
    )
    return _plain(request, say("Staff pages cannot be reached now", language), text, 503)


def _plain(request: Any, title: str, text: str, status: int) -> HttpResponse:
    if getattr(request, "account", None) is not None and status != HTTPStatus.SERVICE_UNAVAILABLE:
        return staff_page(request, "staff/plain.html", {"text": text}, title, status=status)
    from sozialraum.web.frame import plain

    return HttpResponse(plain(request.language, title, text), status=status)


def _rights(account: Any) -> dict[str, bool]:
    return {one.name: account is not None and account.may(one) for one in Right}


def menu(language: str, account: Any, here: str = "") -> list[dict[str, Any]]:
    """What the person may open: its name, title, address, and whether it is the page shown."""
    return [
        {"name": name, "title": say(title, language), "href": staff_link(language, name), "here": name == here}
        for name, title, right in MENU
        if account is not None and account.may(right)
    ]


def _others(request: Any) -> list[tuple[str, str]]:
    match = request.resolver_match
    if match is None or not match.url_name:
        return []
    found = [
        (one, staff_link(one, match.url_name, *match.kwargs.values())) for one in LANGUAGES if one != request.language
    ]
    return [(one, href or f"/{STAFF[one]}") for one, href in found]
