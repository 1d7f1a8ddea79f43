"""The doubting importer: one file becomes facts, or a list of everything that is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.errors import Fault, InputError
from sozialraum.sources import corrections as mending
from sozialraum.sources import doubts
from sozialraum.sources.corrections import Applied, Correction
from sozialraum.sources.definition import SourceDefinition
from sozialraum.sources.keeping.stored import StoredDelivery
from sozialraum.sources.mapping import cells
from sozialraum.sources.mapping.facts import make_facts
from sozialraum.sources.mapping.places import locate
from sozialraum.sources.patterns import searched
from sozialraum.sources.readers import Sheet, nothing, read_sheet

if TYPE_CHECKING:
    from sozialraum.areas import Areas


@dataclass(frozen=True)
class Delivery:
    """What one file became: `facts` by fact table, `faults` of every severity (error, warning, note)."""

    source: str
    file: str
    sha256: str
    facts: Mapping[str, pa.Table]
    faults: tuple[Fault, ...] = ()
    corrections: tuple[Applied, ...] = ()
    periods: tuple[str, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)
    recognised: Mapping[str, Any] = field(default_factory=dict)
    accept: Mapping[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Fault, ...]:
        """Faults that refuse the delivery whatever anyone says."""
        return tuple(one for one in self.faults if one.severity == "error")

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """Faults that a named person may accept."""
        return tuple(one for one in self.faults if one.severity == "warning")

    def accepted(self, accept: Mapping[str, str]) -> Delivery:
        """The delivery with these kinds of warnings accepted (code -> the person who answers for it).

        Raises: InputError with every fault that still stands in the way.
        """
        found = replace(self, accept={**self.accept, **{code: person for code, person in accept.items() if person}})
        standing = [*self.errors, *(one for one in self.warnings if one.code not in found.accept)]
        if standing:
            raise InputError(standing)
        return found


def read_delivery(
    file: Path,
    definition: SourceDefinition,
    areas: Areas | None,
    previous: StoredDelivery | Mapping[str, pa.Table] | None = None,
    corrections: Sequence[Correction] = (),
    others: Mapping[str, Sequence[pa.Table]] | None = None,
) -> Delivery:
    """The file as facts with every fault found; never raises for what stands in the file.

    `previous`: the source's last delivery, or its facts by fact table: jumps and lost areas show beside it.
    `others`: facts of other sources by fact table: totals must agree where they tell of the same.
    `areas` None leaves every check against the geometry out (used for samples only).
    """
    digest = sha256(file)
    concerned = [one for one in corrections if one.concerns(definition.id, file.name)]
    settled = mending.settings_for(definition, concerned)
    sheet = _named(_read(file, settled, mending.renames(concerned)), definition)
    sheet, applied, faults = mending.apply(sheet, settled, concerned) if not _broken(sheet) else (sheet, [], [])
    empty = Delivery(
        definition.id, file.name, digest, {}, (*sheet.faults, *faults), tuple(applied), recognised=sheet.recognised
    )
    if _broken(sheet):
        return empty
    before = previous.tables() if isinstance(previous, StoredDelivery) else previous
    facts, more, periods = _doubted(sheet, settled, areas, before, others)
    absent = {one.table: definition.absent_for(one.table) for one in definition.facts}
    return replace(empty, facts=facts, faults=_ordered((*empty.faults, *more)), periods=periods, absent=absent)


def sha256(file: Path) -> str:
    """SHA-256 of a file's bytes in hexadecimal digits; of nothing when there is no file."""
    if not file.is_file():
        return hashlib.sha256().hexdigest()
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _read(file: Path, definition: SourceDefinition, names: Mapping[str, str]) -> Sheet:
    """The sheet with the headers that the source declares, its blank and left-out rows removed."""
    back = {new: old for old, new in names.items()}
    sheet = read_sheet(file, definition.file, [back.get(one, one) for one in definition.needed])
    if _broken(sheet):
        return sheet
    sheet = _without(_not_blank(mending.renamed(sheet, names)), definition)
    if not len(sheet.rows):
        fault = Fault(
            "no_rows",
            "There are no rows below the header.",
            sheet.place(),
            remedy="Ask for the file again, or name the right sheet under [file].",
        )
        return nothing(sheet.file, (*sheet.faults, fault), sheet.header, sheet.sheet)
    return sheet


def _named(sheet: Sheet, definition: SourceDefinition) -> Sheet:
    """With a warning when the file is called otherwise than this source's files."""
    if not definition.file.name or searched(definition.file.name).search(sheet.file):
        return sheet
    fault = Fault(
        "other_name",
        "The files of this source are called otherwise: {pattern}.",
        sheet.place(),
        why="It may belong to another source.",
        remedy="Name the right source, or accept the warning by name.",
        severity="warning",
        values={"pattern": definition.file.name},
    )
    return replace(sheet, faults=(*sheet.faults, fault))


def _broken(sheet: Sheet) -> bool:
    """Whether the sheet holds no rows one could go on with; ragged rows leave the others readable."""
    return not len(sheet.rows) or any(
        one.severity == "error" and one.code not in ("ragged_row", "truncated", "wrong_encoding")
        for one in sheet.faults
    )


def _not_blank(sheet: Sheet) -> Sheet:
    keep = np.zeros(len(sheet.rows), bool)
    for column in sheet.table.column_names:
        if keep.all():
            break
        written = pc.not_equal(pc.utf8_trim_whitespace(sheet.table[column]), "")
        keep |= written.fill_null(False).to_numpy(zero_copy_only=False)
    return sheet if sheet.points is not None else sheet.keep(keep)


def _without(sheet: Sheet, definition: SourceDefinition) -> Sheet:
    keep = np.ones(len(sheet.rows), bool)
    for column, left_out in definition.skip_rows.items():
        codes, texts = sheet.coded(column)
        keep &= ~np.array([text.strip() in left_out for text in texts] + [False])[codes]
    return sheet.keep(keep)


def _doubted(
    sheet: Sheet,
    definition: SourceDefinition,
    areas: Areas | None,
    previous: Mapping[str, pa.Table] | None,
    others: Mapping[str, Sequence[pa.Table]] | None,
) -> tuple[dict[str, pa.Table], tuple[Fault, ...], tuple[str, ...]]:
    axes, faults = locate(sheet, definition, areas)
    read: dict[str, cells.Numbers] = {}
    for column in definition.all_value_columns:
        read[column], found = cells.numbers(sheet, column, definition)
        faults += found
    facts, found = make_facts(sheet, definition, axes, read)
    faults += found
    faults += doubts.in_the_sheet(sheet, definition, axes, read)
    faults += doubts.in_the_facts(facts, definition, areas, sheet.place())
    if previous:
        faults += doubts.against_the_last(facts, previous, definition, sheet.place())
    for name, tables in (others or {}).items():
        if name in facts:
            faults += doubts.disagreements([facts[name], *tables], sheet.place())
    return facts, tuple(faults), tuple(one.label for one in axes.periods)


def _ordered(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """Errors first, then as they stand in the file; the same is said once."""
    rank = {"error": 0, "warning": 1, "note": 2}
    once = {one.say(): one for one in faults}
    return tuple(sorted(once.values(), key=lambda one: (rank[one.severity], one.place.row or 0)))
