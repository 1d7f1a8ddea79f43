"""A workspace with one invented release, and Django over it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sozialraum.figures import Release
from sozialraum.workspace.archive import save_release
from tests.web.serving import SETTINGS, make_workspace
from tests.workspace.town import make_town

HOST = "testserver"


@pytest.fixture(scope="session", autouse=True)
def django() -> None:
    """Django's settings, read once in this process."""
    os.environ["SOZIALRAUM_HOSTS"] = HOST
    os.environ["SOZIALRAUM_SECRET"] = "only-for-tests"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser of other tests keeps a loop in this process
    os.environ["DJANGO_SETTINGS_MODULE"] = "sozialraum.web.server.settings"
    import django

    django.setup()
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; the real one has a test


@pytest.fixture(scope="session")
def tables(django: None) -> Iterator[None]:  # noqa: ARG001
    """An empty database with all tables."""
    from django.test.utils import setup_databases, teardown_databases

    made = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    yield
    teardown_databases(made, verbosity=0)


@pytest.fixture
def database(tables: None) -> Iterator[None]:  # noqa: ARG001
    """The database; what a test writes is taken back when it ends."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def house(database: None, tmp_path: Path) -> Iterator[Path]:  # noqa: ARG001
    """A workspace with the invented release, served together with accounts; its folder."""
    from django.test.utils import override_settings

    from sozialraum.web.figures.shelf import shelf

    make_workspace(tmp_path)
    with override_settings(SOZIALRAUM_WORKSPACE=str(tmp_path)):
        shelf.cache_clear()
        yield tmp_path
    shelf.cache_clear()


@pytest.fixture
def settings() -> Iterator[Callable[..., None]]:
    """Changes Django's settings until the test ends."""
    from contextlib import ExitStack

    from django.test.utils import override_settings

    with ExitStack() as stack:
        yield lambda **changed: stack.enter_context(override_settings(**changed))


Show = Callable[..., Any]


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Show]:
    """Puts releases into a workspace and gives a client that looks at it."""
    from django.test import Client
    from django.test.utils import override_settings

    from sozialraum.web.figures.shelf import shelf

    def opened(*releases: Release) -> Client:
        for one in releases:
            save_release(tmp_path, one)
        return Client(raise_request_exception=False)

    (tmp_path / "sozialraum.toml").write_text(SETTINGS, encoding="utf-8")
    with override_settings(SOZIALRAUM_WORKSPACE=str(tmp_path)):
        shelf.cache_clear()
        yield opened
    shelf.cache_clear()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client on the invented release, shared by tests that only read."""
    from django.test import Client
    from django.test.utils import override_settings

    from sozialraum.web.figures.shelf import shelf

    folder = tmp_path_factory.mktemp("workspace")
    make_workspace(folder)
    with override_settings(SOZIALRAUM_WORKSPACE=str(folder)):
        shelf.cache_clear()
        yield Client(raise_request_exception=False)
    shelf.cache_clear()


def later(release: Release, version: int, **record: Any) -> Release:
    """The same release again, made later."""
    made = f"2022-01-{version:02d}"
    return replace(release, version=version, record={**release.record, "made": made, **record})


@pytest.fixture
def town(database: None, tmp_path: Path) -> Iterator[Path]:  # noqa: ARG001
    """A small town, served with accounts."""
    from django.test.utils import override_settings

    from sozialraum.web.figures.shelf import shelf

    folder = make_town(tmp_path / "kleinstadt").folder
    with override_settings(SOZIALRAUM_WORKSPACE=str(folder)):
        shelf.cache_clear()
        yield folder
    shelf.cache_clear()
