"""The sentences of a profile: status and its past, the figure that stands out, the clearest change, the doubt."""

from __future__ import annotations

import numpy as np

from sozialraum.figures import Description
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import (
    Run,
    Text,
)
from sozialraum.reports.editions import Edition, edition, editions
from sozialraum.reports.series import Series, is_level
from sozialraum.reports.view import View
from sozialraum.texts import say

NEARLY_AS_FAR = 0.05
SUPPORT = ("income_poverty", "minimum_income")


def excluded(found: Edition, area: int, language: str) -> str:
    """Why an area has no class."""
    if found.status.secret[area]:
        return say("its class is secret, because it would tell of few people", language)
    held = found.status.series.extra.get("excluded")
    reason = held[found.status.row, area] if held is not None else None
    known = {
        "below_minimum": say("too few people for an index", language),
        "named_exception": say("named as an exception by the index", language),
        "missing_value": say("a value that the index needs is missing", language),
    }
    return known.get(reason or "", say("no class in this edition", language))


def bullets(view: View, area: int) -> list[Text]:
    """Up to four sentences: status and its past, the figure that stands out, the clearest change, the development's doubt."""
    found, language = edition(view), view.language
    told: list[Text] = []
    if found is not None and found.status.codes[area] >= 0:
        told.append(status_sentence(view, found, area))
    elif found is not None:
        reason = excluded(found, area, language)
        told.append((say("There is no class for this area: {reason}.", language, reason=reason),))
    outstanding = stands_out(view, area)
    if outstanding is not None:
        told.append(outstanding_sentence(view, outstanding, area))
    moved = clearest_change(view, area, outstanding)
    if moved is not None:
        told.append(change_sentence(view, moved, area))
    if found is not None and found.dynamic is not None and found.dynamic.codes[area] >= 0:
        told.append(development_sentence(view, found, area))
    return told or [(say("The release holds no value for this area.", language),)]


def status_sentence(view: View, found: Edition, area: int) -> Text:
    """The class now and in the editions before, in plain words."""
    language, status = view.language, found.status
    code = int(status.codes[area])
    word = Run(status.words(language)[code], bold=True)
    start = say("{title} is", language, title=words.capital(status.named(language))) + " "
    past = [(one.label, int(one.status.codes[area])) for one in editions(view)[:-1] if one.status.codes[area] >= 0]
    if not past:
        return (start, word, ".")
    if all(before == code for _, before in past):
        same = (
            say("as in edition {label}", language, label=past[0][0])
            if len(past) == 1
            else say("as in all editions with a class since {label}", language, label=past[0][0])
        )
        return (start, word, f", {same}.")
    label, before = past[-1]
    if before != code:
        return (
            start,
            word,
            ". "
            + say("In edition {label} it was {class_}.", language, label=label, class_=status.words(language)[before]),
        )
    label, before = next((label, other) for label, other in reversed(past) if other != code)
    return (
        start,
        word,
        ". "
        + say(
            "Last different in edition {label}: {class_}.", language, label=label, class_=status.words(language)[before]
        ),
    )


def candidates(view: View) -> list[str]:
    """Figures that sentences may be about: the parts of the index, else those with a good and a bad side."""
    if "candidates" not in view.kept:
        found = edition(view)
        measures = [one for one in view.measures() if is_level(view.descriptions[one])]
        of_index = [one for one in measures if found is not None and one in found.status.description.parts]
        sided = [one for one in measures if view.descriptions[one].polarity != "neutral"]
        view.kept["candidates"] = of_index or sided or measures
    return view.kept["candidates"]  # type: ignore[no-any-return]


def stands_out(view: View, area: int) -> str | None:
    """The figure in which the area is farthest from the middle of the areas; of near equals the one with words for people."""
    found: dict[str, float] = {}
    for one in candidates(view):
        low, high = (float(share[area]) for share in view.series(one).shares_beside)
        if not np.isnan(low):
            found[one] = abs(low - high)
    near = [one for one, far in found.items() if far >= max(found.values()) - NEARLY_AS_FAR]
    with_words = [one for one in near if _about_every(view, one, area)]
    return next(iter(with_words or sorted(near, key=lambda one: -found[one])), None)


def _about_every(view: View, indicator: str, area: int) -> tuple[str, str] | None:
    """`Etwa jedes zweite Kind unter 15 Jahren` and its predicate, where value and interval allow such words."""
    series = view.series(indicator)
    one, now = series.description, series.at(-1, area)
    value = now["value"] if one.unit == "percent" and now["state"] == "ok" else None
    nth = words.nth_share(value, now["lower"], now["upper"], view.language)
    return in_groups(one, nth, view.language) if nth else None


def outstanding_sentence(view: View, indicator: str, area: int) -> Text:
    """The figure with its standing and, where it compares, its earliest value on the same boundaries."""
    series, language = view.series(indicator), view.language
    one, now = series.description, series.at(-1, area)
    value = tell.amount(one, now["value"], language)
    group = _about_every(view, indicator, area)
    if group:
        opening: Text = (Run(words.capital(group[0]), bold=True), f" {group[1]} ({value}).")
    else:
        low, high = (float(share[area]) for share in series.shares_beside)
        opening = (
            Run(words.subject(tell.title(one, language), language), bold=True),
            " "
            + say(
                "is {value}{base}, {standing}.",
                language,
                value=value,
                base=tell.base(one, language),
                standing=words.standing(low, high, language),
            ),
        )
    past = _first_comparable(series, area)
    if past is None:
        return opening
    before = tell.amount(one, float(series.value[past, area]), language)
    return (
        *opening,
        " "
        + say(
            "{when} it was {value}.",
            language,
            when=words.capital(tell.when(one, series.periods[past], language)),
            value=before,
        ),
    )


def in_groups(one: Description, nth: str, language: str) -> tuple[str, str] | None:
    """`etwa jedes zweite Kind unter 15 Jahren` and its predicate, where the product has words for the figure."""
    support = say("lives in a household with basic income support", language)
    known = {
        "child_poverty_u15": (say("about every {nth} child under 15", language, nth=nth), support),
        "child_poverty_u18": (say("about every {nth} child under 18", language, nth=nth), support),
        "share_children_single_parent": (
            say("about every {nth} child under 18", language, nth=nth),
            say("lives with a single parent", language),
        ),
        "share_single_person_households": (
            say("about every {nth} household", language, nth=nth),
            say("consists of one person", language),
        ),
    }
    if one.field in SUPPORT and tell.base(one, "de").strip() == "der unter 15-Jährigen":
        return known["child_poverty_u15"]
    return known.get(one.id)


def _first_comparable(series: Series, area: int) -> int | None:
    """The first period with a value for the area on the same boundaries and under the same definition."""
    for period in range(len(series.periods) - 1):
        if (
            not np.isnan(series.value[period, area])
            and not series.breaks_between(period, -1)
            and not series.estimated[period, area]
        ):
            return period
    return None


def clearest_change(view: View, area: int, but: str | None) -> str | None:
    """The other figure whose change is largest against the interval of the change; None where none compares."""
    best, found = -1.0, None
    for one in candidates(view):
        value, lower, upper = (float(part[area]) for part in view.series(one).steps)
        width = (upper - lower) / 2
        clear = abs(value) / width if width > 0 else 0.0
        if one != but and not np.isnan(value) and clear > best:
            best, found = clear, one
    return found


def change_sentence(view: View, indicator: str, area: int) -> Text:
    """How the figure changed since the last comparable date, and in how many areas it went the same way."""
    series, language = view.series(indicator), view.language
    assert series.earlier is not None  # clearest_change gives only figures that compare
    one = series.description
    step = words.change(series.at(series.earlier, area), series.at(-1, area))
    assert step is not None  # both values are known there
    before = series.periods[series.earlier]
    after = tell.amount(one, float(series.value[-1, area]), language)
    text = words.change_words(
        tell.title(one, language), before, step, after, one.unit, one.decimals, language, tell.is_flow(one)
    )
    count = tell.steps(series)
    if count is None or step.direction not in ("up", "down"):
        return (text,)
    same = count.higher if step.direction == "up" else count.lower
    where = words.in_areas(same, count.compared, language)
    return (
        text,
        " "
        + words.capital(
            say(
                "{where} it is higher than then." if step.direction == "up" else "{where} it is lower than then.",
                language,
                where=where,
            )
        ),
    )


def development_sentence(view: View, found: Edition, area: int) -> Text:
    """The development, or that it cannot be told for sure."""
    language, dynamic = view.language, found.dynamic
    assert dynamic is not None  # asked only where the index has a development
    chance, word = float(dynamic.probability[area]), dynamic.words(language)[int(dynamic.codes[area])]
    title = words.capital(dynamic.named(language))
    if np.isnan(chance):
        return (f"{say('{title} is', language, title=title)} ", Run(word, bold=True), ".")
    if chance >= 0.95:
        return (
            f"{say('{title} is', language, title=title)} ",
            Run(word, bold=True),
            say(" in comparison with the other areas; the class is sure.", language),
        )
    if chance >= 0.8:
        return (
            f"{say('{title} is', language, title=title)} ",
            Run(word, bold=True),
            say(" in comparison with the other areas; the class is rather sure.", language),
        )
    unsure = Run(say("not sure to say", language), bold=True)
    return (
        say("Whether things develop differently than elsewhere is", language) + " ",
        unsure,
        say(": the value lies close to the border of the class.", language),
    )
