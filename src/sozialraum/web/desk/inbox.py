"""The folder of the desk inside the workspace: files that wait, and what jobs have made. No public page reads it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sozialraum.web.desk.models import Upload

HOME = "workbench"
LONGEST = 150
"""Bytes of a file's name at most, without its ending: disks take 255 in all."""


def folder(name: str) -> Path:
    """A folder of the desk, made where it is missing; only the owner of the process may look into it."""
    from django.conf import settings

    home = Path(settings.SOZIALRAUM_WORKSPACE).resolve() / HOME
    for place in (home, home / name):
        place.mkdir(mode=0o700, exist_ok=True)
    return home / name


def path(upload: Upload) -> Path:
    """Where the file of an upload lies."""
    return folder("inbox") / str(upload.pk) / upload.file


def plain_name(name: str) -> str:
    """The name of a delivered file without folders, control signs and a leading dot; its ending stays."""
    last = re.split(r"[\\/]", name)[-1]
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*').strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return f"{_cut(stem, LONGEST)}{dot}{_cut(ending, 10)}" if stem else (_cut(kept, LONGEST) or "datei")


def _cut(text: str, most: int) -> str:
    """So many bytes of the text at most, without half a letter."""
    return text.encode("utf-8", "ignore")[:most].decode("utf-8", "ignore")


def forget(upload: Upload) -> None:
    """Remove the file of an upload and what was found in it: a stored one lies in its delivery, a refused one is not kept."""
    shutil.rmtree(path(upload).parent, ignore_errors=True)
    upload.faults, upload.proposal = None, {}
    upload.save(update_fields=["faults", "proposal"])
