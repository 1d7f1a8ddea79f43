"""What someone tries who has an account, but not the right: foreign fields, foreign files, a role that is gone, races."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.people import PASSWORD, browser, make_person, send, work_off
from tests.workspace.town import CHILDREN, make_town, rows

DELIVERIES, RELEASES, DEFINITIONS = "/intern/lieferungen/", "/intern/freigaben/", "/intern/definitionen/"
DRAFT = f"{RELEASES}bericht/1/"
CONFIRMED = {"looked": "1", "rule": "1"}
INDICATOR = """id = "{id}"
field = "{field}"
unit = "percent"
polarity = "neutral"
title = {{ de = "Anteil", en = "Share" }}
definition = {{ de = "Anteil.", en = "Share." }}
formula = {{ de = "a / b × 100", en = "a / b × 100" }}
reading = {{ de = "Von 100 sind es {{value}}.", en = "Of 100 {{value}}." }}
source = {{ de = "Melderegister", en = "Register" }}

[numerator]
facts = "population"
where = {{ age = {{ below = {age} }} }}

[denominator]
facts = "population"

[[example]]
title = "One of two"
result = '''
area | period | value
A    | 2024   | 50.0
'''

[example.facts]
population = '''
area | period | age | persons
A    | 2024   | 1   | 10
A    | 2024   | 40  | 10
'''
"""


POPULATION = """population = '''
area | period | age | persons
A    | 2024   | 1   | 10
A    | 2024   | 40  | 10
'''
"""


def text(answer: Any) -> str:
    return str(answer.content.decode())


def upload(client: Any, content: str, name: str = "einwohner_2025.csv", source: str = "einwohner") -> str:
    """The page of a file that this person has sent."""
    told = {"file": SimpleUploadedFile(name, content.encode()), "source": source}
    sent = send(client, DELIVERIES, told)
    assert sent.status_code == 302, text(sent)
    work_off()
    return str(sent.headers["Location"])


@pytest.fixture
def draft(town: Path) -> Path:
    """The town with a draft that waits."""
    from sozialraum.workspace import open as open_workspace

    open_workspace(town).prepare("bericht", by="petra@example.invalid")
    return town


@pytest.mark.parametrize("bounds", [{"fields": ["education"]}, {"areas": ["district:01"]}])
@pytest.mark.parametrize("role", ["planner", "statistics-office"])
def test_whoever_is_bound_to_a_part_decides_nothing_on_the_whole(draft: Path, role: str, bounds: Any) -> None:
    """A draft shows the hidden counts of all fields and areas."""
    from sozialraum.workspace import open as open_workspace

    client = browser(make_person(role, **bounds))
    assert client.get("/intern/").status_code == 200
    assert [client.get(one).status_code for one in (RELEASES, DRAFT)] == [403, 403]
    for act, told in (("freigeben", CONFIRMED), ("ablehnen", {"reason": "x"})):
        assert send(client, f"{DRAFT}{act}/", told, page="/intern/").status_code == 403
    found = open_workspace(draft)
    assert (found.releases, [one.state for one in found.drafts()]) == ({}, ["open"])


def test_whoever_is_bound_to_areas_takes_in_no_file_of_all_areas(town: Path) -> None:  # noqa: ARG001
    client = browser(make_person("planner", areas=["district:01"]))
    assert client.get(DELIVERIES).status_code == 403
    assert client.get("/intern/zahlen/").status_code == 200


def test_an_original_is_seen_by_who_sent_it_and_by_planners_of_all_fields(town: Path) -> None:  # noqa: ARG001
    page = upload(browser(make_person("planner")), rows([2 * one for one in CHILDREN]))
    other = browser(make_person("sector-planner"))
    assert other.get(page).status_code == 404
    assert page not in text(other.get(DELIVERIES))
    for act in ("zuordnung", "pruefen", "annehmen", "ablehnen"):
        assert send(other, f"{page}{act}/", {"reason": "x"}, page="/intern/").status_code == 404
    assert browser(make_person("planner")).get(page).status_code == 200
    own = upload(other, rows([3 * one for one in CHILDREN]))
    assert other.get(own).status_code == 200


def test_a_sector_planner_undoes_own_deliveries_only(town: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    told = {"delivery": open_workspace(town).deliveries[0].id, "reason": "x"}
    client = browser(make_person("sector-planner"))
    assert send(client, f"{DELIVERIES}zuruecknehmen/", told, page=DELIVERIES).status_code == 403
    assert len(open_workspace(town).deliveries_in_force) == 1


def keep(client: Any, kind: str, content: str) -> Any:
    """Sends a definition as text, as the editor does for what has no fields."""
    return send(client, f"{DEFINITIONS}{kind}/", fields_of(content) | {"act": "keep"})


def fields_of(content: str) -> dict[str, str]:
    import tomllib

    from sozialraum.indicators import Indicator
    from sozialraum.web.desk.defining.form import leaves

    return {one.name: one.value for one in leaves(tomllib.loads(content), Indicator)}


def test_a_definition_of_another_field_is_not_taken_over(town: Path) -> None:
    health = INDICATOR.format(id="our_share", field="health", age=6)
    assert keep(browser(make_person("planner")), "indicator", health).status_code == 302
    before = (town / "indicators" / "our_share.toml").read_text()
    ours = INDICATOR.format(id="our_share", field="education", age=12)
    assert keep(browser(make_person("sector-planner")), "indicator", ours).status_code == 403
    assert (town / "indicators" / "our_share.toml").read_text() == before


@pytest.mark.parametrize(("counted", "status"), [("population", 302), ("sgb2_persons", 403), ("child_protection", 403)])
def test_a_definition_counts_facts_of_the_own_field_only(town: Path, counted: str, status: int) -> None:
    """Or an own indicator would show a sector planner of education what the youth office delivered."""
    text = INDICATOR.format(id="our_share", field="education", age=12).replace(
        'facts = "population"', f'facts = "{counted}"', 1
    )
    text = text.replace("population = '", f"{counted} = '") + ("" if counted == "population" else POPULATION)
    assert keep(browser(make_person("sector-planner")), "indicator", text).status_code == status
    assert (town / "indicators" / "our_share.toml").is_file() == (status == 302)


def test_a_definition_is_not_made_of_indicators_of_another_field(town: Path) -> None:
    text = INDICATOR.format(id="our_change", field="education", age=12)
    text = (
        text.split("[numerator]")[0] + 'kind = "change"\nof = "sgb2_rate"\n\n[[example]]' + text.split("[[example]]")[1]
    )
    assert keep(browser(make_person("sector-planner")), "indicator", text).status_code == 403
    assert not (town / "indicators" / "our_change.toml").exists()


def test_a_source_that_has_delivered_is_not_rewritten_by_a_sector_planner(town: Path) -> None:
    file = town / "sources" / "einwohner.toml"
    before = file.read_text()
    changed = before.replace("Meldebehörde (erfunden)", "Ich")
    assert keep(browser(make_person("sector-planner")), "source", changed).status_code == 403
    assert file.read_text() == before


def test_a_role_that_was_taken_away_no_longer_releases(draft: Path) -> None:
    """The order was given in time, but the worker was busy."""
    from sozialraum.workspace import open as open_workspace

    office = make_person("statistics-office")
    assert send(browser(office), f"{DRAFT}freigeben/", CONFIRMED, page=DRAFT).status_code == 302
    office.grants.all().delete()
    job = work_off()
    assert job.state == "failed"
    assert "darf das nicht mehr" in job.told["de"]
    assert open_workspace(draft).releases == {}


def test_a_closed_account_no_longer_releases(draft: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    office = make_person("statistics-office")
    send(browser(office), f"{DRAFT}freigeben/", CONFIRMED, page=DRAFT)
    type(office).objects.filter(pk=office.pk).update(is_active=False)
    assert work_off().state == "failed"
    assert open_workspace(draft).releases == {}


def test_what_is_being_released_is_not_refused_at_the_same_time(draft: Path) -> None:
    """Else the refusal would be said, and the release go out."""
    from sozialraum.workspace import open as open_workspace

    first, second = (browser(make_person("statistics-office")) for _ in range(2))
    send(first, f"{DRAFT}freigeben/", CONFIRMED, page=DRAFT)
    assert send(second, f"{DRAFT}ablehnen/", {"reason": "falsch"}, page=DRAFT).status_code == 400
    assert send(second, f"{DRAFT}freigeben/", CONFIRMED, page=DRAFT).status_code == 400
    assert work_off().state == "done"
    assert [one.state for one in open_workspace(draft).drafts()] == ["released"]
    assert open_workspace(draft).releases == {"bericht": [1]}


def test_the_log_tells_an_order_from_a_release(draft: Path) -> None:  # noqa: ARG001
    from sozialraum.web.accounts.models import Entry

    def acts() -> set[str]:
        return set(Entry.objects.filter(about="bericht-1").values_list("act", flat=True))

    send(browser(make_person("statistics-office")), f"{DRAFT}freigeben/", CONFIRMED, page=DRAFT)
    assert acts() == {"ordered a release"}
    work_off()
    assert acts() == {"ordered a release", "released"}


@pytest.mark.parametrize("accepted", [True, False])
def test_a_file_that_is_decided_leaves_none_of_its_texts_behind(town: Path, accepted: bool) -> None:
    from sozialraum.web.desk.models import Upload

    client = browser(make_person("planner"))
    page = upload(client, rows([2 * one for one in CHILDREN], "2025"))
    assert Upload.objects.get().faults
    if accepted:
        codes = re.findall(r'name="accept_(\w+)"', text(client.get(page)))
        send(client, f"{page}annehmen/", {f"accept_{one}": "1" for one in codes}, page=page)
        assert work_off().state == "done"
    else:
        send(client, f"{page}ablehnen/", {"reason": "alt"}, page=page)
    kept = Upload.objects.get()
    assert (kept.faults, kept.proposal) == (None, {})
    assert list((town / "workbench" / "inbox").iterdir()) == []


def test_nobody_fills_the_disk_with_files_that_wait(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sozialraum.web.desk import receiving

    monkeypatch.setattr(receiving, "WAITING", 2)
    client = browser(make_person("planner"))
    for _ in range(2):
        upload(client, rows())
    told = {"file": SimpleUploadedFile("a.csv", b"Raum;Jahr"), "source": ""}
    assert send(client, DELIVERIES, told).status_code == 413
    assert len(list((town / "workbench" / "inbox").iterdir())) == 2


@pytest.mark.parametrize("name", ["ü" * 200 + ".csv", "😀" * 150 + ".csv", "." * 300, "a" * 300 + "." + "ß" * 30])
def test_a_long_name_is_cut_to_what_a_disk_takes(name: str) -> None:
    from sozialraum.web.desk.inbox import plain_name

    found = plain_name(name)
    assert found
    assert len(found.encode()) <= 200


@pytest.mark.parametrize(
    "evil",
    [
        {"s:a": "x", "s:a/b": "y"},
        {"s:a/b": "y", "s:a": "x"},
        {"v:a": "1", "s:a/b/c": "y"},
        {"s:" + "/".join("a" * 3000): "x"},
        {"v:a": "[" * 4000 + "]" * 4000},
        {"s:example/9999999999999999999": "x"},
        {"s:": "x"},
        {"s:id": "a\0b"},
    ],
)
def test_fields_that_contradict_each_other_are_a_fault_and_no_crash(town: Path, evil: dict[str, str]) -> None:  # noqa: ARG001
    answer = send(browser(make_person("planner")), f"{DEFINITIONS}indicator/", {**evil, "act": "keep"})
    assert answer.status_code == 400


def test_the_database_is_for_its_owner_only(tmp_path: Path) -> None:
    """Also where somebody made the folder before, and the system gives everyone a look."""
    folder = make_town(tmp_path / "haus", delivered=False).folder
    (folder / "workbench").mkdir(mode=0o755)
    words = "import os, sys; os.umask(0o022); from pathlib import Path\n"
    words += "from sozialraum.web.accounts.standing import stand; stand(Path(sys.argv[1]))\n"
    words += "from sozialraum.web.desk.inbox import folder; folder('inbox')"
    subprocess.run([sys.executable, "-c", words, str(folder)], check=True)
    home = folder / "workbench"
    found = {one.name: stat.S_IMODE(one.stat().st_mode) for one in (home, *home.iterdir())}
    assert found.pop("workbench") == found.pop("inbox") == 0o700
    assert {"secret", "workbench.sqlite3"} <= set(found)
    assert set(found.values()) == {0o600}


def test_the_inbox_makes_no_folder_that_others_look_into(tmp_path: Path, settings: Any) -> None:
    from sozialraum.web.desk.inbox import folder

    settings(SOZIALRAUM_WORKSPACE=str(tmp_path))
    assert [stat.S_IMODE(one.stat().st_mode) for one in (folder("inbox"), tmp_path / "workbench")] == [0o700, 0o700]


def test_a_restored_inbox_can_be_opened_by_its_owner(tmp_path: Path) -> None:
    """Folders need the right to enter; without it nobody but the system's administrator can work on."""
    from sozialraum.web.backup import _only_owner

    held = tmp_path / "workbench" / "inbox" / "key"
    held.mkdir(parents=True)
    (held / "a.csv").write_text("x")
    _only_owner(tmp_path)
    home = tmp_path / "workbench"
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in (home, *home.rglob("*"))}
    assert modes == {"workbench": 0o700, "inbox": 0o700, "key": 0o700, "a.csv": 0o600}


def test_a_line_of_the_log_is_one_line_and_holds_no_link() -> None:
    """A fault of the server is logged by Django with the address, which may be the link that sets a password."""
    import logging

    from django.test import RequestFactory

    from sozialraum.web.server.logs import Lines

    request = RequestFactory().get("/intern/einladung/geheim/")
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "%s: %s", ("Error", request.path), None)
    record.request, record.status_code = request, 500
    assert "geheim" not in Lines().format(record)
    forged = logging.LogRecord("sozialraum.web", logging.ERROR, "", 0, "a\n2026 ERROR %s", ("b\r\nc",), None)
    assert len(Lines().format(forged).splitlines()) == 1


def test_a_name_that_the_server_does_not_go_by_gets_the_headers_too(town: Path) -> None:  # noqa: ARG001
    answer = browser().get("/intern/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in text(answer)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_no_staff_page_holds_inline_style_or_script(draft: Path) -> None:  # noqa: ARG001
    """The content policy would stop it, and the page be broken."""
    from tests.web.routes import routes

    people = [browser(make_person(one)) for one in ("planner", "statistics-office", "administrator")]
    addresses = [one for name, (one, _) in routes().items() if name.startswith("staff-de:")]
    for address in (*addresses, DRAFT, f"{DEFINITIONS}indicator/", f"{DEFINITIONS}index/"):
        for client in people:
            page = text(client.get(address))
            assert not re.search(r"<[^>]+\sstyle=|<[^>]+\son\w+=|<style|javascript:", page), address
            assert not re.search(r"<script(?![^>]* src=)", page), address


def attempt(person: Any, place: str, password: str = "falsch") -> int:
    """Signs in from that address; the status."""
    told = {"login": person.login, "password": password}
    return int(send(browser(REMOTE_ADDR=place), "/intern/anmelden/", told).status_code)


def test_nobody_locks_a_colleague_out_from_one_address(town: Path) -> None:  # noqa: ARG001
    person = make_person("planner")
    assert [attempt(person, "192.0.2.1") for _ in range(8)] == [403] * 5 + [429] * 3
    assert attempt(person, "192.0.2.2", PASSWORD) == 302


def test_many_addresses_together_do_not_guess_longer(town: Path) -> None:  # noqa: ARG001
    person = make_person("planner")
    tried = [attempt(person, f"192.0.2.{number}") for number in range(1, 27)]
    assert tried == [403] * 25 + [429]
    assert attempt(person, "192.0.2.200", PASSWORD) == 429


def test_the_second_half_of_an_address_makes_no_other_person(town: Path) -> None:  # noqa: ARG001
    person = make_person("planner")
    tried = [attempt(person, f"2001:db8::{number:x}") for number in range(6)]
    assert tried == [403] * 5 + [429]


@pytest.mark.parametrize("told", ["203.0.113.9", "203.0.113.9, 192.0.2.1"])
def test_what_a_browser_says_of_its_address_is_not_believed(town: Path, settings: Any, told: str) -> None:  # noqa: ARG001
    """Without a proxy nothing is believed; behind one only what the proxy has added at the end."""
    from django.test import RequestFactory

    from sozialraum.web.accounts.signing.limits import address

    request = RequestFactory().get("/", headers={"x-forwarded-for": told}, REMOTE_ADDR="198.51.100.7")
    settings(HTTPS=False)
    assert address(request) == "198.51.100.7"
    settings(HTTPS=True)
    assert address(request) == told.rpartition(" ")[2]


def test_the_ledger_and_drafts_are_kept_from_others_where_the_system_says_so(tmp_path: Path) -> None:
    """They hold hidden counts; the service runs with UMask=0077."""
    words = "import os, sys; os.umask(0o077)\nfrom pathlib import Path\n"
    words += "from sozialraum.writing import whole_file, whole_folder\n"
    words += "with whole_folder(Path(sys.argv[1], 'a')) as a: (a / 'x').write_text('x')\n"
    words += "with whole_file(Path(sys.argv[1], 'b')) as b: b.write_text('x')\n"
    subprocess.run([sys.executable, "-c", words, str(tmp_path)], check=True)
    found = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.rglob("*")}
    assert found == {"a": 0o700, "x": 0o600, "b": 0o600}


def test_an_order_of_another_workspace_is_not_carried_out_here(draft: Path) -> None:
    """Two workspaces may share a server of PostgreSQL by mistake."""
    from sozialraum.web.desk.models import Job
    from sozialraum.workspace import open as open_workspace

    send(browser(make_person("statistics-office")), f"{DRAFT}freigeben/", CONFIRMED, page=DRAFT)
    job = Job.objects.get()
    Job.objects.update(arguments={**job.arguments, "workspace": "nachbarstadt"})
    assert work_off().state == "failed"
    assert open_workspace(draft).releases == {}


@pytest.mark.parametrize("zoom", [16, 1024, 10**7])
def test_no_zoom_that_an_address_names_fills_the_memory(zoom: int) -> None:
    import numpy as np
    import shapely

    from sozialraum.web.figures.maps.tiles import Squares

    squares = Squares(("a",), np.array([shapely.box(0.4, 0.4, 0.6, 0.6)]))
    assert squares.holds(2, 1, 1)
    assert not squares.holds(zoom, 0, 0)
