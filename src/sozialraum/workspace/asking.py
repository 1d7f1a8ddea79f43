"""What is asked of a workspace, checked before any work: names, levels and periods, every fault of release.toml at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sozialraum.declared import nearest
from sozialraum.errors import CallError, Fault, InputError, Place
from sozialraum.figures import Figures
from sozialraum.texts import Names
from sozialraum.workspace.plans import NAME, FiguresPlan, ReleasePlan

if TYPE_CHECKING:
    from sozialraum.indicators import Indicator


def texts_of(given: object, name: str) -> list[str]:
    """The list that a call gives as `name`, as texts. Raises: CallError for anything but a list with something in it."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        what, remedy = "{name} is a list, and {given} is none.", "Write {name} in square brackets: [{given}]."
        raise CallError(what, remedy=remedy, name=name, given=repr(given))
    found = [str(one) for one in given]
    if not found:
        raise CallError("The list {name} is empty.", remedy="Name at least one.", name=name)
    return found


def check_release(parts: object, name: str) -> None:
    """Raises: CallError where `parts` is no list of Figures, or `name` can be no name of a release."""
    remedy = "Call ws.figures(...) for each part, and ws.release([part, ...], name) with all of them."
    if isinstance(parts, str) or not isinstance(parts, Sequence):
        what = "release() takes a list of Figures, got a single {given}."
        raise CallError(what, remedy=remedy, given=type(parts).__name__)
    for one in parts:
        if not isinstance(one, Figures):
            what = "release() takes a list of Figures, got {given} in it."
            raise CallError(what, remedy=remedy, given=type(one).__name__)
    if not re.fullmatch(NAME.rstrip("$"), name):
        raise CallError(
            "'{name}' can be no name of a release.",
            why="It becomes the name of a folder.",
            remedy="Use up to 81 letters, digits, spaces, dots and dashes; begin with a letter or a digit.",
            name=name,
        )


def check_plan(plan: ReleasePlan, catalogue: Mapping[str, Indicator], levels: Sequence[str], place: Place) -> None:
    """Raises: InputError with every indicator and level of a declared release that is not known, and parts without periods.

    `place`: where it is declared; the key of each fault stands below it.
    """
    lists = {"figures": plan.figures, "analysis": plan.analysis}
    faults = [
        fault
        for name, parts in lists.items()
        for number, part in enumerate(parts)
        for fault in _part_faults(part, catalogue, levels, _below(place, f"{name}.{number}"))
    ]
    for number, index in enumerate(plan.index):
        faults += _unknown_levels([index.level], levels, _below(place, f"index.{number}.level"))
    if faults:
        raise InputError(faults)


def _below(place: Place, key: str) -> Place:
    return replace(place, column=f"{place.column}.{key}")


def _part_faults(
    part: FiguresPlan, catalogue: Mapping[str, Indicator], levels: Sequence[str], place: Place
) -> Iterator[Fault]:
    for key, given in (("level", [part.level]), ("totals", part.totals)):
        yield from _unknown_levels(given, levels, _below(place, key))
    for indicator in part.indicators:
        if indicator not in catalogue:
            close = nearest(indicator, catalogue)
            remedy = "Did you mean {close}? All ids: sozialraum catalogue" if close else "All ids: sozialraum catalogue"
            values = {"names": Names([indicator]), "close": Names([close])}
            what, where = "There is no indicator {names}.", _below(place, "indicators")
            yield Fault("unknown_indicator", what, where, remedy=remedy, values=values)
    if not part.indicators:
        remedy = 'Write indicators = ["child_poverty_u15"].'
        yield Fault("no_indicators", "No indicator is named.", _below(place, "indicators"), remedy=remedy)
    if not part.labels:
        remedy = "Write years = { first = 2022, last = 2024 }."
        yield Fault("no_periods", "No period is named.", place, remedy=remedy)


def _unknown_levels(given: Iterable[str], levels: Sequence[str], place: Place) -> Iterator[Fault]:
    for level in given:
        if level not in levels:
            what, values = (
                "There is no level '{level}'; there are: {known}.",
                {"level": level, "known": ", ".join(levels)},
            )
            yield Fault("unknown_level", what, place, values=values)
