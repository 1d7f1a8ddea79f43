"""Addresses of the desk, in the words of each language."""

from __future__ import annotations

from functools import cached_property
from importlib import import_module
from typing import Any

from django.urls import path

WORDS = {
    "de": {
        "deliveries": "lieferungen", "map": "zuordnung", "check": "pruefen", "accept": "annehmen", "refuse": "ablehnen",
        "undo": "zuruecknehmen", "releases": "freigaben", "prepare": "vorbereiten", "choose": "auswahl",
        "approve": "freigeben", "withdraw": "zurueckziehen", "report": "bericht", "jobs": "auftraege", "state": "stand",
        "cancel": "abbrechen", "file": "datei", "definitions": "definitionen", "compute": "rechnen",
        "protocol": "protokoll",
    },
    "en": {
        "deliveries": "deliveries", "map": "mapping", "check": "check", "accept": "accept", "refuse": "refuse",
        "undo": "undo", "releases": "releases", "prepare": "prepare", "choose": "choice",
        "approve": "approve", "withdraw": "withdraw", "report": "report", "jobs": "jobs", "state": "state",
        "cancel": "cancel", "file": "file", "definitions": "definitions", "compute": "compute",
        "protocol": "protocol",
    },
}  # fmt: skip


class Later:
    """A view whose module is loaded when it is first asked for, so that the public pages start without the desk."""

    def __init__(self, place: str):
        self._module, _, self._name = f"sozialraum.web.desk.{place}".rpartition(".")

    @cached_property
    def _view(self) -> Any:
        return getattr(import_module(self._module), self._name)

    @property
    def right(self) -> Any:
        """The right that the view declares."""
        return self._view.right

    @property
    def polled(self) -> bool:
        """Whether pages ask for it by themselves."""
        return getattr(self._view, "polled", False)

    @property
    def unlogged(self) -> bool:
        """Whether asking for it leaves no line in the log."""
        return getattr(self._view, "unlogged", False)

    def __call__(self, request: Any, **told: Any) -> Any:
        """The answer of the view."""
        return self._view(request, **told)


def pages(language: str) -> list[Any]:
    """The pages of the desk in that language."""
    word = WORDS[language]
    start = path("", Later("overview.start"), name="start")
    return [start, *_deliveries(word), *_releases(word), *_jobs(word), *_definitions(word)]


def _deliveries(word: dict[str, str]) -> list[Any]:
    home = f"{word['deliveries']}/"
    one = f"{home}<uuid:key>/"
    return [
        path(home, Later("deliveries.views.every"), name="deliveries"),
        path(f"{home}{word['undo']}/", Later("deliveries.views.undo"), name="delivery-undo"),
        path(one, Later("deliveries.views.show"), name="delivery"),
        path(f"{one}{word['map']}/", Later("deliveries.views.map_columns"), name="delivery-map"),
        path(f"{one}{word['check']}/", Later("deliveries.views.check"), name="delivery-check"),
        path(f"{one}{word['accept']}/", Later("deliveries.views.accept"), name="delivery-accept"),
        path(f"{one}{word['refuse']}/", Later("deliveries.views.refuse"), name="delivery-refuse"),
    ]


def _releases(word: dict[str, str]) -> list[Any]:
    home = f"{word['releases']}/"
    one = f"{home}<str:name>/<int:number>/"
    return [
        path(home, Later("releases.preparing.every"), name="releases"),
        path(f"{home}{word['prepare']}/", Later("releases.preparing.prepare"), name="release-prepare"),
        path(f"{home}{word['choose']}/", Later("releases.preparing.choose"), name="release-choose"),
        path(f"{home}{word['withdraw']}/", Later("releases.deciding.withdraw"), name="release-withdraw"),
        path(f"{home}{word['report']}/", Later("releases.preparing.report"), name="release-report"),
        path(one, Later("releases.deciding.show"), name="draft"),
        path(f"{one}{word['approve']}/", Later("releases.deciding.approve"), name="draft-approve"),
        path(f"{one}{word['refuse']}/", Later("releases.deciding.refuse"), name="draft-refuse"),
        path(f"{one}{word['protocol']}/", Later("releases.deciding.protocol"), name="draft-protocol"),
    ]


def _jobs(word: dict[str, str]) -> list[Any]:
    home = f"{word['jobs']}/"
    one = f"{home}<uuid:key>/"
    return [
        path(home, Later("jobs.views.every"), name="jobs"),
        path(one, Later("jobs.views.show"), name="job"),
        path(f"{one}{word['state']}/", Later("jobs.views.state"), name="job-state"),
        path(f"{one}{word['cancel']}/", Later("jobs.views.stop"), name="job-cancel"),
        path(f"{one}{word['file']}/", Later("jobs.views.file"), name="job-file"),
    ]


def _definitions(word: dict[str, str]) -> list[Any]:
    home = f"{word['definitions']}/"
    return [
        path(home, Later("defining.views.every"), name="definitions"),
        path(f"{home}<str:kind>/", Later("defining.views.new"), name="definition-new"),
        path(f"{word['compute']}/<str:kind>/", Later("defining.live.live"), name="definition-live"),
        path(f"{home}<str:kind>/<str:key>/", Later("defining.views.edit"), name="definition"),
    ]
