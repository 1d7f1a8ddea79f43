"""What may stand in the repository: no publisher's data, no registry, no path of a machine; locks that fit."""

from __future__ import annotations

import hashlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.conftest import TOGETHER
from tests.layout.code import ROOT

MADE_ELSEWHERE = {".csv", ".dbf", ".geojson", ".gpkg", ".parquet", ".pbf", ".shp", ".xls", ".xlsx", ".zip", ".gz"}
PLACES = re.compile(r"/(?:root|work|Users)/|/home/\w|/tmp/\w{1,2}/|[A-Z]:\\Users")
HOSTS = re.compile("pypi[.]org|python" + "hosted[.]org|artifac" + "tory|extra" + "-index-url", re.IGNORECASE)
ROOT_FILES = {
    ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "GLOSSARY.md", "LICENSE", "README.de.md", "README.md", "mkdocs.yml",
    "pyproject.toml", "requirements-dev.lock", "requirements.lock", "run.py",
}  # fmt: skip
LOCKS = {"requirements.lock": ("install",), "requirements-dev.lock": ("install", "dev")}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this copy carries no history, so nothing is tracked")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def written(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_publishers_file_is_committed(real_data: Path) -> None:
    sizes = {path.stat().st_size: path for path in tracked()}
    same_size = [one for one in real_data.rglob("*") if one.is_file() and 0 < one.stat().st_size in sizes]
    own = {hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in sizes.values()}
    assert [one.name for one in same_size if hashlib.sha256(one.read_bytes()).hexdigest() in own] == []


def test_no_table_of_any_size_is_committed() -> None:
    large = [path.name for path in tracked() if path.suffix in MADE_ELSEWHERE and path.stat().st_size > 20_000]
    assert large == []


def test_nothing_left_over_stands_at_the_root() -> None:
    assert {path.name for path in tracked() if path.parent == ROOT} == ROOT_FILES


def test_no_path_of_a_machine_and_no_registry_stands_in_a_file() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        for match in [PLACES.search(written(path)) or HOSTS.search(written(path))]
        if match
    ]
    assert found == []


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"https?:|--(?:extra-)?index-url|--find-links|file:", text)
    assert text.count("--hash=sha256:") > text.count("==")


@pytest.mark.parametrize(("lock", "extras"), LOCKS.items())
def test_lock_meets_every_dependency(lock: str, extras: tuple[str, ...]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = project["dependencies"] + [one for extra in extras for one in project["optional-dependencies"][extra]]
    pins: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / lock).read_text(encoding="utf-8"), re.M):
        pins.setdefault(name, []).append(version)
    wanted = [Requirement(one) for one in asked]
    unmet = [str(one) for one in wanted if not any(one.specifier.contains(pin) for pin in pins.get(one.name, []))]
    assert unmet == []


def test_every_file_that_one_worker_keeps_together_is_there() -> None:
    assert [file for file in TOGETHER if not (ROOT / file).is_file()] == []
