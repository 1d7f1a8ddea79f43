"""City and hinterland: who comes, who goes, where to, and which pairs are hidden."""

from __future__ import annotations

from typing import Any

from sozialraum.reports import language as words
from sozialraum.reports.blocks import Block, Cell, Chart, Column, Columns, Paragraph, Section, Table
from sozialraum.reports.sections import parts as shared
from sozialraum.reports.sections.analysed.parts import caveat, number_cell
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.sections.topic import rate_map
from sozialraum.reports.view import View
from sozialraum.texts import say

MOST_BARS = 16
NUMBERS = ("in", "out", "balance", "in_rate", "out_rate", "centrality")
Row = dict[str, Any]


def section(view: View, settings: Settings) -> Section | None:
    """Balances and rates by area; None where the release holds no flows."""
    name = next(
        (one.id.removesuffix(".balance") for one in view.release.descriptions if one.id.endswith(".balance")), None
    )
    found = _areas(view, name) if name else {}
    if name is None or not found:
        return None
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    blocks.append(Paragraph((_sentence(view, found),)))
    bars = _bars(view, name, found)
    picture = rate_map(view, f"{name}.out_rate") if view.has(f"{name}.out_rate") else None
    blocks.append(Columns(((bars,), (picture,)), (0.55, 0.45)) if picture else bars)
    blocks.append(_table(view, name, found))
    text = say(
        "Commuters are people with home and workplace in different areas, not trips. Employment statistics know no officials and "
        "no self-employed people. Hidden pairs are left out of the sums, never taken as 0; areas outside the table do not "
        "exist for it.",
        view.language,
    )
    return Section(settings.id, settings.title, (*blocks, caveat(text)))


def _areas(view: View, name: str) -> dict[str, dict[str, Row]]:
    """Area -> measure -> its row at the last date, areas with the most people who move first."""
    found: dict[str, dict[str, Row]] = {}
    for measure in (*NUMBERS, "main_flow"):
        rows = view.rows(f"{name}.{measure}") if f"{name}.{measure}" in view.descriptions else []
        last = rows[-1]["period"] if rows else ""
        for row in rows:
            if row["period"] == last and row["area"] in view.layer.place:
                found.setdefault(row["area"], {})[measure] = row
    moved = {area: sum(one[side]["value"] or 0 for side in ("in", "out") if side in one) for area, one in found.items()}
    return {area: found[area] for area in sorted(found, key=lambda area: (-moved[area], area))}


def _label(view: View, area: str | None) -> str:
    return view.layer.labels[view.layer.place[area]] if area in view.layer.place else area or ""


def _sentence(view: View, found: dict[str, dict[str, Row]]) -> str:
    """Who gains most, how many areas lose, on whom most depend, how many pairs are hidden."""
    language = view.language
    balance = {
        area: one["balance"]["value"] for area, one in found.items() if one.get("balance", {}).get("value") is not None
    }
    first = max(balance, key=lambda area: (balance[area], area)) if balance else ""
    values: dict[str, object] = {
        "when": words.capital(words.when(str(next(iter(found.values()))["in"]["period"]), language)),
        "first": _label(view, first),
        "gain": words.signed(balance.get(first, 0.0), 0, language),
        "losing": words.in_areas(sum(one < 0 for one in balance.values()), len(balance), language),
    }
    told = [
        say(
            "{when}, {first} gains most people through commuting ({gain}); more go than come {losing}.",
            language,
            **values,
        )
    ]
    targets = [one["main_flow"]["other"] for one in found.values() if one.get("main_flow", {}).get("other")]
    if targets:
        centre = max(sorted(set(targets)), key=targets.count)
        many = {"centre": _label(view, centre), "count": words.number(targets.count(centre), 0, language)}
        told.append(say("Most depend on {centre}: it is the main destination of {count} areas.", language, **many))
    hidden = (
        sum(int(one[side].get("hidden_pairs") or 0) for one in found.values() for side in ("in", "out") if side in one)
        // 2
    )
    if hidden:
        told.append(
            say(
                "Hidden pairs: {count}; the sums are of the known ones.",
                language,
                count=words.number(hidden, 0, language),
            )
        )
    return " ".join(told)


def _hidden(one: dict[str, Row]) -> int:
    """Hidden pairs that touch an area."""
    return sum(int(one[side].get("hidden_pairs") or 0) for side in ("in", "out") if side in one)


def _bars(view: View, name: str, found: dict[str, dict[str, Row]]) -> Chart:
    language = view.language
    sides = (("in", say("come in", language), "own"), ("out", say("go out", language), "rate-3"))
    rows = [
        {
            "label": _label(view, area),
            "part": word,
            "value": float(one[side]["value"] or 0),
            "fill": fill,
            "text": words.number(one[side]["value"] or 0, 0, language),
        }
        for area, one in list(found.items())[:MOST_BARS]
        for side, word, fill in sides
        if side in one
    ]
    title = say("People who come in and go out", language)
    columns = (Column(view.level_title(view.level, many=False)), *(Column(word, "number") for _, word, _ in sides))
    cells: tuple[shared.Row, ...] = tuple(
        (_label(view, area), *(number_cell(one[side]["value"], 0, language) for side, _, _ in sides if side in one))
        for area, one in list(found.items())[:MOST_BARS]
    )
    alt = say("The areas with the most commuters; first is {name}.", language, name=rows[0]["label"])
    note = ""
    if len(found) > MOST_BARS:
        note = say("The {count} areas with the most commuters.", language, count=words.number(MOST_BARS, 0, language))
    return Chart(
        "stacked_bar",
        title,
        alt,
        shared.lists(rows),
        say("People", language),
        "",
        shared.source_line(view, [name]),
        note,
        {},
        Table(title, columns, cells),
    )


def _table(view: View, name: str, found: dict[str, dict[str, Row]]) -> Table:
    language = view.language
    heads = (
        say("come in", language),
        say("go out", language),
        say("Balance", language),
        say("Held from outside (%)", language),
        say("Go out (%)", language),
        say("Workplaces per working resident", language),
    )
    decimals = (0, 0, 0, 1, 1, 2)
    columns = [Column(view.level_title(view.level, many=False)), *(Column(head, "number") for head in heads)]
    columns += [Column(say("Main destination", language)), Column(say("Hidden pairs", language), "number")]
    rows: tuple[shared.Row, ...] = tuple(
        (
            _label(view, area),
            *(
                number_cell(one.get(measure, {}).get("value"), places, language, sign=measure == "balance")
                for measure, places in zip(NUMBERS, decimals, strict=True)
            ),
            Cell(_label(view, one.get("main_flow", {}).get("other")) or "–"),
            number_cell(
                sum(int(one[side].get("hidden_pairs") or 0) for side in ("in", "out") if side in one), 0, language
            ),
        )
        for area, one in found.items()
    )
    return Table(
        say("Flows of every area", language),
        tuple(columns),
        rows,
        shared.source_line(view, [name]),
        folded=len(rows) > 40,
    )
