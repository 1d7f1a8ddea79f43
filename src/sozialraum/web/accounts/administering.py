"""Making accounts and changing what they may; the pages and the command line use the same functions."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from sozialraum.errors import CallError
from sozialraum.web.accounts import place
from sozialraum.web.accounts.describing import area_title
from sozialraum.web.accounts.invitations import invite
from sozialraum.web.accounts.models import Account, Grant
from sozialraum.web.accounts.rights import BOUND_TO_AREAS, BOUND_TO_FIELDS, Role


def add_account(login: str, name: str, role: str, fields: Sequence[str] = (), areas: Sequence[str] = ()) -> str:
    """A new account with one role; the word of the link to set its password.

    Raises: CallError for a sign-in name that is taken, an unknown area, a role without the bounds it needs.
    """
    login = login.strip().lower()
    if not login or len(login) > 150 or not login.isprintable():
        raise CallError("A sign-in name has 1 to 150 letters, digits or signs.")
    if Account.objects.filter(login=login).exists():
        raise CallError("The sign-in name '{login}' is taken.", remedy="Choose another one.", login=login)
    with transaction.atomic():
        account = Account.objects.create(login, name)
        grant(account, role, fields, areas)
        return invite(account)


def grant(account: Account, role: str, fields: Sequence[str] = (), areas: Sequence[str] = ()) -> Grant:
    """Give a person a role, within fields and areas. Raises: as `add_account`."""
    chosen = Role(role)
    if chosen in BOUND_TO_FIELDS and not fields:
        raise CallError(
            "A sector planner needs at least one field of planning.", remedy="Name it, for example: education"
        )
    if chosen in BOUND_TO_AREAS and not areas:
        raise CallError("A commune needs at least one area of its own.", remedy="Name it as LEVEL:KEY.")
    for one in areas:
        _known(one)
    return Grant.objects.create(account=account, role=chosen.value, fields=sorted(fields), areas=sorted(areas))


def _known(area: str) -> None:
    """Raises: CallError for an area that neither the newest release nor the workspace has."""
    level, _, key = area.partition(":")
    if area_title(area) != area:
        return
    areas = place.opened().areas
    vintages = areas.vintages if level in areas.levels else ()
    if not any(key in areas.layer(level, one.id).keys for one in vintages):
        raise CallError(
            "There is no area '{area}'; an area is written as LEVEL:KEY, with one of these levels: {levels}.",
            area=area,
            levels=", ".join(areas.levels),
        )


def account_of(login: str) -> Account:
    """The account of that sign-in name. Raises: CallError when there is none."""
    found = Account.objects.filter(login=login.strip().lower()).first()
    if found is None:
        raise CallError("There is no account '{login}'.", remedy="All accounts: sozialraum user list", login=login)
    return found


def set_active(account: Account, active: bool) -> None:
    """Close an account, or open it again; the sessions of a closed one end with their next request."""
    account.is_active = active
    account.save(update_fields=["is_active"])
