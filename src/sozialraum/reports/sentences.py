"""Sentences about one indicator, written from the data: a number with its date and base, then the doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sozialraum.figures import Description
from sozialraum.reports import language as words
from sozialraum.reports.series import Series, counts_people, is_change
from sozialraum.reports.view import View
from sozialraum.texts import say

FLOWS = ("births", "deaths", "moves")
"""Fact tables that count what happened during a period; all others count a stock at its end."""


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in that language, else in German, else the first one; empty when there is none."""
    return texts.get(language) or texts.get("de") or next(iter(texts.values()), "")


def title(one: Description, language: str) -> str:
    """The short title."""
    return in_language(one.short, language) or in_language(one.title, language) or one.id


def base(one: Description, language: str) -> str:
    """What the figure is a share of or counted per, with a space before it, as it follows a number with its unit.

    Texts that repeat the unit (`je 100 Menschen unter 20`) lose it; years and euros need no base.
    """
    text = in_language(one.base, language)
    unit = words.unit_words(one.unit, language)
    if not text or one.unit == "years" or one.unit.startswith("euro"):
        return ""
    return " " + text.removeprefix(f"{unit} ")


def measure(one: Description, language: str) -> str:
    """Unit and base as a label: `% der Bevölkerung`, `je 100 Menschen unter 20`, `m² je Person`, `Jahre`."""
    return (words.unit_words(one.unit, language) + base(one, language)).strip()


def named(one: Description, language: str) -> str:
    """The title inside a sentence: `die Arbeitslosigkeit`."""
    text = words.subject(title(one, language), language)
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def amount(one: Description, value: float, language: str) -> str:
    """The value with its unit."""
    return words.quantity(value, one.unit, one.decimals, language)


def when(one: Description, period: str, language: str) -> str:
    """The period in words: a flow `im Jahr 2020`, a stock `Ende 2020`."""
    return words.when(period, language, flow=is_flow(one))


def short_limits(one: Description, language: str) -> str:
    """The first sentence of the limits, where it is short enough to stand beside a finding."""
    first = in_language(one.limits, language).split(". ")[0].split("; ")[0].rstrip(".")
    return f"{first}." if first and len(first) <= 90 else ""


def is_flow(one: Description) -> bool:
    """Whether the indicator counts what happened during a period."""
    return any(facts in FLOWS for facts in one.facts)


def since(one: Description, period: str, language: str) -> str:
    """`seit Ende 2018`; a flow `seit 2018`."""
    return words.since(period, language, is_flow(one))


def whole(view: View, indicator: str) -> Series | None:
    """The indicator for the whole city or county, where it was released for the newest period."""
    if view.top_level is None or not view.has(indicator, view.top_level):
        return None
    series = view.series(indicator, view.top_level)
    newest = view.series(indicator).periods[-1]
    return series if series.periods[-1] == newest and series.state[-1, 0] == "ok" else None


def level_sentence(view: View, indicator: str) -> str:
    """How high the figure is: for the whole where that is released, else in the middle of the areas (never a mean of rates)."""
    series, language = view.series(indicator), view.language
    one, total = series.description, whole(view, indicator)
    values = {
        "when": words.capital(when(one, series.periods[-1], language)),
        "title": named(one, language),
        "base": base(one, language),
    }
    if total is not None:
        spread = total.at(-1, 0)
        told = _at(one, spread["value"], language)
        if not np.isnan(spread["lower"]) and not counts_people(one):
            told += f" ({words.interval(spread['lower'], spread['upper'], one.decimals, language)})"
        return say(
            "{when}, {title} {in_place} is {value}{base}.",
            language,
            in_place=words.in_place(view.place, language),
            value=told,
            **values,
        )
    median = float(series.median[-1])
    if np.isnan(median):
        many = "How high {title} is in the median area cannot be said ({when}): too many values are secret."
        return say(
            many if series.thin[-1] else "No area has a released value for {title}.",
            language,
            **(values | {"when": when(one, series.periods[-1], language)}),
        )
    return say(
        "{when}, {title} in the median area is {value}{base}.", language, value=_at(one, median, language), **values
    )


def _at(one: Description, value: float, language: str) -> str:
    """The amount as it follows `liegt bei`."""
    text = amount(one, value, language)
    return words.after_bei(text) if language == "de" else text


def spread_sentence(view: View, indicator: str) -> str:
    """Between which values the middle half of the areas lies; empty below four areas."""
    series, language = view.series(indicator), view.language
    if (~np.isnan(series.value[-1])).sum() < 4 or series.thin[-1]:
        return ""
    one = series.description
    low, high = (float(quarter[-1]) for quarter in series.middle_half)
    spread = words.interval(low, high, one.decimals, language)
    if words.number(low, one.decimals, language) == words.number(high, one.decimals, language):
        return say("In half of the areas it is {value}.", language, value=amount(one, low, language))
    unit = words.unit_words(one.unit, language)
    gap = words.NBSP if unit and (unit != "%" or language == "de") else ""
    return say("In the middle half of the areas it is {spread}.", language, spread=f"{spread}{gap}{unit}")


@dataclass(frozen=True, slots=True)
class Steps:
    """In how many comparable areas a figure changed since `since`: by plain comparison, and beyond chance."""

    since: str
    compared: int
    higher: int
    lower: int
    risen: int
    fallen: int
    with_interval: int

    @property
    def unclear(self) -> int:
        """Areas with an interval of the change that holds zero."""
        return self.with_interval - self.risen - self.fallen


def steps(series: Series, old: int | None = None, new: int = -1) -> Steps | None:
    """The count of changes since the last comparable period or a named one, or None where nothing compares."""
    old = series.earlier if old is None else old
    if old is None:
        return None
    value, lower, upper = series.moved(old, new)
    known, sure = ~np.isnan(value), ~np.isnan(lower) & ~np.isnan(upper)
    places = 10.0 ** -(series.description.decimals + 6)
    return Steps(
        since=series.periods[old],
        compared=int(known.sum()),
        higher=int((value[known] > places).sum()),
        lower=int((value[known] < -places).sum()),
        risen=int((lower[sure] > 0).sum()),
        fallen=int((upper[sure] < 0).sum()),
        with_interval=int(sure.sum()),
    )


def steps_sentence(view: View, indicator: str) -> str:
    """In how many areas the figure has risen, fallen, or not changed recognisably; empty where nothing compares."""
    series = view.series(indicator)
    return "" if series.earlier is None else moves_sentence(series, series.earlier, -1, view.language)


def moves_sentence(series: Series, old: int, new: int, language: str) -> str:
    """The same between two periods of the figure; empty where its definition changed or no area has both values."""
    count = None if series.breaks_between(old, new) else steps(series, old, new)
    if count is None or not count.compared:
        return ""
    one = series.description
    begin = words.capital(since(one, count.since, language))
    if not count.with_interval:
        template = "{since} it is higher {higher} and lower {lower}; no random range is known."
        told = say(template, language, since=begin, **_places(count, language, "higher", "lower"))
        return told + _compared(series, (old, new), count.compared, language)
    first, second = ("fallen", "risen") if count.fallen > count.risen else ("risen", "fallen")
    values = _places(count, language, first, second)
    share = {
        "since": begin,
        "first": values[first],
        "second": values[second],
        "unclear": _number_of(count.unclear, language),
    }
    if not (count.risen or count.fallen):
        return say("{since} it has not changed recognisably in any area.", language, **share)
    if first == "risen":
        template = "{since} it has risen {first} and fallen {second}; recognisably unchanged: {unclear}."
    else:
        template = "{since} it has fallen {first} and risen {second}; recognisably unchanged: {unclear}."
    return say(template, language, **share) + _compared(series, (old, new), count.compared, language)


def _places(count: Steps, language: str, *names: str) -> dict[str, str]:
    total = count.with_interval or count.compared
    first, *rest = names
    told = {first: words.in_areas(getattr(count, first), total, language)}
    return {**told, **{name: _short(getattr(count, name), language) for name in rest}}


def _short(number: int, language: str) -> str:
    if number == 0:
        return say("in none", language)
    return (
        say("in one", language) if number == 1 else say("in {count}", language, count=words.number(number, 0, language))
    )


def _number_of(number: int, language: str) -> str:
    return say("not one", language) if number == 0 else words.number(number, 0, language)


def _compared(series: Series, dates: tuple[int, int], compared: int, language: str) -> str:
    """Says which areas are compared, where boundaries changed between the dates or values are not released."""
    told = words.number(compared, 0, language)
    if len({series.vintages[at] for at in dates}) > 1:
        return " " + say("Only the {count} areas with unchanged boundaries are compared.", language, count=told)
    if any(series.thin[at] for at in dates):
        return " " + say("Only the {count} areas with a value at both dates are compared.", language, count=told)
    return ""


def total_change_sentence(view: View, indicator: str) -> str:
    """How the figure of the whole changed since the last comparable period; empty where the whole is not released."""
    total, language = whole(view, indicator), view.language
    if total is None or total.earlier is None:
        return ""
    one = total.description
    step = words.change(total.at(total.earlier, 0), total.at(-1, 0))
    if step is None:
        return ""
    after = amount(one, float(total.value[-1, 0]), language)
    before = total.periods[total.earlier]
    if counts_people(one):  # a full count has no random range: its difference is what it is
        size = words.difference(step.value, one.unit, one.decimals, language)
        values = {"size": size, "when": when(one, before, language)}
        return (
            say("{size} more than {when}." if step.value > 0 else "{size} fewer than {when}.", language, **values)
            if step.value
            else ""
        )
    return words.change_words(title(one, language), before, step, after, one.unit, one.decimals, language, is_flow(one))


def gaps_sentence(view: View, indicator: str) -> str:
    """How many areas have a hidden value and how many none; empty where every area has one."""
    series, language = view.series(indicator), view.language
    hidden, unknown = (
        int((series.state[-1] == "hidden").sum()),
        int(np.isin(series.state[-1], ("unknown", "absent")).sum()),
    )
    parts = []
    if hidden:
        where = words.capital(words.in_areas(hidden, len(series.layer), language))
        parts.append(say("{where} the value is secret, so that nobody can be recognised.", language, where=where))
    if unknown:
        things = words.counted(unknown, say("one area", language), say("areas", language), language)
        parts.append(say("For {things} there is no value.", language, things=things))
    return " ".join(parts)


def sentences(view: View, indicator: str) -> list[str]:
    """All that is to be said about one indicator, in reading order."""
    one = view.descriptions[indicator]
    makers = [level_sentence, spread_sentence, total_change_sentence, steps_sentence, gaps_sentence]
    if counts_people(one):  # sums of people have no random range: areas do not "rise" or "fall"
        makers = [level_sentence, total_change_sentence, spread_sentence, gaps_sentence]
    elif is_change(one):
        makers = [level_sentence, spread_sentence, gaps_sentence]
    return [text for text in (make(view, indicator) for make in makers) if text]


def population(view: View) -> float | None:
    """People in the whole place: released for it, else the sum of the areas when none is missing."""
    for told in (whole(view, one) for one in view.measures() if one == "population_total"):
        if told is not None:
            return float(told.value[-1, 0])
    residents = view.layer.residents
    return None if np.isnan(residents).any() or not len(residents) else float(residents.sum())
