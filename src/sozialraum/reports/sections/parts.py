"""Blocks that several sections share: index map, matrix, bars of sureness, cells with their four empty states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Cell, Chart, Column, Map, Matrix, MatrixCell, MatrixHead, Table
from sozialraum.reports.editions import Dimension, Edition
from sozialraum.reports.series import Floats, Layer, Series, counts_people
from sozialraum.reports.view import View
from sozialraum.texts import say

PEOPLE = "population_total"
MOST_SOURCES = 3
"""More sources than these are named at the end of the report only."""

NO_CLASS = {"hidden": "secret", "track": "other boundaries", "flat": "not rated"}
"""Colour name of areas without a class, and what they are called."""

Row: TypeAlias = tuple[Cell | str, ...]


def source_line(view: View, indicators: Sequence[str] = ()) -> str:
    """Sources of these indicators, else everything that was credited in the release; writers put `Quelle:` before it."""
    asked = [view.descriptions[one] for one in indicators if one in view.descriptions]
    behind = [part for one in asked if not one.source for part in one.parts]  # a result names the figures it is made of
    chosen = [*asked, *(view.descriptions[one] for one in behind if one in view.descriptions)]
    told = (part for one in chosen for part in tell.in_language(one.source, view.language).split("; "))
    named = [text for text in dict.fromkeys(told) if text] or all_sources(view)
    if len(named) > MOST_SOURCES and not indicators:
        return say("{count} sources, listed under “Sources”", view.language, count=str(len(named)))
    return "; ".join(named)


def all_sources(view: View) -> list[str]:
    """Everything that was credited in the release."""
    return list(dict.fromkeys(_credit(one) for one in view.release.credits))


def _credit(credit: Any) -> str:
    return ", ".join(part for part in (credit.title or credit.source, credit.publisher, credit.licence) if part)


def empty_cell(state: str, language: str) -> Cell:
    """The cell of a figure without a value: hidden, unknown, measured on other boundaries, or not applicable."""
    if state == "hidden":
        return Cell(say("secret", language), state="hidden")
    if state == "other_boundaries":
        return Cell(say("other boundaries", language), state="not_applicable")
    if state == "not_applicable":
        return Cell(say("does not apply", language), state="not_applicable")
    return Cell(say("no value", language), state="unknown")


def value_cell(series: Series, period: int, area: int, language: str, note: str = "", strong: bool = False) -> Cell:
    """A figure as a table shows it; a true zero has its own mark."""
    found = series.at(period, area)
    if found["state"] != "ok":
        return empty_cell(found["state"], language)
    value = found["value"]
    mark = "*" if found["estimated"] else ""
    text = words.shown(value, series.description.decimals, language) + mark
    return Cell(text, number=value, state="zero" if value == 0 else "", note=note, strong=strong)


def range_note(series: Series, period: int, area: int, language: str) -> str:
    """`8,7 bis 10,0`, or that no random range is known; empty for counts of people, which are full counts."""
    found = series.at(period, area)
    if counts_people(series.description):
        return ""
    if found["state"] != "ok":
        return ""
    if np.isnan(found["lower"]) or np.isnan(found["upper"]):
        return say("no random range", language)
    return words.interval(found["lower"], found["upper"], series.description.decimals, language)


def outlines(view: View) -> pa.Table | None:
    """Borders and names of the coarser areas, made once."""
    if "outlines" not in view.kept:
        layer = view.layer_of(view.group_level) if view.group_level else None
        view.kept["outlines"] = None if layer is None else _shapes(layer, range(len(layer)))
    return view.kept["outlines"]


def _shapes(layer: Layer, rows: Sequence[int]) -> pa.Table:
    return pa.table(
        {
            "key": [layer.keys[row] for row in rows],
            "label": [layer.names[row] for row in rows],
            "geometry": pa.array([layer.geometry[row] for row in rows], pa.binary()),
        }
    )


def shapes(view: View, level: str = "") -> pa.Table:
    """Key, label and geometry of all areas (of a coarser level), made once."""
    name, layer = f"shapes {level}".strip(), view.layer_of(level) if level else view.layer
    if name not in view.kept:
        view.kept[name] = _shapes(layer, range(len(layer)))
    return view.kept[name]


def class_text(view: View, edition: Edition, area: int) -> str:
    """`Status sehr niedrig, Entwicklung stabil`, or why there is no class."""
    status, dynamic = edition.status, edition.dynamic
    told = [one for one in (status, dynamic) if one is not None and (one.codes[area] >= 0 or one.secret[area])]
    if status not in told or all(one.secret[area] for one in told):
        return no_class(view, status, area)
    return ", ".join(f"{one.title(view.language)} {class_word(view, one, area)}" for one in told)


def no_class(view: View, dimension: Dimension, area: int) -> str:
    """Why an area has no class, in a word or two: it is secret, the area was another one, or it is not rated."""
    return say(NO_CLASS[dimension.fill_of(area)], view.language)


def class_word(view: View, dimension: Dimension, area: int) -> str:
    """The class of an area, or why it has none."""
    code = int(dimension.codes[area])
    return dimension.words(view.language)[code] if code >= 0 else no_class(view, dimension, area)


def class_areas(view: View, edition: Edition) -> pa.Table:
    """The areas of the index map with fill, sign and words, made once per edition."""
    name = f"class_areas {edition.period}"
    if name not in view.kept:
        status, dynamic = edition.status, edition.dynamic
        marks = [
            dynamic.mark(code) if dynamic else "" for code in (dynamic.codes if dynamic else status.codes).tolist()
        ]
        texts = [class_text(view, edition, area) for area in range(len(view.layer))]
        columns = {
            "fill": [status.fill_of(area) for area in range(len(view.layer))],
            "mark": ["" if mark == "stable" else mark for mark in marks],
            "text": texts,
        }
        table = shapes(view)
        for column, values in columns.items():
            table = table.append_column(column, pa.array(values, pa.string()))
        view.kept[name] = table
    return view.kept[name]


def class_map(view: View, edition: Edition, title: str, *, twin: bool = True, **more: Any) -> Map:
    """The index map: colour says status, a triangle says development."""
    status, language = edition.status, view.language
    lowest = words.in_areas(int(status.counts[-1]), status.rated, language)
    alt = say(
        "Map of the areas by status; {lowest} it is {class_}.",
        language,
        lowest=lowest,
        class_=status.words(language)[-1],
    )
    date = say("As of {day}", language, day=words.day(edition.period, language))
    return Map(
        title=title,
        alt=alt,
        areas=class_areas(view, edition),
        outlines=outlines(view),
        date=date,
        source=source_line(view, status.description.parts) if twin else "",
        table=class_table(view, edition) if twin else None,
        **more,
    )


def class_key(view: View, edition: Edition) -> Table:
    """The key of the index map where no matrix stands beside it: classes with their number of areas."""
    language, status, dynamic = view.language, edition.status, edition.dynamic
    rows = [
        (Cell(word, fill=status.fill(code)), _count_cell(int(status.counts[code]), language))
        for code, word in enumerate(status.words(language))
    ]
    if dynamic is not None:
        words_of = {code: word for code, word in enumerate(dynamic.words(language)) if dynamic.mark(code) != "stable"}
        title = dynamic.title(language)
        rows += [
            (Cell(f"{title} {word}", mark=dynamic.mark(code)), _count_cell(int(dynamic.counts[code]), language))
            for code, word in words_of.items()
        ]
    fills = [status.fill_of(area) for area in range(len(view.layer))]
    rows += [
        (Cell(say(word, language), fill=fill), _count_cell(fills.count(fill), language))
        for fill, word in NO_CLASS.items()
        if fill in fills
    ]
    return Table(
        say("Key", language), (Column(status.title(language)), Column(say("Areas", language), "number")), tuple(rows)
    )


def _count_cell(count: int, language: str) -> Cell:
    return Cell(words.number(count, 0, language), number=count)


def class_table(view: View, edition: Edition) -> Table:
    """The twin of the index map: every area with its classes."""
    language, status, dynamic = view.language, edition.status, edition.dynamic
    heads = [view.level_title(view.level, many=False), status.title(language)]
    heads += [dynamic.title(language)] if dynamic else []
    columns = (*(Column(head) for head in heads), Column(say("People", language), "number"))
    rows = tuple(_class_row(view, edition, area) for area in range(len(view.layer)))
    return Table(say("All areas with their class", language), columns, rows, source_line(view), folded=True)


def _class_row(view: View, edition: Edition, area: int) -> tuple[Cell | str, ...]:
    dimensions = [one for one in (edition.status, edition.dynamic) if one is not None]
    cells = tuple(class_cell(view, one, area, sign=place == 1) for place, one in enumerate(dimensions))
    return (area_cell(view, area), *cells, people_cell(view, area))


def area_cell(view: View, area: int) -> Cell:
    """The name of an area of the finest level, with its page where there is one."""
    return Cell(view.layer.labels[area], href=view.address("area", view.layer.keys[area]))


def class_cell(view: View, dimension: Dimension, area: int, sign: bool = False) -> Cell:
    """The class with its swatch (status) or sign (development)."""
    code = int(dimension.codes[area])
    if code < 0:
        cell = Cell(no_class(view, dimension, area), state="not_applicable", fill=dimension.fill_of(area))
        return replace(cell, state="hidden") if dimension.secret[area] else cell
    text = dimension.words(view.language)[code]
    return Cell(text, mark=dimension.mark(code)) if sign else Cell(text, fill=dimension.fill(code))


def people_cell(view: View, area: int) -> Cell:
    """The people of an area."""
    people = view.layer.residents[area]
    if np.isnan(people):
        return empty_cell("unknown", view.language)
    return Cell(words.number(people, 0, view.language), number=float(people))


def people_at(view: View, period: str) -> Floats:
    """People of each area at that period, else the newest number that the release holds."""
    if view.has(PEOPLE) and period in view.series(PEOPLE).periods:
        series = view.series(PEOPLE)
        return np.asarray(series.value[series.periods.index(period)])
    return view.layer.residents


def people_of(view: View, edition: Edition, areas: Any) -> float:
    """People living in the areas of a mask at the edition's date (areas without a number count nothing)."""
    return float(np.nansum(np.where(areas, people_at(view, edition.period), 0.0)))


def class_matrix(view: View, edition: Edition, title: str, shares: bool = True) -> Matrix:
    """Status by development with counts (and their shares): legend and result in one."""
    language, status, dynamic = view.language, edition.status, edition.dynamic
    columns = _dynamic_heads(view, dynamic)
    cells = tuple(
        tuple(_matrix_cell(view, edition, row, column, shares) for column in range(len(columns)))
        for row in range(len(status.scale.ids))
    )
    people = [people_of(view, edition, status.codes == code) for code in range(len(status.scale.ids))]
    ends = tuple(("–" if not one else words.number(one, 0, language), "") for one in people) if any(people) else ()
    head = status.title(language)
    rows = tuple(MatrixHead(word, head, fill=status.fill(code)) for code, word in enumerate(status.words(language)))
    return Matrix(
        title=title,
        rows=rows,
        columns=columns,
        cells=cells,
        ends=ends,
        ends_head=say("People", language) if ends else "",
        corner=head,
        columns_head=dynamic.title(language) if dynamic else "",
        note=matrix_note(view, edition),
        unit=say("Number of areas", language),
    )


def _dynamic_heads(view: View, dynamic: Dimension | None) -> tuple[MatrixHead, ...]:
    if dynamic is None:
        return (MatrixHead(say("Areas", view.language)),)
    return tuple(MatrixHead(word, mark=dynamic.mark(code)) for code, word in enumerate(dynamic.words(view.language)))


def _matrix_cell(view: View, edition: Edition, row: int, column: int, shares: bool) -> MatrixCell:
    status, dynamic = edition.status, edition.dynamic
    chosen = status.codes == row
    if dynamic is not None:
        chosen &= dynamic.codes == column
    count = int(chosen.sum())
    share = words.percent(100 * count / max(status.rated, 1), 1, view.language) if shares else ""
    mark = dynamic.mark(column) if dynamic else ""
    text = words.number(count, 0, view.language)
    framed = count > 0 and bool(edition.attention[chosen].all())
    return MatrixCell(text, share, status.fill(row), "" if mark == "stable" else mark, framed)


def matrix_note(view: View, edition: Edition) -> str:
    """What the numbers are, and how many areas have no class."""
    language, dynamic = view.language, edition.dynamic
    what = "Number of areas by status (row) and development (column)." if dynamic else "Number of areas by status."
    if dynamic and edition.since:
        text = say(
            "Number of areas by status (row) and development {since} (column).",
            language,
            since=words.since(edition.since, language),
        )
    else:
        text = say(what, language)
    framed = int(edition.attention.sum())
    frame = (
        say(
            "Framed: {areas} with special need for attention.",
            language,
            areas=words.counted(framed, say("one area", language), say("areas", language), language),
        )
        if framed
        else ""
    )
    return " ".join(one for one in (text, unrated_sentence(view, edition), frame) if one)


def unrated_sentence(view: View, edition: Edition) -> str:
    """How many areas have no class, and of how many it is secret; empty when all have one."""
    language, secret = view.language, int(edition.status.secret.sum())
    count = len(view.layer) - edition.status.rated - secret
    told = []
    if secret:
        where = words.in_areas(secret, len(view.layer), language)
        told.append(say("The class is secret {where}.", language, where=where))
    if count:
        things = words.capital(words.counted(count, say("one area", language), say("areas", language), language))
        told.append(say("{things} is not rated." if count == 1 else "{things} are not rated.", language, things=things))
    return " ".join(told)


def sureness_chart(view: View, edition: Edition, title: str, **more: Any) -> Chart | None:
    """Bars of how many areas have a sure, rather sure, borderline class; None where the release does not say."""
    language = view.language
    dimensions = [one for one in (edition.status, edition.dynamic) if one is not None and one.knows_chance]
    if not dimensions:
        return None
    parts = (say("sure", language), say("rather sure", language), say("borderline", language))
    rows = [
        (one.title(language), part, count, f"sure-{place + 1}")
        for one in dimensions
        for place, (part, count) in enumerate(zip(parts, one.sureness, strict=True))
    ]
    data = pa.table(
        dict(zip(("label", "part", "value", "fill"), (list(column) for column in zip(*rows, strict=True)), strict=True))
    )
    data = data.append_column("text", pa.array([words.number(row[2], 0, language) for row in rows]))
    columns = (Column(say("Dimension", language)), *(Column(part, "number") for part in parts))
    cells: tuple[Row, ...] = tuple(
        (one.title(language), *(Cell(words.number(count, 0, language), number=count) for count in one.sureness))
        for one in dimensions
    )
    twin = Table(title, columns, cells)
    note = say(
        "Sure: the same class in at least 95 % of the random runs. Rather sure: 80 to below 95 %. Borderline: below 80 %; do not "
        "use the class alone.",
        language,
    )
    return Chart(
        "stacked_bar",
        title,
        alt=sureness_sentence(view, edition),
        data=data,
        unit=say("Number of areas", language),
        note=note,
        options={"parts_total": True, "label_above": True},
        table=twin,
        **more,
    )


def sureness_sentence(view: View, edition: Edition, name: str = "status") -> str:
    """`In 480 Gebieten ist die Statusklasse sicher, 56 liegen nahe an einer Grenze.`"""
    dimension = edition.status if name == "status" else edition.dynamic
    if dimension is None or not dimension.knows_chance:
        return ""
    sure, rather, open_ = dimension.sureness
    language = view.language
    where = words.capital(words.in_areas(sure, sure + rather + open_, language))
    near = (
        say("one lies near a border", language)
        if rather + open_ == 1
        else say("{count} lie near a border", language, count=words.number(rather + open_, 0, language))
    )
    values = {"where": where, "title": dimension.title(language), "near": near}
    told = say(
        "{title}: {where} the class is sure, {near}." if rather + open_ else "{title}: {where} the class is sure.",
        language,
        **values,
    )
    untold = dimension.rated - sure - rather - open_
    if not untold:
        return told
    rest = "For {count} rated areas the release does not say how sure the class is."
    return f"{told} {say(rest, language, count=words.number(untold, 0, language))}"


def lists(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """A table of equally named rows, for the data of a chart."""
    names = list(rows[0]) if rows else []
    return pa.table({name: [row[name] for row in rows] for name in names})


def parent_name(view: View, level: str, key: str) -> str:
    """Name of a coarser area; its key where the release does not hold it."""
    layer = view.layer_of(level)
    return layer.names[layer.place[key]] if key in layer.place else key


def group_key(view: View, area: int) -> str:
    """Key of the coarser area that this one lies in; empty without a coarser level."""
    return view.layer.parents[area].get(view.group_level or "", "")


def in_group(view: View, group: str) -> np.ndarray:
    """Mask of the areas in that coarser area; of none where it has no key."""
    level = view.group_level or ""
    return np.array([bool(group) and parents.get(level) == group for parents in view.layer.parents], dtype=bool)
