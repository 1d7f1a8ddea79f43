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


def folder(name: str) -> Path:
    """A folder of the desk, made where it is missing; only the owner of the process may look into it."""
    from django.conf import settings

    place = Path(settings.SOZIALRAUM_WORKSPACE).resolve() / HOME / name
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path(upload: Upload) -> Path:
    """Where the file of an upload lies."""
    return folder("inbox") / str(upload.pk) / upload.file


def plain_name(name: str) -> str:
    """The name of a delivered file without folders, control signs and a leading dot; its ending stays."""
    last = re.split(r"[\\/]", name)[-1]
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*').strip(" .")
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:LONGEST]}{dot}{ending[:10]}" if stem else (kept[:LONGEST] or "datei")


def forget(upload: Upload) -> None:
    """Remove the file of an upload: a stored one lies in its delivery, a refused one is not kept."""
    shutil.rmtree(path(upload).parent, ignore_errors=True)
