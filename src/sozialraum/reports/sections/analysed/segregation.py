"""Who lives apart from whom: measures over time, by group, where it comes from, and what made it change."""

from __future__ import annotations

from typing import Any

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Cell, Chart, Column, Columns, Heading, Paragraph, Section, Table
from sozialraum.reports.sections import parts as shared
from sozialraum.reports.sections.analysed.parts import caveat, limits_cell, number_cell
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.sections.topic import rate_map
from sozialraum.reports.view import View
from sozialraum.texts import say

H, D, LOCAL = "segregation.h", "segregation.dissimilarity", "segregation.local_m"
COMPONENTS = ("additions", "removals", "group_marginal", "area_marginal", "interaction", "structural")
LOW, HIGH = 0.1, 0.3  # rough words for H: below low, above high
Row = dict[str, Any]


def section(view: View, settings: Settings) -> Section | None:
    """Segregation as the release holds it; None where it holds none."""
    whole = [
        row
        for row in view.rows(H)
        if row["area"] == "total" and row.get("part") == "total" and row["value"] is not None
    ]
    if not whole:
        return None
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    blocks.append(Paragraph((_sentence(view, whole),)))
    left: tuple[Block, ...] = (*_course(view, whole), *_by_group(view, whole[-1]["period"]))
    told = view.has(LOCAL) and view.series(LOCAL).periods[-1] == whole[-1]["period"]
    picture = rate_map(view, LOCAL) if told else None
    blocks += (Columns((left, (picture,)), (0.55, 0.45)),) if picture else left
    blocks += _change(view)
    limits = tell.in_language(view.descriptions[H].limits, view.language)
    return Section(settings.id, settings.title, (*blocks, caveat(limits)))


def groups_of(view: View) -> list[str]:
    """Titles of the groups that were measured."""
    ids = view.descriptions[H].parts
    return [tell.title(view.descriptions[one], view.language) if one in view.descriptions else one for one in ids]


def _sentence(view: View, whole: list[Row]) -> str:
    """How far apart the groups live, whether more than chance, and since when it grew or fell."""
    language, last = view.language, whole[-1]
    values: dict[str, object] = {
        "when": words.capital(words.when(str(last["period"]), language)),
        "groups": words.joined(groups_of(view), language),
        "value": words.number(_best(last), 3, language),
        "range": _range(last, language),
    }
    text = (
        "{when}, the segregation H of the groups {groups} is {value}{range}: 0 would be the same mix everywhere, "
        "1 no mix in any area."
    )
    told = [say(text, language, **values)]
    if last.get("p_value") is not None and last.get("expected") is not None:
        values["expected"] = words.number(last["expected"], 3, language)
        chance = last["p_value"] <= 0.05
        text = (
            "Chance alone would give {expected}; it is more than chance."
            if chance
            else "Chance alone would give {expected}; it may be chance."
        )
        told.append(say(text, language, **values))
    if len(whole) > 1:
        told.append(_since(whole[0], last, language))
    return " ".join(told)


def _best(row: Row) -> float:
    """The value without the bias of small numbers, where the analysis redrew its counts."""
    corrected = row.get("corrected")
    return float(row["value"] if corrected is None else corrected)


def _range(row: Row, language: str) -> str:
    if row["lower"] is None or row["upper"] is None:
        return ""
    return f" ({words.interval(row['lower'], row['upper'], 3, language)})"


def _since(first: Row, last: Row, language: str) -> str:
    """Whether H changed recognisably, by the limits of both values."""
    values = {
        "since": words.capital(words.since(str(first["period"]), language)),
        "before": words.number(_best(first), 3, language),
    }
    change = words.change({**first, "value": _best(first)}, {**last, "value": _best(last)})
    if first["vintage"] != last["vintage"]:
        return say(
            "The value before ({before}) was measured on other boundaries and does not compare.", language, **values
        )
    direction = change.direction if change else "unknown"
    text = {
        "up": "{since} it has risen recognisably (from {before}).",
        "down": "{since} it has fallen recognisably (from {before}).",
        "unclear": "{since} there is no sign of change (then {before}).",
    }.get(direction, "Then ({since}) it was {before}; no random range is known.")
    return say(text, language, **values)


def _course(view: View, whole: list[Row]) -> tuple[Block, ...]:
    """H over time; nothing for a single date."""
    language = view.language
    if len(whole) < 2:
        return ()
    data = [
        {
            "x": float(words.position(str(row["period"]))),
            "label": str(row["period"]),
            "value": _best(row),
            "lower": row["lower"],
            "upper": row["upper"],
            "text": words.number(_best(row), 3, language),
        }
        for row in whole
    ]
    title = say("Segregation H over time", language)
    columns = (Column(say("Date", language)), Column("H", "number"), Column(say("Random range", language), "number"))
    cells = tuple(
        (
            str(row["period"]),
            number_cell(_best(row), 3, language),
            limits_cell(row["lower"], row["upper"], 3, language),
        )
        for row in whole
    )
    alt = say("{title}: from {first} to {last}.", language, title=title, first=data[0]["text"], last=data[-1]["text"])
    cuts = [
        {"x": (one["x"] + other["x"]) / 2, "label": say("new boundaries", language)}
        for (one, before), (other, after) in zip(
            zip(data, whole, strict=True), list(zip(data, whole, strict=True))[1:], strict=False
        )
        if before["vintage"] != after["vintage"]
    ]
    source = shared.source_line(view, view.descriptions[H].parts)
    options = {"breaks": cuts, "decimals": 3}
    return (
        Chart(
            "line", title, alt, shared.lists(data), source=source, options=options, table=Table(title, columns, cells)
        ),
    )


def _by_group(view: View, period: str) -> tuple[Block, ...]:
    """Dissimilarity of every group against all others."""
    language = view.language
    rows = (
        [row for row in view.rows(D) if row["period"] == period and row.get("group") and row["value"] is not None]
        if D in view.descriptions
        else []
    )
    if not rows:
        return ()
    names = [
        tell.title(view.descriptions[row["group"]], language) if row["group"] in view.descriptions else row["group"]
        for row in rows
    ]
    data = [
        {
            "label": name,
            "value": 100 * row["value"],
            "text": words.percent(100 * row["value"], 0, language),
            "fill": "bar",
        }
        for name, row in zip(names, rows, strict=True)
    ]
    title = say("Share of the group that would have to move to be spread like all others", language)
    twin = Table(
        title,
        (Column(say("Group", language)), Column(say("Percent", language), "number")),
        tuple((name, number_cell(100 * row["value"], 1, language)) for name, row in zip(names, rows, strict=True)),
    )
    alt = "; ".join(f"{row['label']}: {row['text']}" for row in data)
    options = {"maximum": 100.0, "track": True, "axis": True}
    unit = say("Index of dissimilarity D, percent", language)
    return (Chart("bar", title, alt, shared.lists(data), unit=unit, options=options, table=twin),)


def _change(view: View) -> tuple[Block, ...]:
    """What made M change between two dates, part by part; nothing where it was not computed."""
    language, told = view.language, view.release.record.get("notes", {}).get("segregation_change")
    found = {name: view.rows(f"segregation_change.{name}") for name in ("diff", *COMPONENTS)}
    if not told or not found["diff"]:
        return ()
    values = {name: rows[-1] for name, rows in found.items() if rows and rows[-1]["value"] is not None}
    heads = (
        Column(say("Part", language)),
        Column(say("Change of M", language), "number"),
        Column(say("Random range", language), "number"),
    )
    rows = tuple(
        (
            Cell(tell.title(view.descriptions[f"segregation_change.{name}"], language), strong=name == "diff"),
            number_cell(row["value"], 4, language, sign=True),
            limits_cell(row["lower"], row["upper"], 4, language),
        )
        for name, row in values.items()
    )
    title = say("What made segregation change, {first} to {last}", language, first=told["first"], last=told["last"])
    note = say(
        "Method: {method}. Other methods divide the same change otherwise, even in sign.",
        language,
        method=METHODS.get(told["method"], told["method"]),
    )
    return (
        Heading(3, title),
        Paragraph((_change_sentence(values, language),)),
        Table(title, heads, rows, note=note, show_title=False),
    )


METHODS = {
    "elbers": "Elbers 2021",
    "karmel_maclachlan": "Karmel & Maclachlan 1988",
    "mora_ruiz_castillo": "Mora & Ruiz-Castillo 2009",
}


def _change_sentence(values: dict[str, Row], language: str) -> str:
    """How much of the change is a changed distribution, how much only other sizes of groups and areas."""
    whole, own = values["diff"]["value"], values["structural"]["value"]
    told = {
        "whole": words.signed(whole, 4, language),
        "own": words.signed(own, 4, language),
        "rest": words.signed(whole - own, 4, language),
    }
    return say(
        "M changed by {whole}: {own} because people live otherwise spread over the areas, {rest} because groups and areas "
        "have other sizes or are new.",
        language,
        **told,
    )
