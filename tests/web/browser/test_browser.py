"""The pages in a real browser, served as on a clerk's PC: nothing over the edge, journeys, keyboard."""

from __future__ import annotations

import io
import re
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.web.serving import Served, free_port, make_workspace, served

PAGES = (
    "/", "/karte/?indicator=child_poverty_u15&beside=child_poverty_u15&beside_period=2018", "/gebiete/?q=hafen",
    "/karte/?indicator=index&choose=0101&choose=0102&area=0101", "/gebiete/0103/", "/kennzahlen/",
    "/kennzahlen/child_poverty_u15/", "/index/?status=very_low&dynamic=negative", "/vergleich/?a=0101&b=0203",
    "/vergleich/zusammenhang/", "/vergleich/verteilung/", "/geschichten/", "/geschichten/kinder/", "/impressum/",
    "/daten/", "/berichte/", "/berichte/social-report/", "/nirgendwo",
)  # fmt: skip


STORY = """+++
title = "Wo Kinder arm aufwachsen"
release = "2021-1"
+++

## Wie es ging

Ein Satz.

```figure
kind = "course"
indicator = "child_poverty_u15"
```

## Wo

```figure
kind = "map"
indicator = "child_poverty_u15"
```
"""


LONGER = """() => {
  const name = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk-Siedlung im Ortsteil Unterwellenborn an der Saale";
  document.querySelectorAll("h1, .home > span, .chip, main ul:not(.dates) li, .peers li").forEach(
    one => one.append(" " + name));
}"""
"""Names as long as an authority may give them, at every place where names stand."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = make_workspace(tmp_path_factory.mktemp("musterstadt"))
    (folder / "stories").mkdir()
    (folder / "stories" / "kinder.md").write_text(STORY, encoding="utf-8")
    with served(folder) as found:
        yield found


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda one: opened.complaints.append(one.text) if one.type == "error" else None)
    opened.on("pageerror", lambda one: opened.complaints.append(str(one)))
    yield opened
    context.close()


@pytest.mark.parametrize("address", PAGES)
def test_nothing_runs_over_the_edge_on_small_screens_and_at_200_percent(page: Any, site: Served, address: str) -> None:
    page.goto(site.address + address)
    for width in (640, 360, 320):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(LONGER)
    for width in (1280, 640, 360):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 700})
    assert page.locator("#menu").bounding_box()["height"] < 100  # the entries stand beside one another


@pytest.mark.parametrize("address", ["/gebiete/0303/", "/karte/?indicator=index&beside=index"])
def test_paper_shows_the_columns_of_the_screen_and_nothing_to_press(page: Any, site: Served, address: str) -> None:
    page.set_viewport_size({"width": 680, "height": 900})  # what A4 has between its margins
    page.emulate_media(media="print")
    page.goto(site.address + address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    expect(page.locator("thead th.desk").first).to_be_visible()
    pressed = page.locator("button, select, input, .controls, .time, .handles, nav, footer, .chip")
    expect(pressed.filter(visible=True)).to_have_count(0)


@pytest.mark.parametrize("address", PAGES[:-1])
def test_nothing_is_asked_from_elsewhere_and_nothing_is_blocked(page: Any, site: Served, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(site.address + address)
    page.wait_for_load_state("networkidle")
    assert [one for one in asked if not one.startswith((site.address, "blob:"))] == []
    assert page.complaints == []


def test_a_citizen_finds_the_own_area_and_takes_its_profile_along(page: Any, site: Served) -> None:
    page.goto(site.address)
    page.get_by_role("combobox", name="Mein Gebiet finden").fill("hafen")  # at once, so that there is one answer
    page.get_by_role("option").nth(2).wait_for()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/gebiete/0303/")
    expect(page.locator("h1")).to_have_text("Gebiet 0303")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Profil als PDF").click()
    content = Path(waiting.value.path()).read_bytes()
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) == 1
    assert waiting.value.suggested_filename == "profil-0303-2021-1.pdf"
    assert page.complaints == []


def test_an_answer_that_comes_late_takes_no_choice_away(page: Any, site: Served) -> None:
    page.goto(site.address)
    field, options = page.get_by_role("combobox", name="Mein Gebiet finden"), page.get_by_role("option")
    field.fill("hafe")
    options.nth(2).wait_for()
    late = held(page, "**/*q=hafen")
    field.press("n")
    come(page, late, 1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = options.nth(1).inner_text()
    page.evaluate("document.querySelector('.suggestions li').dataset.before = ''")
    late[0].continue_()
    until(page, "!document.querySelector('.suggestions [data-before]')")
    expect(page.locator(".suggestions [aria-selected=true]")).to_have_text(chosen, use_inner_text=True)
    page.keyboard.press("Enter")
    page.wait_for_url("**/gebiete/0302/")


def test_the_map_is_read_with_the_keyboard(page: Any, site: Served) -> None:
    page.goto(site.address)
    picture = page.locator(".hero .picture svg")
    picture.focus()
    for press, name in (("ArrowRight", "Gebiet 0101"), ("ArrowRight", "Gebiet 0102"), ("ArrowUp", "Gebiet 0202")):
        page.keyboard.press(press)
        expect(page.locator(".hero .info")).to_have_text(re.compile(f"^{name}:"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/gebiete/0202/")


def held(page: Any, addresses: str) -> list[Any]:
    """The requests of such addresses from now on; each waits until it is let through."""
    found: list[Any] = []
    page.route(addresses, lambda one: found.append(one))
    return found


def come(page: Any, found: list[Any], count: int) -> Any:
    """Waits for so many requests; the last of them."""
    for _ in range(600):
        if len(found) >= count:
            return found[count - 1]
        page.wait_for_timeout(50)
    raise AssertionError(len(found))


def asks(page: Any, part: str) -> None:
    """Waits until the address of the page asks for that."""
    expect(page).to_have_url(re.compile(re.escape(part)))


def drawn(page: Any, count: int = 1) -> None:
    """Waits until the maps carry their values."""
    page.locator(".pane[data-drawn]").nth(count - 1).wait_for(timeout=60_000)


def closer(page: Any, count: int = 1) -> None:
    """Asks for a closer look, and waits until the browser's graphics have drawn the maps."""
    page.get_by_role("button", name="Näher heran").click()
    page.locator(".gl[data-ready]").nth(count - 1).wait_for(timeout=60_000)


def until(page: Any, script: str) -> None:
    """Waits until the script says yes; the content policy of the page forbids what Playwright would do for that."""
    for _ in range(300):
        if page.evaluate(script):
            return
        page.wait_for_timeout(100)
    raise AssertionError(script)


def asked_of(page: Any, site: Served) -> list[str]:
    """What the page fetches from now on."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url.removeprefix(site.address).partition("?")[0]))
    return asked


def fills(page: Any) -> dict[str, str]:
    """The colour of every area of the picture, as it is drawn."""
    script = "all => Object.fromEntries(all.map(one => [one.dataset.k, getComputedStyle(one).fill]))"
    told: dict[str, str] = page.locator(".picture [data-k]").evaluate_all(script)
    return told


def test_the_map_serves_before_anything_is_started(page: Any, site: Served) -> None:
    asked = asked_of(page, site)
    page.goto(f"{site.address}/karte/?indicator=child_poverty_u15&period=2018")
    drawn(page)
    page.locator(".picture [data-k='0202']").hover()
    expect(page.locator("#chosen")).to_have_text(re.compile(r"^Gebiet 0202 \(Auental\)"))
    page.locator(".picture [data-k='0203']").click()
    asks(page, "area=0203")
    page.get_by_role("button", name="Gebiete zusammenfassen").click()
    page.locator(".picture [data-k='0202']").click()
    page.get_by_role("heading", name="Eigene Auswahl: ein Gebiet").wait_for()
    expect(page.locator(".picture svg")).to_have_attribute("data-here", "1")
    expect(page.locator(".picture svg")).to_have_attribute("data-picked", "1")
    page.get_by_label("Zeitpunkt").select_option("2020")
    page.locator(".pane[data-drawn*='period=2020']").wait_for()
    changed = fills(page)
    assert not [one for one in asked if "maplibre" in one or "gebiete.json" in one]
    assert page.evaluate("typeof maplibregl") == "undefined"
    page.reload()
    drawn(page)
    assert fills(page) == changed  # as the server draws it
    assert page.complaints == []


def test_the_index_changes_its_triangles_in_the_picture(page: Any, site: Served) -> None:
    page.goto(f"{site.address}/karte/?indicator=child_poverty_u15")
    drawn(page)
    page.get_by_label("Kennzahl", exact=True).select_option("index")
    page.locator(".pane[data-drawn*='indicator=index']").wait_for()
    shown, signs = fills(page), page.locator(".picture .marks").inner_html()
    page.reload()
    drawn(page)
    assert (fills(page), page.locator(".picture .marks").inner_html()) == (shown, signs)
    box = page.locator(".picture .marks path").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)  # a triangle hides no area
    page.locator("#chosen strong").wait_for()
    assert signs.count("<path") > 0


def test_the_map_changes_colours_without_fetching_outlines_again(page: Any, site: Served) -> None:
    page.goto(f"{site.address}/karte/?indicator=child_poverty_u15&period=2018")
    drawn(page)
    closer(page)
    asked = asked_of(page, site)
    page.get_by_label("Zeitpunkt").select_option("2020")
    page.locator(".pane[data-drawn*='period=2020']").wait_for()
    assert sorted(one for one in asked if "/static/" not in one) == ["/karte/", "/karte/werte.json"]
    expect(page.locator("h1")).to_have_text("Kinderarmut, Ende 2020")
    asks(page, "period=2020")
    expect(page.locator("#legend")).to_contain_text("geheim")
    assert page.complaints == []


def test_time_plays_with_the_keyboard_stops_when_told_and_at_the_end(page: Any, site: Served) -> None:
    page.goto(f"{site.address}/karte/?indicator=child_poverty_u15&period=2016")
    drawn(page)
    time, told = page.locator("#time"), page.locator("#time output")
    expect(time.locator(".dates li")).to_have_text(["2016", "2018", "2020"])
    dates, play, stop = (
        held(page, "**/karte/?*pictures=none"),
        *(time.get_by_role("button", name=name) for name in ("Abspielen", "Anhalten")),
    )
    play.press("Enter")
    told.get_by_text("läuft").wait_for()
    come(page, dates, 1)
    stop.press("Enter")
    play.press("Enter")  # while the first date is still on its way
    come(page, dates, 2)
    for one in dates:
        one.continue_()
    come(page, dates, 3)
    stop.press("Enter")
    play.wait_for()
    dates[2].continue_()  # what was on its way still arrives, and nothing after it
    until(page, "document.querySelector('#time input').value === '2'")
    play.press("Enter")
    for count in (4, 5, 6):
        come(page, dates, count).continue_()
    play.wait_for()
    expect(told).to_have_text("Ende 2020")
    assert [re.findall("period=([0-9]+)", one.request.url) for one in dates] == [
        [one] for one in ("2018", "2018", "2020", "2016", "2018", "2020")
    ]
    page.unroute_all()
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    drawn(page)
    expect(time.get_by_role("button")).to_have_count(0)
    assert page.complaints == []


@pytest.mark.parametrize("near", [False, True])
def test_the_map_page_is_used_with_the_keyboard(page: Any, site: Served, near: bool) -> None:
    page.goto(f"{site.address}/karte/?indicator=child_poverty_u15&area=0101")
    drawn(page)
    if near:
        closer(page)
    shown = page.locator(".maplibregl-canvas" if near else ".picture svg")
    shown.focus()
    for press, name in (("ArrowRight", "Gebiet 0102"), ("ArrowUp", "Gebiet 0202"), ("ArrowLeft", "Gebiet 0201")):
        page.keyboard.press(press)
        expect(page.locator("#chosen")).to_contain_text(name)
    asks(page, "area=0201")
    page.keyboard.press("t")
    expect(page.locator(".frame:focus")).to_have_count(1)
    shown.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/gebiete/0201/")


def test_areas_are_put_together_with_the_keyboard_and_the_link_opens_them_again(page: Any, site: Served) -> None:
    page.goto(f"{site.address}/karte/?indicator=population_total&area=0101")
    drawn(page)
    page.locator(".picture svg").focus()
    for press in (" ", "ArrowRight", " "):
        page.keyboard.press(press)
    page.get_by_role("heading", name="Eigene Auswahl: zwei Gebiete").wait_for()
    expect(page.locator("#permanent")).to_have_attribute("href", re.compile("choose=0101&choose=0102"))
    link, told = page.locator("#permanent").get_attribute("href"), page.locator("#selection dd").inner_text()
    page.goto(f"{site.address}/karte/{link}")
    drawn(page)
    expect(page.locator("#selection dd")).to_have_text(told)
    page.get_by_role("link", name="Auswahl aufheben").click()
    page.locator("#selection h2").wait_for(state="hidden")
    expect(page).not_to_have_url(re.compile("choose"))
    assert page.complaints == []


def test_two_maps_stand_beside_one_another_and_move_together(page: Any, site: Served) -> None:
    page.goto(f"{site.address}/karte/?indicator=child_poverty_u15&beside=share_under_18&area=0203")
    drawn(page, 2)
    expect(page.locator("#chosen span[data-map]")).to_have_count(2)
    closer(page, 2)
    page.get_by_role("button", name="Weiter weg").wait_for()
    views = "panes.map(({ map }) => [map.getZoom(), ...map.getCenter().toArray()].map(one => one.toFixed(6)).join())"
    until(page, "panes.every(({ map }) => !map.isMoving())")
    first, second = page.evaluate(views)
    assert first == second
    pictures = page.locator(".gl canvas").evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    assert pictures[0] == pytest.approx(pictures[1], abs=2)


def test_two_dates_tell_the_change_of_the_area_that_is_pointed_at(page: Any, site: Served) -> None:
    page.goto(
        f"{site.address}/karte/?indicator=child_poverty_u15&period=2020&beside=child_poverty_u15&beside_period=2016&area=0402"
    )
    drawn(page, 2)
    page.locator("#chosen").get_by_text("Veränderung: −3,0").wait_for()
    late = held(page, "**/karte/werte.json?*beside=*")  # what changed in every area
    page.get_by_label("Zeitpunkt", exact=True).select_option("2018")
    page.locator("h1").get_by_text("Ende 2018").wait_for()
    page.locator(".pane[data-drawn*='period=2018']").wait_for()
    expect(page.locator("#chosen")).not_to_contain_text("Veränderung")
    come(page, late, 1).continue_()
    page.locator("#chosen").get_by_text("Veränderung").wait_for()
    expect(page.locator("#chosen")).not_to_contain_text("Veränderung: −3,0")
    page.get_by_label("Daneben", exact=True).select_option("share_under_18")
    page.locator(".pane[data-drawn*='share_under_18']").wait_for()
    expect(page.locator("#chosen")).not_to_contain_text("Veränderung")
    assert page.complaints == []


@pytest.mark.parametrize("missing", ["**/gebiete.json*", "**/maplibre-gl*.js"])
def test_where_no_closer_look_is_possible_the_picture_still_serves(page: Any, site: Served, missing: str) -> None:
    page.route(missing, lambda route: route.abort())
    page.goto(f"{site.address}/karte/?indicator=child_poverty_u15&period=2018")
    drawn(page)
    page.get_by_role("button", name="Näher heran").click()
    expect(page.get_by_role("alert")).to_contain_text("Die Tabelle unten zeigt dieselben Zahlen")
    page.locator(".picture [data-k='0202']").hover()
    expect(page.locator("#chosen")).to_have_text(re.compile("^Gebiet 0202"))
    page.get_by_label("Zeitpunkt").select_option("2020")
    page.locator(".pane[data-drawn*='period=2020']").wait_for()
    expect(page.locator("#numbers tbody tr")).to_have_count(24)
    page.unroute(missing)
    closer(page)


REVEALED = """new MutationObserver(() => {
  const { map } = document.querySelector(".gl[data-ready]") && window.revealed === undefined ? panes[0] : {};
  if (map) window.revealed = [typeof map.getPaintProperty("near-fill", "fill-color"), map.areTilesLoaded()];
}).observe(document, { subtree: true, attributes: true });"""


def test_the_picture_stays_until_the_closer_look_has_its_colours(page: Any, site: Served) -> None:
    page.add_init_script(REVEALED)
    page.goto(f"{site.address}/karte/")
    page.get_by_role("button", name="Näher heran").click()
    page.locator(".gl[data-ready]").wait_for(timeout=60_000)
    assert page.evaluate("window.revealed") == ["object", True]


def test_the_drawing_from_near_follows_dark_and_light(page: Any, site: Served) -> None:
    page.goto(f"{site.address}/karte/?indicator=child_poverty_u15")
    drawn(page)
    closer(page)
    ground = "panes[0].map.getPaintProperty('ground', 'background-color')"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Dunkel").click()
    until(page, f"panes[0].ready && {ground} !== '{light}'")
    expect(page.locator(".gl")).to_have_count(1)
    assert page.complaints == []


def test_without_script_everything_is_there(browser: Any, site: Served) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(site.address)
    page.get_by_label("Mein Gebiet finden").fill("0204")
    page.get_by_role("button", name="Suchen").click()
    page.get_by_role("link", name="Gebiet 0204").first.click()
    expect(page.locator("h1")).to_have_text("Gebiet 0204")
    expect(page.get_by_role("navigation", name="Hauptmenü")).to_be_visible()
    context.close()


def test_the_choice_of_dark_or_light_is_kept(page: Any, site: Served) -> None:
    page.goto(site.address)
    page.get_by_role("button", name="Dunkel").click()
    page.goto(site.address + "/berichte/")
    expect(page.locator("body")).to_have_css("background-color", "rgb(15, 17, 32)")


def test_the_choice_offered_follows_the_system(page: Any, site: Served) -> None:
    """A system that turns dark in the evening turns an open page; its button then offers light."""
    page.goto(site.address)
    page.get_by_role("button", name="Dunkel").wait_for()
    page.emulate_media(color_scheme="dark")
    page.get_by_role("button", name="Hell").click()
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")


def test_the_menu_opens_on_a_phone(page: Any, site: Served) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(site.address)
    menu = page.get_by_role("navigation", name="Hauptmenü")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menü").click()
    menu.get_by_role("link", name="Kennzahlen").click()
    page.wait_for_url("**/kennzahlen/")


def test_a_port_in_use_is_said(site: Served, tmp_path: Path) -> None:
    from sozialraum.errors import CallError
    from sozialraum.web import first_free, serve

    port = int(site.address.rpartition(":")[2])
    with pytest.raises(CallError, match="Cannot listen on"):
        serve(make_workspace(tmp_path), port=port)
    assert first_free("127.0.0.1", port) > port
    with pytest.raises(CallError, match="Nobody here knows"):
        serve(make_workspace(tmp_path / "other"), host="nowhere.invalid")
    with pytest.raises(CallError, match="is no workspace"):
        serve(tmp_path / "nowhere", port=free_port())


def test_the_server_starts_with_little_work_and_ends_when_told(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with served(make_workspace(tmp_path)) as found:
        pass
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert found.process.returncode in (0, 130)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 10  # 3 s on a quiet machine
