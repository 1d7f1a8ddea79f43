"""One area on one page: people, status, development, what matters, every figure among its peers, age, similar areas."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sozialraum.figures import Description
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import (
    Block,
    Bullets,
    Cell,
    Chart,
    Column,
    Columns,
    Heading,
    KeyFigure,
    KeyFigures,
    Map,
    Paragraph,
    Run,
    Section,
    Table,
    Text,
)
from sozialraum.reports.editions import Dimension, Edition, edition, editions, is_current
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.sections.similar import AGES, most_similar
from sozialraum.reports.sections.topic import sparkline
from sozialraum.reports.view import Series, View, is_level
from sozialraum.texts import say

MOST_FIGURES = 10
NEARLY_AS_FAR = 0.05
SUPPORT = ("income_poverty", "minimum_income")


def section(view: View, settings: Settings) -> Section:
    """The profile of `settings.area`, a key of the finest level."""
    area = view.layer.place[settings.area]
    language = view.language
    head: tuple[Block, ...] = (KeyFigures(key_figures(view, area)), Bullets(tuple(bullets(view, area))))
    table = figures_table(view, area, settings)
    blocks: list[Block] = [table, Paragraph((legend(view, area),), "caption")] if table else []
    doubt = Paragraph((Run(f"{say('Limits', language)}. ", bold=True), limits(view, area)), "limits")
    ages = age(view, area)
    beside = [part for part in (ages, similar(view, area, wide=not ages)) if part]
    if len(beside) == 2:
        blocks += [Columns(tuple(beside)), doubt]
    else:
        blocks += [*(block for part in beside for block in part), doubt]
    return Section(
        f"{settings.id}-{settings.area}",
        view.layer.labels[area],
        tuple(blocks),
        eyebrow=eyebrow(view, area),
        head=head,
        aside=(locator(view, area),),
        page=True,
    )


def eyebrow(view: View, area: int) -> str:
    """`Gebietsprofil · Reinickendorf · MV Nord · Planungsraum 12601134`."""
    found = view.layer.parents[area]
    coarse = [
        level
        for level in reversed(view.levels)
        if level in found and level != view.level and len(view.layer_of(level)) > 1
    ]
    ends = list(dict.fromkeys([*coarse[:1], *coarse[-1:]]))  # the coarsest and the next one up are enough to find it
    names = [_parent_name(view, level, found[level]) for level in ends]
    return " · ".join(
        [
            say("Area profile", view.language),
            *names,
            f"{view.level_title(view.level, many=False)} {view.layer.keys[area]}",
        ]
    )


def _parent_name(view: View, level: str, key: str) -> str:
    layer = view.layer_of(level)
    return layer.names[layer.place[key]] if key in layer.place else key


def key_figures(view: View, area: int) -> tuple[KeyFigure, ...]:
    """People, and each dimension of the index with how sure its class is."""
    language, people = view.language, view.layer.residents[area]
    value = say("secret or unknown", language) if np.isnan(people) else words.number(float(people), 0, language)
    items = [
        KeyFigure(
            say("People", language), value, say("on {day}", language, day=words.day(_people_date(view), language))
        )
    ]
    found = edition(view)
    if found is None:
        return tuple(items)
    if found.status.codes[area] < 0:
        return (
            *items,
            KeyFigure(found.status.title(language), say("not rated", language), excluded(found, area, language)),
        )
    items.append(_dimension_figure(view, found, found.status, area))
    if found.dynamic is not None:
        items.append(_dimension_figure(view, found, found.dynamic, area, sign=True))
    return tuple(items)


def _people_date(view: View) -> str:
    return view.series(parts.PEOPLE).periods[-1] if view.has(parts.PEOPLE) else view.newest


def _dimension_figure(view: View, found: Edition, dimension: Dimension, area: int, sign: bool = False) -> KeyFigure:
    language, code = view.language, int(dimension.codes[area])
    label = dimension.title(language)
    if sign and found.since:
        label = say("{title} {since}", language, title=label, since=words.since(found.since, language))
    if code < 0:
        return KeyFigure(label, say("not rated", language))
    word, note = dimension.words(language)[code], sure_words(found, dimension, area, language)
    return (
        KeyFigure(label, word, note, mark=dimension.mark(code))
        if sign
        else KeyFigure(label, word, note, dimension.fill(code))
    )


def sure_words(found: Edition, dimension: Dimension, area: int, language: str) -> str:
    """`sicher: 997 von 1.000 Rechenläufen`, `unsicher: 606 von 1.000, sonst positiv`; empty if not told."""
    chance = float(dimension.probability[area])
    if np.isnan(chance):
        return ""
    how = say("sure" if chance >= 0.95 else "rather sure" if chance >= 0.8 else "unsure", language)
    if found.draws:
        runs = {
            "count": words.number(round(chance * found.draws), 0, language),
            "draws": words.number(found.draws, 0, language),
        }
        told = say("{count} of {draws} random runs", language, **runs)
    else:
        told = say("{share} of the random runs", language, share=words.percent(100 * chance, 1, language))
    other = int(dimension.likely[area])
    rest = (
        ", " + say("else {class_}", language, class_=dimension.words(language)[other])
        if other >= 0 and chance < 0.95 and other != dimension.codes[area]
        else ""
    )
    return f"{how}: {told}{rest}"


def excluded(found: Edition, area: int, language: str) -> str:
    """Why an area has no class."""
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


def _candidates(view: View) -> list[str]:
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
    for one in _candidates(view):
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
    for one in _candidates(view):
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


def figures_table(view: View, area: int, settings: Settings) -> Table | None:
    """All figures of the area among the others: value with interval, strip, standing in words, course."""
    language = view.language
    rows: list[tuple[Cell | str, ...]] = []
    groups: list[tuple[int, str]] = []
    for title, ids in grouped(view, settings):
        groups.append((len(rows), title))
        rows += [figure_row(view, one, area) for one in ids]
    if not rows:
        return None
    heads = (
        Column(say("Figure", language), share=0.26),
        Column(words.capital(words.when(view.newest, language)), "number", share=0.16),
        Column(
            say("Place among {areas} areas", language, areas=words.number(len(view.layer), 0, language)),
            "chart",
            share=0.29,
        ),
        Column(say("of areas", language), share=0.15),
        Column(say("Course", language), "chart", share=0.14),
    )
    return Table(
        say("All figures compared", language), heads, tuple(rows), groups=tuple(groups), stack=True, show_title=False
    )


def grouped(view: View, settings: Settings) -> list[tuple[str, list[str]]]:
    """The figures of a profile under the titles of their groups; made once."""
    if "grouped" not in view.kept:
        chosen = _chosen(view, settings)
        groups = [
            (title, [one for one in chosen if view.descriptions[one].field in fields])
            for title, fields in settings.groups
        ]
        named = {one for _, ids in groups for one in ids}
        rest = (say("More figures", view.language), [one for one in chosen if one not in named])
        view.kept["grouped"] = [(title, ids) for title, ids in (*groups, rest) if ids]
    return view.kept["grouped"]  # type: ignore[no-any-return]


def _chosen(view: View, settings: Settings) -> list[str]:
    """At most ten figures: those the catalogue names, then the parts of the index, then the others in their order."""
    measures = [
        one for one in view.measures() if is_level(view.descriptions[one]) and one not in AGES and is_current(view, one)
    ]
    first = [one for one in settings.indicators if one in measures]
    of_index = [one for one in _candidates(view) if one in measures]
    return list(dict.fromkeys([*of_index, *first, *measures]))[:MOST_FIGURES]


def figure_row(view: View, indicator: str, area: int) -> tuple[Cell | str, ...]:
    """One row of the table."""
    series, language = view.series(indicator), view.language
    one = series.description
    unit = tell.measure(one, language)
    note = parts.range_note(series, -1, area, language)
    if series.periods[-1] != view.newest:
        date = tell.when(one, series.periods[-1], language)
        note = date if note in ("", say("no random range", language)) else f"{date}; {note}"
    value = parts.value_cell(series, -1, area, language, note=note, strong=True)
    low, high = (float(share[area]) for share in series.shares_beside)
    standing = "" if np.isnan(low) else words.short_standing(low, high, language)
    if series.thin[-1]:
        standing = say("too many secret", language)
    course = Cell(chart=sparkline(series, series.value[:, area], language))
    return (
        Cell(tell.title(one, language), note=unit, strong=True),
        value,
        Cell(chart=strip(view, indicator, area)),
        standing,
        course,
    )


def strip(view: View, indicator: str, area: int) -> Chart:
    """All areas as dots, the own coarser area set off, this area as diamond with its interval."""
    series, language = view.series(indicator), view.language
    found, one = series.at(-1, area), series.description
    known = found["state"] == "ok"
    bounded = known and not np.isnan(found["lower"])
    title, median = tell.title(one, language), None if series.thin[-1] else float(series.median[-1])
    low, high = (float(part[-1]) for part in series.middle_half)
    value = tell.amount(one, found["value"], language) if known else parts.empty_cell(found["state"], language).text
    alt = f"{title}: {value}."
    if median is not None:
        shown = words.shown(median, one.decimals, language)
        alt = say("{title}: {value}; median area {median}.", language, title=title, value=value, median=shown)
    options = {
        "value": found["value"] if known else None,
        "lower": found["lower"] if bounded else None,
        "upper": found["upper"] if bounded else None,
        "median": median,
        "quartiles": None if median is None else (low, high),
        "decimals": one.decimals,
    }
    return Chart("dot_strip", title, alt, _dots(view, indicator, group_key(view, area)), options=options)


def group_key(view: View, area: int) -> str:
    """Key of the coarser area that this one lies in; empty without a coarser level."""
    return view.layer.parents[area].get(view.group_level or "", "")


def _dots(view: View, indicator: str, group: str) -> pa.Table:
    """Values of all areas, and which belong to the group; made once per figure and group."""
    name = f"dots {indicator} {group}"
    if name not in view.kept:
        value = view.series(indicator).value[-1]
        keep = ~np.isnan(value)
        view.kept[name] = pa.table({"value": value[keep], "own": _in_group(view, group)[keep]})
    return view.kept[name]


def _in_group(view: View, group: str) -> np.ndarray:
    level = view.group_level or ""
    return np.array([bool(group) and parents.get(level) == group for parents in view.layer.parents], dtype=bool)


def legend(view: View, area: int) -> str:
    """How to read the strips."""
    language, group = view.language, group_key(view, area)
    told = say("Diamond: this area, bar: random range 95 %.", language)
    if group and view.group_level:
        told += " " + say(
            "Blue: {group}, grey: rest of {place}, stroke: median.",
            language,
            group=_parent_name(view, view.group_level, group),
            place=view.place,
        )
    else:
        told += " " + say("Grey: the other areas, stroke: median.", language)
    return told + " " + say("Dashed in the course: new boundaries or definition.", language)


def age(view: View, area: int) -> tuple[Block, ...]:
    """Three age groups beside the whole place or the median area; empty where they are not released."""
    if not all(view.has(one) for one in AGES):
        return ()
    young, old = (view.series(one) for one in AGES)
    shares = [float(one.value[-1, area]) for one in (young, old)]
    language = view.language
    if np.isnan(shares).any():
        return ()
    middle = [float(one.median[-1]) for one in (young, old)]
    totals = [tell.whole(view, one) for one in AGES]
    place = view.place if all(totals) else say("median area", language)
    beside = [
        float(one.value[-1, 0]) if one is not None and all(totals) else middle[at] for at, one in enumerate(totals)
    ]
    labels = (say("under 18", language), say("18 to 64", language), say("65 and over", language))
    own = (shares[0], 100 - sum(shares), shares[1])
    reference = (beside[0], 100 - sum(beside) if all(totals) else None, beside[1])
    known = tuple(None if one is None or np.isnan(one) else one for one in reference)
    return (Heading(3, say("Age structure", language)), _age_chart(view, labels, own, known, place, young.periods[-1]))


def _age_chart(
    view: View,
    labels: tuple[str, ...],
    own: tuple[float, ...],
    reference: tuple[float | None, ...],
    place: str,
    period: str,
) -> Chart:
    language = view.language
    text = [words.number(one, 1, language) for one in own]
    beside = ["" if one is None else f"{place} {words.number(one, 1, language)}" for one in reference]
    data = pa.table(
        {
            "label": labels,
            "value": own,
            "reference": pa.array(reference, pa.float64()),
            "text": text,
            "reference_text": beside,
        }
    )
    title = say("Age of the people", language)
    unit = say(
        "Percent of the people {when}, stroke: {place}", language, when=words.when(period, language), place=place
    )
    columns = (
        Column(say("Age", language)),
        Column(say("Here", language), "number", unit="%"),
        Column(place, "number", unit="%"),
    )
    rows = tuple(
        (label, here, "" if other is None else words.number(other, 1, language))
        for label, here, other in zip(labels, text, reference, strict=True)
    )
    alt = "; ".join(f"{label} {here}{words.NBSP}%" for label, here in zip(labels, text, strict=True))
    return Chart("age_bars", title, alt, data, unit=unit, table=Table(title, columns, rows), show_title=False)


def similar(view: View, area: int, wide: bool) -> tuple[Block, ...]:
    """The areas most like this one; empty where too little is known. Narrow tables put the coarser area under the name."""
    found, language = most_similar(view), view.language
    if area not in found.nearest:
        return ()
    index, series = edition(view), view.series(found.indicators[0])
    one = series.description
    groups = wide and view.group_level is not None
    heads = [Column(say("Area", language))]
    heads += [Column(view.level_title(view.group_level or "", many=False))] if groups else []
    heads += [Column(say("Class", language))] if index else []
    heads.append(Column(tell.title(one, language), "number", unit=words.unit_words(one.unit, language)))
    rows = tuple(
        _similar_row(view, index, series, other, groups) for other in (area, *found.nearest[area][: 4 if wide else 3])
    )
    title = say("Similar areas", language)
    note = say("Nearest in {figures}.", language, figures=_figures(view, found.indicators))
    return Heading(3, title), Table(title, tuple(heads), rows, note=note, highlight=(0,), show_title=False)


def _figures(view: View, indicators: tuple[str, ...]) -> str:
    """`vier Kennzahlen und im Altersaufbau` where ages are among them."""
    language, ages = view.language, [one for one in indicators if one in AGES]
    count = len(indicators) - len(ages)
    told = words.counted(count, say("one figure", language), say("figures", language), language)
    return say("{figures} and in the age structure", language, figures=told) if ages else told


def _similar_row(view: View, index: Edition | None, series: Series, area: int, groups: bool) -> tuple[Cell | str, ...]:
    key, language = group_key(view, area), view.language
    group = _parent_name(view, view.group_level, key) if key and view.group_level else ""
    name = Cell(view.layer.names[area], note="" if groups else group)
    class_: tuple[str, ...] = ()
    if index is not None:
        codes = [one for one in (index.status, index.dynamic) if one is not None]
        text = ", ".join(one.words(language)[one.codes[area]] for one in codes if one.codes[area] >= 0)
        class_ = (text or say("not rated", language),)
    return (name, *((group,) if groups else ()), *class_, parts.value_cell(series, -1, area, language))


def limits(view: View, area: int) -> str:
    """What the random range means, limits of the index's parts, what is hidden here, and that no causes are shown."""
    language = view.language
    told = [say("The random range shows how much a value can vary without a real change.", language)]
    told += [
        f"{tell.title(view.descriptions[one], language)}: {text}"
        for one in _candidates(view)[:2]
        if (text := tell.short_limits(view.descriptions[one], language))
    ]
    states = [str(view.series(one).state[-1, area]) for one in view.measures()]
    if "hidden" in states:
        told.append(say("Secret values are hidden so that nobody can be recognised.", language))
    told.append(say("The profile shows the situation, not its causes.", language))
    return " ".join(told)


def locator(view: View, area: int) -> Map:
    """Where the area lies in its coarser area, coloured by status."""
    language, group, found = view.language, group_key(view, area), edition(view)
    label = view.layer.labels[area]
    place = _parent_name(view, view.group_level, group) if group and view.group_level else view.place
    by = found.status.title(language) if found else ""
    title = say("{place} by {title}", language, place=place, title=by) if by else place
    note = f"{title}. {say('Black border: this area.', language)}"
    return Map(
        title,
        alt=say("{area} in {place}", language, area=label, place=place),
        areas=_neighbourhood(view, found, group),
        outlines=parts.outlines(view),
        note=note,
        highlight=(view.layer.keys[area],),
        focus=(group,) if group else (),
        labels=False,
        scale_bar=False,
        show_title=False,
    )


def _neighbourhood(view: View, found: Edition | None, group: str) -> pa.Table:
    """The areas of the group and those around it; made once per group."""
    name = f"neighbourhood {group}"
    if name not in view.kept:
        table = parts.class_areas(view, found) if found else _plain(view)
        view.kept[name] = table.filter(pa.array(_near(view, group)))
    return view.kept[name]


def _plain(view: View) -> pa.Table:
    table = parts.shapes(view)
    return table.append_column("fill", pa.array(["flat"] * table.num_rows))


def _near(view: View, group: str) -> np.ndarray:
    import shapely

    inside = _in_group(view, group)
    shapes = shapely.from_wkb(list(view.layer.geometry))
    if not group or not inside.any():
        return np.ones(len(shapes), dtype=bool)
    frame = shapely.box(*shapely.total_bounds(shapes[inside]))
    return np.asarray(shapely.intersects(shapes, frame))
