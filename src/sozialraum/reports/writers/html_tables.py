"""Tables, matrices and running text in HTML: real tables with heads, so that they can be read aloud."""

from __future__ import annotations

import re
from html import escape
from itertools import pairwise

from sozialraum.reports.blocks import Cell, Column, Matrix, MatrixCell, MatrixHead, Run, Table, Text
from sozialraum.reports.charts import draw
from sozialraum.reports.drawing import clean
from sozialraum.texts import say

STRIP, SPARK = 290.0, 130.0
"""Width of charts inside a table, in pixels."""
METER, METER_OF_SEVERAL = 60.0, 36.0
"""Length of the longest bar in a table with one column of bars, and with several."""
EMPTY = {"zero": "zero", "hidden": "hidden", "unknown": "unknown"}
_SAFE = re.compile(r"#|https?://|mailto:|/(?![/\\])|[\w.-]+\.html$")
"""A place in the page, the web, a letter, a page of the same server, a file beside this one."""


def text(runs: Text) -> str:
    """Running text; a link is only made of an address that can do no harm."""
    return "".join(escape(_inline(run)) if isinstance(run, str) else _run(run) for run in runs)


def _inline(words: str) -> str:
    """Cleaned, but with the space at its ends that parts it from its neighbours."""
    inner = clean(words)
    return f"{' ' if words[:1].isspace() else ''}{inner}{' ' if words[-1:].isspace() and inner else ''}"


def _run(run: Run) -> str:
    inner = escape(_inline(run.text))
    inner = f"<strong>{inner}</strong>" if run.bold else inner
    inner = f'<span class="muted">{inner}</span>' if run.muted else inner
    return link(inner, run.href)


def link(inner: str, address: str) -> str:
    """The markup inside a link, or alone where there is no address or a doubtful one."""
    return f'<a href="{escape(address)}">{inner}</a>' if _SAFE.match(address) else inner


def table(block: Table, language: str, compact: bool = False) -> str:
    """A table with caption, heads and, where it has any, groups of rows; wide ones scroll inside their frame."""
    small = len(block.columns) <= 3 and all(column.kind != "chart" for column in block.columns)
    chosen = ("stack" if block.stack else "", "compact" if compact else "", "small" if small else "")
    css = " ".join(filter(None, chosen))
    title = escape(clean(block.title))
    caption = f"<caption{'' if block.show_title and not compact else ' class=hidden'}>{title}</caption>"
    head = "".join(_head(column, language) for column in block.columns)
    name = f' id="{escape(block.id)}"' if block.id else ""
    role = {key: f' role="{value}"' if block.stack else "" for key, value in _ROLES.items()}
    inner = (
        f'<table class="{css}"{role["table"]}>{caption}<thead{role["group"]}><tr{role["row"]}>{head}</tr></thead>'
        f"{_bodies(block, language)}</table>"
    )
    framed = (
        inner
        if (block.stack and not block.named) or compact
        else f'<div class="frame" role="group" tabindex="0" aria-label="{title}">{inner}</div>'
    )
    note = f'<p class="caption">{escape(clean(block.note))}</p>' if block.note else ""
    line = escape(say("Source: {source}", language, source=clean(block.source))) if block.source else ""
    source = f'<p class="caption">{line}</p>' if line else ""
    return f'<div class="table"{name}>{framed}{note}{source}</div>'


_ROLES = {
    "table": "table",
    "group": "rowgroup",
    "row": "row",
    "cell": "cell",
    "head": "columnheader",
    "side": "rowheader",
}


def _head(column: Column, language: str) -> str:
    css = f"{column.kind}{'' if column.phone else ' desk'}"
    unit = f' <span class="unit">{escape(clean(column.unit))}</span>' if column.unit else ""
    words = escape(clean(column.head)) or f'<span class="hidden">{escape(say("Value", language))}</span>'
    return f'<th scope="col" class="{css}">{words}{unit}</th>'


def _bodies(block: Table, language: str) -> str:
    """One body per group of rows."""
    starts = sorted({0, *(row for row, _ in block.groups)})
    titles = dict(block.groups)
    numbers = (one.number for line in block.rows for one in line if isinstance(one, Cell) and one.number)
    biggest, bodies = max(map(abs, numbers), default=1.0), []
    longest = METER if sum(one.kind == "bar" for one in block.columns) < 2 else METER_OF_SEVERAL
    scale = longest / biggest
    for start, end in pairwise([*starts, len(block.rows)]):
        head = titles.get(start)
        words = f'<th colspan="{len(block.columns)}" scope="rowgroup">{escape(clean(head))}</th>' if head else ""
        group = f'<tr class="group">{words}</tr>' if head else ""
        rows = "".join(_row(block, row, scale, language) for row in range(start, end))
        bodies.append(f"<tbody>{group}{rows}</tbody>")
    return "".join(bodies)


def _row(block: Table, row: int, scale: float, language: str) -> str:
    css = ' class="chosen"' if row in block.highlight else ""
    role = ' role="row"' if block.stack else ""
    cells = "".join(
        _cell(cell if isinstance(cell, Cell) else Cell(cell), column, place, block, scale, language)
        for place, (cell, column) in enumerate(zip(block.rows[row], block.columns, strict=True))
    )
    return f"<tr{css}{role}>{cells}</tr>"


def _cell(cell: Cell, column: Column, place: int, block: Table, scale: float, language: str) -> str:
    tag, scope = ("th", ' scope="row"') if place == 0 else ("td", "")
    role = f' role="{"rowheader" if place == 0 else "cell"}"' if block.stack else ""
    css = " ".join(filter(None, (column.kind, "" if column.phone else "desk", "strong" if cell.strong else "")))
    named = place > 0 if block.named else place > 1 and column.kind == "number"
    known = block.stack and named and cell.text
    head = f' data-head="{escape(clean(column.head))}"' if known else ""  # said before it where the heads are hidden
    return f'<{tag}{scope}{role} class="{css}"{head}>{_content(cell, column, scale, language)}</{tag}>'


def _content(cell: Cell, column: Column, scale: float, language: str) -> str:
    if cell.chart is not None:
        width = SPARK if cell.chart.kind == "sparkline" else STRIP
        return draw(cell.chart, width, language=language).svg(cell.chart.alt)
    fill = cell.fill or EMPTY.get(cell.state, "")
    sign = f'<span class="sw f-{fill}"></span>' if fill else ""
    sign += f'<svg class="mark" aria-hidden="true"><use href="#m-{cell.mark}"/></svg>' if cell.mark else ""
    if column.kind == "bar" and cell.number is not None:
        sign += f'<svg class="meter" width="{scale * abs(cell.number):.1f}" height="9" aria-hidden="true"></svg>'
    words = link(escape(clean(cell.text)), cell.href)
    words = f"<strong>{words}</strong>" if cell.strong else words
    note = f'<span class="note">{escape(clean(cell.note))}</span>' if cell.note else ""
    return f"{sign}{words}{note}"


def matrix(block: Matrix, unit: str = "") -> str:
    """Counts by two classifications as a table whose fields are filled with their class."""
    title = escape(clean(block.title))
    caption = (
        f"<caption{'' if block.show_title else ' class=hidden'}>{title}{unit if block.show_title else ''}</caption>"
    )
    over = ""
    if block.columns_head:
        span = f'scope="colgroup" colspan="{len(block.columns)}"'
        over = f"<tr><td></td><th {span}>{escape(clean(block.columns_head))}</th></tr>"
    corner = f'<th scope="col" class="corner">{escape(clean(block.corner))}</th>' if block.corner else "<td></td>"
    heads = "".join(f'<th scope="col">{_matrix_head(one)}</th>' for one in block.columns)
    end = f'<th scope="col" class="end">{escape(clean(block.ends_head))}</th>' if block.ends else ""
    rows = "".join(_matrix_row(block, row) for row in range(len(block.rows)))
    unit_line = f'<p class="caption">{unit}</p>' if unit and not block.show_title else ""
    return (
        f'{unit_line}<table class="matrix {block.kind}">{caption}<thead>{over}<tr>{corner}{heads}{end}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _matrix_row(block: Matrix, row: int) -> str:
    head = f'<th scope="row">{_matrix_head(block.rows[row])}</th>'
    cells = "".join(_matrix_cell(one, block.kind, row == place) for place, one in enumerate(block.cells[row]))
    end = ""
    if block.ends:
        value, note = block.ends[row]
        end = f'<td class="end">{escape(clean(value))}<span class="note">{escape(clean(note))}</span></td>'
    return f"<tr>{head}{cells}{end}</tr>"


def _matrix_head(head: MatrixHead) -> str:
    sign = f'<span class="sw f-{head.fill}"></span>' if head.fill else ""
    sign += f'<svg class="mark" aria-hidden="true"><use href="#m-{head.mark}"/></svg>' if head.mark else ""
    before = f"{escape(clean(head.text))} " if head.text else ""
    note = f'<span class="note">{escape(clean(head.note))}</span>' if head.note else ""
    return f"{sign}{before}<strong>{escape(clean(head.strong))}</strong>{note}"


def _matrix_cell(cell: MatrixCell, kind: str, same: bool) -> str:
    fill = cell.fill or transition_fill(kind, same, cell.text)
    css = " ".join(filter(None, (f"f-{fill}" if fill else "", "outlined" if cell.outlined else "")))
    sign = f'<svg class="mark" aria-hidden="true"><use href="#m-{cell.mark}"/></svg>' if cell.mark else ""
    note = f'<span class="note">{escape(clean(cell.note))}</span>' if cell.note else ""
    count = link(escape(clean(cell.text)), cell.href)
    return f'<td class="{css}"><span class="count">{count}{sign}</span>{note}</td>'


def transition_fill(kind: str, same: bool, words: str) -> str:
    """Fields of a transition table: same class dark, changed grey, nobody plain."""
    if kind != "transition" or words in ("", "–", "-", "0"):
        return ""
    return "sure-1" if same else "flat"
