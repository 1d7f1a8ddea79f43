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
from typing import Any
from urllib.request import urlopen

import pytest

from sozialraum.workspace.archive import save_release
from sozialraum.workspace.withdrawing import Withdrawal, withdraw
from tests.reports.conftest import make_release
from tests.web.conftest import later
from tests.web.serving import make_workspace, served

COUNTED = """
from sozialraum.web.ready import keeping, filling
real, made = keeping.Lane.make, []
keeping.Lane.make = lambda lane, make: (made.append(1), real(lane, make))[1]
filling.main()
print(len(made))
"""
"""The process, and how many answers it has made in the end."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A workspace with one release; answers go to a cache of its own."""
    return make_workspace(tmp_path / "workspace")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[str]]]:
    """Such a workspace of which two processes have made the pages at the same time, and the lines that each has said."""
    made = make_workspace(tmp_path_factory.mktemp("filled") / "workspace")
    with ThreadPoolExecutor(2) as both:
        return made, [one.splitlines() for one in both.map(lambda _: fill(made, COUNTED), range(2))]


def fill(home: Path, code: str) -> str:
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


def stored(home: Path) -> list[Path]:
    """Every stored answer."""
    return [one for one in (home.parent / "cache").glob("sozialraum/pages-*/*") if one.name != "lock"]


def test_two_that_make_the_same_do_it_once_and_say_how_far_they_are(filled: tuple[Path, list[list[str]]]) -> None:
    """Two servers over one folder, or a command beside a server: the second finds what the first has made."""
    home, told = filled
    total = len(told[0]) - 2
    assert [one[:-1] for one in told] == [[*(f"{done} {total}" for done in range(total)), "ready"]] * 2
    counts = sorted(int(one[-1]) for one in told)
    assert counts[0] == 0
    assert counts[1] == len(stored(home)) > total > 60


def test_pages_are_kept_for_their_owner_only_under_names_that_are_marks(filled: tuple[Path, list[list[str]]]) -> None:
    every = stored(filled[0])
    assert {one.stat().st_mode & 0o777 for one in every} == {0o600}
    assert {one.parent.stat().st_mode & 0o777 for one in every} == {0o700}
    assert all(re.fullmatch("[0-9a-f]{64}", one.name) for one in every)


def test_pages_are_found_by_a_server_that_did_not_make_them(
    filled: tuple[Path, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sozialraum.web.figures.views import page

    opened = kept_releases(filled[0])
    shown = opened.newest()
    assert shown is not None
    monkeypatch.setattr(page, "_made", never)
    pages = [
        page.kept(shown, language, "area", key) for language in ("de", "en") for key in shown.view("de").layer.keys
    ]
    assert all(one.kind.startswith("text/html") for one in pages)


def kept_releases(home: Path) -> Any:
    """The releases as a server opens them."""
    from sozialraum.web.figures.shelf import Releases

    opened = Releases(home)
    opened.cache = home.parent / "cache" / "sozialraum"
    opened.cache.mkdir(parents=True, exist_ok=True)
    return opened


def test_it_goes_no_further_when_the_release_is_withdrawn_meanwhile(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sozialraum.web.figures.views import ahead

    opened, release, told = kept_releases(home), make_release(), list[int]()
    monkeypatch.setattr(ahead, "shelf", lambda: opened)

    def hear(done: int, _: int) -> None:
        told.append(done)
        if done == 2:
            assert len(stored(home)) >= 2
            withdraw(home, release.name, release.version, Withdrawal("Amt", "2026-01-01T00:00:00", "falsch"))
            opened._looked = float("-inf")

    ahead.make_pages(opened.newest(), hear)
    assert (told, stored(home)) == ([0, 1, 2], [])


def test_a_command_makes_pages_ahead_or_says_why_there_are_none(
    filled: tuple[Path, list[list[str]]], home: Path
) -> None:
    release = make_release()
    assert pages(filled[0]) == (
        0,
        "The pages of the newest release are made; a server that this user starts finds them.\n",
    )
    withdraw(home, release.name, release.version, Withdrawal("Amt", "2026-01-01T00:00:00", "falsch"))
    code, said = pages(home)
    assert (code, said.partition(". ")[0]) == (2, "No pages were made ahead")


def pages(home: Path) -> tuple[int, str]:
    """How `sozialraum pages` ends, and what it says."""
    told = {**os.environ, "XDG_CACHE_HOME": str(home.parent / "cache")}
    words = [sys.executable, "-m", "sozialraum", "pages", str(home), "--lang", "en"]
    done = subprocess.run(words, env=told, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_a_fault_is_told_without_what_it_was_about(home: Path) -> None:
    code = """
from sozialraum.web.figures.views import ahead
from sozialraum.web.ready import filling
def broken(shown):
    raise ValueError("Birkenhof 17")
ahead.make_start = broken
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


def test_a_release_that_comes_is_shown_with_its_pages_and_nothing_outlives_the_server(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of a workspace, and the next one; nothing is made of the one that was withdrawn."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(home.parent / "cache"))
    release = make_release()
    withdraw(home, release.name, release.version, Withdrawal("Amt", "2026-01-01T00:00:00", "falsch"))
    with served(home) as site:

        def shown() -> object:
            return json.loads(urlopen(f"{site.address}/health").read())["release"]

        assert (shown(), stored(home)) == (None, [])
        save_release(home, later(release, 2))
        until(lambda: shown() == "2021-2" and len(stored(home)) > 60)
        assert len({one.parent for one in stored(home)}) == 1
        save_release(home, later(release, 3))
        until(lambda: shown() == "2021-3")
        assert len({one.parent for one in stored(home)}) == 2
        below = family(site.process.pid)
        os.kill(below[1], signal.SIGKILL)  # the process that answers
        os.kill(site.process.pid, signal.SIGKILL)
        until(lambda: not any(Path(f"/proc/{one}/exe").exists() for one in below))


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
