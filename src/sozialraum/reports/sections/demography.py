"""Population: how many people live where, young and old, and how that moved."""

from __future__ import annotations

import numpy as np

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Paragraph, Section
from sozialraum.reports.sections import topic
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.view import View
from sozialraum.texts import say

PEOPLE = "population_total"


def section(view: View, settings: Settings) -> Section | None:
    """What the figures about the population say; None where the release has none."""
    found = topic.section(view, settings)
    opening = people_sentences(view)
    if found is None or not opening:
        return found
    return Section(found.id, found.title, (Paragraph((opening,), "lead"), *found.blocks))


def people_sentences(view: View) -> str:
    """How many people live here, and between which sizes the middle half of the areas lies; empty if not told."""
    people, language = tell.population(view), view.language
    if people is None:
        return ""
    period = view.series(PEOPLE).periods[-1] if view.has(PEOPLE) else view.newest
    values = {
        "when": words.capital(words.when(period, language)),
        "in_place": words.in_place(view.place, language),
        "people": words.number(people, 0, language),
    }
    told = [say("{when}, {people} people lived {in_place}.", language, **values)]
    residents = view.layer.residents
    if (~np.isnan(residents)).sum() >= 4:
        low, high = (float(np.nanquantile(residents, share)) for share in (0.25, 0.75))
        spread = words.interval(low, high, 0, language)
        told.append(
            say(
                "Half of the {areas} have {spread} residents.",
                language,
                areas=view.level_title(view.level),
                spread=spread,
            )
        )
    return " ".join(told)
