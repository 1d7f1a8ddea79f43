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

HOST = "testserver"


@pytest.fixture(scope="session", autouse=True)
def django() -> None:
    """Django's settings, read once in this process."""
    os.environ["SOZIALRAUM_HOSTS"] = HOST
    os.environ["DJANGO_SETTINGS_MODULE"] = "sozialraum.web.settings"
    import django

    django.setup()


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
