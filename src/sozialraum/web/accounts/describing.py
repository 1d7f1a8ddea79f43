"""Roles and their bounds in words."""

from __future__ import annotations

from collections.abc import Iterable

from sozialraum.texts import say
from sozialraum.web.accounts.rights import Held, Role
from sozialraum.web.figures.shelf import shelf

TITLES = {
    Role.READER: ("Reader", "reads unreleased figures"),
    Role.PLANNER: ("Planner", "takes in deliveries, defines figures, prepares releases"),
    Role.SECTOR_PLANNER: ("Sector planner", "the same in its own fields, without releases"),
    Role.COMMUNE: ("Commune", "its own areas in full, all others released only"),
    Role.STATISTICS_OFFICE: ("Statistics office", "releases or refuses what others prepared"),
    Role.ADMINISTRATOR: ("Administrator", "accounts, roles and the log; sees no figures"),
}
"""Title of a role, and what it is for."""


def role_title(role: Role, language: str) -> str:
    """The name of the role."""
    return say(TITLES[role][0], language)


def role_purpose(role: Role, language: str) -> str:
    """What the role is for, in half a sentence."""
    return say(TITLES[role][1], language)


def roles_told(held: Iterable[Held], language: str) -> list[dict[str, object]]:
    """Each role with its purpose and its bounds, for lists."""
    return [
        {
            "title": role_title(one.role, language),
            "purpose": role_purpose(one.role, language),
            "fields": sorted(one.fields),
            "areas": [area_title(area) for area in sorted(one.areas)],
        }
        for one in held
    ]


def area_title(area: str) -> str:
    """`Musterau (01)` for `municipality:01`, as the newest release names it; else the text as it is."""
    level, _, key = area.partition(":")
    shown = shelf().newest()
    view = shown.view("de") if shown else None
    if view is None or level not in view.levels:
        return area
    layer = view.layer_of(level)
    return f"{layer.names[layer.place[key]]} ({key})" if key in layer.place else area
