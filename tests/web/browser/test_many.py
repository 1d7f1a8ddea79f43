"""A level of many areas in a real browser: districts from far away, single areas close by, and nothing drawn twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import shapely
from playwright.sync_api import expect

from sozialraum.workspace.archive import save_release
from tests.reports.conftest import CHILDREN, make_release, row
from tests.web.serving import SETTINGS, Served, served

SIDE, DISTRICT = 60, 12
"""Areas along an edge of the square, and of a district."""


def name(level: str, across: int, down: int) -> str:
    return f"{across // DISTRICT}{down // DISTRICT}" + (f"{across:02d}{down:02d}" if level == "planning_area" else "")


def squares() -> Iterator[tuple[str, str, dict[str, str], Any]]:
    """Level, key, coarser keys and outline of everything."""
    for level, step in (("planning_area", 1), ("district", DISTRICT), ("city", SIDE)):
        for across in range(0, SIDE, step):
            for down in range(0, SIDE, step):
                above = {"district": name("district", across, down)} if level == "planning_area" else {}
                key = "0" if level == "city" else name(level, across, down)
                box = shapely.box(across * 100, down * 100, (across + step) * 100, (down + step) * 100)
                yield level, key, {} if level == "city" else {**above, "city": "0"}, box


def places() -> pa.Table:
    told = [
        {"area": key, "level": level, "vintage": "2016", "name": f"Ort {key}", "label": f"Ort {key}", "parent": None,
         "parents": json.dumps(above), "residents": 500.0, "area_m2": box.area, "geometry": shapely.to_wkb(box)}
        for level, key, above, box in squares()
    ]  # fmt: skip
    return pa.Table.from_pylist(told, schema=make_release().areas.schema)


def rows() -> Iterator[dict[str, Any]]:
    for level, key, _, box in squares():
        for period in ("2018", "2020"):
            if level != "city":
                value = round(5 + (box.bounds[0] / 200 if period == "2020" else box.bounds[1] / 200), 1)
                yield row("child_poverty_u15", key, period, value, level)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("viele")
    (folder / "sozialraum.toml").write_text(SETTINGS, encoding="utf-8")
    save_release(folder, make_release(list(rows()), (CHILDREN,), places()))
    with served(folder) as found:
        yield found


def test_districts_from_far_away_single_areas_close_by(browser: Any, site: Served) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, reduced_motion="reduce", bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda one: asked.append(one.url.removeprefix(site.address).partition("?")[0]))
    page.on("pageerror", lambda one: complaints.append(str(one)))
    page.goto(f"{site.address}/karte/?indicator=child_poverty_u15&period=2018")
    page.locator(".pane[data-drawn]").wait_for()
    page.get_by_text("Aus dieser Entfernung: Bezirke.").wait_for()
    page.locator(".picture svg").focus()  # the districts
    assert not [one for one in asked if "kacheln" in one]  # no outline of a single area was needed yet
    page.keyboard.press("ArrowRight")  # leads closer first
    page.get_by_text("In dieser Nähe: Planungsräume.").wait_for()
    page.wait_for_function("document.activeElement === panes[0].map.getCanvas()")
    page.wait_for_function("panes[0].map.areTilesLoaded() && panes[0].map.loaded()")
    page.keyboard.press("ArrowRight")
    page.locator("#chosen").get_by_text("Ort 22").wait_for()
    first = page.locator("#chosen strong").inner_text()
    across, down = int(first.split()[1][2:4]), int(first.split()[1][4:])
    page.keyboard.press("ArrowRight")
    page.get_by_text(f"Ort {name('planning_area', across + 1, down)} (Ort 22)").wait_for()
    page.wait_for_function("panes[0].map.areTilesLoaded() && panes[0].map.loaded()")
    asked.clear()
    page.get_by_label("Zeitpunkt").select_option("2020")
    page.locator(".pane[data-drawn*='period=2020']").wait_for()
    page.wait_for_function("panes[0].map.areTilesLoaded() && panes[0].map.loaded()")
    fetched = sorted(one for one in asked if "/static/" not in one and "gebiet.json" not in one)
    assert fetched == ["/karte/", "/karte/werte.json", "/karte/werte.json"]
    middle = f"{5 + (across + 1) * 0.5:.1f}".replace(".", ",")
    page.locator("#chosen").get_by_text(middle).wait_for()
    expect(page.locator("#numbers tbody tr, #told tbody tr")).to_have_count(50)
    zoom = page.evaluate("panes[0].map.getZoom()")
    page.locator("#told .rows").get_by_role("link", name="Weiter").press("Enter")
    page.locator("#told .rows").get_by_text("Zeilen 51 bis 100 von 3.600").wait_for()
    expect(page.locator(".frame:focus")).to_have_count(1)
    assert page.evaluate("panes[0].map.getZoom()") == zoom
    page.mouse.move(0, 0)
    drawings = """async way => {
      await new Promise(done => { panes[0].map.once("idle", done); panes[0].map.triggerRepaint(); });
      let count = 0;
      panes[0].map.on("render", () => count++);
      for (const key of way) { point(parts[0], key); await new Promise(done => setTimeout(done, 100)); }
      return count;
    }"""
    way = [name("planning_area", across + 1, down), name("planning_area", across, down)]
    assert page.evaluate(drawings, way) == 0  # what is pointed at is drawn above the map, not with it
    expect(page.locator(".over")).to_have_attribute("data-here", "1")
    assert complaints == []
    context.close()


COLOURS = """async () => {
  const { map, values } = panes[0], { names, areas } = values.near.fills, canvas = map.getCanvas(), fine = devicePixelRatio;
  const { width, height } = canvas, pen = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
  await new Promise((done) => { map.once("render", () => { pen.drawImage(canvas, 0, 0); done(); }); map.triggerRepaint(); });
  const turned = (text) => {
    pen.fillStyle = text; pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).join();
  };
  const told = map.queryRenderedFeatures({ layers: ["near-fill"] }).map(({ id, geometry }) => {
    const box = new maplibregl.LngLatBounds();
    walk(geometry, (corner) => box.extend(corner));
    const { x, y } = map.project(box.getCenter());
    const inside = x > 5 && y > 5 && x < width / fine - 5 && y < height / fine - 5;
    const wanted = names[areas.charCodeAt(id) - 97];
    return inside && wanted && [id, wanted, [...pen.getImageData(x * fine, y * fine, 1, 1).data].slice(0, 3).join()];
  });
  return told.filter(Boolean).map(([id, wanted, seen]) => [id, turned(colour(wanted)), seen]);
}"""


def test_without_a_coarser_level_the_map_begins_near(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "sozialraum.toml").write_text(SETTINGS, encoding="utf-8")
    single = [one for one in rows() if one["level"] == "planning_area"]
    save_release(tmp_path, make_release(single, (CHILDREN,), places()))
    with served(tmp_path) as site:
        page = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True).new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{site.address}/karte/?indicator=child_poverty_u15")
        page.locator(".pane[data-drawn]").wait_for()
        page.get_by_text("ist nur für Planungsräume freigegeben").wait_for()
        page.wait_for_function("panes[0].map.areTilesLoaded() && panes[0].map.loaded()")
        assert 200 < page.evaluate("panes[0].map.queryRenderedFeatures({ layers: ['near-fill'] }).length") < 2500
        seen = page.evaluate(COLOURS)
        assert len({wanted for _, wanted, _ in seen}) == 5
        assert max(area for area, _, _ in seen) - min(area for area, _, _ in seen) > 1000  # many rows of letters
        assert [one for one in seen if one[1] != one[2]] == []
        page.evaluate("panes[0].map.zoomTo(0, { animate: false })")
        assert page.evaluate("panes[0].map.getZoom() >= parts[0].from")
        page.context.close()
