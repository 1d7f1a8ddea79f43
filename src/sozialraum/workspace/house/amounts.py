"""What the protocol says of sums of amounts (ages, rooms, square metres): how each was judged, and what is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sozialraum.figures import Release
from sozialraum.reports import language as words
from sozialraum.reports.blocks import Bullets, Section
from sozialraum.texts import say

WITHHELD = "No value goes out: beside the counts and the other amounts it could not be proved safe."
COUNTED = "Judged together with the counts: nobody can tell the sum of fewer people than the minimum closer than {share} percent."
UNKNOWN = (
    "What each contributes is not known here. It is hidden with every hidden count beside it, and the sum of fewer people "
    "than the minimum cannot be told closer than {share} percent; whether one contributes most of a sum was not judged."
)


def amounts_said(release: Release, language: str) -> Iterator[Section]:
    """The section on amounts; none where the release has none."""
    judged = release.record["audit"].get("amounts", ())
    if judged:
        titles = {one.id: one.title.get(language) or one.id for one in release.descriptions}
        lines = tuple((_line(one, titles[one["indicator"]], release, language),) for one in judged)
        yield Section("amounts", say("Sums of amounts", language), (Bullets(lines),))


def _line(one: Mapping[str, Any], title: str, release: Release, language: str) -> str:
    head = say(
        "{title}: {shown} values shown, {hidden} hidden.",
        language,
        title=title,
        shown=words.number(one["shown"], 0, language),
        hidden=words.number(one["hidden"], 0, language),
    )
    told = WITHHELD if one["withheld"] else COUNTED if one["contributions"] else UNKNOWN
    return f"{head} {say(told, language, share=release.record['rule'].get('p_percent', 10))}"
