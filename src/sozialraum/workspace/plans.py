"""release.toml: what a workspace publishes under which name; demo.toml: what an example delivers to itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sozialraum.declared import DeclaredError, as_toml, checked, declared_text, parsed, read_declared
from sozialraum.errors import CallError
from sozialraum.writing import write_whole

NAME = r"^\w[\w .-]{0,80}$"
"""What a release may be called: it becomes the name of a folder."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Span(_Strict):
    """Reporting years from `first` to `last`, every `step` years."""

    first: int
    last: int
    step: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _forwards(self) -> Span:
        if self.first > self.last:
            raise DeclaredError("the first year lies after the last")
        return self

    @property
    def labels(self) -> list[str]:
        """The labels of the periods."""
        return [str(year) for year in range(self.first, self.last + 1, self.step)]


class IndexPlan(_Strict):
    """An index in a release: its definition, the period at its end, and how often the counts are redrawn."""

    definition: str
    period: str
    level: str
    vintage: str = ""
    residents: str = "population_total"
    draws: int = Field(default=1000, ge=0, le=100_000)


class ReportPlan(_Strict):
    """A report to write from a release."""

    id: str
    formats: tuple[Literal["html", "pdf"], ...] = ("html", "pdf")


class FiguresPlan(_Strict):
    """Indicators on one level (and summed up on `totals`) for some periods; `vintage` counts all on one set of boundaries."""

    level: str
    totals: tuple[str, ...] = ()
    indicators: tuple[str, ...]
    periods: tuple[str, ...] = ()
    years: Span | None = None
    vintage: str = ""

    @property
    def labels(self) -> list[str]:
        """All periods asked for, in order."""
        return sorted({*self.periods, *(self.years.labels if self.years else [])})


class AnalysisPlan(FiguresPlan):
    """An analysis in a release; of one indicator that is a share, segregation is measured between its two groups."""

    kind: Literal["segregation", "surroundings", "likeness", "area-types"]
    draws: int = Field(default=0, ge=0, le=100_000)
    types: int | None = Field(default=None, ge=2, le=30)


class ReleasePlan(_Strict):
    """Everything that is released under one name at once."""

    title: str = ""
    figures: tuple[FiguresPlan, ...] = Field(min_length=1)
    analysis: tuple[AnalysisPlan, ...] = ()
    index: tuple[IndexPlan, ...] = ()
    report: tuple[ReportPlan, ...] = ()


class Plans(_Strict):
    """The whole release.toml."""

    release: dict[Annotated[str, Field(pattern=NAME)], ReleasePlan]


class DeliveryPlan(_Strict):
    """A file that an example delivers: in the workspace (`file`) or in the publishers' data folder (`data`)."""

    source: str
    file: str = ""
    data: str = ""
    received: str = ""
    accept: tuple[str, ...] = ()


class Published(_Strict):
    """Classes that the publisher printed, to count how many are rebuilt."""

    title: dict[str, str]
    data: str
    key: str
    column: str
    definition: str
    dimension: str
    edition: str


class Demo(_Strict):
    """The whole demo.toml."""

    release: str
    by: str = "demo"
    delivery: tuple[DeliveryPlan, ...]
    published: tuple[Published, ...] = ()


def release_plan(folder: Path, name: str) -> ReleasePlan:
    """The declared release of that name. Raises: CallError when it is not declared."""
    file = folder / "release.toml"
    plans = read_declared(file, Plans).release if file.is_file() else {}
    if name not in plans:
        raise CallError(
            "release.toml declares no release '{name}'; it declares: {known}.",
            remedy="Add a table [[release.{name}.figures]] with level, indicators and years.",
            name=name,
            known=", ".join(plans) or "-",
        )
    return plans[name]


def plan_names(folder: Path) -> list[str]:
    """Names of the releases that release.toml declares."""
    file = folder / "release.toml"
    return list(read_declared(file, Plans).release) if file.is_file() else []


def declare_release(folder: Path, name: str, content: Mapping[str, Any]) -> None:
    """Add a release to release.toml; what stands there stays as it is.

    Raises: CallError for a name that is taken, InputError with every fault; then nothing was written.
    """
    file = folder / "release.toml"
    if name in plan_names(folder):
        raise CallError("release.toml declares a release '{name}' already.", remedy="Choose another name.", name=name)
    before = declared_text(file, file.name).rstrip() + "\n\n" if file.is_file() else ""
    text = before + as_toml(content, "release", name)
    checked(parsed(text, file.name), Plans, file.name)
    write_whole({file: text.encode()})


def demo_plan(folder: Path) -> Demo:
    """What the example in that folder delivers and releases."""
    return read_declared(folder / "demo.toml", Demo)
