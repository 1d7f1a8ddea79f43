"""Crosswalks as the workspace declares them: made once, stored with their method and error, made again when inputs change."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import shapely

from sozialraum.areas import weights
from sozialraum.areas.crosswalks import Crosswalk, crosswalk_file
from sozialraum.areas.files import find_column_faults, read_layer
from sozialraum.areas.layers import AreaLayer, Shapes, transformed
from sozialraum.areas.settings import BasisSettings, CountsSettings, CrosswalkSettings
from sozialraum.errors import Fault, InputError, Place, SozialraumError

UNKNOWN = ("", "-", ".", "x", "X", "*", "/", "...", "…")  # signs for a count that is not known

Counts = dict[str, float | None]

_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?")  # a lone point in a file with decimal commas is doubtful


@dataclass(frozen=True)
class Recipe:
    """One declared crosswalk with the folders its files lie in."""

    settings: CrosswalkSettings
    folder: Path
    data: Path | None
    stored: Path

    def faults(self) -> Iterator[Fault]:
        """Files that are not there."""
        for one in self._inputs:
            if not self._path(one).is_file():
                remedy = "Put the file there, or correct `file` in sozialraum.toml."
                place = Place(file=one.file or one.data or "")
                yield Fault("missing_file", "The file with counts does not exist.", place, remedy=remedy)

    def crosswalk(self, source: AreaLayer, target: AreaLayer) -> Crosswalk:
        """The stored crosswalk if it was made from the same inputs; else it is made and stored where that is possible.

        Raises: InputError for faults in its files, MismatchError when populations do not fit.
        """
        mark = self._mark(source, target)
        path = self.stored / crosswalk_file(source.level, source.vintage, target.vintage)
        kept = _kept(path)
        if kept is not None and kept.notes.get("inputs") in (mark, None):
            return kept
        made = self._make(source, target)
        made = replace(made, notes={**made.notes, "inputs": mark})
        try:
            made.save(path)
        except OSError:  # a folder that may only be read: the crosswalk is as good, it is only made again next time
            return made
        return made

    def _make(self, source: AreaLayer, target: AreaLayer) -> Crosswalk:
        made = self._start(source, target)
        if self.settings.old is not None and self.settings.new is not None:
            old, new = self._counts(self.settings.old), self._counts(self.settings.new)
            before = made.measured("before calibration", old, new).error
            made = replace(weights.calibrated(made, old, new), error=before).measured("after calibration", old, new)
        for one in self.settings.measure:
            made = made.measured(one.name, self._counts(one.old), self._counts(one.new))
        return made

    def _start(self, source: AreaLayer, target: AreaLayer) -> Crosswalk:
        basis = self.settings.basis
        if basis is None:
            return weights.by_overlap(source, target)
        shapes, amount = self._basis(basis, source.crs)
        if self.settings.method == "points":
            return weights.by_points(source, target, shapes, amount).closed()
        if self.settings.method == "population":
            return weights.by_population(source, target, shapes, amount or []).closed()
        return weights.by_inhabited_area(source, target, shapes, amount).closed()

    def _basis(self, basis: BasisSettings, crs: str) -> tuple[Shapes, list[float] | None]:
        columns = [basis.weight] if basis.weight else []
        raw = read_layer(self._path(basis), basis.layer, columns, basis.file or basis.data or "")
        shapes = transformed(raw.shapes, basis.crs or raw.crs or crs, crs)
        if not basis.weight:
            return shapes, None
        texts = enumerate(raw.columns[basis.weight], 1)
        return shapes, [_number(text, Place(raw.file, row=row, column=basis.weight), "") or 0.0 for row, text in texts]

    @cached_property
    def _inputs(self) -> list[CountsSettings | BasisSettings]:
        one = self.settings
        measured = [counts for measure in one.measure for counts in (measure.old, measure.new)]
        return [found for found in (one.basis, one.old, one.new, *measured) if found is not None]

    def _path(self, one: CountsSettings | BasisSettings) -> Path:
        return self.folder / one.file if one.file is not None else (self.data or self.folder) / (one.data or "")

    def _counts(self, settings: CountsSettings) -> Counts:
        return read_counts(self._path(settings), settings)

    def _mark(self, source: AreaLayer, target: AreaLayer) -> str:
        """Digest of the recipe, its files and both layers."""
        found = hashlib.sha256(self.settings.model_dump_json().encode())
        for path in dict.fromkeys(self._path(one) for one in self._inputs):
            found.update(hashlib.sha256(path.read_bytes()).digest())
        for layer in (source, target):
            found.update("\n".join(layer.keys).encode() + shapely.to_wkb(shapely.geometrycollections(layer.geometry)))
        return found.hexdigest()[:16]


def _kept(path: Path) -> Crosswalk | None:
    try:
        return Crosswalk.read(path) if path.is_file() else None
    except SozialraumError:
        return None


def read_counts(path: Path, settings: CountsSettings) -> Counts:
    """Key -> count, None where one of its rows is unknown. Raises: InputError with every fault of the file."""
    shown = settings.file or settings.data or path.name
    rows, sign = _rows(path, shown)
    header = rows[0] if rows else []
    _demand([settings.key, settings.value, *settings.where], header, shown)
    place = {name: header.index(name) for name in (settings.key, settings.value, *settings.where)}
    faults: list[Fault] = []
    found: Counts = {}
    for number, row in enumerate(rows[1:], 2):
        if len(row) == len(header) and all(row[place[name]] == value for name, value in settings.where.items()):
            key = row[place[settings.key]].strip()
            where = Place(shown, row=number, column=settings.value)
            _add(found, key, row[place[settings.value]], where, sign, faults)
    if not found and not faults:
        what, remedy = "No row has the values named by `where`.", "Correct `where`, or leave it out."
        faults.append(Fault("no_rows", what, Place(shown), remedy=remedy))
    if faults:
        raise InputError(faults)
    return found


def _rows(path: Path, shown: str) -> tuple[list[list[str]], str]:
    """Rows of a CSV file and its decimal sign: a comma where columns are divided by semicolons."""
    try:
        content = path.read_bytes()
        text = _decoded(content)
        separator = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
        return list(csv.reader(text.splitlines(), delimiter=separator)), "," if separator == ";" else "."
    except (OSError, csv.Error) as error:
        what, remedy = "The file is no readable CSV ({reason}).", "Save it as CSV in UTF-8 with one header line."
        raise InputError(
            [Fault("broken_file", what, Place(shown), remedy=remedy, values={"reason": str(error)})]
        ) from None


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _demand(wanted: Sequence[str], header: Sequence[str], shown: str) -> None:
    faults = find_column_faults(wanted, header, shown)
    if faults:
        raise InputError(faults)


def _add(found: Counts, key: str, text: str, place: Place, sign: str, faults: list[Fault]) -> None:
    try:
        value = _number(text, place, sign)
    except InputError as error:
        faults += error.faults
        return
    before = found.get(key, 0.0)
    found[key] = None if value is None or before is None else before + value


def _number(text: str, place: Place, sign: str) -> float | None:
    """A count, or None for a sign that says it is unknown. Raises: InputError for anything else."""
    plain = text.strip()
    if plain in UNKNOWN:
        return None
    if sign == ",":
        plain = plain.replace(".", "") if _THOUSANDS.fullmatch(plain) else plain.replace(".", "?")
        plain = plain.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        number = np.nan
    if not np.isfinite(number) or number < 0:
        remedy = "Correct the value, or name another column as `value`."
        raise InputError([Fault("no_number", "This is no number.", place, value=text, remedy=remedy)])
    return number


def recipes(
    declared: Sequence[CrosswalkSettings], folder: Path, data: Path | None, stored: Path
) -> Mapping[tuple[str, str, str], Recipe]:
    """(from, to, level) -> recipe."""
    return {(one.from_vintage, one.to_vintage, one.level): Recipe(one, folder, data, stored) for one in declared}
