"""Where the tests find real data: the setting SOZIALRAUM_DATA, never the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


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
