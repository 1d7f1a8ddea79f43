"""The protocol of a release for the data protection officer: rule, what is hidden and why, price, proof, decisions.

It holds numbers of values, never a hidden count. It is internal all the same: how many hidden counts are small helps to
guess which.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sozialraum.figures import Release
from sozialraum.reports import Report
from sozialraum.reports import language as words
from sozialraum.reports.blocks import (
    Block,
    Bullets,
    Callout,
    Cell,
    Column,
    Document,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Section,
    Table,
)
from sozialraum.texts import say
from sozialraum.workspace.house.amounts import amounts_said
from sozialraum.workspace.house.tally import COUNT, DERIVED, GROUP, OTHERS, REASONS, REST, SHOWN, SOURCE, ZERO
from sozialraum.workspace.withdrawing import withdrawal

HEADS = {
    SHOWN: "shown",
    ZERO: "true zeros, shown",
    COUNT: "count too small",
    REST: "rest too small",
    GROUP: "difference too small",
    OTHERS: "to protect others",
    DERIVED: "computed from hidden",
    SOURCE: "hidden by the supplier",
}
MEANINGS = {
    COUNT: "Count too small: a count behind the value is above 0 and below the minimum.",
    REST: "Rest too small: so few people of the base are not counted that the share would tell of them.",
    GROUP: "Difference too small: two or three counts would leave over a group below the minimum.",
    OTHERS: "To protect others: without it a hidden count would follow from sums, years or an earlier release.",
    DERIVED: "Computed from hidden: a change, combination or score that would give a hidden count back.",
}
NARROWEST = 8
LEAST = 0.1
"""Smaller shares, in percent, are said in words."""


def protocol(folder: Path, release: Release, record: Mapping[str, Any], language: str = "de") -> Report:
    """The protocol of a release or draft, from what the house noted when it was made."""
    sections = (
        _verdict(release, record, language),
        _rule(release, language),
        _hidden(release, record, language),
        *amounts_said(release, language),
        _price(release, record, language),
        _proof(record, language),
        _beside(record, language),
        _decisions(folder, release, record, language),
    )
    internal = say("Internal: this protocol stays in the house; it is no part of the release.", language)
    return Report(
        Document(
            say("Protection protocol of release {label}", language, label=release.label),
            sections,
            say("For the data protection officer", language),
            language,
            release_label=release.label,
            date=str(release.record.get("made", ""))[:10],
            invented=bool(release.record.get("invented")),
            source_line=internal,
            warning=internal,
            place=str(release.record.get("title", "")),
            contents=False,
        )
    )


def _number(value: float, language: str) -> str:
    return words.number(value, 0, language)


def _verdict(release: Release, record: Mapping[str, Any], language: str) -> Section:
    total = sum(sum(one.values()) for one in record["hidden"]["levels"].values())
    hidden = sum(one.get(reason, 0) for one in record["hidden"]["levels"].values() for reason in REASONS)
    proof = record["verdict"]
    least = str(release.record["rule"]["minimum"])
    share = words.percent(100 * hidden / total if total else 0.0, 1, language)
    figures = KeyFigures(
        (
            KeyFigure(say("values", language), _number(total, language), say("on all levels and dates", language)),
            KeyFigure(say("of them hidden", language), _number(hidden, language), share),
            KeyFigure(
                say("secrets proved", language), _number(proof["secrets"], language), say("all of them", language)
            ),
            KeyFigure(
                say("other populations", language),
                _number(proof["populations"], language),
                say("give the same release", language),
            ),
        )
    )
    told = say(
        "Whoever knows this release and all earlier ones must hold possible for every hidden small count, rest and group: "
        "nobody, and also {least} or more people. This was proved for all of them before the release was written, and the "
        "files were read back for it.",
        language,
        least=least,
    )
    return Section("verdict", say("The verdict", language), (figures, Callout((told,))))


def _rule(release: Release, language: str) -> Section:
    rule = release.record["rule"]
    sentences = [
        str(rule.get(language) or rule.get("en")),
        say("The rest of a base that a share does not count needs the minimum too.", language)
        if rule["rest"]
        else say("The rest of a base that a share does not count is not protected.", language),
        say("Differences of two or three counts of the same facts need the minimum too.", language),
        say("Counts of the whole city or county stay published.", language)
        if rule.get("top") == "show"
        else say("Counts of the whole city or county may be hidden to protect others.", language),
        say(
            "Assumed attacker: also everybody who is counted, knows the own area and group, and knows all of a hidden "
            "number where nobody else is counted.",
            language,
        )
        if rule.get("insiders") == "safe"
        else say(
            "Assumed attacker: readers who know everything published; nobody who is counted in a hidden number.",
            language,
        ),
        *(say(one, language) for one in _classes(rule)),
    ]
    return Section("rule", say("The rule", language), (Bullets(tuple((one,) for one in sentences)),))


def _classes(rule: Mapping[str, Any]) -> Iterator[str]:
    """What became of classes of an index behind which something is hidden."""
    if rule.get("classes") in ("proved", "hide"):
        yield (
            "Classes of an index go out only where every other population gives the same class; how sure they are, and "
            "all scores and ranks, are hidden where a figure behind any area is hidden."
        )
    if rule.get("classes") == "hide":
        yield "An area has no class in an index where a figure behind it is hidden."
    if rule.get("classes", "show") == "show":
        yield (
            "Classes of an index go out, too, where a figure behind them is hidden; what a class tells was not judged."
        )


def _hidden(release: Release, record: Mapping[str, Any], language: str) -> Section:
    levels, indicators = record["hidden"]["levels"], record["hidden"]["indicators"]
    order = [one for one in release.record["levels"] if one in levels]
    order += [one for one in levels if one not in order]
    names = {level: _level(release, level, language) for level in order}
    found = [reason for reason in HEADS if any(one.get(reason) for one in levels.values())]
    meanings = Bullets(tuple((say(MEANINGS[one], language),) for one in found if one in MEANINGS))
    by_level = _table(
        say("Values by level", language),
        say("Level", language),
        [(names[one], levels[one]) for one in order],
        found,
        language,
    )
    titles = {one.id: one.title.get(language) or one.id for one in release.descriptions}
    rows = [(titles[one], indicators[one]) for one in titles if _any_hidden(indicators.get(one, {}))]
    by_indicator = _table(
        say("Indicators with hidden values", language),
        say("Indicator", language),
        rows,
        [SHOWN, *_kinds(rows)],
        language,
    )
    whole = [titles[one] for one in titles if one in indicators and not _any_hidden(indicators[one])]
    told = Paragraph((say("Whole, nothing hidden: {names}.", language, names="; ".join(whole) or "–"),), "note")
    return Section(
        "hidden", say("What is hidden, and for which reason", language), (by_level, meanings, by_indicator, told)
    )


def _kinds(rows: Sequence[tuple[str, Mapping[str, int]]]) -> list[str]:
    return [reason for reason in (ZERO, *REASONS) if any(one.get(reason) for _, one in rows)]


def _any_hidden(found: Mapping[str, int]) -> bool:
    return any(found.get(reason) for reason in REASONS)


def _level(release: Release, level: str, language: str) -> str:
    titles = release.record.get("level_titles", {}).get(level, {}).get(language, [])
    return str(titles[-1]) if titles else level


def _table(
    title: str, head: str, rows: Sequence[tuple[str, Mapping[str, int]]], reasons: Sequence[str], language: str
) -> Table:
    columns = (Column(head), *(Column(say(HEADS[one], language), "number") for one in reasons))
    lines: tuple[tuple[Cell | str, ...], ...] = tuple(
        (name, *(_cell(found.get(one, 0), language) for one in reasons)) for name, found in rows
    )
    return Table(title, columns, lines)


def _cell(count: int, language: str) -> Cell:
    return Cell(_number(count, language) if count else "–", float(count))


def _price(release: Release, record: Mapping[str, Any], language: str) -> Section:
    levels, shares = record["hidden"]["levels"], record["hidden"]["shares"]
    rows = []
    for level in (one for one in release.record["levels"] if one in levels):
        found, share = levels[level], shares.get(level)
        hidden, total = sum(found.get(reason, 0) for reason in REASONS), sum(found.values())
        cases = _share(share, hidden, language)
        values = f"{_number(hidden, language)} ({words.percent(100 * hidden / total if total else 0.0, 1, language)})"
        rows.append((_level(release, level, language), Cell(values, float(hidden)), Cell(cases)))
    heads = (
        Column(say("Level", language)),
        Column(say("hidden values", language), "number"),
        Column(say("hidden cases", language), "number"),
    )
    told = say("Hidden cases: of all cases counted in the values of a level, those in hidden values.", language)
    table = Table(say("What protection costs", language), heads, tuple(rows), note=told)
    return Section("price", say("The price", language), (table,))


def _share(share: float | None, hidden: int, language: str) -> str:
    if share is None:
        return say("too few to say", language)
    least = words.percent(LEAST, 1, language)
    return (
        say("below {share}", language, share=least) if hidden and share < LEAST else words.percent(share, 1, language)
    )


PROVED = (
    (
        "classes",
        "{classes} classes of an index rest on hidden figures and were computed again: each is the same in all of them.",
    ),
    (
        "classes_before",  # of releases that were made before such classes had to be proved
        "{classes_before} classes that earlier releases told are not the same in all of them: what these tell is not proved.",
    ),
    (
        "corrected",
        "{corrected} numbers of earlier releases are others by today's facts, counted anew from the deliveries: they were "
        "corrected since. Every other number of these releases holds in all populations.",
    ),
    (
        "former",
        "Proved as well for {former} earlier states of the facts, against readers who know which numbers were corrected.",
    ),
    (
        "insiders",
        "Proved as well against people inside: {insiders} different ways of being counted in hidden numbers.",
    ),
)
"""What a proof counts beside populations and numbers, and how it is said where there is any."""


def _proof(record: Mapping[str, Any], language: str) -> Section:
    proof = record["verdict"]
    sentences = [
        say(
            "{populations} other populations of whole people were written down. Each gives all {numbers} published counts "
            "exactly as they are, on all levels and dates, with the earlier releases.",
            language,
            populations=_number(proof["populations"], language),
            numbers=_number(proof["numbers"], language),
        ),
        say(
            "A check that shares no code with the search computed every published number again from each of them.",
            language,
        ),
        say(
            "The certificates are kept in the house, beside the ledger; with them the check can be repeated.", language
        ),
    ]
    sentences += [
        say(told, language, **{name: _number(proof[name], language)}) for name, told in PROVED if proof.get(name)
    ]
    blocks: list[Block] = [Bullets(tuple((one,) for one in sentences))]
    ranges = sorted((int(width), count) for width, count in proof["ranges"].items())
    if ranges:
        blocks.append(_ranges(ranges, language))
    return Section("proof", say("The proof", language), tuple(blocks))


def _ranges(ranges: Sequence[tuple[int, int]], language: str) -> Table:
    """How far apart the least and the most that is proved possible lie."""
    first, rest = ranges[: NARROWEST - 1], ranges[NARROWEST - 1 :]
    rows = [(_number(width, language), _cell(count, language)) for width, count in first]
    if rest:
        more = say("{width} and more", language, width=_number(rest[0][0], language))
        rows.append((more, _cell(sum(count for _, count in rest), language)))
    heads = (Column(say("Width of the range (people)", language)), Column(say("secrets", language), "number"))
    note = say("The narrowest first. A range of 3 means: nobody to 3 people are proved possible, maybe more.", language)
    return Table(say("How narrow the proved ranges are", language), heads, tuple(rows), note=note)


def _beside(record: Mapping[str, Any], language: str) -> Section:
    labels = record.get("beside", ())
    text = (
        say("Judged together with: {labels}.", language, labels=", ".join(labels))
        if labels
        else say("This is the first release of the workspace.", language)
    )
    return Section("beside", say("Earlier releases", language), (Paragraph((text,)),))


def _decisions(folder: Path, release: Release, record: Mapping[str, Any], language: str) -> Section:
    heads = tuple(Column(say(head, language)) for head in ("What", "Who", "When", "Why"))
    rows = tuple(_acts(folder, release, language))
    seconds = record.get("seconds", {})
    told = say(
        "Search {search} s, check {check} s of the processor.",
        language,
        search=words.number(seconds.get("search", 0.0), 1, language),
        check=words.number(seconds.get("check", 0.0), 1, language),
    )
    table = Table(say("Who decided what", language), heads, rows, note=told, show_title=False)
    files: tuple[tuple[Cell | str, ...], ...] = tuple(
        (name, Cell(digest[:16])) for name, digest in sorted(record.get("files", {}).items())
    )
    kept = Column(say("File", language)), Column("SHA-256")
    hashes = Table(say("Files as they were released (start of the hash)", language), kept, files)
    return Section("decisions", say("Decisions", language), (table, hashes))


def _acts(folder: Path, release: Release, language: str) -> Iterator[tuple[str, ...]]:
    record = release.record
    prepared = record.get("prepared")
    if prepared:
        yield say("prepared", language), prepared["by"], words.day(prepared["made"][:10], language), ""
    waits = "draft" in record and not prepared
    done = say("prepared, not released yet", language) if waits else say("released", language)
    yield done, record.get("by") or "–", words.day(str(record["made"])[:10], language), record.get("note") or ""
    gone = None if waits else withdrawal(folder, release.name, release.version)
    if gone is not None:
        yield say("withdrawn", language), gone.by, words.day(gone.made[:10], language), gone.reason
