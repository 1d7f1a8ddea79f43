"""What signed-in people may send: odd values in every field of every page, withdrawn releases, pages left open."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from itertools import cycle
from pathlib import Path
from time import time
from typing import Any

import pytest

from tests.web.desk.test_desk import RELEASES, prepared
from tests.web.people import browser, make_person, send, work_off
from tests.web.routes import routes

NAMES = (
    "indicator", "period", "level", "from", "person", "before", "next", "kept", "name", "login", "role", "field", "area",
    "source", "id", "table", "measure", "act", "raw", "note", "title", "totals", "indicators", "periods", "release",
    "report", "reason", "delivery", "looked", "rule", "code", "old", "password", "again", "back", "s:id", "v:numerator/where",
)  # fmt: skip
ODD = ("' OR 1=1; DROP TABLE accounts_account;--", "../../workbench/secret\0", "9" * 30 + "{{7*7}}\ud7ff")


@pytest.fixture
def everything(town: Path) -> Any:  # noqa: ARG001
    """A browser of someone with all roles."""
    from sozialraum.web.accounts.models import Account, Grant

    person = make_person("planner")
    for role in ("statistics-office", "administrator"):
        Grant.objects.create(account=person, role=role)
    return browser(Account.objects.get(pk=person.pk))


def test_no_value_in_any_field_breaks_a_page_or_reaches_the_database(town: Path, everything: Any) -> None:
    from sozialraum.web.accounts.models import Account

    prepared(everything)
    (town / "workbench").mkdir(exist_ok=True)
    (town / "workbench" / "secret").write_text("streng-geheim", encoding="ascii")
    wrong = []
    own = [f"{RELEASES}bericht/1/{end}" for end in ("", "freigeben/", "ablehnen/", "protokoll/")]
    listed = [address for name, (address, _) in routes().items() if name.startswith("staff-de:")]
    everything.handler.enforce_csrf_checks = False
    addresses = [*own, *(one for one in listed if "abmelden" not in one and "einladung" not in one)]
    looked = dict(zip(NAMES, cycle(ODD), strict=False))
    sent = dict(zip(NAMES, cycle(one for one in ODD if "\0" not in one), strict=False))  # with it no form gets this far
    for address in addresses:
        answers = everything.get(address, looked), everything.post(address, sent)
        if any(one.status_code >= 500 or b"streng-geheim" in one.getvalue() for one in answers):
            wrong.append(address)
    assert wrong == []
    assert (Account.objects.count(), everything.get("/intern/").status_code) == (1, 200)


@pytest.mark.parametrize(
    "trick", ["../bericht", "..%2fbericht", "bericht%00", "bericht/../bericht", "%2e%2e", "1;drop"]
)
def test_a_draft_is_found_by_its_name_only(town: Path, trick: str) -> None:  # noqa: ARG001
    client = browser(make_person("planner"))
    prepared(client)
    for end in ("1/", "1/protokoll/", "../1/", "9999999999999999999999/"):
        assert client.get(f"{RELEASES}{trick}/{end}").status_code in (302, 400, 404)


def test_no_report_is_written_of_a_withdrawn_release(town: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    found = open_workspace(town)
    found.release_planned("bericht", by="x")
    client = browser(make_person("statistics-office"))
    told = {"release": "bericht-1", "report": "social-report"}
    assert send(client, f"{RELEASES}bericht/", told, page=RELEASES).status_code == 302
    found.withdraw("bericht", 1, by="y", reason="falsches Jahr")
    job = work_off()  # ordered before, done after the withdrawal
    assert (job.state, "zurückgezogen: falsches Jahr" in job.told["de"]) == ("failed", True)
    assert send(client, f"{RELEASES}bericht/", told, page=RELEASES).status_code == 400
    assert not list((town / "workbench").rglob("*.pdf"))


def test_a_report_written_before_the_withdrawal_goes_no_further(town: Path) -> None:
    from sozialraum.web.desk.jobs.kinds import report_file
    from sozialraum.web.desk.models import DONE, Job
    from sozialraum.workspace import open as open_workspace

    found, person = open_workspace(town), make_person("statistics-office")
    found.release_planned("bericht", by="x")
    told = {"release": "bericht-1", "report": "social-report"}
    job = Job.objects.create(kind="report", login=person.login, name=person.name, state=DONE, arguments=told)
    report_file(job).parent.mkdir(parents=True)
    report_file(job).write_bytes(b"%PDF")
    address = f"/intern/auftraege/{job.pk}/datei/"
    assert browser(person).get(address).getvalue() == b"%PDF"
    found.withdraw("bericht", 1, by="y", reason="falsches Jahr")
    assert browser(person).get(address).status_code == 404


def seen(person: Any) -> int:
    """When the session of that person was last used."""
    from django.contrib.sessions.models import Session

    held = [one.get_decoded() for one in Session.objects.all()]
    return next(int(one["seen"]) for one in held if one.get("account") == person.pk)


def aged(person: Any, seconds: int) -> None:
    """As if the person had asked for nothing since."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    for one in Session.objects.all():
        if one.get_decoded().get("account") == person.pk:
            store = SessionStore(one.session_key)
            store["seen"] = int(time()) - seconds
            store.save()


def test_a_page_left_open_keeps_no_session_alive(town: Path) -> None:  # noqa: ARG001
    from sozialraum.web.desk.models import Job

    person = make_person("planner")
    client = browser(person)
    prepared(client)
    state = f"/intern/auftraege/{Job.objects.get().pk}/stand/"
    aged(person, 1200)
    before = seen(person)
    assert client.get(state).status_code == 200
    assert seen(person) == before
    aged(person, 1801)
    assert client.get(state).status_code == 302
    again = browser(person)
    aged(person, 1200)
    assert again.get("/intern/auftraege/").status_code == 200
    assert time() - seen(person) < 60


def test_a_database_that_goes_away_leaves_no_process_that_does_a_job_beside_the_next_attempt(
    town: Path,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The job is begun again when the database is back; two processes would prepare two drafts."""
    from django.db import OperationalError, connection

    from sozialraum.web.desk.jobs import watching
    from sozialraum.web.desk.jobs.orders import order
    from sozialraum.web.desk.models import Job

    begun = list[subprocess.Popen[bytes]]()

    def start(_: Any) -> subprocess.Popen[bytes]:
        begun.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdin=subprocess.PIPE))
        return begun[0]

    def gone(execute: Any, sql: str, *told: Any) -> Any:
        if sql.startswith('UPDATE "desk_job" SET "beat" = ') and begun:
            raise OperationalError
        return execute(sql, *told)

    order("prepare", "", {"release": "bericht"}, make_person("planner"))
    monkeypatch.setattr(watching, "_start", start)
    with connection.execute_wrapper(gone), pytest.raises(OperationalError):
        watching.watch(Job.objects.get())
    assert begun[0].poll() == -signal.SIGKILL


def test_work_that_is_done_has_not_failed_when_the_database_says_no_behind_it(town: Path) -> None:
    from django.db import OperationalError, connection

    from sozialraum.web.desk.jobs.orders import order
    from sozialraum.workspace import open as open_workspace

    refused = list[str]()

    def once(execute: Any, sql: str, *told: Any) -> Any:
        if 'FROM "accounts_entry"' in sql and not refused:
            refused.append(sql)
            raise OperationalError
        return execute(sql, *told)

    open_workspace(town).prepare("bericht", by="x")
    order("approve", "", {"name": "bericht", "number": 1}, make_person("statistics-office"))
    with connection.execute_wrapper(once):
        job = work_off()
    assert (len(refused), job.state, job.result) == (1, "done", {"release": "bericht-1"})
    assert open_workspace(town).releases == {"bericht": [1]}


def test_an_order_that_cannot_be_noted_is_none(town: Path) -> None:  # noqa: ARG001
    """Else the job would run although the person was told that the database said no."""
    from django.db import OperationalError, connection
    from django_tasks_db.models import DBTaskResult

    from sozialraum.web.desk.models import Job

    def silent(execute: Any, sql: str, *told: Any) -> Any:
        if sql.startswith('INSERT INTO "accounts_entry"'):
            raise OperationalError
        return execute(sql, *told)

    client = browser(make_person("planner"))
    client.handler.enforce_csrf_checks = False
    with connection.execute_wrapper(silent):
        answer = client.post(f"{RELEASES}vorbereiten/", {"release": "bericht"})
    assert (answer.status_code, Job.objects.count(), DBTaskResult.objects.count()) == (503, 0, 0)
    assert "Sehen Sie auf seiner Seite nach, bevor Sie ihn wiederholen." in answer.content.decode()


def test_a_full_disk_of_the_database_is_called_so(town: Path, everything: Any) -> None:
    from django.db import OperationalError, connection

    def full(_execute: Any, sql: str, *_told: Any) -> Any:
        try:
            with closing(sqlite3.connect(town / "full.sqlite3")) as held:
                held.execute("PRAGMA max_page_count = 1")
                held.execute("CREATE TABLE one (a)")
        except sqlite3.OperationalError as error:
            raise OperationalError(sql) from error

    with connection.execute_wrapper(full):
        answer = everything.get("/intern/")
    assert answer.status_code == 503
    assert "Der Datenträger der Kontendatenbank ist voll." in answer.content.decode()
