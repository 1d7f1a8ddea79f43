"""Corrections are data: what was wrong in a delivered file, what was done, why, and who was told."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sozialraum.declared import DeclaredError, checked, declared_text, parsed
from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.periods import Period
from sozialraum.sources.definition import FileSettings, SourceDefinition
from sozialraum.sources.readers import Sheet


class Correction(BaseModel):
    """One `[[correction]]` of corrections.toml: which rows of which file, what is done with them, and why.

    `source`, `file` (with *), `area`, `period`, `where` (column = text) and `rows` say what is meant. Actions:
    set: the cells of `column` get `value`; drop: the rows are left out; map: texts of `column` are replaced;
    rename: headers are replaced; read: other settings of [file] hold for this file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    source: str
    file: str = "*"
    area: str = ""
    period: str = ""
    where: Mapping[str, str] = {}
    rows: tuple[int, ...] = ()
    column: str = ""
    action: Literal["set", "drop", "map", "rename", "read"]
    value: str = ""
    map: Mapping[str, str] = {}
    read: Mapping[str, Any] = {}
    reason: str = Field(min_length=3)
    informed: str = ""
    status: Literal["open", "confirmed", "fixed"] = "open"

    @field_validator("period", "value", "area", mode="before")
    @classmethod
    def _text(cls, given: Any) -> Any:
        return str(given)

    @model_validator(mode="after")
    def _complete(self) -> Correction:
        wanted = {"set": ("column",), "map": ("column", "map"), "rename": ("map",), "read": ("read",), "drop": ()}
        absent = [name for name in wanted[self.action] if not getattr(self, name)]
        if absent:
            raise DeclaredError("action '{action}' needs: {keys}", action=self.action, keys=", ".join(absent))
        if self.action in ("set", "drop") and not (self.area or self.period or self.where or self.rows):
            raise DeclaredError(
                "action '{action}' needs area, period, where or rows, so that it does not hit the whole file",
                action=self.action,
            )
        return self

    def concerns(self, source: str, file: str) -> bool:
        """Whether it is meant for this file (fixed ones no longer are)."""
        return self.status != "fixed" and self.source == source and fnmatch.fnmatchcase(file, self.file)


@dataclass(frozen=True, slots=True)
class Applied:
    """A correction that was applied: the rows (as a spreadsheet counts), and what stood there before."""

    id: str
    action: str
    rows: tuple[int, ...]
    column: str
    was: tuple[str, ...]
    now: str
    reason: str


def load_corrections(folder: Path) -> tuple[Correction, ...]:
    """Corrections of a workspace; none when it has no corrections.toml. Raises: InputError with every fault of it."""
    path = folder / "corrections.toml" if folder.is_dir() else folder
    if not path.is_file():
        return ()
    faults: list[Fault] = []
    found: list[Correction] = []
    content = parsed(declared_text(path, path.name), path.name)
    faults += [
        Fault("unknown_key", "This key is not known.", Place(path.name, column=key), remedy="Did you mean '{close}'?",
              values={"close": "[[correction]]"})
        for key in content if key != "correction"
    ]  # fmt: skip
    for number, entry in enumerate(content.get("correction", []), 1):
        try:
            found.append(checked(entry, Correction, f"{path.name}, {entry.get('id', number)}"))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return tuple(found)


def settings_for(definition: SourceDefinition, corrections: Sequence[Correction]) -> SourceDefinition:
    """The definition with the settings of [file] that corrections change for this file."""
    changes = {name: value for one in corrections if one.action == "read" for name, value in one.read.items()}
    if not changes:
        return definition
    settings = FileSettings.model_validate({**definition.file.model_dump(), **changes})
    return definition.model_copy(update={"file": settings})


def renames(corrections: Sequence[Correction]) -> dict[str, str]:
    """Header in the file -> header that the source declares."""
    return {old: new for one in corrections if one.action == "rename" for old, new in one.map.items()}


def apply(
    sheet: Sheet, definition: SourceDefinition, corrections: Sequence[Correction]
) -> tuple[Sheet, list[Applied], list[Fault]]:
    """The corrected sheet, what was done, and a warning for each correction that found nothing to correct."""
    done: list[Applied] = []
    faults: list[Fault] = []
    for one in corrections:
        if one.action in ("rename", "read"):
            done.append(Applied(one.id, one.action, (), "", tuple(one.map), ", ".join(one.map.values()), one.reason))
            continue
        rows = _matching(sheet, definition, one)
        if not rows.any():
            faults.append(_found_nothing(sheet, one))
            continue
        sheet, was = _act(sheet, one, rows)
        done.append(was)
    return sheet, done, faults


def _matching(sheet: Sheet, definition: SourceDefinition, one: Correction) -> npt.NDArray[np.bool_]:
    mask = np.ones(len(sheet.rows), bool)
    if one.rows:
        mask &= np.isin(sheet.rows, one.rows)
    if one.action == "map":
        mask &= _has(sheet, one.column, set(one.map))
    for column, text in one.where.items():
        mask &= _has(sheet, column, {text})
    if one.area:
        mask &= _same_area(sheet, definition, one.area)
    if one.period and definition.period.column:
        mask &= _same_period(sheet, definition.period.column, one.period)
    return mask


def _has(sheet: Sheet, column: str, wanted: set[str]) -> npt.NDArray[np.bool_]:
    if column not in sheet.table.column_names:
        return np.zeros(len(sheet.rows), bool)
    codes, texts = sheet.coded(column)
    fits = np.array([text.strip() in wanted for text in texts] + [False])
    return fits[codes]


def _same_area(sheet: Sheet, definition: SourceDefinition, area: str) -> npt.NDArray[np.bool_]:
    column = definition.area.column[0] if definition.area.column else ""
    if column not in sheet.table.column_names:
        return np.zeros(len(sheet.rows), bool)
    codes, texts = sheet.coded(column)
    fits = np.array(
        [text.strip() == area or text.strip().zfill(definition.area.width) == area for text in texts] + [False]
    )
    return fits[codes]


def _same_period(sheet: Sheet, column: str, period: str) -> npt.NDArray[np.bool_]:
    codes, texts = sheet.coded(column)
    fits = np.array([_label(text) == _label(period) for text in texts] + [False])
    return fits[codes]


def _label(text: str) -> str:
    try:
        return Period.parse(text).label
    except CallError:
        return text.strip()


def _act(sheet: Sheet, one: Correction, rows: npt.NDArray[np.bool_]) -> tuple[Sheet, Applied]:
    numbers = tuple(int(row) for row in sheet.rows[rows])
    if one.action == "drop":
        return sheet.keep(~rows), Applied(one.id, one.action, numbers, "", (), "", one.reason)
    codes, texts = sheet.coded(one.column)
    was = tuple(dict.fromkeys(texts[code] for code in codes[rows] if code >= 0))
    new = [one.value if one.action == "set" else one.map.get(text.strip(), text) for text in texts] + [one.value]
    words = pa.array([*texts, None, *new], pa.string())
    place = np.where(
        rows, len(texts) + 1 + np.where(codes < 0, len(texts), codes), np.where(codes < 0, len(texts), codes)
    )
    now = one.value if one.action == "set" else ", ".join(one.map.get(text.strip(), "") for text in was)
    return sheet.with_column(one.column, words.take(pa.array(place))), Applied(
        one.id, one.action, numbers, one.column, was, now, one.reason
    )


def _found_nothing(sheet: Sheet, one: Correction) -> Fault:
    return Fault(
        "correction_unused",
        "The correction '{id}' found nothing to correct in this file.",
        sheet.place(column=one.column),
        why="Perhaps the supplier has corrected the file.",
        remedy='Set status = "fixed" in corrections.toml, or name the file it is meant for.',
        severity="warning" if one.file != "*" else "note",
        values={"id": one.id},
    )


def renamed(sheet: Sheet, names: Mapping[str, str]) -> Sheet:
    """The sheet with other headers; swapping two is possible."""
    table = sheet.table.rename_columns([names.get(one, one) for one in sheet.table.column_names])
    return replace(sheet, table=table, header=tuple(names.get(one, one) for one in sheet.header))
