"""Markup and template words in every text that people or files bring in: on every staff page they are text and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.accounts.test_attack import INDICATOR, text, upload
from tests.web.crawl import links
from tests.web.people import browser, make_person, send, work_off
from tests.web.routes import routes
from tests.workspace import town as plain
from tests.workspace.town import CHILDREN, make_town, rows

DELIVERIES, RELEASES, DEFINITIONS = "/intern/lieferungen/", "/intern/freigaben/", "/intern/definitionen/"
EVIL = "<img src=x onerror=alert(7)>{{ 7|add:42 }}{% now 'Y' %}<script>alert(7)</script>\" onfocus=alert(7) x='"
TOML = EVIL.replace('"', '\\"')
SAID = re.compile(r"&lt;img src=x onerror=alert\(7\)&gt;\{\{ 7\|add:42 \}\}\{% now ")
"""How it may stand on a page: escaped, and not evaluated."""


@pytest.fixture
def evil(tmp_path: Path, database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:  # noqa: ARG001
    """A town in which everything that can be named is named so: areas, levels, sources, indicators, a release, the house."""
    from django.test.utils import override_settings

    from sozialraum.web.figures.shelf import shelf

    for name in ("SETTINGS", "SOURCE", "PLAN"):
        told = getattr(plain, name)
        for old in ("Kleinstadt", "Planungsraum", "Bezirk", "Meldebehörde (erfunden)", '"Einwohner', "Bericht der "):
            told = told.replace(old, f'"{TOML}' if old[0] == '"' else TOML) if old in told else told
        monkeypatch.setattr(plain, name, told)
    folder = make_town(tmp_path / "kleinstadt").folder
    _rename(folder / "areas" / "areas.gpkg")
    _rename(folder / "areas" / "districts.gpkg")
    (folder / "indicators").mkdir()
    mine = INDICATOR.format(id="mein", field="demography", age=18)
    for old in ("Anteil.", "Share.", '"Anteil"', '"Share"', "Melderegister", "One of two", "Von 100"):
        mine = mine.replace(old, f'"{TOML}"' if old[0] == '"' else TOML)
    (folder / "indicators" / "mein.toml").write_text(mine, encoding="utf-8")
    plan = folder / "release.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace('"share_under_18"', '"mein"'), encoding="utf-8")
    with override_settings(SOZIALRAUM_WORKSPACE=str(folder)):
        shelf.cache_clear()
        yield folder
    shelf.cache_clear()


def _rename(file: Path) -> None:
    import geopandas as gpd

    layer = gpd.read_file(file)
    layer["name"] = [f"{EVIL} {key}" for key in layer["key"]]
    layer.to_file(file)


def person(role: str) -> Any:
    found = make_person(role, login=f"{role}<img src=x>@example.invalid")
    found.name = EVIL
    found.save()
    return found


def at_work(people: dict[str, Any]) -> list[str]:
    """Goes through the whole work with evil texts in every field; the pages of what came of it."""
    from sozialraum.workspace import open as open_workspace

    planner, office, administrator = (browser(people[one]) for one in ("planner", "statistics-office", "administrator"))
    messy = rows(year="2025").replace("Raum;", f"{EVIL.replace(';', ',')};").replace(";2025;12;", f";2025;{EVIL};")
    pages = [upload(planner, messy, f"{EVIL}.csv", source=""), upload(planner, messy, "einwohner_2026.csv")]
    refused = upload(planner, rows([one + 1 for one in CHILDREN], "2027"))
    assert send(planner, f"{refused}ablehnen/", {"reason": EVIL}, page=refused).status_code == 302
    told = {"release": "bericht", "note": EVIL}
    assert send(planner, f"{RELEASES}vorbereiten/", told, page=RELEASES).status_code == 302
    assert work_off().state == "done"
    page = f"{RELEASES}bericht/1/"
    assert send(office, f"{page}freigeben/", {"looked": "1", "rule": "1"}, page=page).status_code == 302
    assert work_off().state == "done"
    pages += [page, f"{page}protokoll/"]
    told = {"release": "bericht-1", "reason": EVIL}
    assert send(office, f"{RELEASES}zurueckziehen/", told, page=RELEASES).status_code == 302
    (delivery, *_) = open_workspace(_folder()).deliveries
    told = {"delivery": delivery.id, "reason": EVIL}
    assert send(planner, f"{DELIVERIES}zuruecknehmen/", told, page=DELIVERIES).status_code == 302
    told = {"name": EVIL, "login": "neu<img src=x>", "role": "statistics-office", "field": EVIL, "area": EVIL}
    assert send(administrator, "/intern/personen/", {**told, "area": "", "field": ""}).status_code == 302
    assert send(administrator, "/intern/personen/", told).status_code == 400
    return [
        *pages,
        refused,
        f"{DEFINITIONS}indicator/mein/",
        f"{DEFINITIONS}source/einwohner/",
        "/intern/zahlen/?indicator=mein",
    ]


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.SOZIALRAUM_WORKSPACE)


def test_on_no_staff_page_is_a_text_more_than_a_text(evil: Path) -> None:  # noqa: ARG001
    people = {role: person(role) for role in ("administrator", "planner", "statistics-office", "commune")}
    own = at_work(people)
    own += [f"/intern/personen/{one.pk}/" for one in people.values()]
    listed = [address for name, (address, _) in routes().items() if name.startswith("staff-de:")]
    clients = [browser(one) for one in people.values()]
    wrong, escaped, opened = [], set(), 0
    for address in (*own, *listed):
        page = shown(clients, address)
        forbidden = [] if address.endswith("/protokoll/") else links(page).forbidden  # a file of its own, to take along
        if "<img src=x" in page or "<script>alert" in page or "&gt;49" in page or forbidden:
            wrong.append(address)
        opened += bool(page)
        escaped |= {address} if SAID.search(page) else set()
    assert wrong == []
    assert opened > 20
    assert len(escaped) > 15, escaped


def shown(clients: list[Any], address: str) -> str:
    """The page as the first sees it who may; empty where there is none."""
    for client in clients:
        answer = client.get(address)
        if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
            return text(answer)
    return ""
