"""Administration: accounts, roles and bounds, the log, and what attackers try."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.web.people import PASSWORD, browser, make_person, send
from tests.web.routes import routes

pytestmark = pytest.mark.usefixtures("house")
PEOPLE, LOG = "/intern/personen/", "/intern/protokoll/"
NEW = {"login": "neu@example.invalid", "name": "Platzhalter Neu", "role": "planner", "field": "", "area": ""}


@pytest.fixture
def administrator() -> Any:
    return make_person("administrator")


def entries(**chosen: Any) -> list[tuple[str, str, str]]:
    from sozialraum.web.accounts.models import Entry

    return [(one.act, one.about, one.outcome) for one in Entry.objects.filter(**chosen).order_by("pk")]


def roles(login: str) -> list[tuple[str, list[str], list[str]]]:
    from sozialraum.web.accounts.models import Account

    return [(one.role, one.fields, one.areas) for one in Account.objects.get(login=login).grants.all()]


def test_a_new_person_comes_in_by_the_link(administrator: Any) -> None:
    shown = send(browser(administrator), PEOPLE, NEW).content.decode()
    link = re.search(r"http://testserver(/intern/einladung/[\w-]+/)", shown)
    assert link
    client = browser()
    assert send(client, link[1], {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert roles(NEW["login"]) == [("planner", [], [])]
    assert ("made an account", NEW["login"], "done") in entries()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"role": "king"}, "Es gibt keine Rolle"),
        ({"role": ""}, "Es gibt keine Rolle"),
        ({"role": "commune"}, "braucht mindestens ein eigenes Gebiet"),
        ({"role": "commune", "area": "district:99"}, "Es gibt kein Gebiet"),
        ({"role": "sector-planner"}, "braucht mindestens ein Handlungsfeld"),
        ({"role": "sector-planner", "field": "magic"}, "Es gibt kein Handlungsfeld"),
        ({"login": ""}, "Name und Anmeldename haben"),
        ({"login": "x" * 151}, "Name und Anmeldename haben"),
        ({"name": "x" * 151}, "Name und Anmeldename haben"),
        ({"name": "x\x01y"}, "Name und Anmeldename haben"),
        ({"name": "x\0y"}, "Nummer 0"),
    ],
)
def test_an_account_that_means_nothing_is_not_made(administrator: Any, wrong: dict[str, str], said: str) -> None:
    from sozialraum.web.accounts.models import Account

    answer = send(browser(administrator), PEOPLE, {**NEW, **wrong})
    assert (answer.status_code, Account.objects.count()) == (400, 1)
    assert said in answer.content.decode()


def test_a_sign_in_name_is_given_once(administrator: Any) -> None:
    client = browser(administrator)
    send(client, PEOPLE, NEW)
    again = send(client, PEOPLE, {**NEW, "login": NEW["login"].upper()})
    assert "ist vergeben" in again.content.decode()


def test_roles_are_given_and_taken(administrator: Any) -> None:
    client, person = browser(administrator), make_person("reader")
    page = f"{PEOPLE}{person.pk}/"
    send(client, f"{page}rolle/", {"role": "commune", "area": "district:01"}, page=page)
    assert roles(person.login) == [("reader", [], []), ("commune", [], ["district:01"])]
    first = person.grants.first().pk
    send(client, f"{page}rolle/{first}/", page=page)
    assert roles(person.login) == [("commune", [], ["district:01"])]


def test_a_role_of_another_person_cannot_be_taken_by_its_number(administrator: Any) -> None:
    person, other = make_person("reader"), make_person("planner")
    page = f"{PEOPLE}{person.pk}/"
    send(browser(administrator), f"{page}rolle/{other.grants.first().pk}/", page=page)
    assert roles(other.login) == [("planner", [], [])]


def test_someone_always_administers(administrator: Any) -> None:
    client, page = browser(administrator), f"{PEOPLE}{administrator.pk}/"
    role = administrator.grants.first().pk
    assert send(client, f"{page}rolle/{role}/", page=page).status_code == 400
    closed = send(client, f"{page}konto/", page=page)
    assert (closed.status_code, client.get(PEOPLE).status_code) == (400, 200)
    make_person("administrator")
    assert send(client, f"{page}rolle/{role}/", page=page).status_code == 302


def test_taking_the_second_factor_ends_the_sessions(administrator: Any) -> None:
    person = make_person("reader")
    person.second = "x"
    person.save()
    theirs, page = browser(person), f"{PEOPLE}{person.pk}/"
    assert theirs.get("/intern/").status_code == 200
    send(browser(administrator), f"{page}faktor/", page=page)
    assert theirs.get("/intern/").status_code == 302


def test_the_log_says_who_saw_and_did_what(administrator: Any) -> None:
    planner = make_person("planner")
    browser(planner).get(PEOPLE)
    client = browser(administrator)
    client.get(PEOPLE)
    assert entries(account=planner) == [("refused", PEOPLE, "refused")]
    assert entries(account=administrator) == [("saw", PEOPLE, "done")]
    shown = client.get(f"{LOG}?person={planner.pk}").content.decode()
    assert shown.count("<tr>") == 2
    assert "zurückgewiesen" in shown


@pytest.mark.parametrize("act", ["update", "delete"])
def test_no_line_of_the_log_can_be_changed(act: str) -> None:
    from django.db import DatabaseError, transaction

    from sozialraum.web.accounts.models import Entry

    Entry.objects.create(act="saw")
    lines = Entry.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        lines.update(act="did") if act == "update" else lines.delete()
    assert entries() == [("saw", "", "done")]


def test_the_log_goes_on_to_older_lines(administrator: Any) -> None:
    from sozialraum.web.accounts.models import Entry

    Entry.objects.bulk_create(Entry(act="saw", about=f"line {number}") for number in range(130))
    client = browser(administrator)
    first = client.get(LOG).content.decode()
    older = re.search(r'href="\?before=(\d+)"', first)
    assert older
    second = client.get(f"{LOG}?before={older[1]}").content.decode()
    assert (first.count("line "), second.count("line ")) == (100, 30)


def counted(act: Callable[[], Any]) -> int:
    from django.db import connection

    asked: list[str] = []
    with connection.execute_wrapper(lambda execute, sql, *rest: asked.append(sql) or execute(sql, *rest)):
        assert act().status_code == 200
    return len(asked)


@pytest.mark.parametrize("page", [PEOPLE, LOG, "/intern/", "/intern/konto/"])
def test_long_lists_ask_no_more_than_short_ones(administrator: Any, page: str) -> None:
    client = browser(administrator)
    client.get(page)
    one = counted(lambda: client.get(page))
    for _ in range(2):
        make_person("commune", fields=["education"])
    client.get(LOG)
    assert counted(lambda: client.get(page)) == one


@pytest.mark.parametrize(
    "evil", ["' OR '1'='1", "1; DROP TABLE accounts_account;--", "%00", "\0", "1 UNION SELECT 1", "9" * 40, "-1", "²"]
)
def test_no_parameter_reaches_the_database_as_a_command(administrator: Any, evil: str) -> None:
    from sozialraum.web.accounts.models import Account

    client = browser(administrator)
    for address in (f"{LOG}?person=", f"{LOG}?before=", "/intern/anmelden/?next="):
        assert client.get(address + evil).status_code == 200
    for address in (f"{PEOPLE}{evil}/", f"/intern/einladung/{evil}/"):
        assert client.get(address).status_code in (400, 404)
    for name in NEW:
        assert send(client, PEOPLE, {**NEW, "login": f"x{len(evil)}", name: evil}).status_code in (200, 400)
    assert send(browser(), "/intern/anmelden/", {"login": evil, "password": evil}).status_code == 403
    assert Account.objects.filter(pk=administrator.pk).exists()


@pytest.mark.parametrize("trick", ["../", "..%2f", "%2e%2e/", "....//", "/etc/passwd", "..\\", "%252e%252e%252f"])
def test_tricks_with_paths_lead_nowhere(house: Path, administrator: Any, trick: str) -> None:
    client = browser(administrator)
    secret = (house / "sozialraum.toml").read_text()
    for start in ("/intern/", PEOPLE, "/intern/einladung/", "/gebiete/", "/kennzahlen/", "/static/", "/berichte/"):
        answer = client.get(f"{start}{trick}sozialraum.toml")
        assert answer.status_code in (302, 400, 404)
        assert secret not in answer.content.decode(errors="replace")


def test_names_with_markup_are_only_text(administrator: Any) -> None:
    evil = "<script>alert(1)</script>"
    person = make_person("reader")
    person.name = evil
    person.save()
    client = browser(administrator)
    for address in (PEOPLE, f"{PEOPLE}{person.pk}/", LOG):
        assert evil not in client.get(address).content.decode()
    assert evil not in browser(person).get("/intern/").content.decode()


def test_every_form_needs_its_token(administrator: Any) -> None:
    client = browser(administrator)
    staff = [address for name, (address, _) in routes().items() if name.startswith("staff-")]
    answers = [client.post(address) for address in staff if "einladung" not in address and "invitation" not in address]
    assert {one.status_code for one in answers} <= {403, 405}
    assert client.get(PEOPLE).status_code == 200


def test_staff_pages_are_kept_nowhere_and_carry_the_word_internal(administrator: Any) -> None:
    page = browser(administrator).get(PEOPLE)
    assert page.headers["Cache-Control"] == "no-store"
    assert "Cookie" in page.headers["Vary"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert '<p class="release internal"><span><strong>Intern.</strong>' in page.content.decode()


@pytest.mark.usefixtures("house")
def test_whoever_is_sent_to_the_sign_in_has_seen_nothing() -> None:
    """Neither nobody nor a person without a second factor gets further: the log does not say that they saw the page."""
    from tests.web.people import sign_in

    assert browser().get(PEOPLE).status_code == 302
    halfway = make_person("administrator")
    client = browser()
    sign_in(client, halfway)
    session = client.session
    session["factor"] = False
    session.save()
    assert client.get(PEOPLE).headers["Location"] == "/intern/konto/zweiter-faktor/"
    assert entries() == []
