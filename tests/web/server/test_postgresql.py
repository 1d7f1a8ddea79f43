"""The same tests on a real PostgreSQL server; the server goes away and comes back; a workspace moves to it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.conftest import absent
from tests.web.accounts.test_confirming import raced
from tests.web.postgres import Server, programs, running
from tests.web.serving import make_workspace, served

ROOT = Path(__file__).resolve().parents[3]
TESTS = {
    "accounts": ("test_confirming.py", "test_entering.py", "test_factor.py", "test_people.py"),
    "desk": ("test_misuse.py", "test_questions.py"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    where = programs()
    if where is None:
        absent("PostgreSQL is missing: apt-get install postgresql")
    with running(where) as made:  # type: ignore[arg-type]
        yield made


def run(*arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SOZIALRAUM_LANG": "de", "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", **settings}
    command = [sys.executable, "-m", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("room", TESTS)
def test_accounts_and_desk_hold_on_postgresql(server: Server, room: str) -> None:
    done = run("pytest", *(f"tests/web/{room}/{one}" for one in TESTS[room]), "-q", SOZIALRAUM_DATABASE=server.address)
    assert done.returncode == 0, done.stdout[-5000:]


def status(address: str, path: str) -> int:
    asked = HTTPConnection(address.removeprefix("http://"), timeout=30)
    asked.request("GET", path, headers={"Cookie": "sozialraum_session=abcdefghijklmnopqrstuvwxyz012345"})
    return asked.getresponse().status


def settles(address: str, path: str, wanted: int) -> int:
    """The status after at most a minute of waiting for the wanted one: tables are made, and who waits asks again by itself."""
    end = time.monotonic() + 60
    while (found := status(address, path)) != wanted and time.monotonic() < end:
        time.sleep(0.1)
    return found


def test_the_server_goes_away_and_comes_back(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOZIALRAUM_DATABASE", server.address)
    with served(make_workspace(tmp_path / "house")) as site:
        assert settles(site.address, "/intern/", 302) == 302
        server.stop()
        assert [status(site.address, path) for path in ("/", "/gebiete/0101/", "/intern/")] == [200, 200, 503]
        server.start()
        assert settles(site.address, "/intern/", 302) == 302


def test_pages_start_while_the_database_is_away_and_tables_are_made_when_it_comes(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOZIALRAUM_DATABASE", server.address.replace("/postgres", "/late"))
    with served(make_workspace(tmp_path / "house")) as site:
        assert [status(site.address, path) for path in ("/", "/intern/")] == [200, 503]
        subprocess.run([sys.executable, "-c", CREATE, server.address, "late"], check=True)
        assert settles(site.address, "/intern/", 302) == 302


CREATE = """
import sys, psycopg
psycopg.connect(sys.argv[1], autocommit=True).execute(f"CREATE DATABASE {sys.argv[2]}")
"""


def test_two_workspaces_do_not_share_a_database(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([sys.executable, "-c", CREATE, server.address, "shared"], check=True)
    monkeypatch.setenv("SOZIALRAUM_DATABASE", server.address.replace("/postgres", "/shared"))
    first, second = make_workspace(tmp_path / "first"), make_workspace(tmp_path / "second")
    settings = second / "sozialraum.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('name = "musterstadt"', 'name = "andere"'))
    assert run("sozialraum", "user", "add", "eine@example.invalid", first, "--role", "planner").returncode == 0
    refused = run("sozialraum", "user", "add", "andere@example.invalid", second, "--role", "administrator")
    assert (refused.returncode, "gehört dem Arbeitsbereich „musterstadt“, nicht „andere“" in refused.stderr) == (
        2,
        True,
    )
    with served(second) as site:
        assert [status(site.address, path) for path in ("/", "/intern/")] == [200, 503]
    listed = run("sozialraum", "user", "list", first)
    assert listed.stdout == "eine@example.invalid\teine@example.invalid\tplanner\taktiv\n"


def test_of_many_confirmations_at_once_one_counts(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.run([sys.executable, "-c", CREATE, server.address, "race"], check=True)
    monkeypatch.setenv("SOZIALRAUM_DATABASE", server.address.replace("/postgres", "/race"))
    assert raced(make_workspace(tmp_path / "house")) == [1, 12, 1, False, 1]


def test_a_workspace_moves_from_sqlite_to_postgresql_by_backup_and_restore(server: Server, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", CREATE, server.address, "moved"], check=True)
    folder, kept, moved = make_workspace(tmp_path / "house"), tmp_path / "kept.tar.gz", tmp_path / "moved"
    there = server.address.replace("/postgres", "/moved")
    run("sozialraum", "user", "add", "muster@example.invalid", folder, "--name", "Platzhalter", "--role", "planner")
    assert run("sozialraum", "backup", folder, kept).returncode == 0
    done = run("sozialraum", "restore", kept, moved, SOZIALRAUM_DATABASE=there)
    assert done.returncode == 0, done.stderr
    listed = run("sozialraum", "user", "list", moved, SOZIALRAUM_DATABASE=there)
    assert listed.stdout == "muster@example.invalid\tPlatzhalter\tplanner\taktiv\n"
    again = run("sozialraum", "restore", kept, tmp_path / "twice", SOZIALRAUM_DATABASE=there)
    assert (again.returncode, "enthält schon Konten" in again.stderr) == (2, True)
    assert not (tmp_path / "twice").exists()
