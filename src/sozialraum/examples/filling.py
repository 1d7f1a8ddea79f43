"""Puts an example's workspace on the disk, whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from sozialraum.errors import CallError

EXAMPLES = ("berlin", "flensburg", "musterkreis")
_LAYER_DATA = re.compile(r'^data = "(?P<path>[^"]+)"', re.MULTILINE)


def make_musterkreis(folder: Path, seed: int = 1, progress: Callable[[str], None] | None = None) -> None:
    """Write the invented county's workspace to `folder`, with the delivery files to import under `eingang/`.

    The folder appears whole or not at all. The same seed gives the same bytes. `progress` is called with a line of text
    per step.
    Raises: CallError when the folder exists and is not empty.
    """
    with _whole_or_nothing(folder) as made:
        fill_musterkreis(made, seed, progress)


def write_example(name: str, folder: Path) -> None:
    """Write an example's workspace to `folder`, whole or not at all; of a real city the definitions only.

    Raises: CallError for an unknown name, or when the folder exists and is not empty.
    """
    with _whole_or_nothing(folder) as made:
        if name == "musterkreis":
            fill_musterkreis(made)
        else:
            _copy_definitions(name, made)


def fill_musterkreis(folder: Path, seed: int = 1, progress: Callable[[str], None] | None = None) -> None:
    """Write the invented county's workspace into an existing empty folder; the caller makes it appear at once."""
    from sozialraum.examples.musterkreis import invent, write_areas, write_deliveries

    _copy_definitions("musterkreis", folder)
    county = invent(seed, progress)
    write_areas(county.land, folder / "areas")
    write_deliveries(county, folder / "eingang")


def fill_from_publishers(name: str, folder: Path, data: Path | None) -> None:
    """Write a city's definitions into an existing empty folder and copy the publishers' area files below `data` to it.

    Raises: CallError for an unknown name, without `data`, or when a file of the publisher is missing there.
    """
    _copy_definitions(name, folder)
    settings = folder / "sozialraum.toml"
    text = settings.read_text(encoding="utf-8")
    needed = sorted({match["path"] for match in _LAYER_DATA.finditer(text)})
    missing = needed if data is None else [one for one in needed if not (data / one).is_file()]
    if data is None or missing:
        raise CallError(
            "The example '{name}' needs files of the publishers: {missing}.",
            remedy="Download them as docs/how-to/real-data.md says, and name their folder with --data.",
            name=name,
            missing=", ".join(missing),
        )
    (folder / "areas").mkdir(exist_ok=True)
    for one in needed:
        shutil.copyfile(data / one, folder / "areas" / Path(one).name)
    settings.write_text(
        _LAYER_DATA.sub(lambda match: f'file = "areas/{Path(match["path"]).name}"', text), encoding="utf-8"
    )


@contextmanager
def _whole_or_nothing(folder: Path) -> Iterator[Path]:
    """A folder to fill beside the wanted one; it is renamed into place at the end, or removed when anything fails."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        remedy = "Name a folder that does not exist yet."
        raise CallError("'{folder}' exists and is not empty.", remedy=remedy, folder=str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        made = Path(temporary) / "workspace"
        made.mkdir()
        yield made
        _sync(made)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)


def _copy_definitions(name: str, folder: Path) -> None:
    """Copy the TOML files of an example that lie in the package, with their folders."""
    if name not in EXAMPLES:
        raise CallError("There is no example '{name}'; there are: {known}.", name=name, known=", ".join(EXAMPLES))
    with as_file(files("sozialraum.examples") / name / "workspace") as packaged:
        shutil.copytree(packaged, folder, dirs_exist_ok=True)


def _sync(folder: Path) -> None:
    """Put everything below the folder on the disk before the rename makes it visible."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb+") as written:
                os.fsync(written.fileno())
