"""A source (Quelle) as people declare it in TOML: how a file is read, and which columns become which facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sozialraum.declared import DeclaredError, Filled, checked, declared_text, nearest, parsed
from sozialraum.errors import Fault, InputError, Place
from sozialraum.figures import Credit
from sozialraum.sources.patterns import searched
from sozialraum.sources.vocabulary import SIGNS, FactTable, vocabulary

_MEANINGS = ("zero", *SIGNS[1:])
UNKNOWN = "'{name}' is no {what}; there are: {known}"


NO_SOURCES = ("sozialraum.toml", "corrections.toml")


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LayoutField(_Declared):
    """One field of a file without a header: by `start` and `length` (from 1), or by `position` (from 1)."""

    name: str
    start: int = Field(0, ge=0)
    length: int = Field(0, ge=0)
    position: int = Field(0, ge=0)
    codes: Mapping[str, str] = {}

    @model_validator(mode="after")
    def _one_way(self) -> LayoutField:
        if bool(self.position) == bool(self.start and self.length):
            raise DeclaredError("field '{name}' needs either start and length, or position", name=self.name)
        return self


class FileSettings(_Declared):
    """`[file]`: how the file is written. What is not set is recognised and recorded, or has the default shown here."""

    reader: Literal["csv", "xlsx", "genesis", "fixed_width", "points"] = "csv"
    encodings: tuple[str, ...] = ("utf-8-sig", "cp1252", "cp850")
    delimiter: str = ""  # recognised among ; , tab | when empty
    decimal: Literal[",", "."] = ","
    thousands: str = ""  # " " stands for every narrow or wide blank
    header: int = Field(1, ge=0, le=4)
    skip: int = Field(0, ge=0)
    sheet: str = ""  # the first one when empty
    layer: str = ""
    stop: str = ""  # pattern: where it matches the first cell, the table has ended (footnotes)
    layout: tuple[LayoutField, ...] = ()
    name: str = ""  # pattern that the names of its files match

    @field_validator("encodings", mode="before")
    @classmethod
    def _one_or_many(cls, given: Any) -> Any:
        return (given,) if isinstance(given, str) else given

    @field_validator("stop", "name")
    @classmethod
    def _pattern(cls, given: str) -> str:
        return _readable_pattern(given)


class AreaSettings(_Declared):
    """`[area]`: where the area key stands, of which level it is, and how many digits it has."""

    level: str
    column: tuple[str, ...] = ()  # several are put together
    constant: str = ""
    width: int = Field(0, ge=0)  # restores leading zeros that a spreadsheet dropped
    pattern: str = ""  # the key is what its group finds: "^(\\d+) "
    codes: Mapping[str, str] = {}  # written text -> key
    total: tuple[str, ...] = ()  # rows that are sums: compared with their parts, not stored
    vintage: str = ""  # by the period when empty

    @field_validator("column", "total", mode="before")
    @classmethod
    def _one_or_many(cls, given: Any) -> Any:
        return (given,) if isinstance(given, str) else given

    @field_validator("pattern")
    @classmethod
    def _pattern(cls, given: str) -> str:
        return _readable_pattern(given, groups=1)


class PeriodSettings(_Declared):
    """`[period]`: exactly one of a column, a constant, a pattern on the file's name, or one on the columns' names."""

    column: str = ""
    constant: str = ""
    file_name: str = ""
    columns: str = ""
    years: tuple[int, int] | None = None  # first and last year that may occur

    @field_validator("constant", mode="before")
    @classmethod
    def _text(cls, given: Any) -> Any:
        return str(given)

    @field_validator("file_name", "columns")
    @classmethod
    def _pattern(cls, given: str) -> str:
        return _readable_pattern(given, groups=1)

    @model_validator(mode="after")
    def _exactly_one(self) -> PeriodSettings:
        if sum(map(bool, (self.column, self.constant, self.file_name, self.columns))) != 1:
            raise DeclaredError("write exactly one of column, constant, file_name, columns")
        return self


class DimensionSettings(_Declared):
    """Where a dimension comes from: a column (with the meaning of its codes) or a constant."""

    column: str = ""
    constant: Any = None
    codes: Mapping[str, Any] = {}
    years_since: bool = (
        False  # the column holds a date or year (of birth, of moving in): full years at the period's end
    )

    @model_validator(mode="after")
    def _one_way(self) -> DimensionSettings:
        if bool(self.column) == (self.constant is not None):
            raise DeclaredError("write either column or constant")
        return self


class FactSettings(_Declared):
    """`[[facts]]`: one fact table, from measure columns, or from several columns of one measure (`columns`)."""

    table: str
    measures: Mapping[str, str | int] = {}  # measure -> column, or a number that every row counts
    measure: str = ""  # with columns
    columns: Mapping[str, Mapping[str, Any]] = {}  # column -> its dimension codes (and its period)
    dimensions: Mapping[str, DimensionSettings] = {}
    where: Mapping[str, tuple[str, ...]] = {}  # only rows with one of these texts
    absent: Literal["zero", "unknown", ""] = ""
    repeats: bool = False  # several rows add up to one value (one row per facility)

    @field_validator("dimensions", mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {name: {"column": one} if isinstance(one, str) else one for name, one in given.items()}

    @field_validator("where", mode="before")
    @classmethod
    def _texts(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {
            name: [str(one) for one in (many if isinstance(many, list) else [many])] for name, many in given.items()
        }

    @model_validator(mode="after")
    def _fits_the_vocabulary(self) -> FactSettings:
        known = _known(self.table, vocabulary(), "fact table")
        if bool(self.measures) == bool(self.columns):
            raise DeclaredError("write either measures, or measure with columns")
        for name in self.measures or (self.measure,):
            _known(name, known.measures, "measure of '{table}'", table=self.table)
        self._check_dimensions(known)
        return self

    def _check_dimensions(self, known: FactTable) -> None:
        for name, one in self.dimensions.items():
            kind = _known(name, known.dimensions, "dimension of '{table}'", table=self.table)
            for code in [*one.codes.values(), *([] if one.constant is None else [one.constant])]:
                check_code(name, kind, code)
        for column, codes in self.columns.items():
            for name, code in codes.items():
                if name != "period":
                    what = "dimension of '{table}' (column '{column}')"
                    check_code(name, _known(name, known.dimensions, what, table=self.table, column=column), code)

    @property
    def counts_rows(self) -> bool:
        """Whether one row is one case (a register of persons), so that equal rows are no mistake."""
        return bool(self.measures) and all(isinstance(one, int) for one in self.measures.values())

    @property
    def filled(self) -> tuple[str, ...]:
        """Dimensions that this part breaks down by, sorted."""
        unpivoted = {name for codes in self.columns.values() for name in codes if name != "period"}
        return tuple(sorted({*self.dimensions, *unpivoted}))

    @property
    def value_columns(self) -> tuple[str, ...]:
        """Columns of the file that hold numbers."""
        return tuple(self.columns) or tuple(one for one in self.measures.values() if isinstance(one, str))

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns of the file that this part reads."""
        dimensions = (one.column for one in self.dimensions.values() if one.column)
        return (*self.value_columns, *dimensions, *self.where)


class TotalCheck(_Declared):
    """A column that must equal the sum of others in its row."""

    total: str
    parts: tuple[str, ...]
    tolerance: float = Field(0.0, ge=0)


class CheckSettings(_Declared):
    """`[checks]`: what must hold before the delivery is stored."""

    between: Mapping[str, tuple[float, float]] = {}
    totals: tuple[TotalCheck, ...] = ()
    areas: Literal["all", "some", ""] = ""  # all, but some for registers of cases
    without: tuple[str, ...] = ()  # areas that may be absent
    unique: tuple[str, ...] = ()  # columns that together occur once (a person's number)
    jump: float = Field(0.3, gt=0)  # largest plausible change against the last delivery, as a share
    zeros: Literal["suspicious", "plausible"] = "suspicious"


class Sample(_Declared):
    """Some lines of a text file and the facts they must become: per fact table, columns between "|", a header line first."""

    file: str
    facts: Mapping[str, str]
    name: str = "sample.csv"


class SourceDefinition(_Declared):
    """A source: who delivers it, how its files are written, and what its columns mean."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Mapping[Literal["de", "en"], str]
    publisher: str
    licence: str
    note: str = ""
    absent: Literal["zero", "unknown", ""] = ""  # what a missing row means; the fact table's own meaning when empty
    protected: bool = False  # the supplier has already hidden or rounded small numbers
    file: FileSettings = FileSettings()
    area: AreaSettings
    period: PeriodSettings
    signs: Mapping[str, str] = {}
    skip_rows: Mapping[str, tuple[str, ...]] = {}
    facts: tuple[FactSettings, ...]
    checks: CheckSettings = CheckSettings()
    sample: Sample | None = None

    @field_validator("facts")
    @classmethod
    def _some_facts(cls, given: tuple[FactSettings, ...]) -> tuple[FactSettings, ...]:
        if not given:
            raise DeclaredError("a source has at least one [[facts]]")
        return given

    @field_validator("signs")
    @classmethod
    def _meanings(cls, given: Mapping[str, str]) -> Mapping[str, str]:
        for meaning in given.values():
            _known(meaning, dict.fromkeys(_MEANINGS), "meaning of a sign")
        return given

    @model_validator(mode="before")
    @classmethod
    def _periods_from_column_names(cls, given: Any) -> Any:
        try:
            pattern = searched(given["period"]["columns"])
            return {**given, "facts": [_with_periods(part, pattern) for part in given["facts"]]}
        except (KeyError, TypeError, ValueError, AttributeError):
            return given  # written otherwise, or wrongly: the fields say what is wrong

    @property
    def needed(self) -> tuple[str, ...]:
        """Every column of the file that is read, once, in the order of the declaration."""
        period = (self.period.column,) if self.period.column else ()
        checks = (
            *self.checks.between,
            *self.checks.unique,
            *(c for t in self.checks.totals for c in (t.total, *t.parts)),
        )
        facts = (column for one in self.facts for column in one.needed)
        return tuple(dict.fromkeys((*self.area.column, *period, *facts, *checks, *self.skip_rows)))

    @property
    def all_value_columns(self) -> tuple[str, ...]:
        """Columns that hold numbers: measures and those that checks look at."""
        facts = (column for one in self.facts for column in one.value_columns)
        checks = (*self.checks.between, *(c for t in self.checks.totals for c in (t.total, *t.parts)))
        return tuple(dict.fromkeys((*facts, *checks)))

    def absent_for(self, table: str) -> str:
        """What a missing row of a fact table means: "zero" or "unknown"."""
        own = next((one.absent for one in self.facts if one.table == table and one.absent), "")
        return own or self.absent or vocabulary()[table].absent

    def rows_add_up(self, parts: Iterable[FactSettings]) -> bool:
        """Whether several rows may tell of the same area, period and group: cases of a register, facilities."""
        return self.file.reader == "points" or any(part.counts_rows or part.repeats for part in parts)

    def credit(self, deliveries: Iterable[str] = ()) -> Credit:
        """Publisher, title and licence, to be named wherever figures of this source are shown."""
        title = self.title.get("de") or self.title.get("en") or self.id
        return Credit(self.id, self.publisher, title, self.licence, self.note, tuple(deliveries))


def load_source(path: Path) -> SourceDefinition:
    """The source declared in a TOML file. Raises: InputError with every fault of the declaration."""
    return parse_source(declared_text(path, path.name), path.name)


def load_sources(folder: Path) -> dict[str, SourceDefinition]:
    """Sources of a workspace (or of a folder of TOML files), by id; proposals not yet decided are left out.

    Raises: InputError with the faults of all files.
    """
    faults: list[Fault] = []
    found: dict[str, SourceDefinition] = {}
    home = folder / "sources" if (folder / "sources").is_dir() else folder
    for path in sorted(one for one in home.glob("*.toml") if one.name not in NO_SOURCES):
        try:
            one = load_source(path)
        except InputError as error:
            faults += [fault for fault in error.faults if fault.code != "undecided"]
            continue
        if one.id in found:
            faults.append(
                Fault(
                    "source_twice",
                    "The source '{id}' is declared twice in this folder.",
                    Place(path.name),
                    values={"id": one.id},
                )
            )
        found[one.id] = one
    if faults:
        raise InputError(faults)
    return found


def parse_source(text: str, name: str = "source.toml") -> SourceDefinition:
    """The source declared in this text. Raises: InputError, also while it still has `# TODO` lines."""
    undecided = [
        Fault(
            "undecided",
            "Still to decide: {todo}",
            Place(name, row=number),
            remedy="Decide, then delete this line.",
            values={"todo": line.strip()[6:].strip(" :")},
        )
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip().startswith("# TODO")
    ]
    if undecided:
        raise InputError(undecided)
    return checked(parsed(text, name), SourceDefinition, name)


def _with_periods(part: dict[str, Any], pattern: Any) -> dict[str, Any]:
    """Each value column without a period of its own gets the one in its name."""
    columns = {}
    for column, codes in dict(part.get("columns") or {}).items():
        match = pattern.search(column) if pattern.groups else None
        columns[column] = {"period": match[1], **codes} if match else codes
    return {**part, "columns": columns}


def check_code(name: str, kind: tuple[str, ...] | str, code: Any) -> None:
    """Raises ValueError when a declared code does not fit the dimension."""
    if kind == "age":
        if not (isinstance(code, (list, tuple)) and 1 <= len(code) <= 2 and all(isinstance(one, int) for one in code)):
            raise DeclaredError(
                "an age is [from, to] with an exclusive upper bound, or [from] when open; found {code}", code=code
            )
    elif kind == "number":
        if not isinstance(code, int):
            raise DeclaredError("'{name}' is a whole number; found {code}", name=name, code=code)
    elif isinstance(kind, tuple):
        _known(str(code), dict.fromkeys(kind), "code of '{dimension}'", dimension=name)


def _known(name: str, known: Mapping[str, Any], what: str, **values: object) -> Any:
    if name not in known:
        close = nearest(name, known)
        template = "'{name}' is no {what} (did you mean '{close}'?); there are: {known}" if close else UNKNOWN
        raise DeclaredError(template, name=name, what=Filled(what, values), close=close, known=", ".join(known))
    return known[name]


def _readable_pattern(given: str, groups: int = 0) -> str:
    try:
        found = searched(given).groups
    except DeclaredError as error:
        raise DeclaredError("'{given}' is no regular expression: {error}", given=given, error=error.reason) from None
    if given and found < groups:
        raise DeclaredError("'{given}' needs a group in round brackets around what is wanted", given=given)
    return given
