"""Pages made ahead by a process of its own: where they lie, who may read them, and when it stops."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest

from sozialraum.workspace.archive import save_release
from sozialraum.workspace.withdrawing import Withdrawal, withdraw
from tests.reports.conftest import make_release
from tests.web.conftest import later
from tests.web.serving import make_workspace, served


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A workspace with one release; answers go to a cache of its own."""
    return make_workspace(tmp_path / "workspace")


PAGES = """
from sozialraum.web.ready import filling
from sozialraum.web.figures.views import ahead
ahead.make_files = lambda shown: None
filling.main()
"""
"""The process without the files that take long."""


def fill(home: Path, code: str = PAGES) -> str:
    """What the process says; its input stays open until it has ended."""
    told = {**os.environ, "SOZIALRAUM_WORKSPACE": str(home), "XDG_CACHE_HOME": str(home.parent / "cache")}
    words = [sys.executable, "-c", code]
    with subprocess.Popen(
        words, env=told, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        return process.stdout.read()


def never(*_: object) -> None:
    raise AssertionError


def stored(home: Path) -> dict[Path, int]:
    """Every stored answer with the time it was written."""
    every = (home.parent / "cache").glob("sozialraum/pages-*/*")
    return {one: one.stat().st_mtime_ns for one in every if one.name != "lock"}


def test_every_page_of_the_release_is_made_once_for_its_owner_only(home: Path) -> None:
    assert fill(home, "from sozialraum.web.ready.filling import main; main()") == "ready\n"
    first = stored(home)
    assert len(first) > 60
    assert {one.stat().st_mode & 0o777 for one in first} == {0o600}
    assert all(re.fullmatch("[0-9a-f]{64}", one.name) for one in first)
    assert fill(home) == "ready\n"
    assert stored(home) == first


def test_nothing_is_made_of_a_release_that_was_withdrawn(home: Path) -> None:
    release = make_release()
    withdraw(home, release.name, release.version, Withdrawal("Amt", "2026-01-01T00:00:00", "falsch"))
    assert (fill(home), stored(home)) == ("", {})


def test_it_goes_no_further_when_the_release_is_withdrawn_meanwhile(home: Path) -> None:
    code = """
from sozialraum.web.figures.views import ahead
from sozialraum.web.ready import filling
real = ahead.make_first
def withdrawn(shown):
    real(shown)
    from sozialraum.workspace.withdrawing import Withdrawal, withdraw
    from sozialraum.web.figures.shelf import shelf
    withdraw(shelf().folder, shown.release.name, shown.release.version, Withdrawal("Amt", "2026-01-01T00:00:00", "falsch"))
    shelf()._looked = float("-inf")
ahead.make_first = withdrawn
filling.main()
"""
    assert (fill(home, code), stored(home)) == ("ready\n", {})


def test_a_fault_is_told_without_what_it_was_about(home: Path) -> None:
    code = """
from sozialraum.web.figures.views import ahead
from sozialraum.web.ready import filling
def broken(shown):
    raise ValueError("Birkenhof 17")
ahead.make_first = broken
filling.main()
"""
    assert fill(home, code).endswith("(ValueError); they are made when somebody asks.\n")


def test_it_ends_with_whoever_started_it(home: Path) -> None:
    told = {**os.environ, "SOZIALRAUM_WORKSPACE": str(home), "XDG_CACHE_HOME": str(home.parent / "cache")}
    code = (
        "from sozialraum.web.ready import filling; import time; filling._fill = lambda: time.sleep(600); filling.main()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], env=told, stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(60) == 0


def test_pages_of_a_new_release_are_found_by_a_server_that_did_not_make_them(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sozialraum.web.figures.shelf import Releases
    from sozialraum.web.figures.views import page

    save_release(home, later(make_release(), 2))
    fill(home)
    opened = Releases(home)
    opened.cache = home.parent / "cache" / "sozialraum"
    shown = opened.newest()
    assert shown is not None
    monkeypatch.setattr(page, "_made", never)
    pages = [
        page.kept(shown, language, "area", key) for language in ("de", "en") for key in shown.view("de").layer.keys
    ]
    assert all(one.kind.startswith("text/html") for one in pages)


def test_a_release_that_comes_is_shown_with_its_pages_and_nothing_outlives_the_server(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(home.parent / "cache"))
    with served(home) as site:
        save_release(home, later(make_release(), 2))
        until(lambda: json.loads(urlopen(f"{site.address}/health").read())["release"] == "2021-2")
        below = family(site.process.pid)
        os.kill(below[1], signal.SIGKILL)  # the process that answers
        os.kill(site.process.pid, signal.SIGKILL)
        until(lambda: not any(Path(f"/proc/{one}/exe").exists() for one in below))
    folders = list((home.parent / "cache").glob("sozialraum/pages-*"))
    assert [one.stat().st_mode & 0o777 for one in folders] == [0o700] * 2  # of both releases


def test_two_that_make_the_same_do_it_once(home: Path) -> None:
    """Two servers over one folder, or a command beside a server: the second finds what the first has made."""
    code = (
        """
from sozialraum.web.ready import keeping
real, made = keeping.Lane.make, []
keeping.Lane.make = lambda lane, make: (made.append(1), real(lane, make))[1]
"""
        + PAGES
        + "print(len(made))"
    )
    with ThreadPoolExecutor(2) as both:
        told = sorted(both.map(lambda _: fill(home, code), range(2)))
    assert told[0] == "ready\n0\n"
    assert told[1] != told[0]


def test_an_ended_process_leaves_no_entry_and_a_killed_one_no_waiting(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sozialraum.web.ready.filling import Filling

    monkeypatch.setenv("XDG_CACHE_HOME", str(home.parent / "cache"))
    one = Filling(home)
    os.kill(one._process.pid, signal.SIGKILL)
    one.wait(60)
    until(lambda: not Path(f"/proc/{one._process.pid}").exists())
    assert one._ready.is_set()


def test_a_first_release_and_one_that_is_shown_again_get_their_pages(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(home.parent / "cache"))
    release, caches = make_release(), home.parent / "cache" / "sozialraum"
    withdraw(home, release.name, release.version, Withdrawal("Amt", "2026-01-01T00:00:00", "falsch"))
    with served(home) as site:
        assert json.loads(urlopen(f"{site.address}/health").read())["release"] is None
        save_release(home, later(release, 2))
        until(lambda: any(len(list(one.iterdir())) > 60 for one in caches.glob("pages-*")))


def until(done: Callable[[], bool]) -> None:
    """Wait for it, a minute at most."""
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)


def family(pid: int) -> list[int]:
    """The process and all below it, as Linux tells."""
    children = [int(one) for path in Path(f"/proc/{pid}/task").glob("*/children") for one in path.read_text().split()]
    return [pid, *(below for one in children for below in family(one))]
