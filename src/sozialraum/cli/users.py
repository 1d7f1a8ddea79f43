"""`sozialraum user`: accounts of the pages behind the sign-in, from the command line of the server."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from sozialraum.cli.language import t
from sozialraum.errors import CallError

ROLES = ("reader", "planner", "sector-planner", "commune", "statistics-office", "administrator")
FOLDER = click.argument("folder", default=".", type=click.Path(path_type=Path))
LOGIN = click.argument("login")
BY = click.option("--by", default="", help=t("Who decides this, for the log; else the name at this computer."))


def user_group() -> click.Group:
    """The verbs for accounts."""
    about = t("Accounts of staff: add, list, link, confirm, stop, start.")
    group = click.Group("user", help=about, short_help=about)
    for name, words, function in VERBS:
        group.command(name, help=t(words), short_help=t(words))(function)
    return group


@LOGIN
@FOLDER
@click.option("--name", default="", help=t("Name of the person, as pages and records show it."))
@click.option("--role", type=click.Choice(ROLES), required=True, help=t("What the person is in the house."))
@click.option("--field", "fields", multiple=True, help=t("Only this field of planning; may be repeated."))
@click.option("--area", "areas", multiple=True, metavar=t("LEVEL:KEY"), help=t("Only this area; may be repeated."))
@BY
def _add(login: str, folder: Path, by: str, role: str, **told: Any) -> None:
    _stand(folder)
    from sozialraum.web.accounts.administration.administering import add_account

    word = add_account(login, told["name"], role, told["fields"], told["areas"])
    _record("made an account", f"{login}: {role}", by)
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
@click.option("--renew", is_flag=True, help=t("End the present password and second factor at once."))
@BY
def _link(login: str, folder: Path, by: str, *, renew: bool) -> None:
    _stand(folder)
    from sozialraum.web.accounts.administration import administering, confirming
    from sozialraum.web.accounts.signing.invitations import invite

    account = administering.account_of(login)
    word = confirming.renew(account) if renew else invite(account)
    _record("confirmed a new access" if renew else "made a link", account.login, by)
    _tell(word)


@LOGIN
@FOLDER
@BY
def _confirm(login: str, folder: Path, by: str) -> None:
    _stand(folder)
    from sozialraum.web.accounts.administration.administering import account_of
    from sozialraum.web.accounts.administration.confirming import confirm, proposals
    from sozialraum.web.accounts.administration.describing import CONFIRMED, about

    waiting = proposals(account_of(login))
    if not waiting:
        raise CallError("Nothing waits for a confirmation of '{login}'.", login=login)
    for one in waiting:
        _, word = confirm(one.pk, None)
        _record(CONFIRMED[one.kind], about(one), by)
        click.echo(about(one))
        if word:
            _tell(word)


@LOGIN
@FOLDER
@BY
def _stop(login: str, folder: Path, by: str) -> None:
    _set_active(login, folder, by, active=False)


@LOGIN
@FOLDER
@BY
def _start(login: str, folder: Path, by: str) -> None:
    _set_active(login, folder, by, active=True)


def _set_active(login: str, folder: Path, by: str, *, active: bool) -> None:
    _stand(folder)
    from sozialraum.web.accounts.administration.administering import account_of, set_active

    account = account_of(login)
    _record(set_active(account, active), account.login, by)


def _record(act: str, about: str, by: str) -> None:
    """The line of the log, with the name given or the one at this computer."""
    from sozialraum.web.accounts.log import record_on_server

    record_on_server(act, about, by.strip() or os.environ.get("SUDO_USER") or getpass.getuser())


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
    ("confirm", "Confirm on the server what the only administrator proposed for an account.", _confirm),
    ("stop", "Close an account; its sessions end at once.", _stop),
    ("start", "Open a closed account again.", _start),
)
