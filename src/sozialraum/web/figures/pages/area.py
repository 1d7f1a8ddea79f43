"""Area profile: what is this place like, among all the others, and how sure is that?

Paper has room for some figures, a page for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa

from sozialraum.reports import Edition, View, editions, read_plan
from sozialraum.reports import language as words
from sozialraum.reports.blocks import Block, Bullets, Cell, Chart, Column, Columns, Heading, KeyFigures, Table
from sozialraum.reports.editions import Dimension
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.index import dimension_fills
from sozialraum.reports.sections.profile import peer_groups
from sozialraum.reports.sections.profile.alike import similar_in_full
from sozialraum.reports.sections.profile.figures import age, figures_table
from sozialraum.reports.sections.profile.page import key_figures, limits, locator
from sozialraum.reports.sections.profile.told import bullets
from sozialraum.reports.sections.similar import most_similar
from sozialraum.texts import say
from sozialraum.web.figures.pages.page import Page, drawn


def page(view: View, key: str, peers: str = "") -> Page | None:
    """The profile of an area of the finest level beside these peers, else the usual ones; None for any other key."""
    if key not in view.layer.place:
        return None
    area, language = view.layer.place[key], view.language
    groups = peer_groups(view, area)
    here = peers or (groups[0].id if groups else "")
    settings = read_plan("area-profile").section[0].settings(language, area=key, peers=here)
    table = figures_table(view, area, settings, most=len(view.measures()))
    values = {
        "key": key,
        "compare": _nearest(view, area),
        "peers": [(one.id, one.name, one.id == here, at == 0) for at, one in enumerate(groups)],
        "group": next((one.name for one in groups if one.id == here), ""),
        "crumbs": list(_above(view, area)),
        "line": f"{view.level_title(view.level, many=False)} {key}",
        "head": drawn([KeyFigures(key_figures(view, area)), Bullets(tuple(bullets(view, area)))], language, 780, 1),
        "locator": drawn([locator(view, area)], language, 300, 1),
        "figures": drawn([table], language, level=2),
        "more": drawn(_more(view, area), language, level=2),
        "limits": limits(view, area),
    }
    return Page("area.html", view.layer.labels[area], values, "areas")


def _nearest(view: View, area: int) -> str:
    """The query that puts the area beside the two most like it."""
    rows = (area, *most_similar(view).nearest.get(area, ())[:2])
    return urlencode(dict(zip("abc", (view.layer.keys[row] for row in rows), strict=False)))


def _above(view: View, area: int) -> Iterator[tuple[str, str]]:
    """Names of the coarser areas, the whole first, each with what to search for to see its areas."""
    above = view.layer.parents[area]
    for level in reversed(view.levels):
        if level != view.level and level in above:
            name = parts.parent_name(view, level, above[level])
            yield name, name if level == view.group_level else ""


def _more(view: View, area: int) -> list[Block]:
    """Age beside how firm the class is, then the areas most like this one."""
    beside = tuple(part for part in (age(view, area, level=2), tuple(firmness(view, area))) if part)
    first: list[Block] = [Columns(beside)] if len(beside) == 2 else [block for part in beside for block in part]
    return [*first, *similar_in_full(view, area)]


def firmness(view: View, area: int) -> list[Block]:
    """Where the score lies between the borders of its classes, and the classes of earlier editions."""
    known = [one for one in editions(view) if one.status.codes[area] >= 0]
    if not known or known[-1] is not editions(view)[-1]:
        return []
    language, found = view.language, known[-1]
    blocks: list[Block] = [Heading(2, say("How firm is the class?", language))]
    dimensions = [one for one in (found.status, found.dynamic) if one is not None]
    blocks += [band for one in dimensions if (band := class_band(view, one, area))]
    blocks += [earlier_classes(view, known, area)] if len(known) > 1 else []
    return blocks if len(blocks) > 1 else []


def class_band(view: View, dimension: Dimension, area: int) -> Chart | None:
    """The score of the area with its random range on the axis of the classes; None without borders or score."""
    language, borders = view.language, dimension.scale.borders
    score, low, high = (float(part[dimension.row, area]) for part in
                        (dimension.series.value, dimension.series.lower, dimension.series.upper))  # fmt: skip
    class_words = dimension.words(language)
    if len(borders) != len(class_words) - 1 or np.isnan([score, low, high]).any():
        return None
    room = max(borders[-1] - borders[0], 1.0)
    ends = (min(borders[0] - room, low), *borders, max(borders[-1] + room, high))
    fills = dimension_fills(dimension)
    data = pa.table({"from": ends[:-1], "to": ends[1:], "label": class_words, "fill": fills})
    title = dimension.title(language)
    values = {
        "title": title,
        "score": words.signed(score, 2, language),
        "range": words.interval(low, high, 2, language),
    }
    crossed = [
        word for word, start, end in zip(class_words, ends, ends[1:], strict=False) if low < end and high > start
    ]
    template = "{title}: {score}, random range {range}. The range reaches over: {classes}."
    if len(crossed) < 2:
        template = "{title}: {score}, random range {range}. The whole range lies in the class {classes}."
    alt = say(template, language, classes=words.joined(crossed, language), **values)
    twin = Table(title, (Column(say("Score", language), "number"), Column(say("Random range", language), "number")),
                 ((values["score"], values["range"]),))  # fmt: skip
    options = {"value": score, "lower": low, "upper": high}
    return Chart("class_band", title, alt, data, note=alt, options=options, table=twin)


def earlier_classes(view: View, known: list[Edition], area: int) -> Table:
    """The classes of the area in every edition."""
    language = view.language
    titles = [one.title(language) for one in (known[-1].status, known[-1].dynamic) if one is not None]
    heads = (Column(say("Edition", language)), *(Column(title) for title in titles))
    rows = tuple(_edition_row(view, one, area, len(titles)) for one in known)
    return Table(say("Classes in all editions", language), heads, rows)


def _edition_row(view: View, one: Edition, area: int, width: int) -> tuple[Cell | str, ...]:
    dimensions = [found for found in (one.status, one.dynamic) if found is not None]
    cells = [parts.class_cell(view, found, area, sign=at == 1) for at, found in enumerate(dimensions)]
    return (one.label, *cells, *[""] * (width - len(cells)))
