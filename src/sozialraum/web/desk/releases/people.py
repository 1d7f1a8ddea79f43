"""Names of people beside their acts."""

from __future__ import annotations

from collections.abc import Iterable

from sozialraum.web.accounts.models import Account


def names(logins: Iterable[str]) -> dict[str, str]:
    """Name of each account by its sign-in name; acts keep the sign-in name, which nobody changes."""
    found = Account.objects.filter(login__in=set(logins)).values_list("login", "name")
    return {login: f"{name} ({login})" for login, name in found}
