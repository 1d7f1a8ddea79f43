"""The embedded county, built once through the command line for all journeys."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Answer]


def run_command(*arguments: str, cwd: Path | None = None, **settings: str) -> Answer:
    """`sozialraum ARGUMENTS` in a process of its own."""
    environment = {**os.environ, "SOZIALRAUM_LANG": "de", **settings}
    command = [sys.executable, "-m", "sozialraum", *arguments]
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="session")
def run() -> Run:
    """The command line."""
    return run_command


@dataclass(frozen=True)
class Built:
    """A workspace that the demo made, and what the demo said."""

    folder: Path
    answer: Answer


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The invented county after the whole main job."""
    folder = tmp_path_factory.mktemp("demo") / "musterkreis"
    return Built(folder, run_command("demo", "--no-serve", "--folder", str(folder)))


@pytest.fixture(scope="session")
def berlin(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Built:
    """Berlin from the publishers' files after the whole main job."""
    folder = tmp_path_factory.mktemp("demo") / "berlin"
    return Built(folder, run_command("demo", "berlin", "--no-serve", "--data", str(real_data), "--folder", str(folder)))
