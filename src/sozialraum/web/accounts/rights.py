"""Roles and what each of them may; every view names one right, and whatever names none is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """One kind of act."""

    OPEN = "open"
    """What everyone may, without an account: released figures, the sign-in page."""
    ENTER = "enter"
    """The first page behind the sign-in, and one's own account."""
    SEE = "see"
    """Unreleased figures, in the fields and areas of the person."""
    DELIVER = "deliver"
    """Take in a delivered file, correct it, supersede it."""
    DEFINE = "define"
    """Write indicators and indices."""
    PREPARE = "prepare"
    """Choose what is to be released and look at what it would hide."""
    REVIEW = "review"
    """Look at what is prepared: what would be hidden, why, and what it costs."""
    RELEASE = "release"
    """Release, refuse or withdraw what another person prepared."""
    ADMINISTER = "administer"
    """Accounts, roles and areas of responsibility."""
    READ_LOG = "read-log"
    """Who saw and did what."""


class Role(StrEnum):
    """What a person is in the house; someone without an account has only what is open."""

    READER = "reader"
    PLANNER = "planner"
    SECTOR_PLANNER = "sector-planner"
    COMMUNE = "commune"
    STATISTICS_OFFICE = "statistics-office"
    ADMINISTRATOR = "administrator"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.READER: frozenset({Right.ENTER, Right.SEE}),
    Role.PLANNER: frozenset({Right.ENTER, Right.SEE, Right.DELIVER, Right.DEFINE, Right.PREPARE, Right.REVIEW}),
    Role.SECTOR_PLANNER: frozenset({Right.ENTER, Right.SEE, Right.DELIVER, Right.DEFINE}),
    Role.COMMUNE: frozenset({Right.ENTER, Right.SEE}),
    Role.STATISTICS_OFFICE: frozenset({Right.ENTER, Right.SEE, Right.REVIEW, Right.RELEASE}),
    Role.ADMINISTRATOR: frozenset({Right.ENTER, Right.ADMINISTER, Right.READ_LOG}),
}
"""An administrator sees no figures, and who prepares a release cannot release it with the same role."""
WEIGHTY = frozenset(role for role, rights in RIGHTS.items() if rights & {Right.RELEASE, Right.ADMINISTER})
"""Roles by which figures leave the house, or by which roles are given: one administrator proposes them, another confirms."""
BOUND_TO_FIELDS = frozenset({Role.SECTOR_PLANNER})
BOUND_TO_AREAS = frozenset({Role.COMMUNE})
"""Roles that mean nothing without named fields or areas; for the others no name means all."""
IN_AREAS = frozenset({Right.ENTER, Right.SEE, Right.ADMINISTER, Right.READ_LOG})
IN_FIELDS = IN_AREAS | {Right.DELIVER, Right.DEFINE}
"""Rights that a role keeps where it holds for some areas, or for some fields, only. A delivered file holds all areas, and a
draft the hidden counts of all fields and areas: who is bound to a part sees and decides neither."""


@dataclass(frozen=True)
class Held:
    """A role as one person holds it; `areas` are `level:key`, and hold for everything inside them.

    `level:key@vintage` holds on the boundaries of that vintage only: a reform may give a key to another place.
    """

    role: Role
    fields: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()

    def allows(self, right: Right, field: str = "", places: Collection[str] = ()) -> bool:
        """Whether it allows that in a field (in any, when none is named) and at a place.

        `places` are the area and all areas above it, each as `level:key`; none asks for any area at all.
        """
        if right not in RIGHTS[self.role] or (self.areas and right not in IN_AREAS):
            return False
        if self.fields and right not in IN_FIELDS:
            return False
        return self._holds_in(field, self.fields, self.role in BOUND_TO_FIELDS) and self._holds_at(places)

    def _holds_in(self, field: str, fields: frozenset[str], bound: bool) -> bool:
        if not fields:
            return not bound
        return not field or field in fields

    def _holds_at(self, places: Collection[str]) -> bool:
        if not self.areas:
            return self.role not in BOUND_TO_AREAS
        return not places or not self.areas.isdisjoint(places)


def allowed(held: Iterable[Held], right: Right, field: str = "", places: Collection[str] = ()) -> bool:
    """Whether any of these roles allows it; what is open needs none."""
    return right is Right.OPEN or any(one.allows(right, field, places) for one in held)


def allowed_everywhere(held: Iterable[Held], right: Right) -> bool:
    """Whether any of these roles allows it in all fields and areas."""
    return any(one.allows(right) for one in held if not one.fields and not one.areas)
