"""A small invented town, made once for a file of tests and copied for each of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sozialraum.workspace import Workspace
from sozialraum.workspace import open as open_workspace
from tests.workspace.town import make_town


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_town(tmp_path_factory.mktemp("town") / "kleinstadt").folder


@pytest.fixture
def town(made: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(made, tmp_path / "kleinstadt")
    return open_workspace(tmp_path / "kleinstadt")
