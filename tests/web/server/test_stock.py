"""Answers over a restart: found again for the same release and program, for nothing else, and gone with a withdrawal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, Thread
from time import sleep
from typing import Any

import pytest

from sozialraum.web.ready.keeping import keep
from sozialraum.web.ready.stock import Stock, stock
from sozialraum.workspace.archive import save_release
from sozialraum.workspace.withdrawing import Withdrawal, withdraw
from tests.reports.conftest import make_release
from tests.web.conftest import later
from tests.web.serving import SETTINGS

KEPT = keep("Größe " * 200, "text/html; charset=utf-8")


@pytest.fixture
def releases(tmp_path: Path) -> Any:
    """A workspace with one release, whose answers outlast it."""

    home = tmp_path / "workspace"
    home.mkdir()
    (home / "sozialraum.toml").write_text(SETTINGS, encoding="utf-8")
    save_release(home, make_release())
    (tmp_path / "cache").mkdir()
    return opened(home)


def opened(home: Path) -> Any:
    from sozialraum.web.figures.shelf import Releases

    found = Releases(home)
    found.cache = home.parent / "cache"
    return found


def test_an_answer_is_found_again_and_a_damaged_one_is_made_again(tmp_path: Path) -> None:
    file = tmp_path / "release.json"
    file.write_bytes(b"{}")
    first = stock(tmp_path, [file])
    assert first is not None
    assert first.put(("de", "area", "01"), KEPT) == KEPT
    again = stock(tmp_path, [file])
    assert again is not None
    assert again.find(("de", "area", "01")) == KEPT
    [folder] = tmp_path.glob("pages-*")
    assert folder.stat().st_mode & 0o077 == 0
    [held] = folder.iterdir()
    held.write_bytes(held.read_bytes()[:-1])
    assert again.find(("de", "area", "01")) is None


def test_the_first_release_is_shown_to_whoever_comes_next(tmp_path: Path) -> None:
    """Also a moment after somebody saw that there was none; a later one may take its second."""
    home = tmp_path / "workspace"
    (home / "releases").mkdir(parents=True)
    (tmp_path / "cache").mkdir()
    found = opened(home)
    assert found.newest() is None
    save_release(home, make_release())
    assert found.newest().label == "2021-1"


def test_another_release_finds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "figures.parquet"
    found = []
    for content in (b"one", b"other", b"one"):
        file.write_bytes(content)
        held = stock(tmp_path, [file])
        assert held is not None
        found.append((held.find("asked") or held.put("asked", keep(content, "text/plain"))).content)
    assert found == [b"one", b"other", b"one"]


def test_a_disk_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    assert stock(tmp_path / "missing", []) is None
    nowhere = Stock(tmp_path / "missing")
    assert (nowhere.put("asked", KEPT), nowhere.find("asked")) == (KEPT, None)


def test_a_folder_that_others_can_write_keeps_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)  # as a folder for temporary files whose name somebody guessed before us
    assert stock(tmp_path, []) is None
    tmp_path.chmod(0o755)
    held = stock(tmp_path, [])
    assert held is not None
    [folder] = tmp_path.glob("pages-*")
    folder.rmdir()
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert stock(tmp_path, []) is None


def test_profiles_outlast_a_restart_and_go_with_the_release(releases: Any) -> None:
    from sozialraum.web.figures.views.page import kept

    key = releases.newest().view("de").layer.keys[0]
    page = kept(releases.newest(), "de", "area", key)
    again = opened(releases.folder)
    shown = again.newest()
    assert shown.stock.find(("de", "area", key)) == page
    release = shown.release
    withdraw(releases.folder, release.name, release.version, Withdrawal("Amt", "2026-01-01T00:00:00", "falsch"))
    again._looked = float("-inf")
    assert again.newest() is None
    assert list((releases.folder.parent / "cache").glob("pages-*/*")) == []


def test_readers_go_on_with_the_release_before_until_the_new_one_is_ready(releases: Any) -> None:
    old, inside, go = releases.newest(), Event(), Event()
    made = []

    def prepare(shown: Any) -> None:
        made.append(shown.release.version)
        inside.set()
        assert go.wait(30)

    releases.before = prepare
    save_release(releases.folder, later(make_release(), 2))
    releases._looked = float("-inf")
    finder = Thread(target=releases.newest)
    finder.start()
    assert inside.wait(30)
    releases._looked = float("-inf")
    assert releases.newest() is old  # does not wait
    go.set()
    finder.join()
    assert (releases.newest().release.version, made) == (2, [2])


def test_many_readers_at_the_same_moment_compute_each_figure_once(
    releases: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty readers on a release that was just opened would do the same work fifty times, and each would wait for all."""
    from sozialraum.reports.aligned import Aligned

    read, made, together = Aligned.series, list[str](), Barrier(8)

    def slow(self: Aligned, indicator: Any, level: str, since: str) -> Any:
        made.append(f"{indicator.id} {level}")
        sleep(0.01)
        return read(self, indicator, level, since)

    monkeypatch.setattr(Aligned, "series", slow)
    view = releases.newest().view("de")

    def ask() -> object:
        together.wait(30)
        return view.measures()

    with ThreadPoolExecutor(8) as readers:
        answers = [one.result() for one in [readers.submit(ask) for _ in range(8)]]
    assert len(set(answers)) == 1
    assert (len(made), len(made) > 4) == (len(set(made)), True)


def test_a_release_is_prepared_so_that_no_reader_computes_its_figures(
    releases: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks for a map or for values of a known page finds everything that the address is looked up in."""
    from sozialraum.reports.aligned import Aligned
    from sozialraum.web.figures.maps.choice import chosen
    from sozialraum.web.figures.views.ahead import prepare

    shown = releases.newest()
    prepare(shown)
    monkeypatch.setattr(Aligned, "series", None)
    for language in ("de", "en"):
        view = shown.view(language)
        assert {chosen(view, {"indicator": one}).first.indicator for one in view.measures()} == set(view.measures())


def test_a_follower_opens_what_is_coming_and_readers_only_see_withdrawals(releases: Any) -> None:
    old = releases.newest()
    releases.followed = True
    save_release(releases.folder, later(make_release(), 2))
    releases._looked = float("-inf")
    assert (releases.newest(), releases.coming()) == (old, f"{old.release.name}-2")
    releases.hear(3, 70)
    assert releases.awaited() == (f"{old.release.name}-2", old.label, 3, 70)
    releases.follow()
    assert (releases.newest().release.version, releases.coming(), releases.awaited()) == (2, "", None)
    withdraw(releases.folder, old.release.name, 2, Withdrawal("Amt", "2026-01-01T00:00:00", "falsch"))
    releases._looked = float("-inf")
    assert (releases.newest().release.version, releases.coming()) == (1, "")


def test_what_the_map_fetches_first_is_made_ahead_and_outlasts_a_restart(releases: Any) -> None:
    from sozialraum.web.figures.maps.views import maps_ahead

    assert all(make() is not None for make in maps_ahead(releases.newest(), "de"))
    held = {one.name: one.stat().st_mtime_ns for one in (releases.folder.parent / "cache").glob("pages-*/*")}
    again = opened(releases.folder)
    assert all(make() is not None for make in maps_ahead(again.newest(), "de"))
    assert held == {one.name: one.stat().st_mtime_ns for one in (releases.folder.parent / "cache").glob("pages-*/*")}
    names = sorted({asked[1] for asked in again.newest().answers._held})
    assert (names, len(held)) == (["map", "map-geometry", "map-values "], len(again.newest().answers._held))
