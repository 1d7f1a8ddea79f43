"""From a release to a report: plan, sections, cover; and all area profiles in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sozialraum.errors import CallError
from sozialraum.figures import Figures, Release
from sozialraum.reports import language as words
from sozialraum.reports.blocks import Cell, Column, Cover, Document, Section, Table
from sozialraum.reports.editions import edition
from sozialraum.reports.plan import ReportPlan, SectionPlan, read_plan
from sozialraum.reports.sections import SECTIONS, Settings, parts
from sozialraum.reports.view import Address, View, nowhere
from sozialraum.texts import LANGUAGES, say

Progress = Callable[[Sequence[Any], str], Any]


@dataclass(frozen=True)
class Report:
    """A composed report: `document` holds its blocks; `save` writes it."""

    document: Document

    def save(self, path: str | Path) -> Path:
        """Write the report; the ending says the format (.html or .pdf). Raises: CallError for another ending."""
        target = check_target(Path(path))
        if target.suffix.lower() == ".html":
            from sozialraum.reports.writers.html import write_html

            write_html(self.document, target)
        else:
            from sozialraum.reports.writers.pdf import write_pdf

            write_pdf(self.document, target)
        return target

    def _repr_html_(self) -> str:
        import html

        return f"<p><strong>{html.escape(self.document.title)}</strong>: {len(self.document.sections)} sections</p>"


def check_target(path: Path) -> Path:
    """The path, where a report can be written to it. Raises: CallError for another ending than .html or .pdf, and a folder."""
    if path.suffix.lower() not in (".html", ".pdf"):
        what, remedy = "'{out}' ends neither in .html nor in .pdf.", "Name the file for example report.pdf."
        raise CallError(what, remedy=remedy, out=path.name)
    if path.is_dir():
        raise CallError("'{path}' is a folder.", remedy="Give a file name.", path=str(path))
    return path


def compose(report_id: str | Path, release: Release, language: str = "de", area: str | None = None) -> Report:
    """The report of that id (or of an own TOML file) on a release; profiles need the key of their `area`.

    Raises: CallError for anything but a Release, an unknown report, language or area.
    """
    view = prepared(release, language)
    plan = read_plan(report_id)
    if plan.about_one_area:
        if area is None:
            raise CallError("The report '{id}' is about one area.", remedy='Name it: area="...".', id=plan.id)
        return profile(view, plan, area)
    return composed(view, plan)


def composed(view: View, plan: ReportPlan) -> Report:
    """The report of that plan on a prepared release; not for plans about one area."""
    return Report(_document(view, plan, _sections(view, plan), _cover(view), area=""))


def prepared(release: Release, language: str, address: Address = nowhere) -> View:
    """The release ready for reading. Raises: CallError for anything but a Release, or for an unknown language."""
    if not isinstance(release, Release):
        raise CallError(
            "compose() takes a Release, got {found}.",
            remedy="Call ws.release([...]) first; the preview at /internal shows unprotected figures to staff.",
            found=_what(release),
        )
    if language not in LANGUAGES:
        raise CallError(
            "There are no texts in '{language}'; there are: {known}.", language=language, known=", ".join(LANGUAGES)
        )
    return View(release, language, address)


def _what(found: object) -> str:
    if isinstance(found, Figures):
        return f"Figures for {', '.join(repr(one) for one in found.indicators)}"
    return type(found).__name__


def _sections(view: View, plan: ReportPlan) -> tuple[Section, ...]:
    """The sections with data; those about limits come to know which ones had none."""
    made = {one.id: _section(view, one) for one in plan.section if (one.kind or one.id) != "limits"}
    missing = tuple(
        one.settings(view.language).title for one in plan.section if one.id in made and made[one.id] is None
    )
    late = {one.id: _section(view, one, missing=missing) for one in plan.section if one.id not in made}
    found = ({**made, **late}[one.id] for one in plan.section)
    return tuple(one for one in found if one is not None)


def _section(view: View, plan: SectionPlan, **more: object) -> Section | None:
    settings: Settings = plan.settings(view.language, **more)
    return SECTIONS[plan.kind or plan.id](view, settings)


def _cover(view: View) -> Cover:
    found, language = edition(view), view.language
    date = say("As of {day}", language, day=words.day(found.period if found else view.newest, language))
    invented = say("Example with invented data", language) if view.release.record.get("invented") else ""
    title = say("Map of the index", language)
    chart = (
        None
        if found is None
        else parts.class_map(view, found, title, twin=False, key=parts.class_key(view, found), show_title=False)
    )
    return Cover(view.place, invented, chart, date)


def _document(view: View, plan: ReportPlan, sections: tuple[Section, ...], cover: Cover | None, area: str) -> Document:
    record, language = view.release.record, view.language
    title, subtitle = title_of(view, plan, area)
    return Document(
        title,
        sections,
        subtitle,
        language,
        release_label=view.release.label,
        release_line=release_line(view),
        source_line=source_line(view, sections),
        date=str(record.get("made", ""))[:10],
        cover=cover,
        invented=bool(record.get("invented")),
        place=view.place,
        contents=len(sections) > 1,
    )


def title_of(view: View, plan: ReportPlan, area: str = "") -> tuple[str, str]:
    """Title and subtitle of a report on this release."""
    language = view.language
    values = {
        "place": view.place,
        "area": area,
        "areas": _areas(view),
        "count": words.number(len(view.layer), 0, language),
        "release": view.release.label,
        "year": view.release.name if view.release.name.isdigit() else words.year(view.newest),
    }
    return plan.texts(language, values)


def _areas(view: View) -> str:
    many = view.level_title(view.level)
    return words.dative(many) if view.language == "de" else many


def source_line(view: View, sections: tuple[Section, ...]) -> str:
    """Every source in one line; where they are many, where to find them; empty where nobody named one."""
    count = len(parts.all_sources(view))
    if not count:  # figures that were made elsewhere may name their source without a credit
        named = parts.source_line(view, list(view.descriptions))
        return say("Source: {sources}", view.language, sources=named) + "." if named else ""
    if count <= parts.MOST_SOURCES or any(one.id == "sources" for one in sections):
        return say("Source: {sources}", view.language, sources=parts.source_line(view)) + "."
    return say("Source: {count} sources, named in the release.", view.language, count=str(count))


def release_line(view: View) -> str:
    """`Freigabe 2021-1 · Stand 31.12.2020`, and what the rule does."""
    language = view.language
    told = [
        say("Release {label}", language, label=view.release.label),
        say("As of {day}", language, day=words.day(view.newest, language)),
    ]
    rule = view.release.record.get("rule", {})
    least = rule.get("minimum") if hasattr(rule, "get") else None
    if least:
        told.append(say("counts below {least} are secret", language, least=str(least)))
    return " · ".join(told)


def profile(view: View, plan: ReportPlan, area: str, peers: str = "") -> Report:
    """The profile of one area, beside the peers that were asked for. Raises: CallError for an unknown key."""
    if area not in view.layer.place:
        raise CallError(
            "The release has no area '{area}' on the level '{level}'.",
            remedy="Use a key such as {example}; keys keep their leading zeros.",
            area=area,
            level=view.level,
            example=", ".join(view.layer.keys[:3]),
        )
    found = [_section(view, one, area=area, peers=peers) for one in plan.section]
    sections = tuple(one for one in found if one is not None)
    return Report(_document(view, plan, sections, None, area=view.layer.labels[view.layer.place[area]]))


def area_profiles(release: Release, language: str = "de") -> Iterator[Report]:
    """The profile of every area of the finest level, in the order of their keys; the release is prepared once."""
    view, plan = prepared(release, language), read_plan("area-profile")
    return (profile(view, plan, area) for area in view.layer.keys)


def profiles_document(release: Release, language: str = "de", progress: Progress | None = None) -> Document:
    """All profiles as one document, a page each."""
    view, plan = prepared(release, language), read_plan("area-profile")
    keys = progress(view.layer.keys, say("Area profiles", language)) if progress else view.layer.keys
    sections = tuple(section for area in keys for section in profile(view, plan, area).document.sections)
    return _document(view, plan, sections, _cover(view), area=view.place)


def save_profiles(
    release: Release, out: str | Path, *, language: str = "de", progress: Progress | None = None
) -> Iterator[Path]:
    """Write all profiles, giving back each file: one PDF where `out` ends in .pdf, else a folder with a page per area."""
    target = Path(out)
    if target.suffix.lower() in (".pdf", ".html"):
        yield Report(profiles_document(release, language, progress)).save(target)
        return
    view, plan = prepared(release, language), read_plan("area-profile")
    target.mkdir(parents=True, exist_ok=True)
    keys = progress(view.layer.keys, say("Area profiles", language)) if progress else view.layer.keys
    for area in keys:
        yield profile(view, plan, area).save(target / f"{area}.html")
    yield Report(_index(view, plan)).save(target / "index.html")


def _index(view: View, plan: ReportPlan) -> Document:
    """A page that lists all profiles with links."""
    language = view.language
    columns = (Column(view.level_title(view.level, many=False)), Column(say("People", language), "number"))
    rows = tuple(
        (Cell(view.layer.labels[row], href=f"{key}.html"), parts.people_cell(view, row))
        for row, key in enumerate(view.layer.keys)
    )
    title = say("Area profiles", language)
    section = Section("areas", title, (Table(title, columns, rows, show_title=False),))
    return _document(view, plan, (section,), None, area=view.place)
