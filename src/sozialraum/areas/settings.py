"""The `[areas]` table of `sozialraum.toml`: levels, vintages and where each layer comes from."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sozialraum.errors import Fault, InputError, Place


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KeyPart(_Strict):
    """A key taken from a column, or from the area's own key; `prefix` or `suffix` keeps so many characters of it."""

    column: str | None = None
    prefix: int | None = Field(default=None, ge=1)
    suffix: int | None = Field(default=None, ge=1)

    def cut(self, text: str) -> str:
        """The part of the text that is meant."""
        if self.prefix is not None:
            return text[: self.prefix]
        return text[-self.suffix :] if self.suffix is not None else text


class TitleSettings(_Strict):
    """Name of a level, singular and plural, in German and English."""

    de: tuple[str, str]
    en: tuple[str, str] | None = None


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
    parent: dict[str, KeyPart] = {}
    union_of: str | None = None
    names: dict[str, str] = {}

    @model_validator(mode="after")
    def _one_origin(self) -> LayerSettings:
        if sum(one is not None for one in (self.file, self.data, self.union_of)) != 1:
            raise ValueError("give exactly one of file, data and union_of")
        if self.pad and self.width is None:
            raise ValueError("pad needs width")
        return self


class VintageSettings(_Strict):
    """Boundaries that were valid from a day on; `valid_to` is implied by the next vintage."""

    id: str
    valid_from: date | None = None
    valid_to: date | None = None
    layer: dict[str, LayerSettings]


class AreasSettings(_Strict):
    """Levels (finest first), their titles, and the vintages with their layers; lengths are metres of `crs`."""

    crs: str = "EPSG:25832"
    levels: tuple[str, ...] = Field(min_length=1)
    titles: dict[str, TitleSettings] = {}
    vintage: tuple[VintageSettings, ...] = Field(min_length=1)
    crosswalks: str = "areas/crosswalks"
    labels: str | None = None  # the level whose names tell areas of the same name apart; else the nearest that does

    @model_validator(mode="after")
    def _known_levels(self) -> AreasSettings:
        named = [
            *self.titles,
            *([self.labels] if self.labels else []),
            *(level for one in self.vintage for level in one.layer),
        ]
        unknown = sorted(set(named) - set(self.levels))
        if unknown:
            raise ValueError(f"levels not listed in levels: {', '.join(unknown)}")
        return self


def areas_settings(table: Mapping[str, Any], file: str = "sozialraum.toml") -> AreasSettings:
    """The checked settings from a parsed `[areas]` table. Raises: InputError with every fault and the nearest names."""
    try:
        return AreasSettings.model_validate(table)
    except ValidationError as error:
        raise InputError(settings_faults(error, file)) from None


def settings_faults(error: ValidationError, file: str) -> list[Fault]:
    """One fault per finding of pydantic in the `[areas]` table; an unknown key comes with the nearest known one."""
    return [_fault(dict(finding), file) for finding in error.errors()]


def _fault(finding: dict[str, Any], file: str) -> Fault:
    path = [str(part) for part in finding["loc"]]
    place = Place(file=file, column=".".join(["areas", *path]))
    if finding["type"] != "extra_forbidden":
        return Fault("bad_setting", "The setting is not usable: {reason}.", place, values={"reason": finding["msg"]})
    known = sorted(_known_keys())
    near = difflib.get_close_matches(path[-1], known, n=1, cutoff=0.0)[0]
    return Fault(
        "unknown_setting",
        "There is no setting '{key}'.",
        place,
        remedy="Perhaps '{near}' is meant.",
        values={"key": path[-1], "near": near},
    )


def _known_keys(model: type[BaseModel] = AreasSettings) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield name
        for part in _models(field.annotation):
            yield from _known_keys(part)


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
