"""run.py in a copy of the project that holds only what it reads: messages, exit codes, stamps, passing on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CARRIED = ("run.py", "requirements.lock", "requirements-dev.lock", "pyproject.toml")
POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="the stand-in for the environment's Python is a shell script")

ECHO = """#!/bin/sh
echo "python $*"
echo "data $SOZIALRAUM_DATA"
exit ${ECHO_EXIT:-0}
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    project = tmp_path / "Ämter & Co" / "sozialraum"
    project.mkdir(parents=True)
    for name in CARRIED:
        shutil.copy(ROOT / name, project / name)
    return project


@pytest.fixture
def ready(copy: Path) -> Path:
    """A copy whose environment counts as finished; its Python prints what it was asked to run."""
    python = copy / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(ECHO)
    python.chmod(0o755)
    look = "import json, run; print(json.dumps(run.wanted_stamp()))"
    stamp = subprocess.run([sys.executable, "-c", look], cwd=copy, capture_output=True, text=True, check=True).stdout
    (copy / ".venv" / "sozialraum.json").write_text(stamp)
    return copy


def start(project: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    keep = {key: value for key, value in os.environ.items() if key != "SOZIALRAUM_DATA"}
    command = [sys.executable, str(project / "run.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**keep, **settings}, cwd=project)


def test_without_a_command_it_says_what_there_is(copy: Path) -> None:
    done = start(copy)
    assert done.returncode == 2
    assert "demo | test | check | serve" in done.stdout
    assert start(copy, "--help").returncode == 0
    assert start(copy, "dmeo").returncode == 2


@POSIX_ONLY
def test_arguments_are_passed_on(ready: Path) -> None:
    done = start(ready, "demo", "berlin", "--no-serve", "--data", "some folder")
    assert done.stdout.splitlines()[0] == "python -m sozialraum demo berlin --no-serve --data some folder"
    assert start(ready, "serve", "unser-kreis").stdout.splitlines()[0] == "python -m sozialraum serve unser-kreis"
    assert done.returncode == 0


@POSIX_ONLY
def test_the_exit_code_is_that_of_the_command(ready: Path) -> None:
    assert start(ready, "demo", ECHO_EXIT="4").returncode == 4
    assert start(ready, "check", ECHO_EXIT="1").returncode == 1


@POSIX_ONLY
def test_check_runs_everything_even_after_a_failure(ready: Path) -> None:
    done = start(ready, "check", ECHO_EXIT="1")
    assert "Failed: style, format, types, import order, documentation, tests." in done.stdout


@POSIX_ONLY
def test_real_data_beside_the_project_are_found(ready: Path) -> None:
    assert start(ready, "test").stdout.splitlines()[-1] == "data "
    beside = ready.parent / "shared" / "data"
    beside.mkdir(parents=True)
    assert start(ready, "test").stdout.splitlines()[-1] == f"data {beside}"
    assert start(ready, "test", SOZIALRAUM_DATA="elsewhere").stdout.splitlines()[-1] == "data elsewhere"


@POSIX_ONLY
def test_chosen_tests_run_without_workers(ready: Path) -> None:
    assert "python -m pytest tests/areas -k key" in start(ready, "test", "tests/areas", "-k", "key").stdout
    assert "python -m pytest -n " in start(ready, "test").stdout


@POSIX_ONLY
def test_missing_programs_are_named(ready: Path) -> None:
    done = start(ready, "test", PATH="/bin-without-programs")
    assert "sudo apt install chromium" in done.stdout
    assert "sudo apt install poppler-utils" in done.stdout


@POSIX_ONLY
def test_a_finished_environment_costs_nothing(ready: Path) -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(3):
        start(ready, "demo")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent / 3 < 0.2  # seconds of the processor, so that a busy machine does not count


@POSIX_ONLY
@pytest.mark.parametrize("state", ["absent", "cut off", "other lock", "other folder"])
def test_an_unfinished_or_foreign_environment_is_noticed(ready: Path, state: str) -> None:
    stamp = ready / ".venv" / "sozialraum.json"
    found = json.loads(stamp.read_text())
    if state == "absent":
        stamp.unlink()
    elif state == "cut off":
        stamp.write_text(stamp.read_text()[:20])
    else:
        found["base" if state == "other folder" else "requirements.lock"] = "another"
        stamp.write_text(json.dumps(found))
    look = "import run; run.make = lambda: print('make'); run.install = lambda lock: print('install', lock); "
    look += "run.remove = lambda: print('remove'); run.hand_over = lambda _: 0; run.main(['demo'])"
    done = subprocess.run([sys.executable, "-c", look], cwd=ready, capture_output=True, text=True, check=True)
    steps = done.stdout.splitlines()[:-1]
    fresh = [] if state == "other lock" else ["remove", "make"]
    assert steps == [*fresh, "install requirements.lock"]
    assert done.stdout.splitlines()[-1].startswith("Ready after ")


def test_what_is_missing_is_said_in_one_line_without_a_traceback(copy: Path) -> None:
    look = "import run, sys; run.has_venv = lambda: False; sys.exit(run.main(['demo']))"
    empty = {**os.environ, "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=copy, capture_output=True, text=True, check=False, env=empty
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Python's part for environments is missing. On Debian and Ubuntu: sudo apt install python3-venv"
    ]


def test_an_old_python_is_named(copy: Path) -> None:
    look = "import run, sys; run.OLDEST = (9, 0); sys.exit(run.main(['demo']))"
    done = subprocess.run([sys.executable, "-c", look], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Python 9.0 or newer is needed; this is 3.")


def test_it_needs_the_standard_library_only() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "run.py"), "--help"], capture_output=True, check=False
    )
    assert done.returncode == 0
