"""What an indicator file may say; an unknown key is an error that names the nearest known one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sozialraum.declared import DeclaredError

Language = Literal["de", "en"]
Texts = dict[Language, str]
Kind = Literal["ratio", "total", "mean", "density", "change", "delivered", "combined"]
Unit = Literal[
    "persons", "percent", "percentage_points", "per_100", "per_1000", "per_10000", "years", "persons_per_hectare",
    "persons_per_household", "rooms_per_person", "m2_per_person", "euro_per_month", "euro_per_m2",
    "score", "cases", "households", "places",
]  # fmt: skip
Field_ = Literal[
    "demography", "migration", "mobility", "households", "work", "income_poverty", "housing", "education",
    "youth_welfare", "health", "participation", "safety", "environment",
]  # fmt: skip
FACTORS = {"percent": 100.0, "percentage_points": 100.0, "per_100": 100.0, "per_1000": 1e3, "per_10000": 1e4}
"""What a quotient is multiplied with to be in the unit; all others are 1."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Limits(_Strict):
    """A condition on a number: `from` is included, `below` is not."""

    from_: int | None = Field(default=None, alias="from")
    below: int | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.from_ is None and self.below is None:
            raise DeclaredError("a condition needs 'from' or 'below'")
        if self.from_ is not None and self.below is not None and self.from_ >= self.below:
            raise DeclaredError("'from' must be smaller than 'below'")
        return self


Condition = str | int | tuple[str | int, ...] | Limits


LONGEST = 50
"""Years that one figure may reach back: nobody asks for more, and each is looked up."""


class Operand(_Strict):
    """One sum of a measure over the facts that fulfil every condition.

    `pool` takes that many years up to the period (`pooled` says whether as their sum or their yearly mean),
    `average = "start_and_end"` the mean of the stocks at both ends of the year; `subtract` takes the sum away.
    """

    facts: str
    sum: str = "persons"
    where: dict[str, Condition] = Field(default_factory=dict)
    times: Literal["", "age"] = ""  # "age": each person counts with completed age + 0.5
    pool: int = Field(default=1, ge=1, le=LONGEST)
    pooled: Literal["sum", "mean"] = "sum"
    average: Literal["", "start_and_end"] = ""
    subtract: bool = False


class Part(_Strict):
    """Another indicator, narrowed by more conditions, as a part of a combined one."""

    indicator: str
    where: dict[str, Condition] = Field(default_factory=dict)
    subtract: bool = False


class BreakEntry(_Strict):
    """From this day on the definition or its law is another one: the series does not run across."""

    from_: date = Field(alias="from")
    de: str
    en: str


class Protection(_Strict):
    """The smallest count shown; the workspace may be stricter."""

    minimum: int = 3


class Example(_Strict):
    """Facts and the result they must give, as small tables with `|` between the columns.

    `hectares` gives areas a size, `parents` lifts them one level up, where the result then stands.
    """

    title: str
    result: str
    facts: dict[str, str]
    absent: dict[str, Literal["zero", "unknown"]] = Field(default_factory=dict)
    hectares: dict[str, float] = Field(default_factory=dict)
    parents: dict[str, str] = Field(default_factory=dict)


class Indicator(_Strict):
    """A definition: what is counted, of what, in which words; never how."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    field: Field_
    unit: Unit
    polarity: Literal["higher_worse", "lower_worse", "neutral"]
    kind: Kind = "ratio"
    decimals: int = Field(default=1, ge=0, le=4)
    levels: tuple[str, ...] = ()
    counts: bool = True
    part_of_denominator: bool | None = None
    law: tuple[str, ...] = ()
    breaks: tuple[BreakEntry, ...] = ()
    title: Texts
    short: Texts = Field(default_factory=dict)
    base: Texts = Field(default_factory=dict)
    definition: Texts
    formula: Texts
    reading: Texts
    limits: Texts = Field(default_factory=dict)
    source: Texts
    numerator: tuple[Operand, ...] = ()
    denominator: tuple[Operand, ...] = ()
    of: str = ""  # change: the indicator that changes
    years: int = Field(default=1, ge=1, le=LONGEST)  # change: over how many years
    relative: bool = False  # change: in percent of the earlier value
    parts: tuple[Part, ...] = ()
    protection: Protection = Protection()
    example: tuple[Example, ...]

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, raw: object) -> object:
        """A single numerator or denominator may be written without a list."""
        if not isinstance(raw, Mapping):
            return raw
        single = {key: [raw[key]] for key in ("numerator", "denominator") if isinstance(raw.get(key), Mapping)}
        return {**raw, **single}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for key in _NEEDS[self.kind]:
            if not getattr(self, key):
                raise DeclaredError("kind '{kind}' needs '{key}'", kind=self.kind, key=key)
        for key in {"numerator", "denominator", "of", "parts"} - set(_NEEDS[self.kind]):
            if getattr(self, key):
                raise DeclaredError("kind '{kind}' has no '{key}'", kind=self.kind, key=key)
        for key in ("title", "short", "definition", "formula", "reading", "limits", "source"):
            if set(getattr(self, key)) != {"de", "en"} and (getattr(self, key) or key in _SAID):
                raise DeclaredError("'{key}' needs a German and an English text", key=key)
        return self

    @property
    def shares(self) -> bool:
        """Whether the numerator is a part of the denominator: then the value is a share from 0 to 1."""
        if self.part_of_denominator is not None:
            return self.part_of_denominator
        return self.kind == "ratio" and self.unit == "percent"

    @property
    def factor(self) -> float:
        """What the quotient is multiplied with to be in the unit."""
        return FACTORS.get(self.unit, 1.0)


def operands_of(indicator: Indicator) -> tuple[Operand, ...]:
    """Numerator and denominator in one row."""
    return (*indicator.numerator, *indicator.denominator)


_SAID = ("title", "definition", "formula", "reading", "source")
_NEEDS: dict[str, tuple[str, ...]] = {
    "ratio": ("numerator", "denominator"),
    "mean": ("numerator", "denominator"),
    "total": ("numerator",),
    "density": ("numerator",),
    "change": ("of",),
    "combined": ("parts",),
    "delivered": (),
}
