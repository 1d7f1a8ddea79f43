"""The proposal of a source: findings with evidence, and a TOML text that stays invalid until a person has decided."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sozialraum.declared import as_toml, toml_value
from sozialraum.errors import CallError, InputError
from sozialraum.sources.proposal import columns as look_at
from sozialraum.sources.proposal.look import look
from sozialraum.sources.readers import Sheet
from sozialraum.texts import say
from sozialraum.writing import write_whole

if TYPE_CHECKING:
    from sozialraum.areas import Areas

_TIME = re.compile(r"jahr|year|datum|date|stichtag|zeit|time|monat|quartal", re.I)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_ALWAYS_ASKED = {
    "publisher: who delivers the file?": 'publisher = "..."',
    "licence: under which terms may it be used?": 'licence = "..."',
    "title: what is the source called?": 'title = { de = "...", en = "..." }',
}
"""What no file tells, with the line that answers it."""
_MAIN_ONLY = (
    "dimensions: does the file hold main residences only? If not, change what is said of the residence; "
    "shares of residents need it."
)
_TABLES = (
    (r"arbeitslos|unemploy", "unemployed", "persons"),
    (r"haushalt|household", "households", "households"),
    (r"wohngeld|housing.benefit", "housing_benefit", "households"),
    (r"geburt|gebor|birth", "births", "births"),
    (r"gestorben|sterbe|death", "deaths", "deaths"),
    (r"asyl", "asylum_persons", "persons"),
    (r"pfleg", "care_recipients", "persons"),
    (r"plätze|places", "daycare_centres", "places"),
    (r"beschäftig|employe", "employees", "persons"),
    (r"sgb.?ii|sgb.?2|bedarfsgemein", "sgb2_persons", "persons"),
    (r"einw|bevölk|person|resident|inhabit|anzahl|alter|age", "population", "persons"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found or must be decided: the setting it is about, a template, its values, a line to fill in."""

    setting: str
    text: str
    values: dict[str, object]
    decided: bool = True
    line: str = ""

    def say(self, language: str = "en") -> str:
        """What was found, or what must be decided."""
        return say(self.text, language, **self.values)

    def comments(self, language: str) -> list[str]:
        """Its lines in the proposed file."""
        said = self.say(language)
        return [f"# {said}" if self.decided else f"# TODO {said}", *([f"# {self.line}"] if self.line else [])]


@dataclass(frozen=True)
class Proposal:
    """A proposed source: `findings` with evidence, `settings` as they would stand in the TOML file."""

    file: str
    id: str
    findings: tuple[Finding, ...]
    settings: dict[str, Any]

    def say(self, language: str = "en") -> str:
        """The findings, a line each, then the proposed file."""
        lines = [f"{one.setting}: {one.say(language)}" for one in self.findings]
        return "\n".join([*lines, "", self.toml(language)])

    def toml(self, language: str = "en") -> str:
        """The source file for a person to edit; its `# TODO` lines make it invalid until each is decided and deleted."""
        head = say(
            "Proposed from the file '{file}'. Decide each line with TODO, then delete it.", language, file=self.file
        )
        parts = [f"# {head}"]
        for section in ("", "file", "area", "period", "signs", "facts"):
            parts += self._section(section, language)
        return "\n".join(parts) + "\n"

    def _section(self, name: str, language: str) -> list[str]:
        found = [one for one in self.findings if one.setting == (name or "source")]
        lines = [line for one in found for line in one.comments(language)]
        values = self.settings if not name else self.settings.get(name, {})
        written = [
            f"{key} = {toml_value(value)}"
            for key, value in values.items()
            if not (not name and isinstance(value, dict))
        ]
        if not lines and not written:
            return []
        return ["", *([f"[[{name}]]"] if name == "facts" else [f"[{name}]"] if name else []), *lines, *written]

    def write(self, folder: Path, language: str = "en") -> Path:
        """The file `sources/<id>.toml` of the workspace, newly written. Raises: CallError when there is one already."""
        path = folder / "sources" / f"{self.id}.toml"
        if path.exists():
            raise CallError(
                "'{path}' is there already.", remedy="Edit it, or delete it to have a new one proposed.", path=str(path)
            )
        path.parent.mkdir(exist_ok=True)
        write_whole({path: self.toml(language).encode()})
        return path


def propose(file: Path, areas: Areas, told: Mapping[str, Any] | None = None) -> Proposal:
    """What the columns of a file probably are; `told` are settings of [file] that a person knows better.

    Raises: InputError when it cannot be read as a table at all.
    """
    sheet, settings = look(file, told)
    if sheet.faults:
        raise InputError(sheet.faults)
    texts = {name: sheet.coded(name)[1] for name in sheet.table.column_names}
    name = (
        re.sub(r"[^a-z0-9]+", "_", re.sub(r"\d{2,}", "", file.stem.lower().translate(_UMLAUTS))).strip("_") or "source"
    )
    whole: dict[str, Any] = {"id": name if name[0].isalpha() else f"source_{name}"}
    findings = [Finding("source", text, {}, decided=False, line=line) for text, line in _ALWAYS_ASKED.items()]
    whole["file"], shown = _file(sheet, settings, texts)
    whole["file"] |= told or {}
    area, more = _area(sheet, texts, areas)
    period, again = _period(file, texts, area)
    facts, last = _facts(file.stem, texts, {area.get("column"), period.get("column")}, bool(period.get("columns")))
    whole |= {"area": area, "period": period, "facts": facts}
    return Proposal(file.name, whole["id"], (*findings, *shown, *more, *again, *last), whole)


def declaration(settings: Mapping[str, Any]) -> str:
    """The TOML text of a source whose settings are all decided."""
    facts = settings.get("facts", ())
    return as_toml({**settings, "facts": [facts] if isinstance(facts, Mapping) else list(facts)})


def _todo(setting: str, text: str, **values: object) -> Finding:
    return Finding(setting, text, values, decided=False)


def _file(sheet: Sheet, settings: dict[str, Any], texts: dict[str, list[str]]) -> tuple[dict[str, Any], list[Finding]]:
    shapes = [shape for shape in map(look_at.number_shape, texts.values()) if shape]
    pointed = any(shape[0] == "." for shape in shapes) or settings.get("delimiter") == ","
    decimal = "." if pointed else ","
    thousands = next((shape[1] for shape in shapes if shape[1]), "")
    found = {**settings, "decimal": decimal, **({"thousands": thousands} if thousands else {})}
    values: dict[str, object] = {"rows": len(sheet.rows), "columns": len(texts)}
    findings = [Finding("file", "Read so, the file has {rows} rows and {columns} columns.", values)]
    grouped = next((text for one in texts.values() for text in one if look_at.number_shape([text]) == (",", ".")), "")
    if grouped and thousands == ".":
        ask = "thousands, decimal: '{written}' is read as {number}; or does the point stand before decimals?"
        findings.append(_todo("file", ask, written=grouped, number=grouped.replace(".", "")))
    if settings.get("stop"):
        text = "Below the table stand footnotes, beginning with “{text}”; they are not read."
        findings.append(Finding("file", text, {"text": re.sub(r"\\(.)", r"\1", settings["stop"])}))
    return found, findings


def _area(sheet: Sheet, texts: dict[str, list[str]], areas: Areas) -> tuple[dict[str, Any], list[Finding]]:
    matches = [match for name, one in texts.items() for match in look_at.area_matches(name, one, areas)]
    if not matches:
        if sheet.points is not None:
            return {}, [
                _todo("area", "level: each place belongs to the area it lies in; at which level is it counted?")
            ]
        return {}, [
            _todo("area", "column, level: no column holds keys of the areas; which one does, and of which level?")
        ]
    best = max(matches, key=lambda one: (one.matched / one.of, one.matched))
    found: dict[str, Any] = {"column": best.column, "level": best.level}
    what = "{matched} of {of} texts in '{column}' are keys of the level '{level}' ({vintages})."
    findings = [Finding("area", what, asdict(best))]
    if best.width:
        found["width"] = best.width
        findings.append(Finding("area", "Leading zeros are restored to {width} digits.", {"width": best.width}))
    if best.total:
        found["total"] = list(best.total)
        findings.append(Finding("area", "Rows of sums: {total}.", {"total": ", ".join(best.total)}))
    others = ", ".join(one.level for one in matches if one.column == best.column and one != best)
    if others or best.matched < best.of:
        findings.append(
            _todo("area", "level: check it; other levels that fit as well: {others}.", others=others)
            if others
            else _todo(
                "area", "level: check it; texts that are no key of an area: {left}.", left=best.of - best.matched
            )
        )
    return found, findings


def _period(file: Path, texts: dict[str, list[str]], area: dict[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
    for name, one in texts.items():
        labels, others = look_at.periods(one) if name != area.get("column") and len(one) <= 200 else ([], [])
        timely = labels and (_TIME.search(name) or not one[0].strip().isdigit())
        if timely and len(others) <= len(one) / 2:
            values: dict[str, object] = {"column": name, "count": len(labels), "first": labels[0], "last": labels[-1]}
            found = [Finding("period", "'{column}' holds {count} periods, {first} to {last}.", values)]
            return {"column": name}, [*found, *_no_periods(name, others)]
    years = [name for name in texts if _YEAR.fullmatch(name)]
    if len(years) > 1:
        values = {"columns": ", ".join(years)}
        return {"columns": "(\\d{4})"}, [Finding("period", "The columns are years: {columns}.", values)]
    year = _YEAR.search(file.stem)
    if year:
        finding = Finding("period", "The file's name holds the year {year}.", {"year": year[0]})
        return {"file_name": "(\\d{4})"}, [finding]
    return {}, [
        _todo("period", "column, constant or file_name: neither the columns nor the file's name hold a period.")
    ]


def _no_periods(column: str, texts: Sequence[str]) -> list[Finding]:
    if not texts:
        return []
    ask = "column: these texts of '{column}' are no periods: {texts}; is there one period for the whole file?"
    return [_todo("period", ask, column=column, texts=", ".join(texts[:5]))]


def _facts(
    stem: str, texts: dict[str, list[str]], used: set[Any], by_year: bool
) -> tuple[dict[str, Any], list[Finding]]:
    rest = {name: one for name, one in texts.items() if name not in used}
    dimensions = _dimensions(rest)
    taken = {one if isinstance(one, str) else one["column"] for one in dimensions.values()}
    numbers = [name for name, one in rest.items() if name not in taken and look_at.number_shape(one)]
    table, measure = _table(stem, numbers)
    found, findings = _measures(measure, numbers, by_year)
    findings.append(
        _todo("facts", "table: are these '{table}' (by the names only)? The vocabulary has others.", table=table)
    )
    if table == "population":
        dimensions["residence"] = {"constant": "main"}
        findings.append(_todo("facts", _MAIN_ONLY))
    if dimensions:
        found["dimensions"] = dimensions
    left = [name for name in rest if name not in taken and name not in numbers]
    if left:
        ask = "dimensions: these columns are not read; is one of them a dimension? {columns}"
        findings.append(_todo("facts", ask, columns=", ".join(left)))
    return {"table": table, **found}, [*findings, *_signs(rest, numbers)]


def _dimensions(texts: dict[str, list[str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, one in texts.items():
        if look_at.is_age(name, one):
            found["age"] = name
        elif look_at.is_sex(one):
            found["sex"] = {"column": name, "codes": {text: look_at.SEX[text.strip().lower()] for text in one}}
    return found


def _measures(measure: str, numbers: Sequence[str], by_year: bool) -> tuple[dict[str, Any], list[Finding]]:
    """The measure's column or columns, and what must be decided about them."""
    ages = look_at.age_groups(numbers)
    years = [name for name in numbers if _YEAR.fullmatch(name)]
    if by_year and years:
        return {"measure": measure, "columns": {name: {} for name in years}}, []
    if len(ages) > 1:
        columns = {name: {"age": group} for name, group in ages.items()}
        found = Finding("facts", "{count} columns are age groups by their names.", {"count": len(ages)})
        others = [name for name in numbers if name not in ages]
        ask = _todo("facts", "columns: what are these numbers? {columns}", columns=", ".join(others))
        return {"measure": measure, "columns": columns}, [found, ask] if others else [found]
    if len(numbers) == 1:
        return {"measures": {measure: numbers[0]}}, []
    if not numbers:
        return {"measures": {measure: 1}}, [
            _todo("facts", "measures: no column holds a number; is each row one person or case?")
        ]
    which = "measures or columns: which of these hold the numbers (1 where each row is one case)? {columns}"
    return {}, [_todo("facts", which, columns=", ".join(numbers))]


def _table(stem: str, names: Sequence[str]) -> tuple[str, str]:
    for text in (" ".join(names), stem):
        for pattern, table, measure in _TABLES:
            if re.search(pattern, text, re.I):
                return table, measure
    return "population", "persons"


def _signs(texts: dict[str, list[str]], numbers: Sequence[str]) -> list[Finding]:
    found = sorted({sign for name in numbers for sign in look_at.signs(texts[name])})
    ask = "what does '{sign}' mean: zero, suppressed, missing, not_yet, not_applicable, unreliable?"
    return [_todo("signs", ask, sign=one) for one in found]
