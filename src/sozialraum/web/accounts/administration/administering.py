"""Making accounts and changing what they may; the pages and the command line use the same functions."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from sozialraum.errors import CallError
from sozialraum.web.accounts import place
from sozialraum.web.accounts.administration.confirming import ACCESS, OPENING, ROLE, is_weighty, present, propose
from sozialraum.web.accounts.models import Account, Grant
from sozialraum.web.accounts.rights import BOUND_TO_AREAS, BOUND_TO_FIELDS, WEIGHTY, Role
from sozialraum.web.accounts.signing.invitations import invite

LONGEST = 150
"""Letters of a name."""
GAVE = "gave a role"


def add_account(
    login: str, name: str, role: str, fields: Sequence[str] = (), areas: Sequence[str] = (), by: Account | None = None
) -> str:
    """A new account with one role; the word of the link to set its password, empty where the role is to be confirmed.

    Raises: CallError for a sign-in name that is taken, an unknown area, a role without the bounds it needs.
    """
    login = login.strip().lower()
    if not login or any(len(one) > LONGEST or not one.isprintable() for one in (login, name)):
        raise CallError("A name and a sign-in name have 1 to {longest} letters, digits or signs.", longest=LONGEST)
    if Account.objects.filter(login=login).exists():
        raise CallError("The sign-in name '{login}' is taken.", remedy="Choose another one.", login=login)
    with transaction.atomic():
        account = Account.objects.create(login, name)
        given = grant(account, role, fields, areas, by) == GAVE
        return invite(account) if given else ""


def grant(
    account: Account, role: str, fields: Sequence[str] = (), areas: Sequence[str] = (), by: Account | None = None
) -> str:
    """Give a person a role, within fields and areas; what was done, as the log says it. Raises: as `add_account`.

    `by` is the administrator, who can only propose a role of weight; None on the command line of the server.
    """
    if role not in Role.__members__.values():
        raise CallError("There is no role '{role}'.", remedy="Choose one of: {known}", role=role, known=", ".join(Role))
    chosen = Role(role)
    if chosen in BOUND_TO_FIELDS and not fields:
        raise CallError(
            "A sector planner needs at least one field of planning.", remedy="Name it, for example: education"
        )
    if chosen in BOUND_TO_AREAS and not areas:
        raise CallError("A commune needs at least one area of its own.", remedy="Name it as LEVEL:KEY.")
    for area in areas:
        _known_area(area)
    for field in fields:
        _known_field(field)
    bounds = {"workspace": place.name(), "fields": sorted(fields), "areas": sorted(areas)}
    if by is not None and chosen in WEIGHTY:
        propose(ROLE, account, by, role=chosen.value, **bounds)
        return "proposed a role"
    Grant.objects.create(account=account, role=chosen.value, **bounds)
    return GAVE


def revoke(account: Account, grant: int) -> str:
    """Take a role away; what was done, as the log says it.

    Raises: CallError when nobody would be left to administer the accounts.
    """
    with transaction.atomic():
        _one_at_a_time()
        Grant.objects.filter(pk=grant, account=account).delete()
        _someone_administers()
    return "took a role"


def forget_factor(account: Account, by: Account | None = None) -> str:
    """Take the second factor away; what was done, as the log says it. Sessions end, the next sign-in sets up another one.

    `by`: as `grant`. Of an account with a role of weight it is only proposed.
    """
    with transaction.atomic():
        if by is not None and is_weighty(present(account)):
            propose(ACCESS, account, by)
            return "proposed a new access"
        account.second, account.step, account.codes = "", 0, []
        account.save(update_fields=["second", "step", "codes"])
    return "took a second factor"


def new_link(account: Account, by: Account) -> str:
    """The word of a new link; empty where it alone would open an account with a role of weight: then it is only proposed."""
    with transaction.atomic():
        now = present(account)
        if is_weighty(now) and not now.second:
            propose(ACCESS, account, by)
            return ""
        return invite(account)


def _one_at_a_time() -> None:
    """Two who take the last administrators away at once wait for one another (on SQLite every change waits)."""
    list(Grant.objects.select_for_update().filter(role=Role.ADMINISTRATOR))


def _someone_administers() -> None:
    """Raises: CallError, which takes the change back, when no open account administers any more."""
    if not Grant.objects.filter(role=Role.ADMINISTRATOR, account__is_active=True).exists():
        raise CallError(
            "Nobody would be left to administer the accounts.", remedy="Give another person that role first."
        )


def _known_field(field: str) -> None:
    """Raises: CallError for a field of planning that no indicator has."""
    fields = sorted({one.field for one in place.fresh().catalogue.values()})
    if field not in fields:
        raise CallError(
            "There is no field of planning '{field}'; there are: {known}.", field=field, known=", ".join(fields)
        )


def _known_area(area: str) -> None:
    """Raises: CallError for an area that the workspace does not have, or a key that names others on other boundaries."""
    level, _, named = area.partition(":")
    key, _, vintage = named.partition("@")
    told = place.meanings(level, key)
    if vintage in told:
        return
    if not vintage and len(set(told.values())) > 1:
        raise CallError(
            "On other boundaries '{area}' is another area: {names}.",
            why="Who is responsible for the one would see the other in full.",
            remedy="Name the boundaries, as LEVEL:KEY@VINTAGE; once for each that is meant.",
            area=area,
            names=", ".join(f"{name} ({one})" for one, name in told.items()),
        )
    if vintage or (key not in told and key not in place.keys(level)):
        raise CallError(
            "There is no area '{area}'; an area is written as LEVEL:KEY, with one of these levels: {levels}.",
            area=area,
            levels=", ".join(place.opened().settings.areas.levels),
        )


def account_of(login: str) -> Account:
    """The account of that sign-in name. Raises: CallError when there is none."""
    found = Account.objects.filter(login=login.strip().lower()).first()
    if found is None:
        raise CallError("There is no account '{login}'.", remedy="All accounts: sozialraum user list", login=login)
    return found


def set_active(account: Account, active: bool, by: Account | None = None) -> str:
    """Close an account, or open it again; what was done, as the log says it. Sessions of a closed one end at once.

    `by`: as `grant`. An account with a role of weight is only proposed to be opened.
    Raises: CallError when nobody would be left to administer the accounts.
    """
    with transaction.atomic():
        if active and by is not None and is_weighty(present(account)):
            propose(OPENING, account, by)
            return "proposed to open an account"
        _one_at_a_time()
        account.is_active = active
        account.save(update_fields=["is_active"])
        if not active and any(one.role == Role.ADMINISTRATOR for one in account.grants.all()):
            _someone_administers()
    return "opened an account" if active else "closed an account"
