"""From the first link to a commune that sees its own areas and not its neighbour's, in a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from time import time
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Built
from tests.web.people import PASSWORD
from tests.web.serving import Served, served

pytestmark = pytest.mark.timeout(900)
OWN, NEIGHBOUR = "02", "01"
"""Keys of two municipalities."""
FIGURES = "/intern/zahlen/?indicator=child_poverty_u15&level=planning_area&period=2024"
PAGES = (
    "/intern/",
    "/intern/konto/",
    "/intern/konto/zweiter-faktor/",
    "/intern/personen/",
    "/intern/personen/1/",
    "/intern/protokoll/",
)


@pytest.fixture(scope="module")
def house(county: Built, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    folder = tmp_path_factory.mktemp("house") / "musterkreis"
    shutil.copytree(county.folder, folder)
    with served(folder) as found:
        yield found, folder


@pytest.fixture(scope="module")
def people(house: tuple[Served, Path], browser: Any) -> Iterator[dict[str, Any]]:
    """Pages of browsers in which the administrator and a commune are signed in, after they set up their accounts."""
    site, _ = house
    administrator = open_page(browser)
    administrator.goto(first_link(site))
    administrator.get_by_label("Ihr Name").fill("Platzhalter Verwaltung")
    administrator.get_by_label("Anmeldename").fill("verwaltung@example.invalid")
    set_up(administrator)
    commune = open_page(browser)
    commune.goto(added(administrator, site, "gemeinde@example.invalid", "commune", f"municipality:{OWN}"))
    set_up(commune)
    yield {"administrator": administrator, "commune": commune}
    for one in (administrator, commune):
        one.context.close()


def first_link(site: Served) -> str:
    """The link for the first administrator; on a busy computer the server says before that it takes a while."""
    told = []
    for line in site.process.stdout or ():
        told.append(line)
        if link := re.search(r"http://\S+/intern/einladung/\S+", line):
            return link[0]
    raise AssertionError(told)


def open_page(browser: Any) -> Any:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True).new_page()
    page.complaints = []
    page.on("pageerror", lambda one: page.complaints.append(str(one)))
    return page


def set_up(page: Any) -> None:
    """Password and second factor, as behind every first link."""
    from sozialraum.web.accounts.signing import codes

    page.get_by_label("Neues Passwort", exact=True).fill(PASSWORD)
    page.get_by_label("Das neue Passwort noch einmal").fill(PASSWORD)
    page.get_by_role("button", name="Speichern und anmelden").click()
    secret = page.locator(".sheet code").inner_text().replace(" ", "")
    page.get_by_label("Sechsstelliger Code").fill(codes.code(secret, int(time()) // codes.STEP))
    page.get_by_role("button", name="Einrichten und weiter").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="Ich habe sie aufbewahrt").click()


def added(page: Any, site: Served, login: str, role: str, area: str) -> str:
    """The link for a person whom the administrator adds."""
    page.goto(f"{site.address}/intern/personen/")
    page.get_by_label("Name", exact=True).fill("Platzhalter Gemeinde")
    page.get_by_label(re.compile("^Anmeldename")).fill(login)
    page.get_by_label("Rolle").select_option(role)
    page.get_by_label("Nur in diesem Gebiet").select_option(area)
    page.get_by_role("button", name="Hinzufügen und Link erstellen").click()
    return str(page.locator("code.once").inner_text())


def rows(page: Any) -> dict[str, tuple[str, str]]:
    """Name of an area -> its full and its released value, as the page shows them."""
    found = page.locator("main tbody tr").evaluate_all(
        "all => all.map(one => [...one.children].map(cell => cell.innerText.trim()))"
    )
    return {name: (full, released) for name, full, released in found}


def truth(folder: Path, municipality: str) -> dict[str, str]:
    """Name of each planning area of a municipality -> its unprotected value, computed beside the pages."""
    import sozialraum as sr
    from sozialraum.reports.language import shown

    workspace = sr.open(folder)
    figures = workspace.figures(["child_poverty_u15"], "planning_area", ["2024"])
    vintage = workspace.areas.vintage_of("2024")
    layer, above = (
        workspace.areas.layer("planning_area", vintage),
        workspace.areas.parents("planning_area", "municipality", vintage),
    )
    labels = dict(zip(layer.keys, layer.labels, strict=True))
    return {
        labels[one["area"]]: shown(one["value"], 1)
        for one in figures.table.to_pylist()
        if above[one["area"]] == municipality
    }


def test_a_commune_sees_its_own_areas_and_not_its_neighbours(
    house: tuple[Served, Path], people: dict[str, Any]
) -> None:
    site, folder = house
    commune = people["commune"]
    commune.locator("main").get_by_role("link", name="Interne Zahlen").click()
    commune.get_by_label("Kennzahl").select_option("child_poverty_u15")
    commune.get_by_label("Ebene").select_option("planning_area")
    commune.get_by_role("button", name="Anzeigen").click()
    expect(commune.locator("main tbody tr")).not_to_have_count(0)
    commune.goto(site.address + FIGURES)
    shown, own, neighbour = rows(commune), truth(folder, OWN), truth(folder, NEIGHBOUR)
    assert {name: shown[name][0] for name in own} == own
    assert {shown[name][0] for name in neighbour} == {"nicht Ihr Gebiet"}
    assert {full for name, (full, _) in shown.items() if name not in own} == {"nicht Ihr Gebiet"}
    hidden = [name for name in neighbour if shown[name][1] == "geheim"]
    assert hidden
    assert all(neighbour[name] not in shown[name] for name in hidden)


def test_a_commune_sees_in_full_what_the_release_hides(house: tuple[Served, Path], people: dict[str, Any]) -> None:
    site, folder = house
    seen = []
    for indicator in ("child_poverty_u15", "youth_unemployment_share", "old_age_basic_income_rate", "share_80_plus"):
        people["commune"].goto(f"{site.address}/intern/zahlen/?indicator={indicator}&level=planning_area&period=2024")
        shown = rows(people["commune"])
        seen += [shown[name] for name in truth(folder, OWN)]
    assert any(released == "geheim" and full[0].isdigit() for full, released in seen)


@pytest.mark.parametrize("asked", ["&area=010101", "&level=municipality%27--", "&period=../../2024", "&indicator=%00"])
def test_no_parameter_opens_the_neighbours_areas(
    house: tuple[Served, Path], people: dict[str, Any], asked: str
) -> None:
    people["commune"].goto(house[0].address + FIGURES + asked)
    own = set(truth(house[1], OWN))
    assert {full for name, (full, _) in rows(people["commune"]).items() if name not in own} <= {"nicht Ihr Gebiet"}


def test_a_commune_administers_nothing(house: tuple[Served, Path], people: dict[str, Any]) -> None:
    for address in ("/intern/personen/", "/intern/protokoll/"):
        answer = people["commune"].goto(house[0].address + address)
        assert answer.status == 403
        expect(people["commune"].locator("h1")).to_have_text("Nicht erlaubt")


def test_the_administrator_reads_who_saw_what_and_sees_no_figures(
    house: tuple[Served, Path], people: dict[str, Any]
) -> None:
    administrator = people["administrator"]
    assert administrator.goto(house[0].address + FIGURES).status == 403
    people["commune"].goto(house[0].address + FIGURES)
    administrator.goto(f"{house[0].address}/intern/protokoll/")
    told = administrator.locator("main tbody").inner_text()
    assert "Zahlen gesehen\tchild_poverty_u15 planning_area 2024" in told


def violations(page: Any) -> list[tuple[str, str]]:
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate('() => document.querySelectorAll("tbody tr:nth-child(n + 6)").forEach(one => one.remove())')
    return [(one["id"], one["nodes"][0]["html"][:200]) for one in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
@pytest.mark.parametrize("address", [*PAGES, FIGURES, "/en/staff/"])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(
    house: tuple[Served, Path], people: dict[str, Any], address: str, width: int, scheme: str
) -> None:
    page = people["commune" if address == FIGURES else "administrator"]
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(house[0].address + address)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (360, "light")])
@pytest.mark.parametrize("address", ["/intern/anmelden/", "/intern/einladung/falsch/", "/intern/personen/"])
def test_axe_finds_nothing_before_the_sign_in(
    house: tuple[Served, Path], people: dict[str, Any], browser: Any, address: str, width: int, scheme: str
) -> None:
    page = people["commune"] if "personen" in address else open_page(browser)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.goto(house[0].address + address)
    if "anmelden" in address:  # with a fault on it
        page.get_by_label("Anmeldename").fill("niemand")
        page.get_by_label("Passwort").fill("falsch")
        page.get_by_role("button", name="Anmelden").click()
        page.get_by_role("alert").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if page is not people["commune"]:
        page.context.close()


def test_the_sign_in_works_by_keyboard_under_the_strict_policy(
    house: tuple[Served, Path], people: dict[str, Any], browser: Any
) -> None:
    assert people  # the accounts are there
    context = browser.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    page.goto(f"{house[0].address}/intern/")
    assert violations_free(page)
    page.get_by_label("Anmeldename").focus()
    page.keyboard.type("gemeinde@example.invalid")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/anmelden/code/")
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert [one for one in complaints if "403" not in one] == []
    context.close()


def violations_free(page: Any) -> bool:
    """One title, one main part, labels on every field; axe itself cannot run under the policy."""
    return bool(
        page.evaluate(
            "() => document.querySelectorAll('h1').length === 1 && document.querySelectorAll('main').length === 1"
            " && [...document.querySelectorAll('main input:not([type=hidden])')].every(one => one.labels.length === 1)"
        )
    )
