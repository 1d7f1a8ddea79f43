"""Long lists come in pages, the first page says what waits, and what rests on an undone delivery is said where it is undone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sozialraum.web.paging import paged
from sozialraum.workspace import open as open_workspace
from tests.web.desk.test_desk import DELIVERIES, RELEASES, text
from tests.web.people import browser, make_person, send

START = "/intern/"


@pytest.mark.parametrize(
    ("asked", "shown", "first", "last"),
    [("", [1, 2], 1, 2), ("2", [3, 4], 3, 4), ("3", [5], 5, 5), ("99", [5], 5, 5), ("-1", [1, 2], 1, 2), ("x", [1, 2], 1, 2),
     ("9" * 400, [1, 2], 1, 2)],
)  # fmt: skip
def test_every_number_in_an_address_leads_to_a_page(asked: str, shown: list[int], first: int, last: int) -> None:
    found, ways = paged([1, 2, 3, 4, 5], {"page": asked}, "de", "list", size=2)
    assert ways is not None
    assert (found, ways.told) == (shown, f"Zeilen {first} bis {last} von 5")


def test_links_keep_what_else_the_address_asks_for() -> None:
    _, ways = paged(list(range(5)), {"page": "2", "person": "a&b"}, "de", "list", size=2)
    assert ways is not None
    assert (ways.before, ways.after) == ("?person=a%26b#list", "?person=a%26b&page=3#list")
    assert paged([1, 2], {}, "de", "list", size=2) == ([1, 2], None)


def test_people_and_jobs_come_in_pages(town: Path) -> None:  # noqa: ARG001
    from sozialraum.web.desk.models import FAILED, Job

    planner = make_person("planner")
    for number in range(30):
        make_person("reader")
        Job.objects.create(kind="prepare", about=f"nummer {number}", login=planner.login, state=FAILED)
    first, second = (text(browser(planner).get(f"/intern/auftraege/?page={one}")) for one in (1, 2))
    assert [len(re.findall("nummer ", one)) for one in (first, second)] == [25, 5]
    administrator = browser(make_person("administrator"))
    page = text(administrator.get("/intern/personen/?page=2"))
    assert ("26 bis 32 von 32" in page, "Konten: 32" in page) == (True, True)


def test_the_first_page_says_what_waits_and_for_whom(town: Path) -> None:
    planner, office = (make_person(role) for role in ("planner", "statistics-office"))
    assert "Bereiten Sie eine Freigabe vor" in text(browser(planner).get(START))
    open_workspace(town).prepare("bericht", by=planner.login)
    assert "wartet auf die Statistikstelle" in text(browser(planner).get(START))
    assert "„Bericht der Kleinstadt“ wartet auf Ihre Entscheidung." in text(browser(office).get(START))
    open_workspace(town).refuse("bericht", 1, by=office.login, reason="Nenner fehlt")
    assert "„Bericht der Kleinstadt“ wurde zurückgewiesen: Nenner fehlt" in text(browser(planner).get(START))
    assert "Nichts wartet auf Sie." in text(browser(office).get(START))
    assert "Nichts wartet auf Sie." in text(browser(make_person("reader")).get(START))


def test_a_refused_draft_tells_the_planner_the_reason_and_the_way_on(town: Path) -> None:
    planner = make_person("planner")
    open_workspace(town).prepare("bericht", by=planner.login)
    open_workspace(town).refuse("bericht", 1, by="amt@example.invalid", reason="Nenner fehlt")
    page = text(browser(planner).get(f"{RELEASES}bericht/1/"))
    assert "Nenner fehlt" in page
    assert "Neu vorbereiten" in page
    office = text(browser(make_person("statistics-office")).get(f"{RELEASES}bericht/1/"))
    assert ("Nenner fehlt" in office, "Neu vorbereiten" in office) == (True, False)


def test_undoing_a_delivery_names_the_release_that_rests_on_it(town: Path) -> None:
    planner = browser(make_person("planner"))
    found = open_workspace(town)
    found.prepare("bericht", by="petra@example.invalid")
    assert "Grundlage von" not in text(planner.get(DELIVERIES))
    open_workspace(town).approve("bericht", 1, by="amt@example.invalid")
    assert "bericht-1 beruht auf dieser Lieferung und bleibt veröffentlicht." in text(planner.get(DELIVERIES))
    told = {"delivery": found.deliveries[0].id, "reason": "falscher Stichtag"}
    assert send(planner, f"{DELIVERIES}zuruecknehmen/", told, page=DELIVERIES).status_code == 302
    assert "Trotzdem veröffentlicht: bericht-1" in text(planner.get(DELIVERIES))
    open_workspace(town).withdraw("bericht", 1, by="amt@example.invalid", reason="falscher Stichtag")
    assert "Trotzdem veröffentlicht" not in text(planner.get(DELIVERIES))


def test_a_fault_leads_to_its_field(house: Path) -> None:  # noqa: ARG001
    client: Any = browser(make_person("planner"))
    page = text(send(client, "/intern/konto/", {"old": "falsch", "password": "x", "again": "y"}))
    assert '<a href="#old">' in page
    assert re.search(r'id="old"[^>]* aria-invalid="true"', page)
    assert page.count("<title>Fehler: ") == 1


def test_wrong_files_of_the_workspace_are_named_to_those_who_can_mend_them(house: Path) -> None:
    (house / "release.toml").write_text("[[release", encoding="utf-8")
    answer: Any = browser(make_person("planner")).get(RELEASES)
    assert (answer.status_code, "release.toml" in text(answer)) == (500, True)
    assert "Nichts wurde geändert." in text(answer)
