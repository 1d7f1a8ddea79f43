"""The gate before every view: what names no right is refused; staff pages also get session, account and a form token."""

from __future__ import annotations

import logging
from collections.abc import Callable
from errno import EDQUOT, EFBIG, ENOSPC, EROFS, errorcode
from http import HTTPStatus
from typing import Any, TypeVar

from sozialraum.web.accounts.rights import Right
from sozialraum.web.places import STAFF, language_of, staff_link

View = TypeVar("View", bound=Callable[..., Any])
LOG = logging.getLogger("sozialraum.web")
READING = ("GET", "HEAD")
LOGGED = frozenset(Right) - {Right.OPEN, Right.ENTER}
"""Rights whose use leaves a line in the log."""
SETTLING = (Right.DEFINE, Right.PREPARE, Right.RELEASE)
"""Rights of those who are told what is wrong with the files of the workspace."""
UNWRITABLE = (ENOSPC, EDQUOT, EROFS, EFBIG)
"""What a system says of a disk that takes nothing more; it says so of writing only."""


def needs(right: Right) -> Callable[[View], View]:
    """Declare which right a view asks for; without any it is refused to everyone."""

    def declared(view: View) -> View:
        view.right = right  # type: ignore[attr-defined]
        return view

    return declared


def before_factor(view: View) -> View:
    """Declare a view that one reaches before the second factor is set up."""
    view.before_factor = True  # type: ignore[attr-defined]
    return view


def polled(view: View) -> View:
    """Declare a view that pages ask for by themselves: asking is no sign that anybody sits before the screen."""
    view.polled = True  # type: ignore[attr-defined]
    return view


def unlogged(view: View) -> View:
    """Declare a view that shows nothing of the house, only what the person has just typed: asking leaves no line in the log."""
    view.unlogged = True  # type: ignore[attr-defined]
    return view


everyone = needs(Right.OPEN)
"""Declares a view that shows nothing but what is public."""


def is_staff(path: str) -> bool:
    """Whether an address lies behind the sign-in."""
    return path.startswith(tuple(f"/{start}" for start in STAFF.values()))


class Gate:
    """Django middleware. Public pages pass without session, cookie or database."""

    def __init__(self, get_response: Callable[[Any], Any]):
        from django.contrib.sessions.middleware import SessionMiddleware
        from django.middleware.csrf import CsrfViewMiddleware

        self._answer = get_response
        self._sessions = SessionMiddleware(get_response)
        self._forms = CsrfViewMiddleware(get_response)

    def __call__(self, request: Any) -> Any:
        """The answer; that of a staff page is never kept anywhere."""
        request.language = language_of(request.path)
        if not is_staff(request.path):
            return _worded(request, self._answer(request))
        return _unkept(self._behind(request))

    def _behind(self, request: Any) -> Any:
        from django.db import InterfaceError, OperationalError, ProgrammingError

        from sozialraum.web.accounts.database import is_ours
        from sozialraum.web.accounts.frame import foreign, unreachable
        from sozialraum.web.accounts.signing.sessions import current

        try:
            if not is_ours():
                return foreign(request)
            self._sessions.process_request(request)
            request.account = current(request)
            self._forms.process_request(request)
            response = self._forms.process_response(request, _worded(request, self._answer(request)))
            _noted(request, response)
            return self._sessions.process_response(request, response)
        except (OperationalError, InterfaceError, ProgrammingError) as error:
            LOG.error("The accounts cannot be reached: %s", type(error).__name__)
            return unreachable(request, error)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Any:
        """None lets the request through; a refusal is the answer."""
        from sozialraum.web.accounts.signing.sessions import remember

        right = getattr(view, "right", None)
        if not is_staff(request.path):
            return None if right is Right.OPEN else _refused(request)
        if request.account is not None and not getattr(view, "polled", False):
            remember(request)
        refusal = (
            _stopped(request, right)
            or _halted(request, view, right)
            or self._forms.process_view(request, view, args, kwargs)
            or _unreadable(request)
        )
        request.right = None if refusal or getattr(view, "unlogged", False) else right
        return refusal

    def process_exception(self, request: Any, error: Exception) -> Any:
        """A database that went away, a full disk and wrong files of the workspace are said clearly; other faults are not."""
        from django.db import InterfaceError, OperationalError

        from sozialraum.errors import InputError
        from sozialraum.web.accounts.frame import unfit, unreachable, unwritten

        if not is_staff(request.path):
            return None
        if isinstance(error, (OperationalError, InterfaceError)):
            return unreachable(request, error)
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            LOG.error("The disk takes nothing: %s", errorcode[error.errno])
            return unwritten(request, error)
        if isinstance(error, InputError) and any(map(request.account.may, SETTLING)):
            LOG.error("Files of the workspace are wrong: %s", type(error).__name__)
            return unfit(request, error)
        return None


def _worded(request: Any, response: Any) -> Any:
    """The response, with a page in the place of the empty one that refuses a way of asking."""
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
        from sozialraum.web.accounts.frame import pressed

        response.content = pressed(request).content
    return response


def _noted(request: Any, response: Any) -> None:
    """What a person saw or did with a right leaves a line, with the `subject` that a view names; a refusal has left one."""
    from sozialraum.web.accounts.log import record

    if getattr(request, "right", None) in LOGGED and response.status_code < 400:
        about = " ".join(filter(None, (request.path, getattr(request, "subject", ""))))
        record(request, "saw" if request.method in READING else "did", about)


def _stopped(request: Any, right: Right | None) -> Any:
    """The refusal of a staff page, or None where the person may."""
    from sozialraum.web.accounts.log import record

    if right is Right.OPEN:
        return None
    if request.account is None:
        return _to_sign_in(request)
    if right is None or not request.account.may(right):
        record(request, "refused", request.path, outcome="refused")
        return _refused(request)
    return None


def _halted(request: Any, view: Any, right: Right | None) -> Any:
    """The way to the second factor for a person who has none yet."""
    from django.http import HttpResponseRedirect

    if right is Right.OPEN or request.session.get("factor") or getattr(view, "before_factor", False):
        return None
    return HttpResponseRedirect(staff_link(request.language, "factor"))


def _unreadable(request: Any) -> Any:
    """The refusal of a form with a sign that no database keeps in texts, or None."""
    from sozialraum.web.accounts.frame import unreadable

    texts = (text for _, several in request.POST.lists() for text in several) if request.account is not None else ()
    return unreadable(request) if any("\0" in text for text in texts) else None


def _to_sign_in(request: Any) -> Any:
    from urllib.parse import urlencode

    from django.http import HttpResponseRedirect

    told = {"next": request.path} if request.method in READING else {}
    told |= {"ended": "1"} if getattr(request, "ended", False) else {}
    query = f"?{urlencode(told)}" if told else ""
    return HttpResponseRedirect(staff_link(request.language, "sign-in") + query)


def _refused(request: Any) -> Any:
    from sozialraum.web.accounts.frame import forbidden

    return forbidden(request)


def _unkept(response: Any) -> Any:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
