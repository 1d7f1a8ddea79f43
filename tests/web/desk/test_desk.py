"""The desk without a browser: deliveries, releases with four eyes, definitions, jobs; what is refused, and what stays out."""

from __future__ import annotations

import re
import resource
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sozialraum.workspace import open as open_workspace
from tests.reports.conftest import measured
from tests.web.people import browser, make_person, send, work_off
from tests.workspace.town import CHILDREN, rows
from tests.workspace.town import deliver as write

DELIVERIES, RELEASES, DEFINITIONS = "/intern/lieferungen/", "/intern/freigaben/", "/intern/definitionen/"
NAMES = ["../../evil.csv", "..\\..\\evil.csv", "/etc/evil.csv", ".hidden", "a\0b.csv", "x" * 400 + ".csv"]
EVIL = '<script>alert("x")</script>'


def text(answer: Any) -> str:
    return str(answer.content.decode())


def deliver(client: Any, content: str | bytes, name: str = "einwohner_2025.csv", source: str = "einwohner") -> Any:
    """Sends a file as the page does and has it looked over; the page of the file."""
    data = content.encode() if isinstance(content, str) else content
    sent = send(client, DELIVERIES, {"file": SimpleUploadedFile(name, data), "source": source})
    assert sent.status_code == 302, text(sent)
    work_off()
    return sent.headers["Location"]


def test_a_known_file_is_delivered_and_undone(town: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    client = browser(make_person("planner", login="petra@example.invalid"))
    place = deliver(client, rows([one + 1 for one in CHILDREN], "2025"))
    page = text(client.get(place))
    assert "Lieferung speichern" in page
    accepted = {f"accept_{code}": "1" for code in re.findall(r'name="accept_(\w+)"', page)}
    assert send(client, f"{place}annehmen/", accepted, page=place).status_code == 302
    assert work_off().state == "done"
    assert "Gespeichert als einwohner/" in text(client.get(place))
    stored = open_workspace(town).deliveries[-1]
    assert (stored.periods, stored.record["by"]) == (("2025",), "petra@example.invalid")
    assert list((town / "workbench" / "inbox").iterdir()) == []
    undone = send(
        client, f"{DELIVERIES}zuruecknehmen/", {"delivery": stored.id, "reason": "alter Stand"}, page=DELIVERIES
    )
    assert undone.status_code == 302
    assert [one.id for one in open_workspace(town).deliveries_in_force] == [open_workspace(town).deliveries[0].id]
    assert "alter Stand" in text(client.get(DELIVERIES))


def test_a_new_workspace_says_that_areas_come_first_and_every_page_opens(house: Path) -> None:
    shutil.rmtree(house / "releases")
    client = browser(make_person("planner"))
    page = text(client.get("/intern/"))
    assert "Zuerst die Gebiete: areas/areas.gpkg: Die Gebietsdatei gibt es nicht." in page
    assert page.count("Zuerst die Gebiete") == 1  # the same file for three levels
    assert "Beginnen Sie mit einer Datei" in page
    pages = re.findall(r'<a href="(/intern/[a-z-]*/)">', page)
    assert len(pages) > 4
    assert {one: client.get(one).status_code for one in pages} == dict.fromkeys(pages, 200)


def test_a_workspace_with_areas_begins_with_a_file(town: Path) -> None:
    shutil.rmtree(town / "deliveries")
    page = text(browser(make_person("planner")).get("/intern/"))
    assert "Beginnen Sie mit einer Datei" in page
    assert "Zuerst die Gebiete" not in page


def test_doubts_are_accepted_by_name_or_nothing_is_stored(town: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    client = browser(make_person("planner"))
    place = deliver(client, rows([2 * one for one in CHILDREN]), "einwohner_2024.csv")  # a jump against the last one
    page = text(client.get(place))
    codes = set(re.findall(r'name="accept_(\w+)"', page))
    assert "jump" in " ".join(codes)
    assert send(client, f"{place}annehmen/", {}, page=place).status_code == 400
    assert len(open_workspace(town).deliveries) == 1
    sent = send(client, f"{place}annehmen/", {f"accept_{code}": "1" for code in codes}, page=place)
    assert sent.status_code == 302
    assert work_off().state == "done"
    record = open_workspace(town).deliveries[-1].record
    assert {one["code"] for one in record["accepted"]} == codes


def test_an_unknown_file_is_mapped_corrected_and_stored(town: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    client = browser(make_person("planner"))
    messy = rows(year="2025").replace(";2025;12;", ";2025;-;").replace("\n0", "\n")
    place = deliver(client, "Einwohner der Stadt;;;;\n" + messy, "einwohner_stadt.csv", source="")
    page = text(client.get(place))
    assert "12 von 12 Einträgen in „Raum“" in page
    form = dict(re.findall(r'<select[^>]*name="(role_\d)"[^>]*>.*?<option value="([^"]*)" selected', page, re.S))
    assert form == {"role_0": "area", "role_1": "period", "role_2": "value", "role_3": "value", "role_4": "value"}
    told = {
        **form, "id": "stadt", "title": "Einwohner", "publisher": "Meldebehörde", "licence": "dl-de/by-2-0",
        "table": "population", "measure": "persons", "level": "planning_area",
        "width": "4", "age_2": "0-17", "age_3": "18-64", "age_4": "65+",
        "constant_residence": "main",
    }  # fmt: skip
    refused = send(client, f"{place}zuordnung/", {**told, "table": "nonsense"}, page=place)
    assert refused.status_code == 400
    assert not (town / "sources" / "stadt.toml").exists()
    assert send(client, f"{place}zuordnung/", told, page=place).status_code == 302
    work_off()
    assert "Dieses Zeichen hat keine angegebene Bedeutung" in text(client.get(place))
    send(client, f"{place}pruefen/", {"back": "1"}, page=place)
    assert send(client, f"{place}zuordnung/", {**told, "sign_0": "zero"}, page=place).status_code == 302
    work_off()
    page = text(client.get(place))
    accepted = {f"accept_{code}": "1" for code in re.findall(r'name="accept_(\w+)"', page)}
    send(client, f"{place}annehmen/", accepted, page=place)
    assert work_off().state == "done"
    assert open_workspace(town).deliveries[-1].record["rows"] == {"population": 36}


def test_a_file_is_refused_with_a_reason_and_forgotten(town: Path) -> None:
    from sozialraum.web.desk.models import Upload

    client = browser(make_person("planner"))
    place = deliver(client, rows())
    assert send(client, f"{place}ablehnen/", {"reason": " "}, page=place).status_code == 400
    assert send(client, f"{place}ablehnen/", {"reason": "falsches Jahr"}, page=place).status_code == 302
    assert Upload.objects.get().reason == "falsches Jahr"
    assert list((town / "workbench" / "inbox").iterdir()) == []
    assert send(client, f"{place}annehmen/", {}, page=DELIVERIES).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("kaputt.xlsx", b"PK\x03\x04 torn", "keine lesbare Arbeitsmappe"),
        ("leer.csv", b"", ""),
        ("bild.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, ""),
    ],
)
def test_a_broken_file_gives_a_clear_word(town: Path, name: str, content: bytes, word: str) -> None:  # noqa: ARG001
    client = browser(make_person("planner"))
    page = text(client.get(deliver(client, content, name, source="")))
    assert "Was im Weg steht" in page
    assert "Lieferung speichern" not in page
    assert word in page


def test_a_zip_bomb_is_refused(town: Path) -> None:
    bomb = town.parent / "bombe.xlsx"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w") as out,
    ):
        for _ in range(300):
            out.write(b" " * (1 << 20))
    client = browser(make_person("planner"))
    page = text(client.get(deliver(client, bomb.read_bytes(), bomb.name, source="")))
    assert "größer als jede Lieferung" in page


def test_a_file_that_is_too_large_is_refused_and_leaves_nothing(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sozialraum.web.desk import receiving
    from sozialraum.web.desk.models import Upload

    monkeypatch.setattr(receiving, "LARGEST", 1 << 20)
    client = browser(make_person("planner"))
    for size in ((1 << 20) + 100, 3 << 20):
        answer = send(client, DELIVERIES, {"file": SimpleUploadedFile("gross.csv", b"x" * size), "source": ""})
        assert answer.status_code == 413
        assert "größer als 1 MB" in text(answer)
    assert not Upload.objects.exists()
    assert list((town / "workbench" / "inbox").glob("*")) == []


@contextmanager
def full(bytes_left: int) -> Iterator[None]:
    """No file may grow beyond that many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(("left", "size"), [(2 << 20, 4 << 20), (0, 10)])  # noticed in the middle, and at the end
def test_a_full_disk_is_said_and_leaves_nothing(town: Path, left: int, size: int) -> None:
    client = browser(make_person("planner"))
    client.get(DELIVERIES)
    with full(left):
        answer = send(client, DELIVERIES, {"file": SimpleUploadedFile("gross.csv", b"x" * size), "source": ""})
    assert answer.status_code == 413
    assert "Der Server kann diese Datei nicht ablegen: die Datei würde zu groß." in text(answer)
    assert list((town / "workbench" / "inbox").glob("*")) == []


def test_a_form_that_finds_no_room_on_the_disk_says_so(town: Path) -> None:
    client = browser(make_person("planner"))
    before = (town / "release.toml").read_bytes()
    told = {"name": "neu", "level": "planning_area", "indicators": ["population_total"], "periods": ["2024"]}
    with full(0):
        answer = send(client, f"{RELEASES}auswahl/", told, page=RELEASES)
    assert answer.status_code == 507
    assert "Schreiben war nicht möglich: die Datei würde zu groß. Es wurde nichts verändert." in text(answer)
    assert (town / "release.toml").read_bytes() == before


def test_why_a_file_cannot_be_kept_is_said_as_it_is(town: Path) -> None:
    client = browser(make_person("planner"))
    client.get(DELIVERIES)
    inbox = town / "workbench" / "inbox"
    shutil.rmtree(inbox, ignore_errors=True)
    inbox.parent.mkdir(exist_ok=True)
    inbox.write_text("in the way")
    answer = send(client, DELIVERIES, {"file": SimpleUploadedFile("klein.csv", b"x"), "source": ""})
    assert answer.status_code == 413
    assert "nicht ablegen: etwas anderes trägt schon diesen Namen." in text(answer)
    assert inbox.read_text() == "in the way"


def test_nobody_uploads_without_the_right(town: Path) -> None:
    for person in (None, make_person("reader"), make_person("statistics-office"), make_person("commune")):
        client = browser(person)
        client.handler.enforce_csrf_checks = False
        answer = client.post(DELIVERIES, {"file": SimpleUploadedFile("a.csv", b"x" * 100_000)})
        assert answer.status_code in (302, 403)
    assert not list((town / "workbench").rglob("*.csv"))
    assert not list((town / "workbench").rglob(".partial-*"))


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_stays_a_name(name: str) -> None:
    from sozialraum.web.desk.inbox import plain_name

    found = plain_name(name)
    assert found == Path(found).name
    assert not found.startswith(".")
    assert len(found) <= 165
    assert "\0" not in found


def prepared(client: Any) -> str:
    """Orders a draft and does it; the page of the draft."""
    assert send(client, f"{RELEASES}vorbereiten/", {"release": "bericht"}, page=RELEASES).status_code == 302
    job = work_off()
    assert (job.state, job.result) == ("done", {"name": "bericht", "number": "1"}), job.told
    return f"{RELEASES}bericht/1/"


def test_one_prepares_and_another_releases(town: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    planner, office = browser(make_person("planner")), browser(make_person("statistics-office"))
    page = prepared(planner)
    seen = text(planner.get(page))
    assert "Sie haben vorbereitet; freigeben muss die Statistikstelle." in seen
    assert "data-ticks" not in seen
    assert send(planner, f"{page}freigeben/", {"looked": "1", "rule": "1"}, page=page).status_code == 403
    seen = text(office.get(page))
    for word in (
        "von 12 Werten werden nicht gezeigt",
        "86,1",
        "4 von 4",
        "Beispiel: Nord",
        "0 bis 27",
        "Runden auf 5",
        "Überlagern jeder Zahl (Cell-Key)",
    ):
        assert word in seen
    protocol = office.get(f"{page}protokoll/")
    assert protocol.headers["Content-Disposition"] == 'attachment; filename="protokoll-1.html"'
    assert text(protocol).startswith("<!doctype html>")
    assert send(office, f"{page}freigeben/", {"looked": "1"}, page=page).status_code == 400
    assert open_workspace(town).releases == {}
    assert send(office, f"{page}freigeben/", {"looked": "1", "rule": "1"}, page=page).status_code == 302
    assert work_off().state == "done"
    assert open_workspace(town).releases == {"bericht": [1]}
    assert browser().get("/health").json()["release"] == "bericht-1"


def test_the_desk_says_that_readers_go_on_with_the_release_before_until_the_pages_are_made(town: Path) -> None:
    """In the server somebody else opens what comes; here nobody does, so the first release stays on its way."""
    from sozialraum.web.desk.models import Job
    from sozialraum.web.figures.shelf import shelf

    planner, office = browser(make_person("planner")), browser(make_person("statistics-office"))
    page = prepared(planner)
    assert shelf().newest() is None
    shelf().followed = True
    assert "Zu sehen ist" not in text(office.get(page)) + text(office.get(RELEASES))
    send(office, f"{page}freigeben/", {"looked": "1", "rule": "1"}, page=page)
    work_off()
    job = f"/intern/auftraege/{Job.objects.get(kind='approve').pk}/"
    shelf().hear(20, 80)
    said = "Zu sehen ist bericht-1, sobald die Seiten fertig sind. 20 von 80 Seiten"
    for seen in (page, RELEASES, job, f"{job}stand/?pages"):
        assert said in text(office.get(seen)), seen
    assert ("X-Over" in office.get(f"{job}stand/"), "X-Over" in office.get(f"{job}stand/?pages")) == (True, False)
    assert 'stand/?pages"' in text(office.get(job))
    shelf()._looked = float("-inf")
    assert browser().get("/health").json()["release"] == "bericht-1"
    for seen in (page, RELEASES, job):
        assert "Zu sehen ist" not in text(office.get(seen)), seen
    assert "X-Over" in office.get(f"{job}stand/?pages")
    assert town.is_dir()


def test_a_person_of_both_roles_cannot_release_the_own_draft(town: Path) -> None:
    from sozialraum.web.accounts.models import Account, Grant
    from sozialraum.workspace import open as open_workspace

    both = make_person("planner")
    Grant.objects.create(account=both, role="statistics-office")
    client = browser(Account.objects.get(pk=both.pk))
    page = prepared(client)
    answer = send(client, f"{page}freigeben/", {"looked": "1", "rule": "1"}, page=page)
    assert answer.status_code == 400
    assert "Sie haben vorbereitet" in text(answer)
    assert open_workspace(town).releases == {}


def test_a_draft_is_refused_with_a_reason(town: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    planner, office = browser(make_person("planner")), browser(make_person("statistics-office"))
    page = prepared(planner)
    assert send(office, f"{page}zurueckweisen/", {"reason": ""}, page=page).status_code == 404
    assert send(office, f"{page}ablehnen/", {"reason": ""}, page=page).status_code == 400
    assert send(office, f"{page}ablehnen/", {"reason": EVIL}, page=page).status_code == 302
    assert EVIL not in text(planner.get(page))
    assert "&lt;script&gt;" in text(planner.get(page))
    assert open_workspace(town).drafts()[0].state == "refused"
    assert send(office, f"{page}freigeben/", {"looked": "1", "rule": "1"}, page=page).status_code == 400


def test_a_release_is_withdrawn_and_the_public_pages_say_so(town: Path) -> None:
    from sozialraum.web.figures import shelf as module
    from sozialraum.workspace import open as open_workspace

    open_workspace(town).release_planned("bericht", by="x")
    office = browser(make_person("statistics-office"))
    module.shelf.cache_clear()
    assert browser().get("/").status_code == 200
    told = {"release": "bericht-1", "reason": ""}
    assert send(office, f"{RELEASES}zurueckziehen/", told, page=RELEASES).status_code == 400
    assert (
        send(office, f"{RELEASES}zurueckziehen/", {**told, "reason": "falsches Jahr"}, page=RELEASES).status_code == 302
    )
    module.shelf.cache_clear()
    assert "Die Freigabe bericht-1 wurde zurückgezogen" in text(browser().get("/"))


def test_drafts_and_uploads_have_no_public_address(town: Path) -> None:
    planner = browser(make_person("planner"))
    prepared(planner)
    deliver(planner, rows([one + 2 for one in CHILDREN]))
    files = [
        one.relative_to(town) for one in town.rglob("*") if one.is_file() and {"drafts", "workbench"} & set(one.parts)
    ]
    assert len(files) > 6
    for file in files:
        for start in ("/", "/static/", "/daten/", "/api/v1/", "/static/../", "/karte/../../"):
            assert browser().get(f"{start}{file}").status_code in (400, 404)


def test_figures_are_chosen_for_a_release(town: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    client = browser(make_person("planner"))
    told = {
        "name": "jung", "title": "Junge Menschen", "level": "planning_area", "totals": ["district"],
        "indicators": ["share_under_18"], "periods": ["2024"],
    }  # fmt: skip
    assert send(client, f"{RELEASES}auswahl/", {**told, "indicators": []}, page=RELEASES).status_code == 400
    assert send(client, f"{RELEASES}auswahl/", {**told, "name": "../x"}, page=RELEASES).status_code == 400
    assert send(client, f"{RELEASES}auswahl/", told, page=RELEASES).status_code == 302
    assert open_workspace(town).plans["jung"].figures[0].indicators == ("share_under_18",)
    assert send(client, f"{RELEASES}auswahl/", told, page=RELEASES).status_code == 400


def test_a_definition_is_edited_with_all_its_faults_at_their_fields(town: Path) -> None:
    client = browser(make_person("planner"))
    new = f"{DEFINITIONS}indicator/"
    page = text(client.get(new))
    fields = dict(re.findall(r'<(?:input|select|textarea)[^>]*name="([sv]:[^"]+)"(?:[^>]*value="([^"]*)")?', page))
    assert {"s:id", "s:title/de", "v:numerator/where", "s:example/0/result"} <= set(fields)
    assert ">20.0<" in page
    content = {**filled(), "s:id": "kinder_unter_6"}
    wrong = send(
        client, new, {**content, "s:unit": "prozent", "s:polarity": "gut", "v:numerator/where": "{ age", "act": "keep"}
    )
    assert wrong.status_code == 400
    assert text(wrong).count('aria-invalid="true"') >= 1
    wrong = send(client, new, {**content, "s:unit": "prozent", "s:polarity": "gut", "act": "keep"})
    assert text(wrong).count('aria-invalid="true"') == 2
    other = send(client, new, {**content, "s:example/0/result": "area | period | value\nA | 2024 | 21.0", "act": "try"})
    assert '<strong class="ask">nein</strong>' in text(other)
    kept = send(client, new, {**content, "act": "keep"})
    assert (kept.status_code, kept.headers["Location"]) == (302, f"{DEFINITIONS}indicator/kinder_unter_6/?kept")
    assert (town / "indicators" / "kinder_unter_6.toml").is_file()
    assert client.get(kept.headers["Location"]).status_code == 200


def test_a_sector_planner_defines_in_the_own_field_only(town: Path) -> None:
    client = browser(make_person("sector-planner"))  # education
    answer = send(client, f"{DEFINITIONS}indicator/", {**filled(), "act": "keep"})
    assert answer.status_code == 403
    assert not (town / "indicators").exists()
    answer = send(client, f"{DEFINITIONS}indicator/", {**filled(), "s:field": "education", "act": "keep"})
    assert answer.status_code == 302


def filled() -> dict[str, str]:
    """The fields of the small example that a new indicator begins with."""
    import tomllib

    from sozialraum.indicators import Indicator
    from sozialraum.web.desk.defining.form import leaves
    from sozialraum.web.desk.defining.starting import INDICATOR

    return {one.name: one.value for one in leaves(tomllib.loads(INDICATOR), Indicator)}


def test_people_see_their_own_jobs_only(town: Path) -> None:  # noqa: ARG001
    from sozialraum.web.desk.models import Job

    first, second = browser(make_person("planner")), browser(make_person("planner"))
    prepared(first)
    job = Job.objects.get()
    assert first.get(f"/intern/auftraege/{job.pk}/").status_code == 200
    for end in ("", "stand/", "datei/"):
        assert second.get(f"/intern/auftraege/{job.pk}/{end}").status_code == 404
    assert str(job.pk) not in text(second.get("/intern/auftraege/"))


def test_a_waiting_job_is_cancelled_at_once(town: Path) -> None:  # noqa: ARG001
    from sozialraum.web.desk.models import Job

    client = browser(make_person("planner"))
    send(client, f"{RELEASES}vorbereiten/", {"release": "bericht"}, page=RELEASES)
    job = Job.objects.get()
    place = f"/intern/auftraege/{job.pk}/"
    assert send(client, f"{place}abbrechen/", page=place).status_code == 302
    assert work_off().state == "cancelled"
    assert client.get(f"{place}stand/").headers["X-Over"] == "1"


def test_lists_ask_the_same_number_of_questions_for_one_and_three(town: Path) -> None:  # noqa: ARG001
    from django.db import connection

    client = browser(make_person("planner"))

    def asked(address: str) -> int:
        found: list[str] = []
        with connection.execute_wrapper(lambda execute, sql, *rest: found.append(sql) or execute(sql, *rest)):
            assert client.get(address).status_code == 200
        return len(found)

    deliver(client, rows([one + 1 for one in CHILDREN]), "a.csv")
    lists = (DELIVERIES, RELEASES, "/intern/auftraege/")
    first = [asked(one) for one in lists]
    for number in (2, 3):
        deliver(client, rows([one + number for one in CHILDREN]), f"{number}.csv")
    assert [asked(one) for one in lists] == first


@pytest.mark.usefixtures("house")
def test_an_index_is_previewed_on_the_newest_release() -> None:
    """The classes are those that everybody could count: nothing unreleased is read."""
    from sozialraum.web.desk.defining.starting import STARTS

    planner = browser(make_person("planner"))
    page = planner.get(f"{DEFINITIONS}index/").content.decode()
    assert "Was der Index sagen würde" in page
    assert "Freigabe 2021-1, 2020, Planungsräume." in page
    counts = [int(one) for one in re.findall(r'<td class="number">(\d+)</td>', page)]
    assert re.findall(r'<th scope="row">(.*?)</th>', page) == ["günstig", "mittel", "ungünstig"]
    rows = [one for one in measured() if one["indicator"] == "child_poverty_u15" and one["period"] == "2020"]
    values = np.array([one["value"] for one in rows if one["level"] == "planning_area" and one["value"] is not None])
    scores = (values - values.mean()) / values.std()
    assert counts == [int((scores < -1).sum()), int(((scores >= -1) & (scores <= 1)).sum()), int((scores > 1).sum())]
    other = STARTS["index"].replace("child_poverty_u15", "voter_turnout")
    told = send(planner, f"{DEFINITIONS}index/", {"act": "raw", "raw": other}).content.decode()
    assert "Die neueste Freigabe enthält nicht, was dieser Index braucht." in told


def test_what_cannot_be_proved_safe_is_said_with_its_cell_its_interval_and_two_ways_out(town: Path) -> None:
    """One child in the whole town: the sum of the town stays published, so nothing can protect it."""
    import geopandas as gpd
    from shapely import box

    whole = {"key": ["0"], "name": ["Kleinstadt"]}
    gpd.GeoDataFrame(whole, geometry=[box(0, 0, 4000, 3000)], crs=25832).to_file(town / "areas" / "city.gpkg")
    layer = ["", "parent = { city = { prefix = 1 } }", "", "[areas.vintage.layer.city]", 'file = "areas/city.gpkg"']
    layer += ['key = "key"', 'name = "name"', ""]
    for name, old, new in (
        ("sozialraum.toml", '"district"]', '"district", "city"]'),
        ("release.toml", '["district"]', '["district", "city"]'),
        ("release.toml", '["2024"]', '["2025"]'),
    ):
        (town / name).write_text((town / name).read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with (town / "sozialraum.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n".join(layer))
    planner = browser(make_person("planner"))
    file, found = write(town.parent, "einwohner_2025.csv", rows([1, *[0] * 11], "2025")), open_workspace(town)
    known = {one.code: "Petra Plan" for one in found.check(file, "einwohner").warnings}
    found.add(file, "einwohner", by="petra@example.invalid", accept=known)
    send(planner, f"{RELEASES}vorbereiten/", {"release": "bericht"}, page=RELEASES)
    job = work_off()
    shown = text(planner.get(f"/intern/auftraege/{job.pk}/"))
    assert job.state == "failed"
    assert "Gebiete: 0, 01, 0101; Zeitpunkte: 2025; Kennzahlen: share_under_18" in shown
    assert "dass eine der oben genannten Anzahlen zwischen 1 und 2 liegt" in shown
    assert "Es wird keine Freigabe angeboten" in shown
    assert "Gröber freigeben" in shown
    assert open_workspace(town).drafts() == ()
    send(planner, f"{RELEASES}vorbereiten/", {"release": "bericht"}, page=RELEASES)
    (town / "release.toml").write_text("", encoding="utf-8")  # fails for another reason
    other = work_off()
    assert (other.state, other.pk != job.pk) == ("failed", True)
    assert "Es wird keine Freigabe angeboten" not in text(planner.get(f"/intern/auftraege/{other.pk}/"))
