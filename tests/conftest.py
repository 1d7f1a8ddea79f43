"""Where the tests find real data: the setting SOZIALRAUM_DATA, never the repository."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SWITCHES = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip


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
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=list(SWITCHES))
        yield opened
        opened.close()
