"""Invented people of each role, and browsers in which they are signed in."""

from __future__ import annotations

from collections.abc import Sequence
from http.cookies import SimpleCookie
from itertools import count
from typing import Any

PASSWORD = "Sieben Wolken ziehen gen Osten"
NUMBERS = count(1)
BOUNDS: dict[str, dict[str, Sequence[str]]] = {
    "sector-planner": {"fields": ["education"]},
    "commune": {"areas": ["district:01"]},
}
"""What a role must name to mean anything."""
ROLES = ("reader", "planner", "sector-planner", "commune", "statistics-office", "administrator")


def make_person(role: str = "", *, login: str = "", **bounds: Sequence[str]) -> Any:
    """An invented person with that role (or none) and the bounds that the role needs."""
    from sozialraum.web.accounts.models import Account, Grant

    login = login or f"{role or 'niemand'}-{next(NUMBERS)}@example.invalid"
    account = Account.objects.create(login, f"Platzhalter {login.partition('@')[0]}", PASSWORD)
    if role:
        Grant.objects.create(account=account, role=role, **{**BOUNDS.get(role, {}), **bounds})
    return Account.objects.get(pk=account.pk)


def browser(account: Any = None, **more: Any) -> Any:
    """A browser in which that person is signed in; without one, nobody is. Forms need a token as in a real one."""
    from django.test import Client

    client = Client(raise_request_exception=False, enforce_csrf_checks=True, headers={"user-agent": "Muster"}, **more)
    if account is not None:
        sign_in(client, account)
    return client


def sign_in(client: Any, account: Any) -> None:
    """Begin a session for that person, without the sign-in page."""
    from importlib import import_module

    from django.conf import settings
    from django.test import RequestFactory

    from sozialraum.web.accounts.signing import sessions

    request = RequestFactory().get("/", headers={"user-agent": "Muster"})
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    sessions.begin(request, account)
    request.session.save()
    client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: request.session.session_key})


def send(client: Any, address: str, values: dict[str, Any] | None = None, page: str = "") -> Any:
    """Fill in a form as a person does: open its page (the same address unless named), then send it with its token."""
    import re

    shown = client.get(page or address)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.content.decode())
    return client.post(address, {"csrfmiddlewaretoken": token[1] if token else "", **(values or {})})


def set_up_factor(client: Any, **values: Any) -> Any:
    """Set up the second factor as a person does who types the secret into an app."""
    import re
    from time import time

    from sozialraum.web.accounts.signing import codes

    address = "/intern/konto/zweiter-faktor/"
    shown = re.search(r"<code>([A-Z2-7 ]+)</code>", client.get(address).content.decode())
    code = codes.code(shown[1].replace(" ", ""), int(time()) // codes.STEP) if shown else ""
    return send(client, address, {"code": code, **values})


def code_of(account: Any) -> str:
    """What the person's app shows now, or in the next half minute where the code of now is used up."""
    from time import time

    from sozialraum.web.accounts.signing import codes, factor

    account.refresh_from_db()
    return codes.code(factor.readable(account.second), max(int(time()) // codes.STEP, account.step + 1))


def work_off() -> Any:
    """Does every waiting job in this process, as the process of a job does; the newest job."""
    from sozialraum.web.desk.jobs.working import run
    from sozialraum.web.desk.models import RUNNING, WAITING, Job

    for job in Job.objects.filter(state=WAITING):
        job.move(to=RUNNING, since=(WAITING,), attempts=1)
        run(job)
    newest = Job.objects.first()
    assert newest is not None
    return newest
