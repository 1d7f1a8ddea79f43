"""From a fenced block of a story to a block of the pages, made from the release that the story names."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from sozialraum.declared import checked, parsed
from sozialraum.errors import InputError
from sozialraum.reports import View, edition
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Callout, KeyFigure, KeyFigures
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.course import dates_told, line_chart
from sozialraum.reports.sections.topic import by_group, rate_map
from sozialraum.texts import say
from sozialraum.web.figures.pages.indicator import ranking
from sozialraum.web.figures.relations import correlate, spread
from sozialraum.web.figures.stories.markdown import Fence

LOG = logging.getLogger("sozialraum.web")


class Asked(BaseModel):
    """What a planner writes into a fenced block `figure`."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    kind: Literal["map", "index", "course", "ranking", "table", "number", "together", "spread"]
    indicator: str = ""
    beside: str = ""
    area: str = ""


def drawn_figure(view: View, fence: Fence, story: str) -> Block:
    """The block that was asked for; where the release cannot give it, a sentence that says so (and a line in the log)."""
    name = f"stories/{story}.md, line {fence.line}"
    try:
        asked = checked(parsed(fence.body, name), Asked, name)
    except InputError as error:
        LOG.warning("A figure of a story cannot be shown. %s", error.say("en"))
        return _missing(view)
    made = KINDS[asked.kind](view, asked)
    if made is None:
        LOG.warning("%s: the release %s does not hold what kind = %r needs.", name, view.release.label, asked.kind)
    return made or _missing(view)


def _missing(view: View) -> Block:
    return Callout((say("This figure cannot be shown: the release does not hold it.", view.language),), "warn")


def _known(view: View, asked: Asked) -> bool:
    return asked.indicator in view.measures()


def _map(view: View, asked: Asked) -> Block | None:
    return rate_map(view, asked.indicator) if _known(view, asked) else None


def _index(view: View, _: Asked) -> Block | None:
    found = edition(view)
    if found is None:
        return None
    title = say("Index of the social situation {label}", view.language, label=found.label)
    return parts.class_map(view, found, title, key=parts.class_key(view, found))


def _course(view: View, asked: Asked) -> Block | None:
    return line_chart(view, asked.indicator) if _known(view, asked) and dates_told(view, asked.indicator) > 1 else None


def _ranking(view: View, asked: Asked) -> Block | None:
    return ranking(view, asked.indicator) if _known(view, asked) else None


def _table(view: View, asked: Asked) -> Block | None:
    return by_group(view, [asked.indicator]) if _known(view, asked) else None


def _number(view: View, asked: Asked) -> Block | None:
    """The newest value of one area with its random range."""
    if not _known(view, asked) or asked.area not in view.layer.place:
        return None
    series, language, area = view.series(asked.indicator), view.language, view.layer.place[asked.area]
    cell = parts.value_cell(series, -1, area, language)
    value = tell.amount(series.description, cell.number, language) if cell.number is not None else cell.text
    when = tell.when(series.description, series.periods[-1], language)
    label = f"{tell.title(series.description, language)}, {view.layer.labels[area]}, {when}"
    return KeyFigures((KeyFigure(label, value, parts.range_note(series, -1, area, language)),))


def _together(view: View, asked: Asked) -> Block | None:
    known = correlate.figures(view)
    fits = asked.indicator in known and asked.beside in known and asked.indicator != asked.beside
    return correlate.chart(view, correlate.Pair(asked.indicator, asked.beside)) if fits else None


def _spread(view: View, asked: Asked) -> Block | None:
    return spread.curve(view, asked.indicator) if asked.indicator in spread.figures(view) else None


KINDS: Mapping[str, Callable[[View, Asked], Block | None]] = {
    "map": _map,
    "index": _index,
    "course": _course,
    "ranking": _ranking,
    "table": _table,
    "number": _number,
    "together": _together,
    "spread": _spread,
}
"""What a block may ask for; None where the release does not hold it."""
