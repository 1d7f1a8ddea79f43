"""What the first page waits for: no library that only few pages need."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from textwrap import dedent
from threading import Event, Thread, Timer

import pytest

from sozialraum.writing import one_at_a_time
from tests.web.server.test_filling import until
from tests.web.serving import free_port, make_workspace, served

FORBIDDEN = {
    "pandas", "ninja", "fontTools", "scipy", "duckdb", "ibis", "authlib", "segno", "polars", "sklearn", "typst",
    "django.contrib.admin", "sozialraum.analysis", "sozialraum.sources", "sozialraum.indicators", "sozialraum.store",
    "sozialraum.web.desk.deliveries", "sozialraum.web.desk.releases", "sozialraum.web.desk.defining",
}  # fmt: skip


def run(code: str, folder: Path, seconds: float | None = None) -> str:
    """What the code prints in a process of its own, over that workspace, which ends within these seconds."""
    told = {**os.environ, "SOZIALRAUM_WORKSPACE": str(folder)}
    words = [sys.executable, "-c", dedent(code)]
    done = subprocess.run(words, env=told, capture_output=True, text=True, check=True, timeout=seconds)
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


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a desktop")
@pytest.mark.parametrize("screen", [{}, {"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_the_browser_is_opened_where_windows_can_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, screen: dict[str, str]
) -> None:
    """On a server without a desktop what opens links would say seven times that it found no browser."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    opener, told = tmp_path / "programs" / "xdg-open", tmp_path / "opened.txt"
    opener.parent.mkdir()
    opener.write_text(f'#!/bin/sh\necho "$1" > {told}\n', encoding="utf-8")
    opener.chmod(0o755)
    surroundings = {"PATH": f"{opener.parent}:{os.environ['PATH']}", **screen}
    with served(make_workspace(tmp_path / "workspace"), "--lang", "de", **surroundings) as site:
        assert site.process.stdout is not None
        assert any("Konto" in line for line in site.process.stdout)  # what is said after the browser was opened
        if screen:
            until(lambda: told.exists() and told.read_text(encoding="utf-8").endswith("\n"))
    assert told.exists() == bool(screen)
    assert not screen or told.read_text(encoding="utf-8").strip() == f"{site.address}/"


def test_the_very_first_page_waits_for_no_font(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Choosing the letters takes longer than everything else together; a process beside does it."""
    code = f"""
        import sys, threading
        threading.Thread.start = lambda *_: None
        from sozialraum.web.server.serving import _checked
        _checked({str(tmp_path / "workspace")!r}, "127.0.0.1", 0)
        import sozialraum.web.server.application
        from sozialraum.web.figures.shelf import shelf
        print([one[:2] for one in shelf().newest().answers._held], "fontTools.subset" in sys.modules)
    """
    make_workspace(tmp_path / "workspace")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert run(code, tmp_path / "workspace") == "[('de', 'start')] False"
    until(lambda: len(list((tmp_path / "cache").glob("sozialraum/fonts-*/*.woff2"))) == 3)


def test_who_asks_for_a_font_that_is_being_made_waits_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sozialraum.reports import fonts

    monkeypatch.setattr(fonts, "cache_folder", lambda: tmp_path)
    (tmp_path / "lock").touch()
    with ThreadPoolExecutor(1) as reader:
        with one_at_a_time(tmp_path / "lock"):
            asked = reader.submit(fonts.screen_font.__wrapped__, 500)
            assert wait([asked], 0.3).done == set()
            for weight in fonts.WEIGHTS:
                (tmp_path / f"FiraSans-{weight}.woff2").write_text(f"made elsewhere, {weight}")
        assert asked.result(20) == b"made elsewhere, 500"


def test_a_font_that_can_be_kept_nowhere_is_handed_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sozialraum.reports import fonts

    monkeypatch.setattr(fonts, "cache_folder", lambda: tmp_path / "gone")
    assert fonts.screen_font.__wrapped__(400)[:4] == b"wOF2"


def test_a_full_disk_stops_no_drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sozialraum.reports import fonts

    known = fonts._advances(400)
    monkeypatch.setattr(fonts, "cache_folder", lambda: tmp_path / "gone")
    assert fonts._advances.__wrapped__(400) == known


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


def test_a_server_that_is_stopped_while_it_sets_up_the_accounts_ends(tmp_path: Path) -> None:
    """Python's end holds each handler of the log and asks for the log; Django's set-up holds the log and asks for each."""
    code = f"""
        import logging, logging.config, threading
        from sozialraum.web.accounts import standing
        from sozialraum.web.server import serving
        settling, ending = threading.Event(), threading.Event()

        class Handler(logging.Handler):
            def flush(self):
                ending.set()

        def first_word(_):
            with logging._lock:
                settling.set()
                ending.wait(1)
                logging.config.dictConfig({{"version": 1}})
            return ""

        kept = Handler()
        logging.getLogger().addHandler(kept)
        standing.first_word = first_word
        serving._wait, serving._server, serving._work = (lambda *_: None, lambda *_: settling.wait(), lambda *_: None)
        serving.serve({str(tmp_path)!r}, port={free_port()})
        print("stopped")
    """
    make_workspace(tmp_path)
    assert run(code, tmp_path, seconds=30) == "stopped"


def test_who_has_set_a_pdf_before_serves_pdfs_afterwards(tmp_path: Path) -> None:
    """As `sozialraum demo` does; the threads of the typesetter do not live on where a process divides."""
    code = f"""
        from threading import Thread
        from urllib.request import urlopen
        from sozialraum.reports import profiles_document
        from sozialraum.reports.writers.pdf import pdf
        from sozialraum.web.server.serving import serve
        from tests.reports.conftest import make_release

        def ask(address):
            print(urlopen(f"{{address}}gebiete/0101/profil.pdf", timeout=120).read(5).decode(), flush=True)

        pdf(profiles_document(make_release()))
        serve({str(make_workspace(tmp_path))!r}, port={free_port()}, ready=lambda one: Thread(target=ask, args=[one]).start())
    """
    with subprocess.Popen([sys.executable, "-c", dedent(code)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        late = Timer(120, process.kill)
        late.start()
        told = process.stdout.readline()
        late.cancel()
        process.kill()
    assert told == "%PDF-\n"


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
    port, told, heard = free_port(), list[str](), Event()
    waiting = Thread(target=serving._wait, args=("127.0.0.1", port, lambda: (told.append("slow"), heard.set())))
    waiting.start()
    assert heard.wait(60)
    assert waiting.is_alive()
    with HTTPServer(("127.0.0.1", port), Late) as server:
        server.timeout = 20
        while waiting.is_alive():
            server.handle_request()
            waiting.join(0.5)
    assert told == ["slow"]
