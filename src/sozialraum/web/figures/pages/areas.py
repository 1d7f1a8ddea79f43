"""All areas, and the search among them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sozialraum.reports import View
from sozialraum.reports import language as words
from sozialraum.reports.blocks import Column, Table
from sozialraum.reports.editions import edition
from sozialraum.reports.sections import parts
from sozialraum.texts import say
from sozialraum.web.figures.pages.page import Page, drawn
from sozialraum.web.paging import part, ways

MOST = 8
"""Suggestions below the search field."""


@dataclass(frozen=True)
class Match:
    """An area that fits a search, told apart from its namesakes by the coarser area."""

    key: str
    name: str
    group: str
    href: str


def page(view: View, asked: str) -> Page:
    """Every area of the finest level with its page, in the part that was asked for."""
    shown = part(len(view.layer), asked)
    title = say("All {areas}", view.language, areas=view.level_title(view.level))
    values = {"table": drawn([listed(view, range(len(view.layer))[shown.rows], title)], view.language)}
    return _page(view, {**values, "ways": ways(shown, "", view.language, "all")})


def searched(view: View, words_asked: str, asked: str) -> Page:
    """The areas that a search found, those that fit best first, in the part that was asked for."""
    matches = hits(view, words_asked)
    shown, title = part(len(matches), asked), counted(view, len(matches))
    values = {
        "asked": words_asked,
        "counted": title,
        "table": drawn([listed(view, matches[shown.rows], title)] if matches else [], view.language),
        "ways": ways(shown, urlencode({"q": words_asked}), view.language, "all"),
    }
    return _page(view, values)


def _page(view: View, values: dict[str, Any]) -> Page:
    return Page("areas.html", say("Find an area", view.language), values, "areas")


def listed(view: View, shown: Sequence[int], title: str) -> Table:
    """These areas with people and class."""
    found, language = edition(view), view.language
    group = view.level_title(view.group_level, many=False) if view.group_level else ""
    heads = [Column(view.level_title(view.level, many=False))]
    heads += [Column(group)] if group else []
    heads += [Column(found.status.title(language))] if found else []
    heads += [Column(found.dynamic.title(language), phone=False)] if found and found.dynamic else []
    rows = tuple(_row(view, area, bool(group)) for area in shown)
    return Table(title, (*heads, Column(say("People", language), "number")), rows, id="all")


def _row(view: View, area: int, grouped: bool) -> parts.Row:
    found = edition(view)
    dimensions = [one for one in (found.status, found.dynamic) if one is not None] if found else []
    classes = [parts.class_cell(view, one, area, sign=at == 1) for at, one in enumerate(dimensions)]
    return (
        parts.area_cell(view, area),
        *([group_name(view, area)] if grouped else []),
        *classes,
        parts.people_cell(view, area),
    )


def group_name(view: View, area: int) -> str:
    """The name of the coarser area; empty without one."""
    key = parts.group_key(view, area)
    return parts.parent_name(view, view.group_level, key) if key and view.group_level else ""


def found(view: View, asked: str, most: int = MOST) -> list[Match]:
    """The first areas of a search, ready to be suggested."""
    return [_match(view, area) for area in hits(view, asked)[:most]]


def _match(view: View, area: int) -> Match:
    key = view.layer.keys[area]
    return Match(key, view.layer.names[area], group_name(view, area) or key, view.address("area", key))


def hits(view: View, asked: str) -> list[int]:
    """Areas whose name, coarser area or key fits, those that begin so first; nothing below two letters."""
    wanted = folded(asked)
    return [area for _, area in sorted(_ranked(view, wanted))] if len(wanted) > 1 else []


def _ranked(view: View, wanted: str) -> Iterator[tuple[int, int]]:
    for area, texts in enumerate(_searched(view)):
        if not any(wanted in one for one in texts):
            continue
        rank = next((at for at, fits in enumerate(_fits(wanted, *texts)) if fits), None)
        if rank is not None:
            yield rank, area


def _searched(view: View) -> list[tuple[str, str, str]]:
    """Name, coarser area and key of every area as they are compared, made once."""
    if "searched" not in view.kept:
        groups = [group_name(view, area) for area in range(len(view.layer))]
        known = {one: folded(one) for one in set(groups)}
        rows = zip(view.layer.names, groups, view.layer.keys, strict=True)
        view.kept["searched"] = [(folded(name), known[group], key.casefold()) for name, group, key in rows]
    found: list[tuple[str, str, str]] = view.kept["searched"]
    return found


def _fits(wanted: str, name: str, group: str, key: str) -> tuple[bool, ...]:
    """The best fit first: name begins so, a word of it does, it holds it, key, coarser area."""
    starts = any(word.startswith(wanted) for word in name.split())
    return name.startswith(wanted), starts, wanted in name, key.startswith(wanted), group.startswith(wanted)


def folded(text: str) -> str:
    """The text as it is compared: `Groß-Köln` and `gross koln` are the same, `Koeln` is found by `köln`."""
    plain = text.casefold().translate({ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue"})
    bare = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    return " ".join(bare.replace("-", " ").replace("/", " ").split())


def counted(view: View, number: int) -> str:
    """`12 Gebiete gefunden`."""
    things = words.counted(number, say("one area", view.language), say("areas", view.language), view.language)
    return say("Found: {things}", view.language, things=things)
