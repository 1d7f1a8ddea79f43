"""Where one number comes from, from its definition down to file, sheet and rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from sozialraum.errors import CallError, NoAnswerError
from sozialraum.figures import Description
from sozialraum.reports import language as words
from sozialraum.texts import say

if TYPE_CHECKING:
    from sozialraum.protection import Rule
    from sozialraum.workspace import Workspace

ROLES = {"numerator": "numerator", "denominator": "denominator", "delivered": "delivered value"}
SHOWN_ROWS = 12
"""So many row numbers are printed; a register count rests on thousands."""


@dataclass(frozen=True)
class Origin:
    """Rows of one delivered file that went into one part of a figure."""

    role: str
    delivery: str
    file: str
    sheet: str
    rows: tuple[int, ...]
    columns: tuple[str, ...]

    def say(self, language: str) -> str:
        """File, sheet, columns and the first row numbers."""
        shown = ", ".join(str(row) for row in self.rows[:SHOWN_ROWS])
        more = (
            say(" and {count} more", language, count=len(self.rows) - SHOWN_ROWS) if len(self.rows) > SHOWN_ROWS else ""
        )
        sheet = say(", sheet '{sheet}'", language, sheet=self.sheet) if self.sheet else ""
        columns = say(", column {columns}", language, columns=", ".join(self.columns)) if self.columns else ""
        rows = say(", rows {rows}", language, rows=shown + more)
        return f"{self.file}{sheet}{columns}{rows}"


@dataclass(frozen=True)
class Explanation:
    """Everything behind one figure. `say()` prints it; numbers are unprotected and for staff only."""

    description: Description
    area: str
    label: str
    row: dict[str, Any]
    origins: tuple[Origin, ...]
    corrections: tuple[str, ...]
    rule: Rule
    releases: tuple[str, ...]

    def say(self, language: str = "de") -> str:
        """The explanation as lines of text."""
        return "\n".join(self._lines(language))

    def _value(self, language: str) -> str:
        """The value in its unit, with its interval where there is one."""
        one, row = self.description, self.row
        if row["value"] is None:
            return "-"
        value = words.quantity(row["value"], one.unit, one.decimals, language)
        if row["lower"] is None or row["upper"] is None:
            return value
        return f"{value} ({words.interval(row['lower'], row['upper'], one.decimals, language)})"

    def _lines(self, language: str) -> Iterator[str]:
        one = self.description
        yield say("{title} ({id}), {label} ({area}), {period}", language, title=_in(one.title, language), id=one.id,
                  label=self.label, area=self.area, period=self.row["period"])  # fmt: skip
        yield say("Value: {value}, mark: {flag}", language, value=self._value(language), flag=self.row["flag"])
        yield say("Definition: {text}", language, text=_in(one.definition, language))
        yield say("Formula: {text}", language, text=_in(one.formula, language))
        counts = {name: _amount(self.row[name], language) for name in ("numerator", "denominator")}
        yield say("Numerator: {numerator}; denominator: {denominator}", language, **counts)
        yield say(
            "Boundaries: {vintage}, level {level}", language, vintage=self.row["vintage"], level=self.row["level"]
        )
        for origin in self.origins:
            yield f"  {say(ROLES[origin.role], language)}: {origin.say(language)} [{origin.delivery}]"
        yield say("Corrections: {text}", language, text="; ".join(self.corrections) or say("none", language))
        if self.row["flag"] == "estimated":
            yield say("Converted from other boundaries: the value is an estimate.", language)
        yield say("Rule: {text}", language, text=self.rule.say(language))
        yield say("Releases: {text}", language, text=", ".join(self.releases) or say("not released", language))


def _in(texts: Any, language: str) -> str:
    return str(texts.get(language) or texts.get("de") or "-")


def _amount(value: float | None, language: str) -> str:
    """A count as people write it; counts converted from other boundaries have decimals."""
    return "-" if value is None else words.number(value, 0 if float(value).is_integer() else 1, language)


def explain(workspace: Workspace, indicator: str, area: str, period: str, level: str) -> Explanation:
    """The explanation of one figure. Raises: CallError when area, indicator or period are not known."""
    from sozialraum.indicators import trace

    level = level or _level_of(workspace, indicator, area, period)
    figures = workspace.figures([indicator], level, [period])
    row = figures.row(indicator, area, period)
    known, vintage = workspace.catalogue, row["vintage"]
    rows = trace(known[indicator], workspace.store, workspace.areas, area, level, period, known, vintage)
    layer = workspace.areas.layer(level, row["vintage"])
    return Explanation(
        description=figures.description(indicator),
        area=area,
        label=layer.labels[layer.place[area]],
        row=row,
        origins=tuple(_origins(rows)),
        corrections=tuple(_corrections(workspace, rows)),
        rule=workspace.settings.protection,
        releases=tuple(_releases(workspace, indicator, area, period)),
    )


def _level_of(workspace: Workspace, indicator: str, area: str, period: str) -> str:
    """The finest level that knows the key and has the figure; the coarsest that knows the key where no finer one has it."""
    vintage = workspace.areas.vintage_of(period)
    known = [one for one in workspace.areas.levels if area in workspace.areas.layer(one, vintage).place]
    if not known:
        raise CallError(
            "There is no area '{area}' in {period}.",
            remedy="Keys keep their leading zeros; sozialraum show lists levels and areas.",
            area=area,
            period=period,
        )
    return next((one for one in known[:-1] if _has(workspace, indicator, one, period)), known[-1])


def _has(workspace: Workspace, indicator: str, level: str, period: str) -> bool:
    try:
        return len(workspace.figures([indicator], level, [period])) > 0
    except NoAnswerError:
        return False


def _origins(rows: pa.Table) -> Iterator[Origin]:
    groups: dict[tuple[str, str, str, str], tuple[set[int], set[str]]] = {}
    names = ("role", "delivery", "file", "sheet", "row", "column")
    for role, delivery, file, sheet, row, column in zip(*(rows[name].to_pylist() for name in names), strict=True):
        numbers, columns = groups.setdefault((role, delivery, file, sheet or ""), (set(), set()))
        numbers.add(row)
        columns.update([column] if column else [])
    for (role, delivery, file, sheet), (numbers, columns) in groups.items():
        yield Origin(role, delivery, file, sheet, tuple(sorted(numbers)), tuple(sorted(columns)))


def _corrections(workspace: Workspace, rows: pa.Table) -> Iterator[str]:
    """Declared corrections that were applied to the deliveries behind the figure."""
    used = set(rows["delivery"].to_pylist())
    for one in workspace.deliveries:
        if one.id in used:
            applied = one.record.get("corrections", [])
            yield from (f"{one.id}: {correction['reason']}" for correction in applied)


def _releases(workspace: Workspace, indicator: str, area: str, period: str) -> Iterator[str]:
    for name, versions in workspace.releases.items():
        for version in versions:
            release = workspace.released(name, version)
            if indicator in release.figures.indicators and (indicator, area, period) in release.figures.places:
                flag = release.figures.row(indicator, area, period)["flag"]
                yield f"{release.label} ({flag})"
