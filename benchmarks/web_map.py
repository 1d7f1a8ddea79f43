"""The map page in a browser that has seen nothing before: milliseconds until it can be used, and what then takes how long.

Chromium without a window draws in software, beside the server on the same cores; how long it takes to paint a page of text
from the same server stands beside, for it is part of every other figure. The map page can be used when the map is painted
with its classes and answers the pointer. Then a pointer names an area, another figure is chosen, somebody looks closer.
`SOZIALRAUM_BENCHMARK_WORKSPACE` names another workspace than the invented town.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.web import OWN, _ask, _free_port
from benchmarks.web import prepare as prepare

AIM = "usable under 2 s"
TIMES = 5
SWITCHES = ("--no-sandbox", "--enable-unsafe-swiftshader", "--use-gl=angle", "--use-angle=swiftshader")
WATCH = """new MutationObserver(() => {
  if (!window.drawn && document.querySelector(".pane[data-drawn]")) window.drawn = performance.now();
}).observe(document, { subtree: true, attributes: true });"""
TOLD = """async () => {
  const paint = () => performance.getEntriesByName("first-contentful-paint")[0];
  while (!paint()) await new Promise(done => setTimeout(done, 20));
  const parts = performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"));
  const bytes = parts.reduce((sum, one) => sum + one.transferSize, 0);
  return { first_paint_ms: paint().startTime, drawn_ms: window.drawn || 0, requests: parts.length, kB: bytes / 1000 };
}"""


def ours(folder: Path) -> dict[str, Any]:
    """Of several visits the middle one, and the slowest."""
    port = _free_port()
    command = [sys.executable, "-m", "sozialraum", "serve", os.environ.get(OWN, str(folder)), "--port", str(port)]
    process = subprocess.Popen([*command, "--no-browser"], stdout=subprocess.DEVNULL)
    try:
        while _ask(port, "/karte/") is None:
            time.sleep(0.05)
        visits = _visits(f"http://127.0.0.1:{port}")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
    middle = {name: round(median(one[name] for one in visits), 1) for name in visits[0]}
    return {**middle, "slowest_ms": round(max(one["usable_ms"] for one in visits), 1)}


def _visits(address: str) -> list[dict[str, float]]:
    """Each by a browser of its own: nothing is kept from the one before."""
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as playwright:
        for _ in range(TIMES):
            with _opened(playwright, f"{address}/impressum/") as page:
                text = page.evaluate(TOLD)["first_paint_ms"]
            with _opened(playwright, f"{address}/karte/") as page:
                page.wait_for_selector(".pane[data-drawn]", state="attached", timeout=120_000)
                told = page.evaluate(TOLD)
                usable = max(told["first_paint_ms"], told.pop("drawn_ms"))
                found.append({"page_of_text_ms": text, "usable_ms": usable, **told, **_used(page)})
    return found


@contextmanager
def _opened(playwright: Any, address: str) -> Iterator[Any]:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(SWITCHES))
    page = browser.new_page(viewport={"width": 1280, "height": 1400}, bypass_csp=True)
    page.add_init_script(WATCH)
    page.goto(address, wait_until="commit")
    yield page
    browser.close()


def _used(page: Any) -> dict[str, float]:
    """What a reader does next."""
    areas, figures = page.locator(".picture [data-k]"), page.locator("#indicator option")
    chosen = figures.nth(1).get_attribute("value")
    return {
        "pointed_ms": _taken(areas.nth(40).hover, page.locator("#chosen strong").wait_for),
        "other_figure_ms": _taken(
            lambda: page.locator("#indicator").select_option(chosen),
            page.locator(f".pane[data-drawn*='indicator={chosen}&']").wait_for,
        ),
        "closer_ms": _taken(page.locator(".handles button").nth(1).click, page.locator(".gl[data-ready]").wait_for),
        "closer_again_ms": _taken(
            page.locator(".handles button").nth(1).click,
            lambda: page.wait_for_function("panes[0].map.isMoving() === false && panes[0].map.loaded()"),
        ),
    }


def _taken(act: Callable[[], Any], seen: Callable[[], Any]) -> float:
    """Milliseconds from doing something to seeing that it happened."""
    started = time.monotonic()
    act()
    seen()
    return (time.monotonic() - started) * 1000


def more(_folder: Path, ours: dict[str, Any], _plain: object = None) -> str:
    """Every figure that was measured."""
    return "\n".join(f"    {name}: {value}" for name, value in ours["answer"].items())
