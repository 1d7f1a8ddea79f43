"""Do two figures go together? The sentence, every area as a dot, what it does not prove, the same numbers as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa

from sozialraum.errors import NoAnswerError
from sozialraum.reports import Series, View, edition
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Chart, Column, Paragraph, Table
from sozialraum.reports.sections import parts
from sozialraum.reports.series import is_level
from sozialraum.texts import say
from sozialraum.web.figures.fields import by_field
from sozialraum.web.figures.maps.choice import MANY
from sozialraum.web.figures.pages.page import Page, drawn
from sozialraum.web.paging import part, ways

TABLE = "both"
"""Id of the table of both figures."""


@dataclass(frozen=True)
class Pair:
    """The figure to the right and the one upwards."""

    across: str
    up: str


def figures(view: View) -> list[str]:
    """Figures that say how high something is, so that they can be set against one another."""
    return [one for one in view.measures() if is_level(view.descriptions[one])]


def chosen(view: View, asked: Mapping[str, str]) -> Pair | None:
    """What was asked for as far as the release holds it; else two parts of the index; None below two figures."""
    known, found = figures(view), edition(view)
    parts_of = [one for one in (found.status.description.parts if found else ()) if one in known]
    first = [*(asked.get(name, "") for name in ("across", "up")), *parts_of, *known]
    several = list(dict.fromkeys(one for one in first if one in known))
    return Pair(several[0], several[1]) if len(several) > 1 else None


def page(view: View, pair: Pair, asked: str = "") -> Page:
    """The page of a pair of figures; more areas than dots can show stand in parts of a table, the one that was asked for."""
    language = view.language
    one, other = view.series(pair.across), view.series(pair.up)
    title = say("{first} and {second}", language, first=_title(one, language), second=_title(other, language))
    many, shown = len(view.layer) > MANY, part(len(view.layer), asked)
    told = _twin(view, one, other, shown.rows) if many else chart(view, pair)
    blocks: list[Block] = [Paragraph((sentence(view, pair),), "lead"), told]
    values = {
        "pair": pair,
        "options": by_field(view, figures(view)),
        "blocks": drawn(blocks, language),
        "ways": ways(shown, urlencode({"across": pair.across, "up": pair.up}), language, TABLE) if many else None,
        "caveats": _caveats(view, pair),
    }
    return Page("correlate.html", title, values, "areas")


def _title(series: Series, language: str) -> str:
    return tell.title(series.description, language)


def sentence(view: View, pair: Pair) -> str:
    """How far both go together, straight and by rank, each with its range; or why nothing can be said."""
    from sozialraum.analysis import correlation

    language, one, other = view.language, view.series(pair.across), view.series(pair.up)
    try:
        found = correlation(one.value[-1], other.value[-1])
    except NoAnswerError as error:
        return error.say(language)
    values: dict[str, object] = {
        "first": _title(one, language),
        "second": _title(other, language),
        "areas": words.number(found.areas, 0, language),
        "ranked": words.signed(found.ranked, 2, language),
        "ranked_range": words.interval(*found.ranked_range, 2, language),
        "straight": words.signed(found.straight, 2, language),
        "straight_range": words.interval(*found.straight_range, 2, language),
    }
    text = _direction(found.ranked, *found.ranked_range)
    numbers = (
        "Rank correlation {ranked} ({ranked_range}), along a straight line {straight} ({straight_range}), in {areas} areas; "
        "0 would be no connection, 1 or −1 a perfect one."
    )
    return f"{say(text, language, **values)} {say(numbers, language, **values)}"


def _direction(value: float, low: float, high: float) -> str:
    """The words for a correlation: only where its range leaves out zero does it have a direction."""
    if low <= 0 <= high:
        return "{first} and {second}: no connection between the areas can be recognised."
    strong = "clearly" if abs(value) >= 0.5 else "slightly"
    return {
        ("clearly", True): "Where {first} is higher, {second} is mostly higher too.",
        ("slightly", True): "Where {first} is higher, {second} is somewhat more often higher too.",
        ("clearly", False): "Where {first} is higher, {second} is mostly lower.",
        ("slightly", False): "Where {first} is higher, {second} is somewhat more often lower.",
    }[strong, value > 0]


def chart(view: View, pair: Pair) -> Chart:
    """Every area with both values as a dot."""
    language, one, other = view.language, view.series(pair.across), view.series(pair.up)
    known = np.flatnonzero(~np.isnan(one.value[-1]) & ~np.isnan(other.value[-1])).tolist()
    data = pa.table({
        "x": one.value[-1][known], "value": other.value[-1][known],
        "key": pa.array([view.layer.keys[at] for at in known], pa.string()),
        "label": pa.array([_told(view, one, other, at) for at in known], pa.string()),
    })  # fmt: skip
    title = say("All areas by both figures", language)
    options = {
        "x_head": _measured(one, language), "head": _measured(other, language),
        "x_middle": _middle(one), "middle": _middle(other),
    }  # fmt: skip
    note = _legend(one, other, language)
    return Chart("scatter", title, say("Dots: {title}", language, title=sentence(view, pair)), data, note=note, options=options,
                 table=_twin(view, one, other), source=parts.source_line(view, [pair.across, pair.up]))  # fmt: skip


def _measured(series: Series, language: str) -> str:
    when = tell.when(series.description, series.periods[-1], language)
    return f"{_title(series, language)}, {tell.measure(series.description, language)}, {when}"


def _legend(one: Series, other: Series, language: str) -> str:
    """What dots and dashed lines are; a figure with too many secret values has no median area."""
    lined = [each for each in (one, other) if _middle(each) is not None]
    if len(lined) == 2:
        return say("Each dot is an area; dashed: the median area of either figure.", language)
    if not lined:
        return say("Each dot is an area.", language)
    title = words.quoted(_title(lined[0], language), language)
    return say("Each dot is an area; dashed: the median area for {title}.", language, title=title)


def _middle(series: Series) -> float | None:
    median = float(series.median[-1])
    return None if np.isnan(median) else median


def _told(view: View, one: Series, other: Series, area: int) -> str:
    language = view.language
    amounts = (
        f"{_title(each, language)} {tell.amount(each.description, float(each.value[-1][area]), language)}"
        for each in (one, other)
    )
    return f"{view.layer.labels[area]}: {', '.join(amounts)}"


def _twin(view: View, one: Series, other: Series, shown: slice = slice(None)) -> Table:
    language = view.language
    heads = (
        Column(view.level_title(view.level, many=False)),
        *(Column(_measured(each, language), "number") for each in (one, other)),
    )
    order = np.lexsort((np.arange(len(view.layer)), -np.nan_to_num(other.value[-1], nan=-np.inf))).tolist()
    rows = tuple(
        (parts.area_cell(view, at), *(parts.value_cell(each, -1, at, language) for each in (one, other)))
        for at in order[shown]
    )
    return Table(say("Both figures of all areas", language), heads, rows, id=TABLE)


def _caveats(view: View, pair: Pair) -> list[str]:
    """What the picture does not prove."""
    language = view.language
    told = [
        say("What goes together in areas need not go together in people, and it says nothing about a cause.", language),
        say("Areas count alike, whatever their number of people; random ranges of their values make connections look weaker.",
            language),
    ]  # fmt: skip
    shared = set(view.descriptions[pair.across].facts) & set(view.descriptions[pair.up].facts)
    if shared:
        told.append(
            say(
                "Both figures are made from the same counts; part of the connection may come from that alone.", language
            )
        )
    dates: Any = {view.series(one).periods[-1] for one in (pair.across, pair.up)}
    if len(dates) > 1:
        told.append(say("The two figures are of different dates.", language))
    return told
