"""Mandate, method, data, areas and secrecy: what a reader must know before the numbers."""

from __future__ import annotations

from collections import Counter

from sozialraum.reports import language as words
from sozialraum.reports.blocks import Block, Cell, Column, Heading, Paragraph, Section, Table
from sozialraum.reports.editions import edition
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.view import View
from sozialraum.texts import say


def section(view: View, settings: Settings) -> Section:
    """How the report came about: text of the author, areas, how to read the figures, secrecy."""
    language = view.language
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    blocks += [Heading(3, say("Areas", language)), Paragraph((areas_sentence(view),))]
    blocks += [Heading(3, say("How to read the figures", language)), Paragraph((reading(view),))]
    if edition(view) is not None:
        blocks.append(
            Paragraph(
                (
                    say(
                        "The index puts several figures on one scale. Classes have fixed borders; "
                        "how it is computed stands in the method of the index.",
                        language,
                    ),
                )
            )
        )
    blocks += [Heading(3, say("Secrecy", language)), Paragraph((secrecy(view),)), marks(view)]
    return Section(settings.id, settings.title, tuple(blocks))


def areas_sentence(view: View) -> str:
    """How many areas of which levels, and what happens at a change of boundaries."""
    language = view.language
    named = [
        f"{words.number(len(view.layer_of(level)), 0, language)} {_after_in(view, level)}"
        for level in view.levels
        if len(view.layer_of(level)) > 1
    ]
    told = [say("{place} is shown in {areas}.", language, place=view.place, areas=words.joined(named, language))]
    vintages = {vintage for one in view.measures() for vintage in view.series(one).vintages if vintage}
    if len(vintages) > 1:
        told.append(
            say(
                "Boundaries changed in the time shown. Changes are told only for areas whose boundaries stayed the same; "
                "charts show the break as a dashed line.",
                language,
            )
        )
    return " ".join(told)


def _after_in(view: View, level: str) -> str:
    many = view.level_title(level)
    return words.dative(many) if view.language == "de" else many


def reading(view: View) -> str:
    """What random range, median area and middle half mean here."""
    return say(
        "The random range (95 %) shows how much a value can vary without a real change; small areas vary more. "
        "Where the whole place is not released, the median area stands for it: half of the areas are higher, half lower. "
        "Rates of areas are never averaged.",
        view.language,
    )


def secrecy(view: View) -> str:
    """How many of the released values are hidden, by the rule in its own words."""
    language = view.language
    flags = Counter(view.release.table["flag"].to_pylist())
    hidden = flags["suppressed"] + flags["suppressed_at_source"]
    rule = view.release.record.get("rule", {})
    told = [str(rule.get(language) or "")] if hasattr(rule, "get") else []
    if hidden == 1:
        told.append(
            say(
                "One of {all} values is secret, so that nobody can be recognised.",
                language,
                all=words.number(view.release.table.num_rows, 0, language),
            )
        )
    elif hidden:
        values = {
            "hidden": words.number(hidden, 0, language),
            "all": words.number(view.release.table.num_rows, 0, language),
        }
        told.append(say("{hidden} of {all} values are secret, so that nobody can be recognised.", language, **values))
    else:
        told.append(say("No value had to be kept secret.", language))
    return " ".join(one for one in told if one)


def marks(view: View) -> Table:
    """The four empty states and what they mean."""
    language = view.language
    rows = (
        (Cell("0", number=0.0, state="zero"), say("Counted, and there was none.", language)),
        (
            Cell(say("secret", language), state="hidden"),
            say("This value is secret, so that nobody can be recognised.", language),
        ),
        (Cell(say("no value", language), state="unknown"), say("There is no value for this area.", language)),
        (
            Cell(say("does not apply", language), state="not_applicable"),
            say("The figure makes no sense for this area, for example because it has too few residents.", language),
        ),
    )
    return Table(
        say("Marks in tables and maps", language),
        (Column(say("Mark", language)), Column(say("Meaning", language))),
        rows,
    )
