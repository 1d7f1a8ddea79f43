"""Report plans: a TOML file says title, sections in their order, and the author's texts."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sozialraum.declared import DeclaredError, nearest, read_declared
from sozialraum.errors import CallError
from sozialraum.reports.sections import SECTIONS, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class GroupPlan(_Declared):
    """A group of figures in a profile: title and fields."""

    title: dict[str, str]
    fields: list[str]


class SectionPlan(_Declared):
    """One section: `kind` names the function, which is the id where nothing else is said."""

    id: str
    title: dict[str, str]
    kind: str = ""
    fields: list[str] = []
    indicators: list[str] = []
    group: list[GroupPlan] = []
    text: dict[str, str] = {}

    @field_validator("kind", "id")
    @classmethod
    def _plain(cls, text: str) -> str:
        return text.strip()

    def settings(self, language: str, **more: object) -> Settings:
        """The plan as a section wants it, in that language."""
        groups = tuple((_in(one.title, language), tuple(one.fields)) for one in self.group)
        return Settings(
            self.id,
            _in(self.title, language),
            tuple(self.fields),
            tuple(self.indicators),
            groups,
            _in(self.text, language),
            **more,  # type: ignore[arg-type]
        )


class ReportPlan(_Declared):
    """A report: `{place}`, `{area}`, `{areas}`, `{count}`, `{year}` and `{release}` in title and subtitle are filled in."""

    id: str
    title: dict[str, str]
    subtitle: dict[str, str] = {}
    section: list[SectionPlan] = Field(min_length=1)

    @field_validator("section")
    @classmethod
    def _known(cls, sections: list[SectionPlan]) -> list[SectionPlan]:
        for one in sections:
            kind = one.kind or one.id
            if kind not in SECTIONS:
                raise _no_section(kind)
        return sections

    @property
    def about_one_area(self) -> bool:
        """Whether the report needs the key of an area."""
        return any((one.kind or one.id) == "profile" for one in self.section)

    def texts(self, language: str, values: Mapping[str, object]) -> tuple[str, str]:
        """Title and subtitle in that language."""
        return _in(self.title, language).format(**values), _in(self.subtitle, language).format(**values)


def _no_section(kind: str) -> DeclaredError:
    close = nearest(kind, SECTIONS)
    if close:
        return DeclaredError("'{kind}' is no kind of section; did you mean '{close}'?", kind=kind, close=close)
    return DeclaredError("'{kind}' is no kind of section; there are: {known}", kind=kind, known=", ".join(SECTIONS))


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("de", "")


def plans() -> dict[str, Path]:
    """Ids of the product's reports and their files."""
    return dict(_catalogue())


@cache
def _catalogue() -> Mapping[str, Path]:
    folder = Path(str(files("sozialraum") / "reports" / "catalogue"))
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def read_plan(report: str | Path) -> ReportPlan:
    """The plan of a report of the product by id, or of an own report by its TOML file.

    Raises: CallError for an unknown id; InputError with all faults of a file.
    """
    if isinstance(report, Path) or report.endswith(".toml"):
        return read_declared(Path(report), ReportPlan)
    known = plans()
    if report not in known:
        raise CallError(
            "There is no report '{id}'; there are: {known}.",
            remedy="An own report is a TOML file: give its path instead of the id.",
            id=report,
            known=", ".join(known),
        )
    return _of_the_product(known[report])


@cache
def _of_the_product(file: Path) -> ReportPlan:
    """A plan that comes with the product and does not change while it runs."""
    return read_declared(file, ReportPlan)
