"""Names of people beside their acts, and moments as people write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sozialraum.web.accounts.models import Account

HERE = ZoneInfo("Europe/Berlin")


def names(logins: Iterable[str]) -> dict[str, str]:
    """Name of each account by its sign-in name; acts keep the sign-in name, which nobody changes."""
    found = Account.objects.filter(login__in=set(logins)).values_list("login", "name")
    return {login: f"{name} ({login})" for login, name in found}


def moment(text: str) -> str:
    """Day and time in Germany of an ISO text; the text itself where it is none."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{(when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(HERE):%d.%m.%Y, %H:%M}"
