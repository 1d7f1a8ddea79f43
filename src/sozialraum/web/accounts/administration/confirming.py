"""Four eyes for accounts: what would let one administrator alone release figures is proposed by one and confirmed by another.

Besides giving such a role that is everything by which somebody could come into an account that holds one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from sozialraum.errors import CallError
from sozialraum.web.accounts import place
from sozialraum.web.accounts.models import Account, Grant, Proposal
from sozialraum.web.accounts.rights import WEIGHTY, Right
from sozialraum.web.accounts.signing.invitations import invite

ROLE, ACCESS, OPENING = "role", "access", "opening"
HOLDS = timedelta(days=14)


def is_weighty(account: Account) -> bool:
    """Whether the account holds a role by which figures leave the house or roles are given."""
    return any(one.role in WEIGHTY for one in account.grants.all())


def present(account: Account) -> Account:
    """The account as it is now; whoever else changes what it may, or how one comes in, waits until this is done."""
    return Account.objects.select_for_update().get(pk=account.pk)


def propose(kind: str, account: Account, by: Account, **role: Any) -> None:
    """Keep what another administrator has to confirm; asked for again, it takes the place of the earlier asking."""
    Proposal.objects.filter(kind=kind, account=account, role=role.get("role", "")).delete()
    Proposal.objects.create(kind=kind, account=account, by=by, **{"workspace": place.name(), **role})


def proposals(account: Account | None = None) -> list[Proposal]:
    """Everything that waits here, or what waits for one account."""
    found = Proposal.objects.filter(made__gt=timezone.now() - HOLDS, workspace__in=("", place.name()))
    return list((found.filter(account=account) if account else found).select_related("account", "by"))


def confirm(number: int, by: Account | None) -> tuple[Proposal, str]:
    """Carry a proposal out; with the word of the link to set a new password, empty where the access stays as it is.

    `by` is another administrator than the one who proposed; None on the command line of the server.
    Raises: CallError when that is not so, or when the proposal was decided before; then nothing was changed.
    """
    with transaction.atomic():
        one = take(number)
        _two_people(one, by)
        present(one.account)
        return one, _CARRIED_OUT[one.kind](one, by)


def take(number: int) -> Proposal:
    """Take a proposal away; of two who do so at once one is too late. Raises: CallError when it was decided before."""
    one = next((found for found in proposals() if found.pk == number), None)
    if one is None or not Proposal.objects.filter(pk=number).delete()[0]:
        raise CallError("This proposal was decided before, or is older than two weeks.")
    return one


def renew(account: Account) -> str:
    """End every present way into an account: password, second factor, links; the word of the link to set a new password."""
    account.set_unusable_password()
    account.second, account.step, account.codes = "", 0, []
    account.save(update_fields=["password", "second", "step", "codes"])
    return invite(account)


def _two_people(one: Proposal, by: Account | None) -> None:
    """Raises: CallError unless two administrators who may still do so stand behind it, as the database has them now."""
    now = {
        found.pk: found for found in Account.objects.filter(is_active=True, pk__in=(one.by_id, by.pk if by else None))
    }
    if by is not None and one.by_id == by.pk:
        raise CallError("You proposed this; another administrator has to confirm it.")
    for who in (one.by_id, *((by.pk,) if by else ())):
        if who not in now or not now[who].may(Right.ADMINISTER):
            raise CallError("Whoever proposed or confirms this does not administer the accounts any more.")


def _give(one: Proposal, by: Account | None) -> str:
    """Who takes part in deciding keeps the own access; anyone else gets a new one, so that nobody who set it up comes in."""
    bounds = {"workspace": one.workspace, "fields": one.fields, "areas": one.areas}
    Grant.objects.create(account=one.account, role=one.role, **bounds)
    known = {one.by_id, by.pk if by else None}
    return "" if one.account_id in known else renew(one.account)


def _renew(one: Proposal, _: Account | None) -> str:
    return renew(one.account)


def _open(one: Proposal, _: Account | None) -> str:
    one.account.is_active = True
    one.account.save(update_fields=["is_active"])
    return renew(one.account)


_CARRIED_OUT: Mapping[str, Callable[[Proposal, Account | None], str]] = {ROLE: _give, ACCESS: _renew, OPENING: _open}
