"""The map page in a browser that has seen nothing before: milliseconds until it can be used.

Chromium without a window draws in software, beside the server on the same cores. A page can be used when the outlines are
drawn in the colours of their classes. `SOZIALRAUM_BENCHMARK_WORKSPACE` names another workspace than the invented town.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.web import OWN, _ask, _free_port
from benchmarks.web import prepare as prepare

AIM = "usable under 2 s"
TIMES = 5
SWITCHES = ("--no-sandbox", "--enable-unsafe-swiftshader", "--use-gl=angle", "--use-angle=swiftshader")
TOLD = """() => {
  const parts = performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"));
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const bytes = parts.reduce((sum, one) => sum + one.transferSize, 0);
  return { first_paint_ms: paint ? paint.startTime : 0, requests: parts.length, kB: bytes / 1000 };
}"""


def ours(folder: Path) -> dict[str, Any]:
    """Of several visits the middle one, and the slowest."""
    port = _free_port()
    command = [sys.executable, "-m", "sozialraum", "serve", os.environ.get(OWN, str(folder)), "--port", str(port)]
    process = subprocess.Popen([*command, "--no-browser"], stdout=subprocess.DEVNULL)
    try:
        while _ask(port, "/karte/") is None:
            time.sleep(0.05)
        visits = _visits(f"http://127.0.0.1:{port}/karte/")
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
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(SWITCHES))
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(address, wait_until="commit")
            page.wait_for_selector(".gl[data-drawn]", state="attached", timeout=120_000)
            found.append({"usable_ms": page.evaluate("performance.now()"), **page.evaluate(TOLD)})
            browser.close()
    return found


def more(_folder: Path, ours: dict[str, Any], _plain: object = None) -> str:
    """Every figure that was measured."""
    return "\n".join(f"    {name}: {value}" for name, value in ours["answer"].items())
