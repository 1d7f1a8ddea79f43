"""What the first page waits for: no library that only few pages need."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from textwrap import dedent
from threading import Thread

import pytest

from tests.web.serving import free_port, make_workspace

FORBIDDEN = {
    "pandas", "ninja", "fontTools", "scipy", "duckdb", "ibis", "authlib", "segno", "polars", "sklearn", "typst",
    "django.contrib.admin", "sozialraum.analysis", "sozialraum.sources", "sozialraum.indicators", "sozialraum.store",
    "sozialraum.web.desk.deliveries", "sozialraum.web.desk.releases", "sozialraum.web.desk.defining",
}  # fmt: skip


def run(code: str, folder: Path) -> str:
    """What the code prints in a process of its own, over that workspace."""
    told = {**os.environ, "SOZIALRAUM_WORKSPACE": str(folder)}
    done = subprocess.run([sys.executable, "-c", dedent(code)], env=told, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_first_page_is_made_before_libraries_are_loaded_that_few_readers_need(tmp_path: Path) -> None:
    code = f"""
        import sys, threading
        threading.Thread.start = lambda *_: None  # what comes after the first page
        from sozialraum.web.server.serving import _checked
        _checked({str(tmp_path)!r}, "127.0.0.1", 0)
        import sozialraum.web.server.application
        from sozialraum.web.figures.shelf import shelf
        assert [one[:2] for one in shelf().newest().answers._held] == [("de", "start")]
        print(*sorted({FORBIDDEN!r} & set(sys.modules)))
    """
    make_workspace(tmp_path)
    assert run(code, tmp_path) == ""


def test_a_second_start_finds_the_first_page_and_does_not_wait_for_the_release_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """
        import threading
        threading.Thread.start = lambda *_: None
        import sozialraum.web.server.application
        from sozialraum.web.figures.shelf import shelf
        shown = shelf().newest()
        print(shown.label, "release" in vars(shown), [one[:2] for one in shown.answers._held])
    """
    make_workspace(tmp_path / "workspace")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    told = [run(code, tmp_path / "workspace") for _ in range(2)]
    assert told == [f"2021-1 {read} [('de', 'start')]" for read in (True, False)]


def test_afterwards_arrow_knows_data_frames_again(tmp_path: Path) -> None:
    code = """
        import sys
        from sozialraum.web.server.lean import with_pandas, without_pandas
        import pyarrow as pa
        with without_pandas():
            pa.array(["Mitte", None]), pa.table({"value": [1.5, None]})["value"].to_numpy()
        assert "pandas" not in sys.modules
        with_pandas()
        import pandas as pd
        frame = pd.DataFrame({"name": ["Mitte", None], "value": [1.5, None]})
        print(pa.array(frame["value"]).null_count, pa.Table.from_pandas(frame)["name"].null_count)
    """
    assert run(code, tmp_path) == "1 1"


def test_jobs_can_be_ordered_without_the_administration_of_django(tmp_path: Path) -> None:
    code = """
        import os, sys
        os.environ["DJANGO_SETTINGS_MODULE"] = "sozialraum.web.server.settings"
        import django
        django.setup()
        from sozialraum.web.desk.jobs.orders import carry_out
        from django_tasks_db.management.commands.db_worker import Worker
        from django_tasks_db.models import DBTaskResult
        print(DBTaskResult.objects.model.__name__, carry_out.name, "django.contrib.admin" in sys.modules)
    """
    assert run(code, tmp_path) == "DBTaskResult carry_out False"


def test_public_pages_know_neither_accounts_nor_desk_nor_database() -> None:
    import sozialraum

    home = Path(sozialraum.__file__).parent / "web"
    beside = (
        home / f"{one}.py" for one in ("frame", "places", "ready/keeping", "ready/stock", "server/headers", "tags")
    )
    files = [*sorted(home.glob("figures/**/*.py")), *beside]
    others = re.compile(r"sozialraum\.web\.(accounts|desk)|django\.(db|contrib)")
    assert len(files) > 30
    assert [path.name for path in files if others.search(path.read_text(encoding="utf-8"))] == []


def test_whoever_waits_for_a_large_release_hears_once_where_its_pages_will_be(monkeypatch: pytest.MonkeyPatch) -> None:
    from sozialraum.web.server import serving

    class Late(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    monkeypatch.setattr(serving, "PATIENCE", 0.2)
    port, told = free_port(), list[str]()
    waiting = Thread(target=serving._wait, args=("127.0.0.1", port, lambda: told.append("slow")))
    waiting.start()
    waiting.join(1)
    assert (waiting.is_alive(), told) == (True, ["slow"])
    with HTTPServer(("127.0.0.1", port), Late) as server:
        server.timeout = 20
        while waiting.is_alive():
            server.handle_request()
            waiting.join(0.5)
    assert told == ["slow"]
