"""`sozialraum backup` and `sozialraum restore`: a workspace and its database in one file, and back."""

from __future__ import annotations

from pathlib import Path

import click

from sozialraum.cli.language import t
from sozialraum.cli.users import reachable

PATH = click.Path(path_type=Path)


def server_verbs() -> tuple[click.Command, ...]:
    """The verbs for whoever runs a server."""
    kept = t("Keep the whole workspace with its accounts in one file; it may run while the server works.")
    back = t("Make a workspace from a backup, in a new folder and an empty database.")
    return (
        click.Command("backup", callback=_backup, params=[_folder(), _file()], help=kept, short_help=kept),
        click.Command("restore", callback=_restore, params=[_file(), _folder()], help=back, short_help=back),
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


def _restore(file: Path, folder: Path) -> None:
    from sozialraum.web.backup import restore

    with reachable():
        count = restore(file, folder.resolve())
    click.echo(t("Restored: {count} files in {folder}.", count=count, folder=str(folder)))
