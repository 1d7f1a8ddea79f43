"""Figures (Kennzahlen) and Release (Freigabe): an Arrow table with what a reader must know held beside it.

Both are frozen values. Analyses take Figures and give Figures back; reports, pages and exports take a Release.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.errors import CallError, MismatchError

if TYPE_CHECKING:
    import pandas as pd

FLAGS = ("ok", "missing", "not_applicable", "estimated", "projected", "suppressed_at_source")
RELEASE_FLAGS = (*FLAGS, "suppressed", "rounded", "perturbed")
HIDDEN = ("suppressed", "suppressed_at_source")

CORE = pa.schema(
    [
        ("area", pa.string()),
        ("level", pa.string()),
        ("vintage", pa.string()),
        ("period", pa.string()),
        ("indicator", pa.string()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("value", pa.float64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("flag", pa.string()),
    ]
)
"""Columns of every figures table; dimensions and results of an analysis (`class`, `rank`) stand behind them."""
PLACE = ("level", "vintage", "area", "period", "indicator")
"""What a row is about: no two rows of a table have the same."""
Place = tuple[str, ...]


def place(row: Mapping[str, Any]) -> Place:
    """What a row of figures is about."""
    return tuple(row[name] for name in PLACE)


@dataclass(frozen=True, slots=True)
class Break:
    """A change of definition: values on both sides are not one series."""

    period: str
    de: str
    en: str = ""


KEYS = ("area", "level", "vintage", "period", "indicator")
"""What a row is about."""


@dataclass(frozen=True, slots=True)
class ClassScale:
    """Ordered classes of an index dimension, from the least to the most disadvantaged, with their words."""

    ids: tuple[str, ...]
    de: tuple[str, ...]
    en: tuple[str, ...]
    borders: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """What a reader must know about one indicator; texts are `{"de": ..., "en": ...}`."""

    id: str
    title: Mapping[str, str]
    unit: str = "percent"  # persons, percent, percentage_points, per_100, per_1000, years, score, ...
    field: str = "demography"
    polarity: str = "neutral"  # higher_worse, lower_worse, neutral
    kind: str = "ratio"  # ratio, total, mean, density, change, delivered, combined, index
    decimals: int = 1
    short: Mapping[str, str] = made(default_factory=dict)
    base: Mapping[str, str] = made(default_factory=dict)  # "der unter 15-Jährigen": what the share is of
    definition: Mapping[str, str] = made(default_factory=dict)
    formula: Mapping[str, str] = made(default_factory=dict)
    reading: Mapping[str, str] = made(default_factory=dict)  # reading aid with {value}
    limits: Mapping[str, str] = made(default_factory=dict)
    source: Mapping[str, str] = made(default_factory=dict)
    breaks: tuple[Break, ...] = ()
    minimum: int = 3  # smallest count shown
    counts: bool = True  # numerator counts persons or cases, so small ones must be hidden
    part_of_denominator: bool = True  # the numerator is a part of the denominator, so the rest counts too
    protected_at_source: bool = False
    facts: tuple[str, ...] = ()  # fact tables behind it
    conditions: Mapping[str, Any] = made(default_factory=dict)  # {"numerator": {...}, "denominator": {...}}
    amounts: Mapping[str, Any] = made(default_factory=dict)  # {"numerator": {"parts": [...], "contributors": [...]}}
    scale: ClassScale | None = None  # for kind = "index"
    parts: tuple[str, ...] = ()  # indicators an index or combination is made of
    compares: bool = False  # every result is computed from the values of all areas


@dataclass(frozen=True, slots=True)
class Credit:
    """Who published what went in, under which licence, and which delivery of the workspace it is."""

    source: str
    publisher: str = ""
    title: str = ""
    licence: str = ""
    note: str = ""
    deliveries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """Unprotected figures: one row per area, period, indicator (and dimension); for staff only.

    `table` starts with the columns of CORE; `descriptions` and `credits` say what stands in it. `areas` are the outlines
    (an `Areas`) for maps in a notebook, where they are known; they are never released.
    """

    table: pa.Table
    descriptions: tuple[Description, ...]
    credits: tuple[Credit, ...] = ()
    notes: Mapping[str, Any] = made(default_factory=dict)
    areas: Any = made(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = self.table.schema.names[: len(CORE)]
        if names != CORE.names:
            raise MismatchError("A figures table starts with {wanted}; found {found}.", wanted=CORE.names, found=names)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Ids of the indicators, in the order of their descriptions."""
        return tuple(one.id for one in self.descriptions)

    @property
    def periods(self) -> tuple[str, ...]:
        """Labels of the periods, in time order."""
        return tuple(sorted(pc.unique(self.table["period"]).to_pylist()))

    @property
    def levels(self) -> tuple[str, ...]:
        """Area levels that occur."""
        return tuple(sorted(pc.unique(self.table["level"]).to_pylist()))

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def description(self, indicator: str) -> Description:
        """What is known about one indicator. Raises: CallError when it is not among the figures."""
        for one in self.descriptions:
            if one.id == indicator:
                return one
        raise CallError("No figures for '{id}'; there are: {known}.", id=indicator, known=", ".join(self.indicators))

    def select(self, *indicators: str) -> Figures:
        """Only these indicators."""
        chosen = tuple(self.description(one) for one in indicators)
        return self._keep("indicator", indicators, descriptions=chosen)

    def at(self, *periods: str | int) -> Figures:
        """Only these periods."""
        return self._keep("period", [str(one) for one in periods])

    def on(self, *levels: str) -> Figures:
        """Only these area levels."""
        return self._keep("level", levels)

    def _keep(self, column: str, wanted: Sequence[str], **changes: Any) -> Figures:
        keep = pc.is_in(self.table[column], value_set=pa.array(wanted, pa.string()))
        return replace(self, table=self.table.filter(keep), **changes)

    def value(self, indicator: str, area: str, period: str | int) -> float | None:
        """One value, or None where it is missing. Raises: CallError when no such row exists."""
        return self.row(indicator, area, period)["value"]  # type: ignore[no-any-return]

    def row(self, indicator: str, area: str, period: str | int) -> dict[str, Any]:
        """The one row of these figures for an indicator, area and period. Raises: CallError when there is none."""
        place = self.places.get((indicator, area, str(period)))
        if place is None:
            raise CallError(
                "No figure '{id}' for area '{area}' in {period}.", id=indicator, area=area, period=str(period)
            )
        return self.table.slice(place, 1).to_pylist()[0]  # type: ignore[no-any-return]

    @cached_property
    def places(self) -> dict[tuple[str, str, str], int]:
        """Row number by indicator, area and period."""
        keys = zip(*(self.table[name].to_pylist() for name in ("indicator", "area", "period")), strict=True)
        return {key: place for place, key in enumerate(keys)}

    def to_arrow(self) -> pa.Table:
        """A copy of the table."""
        return self.table.slice(0)

    def to_pandas(self) -> pd.DataFrame:
        """A plain data frame; the descriptions stay behind."""
        frame: pd.DataFrame = self.table.to_pandas()
        return frame

    def wide(self) -> pa.Table:
        """One row per area and period (area, level, vintage, period), one column of values per indicator."""
        frame = self.to_pandas().pivot(
            index=["area", "level", "vintage", "period"], columns="indicator", values="value"
        )
        return pa.Table.from_pandas(frame.reindex(columns=list(self.indicators)).reset_index(), preserve_index=False)

    def to_geopandas(self, areas: Any = None) -> Any:
        """A GeoDataFrame: the rows with label and outline of their area.

        `areas` are those of the workspace; without them, the ones the figures came with. Raises: CallError without any.
        """
        from sozialraum.notebook import with_outlines

        chosen = areas if areas is not None else self.areas
        if chosen is None:
            raise CallError(
                "These figures know no outlines.", remedy="Pass the areas: figures.to_geopandas(workspace.areas)."
            )
        return with_outlines(self, chosen)

    def _repr_html_(self) -> str:
        from sozialraum.notebook import figures_html

        return figures_html(self)


def together(parts: Iterable[Figures]) -> Figures:
    """All rows of several figures in one; columns that a part lacks are empty there. Raises: CallError for none."""
    chosen = list(parts)
    if not chosen:
        raise CallError("There are no figures to put together.")
    descriptions = {one.id: one for part in chosen for one in part.descriptions}
    credits_ = {one.source: one for part in chosen for one in part.credits}
    table = pa.concat_tables([part.table for part in chosen], promote_options="default")
    notes = {key: value for part in chosen for key, value in part.notes.items()}
    return Figures(table, tuple(descriptions.values()), tuple(credits_.values()), notes)


def once(figures: Figures) -> Figures:
    """The figures with every row once, in order.

    Raises: CallError for two rows that give different numbers of the same thing.
    """
    table = figures.table
    keys = table.group_by(list(KEYS), use_threads=False).aggregate([([], "count_all")])
    if keys.num_rows == table.num_rows:
        return figures
    rows = table.group_by(table.column_names, use_threads=False).aggregate([]).select(table.column_names)
    if rows.num_rows > keys.num_rows:
        counts = rows.group_by(list(KEYS), use_threads=False).aggregate([([], "count_all")])["count_all"].to_pylist()
        first = keys.slice(next(at for at, count in enumerate(counts) if count > 1), 1).to_pylist()[0]
        raise CallError(
            "Two parts give different numbers of '{indicator}' on '{level}' in {period}.",
            remedy="Put it into one of them only.",
            **{name: first[name] for name in ("indicator", "level", "period")},
        )
    return replace(figures, table=rows)


@dataclass(frozen=True)
class Release:
    """Figures that may leave the house: protected, frozen, versioned, and able to explain themselves.

    `table` has the columns of `CORE` (numerator and denominator are empty where the rule withholds them) and the
    results of analyses; `areas` holds one row per area: area, level, vintage, name, label, parent, parents
    (a map from coarser level to key, as JSON text), residents, area_m2, geometry (WKB, simplified for print, metres).
    Only `protection.release` and `Workspace.release_of` make one.
    """

    name: str
    version: int
    table: pa.Table
    areas: pa.Table
    descriptions: tuple[Description, ...]
    credits: tuple[Credit, ...]
    record: Mapping[str, Any]  # workspace, made (ISO date), by, rule, inputs, audit, notes, languages, finest level

    @property
    def label(self) -> str:
        """Name and version as people write it: `2024-1`."""
        return f"{self.name}-{self.version}"

    @property
    def figures(self) -> Figures:
        """The released rows with the ways to select and look up that Figures have."""
        return Figures(self.table, self.descriptions, self.credits, self.record.get("notes", {}))

    def audit(self) -> Mapping[str, Any]:
        """What was protected and what it cost: counts by indicator and mark, and the rule."""
        return self.record["audit"]  # type: ignore[no-any-return]

    def _repr_html_(self) -> str:
        return f"<p><strong>Freigabe {html.escape(self.label)}</strong>: {self.table.num_rows} Zeilen</p>"
