"""One invented county for all tests of the examples: generating it takes seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from sozialraum.examples import make_musterkreis
from sozialraum.examples.musterkreis import County, invent


@pytest.fixture(scope="session")
def county() -> County:
    return invent(1)


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "musterkreis"
    make_musterkreis(folder)
    return folder
