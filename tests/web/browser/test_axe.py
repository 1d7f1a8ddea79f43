"""Every page of the table of routes, as anyone who may open it sees it: no violation, readable in light and dark, nothing
over the edge on a phone, at 200 % zoom and with letters of twice the size. A new page fails until it is named here."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sozialraum.web.accounts.signing import codes
from sozialraum.web.desk.defining.starting import STARTS
from sozialraum.workspace import open as open_workspace
from sozialraum.workspace.archive import save_release
from tests.reports.conftest import make_release
from tests.web.browser.test_browser import STORY
from tests.web.entered import enter, opened
from tests.web.people import PASSWORD, ROLES
from tests.web.routes import routes
from tests.web.serving import Served, served
from tests.workspace.town import make_town, rows

PUBLIC = {
    "start": [""], "map": ["", "?indicator=child_poverty_u15&beside=child_poverty_u15&choose=0101&choose=0102&area=0101"],
    "areas": ["", "?q=hafen"], "compare": ["?a=0101&b=0203"], "correlate": [""], "spread": [""], "index": ["?status=very_low"],
    "area": ["0103/", "0203/?peers=status"], "data": [""], "indicators": [""], "indicator": ["child_poverty_u15/"],
    "stories": [""], "story": ["kinder/"], "imprint": [""], "accessibility": [""], "privacy": [""],
    "reports": [""], "report": ["social-report/"],
}  # fmt: skip
"""Page -> what its address ends with."""
STAFF = {
    "start": "planner", "account": "planner", "factor": "planner", "figures": "commune", "people": "administrator",
    "person": "administrator", "log": "administrator", "deliveries": "planner", "releases": "statistics-office",
    "draft": "statistics-office", "jobs": "planner", "definitions": "planner", "definition-new": "planner",
    "definition": "planner", "sign-in": "", "invitation": "",
}  # fmt: skip
"""Page behind the sign-in -> a role that may open it; the start page is looked at for every role."""
ENDS = {"person": "1/", "draft": "bericht/1/", "definition-new": "indicator/", "definition": "indicator/my_share/"}
JOURNEYS = {"code", "delivery", "job"}
"""Pages that are looked at in the journeys below."""
WITHOUT_A_PAGE = {
    # files and data
    "map-values", "map-geometry", "map-place", "map-tiles", "map-tile", "map-selection", "map-file", "suggestions", "area-pdf",
    "area-csv", "catalogue", "release-csv", "indicator-csv", "report-pdf",
    "report-html", "draft-protocol", "job-state", "job-file",
    # forms that lead back to a page, and the way to the sign-in service
    "sign-out", "service", "from-service", "grant", "revoke", "close", "forget-factor", "link", "confirm", "dismiss",
    "delivery-undo", "delivery-map", "delivery-check", "delivery-accept", "delivery-refuse", "release-prepare",
    "release-choose", "release-withdraw", "release-report", "draft-approve", "draft-refuse", "job-cancel", "definition-live",
}  # fmt: skip
LOOKS = {"de": (("light", 1280), ("dark", 360)), "en": (("dark", 1280), ("light", 360))}
"""Language -> schemes and widths in which axe reads its pages: all four together, at the price of two."""
SHORTER = """() => {
  document.querySelectorAll("details").forEach(one => one.open = true);
  document.querySelectorAll("tbody tr:nth-child(n + 6), section.profile:nth-of-type(n + 3)").forEach(one => one.remove());
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A town with a draft and a story, and the invented release as what everybody sees."""
    folder = make_town(tmp_path_factory.mktemp("axe") / "kleinstadt").folder
    open_workspace(folder).prepare("bericht", by="paul@example.invalid")
    open_workspace(folder).declare("indicator", STARTS["indicator"])
    save_release(folder, make_release())
    (folder / "stories").mkdir()
    (folder / "stories" / "kinder.md").write_text(STORY, encoding="utf-8")
    with served(folder) as found:
        yield found, folder


def test_every_page_is_named_here() -> None:
    named = {*PUBLIC, *STAFF, *JOURNEYS, *WITHOUT_A_PAGE}
    found = {name.partition(":")[2] for name in routes() if name.startswith(("de:", "en:", "staff-"))}
    assert found - named == set()
    assert named - found == set()


def addresses(space: str, name: str) -> list[str]:
    """Addresses of a page with keys that there are, in place of the invented ones of the table."""
    base = re.sub(r"(0101|child_poverty_u15|fremd|999999|csv)/.*$", "", routes()[f"{space}:{name}"][0])
    return [base + one for one in (PUBLIC[name] if space in ("de", "en") else [ENDS.get(name, "")])]


def faults(page: Any) -> list[tuple[str, ...]]:
    """What axe objects to in the two looks of the page's language, and what runs over the edge."""
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_load_state()
    page.evaluate(SHORTER)
    told: list[tuple[str, ...]] = []
    for scheme, width in LOOKS[page.evaluate("document.documentElement.lang")]:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        told += [
            (scheme, str(width), one["id"], one["nodes"][0]["html"][:160], one["nodes"][0]["failureSummary"][:300])
            for one in found
        ]
    return told + [("too wide", str(width), letters) for width, letters in edges(page)]


def edges(page: Any) -> list[tuple[int, str]]:
    """Widths at which the page has to be pushed sideways: a phone, 200 % zoom, letters of twice the size."""
    found = []
    for width, letters in ((360, "100%"), (640, "100%"), (1280, "200%")):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("size => { document.documentElement.style.fontSize = size; }", letters)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((width, letters))
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


@pytest.mark.parametrize("language", ["de", "en"])
def test_public_pages(browser: Any, site: tuple[Served, Path], language: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    found = {}
    for name in PUBLIC:
        for address in addresses(language, name):
            assert page.goto(site[0].address + address).status == 200, address
            assert page.evaluate("document.documentElement.lang") == language
            found[address] = faults(page)
    nowhere = "/nirgendwo" if language == "de" else "/en/nowhere"
    assert page.goto(site[0].address + nowhere).status == 404
    found[nowhere] = faults(page)
    context.close()
    assert {address: told for address, told in found.items() if told} == {}


@pytest.mark.parametrize("language", ["de", "en"])
def test_pages_for_staff(browser: Any, site: tuple[Served, Path], language: str) -> None:
    address, folder = site[0].address, site[1]
    look = {"viewport": {"width": 1280, "height": 900}, "bypass_csp": True}
    found: dict[tuple[str, str], Any] = {}
    for role in ("", *ROLES):
        session = enter(folder, f"{role}@example.invalid", role) if role else ""
        context = opened(browser, address, session, **look) if role else browser.new_context(**look)
        page = context.new_page()
        for name in [one for one, opener in STAFF.items() if opener == role or (role and one == "start")]:
            (one,) = addresses(f"staff-{language}", name)
            status = page.goto(address + one).status
            assert (status, name) in ((200, name), (404, "invitation")), one
            found[role, one] = faults(page)
        if role == "reader":  # the page that refuses
            (one,) = addresses(f"staff-{language}", "people")
            assert page.goto(address + one).status == 403
            found[role, one] = faults(page)
        context.close()
    assert {one: told for one, told in found.items() if told} == {}


def test_signing_in_with_a_second_factor_needs_no_mouse(browser: Any, site: tuple[Served, Path]) -> None:
    address, folder = site[0].address, site[1]
    login = "nora@example.invalid"
    enter(folder, login, "planner")
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()

    def enter_password() -> None:
        page.goto(f"{address}/intern/anmelden/")
        page.get_by_label("Anmeldename").focus()
        page.keyboard.type(login)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")

    enter_password()
    page.wait_for_url("**/zweiter-faktor/")
    found = faults(page)
    secret = page.locator(".hint code").inner_text().replace(" ", "")
    page.locator("#code").focus()
    used = int(time.time()) // codes.STEP
    page.keyboard.type(codes.code(secret, used))
    page.keyboard.press("Enter")
    page.locator(".codes").wait_for()
    found += faults(page)
    page.get_by_role("button", name="Abmelden").press("Enter")
    enter_password()
    page.wait_for_url("**/code/")
    found += faults(page)
    page.locator("#code").focus()
    page.keyboard.type(codes.code(secret, max(int(time.time()) // codes.STEP, used + 1)))
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Abmelden").wait_for()
    context.close()
    assert found == []


def test_the_steps_of_a_delivery(browser: Any, site: tuple[Served, Path]) -> None:
    address, folder = site[0].address, site[1]
    session = enter(folder, "dora@example.invalid", "planner")
    context = opened(browser, address, session, viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}/intern/lieferungen/")
    file = folder.parent / "meldungen.csv"
    file.write_text(rows(year="2025").replace(";2025;12;", ";2025;-;"), encoding="utf-8")
    page.get_by_label("Datei hier ablegen oder auswählen").set_input_files(file)
    page.get_by_role("button", name="Datei senden und ansehen").press("Enter")
    page.get_by_role("heading", name="Was erkannt wurde").wait_for()
    found = faults(page)
    page.goto(f"{address}/intern/auftraege/")
    page.locator("tbody a").first.press("Enter")
    page.get_by_role("link", name="Weiter").wait_for()
    found += faults(page)
    context.close()
    assert found == []
