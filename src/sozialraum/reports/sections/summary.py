"""Das Wichtigste auf einer Seite: findings, groups and map, how sure, what the report does not say, districts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sozialraum.reports import language as words
from sozialraum.reports.blocks import (
    Block,
    Cell,
    Chart,
    Column,
    Columns,
    Heading,
    Map,
    Paragraph,
    Run,
    Section,
    Table,
)
from sozialraum.reports.editions import Edition, edition
from sozialraum.reports.findings import Finding, findings
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.view import View
from sozialraum.texts import say


def section(view: View, settings: Settings) -> Section | None:
    """One page for readers who read one page; None when the release has neither index nor findings."""
    found, chosen = edition(view), findings(view)
    if found is None and not chosen:
        return None
    blocks: list[Block] = [Paragraph((lead(view, found),), "lead")]
    if chosen:
        blocks.append(Columns(tuple(_finding(one) for one in chosen)))
    if found is not None:
        blocks += _index(view, found)
    return Section(settings.id, settings.title, tuple(blocks), page=True, one_page=True)


def lead(view: View, found: Edition | None) -> str:
    """Two sentences: what most areas are like, and how much is not sure."""
    language = view.language
    if found is None:
        count = words.number(len(view.layer), 0, language)
        return say(
            "Figures for {count} areas, as of {day}. The release holds no index.",
            language,
            count=count,
            day=words.day(view.newest, language),
        )
    sentences = [_usual(view, found), _unsure(view, found)]
    return " ".join(one for one in sentences if one)


def _usual(view: View, found: Edition) -> str:
    language, status, dynamic = view.language, found.status, found.dynamic
    most = int(np.argmax(status.counts))
    where = words.in_areas(int(status.counts[most]), status.rated, language)
    values = {"title": status.named(language), "class_": status.words(language)[most], "where": where}
    most_of_all = status.counts[most] * 2 > status.rated
    also = None if dynamic is None or not dynamic.rated else int(np.argmax(dynamic.counts))
    if dynamic is None or also is None or dynamic.counts[also] * 2 <= dynamic.rated:
        return say(
            "In most areas, {title} is {class_}." if most_of_all else "Most often {title} is {class_} ({where}).",
            language,
            **values,
        )
    values |= {"also": dynamic.named(language), "also_class": dynamic.words(language)[also]}
    if most_of_all:
        return say("In most areas {title} is {class_} and {also} is {also_class}.", language, **values)
    return say("Most often {title} is {class_} ({where}); in most areas, {also} is {also_class}.", language, **values)


def _unsure(view: View, found: Edition) -> str:
    dynamic, language = found.dynamic, view.language
    if dynamic is None or not dynamic.knows_chance:
        return ""
    sure, rather, open_ = dynamic.sureness
    total, title = sure + rather + open_, dynamic.title(language)
    where = words.in_areas(rather + open_, total, language)
    if rather + open_ == 0:
        return say("{title}: the class is sure in all areas.", language, title=title)
    return say("{title}: the class is not sure {where}.", language, title=title, where=where)


def _finding(one: Finding) -> tuple[Block, ...]:
    rest: tuple[Run | str, ...] = (f" {one.text}",) if one.text else ()
    doubt = (Run(f" {one.doubt_label} {one.doubt}", muted=True),) if one.doubt else ()
    text = Paragraph((Run(one.claim, bold=True), *rest, *doubt))
    chart = (replace(one.chart, show_title=False),) if one.chart else ()
    return (*chart, text)


def _index(view: View, found: Edition) -> list[Block]:
    language = view.language
    groups = len(found.status.scale.ids) * (len(found.dynamic.scale.ids) if found.dynamic else 1)
    title = words.capital(words.counted(groups, say("one group", language), say("groups", language), language))
    chart = parts.sureness_chart(view, found, say("How sure is this?", language))
    chart = replace(chart, note="") if chart else None
    beside = (Heading(3, say("What this report does not say", language)), Paragraph((say(NOT_SAID, language),)))
    blocks: list[Block] = [
        Columns(
            (
                (parts.class_matrix(view, found, title, shares=False),),
                (_map(view, found),),
            ),
            (0.55, 0.45),
        ),
        Columns(((chart,) if chart else (), beside), (0.55, 0.45)) if chart else Columns((beside,)),
    ]
    groups_chart = districts(view, found)
    return [*blocks, groups_chart] if groups_chart else blocks


def _map(view: View, found: Edition) -> Map:
    """The map small and without names: the index section has the large one."""
    return parts.class_map(view, found, say("Map", view.language), twin=False, labels=False, scale_bar=False)


NOT_SAID = (
    "The index is no gauge: each edition compares the areas anew. "
    "It shows where one should look; it does not prove need on its own."
)


def districts(view: View, found: Edition) -> Chart | None:
    """People of each coarser area by the status of their area, most with low status first; None without a coarser level."""
    level, language, status = view.group_level, view.language, found.status
    if level is None or np.isnan(view.layer.residents).all():
        return None
    layer = view.layer_of(level)
    parent = np.array([one.get(level, "") for one in view.layer.parents])
    codes = range(len(status.scale.ids) - 1, -1, -1)
    people = [
        [parts.people_of(view, found, (parent == key) & (status.codes == code)) for code in codes] for key in layer.keys
    ]
    rated = [(name, row) for name, row in zip(layer.names, people, strict=True) if sum(row) > 0]
    if not rated:
        return None
    split = {name: [100 * count / sum(row) for count in row] for name, row in rated}
    low = {name: sum(row[: len(row) // 2]) for name, row in split.items()}
    ranked = {name: split[name] for name in sorted(split, key=lambda name: (-low[name], name))}
    return _district_bars(view, found, level, ranked, {name: words.percent(low[name], 1, language) for name in ranked})


def _district_bars(
    view: View, found: Edition, level: str, split: Mapping[str, list[float]], ends: Mapping[str, str]
) -> Chart:
    """A bar per district: percent of its people by class, lowest first; at its end what lives in the lower half of classes."""
    language, status = view.language, found.status
    codes, class_words = range(len(status.scale.ids) - 1, -1, -1), status.words(language)
    rows = [
        {"label": name, "part": class_words[code], "value": share, "fill": status.fill(code), "text": ""}
        for name, shares in split.items()
        for code, share in zip(codes, shares, strict=True)
    ]
    lowest = words.joined([class_words[code] for code in list(codes)[: len(codes) // 2][::-1]], language)
    head = say("Share of people by the {title} of their area, colours as above", language, title=status.title(language))
    title = say("{groups} compared", language, groups=words.capital(view.level_title(level)))
    columns = (
        Column(view.level_title(level, many=False)),
        *(Column(class_words[code], "number", unit="%") for code in codes),
    )
    cells: tuple[parts.Row, ...] = tuple(
        (name, *(Cell(words.percent(share, 1, language), number=share) for share in shares))
        for name, shares in split.items()
    )
    first = next(iter(ends))
    template = "In {name}, {share} of the people live in areas with {class_}."
    return Chart(
        "stacked_bar",
        title,
        say(template, language, name=first, share=ends[first], class_=lowest),
        parts.lists(rows),
        options={"parts_total": True, "ends": ends, "ends_head": lowest, "head": head, "legend": False},
        table=Table(title, columns, cells),
    )
