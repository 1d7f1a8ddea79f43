"""The map page in a browser: milliseconds until it can be used, and what then takes how long.

Two browsers on a computer without graphics hardware, beside the server on the same cores: as Debian installs it, which draws
pages by the processor, and one that is made to believe in graphics hardware and has it emulated by the processor, the worst
that a virtual desktop does. Each is asked twice: in a browser launched a moment before, and as a person meets it, in one that
stands open, with nothing kept of the page. How long a page of text from the same server takes stands beside, for it is part of
every other figure. The map page can be used when the map is painted with its classes and answers the pointer. Then a pointer
names an area, another figure is chosen, somebody looks closer. `SOZIALRAUM_BENCHMARK_WORKSPACE` names another workspace than
the invented town.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.web import OWN, _ask, _free_port
from benchmarks.web import prepare as prepare

AIM = "usable under 2 s"
TIMES = 5
SETTLED = 5.0
"""Seconds after which a browser has done what it does at its launch."""
BROWSERS = {
    "drawn by the processor": ("--no-sandbox",),
    "graphics hardware emulated": (
        "--no-sandbox",
        "--enable-unsafe-swiftshader",
        "--use-gl=angle",
        "--use-angle=swiftshader",
    ),
}
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
    """By browser, of several visits the middle one and the slowest."""
    port = _free_port()
    command = [sys.executable, "-m", "sozialraum", "serve", os.environ.get(OWN, str(folder)), "--port", str(port)]
    process = subprocess.Popen([*command, "--no-browser"], stdout=subprocess.DEVNULL)
    try:
        while _ask(port, "/karte/") is None:
            time.sleep(0.05)
        return dict(_measured(f"http://127.0.0.1:{port}"))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _measured(address: str) -> Iterator[tuple[str, dict[str, float]]]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        for name, switches in BROWSERS.items():
            yield (
                f"{name}, launched a moment before",
                _told([_launched(playwright, switches, address) for _ in range(TIMES)]),
            )
            with _browser(playwright, switches) as browser:
                browser.new_page().goto("about:blank")
                time.sleep(SETTLED)
                yield f"{name}, standing open", _told([_visit(browser, address) for _ in range(TIMES)])


def _told(visits: list[dict[str, float]]) -> dict[str, float]:
    middle = {name: round(median(one[name] for one in visits), 1) for name in visits[0]}
    return {**middle, "slowest_ms": round(max(one["usable_ms"] for one in visits), 1)}


def _launched(playwright: Any, switches: Sequence[str], address: str) -> dict[str, float]:
    """Each page by a browser of its own."""
    with _browser(playwright, switches) as browser:
        text = _text_page(browser, address)
    with _browser(playwright, switches) as browser:
        return {**text, **_map_page(browser, address)}


def _visit(browser: Any, address: str) -> dict[str, float]:
    return {**_text_page(browser, address), **_map_page(browser, address)}


def _text_page(browser: Any, address: str) -> dict[str, float]:
    with _opened(browser, f"{address}/impressum/") as page:
        return {"page_of_text_ms": page.evaluate(TOLD)["first_paint_ms"]}


def _map_page(browser: Any, address: str) -> dict[str, float]:
    with _opened(browser, f"{address}/karte/") as page:
        page.wait_for_selector(".pane[data-drawn]", state="attached", timeout=120_000)
        told = page.evaluate(TOLD)
        usable = max(told["first_paint_ms"], told.pop("drawn_ms"))
        return {"usable_ms": usable, **told, **_used(page)}


@contextmanager
def _browser(playwright: Any, switches: Sequence[str]) -> Iterator[Any]:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(switches))
    yield browser
    browser.close()


@contextmanager
def _opened(browser: Any, address: str) -> Iterator[Any]:
    """Nothing is kept from a page before: each has a context of its own."""
    page = browser.new_page(viewport={"width": 1280, "height": 1400}, bypass_csp=True)
    page.add_init_script(WATCH)
    page.goto(address, wait_until="commit")
    yield page
    page.close()


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
    rows = [(name, ", ".join(f"{key} {value}" for key, value in told.items())) for name, told in ours["answer"].items()]
    return "\n".join(f"    {name}: {text}" for name, text in rows)
