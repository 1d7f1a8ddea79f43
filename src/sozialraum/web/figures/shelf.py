"""The newest release of the workspace, ready for reading in each language; a release made meanwhile appears by itself."""

from __future__ import annotations

import logging
import time
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sozialraum.errors import InputError
from sozialraum.web.keeping import Shelf as Answers
from sozialraum.web.places import link

if TYPE_CHECKING:
    from sozialraum.figures import Release
    from sozialraum.reports import View

LOOK_AGAIN = 1.0
"""Seconds after which the folder of releases is looked at again."""
OLDER = 3
"""Older releases that are kept open for texts written on them."""
LOG = logging.getLogger("sozialraum.web")


class Shown:
    """A release as the pages show it: one view per language, and every answer that was made from it."""

    def __init__(self, release: Release):
        self.release = release
        self.answers = Answers()

    def view(self, language: str) -> View:
        """The release prepared for reading in that language, with links to the pages."""
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
        self._older: dict[str, Shown] = {}
        self._lock = Lock()

    def newest(self) -> Shown | None:
        """The newest release, or None where there is none yet."""
        if time.monotonic() - self._looked < LOOK_AGAIN:
            return self._shown
        with self._lock:
            if time.monotonic() - self._looked >= LOOK_AGAIN:
                self._look()
                self._looked = time.monotonic()
        return self._shown

    def labelled(self, label: str) -> Shown | None:
        """The release of that label, for texts that were written on it; None where it is gone, damaged or withdrawn."""
        from sozialraum.errors import CallError
        from sozialraum.workspace import load_release, withdrawal

        newest, (name, _, version) = self.newest(), label.rpartition("-")
        if newest is not None and newest.release.label == label:
            return newest
        if not version.isdecimal() or withdrawal(self.folder, name, int(version)) is not None:
            return None
        with self._lock:
            if label not in self._older:
                try:
                    self._older[label] = Shown(load_release(self.folder, name, int(version)))
                except (InputError, CallError):
                    return None
                while len(self._older) > OLDER:
                    self._older.pop(next(iter(self._older)))
            return self._older[label]

    def _look(self) -> None:
        from sozialraum.workspace import load_release, releases_by_age, withdrawal

        self.withdrawn = ""
        for name, version in reversed(releases_by_age(self.folder)):
            gone = withdrawal(self.folder, name, version)
            if gone is not None:
                self.withdrawn = self.withdrawn or f"{name}-{version}"
                continue
            if (name, version) == self._found:
                return
            if (name, version) in self._damaged:
                continue
            try:
                self._shown = Shown(load_release(self.folder, name, version))
            except InputError:
                self._damaged.add((name, version))
                LOG.error("Release %s-%d is damaged and is not shown.", name, version)
                continue
            self._found = (name, version)
            return
        self._found = self._shown = None


@cache
def shelf() -> Releases:
    """The releases of the workspace that the settings name."""
    from django.conf import settings

    return Releases(Path(settings.SOZIALRAUM_WORKSPACE))
