"""What changed since the last edition: who moved class, and in how many areas each figure rose or fell."""

from __future__ import annotations

import numpy as np

from sozialraum.reports import language as words
from sozialraum.reports import sentences as tell
from sozialraum.reports.blocks import (
    Block,
    Cell,
    Column,
    Heading,
    Matrix,
    MatrixCell,
    MatrixHead,
    Paragraph,
    Section,
    Table,
)
from sozialraum.reports.editions import Dimension, Edition, earlier_edition, edition, is_current
from sozialraum.reports.sections import parts
from sozialraum.reports.sections.settings import Settings
from sozialraum.reports.series import is_level
from sozialraum.reports.view import View
from sozialraum.texts import say


def section(view: View, settings: Settings) -> Section | None:
    """Class moves and changes of figures; None where nothing compares."""
    before, now = earlier_edition(view), edition(view)
    blocks: list[Block] = [Paragraph((settings.text,))] if settings.text else []
    if before is not None and now is not None:
        blocks += moves(view, before, now)
    elif now is not None:
        blocks.append(
            Paragraph(
                (
                    say(
                        "The release holds no earlier edition of the index, so nothing can be said about moves between classes.",
                        view.language,
                    ),
                )
            )
        )
    table = changes(view)
    if table is not None:
        blocks += [Heading(3, say("Figures then and now", view.language)), table]
    return Section(settings.id, settings.title, tuple(blocks)) if table is not None or before is not None else None


def moves(view: View, before: Edition, now: Edition) -> list[Block]:
    """Who moved class: sentence and table of both editions, equal boundaries only."""
    language = view.language
    old, new = before.status, now.status
    both = (old.codes >= 0) & (new.codes >= 0)
    if not both.any():
        return [Paragraph((say("No area has the same boundaries and a class in both editions.", language),))]
    title = say("Who moved class?", language)
    return [Heading(3, title), Paragraph((moves_sentence(view, before, now),)), transition(view, old, new, before, now)]


def moves_sentence(view: View, before: Edition, now: Edition) -> str:
    """How many areas stayed, went to a higher and to a lower status, and how many of the moves were sure."""
    language, old, new = view.language, before.status, now.status
    both = (old.codes >= 0) & (new.codes >= 0)
    compared = int(both.sum())
    step = new.codes - old.codes
    same, better, worse = (int((both & fits).sum()) for fits in (step == 0, step < 0, step > 0))
    values = {
        "compared": words.number(compared, 0, language),
        "same": words.capital(words.in_areas(same, compared, language)),
        "better": words.number(better, 0, language),
        "worse": words.number(worse, 0, language),
        "before": before.label,
        "now": now.label,
    }
    told = [say("{same} the status is in the same class in edition {now} as in edition {before}.", language, **values)]
    if better or worse:
        told.append(say("Now in a class of higher status: {better}, of lower status: {worse}.", language, **values))
        told.append(_sure_moves(view, old, new, both & (step != 0)))
    if compared < len(view.layer):
        told.append(
            say(
                "Compared are only the {compared} areas with a class in both editions and unchanged boundaries.",
                language,
                **values,
            )
        )
    return " ".join(one for one in told if one)


def _sure_moves(view: View, old: Dimension, new: Dimension, moved: np.ndarray) -> str:
    if not (old.knows_chance and new.knows_chance):
        return say("How many of these moves are more than chance, the release does not say.", view.language)
    sure = int((moved & (old.probability >= 0.95) & (new.probability >= 0.95)).sum())
    return say(
        "In {count} of these moves both classes are sure; an area near a border can move by chance.",
        view.language,
        count=words.number(sure, 0, view.language),
    )


def transition(view: View, old: Dimension, new: Dimension, before: Edition, now: Edition) -> Matrix:
    """Status then (rows) by status now (columns)."""
    language, count = view.language, len(new.scale.ids)
    numbers = [
        [int(((old.codes == row) & (new.codes == column)).sum()) for column in range(count)] for row in range(count)
    ]
    cells = tuple(tuple(MatrixCell(words.number(one, 0, language) if one else "–") for one in row) for row in numbers)
    heads = tuple(MatrixHead(word, fill=new.fill(code)) for code, word in enumerate(new.words(language)))
    return Matrix(
        say("Status in both editions", language),
        heads,
        heads,
        cells,
        kind="transition",
        corner=say("Edition {label}", language, label=before.label),
        columns_head=say("Edition {label}", language, label=now.label),
        unit=say("Number of areas", language),
        source=parts.source_line(view, new.description.parts),
        show_title=False,
    )


def changes(view: View) -> Table | None:
    """For every figure: since when, in the median area, and in how many areas it rose, fell, or did not change recognisably."""
    language = view.language
    rows = [
        row
        for row in (
            _row(view, one) for one in view.measures() if is_level(view.descriptions[one]) and is_current(view, one)
        )
        if row
    ]
    if not rows:
        return None
    heads = (
        say("Figure", language),
        say("Since", language),
        say("Median change", language),
        say("Risen", language),
        say("Fallen", language),
        say("Not recognisable", language),
        say("Compared", language),
    )
    columns = tuple(Column(head, "text" if place < 2 else "number") for place, head in enumerate(heads))
    note = say("Risen and fallen count areas whose change has a 95 % interval that leaves out zero.", language)
    return Table(
        say("Change of the figures by number of areas", language),
        columns,
        tuple(rows),
        parts.source_line(view),
        note,
        show_title=False,
    )


def _row(view: View, indicator: str) -> tuple[Cell | str, ...] | None:
    series, language = view.series(indicator), view.language
    count = tell.steps(series)
    if count is None or not count.compared:
        return None
    one = series.description
    middle = float(np.nanmedian(series.steps[0]))
    unit = (
        say("points", language)
        if one.unit in ("percent", "percentage_points")
        else words.unit_words(one.unit, language)
    )
    numbers = (count.risen, count.fallen, count.unclear) if count.with_interval else (None, None, None)
    cells = [
        Cell(words.number(number, 0, language), number=number) if number is not None else Cell("–")
        for number in numbers
    ]
    return (
        Cell(tell.title(one, language), note=unit, href=view.address("indicator", one.id)),
        words.capital(tell.when(one, count.since, language)),
        Cell(words.signed(middle, one.decimals, language), number=middle),
        *cells,
        Cell(words.number(count.compared, 0, language), number=count.compared),
    )
