"""What an index would say, computed at once from the newest release: nobody sees more by it than everybody may see."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sozialraum.analysis import IndexDefinition, composite, read_definition
from sozialraum.errors import CallError, InputError, NoAnswerError
from sozialraum.figures import Figures, Release
from sozialraum.indicators import earlier
from sozialraum.texts import say

PEOPLE = "population_total"


@dataclass(frozen=True)
class Preview:
    """Release, level and period it was computed from; for each dimension its title and the number of areas in each class."""

    about: str
    dimensions: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()


def preview(text: str, release: Release | None, language: str) -> Preview:
    """The classes that the areas of the release would have; or in words why there are none."""
    if release is None:
        return Preview(say("Nothing has been released yet.", language))
    try:
        definition = _read(text)
        found, level, period = _computed(definition, release)
    except (CallError, InputError, NoAnswerError) as error:
        reason = say("The newest release does not hold what this index needs.", language)
        return Preview(f"{reason} {error.say(language)}")
    about = say(
        "Release {label}, {period}, {level}.",
        language,
        label=release.label,
        period=period,
        level=_named(release, level, language),
    )
    counts = tuple(_counted(definition, at, found, language) for at in range(len(definition.dimension)))
    return Preview(about, tuple(one for one in counts if one[1]))


def _named(release: Release, level: str, language: str) -> str:
    titles = release.record.get("level_titles", {}).get(level, {})
    return str(titles[language][1]) if language in titles else level


def _read(text: str) -> IndexDefinition:
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, "index.toml")
        file.write_text(text, encoding="utf-8")
        return read_definition(file)


def _computed(definition: IndexDefinition, release: Release) -> tuple[Figures, str, str]:
    """The index on the finest level and at the newest date that hold everything. Raises: NoAnswerError."""
    wanted = [one.figure or one.id for one in definition.indicators]
    released = [one for one in wanted if one in release.figures.indicators]
    years = sorted({one.years for one in definition.indicators if one.change_of})
    for level in sorted(release.figures.levels, key=lambda one: -len(release.figures.on(one))) if released else ():
        held = release.figures.on(level)
        for period in sorted(held.select(*released).periods, reverse=True):
            at = held.at(period, *(earlier(period, one) for one in years))
            try:
                return composite(at.select(*released), definition, _residents(at)).at(period), level, period
            except (CallError, NoAnswerError):
                continue
    raise NoAnswerError("It needs at one date: {ids}.", ids=", ".join(sorted(wanted)))


def _residents(figures: Figures) -> Figures | None:
    """People for the rule of the smallest areas; None where they are not released."""
    return figures.select(PEOPLE) if PEOPLE in figures.indicators else None


def _counted(
    definition: IndexDefinition, at: int, found: Figures, language: str
) -> tuple[str, tuple[tuple[str, int], ...]]:
    dimension = definition.dimension[at]
    rows = found.table.select(["indicator", "class"]).to_pylist()
    counts = Counter(row["class"] for row in rows if row["indicator"] == f"{definition.id}.{dimension.id}")
    classes = [(one.de if language == "de" else one.en or one.de, counts[one.id]) for one in dimension.classes]
    return dimension.title.get(language, dimension.id), tuple(classes)
