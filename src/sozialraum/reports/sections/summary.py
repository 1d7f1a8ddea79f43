"""Das Wichtigste auf einer Seite: findings, groups and map, how sure, what the report does not say, districts."""

from __future__ import annotations

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
    order = range(len(status.scale.ids) - 1, -1, -1)
    shares = [
        [parts.people_of(view, found, (parent == key) & (status.codes == code)) for code in order] for key in layer.keys
    ]
    rated = [(name, row) for name, row in zip(layer.names, shares, strict=True) if sum(row) > 0]
    if not rated:
        return None
    low = {name: 100 * sum(row[: len(row) // 2]) / sum(row) for name, row in rated}
    rated.sort(key=lambda one: (-low[one[0]], one[0]))
    class_words = status.words(language)
    rows = [
        {
            "label": name,
            "part": class_words[code],
            "value": 100 * row[place] / sum(row),
            "fill": status.fill(code),
            "text": "",
        }
        for name, row in rated
        for place, code in enumerate(order)
    ]
    title = say("{groups} compared", language, groups=words.capital(view.level_title(level)))
    ends = {name: words.percent(share, 1, language) for name, share in low.items()}
    lowest = words.joined([class_words[code] for code in list(order)[: len(order) // 2][::-1]], language)
    columns = (
        Column(view.level_title(level, many=False)),
        *(Column(class_words[code], "number", unit="%") for code in order),
    )
    cells: tuple[parts.Row, ...] = tuple(
        (name, *(Cell(words.percent(100 * one / sum(row), 1, language), number=100 * one / sum(row)) for one in row))
        for name, row in rated
    )
    head = say("Share of people by the {title} of their area, colours as above", language, title=status.title(language))
    alt = say(
        "In {name}, {share} of the people live in areas with {class_}.",
        language,
        name=rated[0][0],
        share=ends[rated[0][0]],
        class_=lowest,
    )
    return Chart(
        "stacked_bar",
        title,
        alt,
        parts.lists(rows),
        options={"parts_total": True, "ends": ends, "ends_head": lowest, "head": head, "legend": False},
        table=Table(title, columns, cells),
    )
