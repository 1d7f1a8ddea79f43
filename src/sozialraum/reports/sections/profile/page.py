"""One area on one page: people, status, development, what matters, every figure among its peers, age, similar areas."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import (
    Block,
    Bullets,
    Columns,
    KeyFigure,
    KeyFigures,
    Map,
    Paragraph,
    Run,
    Section,
)
from sozialraum.reports.editions import Dimension, Edition, edition
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.profile.alike import similar
from sozialraum.reports.sections.profile.figures import age, figures_table, legend
from sozialraum.reports.sections.profile.told import bullets, candidates, excluded
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.view import View
from sozialraum.texts import say


def section(view: View, settings: Settings) -> Section:
    """The profile of `settings.area`, a key of the finest level."""
    area = view.layer.place[settings.area]
    language = view.language
    head: tuple[Block, ...] = (KeyFigures(key_figures(view, area)), Bullets(tuple(bullets(view, area))))
    table = figures_table(view, area, settings)
    blocks: list[Block] = [table, Paragraph((legend(view, area, settings),), "caption")] if table else []
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
    names = [parts.parent_name(view, level, found[level]) for level in ends]
    return " · ".join(
        [
            say("Area profile", view.language),
            *names,
            f"{view.level_title(view.level, many=False)} {view.layer.keys[area]}",
        ]
    )


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
            KeyFigure(
                found.status.title(language),
                parts.no_class(view, found.status, area),
                excluded(found, area, language),
            ),
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
        return KeyFigure(label, parts.no_class(view, dimension, area))
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


def limits(view: View, area: int) -> str:
    """What the random range means, limits of the index's parts, what is hidden here, and that no causes are shown."""
    language = view.language
    told = [say("The random range shows how much a value can vary without a real change.", language)]
    told += [
        f"{tell.title(view.descriptions[one], language)}: {text}"
        for one in candidates(view)[:2]
        if (text := tell.short_limits(view.descriptions[one], language))
    ]
    states = [str(view.series(one).state[-1, area]) for one in view.measures()]
    if "hidden" in states:
        told.append(say("Secret values are hidden so that nobody can be recognised.", language))
    told.append(say("The profile shows the situation, not its causes.", language))
    return " ".join(told)


def locator(view: View, area: int) -> Map:
    """Where the area lies in its coarser area, coloured by status."""
    language, group, found = view.language, parts.group_key(view, area), edition(view)
    label = view.layer.labels[area]
    place = parts.parent_name(view, view.group_level, group) if group and view.group_level else view.place
    by = found.status.title(language) if found else ""
    title = say("{place} by {title}", language, place=place, title=by) if by else place
    note = f"{title}. {say('Thick border: this area.', language)}"
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

    inside = parts.in_group(view, group)
    shapes = shapely.from_wkb(list(view.layer.geometry))
    if not group or not inside.any():
        return np.ones(len(shapes), dtype=bool)
    frame = shapely.box(*shapely.total_bounds(shapes[inside]))
    return np.asarray(shapely.intersects(shapes, frame))
