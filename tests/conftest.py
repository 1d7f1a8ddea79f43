"""What all tests share: real data (never in the repository), a browser, and which tests one worker keeps together."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

SWITCHES = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip

TOGETHER = {
    "tests/journeys/test_musterkreis.py": "county",
    "tests/journeys/test_proof.py": "county",
    "tests/journeys/test_staff.py": "county",
    "tests/web/browser/test_axe.py": "browser",
    "tests/web/browser/test_browser.py": "browser",
    "tests/web/browser/test_desk_browser.py": "browser",
    "tests/web/browser/test_many.py": "browser",
}
"""Files whose tests run one after the other in one worker, because they share what takes long to build."""

PATIENCE = 60_000
"""Milliseconds in which a page must show what is expected of it."""

settings.register_profile("unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # no test fails because the machine is busy


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that no worker waits at the end for another that began them last."""
    items.sort(key=lambda item: item.nodeid.split("::")[0] not in TOGETHER)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """One worker takes a whole file, so that what its tests share is built once; the marks of xdist do nothing here.

    From pytest 9.2 on, groups of xdist 3.8 are ignored without a word (github.com/pytest-dev/pytest-xdist/issues/1386).
    """
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return TOGETHER.get(file, file)

    return Scheduling(config, log)


def absent(reason: str) -> None:
    """Skip with the reason; in CI what is missing is a failure."""
    if os.environ.get("SOZIALRAUM_STRICT"):
        pytest.fail(f"SOZIALRAUM_STRICT is set, so this may not be skipped: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the publishers' files (docs/how-to/real-data.md names publisher, title, licence and file)."""
    setting = os.environ.get("SOZIALRAUM_DATA", "")
    folder = Path(setting)
    if not setting or not folder.is_dir():
        absent("SOZIALRAUM_DATA names no folder with the publishers' files; see docs/how-to/real-data.md")
    return folder.resolve()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's chromium, without a window."""
    program = shutil.which("chromium")
    if program is None:
        absent("chromium is missing: apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=list(SWITCHES))
        yield opened
        opened.close()
