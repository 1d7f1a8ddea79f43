"""What can go wrong, said so that a planner can act: what, where, value, why it matters, what to do next.

Templates are English; `say(language)` gives the German wording from `wordings/de`. No message holds a person's row.
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sozialraum.texts import Phrase, say

REASONS = {
    errno.EACCES: "the rights for it are missing",
    errno.EPERM: "the rights for it are missing",
    errno.EROFS: "it can only be read",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the allotted space on the disk is used up",
    errno.EFBIG: "the file would become too large",
    errno.ENOENT: "it does not exist",
    errno.EEXIST: "something else has that name already",
    errno.ENOTDIR: "a part of the path is no folder",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EADDRINUSE: "another program listens there already",
    errno.EADDRNOTAVAIL: "this computer has no such address",
}
"""What the operating system says about files and addresses, for planners."""
UNWRITTEN = "Could not write: {reason}. Nothing was changed."
"""What is said where a disk says no; what is written appears whole or not at all."""


def cause(error: BaseException) -> Phrase:
    """Why the operating system refused, to be put into a message; its own words where it is something rare."""
    told = REASONS.get(getattr(error, "errno", None) or 0)
    return Phrase(told or getattr(error, "strerror", None) or str(error) or type(error).__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a delivered file: rows count from 1 as a spreadsheet shows them."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def say(self, language: str = "en") -> str:
        """`file, sheet 'S', row 3, column 'C'` with the parts that are known."""
        parts = [self.file] if self.file else []
        if self.sheet:
            parts.append(say("sheet '{sheet}'", language, sheet=self.sheet))
        if self.row is not None:
            parts.append(say("row {row}", language, row=self.row))
        if self.column:
            parts.append(say("column '{column}'", language, column=self.column))
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Fault:
    """One finding about an input.

    `code` is stable (`duplicate_key`); `what`, `why` and `remedy` are English templates filled from `values`.
    An `error` stops the work; a `warning` may be accepted by a named person; a `note` only tells.
    """

    code: str
    what: str
    place: Place = Place()
    value: str = ""
    why: str = ""
    remedy: str = ""
    severity: str = "error"
    values: Mapping[str, object] = field(default_factory=dict)

    def say(self, language: str = "en") -> str:
        """One line: place, value, what is wrong, why it matters, what to do."""
        where = self.place.say(language)
        value = say("value '{value}'", language, value=self.value) if self.value else ""
        head = ", ".join(part for part in (where, value) if part)
        sentences = [say(text, language, **self.values) for text in (self.what, self.why, self.remedy) if text]
        return f"{head}: {' '.join(sentences)}" if head else " ".join(sentences)


class Told(Phrase):
    """What a fault says, to be put into another message: in the language of that message."""

    def __new__(cls, fault: Fault) -> Told:
        """The fault as one line."""
        told = super().__new__(cls, fault.say())
        told.fault = fault
        return told

    fault: Fault

    def in_language(self, language: str) -> str:
        """The same line in that language."""
        return self.fault.say(language)


class SozialraumError(Exception):
    """Base of all errors meant for users; `exit_code` is what the command line returns."""

    exit_code = 3

    def __init__(self, what: str, *, why: str = "", remedy: str = "", place: Place | None = None, **values: object):
        self.fault = Fault(type(self).__name__, what, place or Place(), why=why, remedy=remedy, values=values)
        super().__init__(self.fault.say())

    def say(self, language: str = "en") -> str:
        """The whole message in that language."""
        return self.fault.say(language)


class CallError(SozialraumError):
    """The call itself is wrong: an unknown option, name or combination."""

    exit_code = 2


class InputError(SozialraumError):
    """The input has faults; all of them are in `faults`."""

    exit_code = 3

    def __init__(self, faults: Iterable[Fault]):
        self.faults = tuple(faults)
        Exception.__init__(self, "\n".join(fault.say() for fault in self.faults))

    def say(self, language: str = "en") -> str:
        """Every fault on a line of its own."""
        return "\n".join(fault.say(language) for fault in self.faults)


class Together:
    """Several looks at an input, each in a `with` block: the faults of one end that look alone and are told with all others."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def __enter__(self) -> None:
        """Begin a look."""

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: object) -> bool:
        """Keep the faults that the look ended with; any other error goes on."""
        if isinstance(problem, InputError):
            self.faults += problem.faults
        return isinstance(problem, InputError)

    def refuse(self) -> None:
        """Raises: InputError with the faults of all looks, when there are any."""
        if self.faults:
            raise InputError(self.faults)


class MismatchError(SozialraumError):
    """Two values that must fit together do not: other areas, other periods, other units."""


class NoAnswerError(SozialraumError):
    """The method cannot give an answer for this input, and says why."""

    exit_code = 4


class UnsafeReleaseError(NoAnswerError):
    """What was asked to be released cannot be made safe."""
