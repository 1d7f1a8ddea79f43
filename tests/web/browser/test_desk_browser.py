"""The desk in a real browser and with real processes: journeys, keyboard, narrow screens, and what a sudden end leaves."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from sozialraum.workspace import open as open_workspace
from tests.web.entered import enter, opened
from tests.web.serving import Served, served
from tests.workspace.town import CHILDREN, KEYS, deliver, make_town, rows

PLANNER, OFFICE = ("petra@example.invalid", "planner"), ("stefan@example.invalid", "statistics-office")
MESSY = "Einwohner der Stadt;;;;\n" + rows(year="2025").replace(";2025;12;", ";2025;-;").replace("\n0", "\n")
PATIENCE = 60_000


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path, dict[str, str]]]:
    """A served town with a planner and a statistics office."""
    folder = make_town(tmp_path_factory.mktemp("town") / "kleinstadt").folder
    open_workspace(folder).prepare("bericht", by="paul@example.invalid")
    with served(folder) as site:
        yield site, folder, {role: enter(folder, login, role) for login, role in (PLANNER, OFFICE)}


@pytest.fixture
def people(browser: Any, desk: Any) -> Iterator[dict[str, Any]]:
    """A page of each of the two, signed in; `complaints` are what the browser objects to."""
    site, _, sessions = desk
    contexts = {
        role: opened(browser, site.address, one, viewport={"width": 1280, "height": 900})
        for role, one in sessions.items()
    }
    pages = {role: one.new_page() for role, one in contexts.items()}
    for page in pages.values():
        page.complaints = []
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda one, page=page: page.complaints.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda one, page=page: page.complaints.append(str(one)))
    yield pages
    for context in contexts.values():
        context.close()


def test_a_messy_file_becomes_a_release_on_the_map(people: dict[str, Any], desk: Any) -> None:
    site, folder, _ = desk
    planner, office = people["planner"], people["statistics-office"]
    planner.goto(f"{site.address}/intern/lieferungen/")
    file = folder.parent / "einwohner_stadt.csv"
    file.write_text(MESSY, encoding="cp1252")
    planner.get_by_label("Datei hier ablegen oder auswählen").set_input_files(file)
    planner.get_by_role("button", name="Datei senden und ansehen").click()
    planner.get_by_role("heading", name="Was erkannt wurde").wait_for()
    planner.get_by_label("Wie die Quelle heißt").fill("Einwohner der Stadt")
    planner.get_by_label("Wer liefert").fill("Meldebehörde")
    planner.get_by_label("Nutzungsbedingungen (Lizenz)").fill("dl-de/by-2-0")
    planner.get_by_label("Art des Wohnsitzes").select_option("main")
    planner.get_by_role("button", name="Zuordnung übernehmen und jede Zeile prüfen").click()
    planner.get_by_role("heading", name="Was im Weg steht").wait_for()
    planner.get_by_role("button", name="Zuordnung berichtigen").click()
    planner.get_by_label("„-“ bedeutet").select_option("zero")
    planner.get_by_role("button", name="Zuordnung übernehmen und jede Zeile prüfen").click()
    planner.get_by_role("button", name="Lieferung speichern").wait_for()
    for box in planner.get_by_role("checkbox").all():
        box.check()
    planner.get_by_role("button", name="Lieferung speichern").click()
    planner.get_by_text("Gespeichert als einwohner_stadt/").wait_for()
    planner.goto(f"{site.address}/intern/freigaben/")
    planner.get_by_text("Andere Zahlen auswählen").click()
    planner.get_by_label("Kurzname (Teil der Adresse)").fill("jung")
    planner.get_by_label("Anteil unter 18-Jährige").check()
    planner.get_by_label("2025", exact=True).check()
    planner.get_by_role("button", name="Auswahl speichern").click()
    planner.get_by_label("Was freigegeben werden soll").select_option("jung")
    planner.get_by_role("button", name="Vorbereiten und ansehen").click()
    planner.get_by_role("link", name="Weiter").click()
    planner.get_by_text("Sie haben vorbereitet; freigeben muss die Statistikstelle").wait_for()
    office.goto(planner.url)
    button = office.get_by_role("button", name="Freigeben")
    expect(button).to_be_disabled()
    expect(office.locator(".rail")).to_contain_text("Offene Bestätigungen: 2")
    office.get_by_label("Ich habe die Karte und das Beispiel angesehen.").check()
    expect(office.locator(".rail")).to_contain_text("Offene Bestätigungen: 1")
    expect(button).to_be_disabled()
    office.get_by_label("ist für diese Daten richtig").check()
    button.click()
    office.get_by_role("link", name="Weiter").click()
    office.get_by_text("freigegeben", exact=True).first.wait_for()
    office.goto(f"{site.address}/karte/?indicator=share_under_18")
    expect(office.locator("h1")).to_have_text("Unter 18-Jährige, Ende 2025")
    assert planner.complaints == office.complaints == []


def test_a_file_that_is_refused_leads_to_what_is_wrong(people: dict[str, Any], desk: Any) -> None:
    site, folder, _ = desk
    planner = people["planner"]
    planner.goto(f"{site.address}/intern/lieferungen/")
    file = folder.parent / "klein.csv"
    file.write_text(rows(year="2026"), encoding="utf-8")
    button = planner.get_by_role("button", name="Datei senden und ansehen")
    for _ in range(2):  # also when the page has changed without being loaded anew
        planner.evaluate("document.querySelector('#source').options[0].value = 'fort'")
        planner.get_by_label("Datei hier ablegen oder auswählen").set_input_files(file)
        button.click()
        planner.locator(".faults:focus").wait_for()
        expect(planner).to_have_title(re.compile("^Fehler: Lieferungen"))
        expect(planner.locator(".faults")).to_contain_text("Wählen Sie eine Quelle.")
        planner.evaluate("document.activeElement.blur()")
    planner.complaints.clear()  # the browser notes the refusals


def test_the_office_refuses_with_the_keyboard_only(people: dict[str, Any], desk: Any) -> None:
    site, folder, _ = desk
    office = people["statistics-office"]
    office.goto(f"{site.address}/intern/freigaben/bericht/1/")
    office.locator(".refusal summary").focus()
    office.keyboard.press("Enter")
    office.keyboard.press("Tab")
    office.keyboard.type("Mindestfallzahl 5 vereinbart")
    office.keyboard.press("Tab")
    office.keyboard.press("Enter")
    office.get_by_text("zurückgewiesen", exact=True).first.wait_for()
    (refused,) = open_workspace(folder).drafts("bericht")
    assert refused.decision is not None
    assert (refused.state, refused.decision.reason) == ("refused", "Mindestfallzahl 5 vereinbart")


def test_a_commune_sees_its_own_areas_and_not_its_neighbours(browser: Any, desk: Any) -> None:
    site, folder, _ = desk
    session = enter(folder, "nora@example.invalid", "commune")  # of the district 01
    with closing(opened(browser, site.address, session, viewport={"width": 1280, "height": 900})) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{site.address}/intern/")
        page.get_by_role("navigation").get_by_role("link", name="Interne Zahlen").click()
        page.get_by_label("Kennzahl").select_option("share_under_18")
        page.get_by_label("Zeitpunkt").select_option("2024")
        page.get_by_role("button", name="Anzeigen").click()
        page.get_by_text("4 von 12 Gebieten sind Ihre.").wait_for()
        expect(page.locator("tbody tr")).to_have_count(len(KEYS))
        told = {row.split("\t")[0]: row.split("\t")[1] for row in page.locator("tbody tr").all_inner_texts()}
        heads = page.locator("thead th").all_inner_texts()
        deliveries = page.request.get(f"{site.address}/intern/lieferungen/")
    expected = {f"Gebiet {key}": "nicht Ihr Gebiet" for key in KEYS[4:]}
    for at, key in enumerate(KEYS[:4]):
        share = 100 * CHILDREN[at] / (CHILDREN[at] + 90 + 7 * at + 40 + 3 * at)
        expected[f"Gebiet {key}"] = f"{share:.1f}".replace(".", ",")
    assert (heads[1:], told) == (["Intern, vollständig %", "Freigegeben %"], expected)
    assert deliveries.status == 403


def test_the_example_follows_the_typing_and_the_focus_stays(people: dict[str, Any], desk: Any) -> None:
    site, _, _ = desk
    page = people["planner"]
    page.goto(f"{site.address}/intern/definitionen/indicator/")
    told = page.locator("[data-told]")
    result = page.locator("[name='s:example/0/result']")
    result.fill("area | period | value\nA | 2024 | 21.0")
    told.get_by_text("die vom erwarteten abweichen: 1.").wait_for()
    expect(result).to_be_focused()
    page.get_by_label("Einheit").select_option("percent")
    result.fill("area | period | value\nA | 2024 | 20.0")
    told.get_by_text("Gerechnet; alles stimmt.").wait_for()
    page.locator("[name='v:numerator/where']").fill("{ age = ")
    told.get_by_text("Felder, die noch nicht passen: 1.").wait_for()
    expect(page.locator("[data-computed] a")).to_have_attribute("href", "#f-numerator-where")
    assert page.complaints == []


def ask(folder: Path, sql: str, *values: Any) -> list[Any]:
    """Looks into the database beside the server."""
    with closing(sqlite3.connect(folder / "workbench" / "workbench.sqlite3", timeout=20)) as held, held:
        return held.execute(sql, values).fetchall()


ORDER = """
import json, sys
from pathlib import Path
from sozialraum.web.accounts.standing import stand
stand(Path(sys.argv[1]))
from sozialraum.web.desk.jobs.orders import order
from tests.web.people import make_person
order(sys.argv[2], "", json.loads(sys.argv[3]), make_person(sys.argv[5], login=sys.argv[4]))
"""


def give(folder: Path, kind: str, who: tuple[str, str] = PLANNER, **arguments: Any) -> None:
    """Orders a job as a page does, in the name of a new account."""
    words = [sys.executable, "-c", ORDER, str(folder), kind, json.dumps(arguments), *who]
    subprocess.run(words, check=True, env=os.environ, capture_output=True)


def worker(folder: Path) -> subprocess.Popen[bytes]:
    """A worker that ends when nothing is left."""
    words = [sys.executable, "-m", "sozialraum", "worker", str(folder), "--once"]
    return subprocess.Popen(words, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def until(condition: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def running(folder: Path) -> bool:
    return bool(ask(folder, "SELECT 1 FROM desk_job WHERE state = 'running' AND step <> ''"))


def whole(folder: Path) -> dict[str, Any]:
    """Everything of the workspace that counts: half-done things carry a name of their own and are never read."""
    found = open_workspace(folder)
    return {"deliveries": len(found.deliveries), "drafts": len(found.drafts()), "releases": found.releases}


def test_a_killed_worker_is_followed_by_one_that_does_the_job_again(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "kleinstadt").folder
    give(folder, "prepare", release="bericht")
    first = worker(folder)
    until(lambda: running(folder))
    first.send_signal(signal.SIGKILL)
    first.wait(60)
    assert whole(folder) == {"deliveries": 1, "drafts": 0, "releases": {}}
    ask(folder, "UPDATE desk_job SET beat = '2020-01-01 00:00:00'")  # as after some seconds without a sign of life
    worker(folder).wait(120)
    assert ask(folder, "SELECT state, attempts FROM desk_job") == [("done", 2)]
    assert whole(folder) == {"deliveries": 1, "drafts": 1, "releases": {}}


def child_of(process: int) -> int:
    """The process that a process has started."""
    return int(Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()[0])


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="/proc is missing: processes cannot be told apart")
def test_a_killed_process_of_a_job_says_failed_and_leaves_nothing(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "kleinstadt").folder
    give(folder, "prepare", release="bericht")
    beside = worker(folder)
    until(lambda: running(folder))
    os.kill(child_of(beside.pid), signal.SIGKILL)
    beside.wait(60)
    ((state, told),) = ask(folder, "SELECT state, told FROM desk_job")
    assert state == "failed"
    assert "Nichts Halbes ist zurückgeblieben" in json.loads(told)["de"]
    assert whole(folder) == {"deliveries": 1, "drafts": 0, "releases": {}}


def test_a_running_job_is_cancelled(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "kleinstadt").folder
    give(folder, "prepare", release="bericht")
    beside = worker(folder)
    until(lambda: running(folder))
    ask(folder, "UPDATE desk_job SET cancel = 1")
    beside.wait(60)
    assert ask(folder, "SELECT state FROM desk_job") == [("cancelled",)]
    assert whole(folder) == {"deliveries": 1, "drafts": 0, "releases": {}}


def test_a_release_written_before_the_end_counts_as_done(tmp_path: Path) -> None:
    """The computer stopped behind the release and before the job said so: nothing is released twice."""
    folder = make_town(tmp_path / "kleinstadt").folder
    found = open_workspace(folder)
    found.prepare("bericht", by="paul@example.invalid")
    give(folder, "approve", OFFICE, name="bericht", number=1)
    found.approve("bericht", 1, by=OFFICE[0])
    ask(folder, "UPDATE desk_job SET state = 'running', attempts = 1, beat = '2020-01-01 00:00:00'")
    worker(folder).wait(120)
    assert ask(folder, "SELECT state, attempts FROM desk_job") == [("done", 2)]
    assert whole(folder)["releases"] == {"bericht": [1]}


def test_a_killed_server_takes_its_worker_along(tmp_path: Path) -> None:
    folder = make_town(tmp_path / "kleinstadt").folder
    deliver(folder.parent, "einwohner_2025.csv", rows([one + 1 for one in CHILDREN], "2025"))
    with served(folder) as site:
        enter(folder, *PLANNER)
        until(lambda: workers(folder))
        site.process.send_signal(signal.SIGKILL)
        site.process.wait(60)
        until(lambda: not workers(folder))
        until(lambda: not answers(site.address))


def answers(address: str) -> bool:
    """Whether anybody listens there."""
    host, port = address.removeprefix("http://").split(":")
    with socket.socket() as tried:
        return tried.connect_ex((host, int(port))) == 0


def workers(folder: Path) -> list[str]:
    """Processes of workers over that folder."""
    found = []
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = one.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"worker" in words and str(folder).encode() in words:
            found.append(one.parent.name)
    return found
