"""The database of accounts and jobs: SQLite in the workspace, or PostgreSQL by one setting; its tables are made where needed."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sozialraum.errors import CallError
from sozialraum.writing import one_at_a_time

SETTING = "SOZIALRAUM_DATABASE"
FOLDER, FILE, SECRET = "workbench", "workbench.sqlite3", "secret"
"""Folder of the workspace that no public page reads, and what lies in it."""
SQLITE = {
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
}
"""Readers and one writer do not wait for one another; who waits longer than these seconds is told."""
PORT = 5432
ENGINE = "django.db.backends"


def database(workspace: Path, address: str = "") -> dict[str, Any]:
    """Django's settings for the database at that address (`postgresql://user:password@host/name`), or in the workspace.

    Raises: CallError for an address that is none.
    """
    if not address:
        return {"ENGINE": f"{ENGINE}.sqlite3", "NAME": str(workspace / FOLDER / FILE), "OPTIONS": SQLITE}
    try:
        parts = urlsplit(address)
        port = parts.port or PORT
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise CallError(
            "The setting {setting} names no PostgreSQL database.",
            remedy="Write it as postgresql://user:password@host:5432/name, or leave it out for SQLite in the workspace.",
            setting=SETTING,
        )
    told = {"NAME": parts.path.strip("/"), "USER": parts.username, "PASSWORD": parts.password, "HOST": parts.hostname}
    return {
        "ENGINE": f"{ENGINE}.postgresql",
        **{name: unquote(held or "") for name, held in told.items()},
        "PORT": port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **dict(parse_qsl(parts.query))},
    }


def secret(workspace: Path) -> str:
    """The key that signs forms and sessions: the workspace's own; where it has none, one that ends with this process."""
    try:
        return (workspace / FOLDER / SECRET).read_text(encoding="ascii").strip()
    except OSError:  # public pages need no secret
        return secrets.token_urlsafe(48)


def make_secret(workspace: Path) -> None:
    """Give the workspace its key where it has none, for its owner only. A folder that cannot be written stays as it is."""
    file = workspace / FOLDER / SECRET
    with suppress(OSError):  # public pages need no secret
        if not file.is_file():
            _write_secret(file)


def _write_secret(file: Path) -> None:
    file.parent.mkdir(mode=0o700, exist_ok=True)
    partial = file.with_name(f".partial-{secrets.token_hex(4)}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(secrets.token_urlsafe(48) + "\n")
    with suppress(FileExistsError):
        os.link(partial, file)  # of two that start at once, the first one's stays
    partial.unlink()


def ready(workspace: Path, apps: Iterable[str]) -> bool:
    """Whether the workspace's own database has all its tables and an account; a look into the file, without Django."""
    file = workspace / FOLDER / FILE
    if not file.is_file():
        return False
    try:
        with sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True) as held:
            done = {f"{app}.{name}" for app, name in held.execute("SELECT app, name FROM django_migrations")}
            people = held.execute("SELECT 1 FROM accounts_account LIMIT 1").fetchone()
    except sqlite3.Error:
        return False
    return people is not None and _declared(apps) <= done


def is_full(error: BaseException) -> bool:
    """Whether this is what a database says when its disk is full."""
    told = error.__cause__
    return getattr(told, "sqlstate", "") == FULL or getattr(told, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL


FULL = "53100"
"""PostgreSQL's word for a full disk."""


def _declared(apps: Iterable[str]) -> set[str]:
    """Every migration of these apps, as `app.name`."""
    return {
        f"{LABELS.get(app, app.rpartition('.')[2])}.{file.stem}"
        for app in apps
        for place in getattr(find_spec(app), "submodule_search_locations", None) or []
        for file in Path(place, "migrations").glob("0*.py")
    }


LABELS = {"django_tasks_db": "django_tasks_database"}
"""Names under which Django keeps an app that calls itself otherwise."""


def prepare() -> None:
    """Make or renew the tables; two servers that start at once wait for one another. Django must be set up."""
    from django.core.management import call_command
    from django.db import connection

    if _is_sqlite():
        _only_owner(Path(connection.settings_dict["NAME"]))
    with _alone():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("clearsessions", verbosity=0)
        _claim()


def _claim() -> None:
    """Note in a database that several workspaces could name which one it belongs to. Raises: CallError when to another."""
    from sozialraum.web.accounts import place
    from sozialraum.web.accounts.models import House

    if _is_sqlite():
        return
    owner, _ = House.objects.get_or_create(pk=1, defaults={"workspace": place.name()})
    if owner.workspace != place.name():
        raise CallError(
            "The database of the accounts belongs to the workspace '{other}', not to '{own}'.",
            why="Roles, files that wait and the log of both would be mixed.",
            remedy="Name a database of its own in {setting}; one that was renamed keeps its name in sozialraum.toml.",
            other=owner.workspace,
            own=place.name(),
            setting=SETTING,
        )


def is_ours() -> bool:
    """Whether the database belongs to the workspace that is served, or to none yet."""
    from sozialraum.web.accounts import place
    from sozialraum.web.accounts.models import House

    if not _is_sqlite() and place.name() not in OURS:
        owner = House.objects.first()
        if owner is not None and owner.workspace != place.name():
            return False
        OURS.update({place.name()} if owner else ())
    return True


OURS: set[str] = set()
"""Names for which this process has looked."""


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody else renews the tables meanwhile. SQLite's own file is left alone: to close it would give up SQLite's locks."""
    from django.db import connection

    if _is_sqlite():
        file = Path(connection.settings_dict["NAME"]).with_suffix(".lock")
        file.touch(mode=0o600)
        with one_at_a_time(file):
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _only_owner(file: Path) -> None:
    """Make the file where it is missing, readable for its owner only; what SQLite writes beside it is as the file is."""
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.touch(mode=0o600)
    with suppress(PermissionError):  # of another owner: that one has decided who may look
        file.parent.chmod(0o700)
        for one in file.parent.glob(f"{file.name}*"):
            one.chmod(0o600)


LOCK = 5_072_026
"""Number of the lock in PostgreSQL under which tables are renewed."""


def _is_sqlite() -> bool:
    from django.db import connection

    return bool(connection.vendor == "sqlite")
