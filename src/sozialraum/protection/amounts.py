"""Sums of amounts at the gate (ages, rooms, square metres): where they may stand beside the counts of those who contribute.

An amount is hidden with every count of its row. Whether that is enough the check says, which knows what amounts of other
populations could be; where it does not, more is hidden: the amount itself, one beside it, its level, all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow.compute as pc

from sozialraum.errors import UnsafeReleaseError
from sozialraum.figures import Figures
from sozialraum.protection.counts import Hidden, Own, contributors
from sozialraum.protection.linked import Pieces
from sozialraum.protection.proved import (
    Amount,
    Certificate,
    Earlier,
    Evidence,
    Former,
    Verdict,
    declared_amounts,
    verify,
)
from sozialraum.protection.rule import Rule

ROUNDS = 8
"""Tries of each kind at most: single areas, their levels, everything."""
LAST = 2
Where = tuple[Amount, str, str, str, str]
"""Amount, level, vintage, area ("" for all of a level, level "" for all of it), period."""


class Amounts:
    """The amounts of figures that are to be released, and what has to be withheld of them."""

    def __init__(
        self,
        figures: Figures,
        empty: Callable[..., Figures],
        rule: Rule,
        earlier: Sequence[Earlier],
        pieces: Pieces,
        certificate: Certificate,
        former: Sequence[Former] = (),
    ):
        self.figures, self.empty, self.rule, self.pieces = figures, empty, rule, pieces
        self.certificate = certificate
        self.earlier, self.former = earlier, former
        self.declared = {one.id: declared_amounts(one) for one in figures.descriptions}
        self.told_before = {
            amount
            for one in earlier
            for description in one.figures.descriptions
            for amount in declared_amounts(description).values()
        }
        self.withheld: set[Where] = {(one, "", "", "", "") for one in self._overlapping()}

    def __bool__(self) -> bool:
        return any(self.declared.values()) or bool(self.told_before)

    def _overlapping(self) -> Iterator[Amount]:
        """Amounts of the same facts as one before them: what they leave over when taken from each other nobody judges."""
        every = dict.fromkeys([*self.told_before, *(one for mine in self.declared.values() for one in mine.values())])
        for first, second in combinations(every, 2):
            if first.facts & second.facts:
                yield second

    def judged(self) -> Figures:
        """The figures with all that is needed withheld.

        Raises: UnsafeReleaseError when an earlier release tells too much already.
        """
        turn = step = 0
        while True:
            safe = self.empty(withheld=self._rows())
            verdict = self._verdict(safe, hidden_rows(self.figures, safe))
            step, more = self._next(verdict, max(step, turn // ROUNDS))
            if not more:
                break
            self.withheld |= more
            turn += 1
        left = verdict.open_amounts or verdict.misfits
        if left:
            raise UnsafeReleaseError(
                "{count} sums of amounts cannot be protected; areas: {places}.",
                why="They follow from sums that an earlier release shows.",
                remedy="Release without the indicators that add up amounts, or with coarser areas.",
                count=len(left),
                places=", ".join(sorted({one.place[2] for one in left})[:5]),
            )
        return safe

    def _rows(self) -> Hidden:
        """The rows whose amount is withheld."""
        names = ("indicator", "level", "vintage", "area", "period")
        rows = zip(*(self.figures.table[name].to_pylist() for name in names), strict=True)
        return np.array([self._is_withheld(*row) for row in rows], dtype=bool)

    def _is_withheld(self, indicator: str, level: str, vintage: str, area: str, period: str) -> bool:
        return any(
            not self.withheld.isdisjoint(
                [(one, "", "", "", ""), (one, level, vintage, "", period), (one, level, vintage, area, period)]
            )
            for one in self.declared.get(indicator, {}).values()
        )

    def _verdict(self, safe: Figures, secrets: Figures) -> Verdict:
        rule, insiders = self.rule, self.rule.insiders == "safe"
        asked = (safe, secrets, self.earlier, self.pieces, rule.minimum, rule.rest, self.certificate, insiders)
        return verify(Evidence(*asked, rule.p_percent / 100, classes=False, former=self.former))

    def _next(self, verdict: Verdict, step: int) -> tuple[int, set[Where]]:
        """The first step from this one on at which there is more to withhold, and that; nothing: it is done or in vain."""
        more = set(self._more(verdict, step)) - self.withheld
        return (step, more) if more or step == LAST else self._next(verdict, step + 1)

    def _more(self, verdict: Verdict, step: int) -> Iterator[Where]:
        """What to withhold next: amounts that are open with one beside them; then their level; then all of them."""
        for one in (*verdict.open_amounts, *verdict.misfits):
            level, vintage, area = one.place
            if step == 0:
                yield one.amount, level, vintage, area, one.period
                if one.beside is not None:
                    yield one.amount, *one.beside, one.period
            else:
                yield (one.amount, level, vintage, "", one.period) if step == 1 else (one.amount, "", "", "", "")

    def said(self, safe: Figures) -> list[dict[str, Any]]:
        """For the protocol: how the amounts of each indicator were judged, and how many are shown and hidden."""
        found = []
        for name, amounts in self.declared.items():
            if amounts:
                mine = safe.table.filter(pc.equal(safe.table["indicator"], name))
                hidden = pc.sum(pc.equal(mine["flag"], "suppressed")).as_py() or 0
                shown = pc.count(mine["value"]).as_py()
                whole = any((one, "", "", "", "") in self.withheld for one in amounts.values())
                known = all(one.ages for one in amounts.values())
                found.append(
                    {"indicator": name, "shown": shown, "hidden": hidden, "withheld": whole, "contributions": known}
                )
        return found


def hidden_rows(figures: Figures, safe: Figures) -> Figures:
    """The rows that are hidden, as they were."""
    hidden = pc.not_equal(figures.table["flag"], safe.table["flag"])
    return Figures(figures.table.filter(hidden), figures.descriptions)


def refuse_uncounted(figures: Figures, own: Mapping[str, Own]) -> None:
    """Amounts to which nobody knows how many contribute are not released. Raises: UnsafeReleaseError."""
    counted = {count for one in own.values() for count in one.counts.values()}
    for one in figures.descriptions:
        if one.amounts and not one.protected_at_source and one.id not in own and not counted & set(contributors(one)):
            raise UnsafeReleaseError(
                "'{id}' adds up amounts, and no count of those who contribute is part of this release.",
                why="Of one or two people it would tell the amount of each.",
                remedy="Add an indicator that counts them, or show a mean with their count as its base.",
                id=one.id,
            )
