"""What whoever runs the server sees: health, metrics, log lines, and a database that goes away and comes back."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.web.people import browser, make_person, send

WORD = {"authorization": "Bearer sesam"}


@pytest.fixture
def word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOZIALRAUM_METRICS", "sesam")


@pytest.mark.usefixtures("house", "word")
def test_metrics_count_answers_by_kind_and_tell_of_nobody() -> None:
    client = browser(make_person("reader"))
    for address in ("/gebiete/?q=geheimsuche", "/intern/", "/api/v1/areas", "/nirgendwo"):
        client.get(address)
    text = client.get("/metrics", headers=WORD).content.decode()
    counted = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[0] != "#"}
    for kind, status in (("page", "2xx"), ("staff", "2xx"), ("api", "2xx"), ("other", "4xx")):
        assert counted[f'sozialraum_answers_total{{kind="{kind}",status="{status}"}}'] >= 1
    assert (counted["sozialraum_database_up"], counted["sozialraum_release_shown"]) == (1, 1)
    assert not [one for one in ("geheimsuche", "Platzhalter", "127.0.0.1") if one in text]
    all_pages = counted['sozialraum_answer_seconds_bucket{kind="page",le="+Inf"}']
    assert all_pages == counted['sozialraum_answer_seconds_count{kind="page"}']


@pytest.mark.usefixtures("house", "word")
@pytest.mark.parametrize("sent", ["", "Bearer ", "Bearer falsch", "sesame", "Bearer ä"])
def test_metrics_are_not_public(sent: str) -> None:
    assert browser().get("/metrics", headers={"authorization": sent}).status_code == 404


@pytest.mark.usefixtures("house")
def test_without_a_word_there_are_no_metrics() -> None:
    assert browser().get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_a_line_of_the_log_tells_kind_and_place_of_an_error_and_not_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    from sozialraum.web.server.logs import Lines

    monkeypatch.setenv("SOZIALRAUM_LOG", "json")
    try:
        raise ValueError("Erika Beispiel, geboren 1950")
    except ValueError:
        found = sys.exc_info()
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "Internal Server Error", (), found)
    told = json.loads(Lines().format(record))
    assert (told["level"], told["error"], told["at"].partition(":")[0]) == ("ERROR", "ValueError", "test_operating.py")
    assert "Erika" not in Lines().format(record)
    monkeypatch.delenv("SOZIALRAUM_LOG")
    assert "Erika" not in Lines().format(record)


@pytest.mark.usefixtures("house")
def test_answers_are_logged_by_route_without_search_and_address(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("sozialraum.web.requests")
    logger.addHandler(caplog.handler)
    logger.setLevel(logging.INFO)
    try:
        browser().get("/gebiete/?q=Erika")
    finally:
        logger.removeHandler(caplog.handler)
        logger.setLevel(logging.WARNING)
    assert caplog.messages[0].startswith("GET de:areas 200 ")
    assert "Erika" not in caplog.text


def gone(*_: Any) -> Any:
    from django.db import OperationalError

    raise OperationalError("server closed the connection")


@pytest.mark.usefixtures("house")
def test_a_database_that_goes_away_stops_staff_pages_only_and_they_come_back() -> None:
    from django.db import connection, transaction

    client = browser(make_person("planner"))
    with connection.execute_wrapper(gone):
        public = [client.get(address).status_code for address in ("/", "/karte/", "/gebiete/0101/", "/health")]
        staff = [client.get(address) for address in ("/intern/", "/intern/konto/", "/en/staff/")]
        entrance = send(browser(), "/intern/anmelden/", {"login": "x", "password": "y"})
    assert public == [200] * 4
    assert [one.status_code for one in (*staff, entrance)] == [503] * 4
    assert "Die öffentlichen Seiten laufen weiter" in staff[0].content.decode()
    assert staff[0].headers["Cache-Control"] == "no-store"
    transaction.set_rollback(False)  # the transaction is the test's own
    assert client.get("/intern/").status_code == 200


def test_a_look_into_the_file_tells_whether_tables_are_to_be_made(tmp_path: Path) -> None:
    from sozialraum.web.accounts.database import FILE, FOLDER, ready

    apps = ["django.contrib.sessions", "sozialraum.web.accounts"]
    assert not ready(tmp_path, apps)
    (tmp_path / FOLDER).mkdir()
    with sqlite3.connect(tmp_path / FOLDER / FILE) as held:
        held.execute("CREATE TABLE django_migrations (app, name)")
        held.execute("CREATE TABLE accounts_account (id)")
        held.execute("INSERT INTO accounts_account VALUES (1)")
        held.execute("INSERT INTO django_migrations VALUES ('sessions', '0001_initial')")
        held.commit()
        assert not ready(tmp_path, apps)
        held.execute("INSERT INTO django_migrations VALUES ('accounts', '0001_initial'), ('accounts', '0002_proposal')")
        held.execute("INSERT INTO django_migrations VALUES ('accounts', '0003_house')")
        held.commit()
        assert ready(tmp_path, apps)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", {"ENGINE": "django.db.backends.sqlite3"}),
        (
            "postgresql://work:a%40b@db.example.invalid:6000/bench?sslmode=require",
            {"NAME": "bench", "USER": "work", "PASSWORD": "a@b", "HOST": "db.example.invalid", "PORT": 6000},
        ),
    ],
)
def test_one_setting_names_the_database(address: str, told: dict[str, Any]) -> None:
    from sozialraum.web.accounts.database import database

    made = database(Path("/nowhere"), address)
    assert {name: made[name] for name in told} == told


@pytest.mark.parametrize("address", ["mysql://x/y", "postgresql://host", "postgresql://host:port/name", "text"])
def test_an_address_that_is_none_is_said(address: str) -> None:
    from sozialraum.errors import CallError
    from sozialraum.web.accounts.database import database

    with pytest.raises(CallError):
        database(Path("/nowhere"), address)


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    from sozialraum.web.accounts.database import FOLDER, SECRET, make_secret, secret

    assert secret(tmp_path) != secret(tmp_path)
    make_secret(tmp_path)
    kept = secret(tmp_path)
    make_secret(tmp_path)
    assert secret(tmp_path) == kept
    assert (tmp_path / FOLDER / SECRET).stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path / FOLDER) == [SECRET]


def test_the_workspace_is_read_anew_when_a_declaration_changed(house: Path) -> None:
    from sozialraum.web.accounts import place

    first = place.fresh()
    assert place.fresh() is first
    (house / "release.toml").write_text('[release.x]\nfigures = [{level = "district", indicators = ["sgb2_rate"]}]\n')
    assert place.fresh() is not first
