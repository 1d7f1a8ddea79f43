"""Flat files of GENESIS, the databases of official statistics, in their older and their newer form.

Both become the same sheet: `time`; for each variable (Merkmal) a column named by its code that holds the code of the
attribute (Ausprägung), and one with `_label`; for each kind of value a column named by its code. The columns of the
file keep their own names beside these.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sozialraum.errors import Fault, Place
from sozialraum.sources.definition import FileSettings
from sozialraum.sources.readers import header
from sozialraum.sources.readers.csv import parse_csv
from sozialraum.sources.readers.sheet import Sheet, nothing

_OLD = {
    "variable": "{n}_Merkmal_Code",
    "code": "{n}_Auspraegung_Code",
    "label": "{n}_Auspraegung_Label",
    "time": "Zeit",
}
_NEW = {
    "variable": "{n}_variable_code",
    "code": "{n}_variable_attribute_code",
    "label": "{n}_variable_attribute_label",
    "time": "time",
}


def read_genesis(path: Path, settings: FileSettings, needed: Sequence[str]) -> Sheet:
    """The needed columns of a flat file, also inside a ZIP; the form is recognised by the columns present."""
    data = _unpacked(path)
    sheet = parse_csv(data, path.name, settings, ())
    if not len(sheet.rows):
        return sheet
    form = next((form for form in (_OLD, _NEW) if form["time"] in sheet.header and _variables(sheet, form)), None)
    if form is None:
        return nothing(path.name, (*sheet.faults, _no_genesis(sheet)), sheet.header)
    original = dict(zip(sheet.table.column_names, sheet.table.columns, strict=True))
    table = pa.table(original | {"time": original[form["time"]], **_attributes(sheet, form), **_values(sheet, form)})
    faults = header.faults(table.column_names, needed, Place(path.name))
    if faults:
        return nothing(path.name, (*sheet.faults, *faults), tuple(table.column_names))
    chosen = table.select([name for name in table.column_names if name in needed]) if needed else table
    return replace(sheet, table=chosen, header=tuple(table.column_names))


def _unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    if not data.startswith(b"PK"):
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return packed.read(packed.namelist()[0]) if len(packed.namelist()) == 1 else data
    except zipfile.BadZipFile:
        return data


def _variables(sheet: Sheet, form: dict[str, str]) -> list[int]:
    return [number for number in range(1, 20) if form["variable"].format(n=number) in sheet.header]


def _no_genesis(sheet: Sheet) -> Fault:
    return Fault(
        "other_kind",
        "This is no flat file of GENESIS: neither '{old}' nor '{new}' is among its columns.",
        Place(sheet.file),
        remedy='Download the table as flat file (Flatfile-CSV), or write reader = "csv" under [file].',
        values={"old": _OLD["variable"].format(n=1), "new": _NEW["variable"].format(n=1)},
    )


def _attributes(sheet: Sheet, form: dict[str, str]) -> dict[str, Any]:
    """One column per variable, null in rows that tell of another one."""
    found: dict[str, Any] = {}
    for number in _variables(sheet, form):
        variable = sheet.table[form["variable"].format(n=number)]
        for name in (one for one in pc.unique(variable).to_pylist() if one):
            here = pc.equal(variable, name)
            for column, kind in ((name, form["code"]), (f"{name}_label", form["label"])):
                if kind.format(n=number) not in sheet.header:
                    continue
                texts = pc.if_else(here, sheet.table[kind.format(n=number)], None)
                found[column] = pc.coalesce(found[column], texts) if column in found else texts
    return found


def _values(sheet: Sheet, form: dict[str, str]) -> dict[str, Any]:
    if form is _OLD:
        return _value_columns(sheet)
    if "value" not in sheet.header:
        return {}
    marked = (
        _marked(sheet.table["value"], sheet.table["value_q"]) if "value_q" in sheet.header else sheet.table["value"]
    )
    if "value_variable_code" not in sheet.header:
        return {"value": marked}
    kinds = sheet.table["value_variable_code"]
    return {kind: pc.if_else(pc.equal(kinds, kind), marked, None) for kind in pc.unique(kinds).to_pylist()}


def _value_columns(sheet: Sheet) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in sheet.header:
        match = re.fullmatch(r"([^_]+)__.+(?<!__q)", column)
        if match:
            quality = next((one for one in sheet.header if one.startswith(f"{match[1]}__") and one.endswith("__q")), "")
            values = _marked(sheet.table[column], sheet.table[quality]) if quality else sheet.table[column]
            found |= {column: values, match[1]: values}
    return found


def _marked(values: Any, quality: Any) -> Any:
    """The quality letter behind the number, as it stands in printed tables: "12r"; "e" (final) says nothing new."""
    letter = pc.if_else(pc.is_in(quality, value_set=pa.array(["r", "p", "s"])), quality, "")
    return pc.binary_join_element_wise(values, letter, "")
