"""The figures of a profile among the other areas: table with strips and courses, age."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import (
    Block,
    Cell,
    Chart,
    Column,
    Heading,
    Table,
)
from sozialraum.reports.editions import is_current
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.profile.peers import Peers, among, peer_groups
from sozialraum.reports.sections.profile.told import candidates
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.sections.similar import AGES
from sozialraum.reports.sections.topic import sparkline
from sozialraum.reports.series import is_level
from sozialraum.reports.view import View
from sozialraum.texts import say

MOST_FIGURES = 10


def figures_table(view: View, area: int, settings: Settings, most: int = MOST_FIGURES) -> Table | None:
    """The figures of the area among the others: value with interval, strip, standing in words, course."""
    language, peers = view.language, chosen_peers(view, area, settings)
    rows: list[tuple[Cell | str, ...]] = []
    groups: list[tuple[int, str]] = []
    for title, ids in grouped(view, settings, most):
        groups.append((len(rows), title))
        rows += [figure_row(view, one, area, peers, told=bool(settings.peers)) for one in ids]
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
        Column(say("In words" if settings.peers else "of areas", language), share=0.15),
        Column(say("Course", language), "chart", share=0.14),
    )
    return Table(
        say("All figures compared", language), heads, tuple(rows), groups=tuple(groups), stack=True, show_title=False
    )


def chosen_peers(view: View, area: int, settings: Settings) -> Peers | None:
    """The group that the reader chose, else the usual one; None where there is none."""
    known = peer_groups(view, area)
    return next((one for one in known if one.id == settings.peers), known[0] if known else None)


def grouped(view: View, settings: Settings, most: int = MOST_FIGURES) -> list[tuple[str, list[str]]]:
    """At most so many figures of a profile under the titles of their groups; made once."""
    kept = f"grouped {most}"
    if kept not in view.kept:
        chosen = _chosen(view, settings)[:most]
        groups = [
            (title, [one for one in chosen if view.descriptions[one].field in fields])
            for title, fields in settings.groups
        ]
        named = {one for _, ids in groups for one in ids}
        rest = (say("More figures", view.language), [one for one in chosen if one not in named])
        view.kept[kept] = [(title, ids) for title, ids in (*groups, rest) if ids]
    return view.kept[kept]  # type: ignore[no-any-return]


def _chosen(view: View, settings: Settings) -> list[str]:
    """The parts of the index, then the figures that the catalogue names, then the others in their order."""
    measures = [
        one for one in view.measures() if is_level(view.descriptions[one]) and one not in AGES and is_current(view, one)
    ]
    first = [one for one in settings.indicators if one in measures]
    of_index = [one for one in candidates(view) if one in measures]
    return list(dict.fromkeys([*of_index, *first, *measures]))


def figure_row(
    view: View, indicator: str, area: int, peers: Peers | None, told: bool = False
) -> tuple[Cell | str, ...]:
    """One row of the table; with `told` it has room to say the place in full, and that among the peers, too."""
    series, language = view.series(indicator), view.language
    one = series.description
    unit = tell.measure(one, language)
    note = parts.range_note(series, -1, area, language)
    if series.periods[-1] != view.newest:
        date = tell.when(one, series.periods[-1], language)
        note = date if note in ("", say("no random range", language)) else f"{date}; {note}"
    value = parts.value_cell(series, -1, area, language, note=note, strong=True)
    low, high = (float(share[area]) for share in series.shares_beside)
    in_words = words.standing if told else words.short_standing
    standing = "" if np.isnan(low) else in_words(low, high, language)
    if series.thin[-1]:
        standing = say("no rank: too many secret", language)
    course = Cell(chart=sparkline(series, series.value[:, area], language))
    return (
        Cell(tell.title(one, language), note=unit, strong=True, href=view.address("indicator", one.id)),
        value,
        Cell(chart=strip(view, indicator, area, peers)),
        Cell(standing, note=among(view, indicator, area, peers)) if told and peers else standing,
        course,
    )


def strip(view: View, indicator: str, area: int, peers: Peers | None) -> Chart:
    """All areas as dots, the peers set off, this area as diamond with its interval."""
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
    return Chart("dot_strip", title, alt, _dots(view, indicator, area, peers), options=options)


def _dots(view: View, indicator: str, area: int, peers: Peers | None) -> pa.Table:
    """Values of all areas, and which belong to the peers or are the area itself; made once per figure and group."""
    name = f"dots {indicator} {peers.name if peers else ''}"
    if name in view.kept:
        return view.kept[name]
    value = view.series(indicator).value[-1]
    keep, own = ~np.isnan(value), peers.members.copy() if peers else np.zeros(len(value), dtype=bool)
    own[area] = peers is not None
    made = pa.table({"value": value[keep], "own": own[keep]})
    if peers is None or peers.id != "similar":  # every area has its own similar ones
        view.kept[name] = made
    return made


def legend(view: View, area: int, settings: Settings) -> str:
    """How to read the strips."""
    language, peers = view.language, chosen_peers(view, area, settings)
    told = say("Diamond: this area, bar: random range 95 %.", language)
    if peers is not None:
        told += " " + say(
            "Blue: {group}, grey: rest of {place}, stroke: median.", language, group=peers.name, place=view.place
        )
    else:
        told += " " + say("Grey: the other areas, stroke: median.", language)
    return told + " " + say("Dashed in the course: new boundaries or definition.", language)


def age(view: View, area: int, level: int = 3) -> tuple[Block, ...]:
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
    return (
        Heading(level, say("Age structure", language)),
        _age_chart(view, labels, own, known, place, young.periods[-1]),
    )


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
        "Percent of the people {when}; stroke and second number: {place}",
        language,
        when=words.when(period, language),
        place=place,
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
