"""Files that readers take along: profiles and reports as PDF, numbers as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np

from sozialraum.figures import HIDDEN
from sozialraum.reports import View
from sozialraum.reports import sentences as tell
from sozialraum.reports.sections import parts
from sozialraum.reports.series import Series
from sozialraum.texts import say
from sozialraum.web.figures.papers import profile_pdf, report_html, report_pdf, titled
from sozialraum.web.ready.keeping import Kept, keep

Cells = Sequence[str | float | None]
STARTS = re.compile(r"[\t\r\n]|[\s\"']*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet computes when it stands at the start of a cell; Chinese and Japanese ones take the wide signs, too."""
SPLIT = re.compile(r"([,;|\t\r\n][\s\"']*)([=+\-@\uff1d\uff0b\uff0d\uff20])")
"""The same behind a sign at which a spreadsheet of another country would divide the line."""


def area_csv(view: View, area: str) -> Kept:
    """Every figure of an area at every date."""
    place = view.layer.place[area]
    rows = [
        (one, tell.in_language(view.descriptions[one].title, view.language), *cells)
        for one in view.measures()
        for cells in _course(view.series(one), place, view.language)
    ]
    heads = ("indicator", "title", "period", "value", "lower", "upper", "state", "unit")
    return table_csv(view, heads, rows, f"{_plain(area)}-{view.release.label}.csv")


def indicator_csv(view: View, indicator: str) -> Kept:
    """One figure of every area at every date."""
    series = view.series(indicator)
    rows = [
        (key, view.layer.labels[place], *cells)
        for place, key in enumerate(view.layer.keys)
        for cells in _course(series, place, view.language)
    ]
    heads = ("area", "name", "period", "value", "lower", "upper", "state", "unit")
    return table_csv(view, heads, rows, f"{indicator}-{view.release.label}.csv")


def release_csv(view: View) -> Kept:
    """Every value of the release on every level; hidden ones have no number."""
    heads = ("area", "level", "vintage", "period", "indicator", "value", "lower", "upper", "flag")
    table = view.release.table.select(list(heads))
    columns = (table[name].to_pylist() for name in heads)
    rows = ((*row[:5], *(None,) * 3, row[8]) if row[8] in HIDDEN else row for row in zip(*columns, strict=True))
    return table_csv(view, heads, rows, f"{view.release.label}.csv")


def _course(series: Series, area: int, language: str) -> Iterator[Cells]:
    """Period, value, interval, state and unit; `absent` rows tell nothing and are left out."""
    for at, period in enumerate(series.periods):
        found = series.at(at, area)
        if found["state"] != "absent":
            state = "" if found["state"] == "ok" else parts.empty_cell(found["state"], language).text
            numbers = (known(found[name]) for name in ("value", "lower", "upper"))
            yield (period, *numbers, state, series.description.unit)


def known(value: float) -> float | None:
    """The number, or None where there is none."""
    return None if np.isnan(value) else value


def table_csv(view: View, heads: Cells, rows: Iterable[Cells], name: str) -> Kept:
    """As German spreadsheets read it (semicolon, decimal comma), or with point and comma; the source stands at the end."""
    german, held = view.language == "de", io.StringIO()
    writer = csv.writer(held, delimiter=";" if german else ",", lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([safe(cell, german) for cell in row] for row in rows)
    writer.writerow([])
    writer.writerow([safe(source(view), german)])
    return keep(b"\xef\xbb\xbf" + held.getvalue().encode(), "text/csv; charset=utf-8", name)


def source(view: View) -> str:
    """Every source with publisher and licence, and the release."""
    told = say("Source: {source}", view.language, source="; ".join(parts.all_sources(view)))
    return f"{told}. {say('Release {label}', view.language, label=view.release.label)}"


def safe(cell: str | float | None, german: bool) -> str:
    """The cell as text: a spreadsheet must not take a name, or what it makes of it at another separator, for a formula."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _safe_text(cell)
    text = f"{cell:.10g}"
    return text.replace(".", ",") if german else text


@lru_cache(maxsize=4096)
def _safe_text(cell: str) -> str:
    """Keys, names and words return by the thousand in a long file."""
    plain = SPLIT.sub(r"\1'\2", cell)
    return f"'{plain}" if STARTS.match(cell) else plain


def _plain(text: str) -> str:
    return "".join(one if one.isascii() and one.isalnum() else "-" for one in text)


def _is_area(view: View, key: str) -> bool:
    return key in view.layer.place


def _is_measure(view: View, key: str) -> bool:
    return key in view.measures()


def _is_report(view: View, key: str) -> bool:
    return key in {one for one, _, _ in titled(view)}


FILES: Mapping[str, tuple[Callable[[View, str], bool], Callable[[View, str], Kept]]] = {
    "area-pdf": (_is_area, profile_pdf),
    "area-csv": (_is_area, area_csv),
    "indicator-csv": (_is_measure, indicator_csv),
    "report-pdf": (_is_report, report_pdf),
    "report-html": (_is_report, report_html),
}
"""Name -> whether the release knows the key, and what makes the file."""
