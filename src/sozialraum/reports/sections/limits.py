"""What this report cannot say: missing fields, hidden values, breaks, and no causes."""

from __future__ import annotations

from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import Block, Bullets, Paragraph, Section
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.view import View
from sozialraum.texts import say


def section(view: View, settings: Settings) -> Section:
    """The limits of the report, one sentence each."""
    language = view.language
    told = [
        say("The report shows the situation, not its causes.", language),
        say("Areas with few people vary more by chance than large ones.", language),
    ]
    if settings.missing:
        told.append(
            say(
                "This release holds no data for: {sections}.",
                language,
                sections=", ".join(settings.missing),
            )
        )
    told += breaks(view)
    if any(view.series(one).estimated.any() for one in view.measures()):
        told.append(say("Values with an asterisk (*) are estimated or converted to today's boundaries.", language))
    blocks: tuple[Block, ...] = (Paragraph((settings.text,)),) if settings.text else ()
    return Section(settings.id, settings.title, (*blocks, Bullets(tuple((one,) for one in told))))


def breaks(view: View) -> list[str]:
    """Each change of definition inside the time shown."""
    found = []
    for one in view.measures():
        series = view.series(one)
        for cut in series.description.breaks:
            if series.periods[0] < cut.period <= series.periods[-1]:
                text = cut.de if view.language == "de" else cut.en or cut.de
                found.append(f"{tell.title(series.description, view.language)}, {cut.period}: {text}")
    return found
