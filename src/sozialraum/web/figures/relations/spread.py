"""How unevenly is a group spread over the areas? Lorenz curve and segregation profile from released counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sozialraum.reports import View
from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Cell, Chart, Column, Paragraph, Table
from sozialraum.reports.sections import parts
from sozialraum.texts import say
from sozialraum.web.figures.fields import by_field
from sozialraum.web.figures.pages.page import Page, drawn
from sozialraum.web.figures.relations.counts import released_counts

LEAST = 10
"""Areas with counts that a curve needs."""
MOST_MISSING = 0.2
"""Share of areas without released counts above which nothing is drawn: those left out are the small ones."""

THINGS = ("housing", "environment", "supply")
"""Fields whose shares are of dwellings or land: those do not live apart from anybody."""

FIRST = "income_poverty"
"""The field whose spread the page opens with."""

Pairs = npt.NDArray[np.float64]


def figures(view: View) -> list[str]:
    """Shares of people whose counts are released for enough areas: of poverty first, then with a good and a bad side."""
    known = [one for one in view.measures() if _counts_people(view, one) and _pairs(view, one) is not None]
    described = view.descriptions
    return sorted(known, key=lambda one: (described[one].field != FIRST, described[one].polarity == "neutral"))


def _counts_people(view: View, indicator: str) -> bool:
    one = view.descriptions[indicator]
    return one.kind == "ratio" and one.part_of_denominator and one.field not in THINGS


def _pairs(view: View, indicator: str) -> Pairs | None:
    """The group and all others of every area with counts, at the newest date; None where too few have them."""
    counts = released_counts(view, indicator, view.level, view.series(indicator).periods[-1])
    if counts is None or not counts.per:
        return None
    both = np.stack([counts.numerator, counts.denominator - counts.numerator], axis=1)
    known = both[~np.isnan(both).any(axis=1) & (both.sum(axis=1) > 0)]
    enough = len(known) >= max(LEAST, (1 - MOST_MISSING) * len(view.layer))
    return known if enough and (known >= 0).all() and (known.sum(axis=0) > 0).all() else None


def chosen(view: View, asked: Mapping[str, str]) -> str | None:
    """The figure that was asked for, else the first that can be drawn; None where none can."""
    known, wanted = figures(view), asked.get("indicator", "")
    return wanted if wanted in known else next(iter(known), None)


def page(view: View, indicator: str | None) -> Page:
    """The page of one figure; without any, the page says why."""
    language = view.language
    title = say("How unevenly is it spread?", language)
    if indicator is None:
        return Page("spread.html", title, {"options": [], "blocks": ""}, "areas")
    blocks: list[Block] = [Paragraph((sentence(view, indicator),), "lead"), curve(view, indicator), profile(view)]
    values = {
        "indicator": indicator,
        "options": by_field(view, figures(view)),
        "blocks": drawn(blocks, language, 720),
        "caveats": _caveats(view, indicator),
    }
    one = tell.title(view.descriptions[indicator], language)
    return Page("spread.html", say("How unevenly is it spread? {title}", language, title=one), values, "areas")


def _measures(pairs: Pairs) -> dict[str, float]:
    from sozialraum.analysis.segregation import measures

    return {
        "dissimilarity": float(measures.dissimilarity(pairs)[0]),
        "gini": float(measures.gini(pairs)[0]),
        "isolation": float(measures.isolation(pairs)[0]),
        "share": float(pairs[:, 0].sum() / pairs.sum()),
    }


def sentence(view: View, indicator: str) -> str:
    """What the widest gap of the curve means, and how that compares with the mean area of a member of the group."""
    language, pairs = view.language, _pairs(view, indicator)
    assert pairs is not None  # only figures with counts come here
    found, one = _measures(pairs), view.descriptions[indicator]
    text = (
        "{title}, {when}: {moved} of those counted would have to live elsewhere to be spread like all others. "
        "In the area of the average one of them the share is {isolation}, overall {share}."
    )
    values = {
        name: words.percent(100 * value, 0 if name == "dissimilarity" else 1, language) for name, value in found.items()
    }
    when = tell.when(one, view.series(indicator).periods[-1], language)
    return say(text, language, when=when, title=tell.title(one, language), moved=values["dissimilarity"], **values)


def curve(view: View, indicator: str) -> Chart:
    """The Lorenz curve: areas in order of the share, the group upwards, all others to the right."""
    language, pairs = view.language, _pairs(view, indicator)
    assert pairs is not None
    one, found = view.descriptions[indicator], _measures(pairs)
    order = np.argsort(pairs[:, 0] / pairs.sum(axis=1), kind="stable")
    steps = np.vstack([[0.0, 0.0], np.cumsum(pairs[order], axis=0) / pairs.sum(axis=0)])
    data = pa.table({"x": steps[:, 1], "value": steps[:, 0]})
    title = say("Lorenz curve: {title}", language, title=tell.title(one, language))
    gap = words.percent(100 * found["dissimilarity"], 0, language)
    options = {
        "head": say("Share of those counted", language), "x_head": say("Share of all others", language),
        "text": say("widest gap: {gap}", language, gap=gap),
    }  # fmt: skip
    note = say(
        "Areas in order of the share, the lowest first. On the dashed line the group would be spread like all others; "
        "the widest gap is the index of dissimilarity D, twice the area between is the Gini index G.", language
    )  # fmt: skip
    return Chart("lorenz", title, sentence(view, indicator), data, note=note, options=options, table=_steps(steps, language),
                 source=parts.source_line(view, [indicator]))  # fmt: skip


def _steps(steps: Pairs, language: str) -> Table:
    """The curve at every tenth of all others."""
    shares = np.linspace(0.1, 1, 10)
    reached = np.interp(shares, steps[:, 1], steps[:, 0])
    rows = tuple(
        (words.percent(100 * share, 0, language), Cell(words.percent(100 * up, 1, language)))
        for share, up in zip(shares.tolist(), reached.tolist(), strict=True)
    )
    heads = (Column(say("Share of all others", language)), Column(say("Share of those counted", language), "number"))
    return Table(say("The curve in steps", language), heads, rows)


def profile(view: View) -> Table:
    """Segregation of every group that can be measured, the most uneven first."""
    language = view.language
    found = [(one, _measures(pairs)) for one in figures(view) if (pairs := _pairs(view, one)) is not None]
    found.sort(key=lambda each: -each[1]["dissimilarity"])
    heads = (Column(say("Figure", language)), Column("D", "bar"), Column("G", "number"),
             Column(say("Isolation", language), "number"), Column(say("Share overall", language), "number"))  # fmt: skip
    rows = tuple(_row(view, one, told) for one, told in found)
    note = say("D and G: 0 would be the same share everywhere, 1 complete separation. Small groups look more separated by "
               "chance alone; compare groups of similar size.", language)  # fmt: skip
    title = say("Segregation profile: all groups", language)
    return Table(title, heads, rows, note=note, stack=True, named=True)


def _row(view: View, indicator: str, told: dict[str, Any]) -> parts.Row:
    language = view.language
    name = Cell(tell.title(view.descriptions[indicator], language), href=view.address("indicator", indicator))
    return (
        name,
        Cell(words.number(told["dissimilarity"], 2, language), number=told["dissimilarity"]),
        words.number(told["gini"], 2, language),
        *(words.percent(100 * told[part], 1, language) for part in ("isolation", "share")),
    )


def _caveats(view: View, indicator: str) -> list[str]:
    language, pairs = view.language, _pairs(view, indicator)
    assert pairs is not None
    told = [
        say(
            "Borders matter: smaller areas show more separation than larger ones. The measure says nothing about causes.",
            language,
        )
    ]
    missing = len(view.layer) - len(pairs)
    if missing:
        text = "{count} areas are left out because their counts are secret or unknown; the true curve may lie a little elsewhere."
        told.append(say(text, language, count=words.number(missing, 0, language)))
    return told
