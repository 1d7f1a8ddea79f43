"""What is seen of a draft: big numbers, the map by reason, one worked region, other ways and their price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.safestring import mark_safe

from sozialraum.protection.noise import Shape
from sozialraum.reports import language as words
from sozialraum.reports.blocks import Map
from sozialraum.reports.drawing import Canvas
from sozialraum.reports.writers import markup, pictured
from sozialraum.texts import say
from sozialraum.workspace.costs import (
    DERIVED,
    FEW,
    OTHERS,
    REASONS,
    REST,
    SHOWN,
    SOURCE,
    Choice,
    Costs,
    Judged,
    Member,
    Region,
    counted,
    noise_price,
    rounding_price,
    visible_share,
)
from sozialraum.workspace.drafts import Draft

FILLS = {
    SHOWN: "hued", FEW: "status-4", REST: "status-3", SOURCE: "hidden", OTHERS: "protecting", DERIVED: "unknown",
}  # fmt: skip
NAMES = {
    FEW: "Fewer than {minimum} cases", REST: "All but fewer than {minimum}",
    SOURCE: "Secret already at the supplier", OTHERS: "To protect the others", DERIVED: "Computed from hidden values",
}  # fmt: skip
NOTES = {
    FEW: "own rule of this workspace", REST: "so few of the base are not counted that the share would tell of them",
    SOURCE: "never known here", DERIVED: "follows from the others",
    OTHERS: "could be computed by subtracting from the sum of the region",
}  # fmt: skip
RULES = {FEW: "Rule: too few cases", REST: "Rule: too few others"}
"""The same in a line of a table."""
WIDTH = 160
BASE, NOISE = 5, Shape()
"""What counts would be rounded to, and the noise they would get, on the other ways."""


def looked_at(draft: Draft, asked: Mapping[str, str], language: str) -> dict[str, Any]:
    """Everything the page shows of a draft for the indicator and date asked for, else those with the most to see."""
    costs = Costs(draft.release, draft.secrets)
    choice = _choice(costs, asked)
    if choice is None:
        return {"choices": []}
    values = costs.of(choice)
    found = counted(values)
    hidden = sum(found[one] for one in REASONS)
    share = visible_share(values)
    least = max(draft.release.record["rule"]["minimum"], costs.description(choice.indicator).minimum)
    return {
        "definitions": mark_safe(pictured("")),
        "choices": [(one, _named(costs, one, language)) for one in costs.choices],
        "choice": choice,
        "choice_title": _named(costs, choice, language),
        "values": len(values),
        "hidden": hidden,
        "share": words.quantity(share, "percent", 1, language) if share is not None else "–",
        "proved": hidden - found[SOURCE],
        "at_source": found[SOURCE],
        "reasons": [
            (_swatch(FILLS[one]), say(NAMES[one], language, minimum=least), say(NOTES[one], language), found[one])
            for one in REASONS
            if found[one]
        ],
        "map": _map(costs, choice, least, language),
        "region": _region(costs, choice, language),
        "ways": _ways(costs, choice, language),
    }


def _choice(costs: Costs, asked: Mapping[str, str]) -> Choice | None:
    wanted = asked.get("indicator", ""), asked.get("period", "")
    if "|" in wanted[0]:
        first, _, second = wanted[0].partition("|")
        wanted = first, second
    found = [one for one in costs.choices if (one.indicator, one.period) == wanted]
    return next(iter([*found, *costs.choices]), None)


def _named(costs: Costs, one: Choice, language: str) -> str:
    described = costs.description(one.indicator)
    return f"{described.title.get(language) or described.title.get('de', one.indicator)}, {one.period}"


def _swatch(fill: str) -> Any:
    canvas = Canvas(28, 18)
    canvas.rect(0.5, 0.5, 27, 17, fill, "outline", 1)
    return mark_safe(canvas.svg())


def _map(costs: Costs, choice: Choice, least: int, language: str) -> Any:
    """The areas by what happens to their value, without numbers."""
    reasons = {one.area: one.reason for one in costs.of(choice)}
    table = costs.release.areas
    here = table.filter(pc.and_(pc.equal(table["level"], choice.level), pc.equal(table["vintage"], choice.vintage)))
    told = {one: say(name, language, minimum=least) for one, name in NAMES.items()} | {
        SHOWN: say("Stays visible", language)
    }
    rows = [
        {
            "key": row["area"],
            "label": row["label"],
            "geometry": row["geometry"],
            "fill": FILLS[reasons[row["area"]]],
            "text": told[reasons[row["area"]]],
        }
        for row in here.to_pylist()
        if row["area"] in reasons
    ]
    if not any(row["geometry"] for row in rows):
        return ""
    title = say("What is hidden, and why", language)
    alt = say("Map of the areas by what happens to their value; the list beside it counts them.", language)
    block = Map(title, alt, pa.Table.from_pylist(rows), show_title=False, labels=False, scale_bar=False)
    return mark_safe(markup([block], language, 440.0))


def _region(costs: Costs, choice: Choice, language: str) -> dict[str, Any] | None:
    regions = costs.regions(choice)
    if not regions:
        return None
    one = regions[0]
    labels = {row["area"]: row["label"] for row in costs.release.areas.select(["area", "label"]).to_pylist()}
    top = max([member.high or 0 for member in one.members] + [1])
    return {
        "name": labels.get(one.area, one.area),
        "sentence": _sentence(one, language),
        "rows": [_member(member, labels, top, language) for member in one.members],
    }


def _sentence(one: Region, language: str) -> str:
    if one.total is None or one.open_sum is None:
        return say("The sum of the region is hidden, too: subtracting tells nothing.", language)
    numbers = {"total": words.number(one.total, 0, language), "left": words.number(one.open_sum, 0, language)}
    text = "The sum {total} stays published. Subtracting everything visible tells only: the hidden values add up to {left}."
    return say(text, language, **numbers)


def _member(member: Member, labels: Mapping[str, str], top: float, language: str) -> dict[str, Any]:
    count = member.one.row["numerator"]
    shown = member.one.reason == SHOWN
    short = RULES.get(member.one.reason, NAMES.get(member.one.reason, "Stays visible"))
    return {
        "name": labels.get(member.one.area, member.one.area),
        "count": words.number(count, 0, language) if count is not None else say("unknown", language),
        "swatch": _swatch(FILLS[member.one.reason]),
        "reason": say(short, language),
        "range": _range(member, top),
        "interval": "" if shown else _interval(member, language),
    }


def _interval(member: Member, language: str) -> str:
    if member.high is None:
        return say("anything", language)
    return say(
        "{low} to {high}",
        language,
        low=words.number(member.low or 0, 0, language),
        high=words.number(member.high, 0, language),
    )


def _range(member: Member, top: float) -> Any:
    """A line from 0 to the most in the region: a dot for a visible number, a bar for what is possible."""
    canvas = Canvas(WIDTH, 20)
    canvas.line(2, 10, WIDTH - 2, 10, "hairline", 1.2)
    scale = (WIDTH - 12) / top
    if member.low is not None and member.high is not None:
        if member.low == member.high:
            canvas.dots([(6 + member.high * scale, 10)], "text", 8)
        else:
            canvas.rect(
                6 + member.low * scale, 4, max((member.high - member.low) * scale, 3), 12, "chosen", "action", 1
            )
    return mark_safe(canvas.svg())


def _ways(costs: Costs, choice: Choice, language: str) -> list[dict[str, Any]]:
    """What was chosen, the coarser levels of the same draft, and rounding: how much each hides and what it costs."""
    values = costs.of(choice)
    minimum = costs.release.record["rule"]["minimum"]
    found = [
        _way(
            say("Hiding, minimum {minimum}", language, minimum=minimum),
            values,
            say("gaps on the map, exact values", language),
            language,
            True,
        )
    ]
    titles = costs.release.record.get("level_titles", {})
    for level in costs.release.record["levels"]:
        coarser = [
            one
            for one in costs.rows
            if one.row["level"] == level
            and (one.row["indicator"], one.row["period"]) == (choice.indicator, choice.period)
        ]
        if level != choice.level and coarser:
            name = titles.get(level, {}).get(language, [level])[0]
            price = say("differences inside an area of this level disappear", language)
            found.append(_way(say("Only the level {level}", language, level=name), coarser, price, language))
    return [*found, *_changing(values, language)]


def _changing(values: list[Judged], language: str) -> list[dict[str, Any]]:
    """The ways that hide nothing and change every number instead."""
    moved = "every number up to {step} beside; {moved} rates move by a tenth or more"
    chance = (
        "every number by chance up to {step} beside, sums do not add up; about {moved} rates move by a tenth or more"
    )
    ways = (
        (say("Rounding to {base}", language, base=BASE), moved, rounding_price(values, BASE)),
        (say("Noise on every number (cell key)", language), chance, noise_price(values, NOISE)),
    )
    hidden, whole = (
        say("{hidden} of {all}", language, hidden=0, all=len(values)),
        words.quantity(100.0, "percent", 1, language),
    )
    return [
        {"name": name, "hidden": hidden, "share": whole,
         "price": say(price, language, **{one: round(number) for one, number in cost.items()})}
        for name, price, cost in ways
    ]  # fmt: skip


def _way(name: str, values: list[Any], price: str, language: str, chosen: bool = False) -> dict[str, Any]:
    share = visible_share(values)
    hidden = sum(one.reason != SHOWN for one in values)
    return {
        "name": name,
        "hidden": say("{hidden} of {all}", language, hidden=hidden, all=len(values)),
        "share": words.quantity(share, "percent", 1, language) if share is not None else "–",
        "price": price,
        "chosen": chosen,
    }
