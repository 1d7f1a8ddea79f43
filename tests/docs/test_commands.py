"""Every command that a page shows is understood: the verb exists, and so does each option."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, commands

SHOWN = sorted({line for page in PAGES for line in commands(page)})
WITHOUT_OPTIONS = {"test", "check", "serve"}


@pytest.mark.parametrize("line", SHOWN)
def test_a_shown_command_is_understood(line: str) -> None:
    pytest.importorskip("sozialraum.cli")
    words = shlex.split(line)
    if words[1] != "run.py":
        understood(after_program(words))
    elif words[2] not in WITHOUT_OPTIONS:
        understood(words[2:])


def after_program(words: list[str]) -> list[str]:
    """The verb and what follows it, for `sozialraum ...` and `python -m sozialraum ...`."""
    first = next(place for place, word in enumerate(words) if Path(word).name == "sozialraum")
    return [word for word in words[first + 1 :] if word not in ("\\", "...", "|")]


def understood(words: list[str]) -> None:
    """Walks down the verbs and parses the options of the last one. Raises: click's UsageError."""
    import click

    from sozialraum.cli.server import server_verbs
    from sozialraum.cli.users import user_group
    from sozialraum.cli.verbs import program
    from sozialraum.runs.command import run_group

    for one in (run_group("en"), user_group(), *server_verbs()):
        program.add_command(one)
    command: click.Command = program
    context = click.Context(program, info_name="sozialraum")
    while isinstance(command, click.Group) and words and not (words[0].startswith("-") or words[0].isupper()):
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, context, words = found, click.Context(found, parent=context, info_name=words[0]), words[1:]
    if any(word.startswith("-") for word in words):
        command.make_parser(context).parse_args(list(words))
