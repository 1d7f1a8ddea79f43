"""Backup and restore, tried with accounts that sign in afterwards; damaged and evil archives change nothing."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from sozialraum.errors import CallError, InputError
from sozialraum.web.backup import CONTENTS, FORMAT, backup, restore
from tests.web.serving import make_workspace

ENTER = """
import os, sys
os.environ["SOZIALRAUM_HOSTS"] = "testserver"
from pathlib import Path
from sozialraum.web.accounts.standing import stand
stand(Path(sys.argv[1]))
from tests.web.people import *
if sys.argv[2] == "make":
    made = make_person("commune", login="gemeinde@example.invalid")
    set_up_factor(browser(made))
from sozialraum.web.accounts.models import Account, Entry
person, client = Account.objects.get(), browser()
send(client, "/intern/anmelden/", {"login": person.login, "password": PASSWORD})
print(send(client, "/intern/anmelden/code/", {"code": code_of(person)}).headers.get("Location"))
print([(one.role, one.areas) for one in person.grants.all()], Entry.objects.filter(act="set up the second factor").count())
"""


def run(*arguments: str | Path) -> str:
    done = subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "sqlite3" not in path.name
    }


def test_a_workspace_comes_back_with_its_accounts(tmp_path: Path) -> None:
    folder, kept, back = make_workspace(tmp_path / "house"), tmp_path / "kept.tar.gz", tmp_path / "back"
    told = run("-c", ENTER, folder, "make")
    run("-m", "sozialraum", "backup", folder, kept)
    run("-m", "sozialraum", "restore", kept, back)
    assert contents(back) == contents(folder)
    assert kept.stat().st_mode & 0o77 == 0
    assert [path.stat().st_mode & 0o77 for path in (back / "workbench").iterdir()] == [0, 0, 0]
    assert told.splitlines()[1] == "[('commune', ['district:01'])] 1"
    again = run("-c", ENTER.replace("browser()\n", f"browser()\n{LATER}\n"), back, "look")
    assert again.splitlines() == ["/intern/", told.splitlines()[1]]


LATER = "Account.objects.update(step=0)"
"""So much later that the codes of before are forgotten."""


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The backup of a workspace without accounts."""
    file = tmp_path / "kept.tar.gz"
    assert backup(make_workspace(tmp_path / "house"), file) == 4
    return file


def test_nothing_is_replaced(tmp_path: Path, kept: Path) -> None:
    with pytest.raises(CallError):
        backup(tmp_path / "house", kept)
    with pytest.raises(CallError):
        backup(tmp_path / "house", tmp_path / "house" / "inside.tar.gz")
    with pytest.raises(CallError, match="There is no file"):
        restore(tmp_path / "nirgends.tar.gz", tmp_path / "new")
    before = contents(tmp_path / "house")
    with pytest.raises(CallError):
        restore(kept, tmp_path / "house")
    assert contents(tmp_path / "house") == before


def changed(kept: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The archive again, with each file changed or (None) left out."""
    with tarfile.open(kept) as archive:
        held = {one.name: archive.extractfile(one).read() for one in archive.getmembers()}  # type: ignore[union-attr]
    with tarfile.open(kept, "w:gz") as archive:
        for name, content in held.items():
            if (new := change(name, content)) is not None:
                info = tarfile.TarInfo(name)
                info.size = len(new)
                archive.addfile(info, io.BytesIO(new))


@pytest.mark.parametrize(
    "change",
    [
        lambda name, content: content + b"x" if name.endswith(".toml") else content,
        lambda name, content: None if name.endswith("figures.parquet") else content,
        lambda name, content: None if name == CONTENTS else content,
        lambda name, content: b"{}" if name == CONTENTS else content,
        lambda name, content: content.replace(FORMAT.encode(), b"another/1") if name == CONTENTS else content,
    ],
)
def test_a_damaged_backup_changes_nothing(
    tmp_path: Path, kept: Path, change: Callable[[str, bytes], bytes | None]
) -> None:
    changed(kept, change)
    with pytest.raises(InputError):
        restore(kept, tmp_path / "back")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["house", "kept.tar.gz"]


def test_half_a_backup_changes_nothing(tmp_path: Path, kept: Path) -> None:
    kept.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])
    with pytest.raises(InputError):
        restore(kept, tmp_path / "back")
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil-of-a-test", "workspace/../../evil"])
def test_an_evil_archive_writes_nowhere_else(tmp_path: Path, kept: Path, name: str) -> None:
    with tarfile.open(kept, "w:gz") as archive:
        for path, content in (
            (name, b"evil"),
            (CONTENTS, json.dumps({"format": FORMAT, "files": {name: ""}}).encode()),
        ):
            info = tarfile.TarInfo(path)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    with pytest.raises(InputError):
        restore(kept, tmp_path / "back")
    assert not [*tmp_path.rglob("*evil*"), *Path("/tmp").glob("evil-of-a-test")]


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.LNKTYPE])
def test_what_a_backup_does_not_list_does_not_come_in(tmp_path: Path, kept: Path, kind: bytes) -> None:
    """A definition, a release or a link that somebody put into the archive beside what it lists."""
    changed(kept, lambda _, content: content)
    restore(kept, tmp_path / "same")
    with tarfile.open(kept) as archive:
        held = {one.name: archive.extractfile(one).read() for one in archive.getmembers()}  # type: ignore[union-attr]
    with tarfile.open(kept, "w:gz") as archive:
        for name, content in {**held, "workspace/indicators/evil.toml": b""}.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            if name.endswith("evil.toml"):
                info.type, info.linkname = kind, "workspace/sozialraum.toml"
            archive.addfile(info, io.BytesIO(content))
    with pytest.raises(InputError, match="not what is in it"):
        restore(kept, tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_what_is_unfinished_is_left_out(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path / "house")
    (folder / "releases" / ".partial-x").mkdir()
    (folder / "releases" / ".partial-x" / "figures.parquet").write_bytes(b"half")
    assert backup(folder, tmp_path / "kept.tar.gz") == 4


def test_releases_go_before_the_ledger(kept: Path) -> None:
    with tarfile.open(kept) as archive:
        names = [one.split("/")[1] for one in archive.getnames() if "/" in one]
    assert names == ["releases"] * 3 + ["sozialraum.toml"]
