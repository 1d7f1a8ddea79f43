"""Sign-in by the service of the house, against a service that really answers and sometimes cheats."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from tests.web.oidc import CLIENT, SECRET, Service, running
from tests.web.people import browser, make_person

pytestmark = pytest.mark.usefixtures("house")
START = "/intern/anmelden/dienst/"


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    with running() as made:
        settings(OIDC={"issuer": made.issuer, "client": CLIENT, "secret": SECRET})
        yield made


def come_back(client: Any, **changed: str) -> Any:
    """Go to the service and back, as a browser does; `changed` replaces a part of the way back."""
    import requests

    there = client.get(START)
    assert there.status_code == 302
    back = requests.get(there.headers["Location"], allow_redirects=False, timeout=60).headers["Location"]
    address, _, query = back.removeprefix("http://testserver").partition("?")
    told = dict(part.split("=") for part in query.split("&"))
    return client.get(address, {**told, **changed})


def vouch(service: Service, account: Any, **more: Any) -> None:
    service.claims = {"sub": "person-1", "email": account.login, "email_verified": True, **more}


def test_a_known_person_comes_in_and_is_known_by_the_services_own_key(service: Service) -> None:
    person = make_person("planner")
    vouch(service, person, email=person.login.upper())
    client = browser()
    entered = come_back(client)
    assert (entered.status_code, entered.headers["Location"]) == (302, "/intern/")
    assert person.name in client.get("/intern/").content.decode()
    person.refresh_from_db()
    assert person.subject == f"{service.issuer}#person-1"
    vouch(service, person, email="anders@example.invalid")
    assert come_back(browser()).headers["Location"] == "/intern/"


def test_an_address_that_now_belongs_to_another_person_opens_nothing(service: Service) -> None:
    person = make_person("planner")
    vouch(service, person)
    come_back(browser())
    vouch(service, person, sub="person-2")
    assert come_back(browser()).status_code == 403


@pytest.mark.parametrize(
    "claims", [{"email": "fremd@example.invalid"}, {"email_verified": False}, {"email_verified": "true"}]
)
def test_nobody_gets_an_account_by_signing_in(service: Service, claims: dict[str, Any]) -> None:
    from sozialraum.web.accounts.models import Account

    vouch(service, make_person("planner"), **claims)
    refused = come_back(browser())
    assert (refused.status_code, Account.objects.count()) == (403, 1)
    assert "Sie haben hier kein Konto." in refused.content.decode()


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"aud": "another", "azp": CLIENT},
        {"iss": "https://example.invalid"},
        {"exp": int(time.time()) - 1000},
    ],
)
def test_a_word_that_is_not_for_this_sign_in_is_refused(service: Service, lie: dict[str, Any]) -> None:
    vouch(service, make_person("planner"), **lie)
    client = browser()
    assert come_back(client).status_code == 403
    assert client.get("/intern/").status_code == 302


def test_a_word_with_anothers_signature_is_refused(service: Service) -> None:
    vouch(service, make_person("planner"))
    service.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert come_back(browser()).status_code == 403


def test_a_way_back_that_this_browser_did_not_begin_is_refused(service: Service) -> None:
    vouch(service, make_person("planner"))
    assert come_back(browser(), state="planted").status_code == 403
    assert browser().get(f"{START}zurueck/", {"code": "x", "state": "y"}).status_code == 403


def test_a_closed_account_stays_closed(service: Service) -> None:
    from sozialraum.web.accounts.administration.administering import set_active

    person = make_person("planner")
    vouch(service, person)
    come_back(browser())
    set_active(person, active=False)
    assert come_back(browser()).status_code == 403


def test_a_service_that_does_not_answer_is_said(settings: Any) -> None:
    settings(OIDC={"issuer": "http://127.0.0.1:9", "client": CLIENT, "secret": SECRET})
    answer = browser().get(START)
    assert answer.status_code == 403
    assert "hat nicht bestätigt" in answer.content.decode()


def test_without_a_service_none_is_offered() -> None:
    assert START not in browser().get("/intern/anmelden/").content.decode()
    assert browser().get(START).status_code == 404
