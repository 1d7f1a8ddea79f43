"""A draft whose delivery was undone, or whose definition changed, is not released: the page says what changed and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.web.desk.test_desk import DEFINITIONS, DELIVERIES, RELEASES, filled, prepared, text
from tests.web.people import browser, make_person, send, work_off

BOXES = {"looked": "1", "rule": "1"}


def undo(client: Any, town: Path) -> str:
    from sozialraum.workspace import open as open_workspace

    (one,) = open_workspace(town).deliveries
    told = {"delivery": one.id, "reason": "falsches Jahr"}
    assert send(client, f"{DELIVERIES}zuruecknehmen/", told, page=DELIVERIES).status_code == 302
    return one.id


def test_the_desk_says_which_delivery_was_undone_and_does_not_release(town: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    planner, office = browser(make_person("planner")), browser(make_person("statistics-office"))
    page = prepared(planner)
    assert "data-ticks" in text(office.get(page))
    gone = undo(planner, town)
    seen = text(office.get(page))
    assert f"die Lieferung {gone} zurückgenommen worden" in seen
    assert "Bereiten Sie die Freigabe neu vor" in seen
    assert "data-ticks" not in seen
    answer = send(office, f"{page}freigeben/", BOXES, page=page)
    assert (answer.status_code, gone in text(answer)) == (400, True)
    assert open_workspace(town).releases == {}
    assert gone in text(planner.get(page.replace("/intern/freigaben", "/en/staff/releases")))


def test_a_delivery_undone_between_order_and_work_stops_the_release(town: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    planner, office = browser(make_person("planner")), browser(make_person("statistics-office"))
    page = prepared(planner)
    assert send(office, f"{page}freigeben/", BOXES, page=page).status_code == 302
    gone = undo(planner, town)
    job = work_off()
    assert (job.kind, job.state) == ("approve", "failed")
    assert gone in job.told["de"]
    assert "Prepare the release again" in job.told["en"]
    assert (open_workspace(town).releases, open_workspace(town).draft("bericht").state) == ({}, "open")


def test_the_desk_says_which_definition_changed(town: Path) -> None:
    planner, office = browser(make_person("planner")), browser(make_person("statistics-office"))
    new = {**filled(), "s:id": "kinder_unter_6", "act": "keep"}
    assert send(planner, f"{DEFINITIONS}indicator/", new).status_code == 302
    plan = town / "release.toml"
    added = plan.read_text(encoding="utf-8").replace('"share_under_18"', '"share_under_18", "kinder_unter_6"')
    plan.write_text(added, encoding="utf-8")
    page = prepared(planner)
    assert "data-ticks" in text(office.get(page))
    place = f"{DEFINITIONS}indicator/kinder_unter_6/"
    assert send(planner, place, {**new, "s:polarity": "higher_worse"}).status_code == 302
    seen = text(office.get(page))
    assert "hat sich die Definition der Kennzahl „kinder_unter_6“ geändert" in seen
    assert send(office, f"{page}freigeben/", BOXES, page=page).status_code == 400
    assert send(office, f"{page}ablehnen/", {"reason": "neu"}, page=page).status_code == 302
    assert browser().get("/health").json()["release"] is None


def test_a_draft_is_never_released_twice_by_two_of_the_office(town: Path) -> None:
    from sozialraum.workspace import open as open_workspace

    page = prepared(browser(make_person("planner")))
    first, second = browser(make_person("statistics-office")), browser(make_person("statistics-office"))
    assert send(first, f"{page}freigeben/", BOXES, page=page).status_code == 302
    assert "gibt diesen Entwurf gerade frei" in text(send(second, f"{page}freigeben/", BOXES, page=page))
    assert work_off().state == "done"
    assert send(second, f"{page}freigeben/", BOXES, page=RELEASES).status_code == 400
    assert open_workspace(town).releases == {"bericht": [1]}
