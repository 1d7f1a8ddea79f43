"""For whoever runs a server: `sozialraum backup` and `restore` (workspace and database in one file, and back), and `pages`."""

from __future__ import annotations

from pathlib import Path

import click

from sozialraum.cli.language import t
from sozialraum.cli.users import reachable
from sozialraum.errors import CallError

PATH = click.Path(path_type=Path)


def server_verbs() -> tuple[click.Command, ...]:
    """The verbs for whoever runs a server."""
    kept = t("Keep the whole workspace with its accounts in one file; it may run while the server works.")
    back = t("Make a workspace from a backup, in a new folder and an empty database.")
    ahead = t(
        "Make the pages of the newest release before readers come: after an upgrade, before the server starts again."
    )
    return (
        click.Command("backup", callback=_backup, params=[_folder(), _file()], help=kept, short_help=kept),
        click.Command("restore", callback=_restore, params=[_file(), _folder()], help=back, short_help=back),
        click.Command("pages", callback=_pages, params=[_folder()], help=ahead, short_help=ahead),
    )


def _folder() -> click.Parameter:
    return click.Argument(["folder"], type=PATH)


def _file() -> click.Parameter:
    return click.Argument(["file"], type=PATH)


def _backup(folder: Path, file: Path) -> None:
    from sozialraum.web.backup import backup
    from sozialraum.workspace import open as open_workspace

    with reachable():
        count = backup(open_workspace(folder).folder, file)
    click.echo(
        t(
            "Kept in {file}: {count} files. It holds unreleased figures and accounts: guard it.",
            file=str(file),
            count=count,
        )
    )


def _pages(folder: Path) -> None:
    from sozialraum.cli.verbs import clear, steps
    from sozialraum.web.ready.filling import Filling
    from sozialraum.workspace import open as open_workspace

    home = open_workspace(folder).folder
    made = Filling(home, lambda done, total: steps("Making pages", done, total)).finish()
    clear()
    if not made:
        raise CallError(
            "No pages were made ahead.",
            remedy="Look whether there is a release (sozialraum show), and whether this user has a cache folder of its own.",
        )
    click.echo(t("The pages of the newest release are made; a server that this user starts finds them."))


def _restore(file: Path, folder: Path) -> None:
    from sozialraum.web.backup import restore

    with reachable():
        count = restore(file, folder.resolve())
    click.echo(t("Restored: {count} files in {folder}.", count=count, folder=str(folder)))
