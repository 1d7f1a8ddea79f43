"""Definitions of composite indices: what goes in, how it is put together, where classes begin. One TOML file each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sozialraum.declared import DeclaredError, nearest, read_declared
from sozialraum.errors import CallError, Fault, InputError, Place

SHIPPED = Path(__file__).parent / "definitions"
Words = dict[str, str]  # by language: de, en


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IndexIndicator(_Declared):
    """One column that goes into a dimension."""

    id: str
    title: Words
    figure: str = ""  # indicator of the catalogue that delivers it; the id itself where empty
    change_of: str = ""  # id of the indicator whose change over `years` this is, in points
    years: int = 2
    polarity: Literal["higher_worse", "lower_worse"] = "higher_worse"
    weight: float = Field(default=1.0, gt=0)
    bounds: tuple[float, float] | None = None
    columns: tuple[str, ...] = ()  # the publisher's own headings, accepted in plain files
    denominator_share: float | None = Field(default=None, gt=0, le=1)  # of residents; used for redraws only


class IndexClass(_Declared):
    """A class of a dimension, from the least to the most disadvantaged; it begins `at_least` or `above` a value."""

    id: str
    de: str
    en: str
    at_least: float | None = None
    above: float | None = None

    @property
    def begins(self) -> float | None:
        """Where the class begins; None for the first one."""
        return self.above if self.at_least is None else self.at_least


class Spread(_Declared):
    """Mean and standard deviation that standardise one column."""

    mean: float
    sd: float = Field(gt=0)


class Dimension(_Declared):
    """A part of an index with its own score, classes and ranks."""

    id: str
    title: Words
    standardise: Literal["z", "rank_exponential", "min_max", "none"] = "z"
    sd: Literal["n", "n-1"] = "n"
    weighted: bool = False  # mean and standard deviation weighted by residents
    scaled_rank: Literal["n", "n+1"] = "n"  # rank_exponential: R = (N + 1 - rank) / N or / (N + 1)
    combine: Literal["sum", "mean", "weighted_sum"] = "sum"
    restandardise: bool = False
    base: dict[str, Spread] = {}  # reference fixed or external: by indicator id, and "total" where restandardised
    deciles: bool = False
    decile_borders: Literal["down", "nearest"] = "down"  # how N * k / 10 becomes a whole rank
    indicator: tuple[IndexIndicator, ...] = Field(min_length=1)
    classes: tuple[IndexClass, ...] = ()

    @property
    def indicators(self) -> tuple[str, ...]:
        """Ids of the columns, in order."""
        return tuple(one.id for one in self.indicator)

    @model_validator(mode="after")
    def _borders_rise(self) -> Self:
        begins = [one.begins for one in self.classes]
        later = begins[1:]
        if begins and (begins[0] is not None or None in later or later != sorted(later)):  # type: ignore[type-var]
            raise DeclaredError(
                "classes stand from least to most disadvantaged; each but the first has `at_least` or `above`, rising"
            )
        return self


class NamedException(_Declared):
    """An area left out by name, with the reason; `vintage` limits it to one boundary set where keys are used twice."""

    area: str
    reason: Words
    vintage: str = ""


class Exclusion(_Declared):
    """Which areas are left out before anything is computed."""

    minimum_residents: int = Field(default=0, ge=0)
    dates: tuple[Literal["end", "start"], ...] = ("end",)
    named: tuple[NamedException, ...] = ()


class IndexCredit(_Declared):
    """Whose method this is."""

    source: str
    publisher: str
    licence: str = ""
    note: str = ""


class IndexDefinition(_Declared):
    """A composite index as data; a new edition or another city needs a file, no code."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    title: Words
    editions: Words
    edition_after: int = 0  # edition label = year of the figures + this
    input: Literal["value", "rank", "score"] = "value"  # rank: 1 = worst
    areas: int | None = Field(
        default=None, gt=0
    )  # rank: number of ranked areas, for tables that hold only some of them
    area_columns: tuple[str, ...] = ()
    residents_columns: tuple[str, ...] = ()
    missing: Literal["exclude", "refuse"] = "exclude"
    reference: Literal["own", "fixed", "external"] = "own"
    exclusion: Exclusion = Exclusion()
    attention: tuple[dict[str, str], ...] = ()  # each: dimension id -> class id, all must hold
    credit: IndexCredit
    dimension: tuple[Dimension, ...] = Field(min_length=1)

    @property
    def indicators(self) -> tuple[IndexIndicator, ...]:
        """All columns of all dimensions, in order."""
        return tuple(one for dimension in self.dimension for one in dimension.indicator)

    @property
    def standardises(self) -> bool:
        """Whether columns are standardised before they are put together."""
        return any(one.standardise != "none" for one in self.dimension)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for problem in _problems(self):
            raise problem
        return self


def _problems(definition: IndexDefinition) -> Iterator[DeclaredError]:
    ids = [one.id for one in definition.indicators]
    if len(set(ids)) < len(ids):
        yield DeclaredError("every indicator id stands once")
    unknown = [one.change_of for one in definition.indicators if one.change_of and one.change_of not in ids]
    if unknown:
        yield DeclaredError("change_of names no indicator of this definition: {names}", names=", ".join(unknown))
    if definition.reference != "own":
        yield from _missing_base(definition)
    classes = {one.id: {each.id for each in one.classes} for one in definition.dimension}
    for rule in definition.attention:
        for dimension, wanted in rule.items():
            if wanted not in classes.get(dimension, ()):
                template = "attention: no class '{wanted}' in dimension '{dimension}'"
                yield DeclaredError(template, wanted=wanted, dimension=dimension)


def _missing_base(definition: IndexDefinition) -> Iterator[DeclaredError]:
    for one in definition.dimension:
        wanted = (*one.indicators, *(("total",) if one.restandardise else ()))
        lacking = [name for name in wanted if name not in one.base]
        if lacking:
            yield DeclaredError(
                "reference '{reference}' needs a base mean and sd in dimension '{dimension}' for: {names}",
                reference=definition.reference,
                dimension=one.id,
                names=", ".join(lacking),
            )


def index_definitions(extra: Path | None = None) -> Mapping[str, IndexDefinition]:
    """The shipped definitions by id, with those of a workspace's folder `indices` behind them.

    Raises: InputError for a file with faults or an id that is already taken.
    """
    found = {path.stem: read_definition(path) for path in sorted(SHIPPED.glob("*.toml"))}
    for path in sorted(extra.glob("*.toml")) if extra and extra.is_dir() else ():
        one = read_definition(path)
        if one.id in found:
            what = "the index id '{id}' is already taken."
            raise InputError(
                [Fault("id_taken", what, Place(path.name), remedy="Choose another id.", values={"id": one.id})]
            )
        found[one.id] = one
    return found


def index_definition(id_or_file: str | Path, extra: Path | None = None) -> IndexDefinition:
    """The definition with that id, or the one in that TOML file.

    Raises: CallError when there is none; InputError when the file has faults.
    """
    named = str(id_or_file)
    if named.endswith(".toml"):
        return read_definition(Path(named))
    shipped = SHIPPED / f"{named}.toml"
    if shipped.parent == SHIPPED and shipped.is_file():
        return read_definition(shipped)
    known = index_definitions(extra)
    if named not in known:
        near = nearest(named, known)
        raise CallError(
            "There is no index definition '{id}'; there are: {known}.",
            remedy="Did you mean '{near}'?" if near else "Give one of these ids or a file that ends in .toml.",
            id=named,
            known=", ".join(known),
            near=near,
        )
    return known[named]


def read_definition(path: Path) -> IndexDefinition:
    """The definition in a TOML file.

    Raises: CallError when there is no such file; InputError with every fault in it.
    """
    if not path.is_file():
        raise CallError("There is no definition file '{path}'.", path=str(path))
    return read_declared(path, IndexDefinition)
