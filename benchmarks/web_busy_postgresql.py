"""50 readers while a release comes, with accounts and jobs in PostgreSQL: the same as `web_busy` on a real server of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from benchmarks import web_busy
from benchmarks.web_busy import AIM as AIM
from benchmarks.web_busy import more as more
from benchmarks.web_busy import prepare as prepare


def ours(folder: Path) -> dict[str, Any]:
    """As `web_busy` tells it. Raises: SystemExit where PostgreSQL is missing."""
    from sozialraum.web.accounts.database import SETTING
    from tests.web.postgres import programs, running

    where = programs()
    if where is None:
        raise SystemExit("PostgreSQL is missing: apt-get install postgresql")
    with running(where) as server:
        os.environ[SETTING] = server.address
        return web_busy.ours(folder)
