"""The `[areas]` table of `sozialraum.toml`: levels, vintages and where each layer comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sozialraum.declared import DeclaredError, checked


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class KeyPart(_Strict):
    """A key taken from a column, or from the area's own key; `prefix` or `suffix` keeps so many characters of it."""

    column: str | None = None
    prefix: int | None = Field(default=None, ge=1)
    suffix: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _one_cut(self) -> KeyPart:
        if self.prefix is not None and self.suffix is not None:
            raise DeclaredError("give prefix or suffix, not both")
        return self

    def cut(self, text: str) -> str:
        """The part of the text that is meant."""
        if self.prefix is not None:
            return text[: self.prefix]
        return text[-self.suffix :] if self.suffix is not None else text


class TitleSettings(_Strict):
    """Name of a level, singular and plural, in German and English."""

    de: tuple[str, str]
    en: tuple[str, str] | None = None


class KeyCorrection(_Strict):
    """A key that the publisher got wrong: the one row with these values gets another key, for a stated reason."""

    where: dict[str, str] = Field(min_length=1)
    key: str
    reason: str = Field(min_length=1)


_OF_FILES = ("layer", "pad", "repair", "crs", "encoding", "where", "dissolve", "correction")


class LayerSettings(_Strict):
    """One level of one vintage: a layer of a file, or the union of a finer level.

    From a file: `key` and `name` are columns. As a union: `key` and `name` are the key and name of the one area,
    or say which part of the finer layer (`{ prefix = 2 }`, `{ column = "BEZ" }`) groups and names the areas.
    """

    file: str | None = None
    data: str | None = None
    layer: str | None = None
    key: str | KeyPart
    name: str | KeyPart | None = None
    width: int | None = Field(default=None, ge=1)
    pad: bool = False  # the file stores keys as numbers: fill up with leading zeros to `width`
    repair: bool = False  # accept invalid outlines and repair them
    crs: str | None = None  # only for files that do not say it themselves
    encoding: str | None = None  # of a Shapefile's table, where umlauts come out wrong
    where: dict[str, str] = {}  # keep the rows with these values only
    dissolve: bool = False  # several rows of one key are parts of one area
    correction: tuple[KeyCorrection, ...] = ()
    parent: dict[str, KeyPart] = {}
    union_of: str | None = None
    names: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_origin(self) -> LayerSettings:
        if sum(one is not None for one in (self.file, self.data, self.union_of)) != 1:
            raise DeclaredError("give exactly one of file, data and union_of")
        if self.pad and self.width is None:
            raise DeclaredError("pad needs width")
        of_files = [name for name in _OF_FILES if name in self.model_fields_set]
        if self.union_of is not None and of_files:
            raise DeclaredError("only a layer read from a file has {keys}", keys=", ".join(of_files))
        return self


class VintageSettings(_Strict):
    """Boundaries that were valid from a day on; `valid_to` is implied by the next vintage."""

    id: str
    valid_from: date | None = None
    valid_to: date | None = None
    layer: dict[str, LayerSettings]


class CountsSettings(_Strict):
    """Counts by area from a CSV file: rows of one key are added up; `where` keeps rows with these values only."""

    file: str | None = None
    data: str | None = None
    key: str
    value: str
    where: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_origin(self) -> CountsSettings:
        if (self.file is None) == (self.data is None):
            raise DeclaredError("give exactly one of file and data")
        return self


class BasisSettings(_Strict):
    """A layer that says where people live: inhabited land, points or finer zones, with the column of their weight."""

    file: str | None = None
    data: str | None = None
    layer: str | None = None
    weight: str | None = None
    crs: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> BasisSettings:
        if (self.file is None) == (self.data is None):
            raise DeclaredError("give exactly one of file and data")
        return self


class MeasureSettings(_Strict):
    """Counts known on both boundaries, by which the error of a crosswalk is measured."""

    name: str
    old: CountsSettings
    new: CountsSettings


class CrosswalkSettings(_Strict):
    """How areas of one vintage divide among those of another; `old` and `new` populations calibrate it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)

    from_vintage: str = Field(alias="from")
    to_vintage: str = Field(alias="to")
    level: str
    method: Literal["area", "inhabited", "points", "population"] = "area"
    basis: BasisSettings | None = None
    old: CountsSettings | None = None
    new: CountsSettings | None = None
    measure: tuple[MeasureSettings, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> CrosswalkSettings:
        if (self.method == "area") == (self.basis is not None):
            raise DeclaredError("basis belongs to the methods inhabited, points and population")
        if self.method == "population" and self.basis and self.basis.weight is None:
            raise DeclaredError("the method population needs basis.weight, the column of persons")
        if (self.old is None) != (self.new is None):
            raise DeclaredError("calibration needs both old and new")
        return self


class AreasSettings(_Strict):
    """Levels (finest first), their titles, and the vintages with their layers; lengths are metres of `crs`."""

    crs: str = "EPSG:25832"
    levels: tuple[str, ...] = Field(min_length=1)
    titles: dict[str, TitleSettings] = {}
    vintage: tuple[VintageSettings, ...] = Field(min_length=1)
    crosswalk: tuple[CrosswalkSettings, ...] = ()
    crosswalks: str = "areas/crosswalks"  # folder of the stored ones
    labels: str | None = None  # the level whose names tell areas of the same name apart; else the nearest that does

    @model_validator(mode="after")
    def _known_words(self) -> AreasSettings:
        named = [*self.titles, *(level for one in self.vintage for level in one.layer)]
        named += [*([self.labels] if self.labels else []), *(one.level for one in self.crosswalk)]
        levels = sorted({*named} - {*self.levels})
        if levels:
            raise DeclaredError("levels that are not declared: {names}", names=", ".join(levels))
        ends = {end for one in self.crosswalk for end in (one.from_vintage, one.to_vintage)}
        vintages = sorted(ends - {one.id for one in self.vintage})
        if vintages:
            raise DeclaredError("vintages that are not declared: {names}", names=", ".join(vintages))
        return self


def areas_settings(table: Mapping[str, Any], file: str = "sozialraum.toml") -> AreasSettings:
    """The checked settings from a parsed `[areas]` table. Raises: InputError with every fault and the nearest names."""
    return checked(table, AreasSettings, file)
