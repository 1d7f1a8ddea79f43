"""The finding about the index: how many areas, and how many people, are in the lowest class."""

from __future__ import annotations

import numpy as np

from sozialraum.reports import language as words
from sozialraum.reports.blocks import Chart, Column, Table
from sozialraum.reports.editions import Edition
from sozialraum.reports.findings.finding import Finding
from sozialraum.reports.sections import parts
from sozialraum.reports.view import View
from sozialraum.texts import say


def lowest_class(view: View, found: Edition) -> Finding:
    """How many areas are in the lowest class, how many people live there, and how sure that is."""
    language, status = view.language, found.status
    last = len(status.scale.ids) - 1
    count = int(status.counts[last])
    people, everyone = (parts.people_of(view, found, mask) for mask in (status.codes == last, status.codes >= 0))
    values = {
        "where": words.capital(words.in_areas(count, status.rated, language)),
        "title": status.named(language),
        "class_": status.words(language)[last],
    }
    claim = say("{where}, {title} is {class_}.", language, **values)
    live = ""
    if count and people:
        told = {
            "people": words.number(people, 0, language),
            "share": words.percent(100 * people / everyone, 1, language),
        }
        live = say("{people} people live there, {share} of the people in rated areas.", language, **told)
    chart = _share_bars(view, found, last, people, everyone) if people else None
    return Finding(
        "lowest_class",
        status.description.id,
        claim,
        live,
        say("How sure?", language),
        parts.sureness_sentence(view, found),
        chart,
    )


def _share_bars(view: View, found: Edition, code: int, people: float, everyone: float) -> Chart:
    language, status = view.language, found.status
    shares = {
        say("of areas", language): 100 * status.counts[code] / status.rated,
        say("of people", language): 100 * people / everyone,
    }
    rows = [
        {
            "label": label,
            "value": float(value),
            "text": words.percent(value, 1, language),
            "fill": status.fill(code),
            "strong": True,
            "note": "",
        }
        for label, value in shares.items()
    ]
    title = say(
        "Share with {title} {class_}", language, title=status.title(language), class_=status.words(language)[code]
    )
    twin = Table(
        title,
        (Column(""), Column(say("Percent", language), "number")),
        tuple((str(row["label"]), str(row["text"])) for row in rows),
    )
    alt = "; ".join(f"{row['text']} {row['label']}" for row in rows)
    top = max(20.0, 10 * np.ceil(max(shares.values()) / 10))
    return Chart(
        "bar",
        title,
        alt,
        parts.lists(rows),
        unit=say("Percent", language),
        options={"maximum": float(top), "track": True, "axis": True},
        table=twin,
    )
