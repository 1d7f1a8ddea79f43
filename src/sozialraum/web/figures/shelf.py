"""The newest release of the workspace, ready for reading in each language; a release made meanwhile appears by itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Hashable
from functools import cache, cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from sozialraum.errors import InputError
from sozialraum.web.places import link
from sozialraum.web.ready.keeping import SHORT, Lane
from sozialraum.web.ready.keeping import Shelf as Answers

if TYPE_CHECKING:
    from sozialraum.figures import Release
    from sozialraum.reports import View
    from sozialraum.web.ready.keeping import Kept
    from sozialraum.web.ready.stock import Stock

LOOK_AGAIN = 1.0
"""Seconds after which the folder of releases is looked at again."""
OLDER = 3
"""Older releases that are kept open for texts written on them."""
LOG = logging.getLogger("sozialraum.web")


class Awaited(NamedTuple):
    """A release whose pages are being made: its label, that of the one shown meanwhile, pages made, and of how many."""

    label: str
    shown: str
    done: int
    total: int


class Shown:
    """A release as the pages show it: one view per language, and every answer that was made from it."""

    def __init__(self, label: str, load: Callable[[], Release], stock: Stock | None = None):
        self.label = label
        self.answers = Answers()
        self.stock = stock
        self._load = load
        self._loading = Lock()

    @cached_property
    def release(self) -> Release:
        """The release itself, read when the first page is made that is not stored. Raises: InputError when it is damaged."""
        return self._load()

    def stocked(self, asked: Hashable, make: Callable[[], Kept], lane: Lane = SHORT) -> Kept:
        """A kept answer that is also found after a restart; for those of which a release has a known number."""
        stock = self.stock
        if stock is None:
            return self.answers.get(asked, make, lane=lane)
        return self.answers.get(asked, lambda: stock.put(asked, make()), lambda: stock.find(asked), lane)

    def view(self, language: str) -> View:
        """The release prepared for reading in that language, with links to the pages."""
        with self._loading:
            return self._german if language == "de" else self._english

    @cached_property
    def _german(self) -> View:
        return _prepared(self.release, "de")

    @cached_property
    def _english(self) -> View:
        return _prepared(self.release, "en")


def _prepared(release: Release, language: str) -> View:
    from sozialraum.reports import prepared

    return prepared(release, language, lambda kind, key: link(language, kind, key))


class Releases:
    """Looks up the newest release of a workspace that can be read and was not withdrawn."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._found: tuple[str, int] | None = None
        self._shown: Shown | None = None
        self._damaged: set[tuple[str, int]] = set()
        self._looked = float("-inf")
        self.withdrawn = ""
        self.cache: Path | None = None
        """Folder in which answers outlast the server; without one they do not."""
        self._older: dict[str, Shown] = {}
        self._lock = Lock()
        self._looking = Lock()
        self.followed = False
        """Whether somebody calls `follow`, so that no reader has to open a new release."""
        self.before: Callable[[Shown], None] = lambda _: None
        """What is made of a new release before anybody sees it."""
        self.made = (0, 0)
        """Pages that are made of the release that comes, and how many it will have; 0 while nobody knows."""

    def newest(self) -> Shown | None:
        """The newest release, or None where there is none yet.

        One reader looks; the others go on with what is shown, so that nobody waits for a release that comes meanwhile.
        While nothing is shown everybody looks: whoever released the first one finds it at once.
        """
        if self._is_due() and self._looking.acquire(blocking=self._shown is None):
            try:
                if self._is_due():
                    self._drop_withdrawn()
                    if self._shown is None or not self.followed:
                        self._look()
                    self._looked = time.monotonic()
            finally:
                self._looking.release()
        return self._shown

    def _is_due(self) -> bool:
        return self._shown is None or time.monotonic() - self._looked >= LOOK_AGAIN

    def coming(self) -> str:
        """Label of a newer release than the one that is shown, empty where there is none; it may turn out to be damaged."""
        from sozialraum.workspace import releases_by_age, withdrawal

        for name, version in reversed(releases_by_age(self.folder)):
            if (name, version) == self._found:
                return ""
            if (name, version) not in self._damaged and withdrawal(self.folder, name, version) is None:
                return f"{name}-{version}"
        return ""

    def hear(self, done: int, total: int) -> None:
        """How many pages are made of the release that comes."""
        self.made = (done, total)

    def awaited(self) -> Awaited | None:
        """The release that comes with its pages; None where the newest one is shown, or would be at the next request."""
        label = self.coming() if self.followed else ""
        return Awaited(label, self._shown.label if self._shown else "", *self.made) if label else None

    def follow(self) -> None:
        """Open what is coming; readers go on with what is shown meanwhile."""
        with self._looking:
            self._look()

    def labelled(self, label: str) -> Shown | None:
        """The release of that label, for texts that were written on it; None where it is gone, damaged or withdrawn."""
        from sozialraum.errors import CallError
        from sozialraum.workspace import load_release, withdrawal

        newest, (name, _, version) = self.newest(), label.rpartition("-")
        if newest is not None and newest.label == label:
            return newest
        if not version.isdecimal() or withdrawal(self.folder, name, int(version)) is not None:
            return None
        with self._lock:
            if label not in self._older:
                found = Shown(label, partial(load_release, self.folder, name, int(version)))
                try:
                    _ = found.release
                except (InputError, CallError):
                    return None
                self._older[label] = found
                while len(self._older) > OLDER:
                    self._older.pop(next(iter(self._older)))
            return self._older[label]

    def _look(self) -> None:
        from sozialraum.workspace import releases_by_age, withdrawal

        withdrawn = ""
        for name, version in reversed(releases_by_age(self.folder)):
            if withdrawal(self.folder, name, version) is not None:
                withdrawn = withdrawn or f"{name}-{version}"
            elif self._shows(name, version):
                break
        else:
            self._found = self._shown = None
        self.withdrawn = withdrawn

    def _drop_withdrawn(self) -> None:
        """What was withdrawn is gone at once, before anything else is read."""
        from sozialraum.workspace import withdrawal

        if self._shown is not None and self._found and withdrawal(self.folder, *self._found) is not None:
            if self._shown.stock is not None:
                self._shown.stock.forget()
            self._found = self._shown = None

    def _shows(self, name: str, version: int) -> bool:
        """Whether that release is shown now; the one before is shown until the new one is ready."""
        if (name, version) == self._found:
            return True
        if (name, version) in self._damaged:
            return False
        try:
            found = self._open(name, version)
        except InputError:
            self._damaged.add((name, version))
            LOG.error("Release %s-%d is damaged and is not shown.", name, version)
            return False
        if self._shown is not None:
            self.before(found)
        self._shown, self._found = found, (name, version)
        return True

    def _open(self, name: str, version: int) -> Shown:
        """The release; it is read at once, unless what was made of these very bytes is stored. Raises: InputError."""
        from sozialraum.web.ready.stock import stock
        from sozialraum.workspace import load_release

        place = self.folder / "releases" / name / str(version)
        files = [place / one for one in ("release.json", "figures.parquet", "areas.parquet")]
        held = stock(self.cache, files) if self.cache is not None and all(one.is_file() for one in files) else None
        found = Shown(f"{name}-{version}", partial(load_release, self.folder, name, version), held)
        if held is None or not held.is_used:
            _ = found.release
        return found


@cache
def shelf() -> Releases:
    """The releases of the workspace that the settings name."""
    from django.conf import settings

    return Releases(Path(settings.SOZIALRAUM_WORKSPACE))


def open_shelf() -> Releases:
    """The same, with answers that outlast the server."""
    from sozialraum.reports.fonts import cache_folder

    shelf().cache = cache_folder().parent
    return shelf()
