"""`sozialraum user`: accounts of the pages behind the sign-in, from the command line of the server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from sozialraum.cli.language import t
from sozialraum.errors import CallError

ROLES = ("reader", "planner", "sector-planner", "commune", "statistics-office", "administrator")
FOLDER = click.argument("folder", default=".", type=click.Path(path_type=Path))
LOGIN = click.argument("login")


def user_group() -> click.Group:
    """The verbs for accounts."""
    group = click.Group("user", help=t("Accounts of staff: add, list, link, stop, start."))
    for name, words, function in VERBS:
        group.command(name, help=t(words), short_help=t(words))(function)
    return group


@LOGIN
@FOLDER
@click.option("--name", default="", help=t("Name of the person, as pages and records show it."))
@click.option("--role", type=click.Choice(ROLES), required=True, help=t("What the person is in the house."))
@click.option("--field", "fields", multiple=True, help=t("Only this field of planning; may be repeated."))
@click.option("--area", "areas", multiple=True, metavar="LEVEL:KEY", help=t("Only this area; may be repeated."))
def _add(login: str, folder: Path, name: str, role: str, fields: Sequence[str], areas: Sequence[str]) -> None:
    _stand(folder)
    from sozialraum.web.accounts.administration.administering import add_account

    word = add_account(login, name, role, fields, areas)
    _tell(word)


@FOLDER
def _list(folder: Path) -> None:
    _stand(folder)
    from sozialraum.web.accounts.models import Account

    for one in Account.objects.all():
        roles = ", ".join(grant.role for grant in one.grants.all()) or "-"
        click.echo(f"{one.login}\t{one.name}\t{roles}\t{t('active') if one.is_active else t('stopped')}")


@LOGIN
@FOLDER
def _link(login: str, folder: Path) -> None:
    _stand(folder)
    from sozialraum.web.accounts.administration.administering import account_of
    from sozialraum.web.accounts.signing.invitations import invite

    _tell(invite(account_of(login)))


@LOGIN
@FOLDER
def _stop(login: str, folder: Path) -> None:
    _set_active(login, folder, active=False)


@LOGIN
@FOLDER
def _start(login: str, folder: Path) -> None:
    _set_active(login, folder, active=True)


def _set_active(login: str, folder: Path, *, active: bool) -> None:
    _stand(folder)
    from sozialraum.web.accounts.administration.administering import account_of, set_active

    set_active(account_of(login), active)


def _tell(word: str) -> None:
    click.echo(t("The link to set a password works once and for three days:"))
    click.echo(f"/intern/einladung/{word}/")


def _stand(folder: Path) -> None:
    """Django over the workspace. Raises: CallError when there is none, or its database does not answer."""
    from sozialraum.web.accounts.standing import stand
    from sozialraum.workspace import open as open_workspace

    with reachable():
        stand(open_workspace(folder).folder)


@contextmanager
def reachable() -> Iterator[None]:
    """Says a database that does not answer as an error for people. Raises: CallError."""
    from django.db import Error

    try:
        yield
    except Error as error:
        raise CallError(
            "The database of the accounts does not answer ({kind}).",
            remedy="Start it, or check the setting SOZIALRAUM_DATABASE.",
            kind=type(error).__name__,
        ) from None


VERBS: tuple[tuple[str, str, Any], ...] = (
    ("add", "Make an account and print the link to set its password.", _add),
    ("list", "List all accounts with their roles.", _list),
    ("link", "Print a new link to set the password; it ends the old password's sessions once used.", _link),
    ("stop", "Close an account; its sessions end at once.", _stop),
    ("start", "Open a closed account again.", _start),
)
