"""Signing in and out, the first account, sessions that hold and that end."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.people import PASSWORD, ROLES, browser, code_of, make_person, send, set_up_factor

pytestmark = pytest.mark.usefixtures("house")
SIGN_IN = "/intern/anmelden/"
CODE = "/intern/anmelden/code/"


def test_whoever_is_not_signed_in_is_sent_to_the_sign_in() -> None:
    answer = browser().get("/intern/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{SIGN_IN}?next=%2Fintern%2F")
    english = browser().get("/en/staff/")
    assert english.headers["Location"] == "/en/staff/sign-in/?next=%2Fen%2Fstaff%2F"


@pytest.mark.parametrize("role", ROLES)
def test_every_role_comes_in(role: str) -> None:
    person = make_person(role)
    client = browser()
    entered = send(client, SIGN_IN, {"login": person.login.upper(), "password": PASSWORD})
    assert (entered.status_code, entered.headers["Location"]) == (302, "/intern/konto/zweiter-faktor/")
    set_up_factor(client)
    page = client.get("/intern/")
    assert page.status_code == 200
    assert person.name in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"


def test_a_wrong_password_tells_nothing_of_the_account() -> None:
    person = make_person("reader")
    answers = [
        send(browser(), SIGN_IN, {"login": login, "password": "falsch"}).content.decode()
        for login in (person.login, "niemand@example.invalid")
    ]
    assert [answer.count("Name oder Passwort ist falsch.") for answer in answers] == [1, 1]


def test_signing_out_ends_the_session_on_the_server() -> None:
    client = browser(make_person("reader"))
    stolen = client.cookies["sozialraum_session"].value
    send(client, "/intern/abmelden/", page="/intern/")
    thief = browser()
    thief.cookies["sozialraum_session"] = stolen
    assert thief.get("/intern/").status_code == 302


def test_a_session_is_begun_anew_at_sign_in() -> None:
    person = make_person("reader")
    client = browser(make_person("reader"))
    planted = client.cookies["sozialraum_session"].value
    send(client, SIGN_IN, {"login": person.login, "password": PASSWORD})
    assert client.cookies["sozialraum_session"].value != planted
    thief = browser()
    thief.cookies["sozialraum_session"] = planted
    assert thief.get("/intern/").status_code == 302


def test_a_form_from_elsewhere_is_refused() -> None:
    person = make_person("reader")
    answer = browser().post(SIGN_IN, {"login": person.login, "password": PASSWORD})
    assert answer.status_code == 403
    assert "Nothing" not in answer.content.decode()


@pytest.mark.parametrize("wanted", ["https://example.invalid/", "//example.invalid/intern/", "/karte/", "javascript:1"])
def test_the_way_onward_stays_behind_the_sign_in(wanted: str) -> None:
    person = make_person("reader")
    client = browser(person)
    set_up_factor(client)
    send(client, "/intern/abmelden/", page="/intern/")
    send(client, SIGN_IN, {"login": person.login, "password": PASSWORD, "next": wanted})
    answer = send(client, CODE, {"code": code_of(person)})
    assert answer.headers["Location"] == "/intern/"


def test_the_first_link_makes_the_administrator_once() -> None:
    from sozialraum.web.accounts.models import Account
    from sozialraum.web.accounts.signing.invitations import invite

    address = f"/intern/einladung/{invite()}/"
    client = browser()
    told = {"login": "Muster@example.invalid", "name": "Platzhalter", "password": PASSWORD, "again": PASSWORD}
    assert send(client, address, {**told, "again": "anders"}).status_code == 400
    assert send(client, address, told).status_code == 302
    made = Account.objects.get()
    assert (made.login, [one.role for one in made.grants.all()]) == ("muster@example.invalid", ["administrator"])
    assert client.get("/intern/").headers["Location"] == "/intern/konto/zweiter-faktor/"
    assert browser().get(address).status_code == 404


def test_public_pages_set_no_cookie_and_ask_no_database(client: Any) -> None:
    from django.db import connection

    asked: list[str] = []
    with connection.execute_wrapper(lambda execute, sql, *rest: asked.append(sql) or execute(sql, *rest)):
        answers = [client.get(address) for address in ("/", "/karte/", "/api/v1/areas", "/health", "/en/")]
    assert [(one.status_code, len(one.cookies)) for one in answers] == [(200, 0)] * 5
    assert asked == []
