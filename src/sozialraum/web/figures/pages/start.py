"""Start: where am I, what matters, what is new."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sozialraum.reports import Finding, View, edition, findings, read_plan
from sozialraum.reports import language as words
from sozialraum.reports.composing import title_of
from sozialraum.reports.sections import parts
from sozialraum.texts import say
from sozialraum.web.figures.pages.page import Page, drawn

EXAMPLES = 3
"""Areas named below the search field."""


def page(view: View, _key: str) -> Page:
    """The start page of a release."""
    values = {
        "lead": _lead(view),
        "examples": _examples(view),
        "findings": [_told(view, one) for one in findings(view)],
        "report": title_of(view, read_plan("social-report")),
        "stock": _stock(view),
        **_index(view),
    }
    title = say("The social situation {in_place}, area by area", view.language,
                in_place=words.in_place(view.place, view.language))  # fmt: skip
    return Page("start.html", title, values, "start")


def _lead(view: View) -> str:
    language, count = view.language, words.number(len(view.layer), 0, view.language)
    many = view.level_title(view.level)
    if edition(view) is None:
        return say("Checked and released figures for {count} {areas}.", language, count=count, areas=many)
    return say(
        "Where is the situation strained, where is it getting better, and how sure are we? "
        "Checked and released figures for {count} {areas}.",
        language,
        count=count,
        areas=many,
    )


def _examples(view: View) -> list[dict[str, str]]:
    """The areas with most people: names that many readers know."""
    people = np.nan_to_num(view.layer.residents, nan=-1.0)
    rows = np.argsort(-people, kind="stable")[:EXAMPLES].tolist()
    return [{"name": view.layer.names[row], "href": view.address("area", view.layer.keys[row])} for row in sorted(rows)]


def _index(view: View) -> dict[str, Any]:
    """Map and key of the newest edition; without an index the map of the first figure that the findings name."""
    found, language = edition(view), view.language
    if found is None:
        return {"map": drawn([_plain_map(view)], language, 620)}
    picture = parts.class_map(view, found, say("Index of the social situation {label}", language, label=found.label),
                              twin=False, labels=False, scale_bar=False, show_title=False)  # fmt: skip
    matrix = parts.class_matrix(view, found, say("Number of areas", language), shares=False)
    rows = tuple(replace(one, fill="") for one in matrix.rows)  # the fields themselves carry the colours
    key = replace(matrix, rows=rows, show_title=False, ends=(), ends_head="", unit="", columns_head="", corner="")
    return {
        "map": drawn([picture], language, 620),
        "map_title": picture.title,
        "key": drawn([key], language, 460),
        "how_to_read": _how_to_read(view),
    }


def _plain_map(view: View) -> Any:
    from sozialraum.reports.sections.topic import rate_map

    chosen = [one.indicator for one in findings(view) if view.has(one.indicator)] or list(view.measures())
    picture = rate_map(view, chosen[0]) if chosen else None
    return picture and replace(picture, table=None)


def _how_to_read(view: View) -> str:
    found, language = edition(view), view.language
    assert found is not None  # asked for an index only
    now = words.when(found.period, language)
    if found.dynamic is None:
        return say("Colour = status {when}, number = how many areas.", language, when=now)
    since = words.since(found.since, language) if found.since else say("since the earlier date", language)
    return say("Colour = status {when}, triangle = development {since}, number = how many areas.", language,
               when=now, since=since)  # fmt: skip


def _told(view: View, one: Finding) -> dict[str, str]:
    chart = drawn([replace(one.chart, show_title=False)] if one.chart else [], view.language, 350, 2)
    plain = view.has(one.indicator) and view.descriptions[one.indicator].kind != "index"
    return {
        "chart": chart,
        "claim": one.claim,
        "text": one.text,
        "doubt_label": one.doubt_label,
        "doubt": one.doubt,
        "href": view.address("indicator", one.indicator) if plain else "",
    }


def _stock(view: View) -> list[tuple[str, str]]:
    """What the release holds, counted: figures, values, hidden ones."""
    language, audit = view.language, view.release.audit()
    rows = view.release.table.num_rows
    hidden = audit.get("hidden", 0)
    counted = [
        (len(view.measures()), say("figures with definition and source", language)),
        (rows, say("values by area and date", language)),
        (hidden, say("of them secret, so that nobody can be recognised", language)),
    ]
    return [(words.number(number, 0, language), text) for number, text in counted]
