"""Stories of a workspace: `stories/<id>.md`, a head in TOML between lines of `+++`, then Markdown."""

from __future__ import annotations

import hashlib
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from sozialraum.declared import checked, declared_text, parsed
from sozialraum.errors import Fault, InputError, Place
from sozialraum.reports.blocks import Block, Heading
from sozialraum.web.figures.stories.markdown import Fence, read
from sozialraum.web.places import link

FOLDER = "stories"
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
LARGEST = 500_000
"""Bytes of a story at most."""
LOG = logging.getLogger("sozialraum.web")


class Head(BaseModel):
    """What stands between the lines of `+++`."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    title: str = Field(min_length=1, max_length=200)
    lead: str = ""
    release: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9-]*-[1-9][0-9]*)?$")
    language: Literal["de", "en"] = "de"


@dataclass(frozen=True)
class Step:
    """A part of a story: its text, and the figures that stay beside it."""

    text: tuple[Block, ...]
    figures: tuple[Fence, ...]


@dataclass(frozen=True)
class Story:
    """A story as it was written; `mark` changes with its content."""

    id: str
    head: Head
    steps: tuple[Step, ...]
    mark: str


def listed(folder: Path) -> list[Story]:
    """Every story of the workspace that can be read, by title; faults of the others are logged for the planner."""
    found: list[Story] = []
    for path in files(folder):
        try:
            found.append(read_story(path))
        except InputError as error:
            LOG.warning("Story %s is not shown: %s", path.name, error.say("en"))
    return sorted(found, key=lambda one: one.head.title)


def entries(folder: Path, language: str) -> list[dict[str, str]]:
    """Title, lead, language and address of the stories, those in the reader's language first."""
    found = sorted(listed(folder), key=lambda one: one.head.language != language)
    return [
        {"title": one.head.title, "lead": one.head.lead, "language": one.head.language,
         "href": link(language, "story", one.id)} for one in found
    ]  # fmt: skip


def files(folder: Path) -> list[Path]:
    """The files of the stories, those only that lie in the folder itself."""
    room = (folder / FOLDER).resolve()
    known = (path for path in sorted(room.glob("*.md")) if ID.fullmatch(path.stem) and path.resolve().parent == room)
    return [path for path in known if path.is_file()]


def stamp(folder: Path) -> str:
    """What changes whenever a story does."""
    told = ((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files(folder))
    return hashlib.sha256(repr(list(told)).encode()).hexdigest()[:16]


def story(folder: Path, key: str) -> Story | None:
    """The story of that id; None where there is none that can be read."""
    return next((one for one in listed(folder) if one.id == key), None)


def read_story(path: Path) -> Story:
    """The story in that file. Raises: InputError with what is wrong in its head."""
    name = f"{FOLDER}/{path.name}"
    if path.stat().st_size > LARGEST:
        raise InputError([Fault("story_large", "A story may have 500 kilobytes at most.", Place(name))])
    text = declared_text(path, name)
    lines = text.splitlines()
    ends = [at for at, line in enumerate(lines) if line.strip() == "+++"][:2]
    if len(ends) < 2 or any(line.strip() for line in lines[: ends[0]]):
        what, remedy = "A story begins with its head between two lines of +++.", 'The least is: title = "..."'
        raise InputError([Fault("story_head", what, Place(name), remedy=remedy)])
    head = checked(parsed("\n".join(lines[ends[0] + 1 : ends[1]]), name), Head, name)
    pieces = read("\n".join(lines[ends[1] + 1 :]), ends[1] + 2)
    mark = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Story(path.stem, head, tuple(_steps(pieces)), mark)


def _steps(pieces: list[Block | Fence]) -> list[Step]:
    """A step begins with each heading of the first two ranks."""
    parts: list[list[Block | Fence]] = [[]]
    for piece in pieces:
        if isinstance(piece, Heading) and piece.level <= 3:
            parts.append([])
        parts[-1].append(piece)
    return [
        Step(
            tuple(one for one in part if not isinstance(one, Fence)),
            tuple(one for one in part if isinstance(one, Fence)),
        )
        for part in parts
        if part
    ]
