"""The second factor, the brakes on guessing, and what ends a session."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from tests.web.people import PASSWORD, browser, code_of, make_person, send, set_up_factor

pytestmark = pytest.mark.usefixtures("house")
SIGN_IN, CODE, OWN = "/intern/anmelden/", "/intern/anmelden/code/", "/intern/konto/"
SECRET = base64.b32encode(b"12345678901234567890").decode()
PUBLISHED = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
"""Seconds and the last six digits of the codes in RFC 6238, appendix B (SHA-1)."""


@pytest.fixture
def person() -> Any:
    """A planner with the second factor set up."""
    made = make_person("planner")
    set_up_factor(browser(made))
    made.refresh_from_db()
    return made


def enter(client: Any, person: Any, password: str = PASSWORD) -> Any:
    return send(client, SIGN_IN, {"login": person.login, "password": password})


@pytest.mark.parametrize(("seconds", "code"), PUBLISHED.items())
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    from sozialraum.web.accounts.signing import codes

    assert codes.code(SECRET, seconds // 30) == code


def test_the_password_alone_opens_nothing(person: Any) -> None:
    client = browser()
    assert enter(client, person).headers["Location"] == CODE
    assert client.get("/intern/").status_code == 302
    assert send(client, CODE, {"code": "000000"}).status_code == 403
    assert send(client, CODE, {"code": code_of(person)}).headers["Location"] == "/intern/"
    assert client.get("/intern/").status_code == 200


def test_a_code_works_once(person: Any) -> None:
    code = code_of(person)
    for status in (302, 403):
        client = browser()
        enter(client, person)
        assert send(client, CODE, {"code": code}).status_code == status


def test_a_recovery_code_works_once() -> None:
    person = make_person("planner")
    shown = set_up_factor(browser(person)).content.decode()
    codes = re.findall(r"<code>([0-9a-f-]{19})</code>", shown)
    assert len(set(codes)) == 10
    for typed, status in ((codes[3].upper(), 302), (codes[3], 403), (codes[4].replace("-", " "), 302)):
        client = browser()
        enter(client, person)
        assert send(client, CODE, {"code": typed}).status_code == status
    person.refresh_from_db()
    assert len(person.codes) == 8


def test_a_copy_of_the_database_alone_tells_no_secret(person: Any) -> None:
    from sozialraum.web.accounts.signing import factor

    assert factor.readable(person.second) not in person.second
    assert "-" not in "".join(person.codes)


def test_after_five_wrong_passwords_the_right_one_waits(person: Any) -> None:
    for _ in range(5):
        assert enter(browser(), person, "falsch").status_code == 403
    locked = enter(browser(), person)
    assert locked.status_code == 429
    assert "Warten Sie eine Viertelstunde" in locked.content.decode()


def test_the_wait_ends(person: Any) -> None:
    from datetime import timedelta

    from django.db.models import F

    from sozialraum.web.accounts.models import Attempt

    for _ in range(6):
        enter(browser(), person, "falsch")
    Attempt.objects.update(at=F("at") - timedelta(minutes=16))
    assert enter(browser(), person).status_code == 302


def test_codes_cannot_be_guessed_either(person: Any) -> None:
    client = browser()
    enter(client, person)
    statuses = [send(client, CODE, {"code": f"{number:06d}"}).status_code for number in range(6)]
    assert statuses == [403] * 5 + [429]
    assert send(client, CODE, {"code": code_of(person)}).status_code == 429


def test_one_address_cannot_try_many_accounts() -> None:
    statuses = {
        send(browser(), SIGN_IN, {"login": f"niemand-{number}", "password": "falsch"}).status_code
        for number in range(50)
    }
    last = send(browser(), SIGN_IN, {"login": "niemand-50", "password": "falsch"}).status_code
    assert (statuses, last) == ({403}, 429)


@pytest.mark.parametrize(("idle", "altogether"), [(30 * 60 + 1, 30 * 60 + 1), (60, 10 * 3600 + 1)])
def test_a_session_ends(person: Any, idle: int, altogether: int) -> None:
    from sozialraum.web.accounts.signing import sessions

    client, clock = browser(person), sessions.time
    assert client.get("/intern/").status_code == 200
    session = client.session
    session["seen"], session["began"] = int(clock()) - idle, int(clock()) - altogether
    session.save()
    ended = client.get("/intern/")
    assert ended.headers["Location"] == f"{SIGN_IN}?next=%2Fintern%2F&ended=1"
    assert "Ihre Sitzung ist beendet." in client.get(ended.headers["Location"]).content.decode()


def test_reading_keeps_a_session_alive_within_its_day(person: Any) -> None:
    client = browser(person)
    session = client.session
    session["seen"] -= 1000
    session.save()
    client.get("/intern/")
    assert client.session["seen"] > session["seen"]


def test_a_session_does_not_work_in_another_browser(person: Any) -> None:
    client, thief = browser(person), browser()
    thief.cookies = client.cookies
    assert thief.get("/intern/", headers={"user-agent": "Anders"}).status_code == 302
    assert client.get("/intern/").status_code == 302  # and the stolen one is gone for good


def test_a_new_password_ends_all_other_sessions(person: Any) -> None:
    here, elsewhere = browser(person), browser(person)
    new = {"old": PASSWORD, "password": "Neun Amseln am Fenster", "again": "Neun Amseln am Fenster"}
    assert send(here, OWN, {**new, "old": "falsch"}).status_code == 400
    assert send(here, OWN, new).status_code == 200
    assert [one.get("/intern/").status_code for one in (here, elsewhere)] == [200, 302]


@pytest.mark.parametrize("password", ["kurz", "password1234", "aaaaaaaaaaaaaaaa", "planner-x Platzhalter"])
def test_weak_passwords_are_refused_with_a_reason(person: Any, password: str) -> None:
    answer = send(browser(person), OWN, {"old": PASSWORD, "password": password, "again": password})
    assert (answer.status_code, answer.content.decode().count('role="alert"')) == (400, 1)


def test_a_closed_account_ends_at_once(person: Any) -> None:
    from sozialraum.web.accounts.administration.administering import set_active

    client = browser(person)
    set_active(person, active=False)
    assert client.get("/intern/").status_code == 302
    assert enter(browser(), person).status_code == 403


def test_a_link_for_a_new_password_leaves_the_second_factor(person: Any) -> None:
    from sozialraum.web.accounts.signing.invitations import invite

    client, old = browser(), browser(person)
    address = f"/intern/einladung/{invite(person)}/"
    told = {"password": "Neun Amseln am Fenster", "again": "Neun Amseln am Fenster"}
    assert send(client, address, told).headers["Location"] == CODE
    assert [one.get("/intern/").status_code for one in (client, old)] == [302, 302]
    assert send(client, CODE, {"code": code_of(person)}).headers["Location"] == "/intern/"


def test_another_device_needs_the_password(person: Any) -> None:
    client = browser(person)
    kept = person.second
    assert set_up_factor(client, old="falsch").status_code == 400
    person.refresh_from_db()
    assert person.second == kept
    assert set_up_factor(client, old=PASSWORD).status_code == 200
    person.refresh_from_db()
    assert person.second != kept


def test_passwords_are_kept_by_a_slow_function() -> None:
    from django.test.utils import override_settings

    from sozialraum.web.server import settings

    with override_settings(PASSWORD_HASHERS=settings.PASSWORD_HASHERS):
        made = make_person("reader")
        assert made.password.startswith("scrypt$")
        assert made.check_password(PASSWORD)


def test_the_whole_picture_of_the_secret_can_be_scanned() -> None:
    """Drawn at any size, nothing of it is cut off: all three corners that a camera looks for are inside."""
    client = browser(make_person("planner"))
    page = client.get(f"{OWN}zweiter-faktor/").content.decode()
    across, down = re.findall(r'<svg[^>]*viewBox="0 0 (\d+) (\d+)"', page)[0]
    assert across == down
    assert re.findall(r"<svg[^>]*\swidth=", page.partition('class="code-picture"')[2].partition("</svg>")[0]) == []
