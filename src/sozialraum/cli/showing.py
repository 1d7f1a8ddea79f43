"""Lines of text for the verbs that show something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sozialraum.cli.language import LANGUAGE, t
from sozialraum.errors import CallError

if TYPE_CHECKING:
    from sozialraum.figures import Release
    from sozialraum.protection import Verdict
    from sozialraum.workspace import Workspace
    from sozialraum.workspace.drafts import Draft


def overview_lines(workspace: Workspace) -> Iterator[str]:
    """What the workspace holds: areas, sources, deliveries, releases, drafts that wait."""
    from sozialraum.sources import undone

    yield f"{workspace.settings.workspace.title} ({workspace.folder})"
    for vintage in workspace.areas.vintages:
        counts = ", ".join(
            f"{level} {len(workspace.areas.layer(level, vintage.id))}" for level in workspace.areas.levels
        )
        yield t("Boundaries {vintage}: {counts}", vintage=vintage.id, counts=counts)
    yield from (f"  {one.say(LANGUAGE)}" for one in workspace.areas.warnings)
    yield from (f"  {one.describe(LANGUAGE)}" for one in workspace.areas.declared_crosswalks())
    yield t("Sources: {names}", names=", ".join(workspace.sources) or "-")
    yield t("Deliveries: {count}", count=len(workspace.deliveries))
    gone = undone(workspace.deliveries)
    for one in workspace.deliveries:
        told = t("undoes {delivery}", delivery=one.undoes) if one.undoes else ", ".join(one.facts)
        mark = f"  [{t('undone')}]" if one.id in gone else ""
        yield f"  {one.id}  {told}  {', '.join(one.record['periods'])}".rstrip() + mark
    names = (_release_word(workspace, name, last) for name, found in workspace.releases.items() for last in found)
    yield t("Releases: {names}", names=", ".join(names) or "-")
    yield from (f"  {line}" for one in workspace.drafts() if one.state == "open" for line in draft_lines(one))


def _release_word(workspace: Workspace, name: str, version: int) -> str:
    from sozialraum.workspace import withdrawal

    gone = withdrawal(workspace.folder, name, version)
    return f"{name}-{version}" + (f" [{t('withdrawn')}]" if gone else "")


def draft_lines(draft: Draft) -> Iterator[str]:
    """What a draft holds, who prepared it, and how it goes on."""
    audit = draft.release.audit()
    yield t(
        "Draft {label}: {rows} figures, {hidden} of them hidden; prepared by {by} on {day}.",
        label=f"{draft.name}-{draft.number}",
        rows=audit["rows_out"],
        hidden=audit["hidden"],
        by=draft.by or "-",
        day=draft.made[:10],
    )


def figures_lines(
    workspace: Workspace, indicators: Sequence[str], level: str | None, periods: Sequence[str]
) -> Iterator[str]:
    """The figures as a table of text, marked as unprotected."""
    from sozialraum.indicators import named

    for one in indicators:
        named(one, workspace.catalogue)
    if not periods:
        raise CallError("Name at least one period.", remedy="For example: --period 2024")
    chosen = level or workspace.areas.levels[0]
    figures = workspace.figures(list(indicators), chosen, list(periods))
    yield t("Intern: unprotected figures, for staff only.")
    names = {"area": 12, "period": 8, "indicator": 28, "value": 14, "lower": 12, "upper": 12, "flag": 20}
    yield " ".join(name.ljust(width) for name, width in names.items())
    for row in figures.table.select(list(names)).to_pylist():
        decimals = figures.description(row["indicator"]).decimals
        yield " ".join(_cell(row[name], decimals).ljust(width) for name, width in names.items()).rstrip()


def _cell(value: object, decimals: int) -> str:
    from sozialraum.reports import language as words

    if value is None:
        return ""
    return words.number(value, decimals, LANGUAGE) if isinstance(value, float) else str(value)


def audit_lines(release: Release) -> Iterator[str]:
    """What a release holds and what was hidden."""
    audit = release.audit()
    yield t(
        "Release {label}: {rows} figures, {hidden} of them hidden.",
        label=release.label,
        rows=audit["rows_out"],
        hidden=audit["hidden"],
    )
    yield t("Rule: {text}", text=release.record["rule"][LANGUAGE])


def verdict_lines(release: Release, verdict: Verdict) -> Iterator[str]:
    """What the check of a release found."""
    yield t("Release {label}: proved safe.", label=release.label)
    yield t(
        "{secrets} hidden small counts, rests and groups can each be 0 and the minimum or more; shown by {populations} other "
        "populations, each of which gives all {numbers} published counts as they are.",
        secrets=verdict.secrets,
        populations=verdict.populations,
        numbers=verdict.numbers,
    )


def catalogue_lines(indicator: str | None) -> Iterator[str]:
    """All indicators by field, or the definition of one."""
    from sozialraum.indicators import catalogue, describe, named

    known = catalogue()
    if indicator is None:
        for one in sorted(known.values(), key=lambda each: (each.field, each.id)):
            yield f"{one.field:16} {one.id:38} {describe(one).title[LANGUAGE]}"
        return
    words = describe(named(indicator, known))
    yield f"{words.title[LANGUAGE]} ({words.id}, {words.unit})"
    for text in (words.definition, words.formula, words.reading, words.limits, words.source):
        if text.get(LANGUAGE):
            yield f"  {text[LANGUAGE]}"
