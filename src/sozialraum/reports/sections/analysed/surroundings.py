"""Segregation in space: how it falls when the surroundings of people are drawn wider."""

from __future__ import annotations

from typing import Any

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Chart, Column, Paragraph, Section, Table
from sozialraum.reports.sections import parts as shared
from sozialraum.reports.sections.analysed.parts import caveat, number_cell
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.view import View
from sozialraum.texts import say

H = "segregation.spatial_h"
CLUSTERED = ("acl", "rcl", "delta", "aco")
MOST_PERIODS = 3
Row = dict[str, Any]


def section(view: View, settings: Settings) -> Section | None:
    """The profile over radii; None where the release holds none."""
    rows = (
        [row for row in view.rows(H) if row.get("radius_m") is not None and row["value"] is not None]
        if H in view.descriptions
        else []
    )
    if not rows:
        return None
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    blocks += [Paragraph((_sentence(view, rows),)), _chart(view, rows), *_clustering(view, str(rows[-1]["period"]))]
    text = say(
        "Surroundings are circles around each place in which nearer people count more, as the crow flies; rivers and railways "
        "are not seen. Places at the edge of the city have fewer people around them. Each area stands at its middle.",
        view.language,
    )
    return Section(settings.id, settings.title, (*blocks, caveat(text)))


def _clustering(view: View, period: str) -> tuple[Table, ...]:
    """Clustering and concentration of each group; nothing where the release holds none."""
    language = view.language
    held = {
        (name, row["group"]): row["value"]
        for name in CLUSTERED
        for row in (view.rows(f"segregation.{name}") if f"segregation.{name}" in view.descriptions else ())
        if row["period"] == period and row["value"] is not None and row.get("group")
    }
    names = [name for name in CLUSTERED if any(name == one for one, _ in held)]
    if not names:
        return ()
    groups = list(dict.fromkeys(group for _, group in held))
    titles = [tell.title(view.descriptions[one], language) if one in view.descriptions else one for one in groups]
    heads = [tell.in_language(view.descriptions[f"segregation.{name}"].title, language) for name in names]
    columns = (Column(say("Group", language)), *(Column(head, "number") for head in heads))
    rows = tuple(
        (title, *(number_cell(held.get((name, group)), 3, language) for name in names))
        for group, title in zip(groups, titles, strict=True)
    )
    note = say("Distances in kilometres, areas in square metres; 0 = no clustering or concentration.", language)
    return (Table(say("Clustering and concentration", language), columns, rows, note=note),)


def _by_radius(rows: list[Row], period: str) -> dict[float, float]:
    return {
        row["radius_m"]: row["value"]
        for row in sorted(rows, key=lambda row: row["radius_m"])
        if row["period"] == period
    }


def _metres(radius: float, language: str) -> str:
    if radius < 1000:
        return f"{words.number(radius, 0, language)}{words.NBSP}m"
    return f"{words.number(radius / 1000, 0 if radius % 1000 == 0 else 1, language)}{words.NBSP}km"


def _sentence(view: View, rows: list[Row]) -> str:
    """Segregation in the nearest and in the widest surroundings, and how much of it is one of large parts of the city."""
    language, period = view.language, str(rows[-1]["period"])
    held = _by_radius(rows, period)
    near, far = min(held), max(held)
    ids = view.descriptions[H].parts
    groups = [tell.title(view.descriptions[one], language) if one in view.descriptions else one for one in ids]
    values = {
        "when": words.capital(words.when(period, language)),
        "groups": words.joined(groups, language),
        "near": _metres(near, language),
        "far": _metres(far, language),
        "first": words.number(held[near], 3, language),
        "last": words.number(held[far], 3, language),
        "share": words.percent(100 * held[far] / held[near], 0, language) if held[near] > 0 else "",
    }
    told = say(
        "{when}, segregation H of the groups {groups} in surroundings of {near} is {first}, of {far} {last}.",
        language,
        **values,
    )
    if near == far or not values["share"]:
        return told
    reach = say(
        "So {share} of it is one of large parts of the city, the rest one of neighbourhoods.", language, **values
    )
    return f"{told} {reach}"


def _chart(view: View, rows: list[Row]) -> Chart:
    language = view.language
    periods = sorted({str(row["period"]) for row in rows})[-MOST_PERIODS:]
    held = {period: _by_radius(rows, period) for period in periods}
    data = [
        {
            "x": radius / 1000,
            "label": _metres(radius, language),
            "value": value,
            "series": period,
            "text": words.number(value, 3, language),
        }
        for period, profile in held.items()
        for radius, value in profile.items()
    ]
    title = say("Segregation H by the radius of the surroundings", language)
    columns = (Column(say("Radius", language)), *(Column(period, "number") for period in periods))
    radii = sorted({radius for profile in held.values() for radius in profile})
    cells: tuple[shared.Row, ...] = tuple(
        (_metres(radius, language), *(number_cell(held[period].get(radius), 3, language) for period in periods))
        for radius in radii
    )
    source = shared.source_line(view, view.descriptions[H].parts)
    options = {"zero": True, "decimals": 3}
    alt = _sentence(view, rows)
    return Chart("line", title, alt, shared.lists(data), "H", "", source, "", options, Table(title, columns, cells))
