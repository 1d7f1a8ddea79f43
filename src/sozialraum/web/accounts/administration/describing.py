"""Roles and their bounds in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sozialraum.texts import say
from sozialraum.web.accounts import place
from sozialraum.web.accounts.models import Proposal
from sozialraum.web.accounts.rights import Held, Role
from sozialraum.web.figures.fields import field_title
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
            "fields": sorted(field_title(field, language) for field in one.fields),
            "areas": [area_title(area) for area in sorted(one.areas)],
        }
        for one in held
    ]


def area_title(area: str) -> str:
    """`Musterau (01)` for `municipality:01`, as the newest release names it; else the text as it is.

    With boundaries (`municipality:01@2016`) as the workspace names it on these.
    """
    level, _, key = area.partition(":")
    plain, _, vintage = key.partition("@")
    if vintage in (told := place.meanings(level, plain) if vintage else {}):
        return f"{told[vintage]} ({plain}, {vintage})"
    shown = shelf().newest()
    view = shown.view("de") if shown else None
    if view is None or level not in view.levels:
        return area
    layer = view.layer_of(level)
    return f"{layer.names[layer.place[key]]} ({key})" if key in layer.place else area


CONFIRMED = {
    "role": "confirmed a role",
    "access": "confirmed a new access",
    "opening": "confirmed the opening of an account",
}
"""Kind of a proposal -> its confirmation, as the log says it."""
SENTENCES = {
    "role": "{by} wants to give {name} the role {role}.",
    "access": "{by} wants a new access for {name}: the present password and second factor end.",
    "opening": "{by} wants to open the account of {name} again, with a new access.",
}


def waiting(found: Iterable[Proposal], request: Any) -> list[dict[str, object]]:
    """What waits for a second administrator, in words, and whether the person who looks may confirm it."""
    language = request.language
    return [
        {
            "id": one.pk,
            "login": one.account.login,
            "own": one.by_id == request.account.pk,
            "sentence": say(
                SENTENCES[one.kind], language, by=one.by.name, name=one.account.name, role=_title(one, language)
            ),
        }
        for one in found
    ]


def _title(one: Proposal, language: str) -> str:
    bounds = [*(field_title(field, language) for field in one.fields), *(area_title(area) for area in one.areas)]
    title = role_title(Role(one.role), language) if one.role else ""
    return f"{title} ({', '.join(bounds)})" if bounds else title


def about(one: Proposal) -> str:
    """A proposal for the log, with whoever proposed it."""
    bounds = [*one.fields, *one.areas]
    return " ".join([f"{one.account.login}:", *filter(None, [one.role]), *bounds, f"({one.by.name}, {one.by.login})"])


def role_choices(language: str) -> list[tuple[str, str]]:
    """Every role as a form offers it: its id, its title and purpose."""
    return [(one.value, f"{role_title(one, language)}: {role_purpose(one, language)}") for one in Role]


def field_choices(language: str) -> list[tuple[str, str]]:
    """Every field of the catalogue: its id and title."""
    fields = sorted({one.field for one in place.fresh().catalogue.values()})
    return [(one, field_title(one, language)) for one in fields]


def area_choices(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The areas of the newest release by level, the largest first: title of the level, then `level:key` and name."""
    shown = shelf().newest()
    if shown is None:
        return []
    view = shown.view(language)
    return [
        (
            view.level_title(level),
            [one for key, name in zip(keys, names, strict=True) for one in _offered(level, key, name)],
        )
        for level in reversed(view.levels)
        for keys, names in [(view.layer_of(level).keys, view.layer_of(level).names)]
    ]


def _offered(level: str, key: str, name: str) -> list[tuple[str, str]]:
    """An area once, or once for each boundary where its key names different areas."""
    told = place.meanings(level, key)
    if len(set(told.values())) < 2:
        return [(f"{level}:{key}", f"{name} ({key})")]
    return [(f"{level}:{key}@{one}", f"{label} ({key}, {one})") for one, label in told.items()]
